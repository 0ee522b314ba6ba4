"""双千 of the demonstration: groups by village, everything shared out, nine days of visits and what followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.actions import give, place_in_groups, target_households
from hengli_visits.assignments.distribute.pairing import Person, pair_up
from hengli_visits.campaigns.actions import create_campaign, move_campaign, save_line
from hengli_visits.campaigns.dispatching import Line
from hengli_visits.campaigns.queries import categories_of
from hengli_visits.demo.agenda import without_evening
from hengli_visits.demo.calling import Calling
from hengli_visits.demo.courses import Telling
from hengli_visits.demo.following import Following
from hengli_visits.demo.people import Staff, in_roster_order, villages
from hengli_visits.demo.pictures import KINDS
from hengli_visits.demo.town import places_of
from hengli_visits.demo.visiting import DAYS, Call, plan_calls, rates
from hengli_visits.groups.actions import add_leader, add_members, create_group, create_groups_by_area, leave
from hengli_visits.models import (
    Area,
    Assignment,
    Campaign,
    CampaignState,
    Gender,
    Group,
    GroupMember,
    Household,
    HouseholdKind,
    Member,
    Organisation,
    OrganisationKind,
    Outcome,
    Standing,
    Visit,
)

VILLAGE = "长巷村"
"""Where the leader, the team leader and the visitor who have sign-ins live."""
ROUND = 15
"""Households of that visitor."""
FATES: tuple[Outcome | None, ...] = (
    Outcome.MET, Outcome.MET, Outcome.MET, Outcome.AWAY, Outcome.MET, None, Outcome.MET, Outcome.MOVED,
    Outcome.MET, Outcome.APPOINTED, Outcome.MET, None, Outcome.MET, None, None,
)  # fmt: skip
LEFT = timedelta(weeks=3)
"""What is left of the campaign; the visitor's own round is due a week before."""
CATALOGUE = (
    ("水利排涝", None, "农林水务局", "城市管理分局", 10),
    ("水利排涝", VILLAGE, f"{VILLAGE}民委员会", "农林水务局", 5),
    ("环境卫生", None, "城市管理分局", "社区卫生服务中心", 5),
    ("噪音与污染", None, "生态环境分局", "公安分局", 7),
)
"""Lines of the dispatch catalogue: category, area (None: everywhere), lead unit, co-unit, working days."""
LARGE_GROUP = 90
"""From so many members on a group has three teams, otherwise two."""
PHOTOS = 14
REVISED = 6
ELDEST, YOUNGEST = 62, 30
NOTICE = "进门先说明来意；问问家里有什么难处、对村里镇里有什么意见。当场能答的当场答，答不了的如实记下来，告诉住户几天里会有回音。"


@dataclass
class Pinned:
    """Those of the campaign who have sign-ins, and the visitor's own round."""

    leader: int
    team_leader: int
    pair: tuple[int, ...]
    round: list[int]

    @property
    def visitor(self) -> int:
        return self.pair[0]


def set_up(session: Session, actor: Actor, staff: Staff, today: date) -> Campaign:
    """双千 in preparation: all families are targets, every village has its group with the people who live there."""
    campaign = create_campaign(
        session,
        actor,
        name="双千",
        full_name="千名党员走访千户家庭",
        theme="服务基层、联系群众、促进和谐",
        notice=NOTICE,
        starts_on=today - timedelta(days=DAYS),
        ends_on=today + LEFT,
    )
    families = session.scalars(select(Household.id).where(Household.kind == HouseholdKind.FAMILY))
    target_households(session, actor, campaign, families)
    create_groups_by_area(session, actor, campaign)
    place_in_groups(session, actor, campaign)
    _excuse(session, actor, campaign, staff)
    _write_catalogue(session, actor, campaign)
    return campaign


def _write_catalogue(session: Session, actor: Actor, campaign: Campaign) -> None:
    named = select(Organisation).where(Organisation.kind == OrganisationKind.UNIT)
    units = {unit.name: unit.id for unit in session.scalars(named)}
    areas = {area.name: area.id for area in session.scalars(select(Area))}
    categories = {one.name: one.id for one in categories_of(session, campaign.id)}
    for category, area, lead, helping, days in CATALOGUE:
        line = Line(categories[category], areas[area] if area else None, units[lead], (units[helping],), days)
        save_line(session, actor, campaign, None, line)


def _excuse(session: Session, actor: Actor, campaign: Campaign, staff: Staff) -> None:
    """Who runs the campaign, or handles the issues of a unit of the town, has no round of their own."""
    town_units = session.scalars(select(Organisation.id).where(Organisation.area_id.is_(None)))
    busy = staff.everybody | {staff.handlers[unit] for unit in town_units if unit in staff.handlers}
    rows = session.execute(
        select(Group, GroupMember.member_id)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .where(Group.campaign_id == campaign.id, GroupMember.member_id.in_(sorted(busy)))
    ).all()
    for group, member_id in rows:
        leave(session, actor, group, member_id)


def form_teams(session: Session, actor: Actor, campaign: Campaign) -> dict[str, tuple[int, list[list[int]]]]:
    """Two or three teams in each village's group, everybody in one, with leaders; {village: (leader, teams' members)}."""
    areas = {f"{area.name}组": area for area in villages(session)}
    groups = session.scalars(
        select(Group).where(Group.campaign_id == campaign.id, Group.parent_id.is_(None)).order_by(Group.id)
    ).all()
    found = {}
    for group in groups:
        ids = session.scalars(
            select(GroupMember.member_id).where(GroupMember.group_id == group.id, GroupMember.left_at.is_(None))
        ).all()
        area = areas[group.name]
        found[area.name] = _teams_of(session, actor, campaign, group, area, in_roster_order(session, ids))
    return found


def _teams_of(
    session: Session, actor: Actor, campaign: Campaign, group: Group, area: Area, people: Sequence[Member]
) -> tuple[int, list[list[int]]]:
    number = 3 if len(people) >= LARGE_GROUP else 2
    size = -(-len(people) // number)
    teams = [list(people[start : start + size]) for start in range(0, len(people), size)]
    leader = _fit(people, ())
    add_leader(session, actor, group, leader.id)
    for place, members in enumerate(teams, start=1):
        team = create_group(session, actor, campaign, f"{area.name}第{place}小组", parent=group, areas=[area])
        add_members(session, actor, team, [one.id for one in members])
        add_leader(session, actor, team, _fit(members, (leader.id,)).id)
    return leader.id, [[one.id for one in members] for members in teams]


def _fit(people: Sequence[Member], taken: Sequence[int]) -> Member:
    """The first full member of working age who is not taken."""
    return next(one for one in people if one.id not in taken and _able(one))


def _able(member: Member) -> bool:
    age = clock.today().year - member.born.year if member.born else 0
    return YOUNGEST <= age <= ELDEST and member.standing is Standing.FULL and member.phone is not None


def pin(session: Session, actor: Actor, campaign: Campaign, teams: dict[str, tuple[int, list[list[int]]]]) -> Pinned:
    """Choose who has sign-ins and give the visitor and her partner a round of their own, by hand: neighbours on two
    streets, some visited a year ago, with as many kinds of households as there are."""
    leader, (first, *_) = teams[VILLAGE]
    people = {one.id: one for one in in_roster_order(session, first)}
    team_leader = _fit(list(people.values()), (leader,)).id
    pair = next(
        hands
        for hands in pair_up([Person(id_) for id_ in first], experience=False, gender=False)
        if people[hands[0]].gender is Gender.WOMAN
        and _able(people[hands[0]])
        and not {leader, team_leader} & set(hands)
    )
    past = aliased(Assignment)
    known = exists().where(past.household_id == Household.id, Visit.assignment_id == past.id)
    line = session.execute(
        select(Assignment.id, Household.category, known.label("known"))
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(Assignment.campaign_id == campaign.id, Area.name == VILLAGE)
        .order_by(Household.street_order, Household.door_number, Assignment.id)
    ).all()
    stretches = [line[at : at + ROUND] for at in range(len(line) - ROUND + 1)]
    best = max(stretches, key=lambda rows: (sum(row.known for row in rows) > 1, len({row.category for row in rows})))
    own = [row.id for row in best]
    give(session, actor, own, pair, due_on=campaign.ends_on - timedelta(weeks=1))
    return Pinned(leader, team_leader, pair, own)


def start(session: Session, actor: Actor, campaign: Campaign) -> None:
    """Start the campaign."""
    move_campaign(session, actor, campaign, CampaignState.RUNNING)


def put_down(
    session: Session,
    campaign: Campaign,
    today: date,
    until: datetime,
    rng: Random,
    pinned: Pinned,
    calling: Calling,
    following: Following,
) -> int:
    """Put all visits and what follows from them down in the history; returns how many visits."""
    places = places_of(session, campaign)
    fates = dict(zip(pinned.round, FATES, strict=True))
    share = rates(dict.fromkeys(place.village for place in places), rng)
    calls = plan_calls(places, today, share, rng, fates, without_evening(until))
    telling = Telling(calls, today, rng, pair=frozenset(pinned.pair))
    stories = telling.stories()
    telling.extras()
    for call in calls:
        call.undecided = call.place.id in fates
    _photograph(calls, rng)
    calling.put(campaign.id, calls, stories, following)
    team_id = next(place.group_id for place in places if place.id in fates)
    _think_again(campaign.id, team_id, calls, rng, calling)
    return len(calls)


def _photograph(calls: Sequence[Call], rng: Random) -> None:
    """Pictures of what people spoke of, and of some doors."""
    subjects = {"水泥路": "road", "路灯": "lamp", "护栏": "pond", "鱼塘": "pond", "排水渠": "road"}
    for call in calls:
        kinds = {kind for said in call.said for word, kind in subjects.items() if word in said.words}
        call.photos += sorted(kinds)
    plain = [call for call in calls if call.outcome is Outcome.MET and call.said and not call.photos]
    for call in rng.sample(plain, min(PHOTOS, len(plain))):
        call.photos.append(KINDS[0])


def _think_again(campaign_id: int, team_id: int, calls: Sequence[Call], rng: Random, calling: Calling) -> None:
    """Some visits get a second wording; one, in the team that has sign-ins, gets two that clash."""
    early = [call for call in calls if call.outcome is Outcome.MET and not call.said and call.remarks]
    for call in rng.sample(early, REVISED):
        calling.revise(campaign_id, call)
    calling.clash(campaign_id, next(call for call in early if call.place.group_id == team_id))


def started_at(today: date) -> date:
    """The day on which the campaign began."""
    return today - timedelta(days=DAYS)
