"""Loading the demonstration: the year in order, everybody acting as themselves, the clock showing each moment."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.demo import last_year, this_year
from hengli_visits.demo.acting import units_of
from hengli_visits.demo.agenda import following_day, town_moment
from hengli_visits.demo.calling import Calling
from hengli_visits.demo.following import Following
from hengli_visits.demo.history import History
from hengli_visits.demo.people import OF_UNIT, People, Staff, fill_offices, name_handlers
from hengli_visits.demo.sharing import share_out
from hengli_visits.demo.sign_ins import SignIn, open_sign_in
from hengli_visits.demo.this_year import Pinned
from hengli_visits.demo.town import Tell, import_town
from hengli_visits.demo.visiting import DAYS
from hengli_visits.errors import Conflict
from hengli_visits.models import Campaign, Member, Organisation
from hengli_visits.notices.actions import mark_read
from hengli_visits.visits.pictures import Album
from hengli_visits.wording import N_

SEED = "千名党员走访千户家庭"
MORNING = time(9, 0)
PREPARED = timedelta(days=14)
"""So long before its first day a campaign is prepared."""
UNREAD = timedelta(hours=30)
"""Notices of the last day and a half have not been read yet."""
HANDLING = next(iter(OF_UNIT))
"""The unit whose handler has a sign-in."""


def load(session: Session, album: Album, tell: Tell) -> list[SignIn]:
    """Load the whole demonstration into an empty database; everything is written, nothing committed. Refuses
    (`Conflict`) a database that has members. Random, but the same for each day on which it is loaded, except for the
    passwords."""
    if session.scalar(select(Member.id).limit(1)) is not None:
        raise Conflict(N_("数据库里已经有人员资料，演示数据只能装进空的数据库。"))
    now = clock.now()
    rng = Random(SEED)  # noqa: S311 - a demonstration must come out the same each time
    people = People(session)
    staff = _last_year(session, album, tell, now, rng, people)
    people.forget()
    pinned = _this_year(session, album, tell, now, rng, people, staff)
    return _sign_ins(session, staff, pinned, people)


def _last_year(session: Session, album: Album, tell: Tell, now: datetime, rng: Random, people: People) -> Staff:
    today = following_day(now)
    begin = today - last_year.BEFORE
    history = History(town_moment(last_year.last_day(today) + last_year.AFTER, time(17, 0)))
    with clock.told_by(history):
        history.moment = town_moment(begin - PREPARED, MORNING)
        tell("Rosters")
        import_town(session, tell)
        staff = fill_offices(session, this_year.VILLAGE)
        coordinator = people(staff.coordinator)
        campaign = last_year.found(session, coordinator, today)
        name_handlers(session, staff)
        tell(f"{campaign.name}, a year ago")
        last_year.set_up(session, coordinator, campaign, this_year.VILLAGE, tell)
        people.forget()
        calling, following = _workers(session, album, history, people, staff, rng, campaign)
        calls = last_year.put_down(session, campaign, today, rng, calling, following)
        history.play()
        last_year.close(session, people(staff.coordinator), campaign)
    tell(f"  {calls} visits")
    return staff


def _this_year(
    session: Session, album: Album, tell: Tell, now: datetime, rng: Random, people: People, staff: Staff
) -> Pinned:
    today = following_day(now)
    history = History(now)
    with clock.told_by(history):
        begin = this_year.started_at(today)
        history.moment = town_moment(begin - PREPARED, MORNING)
        coordinator = people(staff.coordinator)
        campaign = this_year.set_up(session, coordinator, staff, today)
        tell(f"{campaign.name}, for {DAYS} days")
        teams = this_year.form_teams(session, coordinator, campaign)
        history.moment += timedelta(days=3)
        pinned = this_year.pin(session, people(teams[this_year.VILLAGE][0]), campaign, teams)
        shared = share_out(session, coordinator, campaign)
        tell(f"  {len(teams)} groups, {shared + len(pinned.round)} households shared out")
        history.moment = town_moment(begin, time(8, 30))
        this_year.start(session, coordinator, campaign)
        people.forget()
        calling, following = _workers(session, album, history, people, staff, rng, campaign)
        calls = this_year.put_down(session, campaign, today, now, rng, pinned, calling, following)
        following.watch(begin, now)
        history.play()
    tell(f"  {calls} visits, and what followed from them")
    return pinned


def _workers(
    session: Session, album: Album, history: History, people: People, staff: Staff, rng: Random, campaign: Campaign
) -> tuple[Calling, Following]:
    units = units_of(session, campaign.id)
    calling = Calling(session, history, people, album, rng, lambda group_id: units.leaders[group_id])
    return calling, Following(session, history, people, staff, units, rng)


def _sign_ins(session: Session, staff: Staff, pinned: Pinned, people: People) -> list[SignIn]:
    unit = session.scalars(select(Organisation.id).where(Organisation.name == HANDLING)).one()
    rows: Sequence[tuple[int, str, str, str, str]] = (
        (pinned.visitor, "走访员", "Visitor", "我的走访：点一户，记一次走访", "My round: open a household, log a visit"),
        (pinned.team_leader, "小组长", "Team leader", "走访任务：看本小组谁还没走完", "Tasks: see what is left in the team"),
        (pinned.leader, "组长", "Group leader", "总览，再看待确认的户和问题", "Overview, then what waits for you"),
        (staff.coordinator, "统筹员", "Coordinator", "问题：受理、交办、审核", "Issues: take on, dispatch, review"),
        (staff.handlers[unit], "承办人", "Handler", f"问题：{HANDLING}的待签收、办理中、已超期", "Issues: sign, work on, answer"),
        (next(iter(staff.leads)), "挂点领导", "Area lead", "总览：所挂村的进度和超期", "Overview of the led villages"),
        (staff.administrator, "管理员", "Administrator", "账号与角色", "Accounts and roles"),
    )  # fmt: skip
    made = [open_sign_in(session, *row) for row in rows]
    for member_id, *_ in rows:
        mark_read(session, people(member_id), clock.now() - UNREAD)
    return made
