"""情系群众周 of the year before: the groups of the roster visited families and enterprises, and it is over."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments.actions import place_in_groups, target_households, to_group
from hengli_visits.campaigns.actions import create_campaign, move_campaign
from hengli_visits.demo.calling import Calling
from hengli_visits.demo.courses import SOLVED, TOLD, Course, Telling
from hengli_visits.demo.following import Following
from hengli_visits.demo.sayings import ENTERPRISE
from hengli_visits.demo.sharing import share_out
from hengli_visits.demo.town import TEAMS, Tell, import_roster, places_of
from hengli_visits.demo.visiting import DAYS, plan_calls
from hengli_visits.models import (
    Area,
    Assignment,
    Campaign,
    CampaignState,
    Group,
    Household,
    HouseholdKind,
    Manner,
    Outcome,
    RosterKind,
)

NAME = "情系群众周"
BEFORE = timedelta(days=364)
LENGTH = timedelta(days=8)
AFTER = timedelta(days=7)
"""After its last day it takes the offices so long to finish what was raised."""
SHARE = 0.9
TALKS = 0.4
"""Share of the enterprises that were met at a talk (座谈)."""

COURSES = (
    Course((3, 8), 6, (*TOLD, ("revisit", 0.8))),
    Course((3, 7), 1, (*TOLD, ("miss", 0.3), ("miss", 0.6), ("miss", 0.6))),
    Course((3, 7), 1, (("dispatch", 0.4), ("withdraw", 0.5))),
    Course((2, 8), 2, (*SOLVED, ("confirm", 0.5))),
    Course((3, 8), 1, (("refuse", 0.8),), asides=("诉讼", "仲裁", "信访", "纪检")),
)
"""Everything raised a year ago has ended."""


def last_day(today: date) -> date:
    """The day after its last visits."""
    return today - BEFORE + timedelta(days=DAYS)


def found(session: Session, actor: Actor, today: date) -> Campaign:
    """The campaign in preparation, with its categories; units that these name are founded."""
    return create_campaign(
        session,
        actor,
        name=NAME,
        full_name="“情系群众周”活动",
        theme="心系群众、排忧解难",
        notice="时间听主人家的，企业可以座谈。能当场解决的当场解决。",
        starts_on=today - BEFORE,
        ends_on=today - BEFORE + LENGTH,
    )


def set_up(session: Session, actor: Actor, campaign: Campaign, village: str, tell: Tell) -> None:
    """Groups and teams from the roster; enterprises and families in need as targets, all shared out; started."""
    import_roster(session, RosterKind.GROUPS, TEAMS, tell, campaign)
    wanted = select(Household.id).join(Area, Area.id == Household.area_id)
    wanted = wanted.where(
        or_(
            Household.kind == HouseholdKind.ENTERPRISE,
            Household.category == "低保户",
            and_(Area.name == village, Household.category.in_(("困难户", "独居老人户"))),
        )
    )
    target_households(session, actor, campaign, session.scalars(wanted))
    place_in_groups(session, actor, campaign)
    _place_the_rest(session, actor, campaign)
    share_out(session, actor, campaign)
    move_campaign(session, actor, campaign, CampaignState.RUNNING)


def _place_the_rest(session: Session, actor: Actor, campaign: Campaign) -> None:
    """Where no group covers a village, the coordinator deals its households out in turn."""
    groups = session.scalars(
        select(Group)
        .where(Group.campaign_id == campaign.id, Group.parent_id.is_(None))
        .options(selectinload(Group.areas))
        .order_by(Group.id)
    ).all()
    rows = session.execute(
        select(Assignment.id, Household.area_id)
        .join(Household, Household.id == Assignment.household_id)
        .where(Assignment.campaign_id == campaign.id, Assignment.group_id.is_(None), Assignment.removed_at.is_(None))
        .order_by(Household.area_id, Assignment.id)
    ).all()
    portions: dict[int, list[int]] = {}
    covered = {area.id for group in groups for area in group.areas}
    for number, assignment_id in enumerate(row.id for row in rows if row.area_id not in covered):
        portions.setdefault(groups[number % len(groups)].id, []).append(assignment_id)
    for group in groups:
        if group.id in portions:
            to_group(session, actor, portions[group.id], group)


def put_down(
    session: Session, campaign: Campaign, today: date, rng: Random, calling: Calling, following: Following
) -> int:
    """Put its visits and what followed down in the history; returns how many visits."""
    places = places_of(session, campaign)
    last = last_day(today)
    calls = plan_calls(places, last, dict.fromkeys((place.village for place in places), SHARE), rng, {})
    for call in calls:
        if call.place.care == ENTERPRISE and call.outcome is Outcome.MET and rng.random() < TALKS:
            call.manner = Manner.TALK
    telling = Telling(calls, last, rng, COURSES)
    stories = telling.stories()
    telling.say_enterprises(12)
    calling.put(campaign.id, calls, stories, following)
    return len(calls)


def close(session: Session, actor: Actor, campaign: Campaign) -> None:
    """End the campaign."""
    move_campaign(session, actor, campaign, CampaignState.CLOSED)
