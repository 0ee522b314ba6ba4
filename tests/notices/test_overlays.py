"""Who is told of what lies over an issue."""

from datetime import timedelta

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.issues.actions import press_late
from hengli_visits.issues.steps import Verb
from hengli_visits.models import IssueState, Member, Role
from hengli_visits.notices.queries import page_of
from hengli_visits.notices.rules import Kind
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import grant
from tests.issues.making import actor_for, make_issue, make_situation, step
from tests.pages import SignIn


def newest(session: Session, member: Member) -> Kind | None:
    items = page_of(session, actor_for(session, member), 1).page.items
    return items[0].kind if items else None


def test_each_step_is_told_to_whom_it_concerns(session: Session, cast: Cast, standing_clock: Clock) -> None:
    grant(session, cast.stranger, Role.HANDLER, organisation_id=cast.committee.id)
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    for who, verb, member, kind in (
        ("handler", Verb.ASK_EXTENSION, cast.coordinator, Kind.EXTENSION_ASKED),
        ("coordinator", Verb.GRANT_EXTENSION, cast.handler, Kind.EXTENSION),
        ("leader", Verb.REMIND, cast.handler, Kind.PRESSED),
        ("coordinator", Verb.LIFT, cast.handler, Kind.LIFTED),
        ("coordinator", Verb.SET_PART, cast.stranger, Kind.PART),
        ("stranger", Verb.CLOSE_PART, cast.handler, Kind.PART_DONE),
    ):
        standing_clock.time += timedelta(minutes=1)
        step(session, cast, issue, who, verb)
        assert newest(session, member) is kind, verb


def test_parking_is_told_to_judge_unit_and_raiser(session: Session, cast: Cast, standing_clock: Clock) -> None:
    issue = make_situation(session, cast, "parking asked")
    assert newest(session, cast.area_lead) is Kind.PARKING
    standing_clock.time += timedelta(minutes=1)
    step(session, cast, issue, "area_lead", Verb.PARK)
    assert newest(session, cast.handler) is Kind.PARKED
    assert newest(session, cast.visitor) is Kind.NEWS
    standing_clock.time = standing_clock.time.replace(month=8, day=31)
    press_late(session, clock.now())
    assert newest(session, cast.area_lead) is Kind.REVIEW


def test_lateness_is_told_to_unit_and_overseers(
    session: Session, cast: Cast, standing_clock: Clock, sign_in: SignIn
) -> None:
    cast.campaign.written_days, cast.campaign.circular_days = 1, 3
    make_issue(session, cast, IssueState.IN_PROGRESS)
    standing_clock.time = standing_clock.time.replace(month=7, day=3, hour=8)
    press_late(session, clock.now())
    assert newest(session, cast.handler) is Kind.NEAR_DUE
    assert newest(session, cast.area_lead) is None
    standing_clock.time = standing_clock.time.replace(day=7, hour=2)
    press_late(session, clock.now())
    for member in (cast.handler, cast.coordinator, cast.area_lead):
        assert newest(session, member) is Kind.OVERDUE
    standing_clock.time = standing_clock.time.replace(day=8)
    press_late(session, clock.now())
    assert newest(session, cast.handler) is Kind.PRESSED
    assert newest(session, cast.coordinator) is Kind.ESCALATED
    session.commit()
    assert "书面督办" in sign_in(cast.handler).page("/notices").text
    page = sign_in(cast.coordinator).page("/issues?tab=supervised")
    assert "书面督办" in page.text
