"""What reaches a unit's channel: its issues and parts, what the office decides, what time alone does."""

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.issues.actions.pressing import press_late
from hengli_visits.issues.steps import Verb
from hengli_visits.models import IssueState
from hengli_visits.notices.rules import Kind
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import PATHS, make_issue, make_situation, ready_for, step
from tests.notices.making import add_channel, later, route


def test_a_units_channel_carries_what_concerns_the_unit(session: Session, cast: Cast, standing_clock: Clock) -> None:
    own = add_channel(session, unit=cast.unit)
    add_channel(session, unit=cast.other_unit)
    later(standing_clock, minutes=1)
    for state in PATHS:
        make_issue(session, cast, state)
    answered = make_issue(session, cast, IssueState.ANSWER_REVIEW)
    step(session, cast, answered, "coordinator", Verb.REWORK)
    returned = make_issue(session, cast, IssueState.RETURN_REVIEW)
    step(session, cast, returned, "coordinator", Verb.REFUSE_RETURN)
    deliveries = route(session)
    assert {d.channel_id for d in deliveries} == {own.id}
    assert {Kind.DISPATCHED.label, Kind.REWORK.label} <= {d.title for d in deliveries}
    assert any("退单没有同意，请签收办理。" in d.body for d in deliveries)
    assert not any("http" in d.body for d in deliveries)


UNIT_TOLD = [
    (Verb.DISPATCH, "coordinator", Kind.DISPATCHED, "请签收。期限：6月30日 17:30。"),
    (Verb.REFUSE_RETURN, "coordinator", Kind.DISPATCHED, "退单没有同意，请签收办理。"),
    (Verb.REDO_DISPATCH, "coordinator", Kind.DISPATCHED, "请签收。"),
    (Verb.REWORK, "coordinator", Kind.REWORK, "办理结果被退回，请重新办理。"),
    (Verb.REFUSE_PARK, "area_lead", Kind.REWORK, "挂账没有同意，请继续办理。"),
    (Verb.PARK, "area_lead", Kind.PARKED, "已同意挂账，到期再看能不能办。"),
    (Verb.RESUME, "coordinator", Kind.RESUMED, "挂账结束，请接着办理。"),
    (Verb.GRANT_EXTENSION, "coordinator", Kind.EXTENSION, "延期已经同意。"),
    (Verb.REFUSE_EXTENSION, "coordinator", Kind.EXTENSION, "延期没有同意，请按原定期限办理。"),
    (Verb.REMIND, "coordinator", Kind.PRESSED, "催办：请抓紧办理。"),
    (Verb.SUPERVISE, "coordinator", Kind.PRESSED, "书面督办：请抓紧办理。"),
    (Verb.LIFT, "coordinator", Kind.LIFTED, "督办已经解除。"),
]


def test_what_the_office_decides_reaches_the_units_group(session: Session, cast: Cast, standing_clock: Clock) -> None:
    issues = {verb: make_situation(session, cast, ready_for(verb)) for verb, *_ in UNIT_TOLD}
    later(standing_clock, minutes=1)
    add_channel(session, unit=cast.unit)
    add_channel(session, unit=cast.other_unit)
    later(standing_clock, minutes=1)
    for verb, who, _kind, _words in UNIT_TOLD:
        step(session, cast, issues[verb], who, verb)
    deliveries = route(session)
    assert len(deliveries) == len(UNIT_TOLD)
    for delivery, (verb, _who, kind, words) in zip(deliveries, UNIT_TOLD, strict=True):
        assert delivery.title == kind.label
        assert delivery.body.startswith(f"{issues[verb].number} · 水利排涝 · 长巷村。{words}")


def test_a_co_unit_is_told_of_its_part_and_the_lead_of_its_end(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    channels = [add_channel(session, unit=unit) for unit in (cast.unit, cast.committee)]
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    later(standing_clock, minutes=1)
    for channel in channels:
        channel.told_until = clock.now()
    later(standing_clock, minutes=1)
    step(session, cast, issue, "coordinator", Verb.SET_PART)
    (part,) = route(session)
    assert (part.channel_id, part.title) == (channels[1].id, Kind.PART.label)
    assert "通知沿渠的住户" not in part.body


def test_what_time_alone_does_is_told(session: Session, cast: Cast, standing_clock: Clock) -> None:
    unit, office = add_channel(session, unit=cast.unit), add_channel(session, cast.coordinator)
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    told = {unit.id: [Kind.DISPATCHED.label], office.id: [Kind.TRIAGE.label]}
    for _ in range(20):
        later(standing_clock, days=1)
        press_late(session, clock.now())
        route(session)
    for delivery in route(session):
        told[delivery.channel_id].append(delivery.title)
    assert {Kind.NEAR_DUE.label, Kind.OVERDUE.label, Kind.PRESSED.label} <= set(told[unit.id])
    assert {Kind.OVERDUE.label, Kind.ESCALATED.label} <= set(told[office.id])
    escalated = [one for one in route(session) if one.title == Kind.ESCALATED.label]
    assert "单位超期未办，升级为书面督办。" in escalated[0].body
    assert all(issue.number in one.body for one in escalated)


def test_a_unit_is_told_nothing_of_an_issue_about_it(session: Session, cast: Cast, standing_clock: Clock) -> None:
    add_channel(session, unit=cast.unit)
    later(standing_clock, minutes=1)
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    issue.about_unit_id = cast.unit.id
    assert route(session) == []
