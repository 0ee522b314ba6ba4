"""What ledgers hold: rows, totals that compute, print set-up, nothing that acts as a formula, residents masked."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.issues.steps import Verb
from hengli_visits.models import (
    Contentment,
    Feedback,
    Handling,
    IssueState,
    Manner,
    Outcome,
    PaperKind,
    ParkCause,
    Revisit,
    Solved,
    Supervision,
    Visit,
)
from hengli_visits.papers.rules import LEDGERS
from hengli_visits.reports.measures import Measure
from hengli_visits.reports.rates import counts
from hengli_visits.reports.span import Span
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import actor_for, make_issue, step, tell
from tests.papers.making import data_of, order, rows_of, sheet_of, totals_of
from tests.papers.reckoning import formulas, reckon
from tests.visits.making import content, put, said


def busy(session: Session, cast: Cast) -> None:
    """A campaign in which something has happened."""
    put(session, cast.visitor, cast.assignment, content(Outcome.AWAY))
    put(session, cast.visitor, cast.assignment, content(feedback=(said("=1+1排水渠堵了"), said("路灯坏了"))))
    put(session, cast.visitor, cast.second_assignment, content(companions_text="-2村干部", remarks="+86 家里有人"))
    noted = said("@谢谢", handling=Handling.NOTED)
    put(session, cast.other_visitor, cast.other_assignment, content(feedback=(noted,)))
    for state in (IssueState.IN_PROGRESS, IssueState.CLOSED, IssueState.REDO, IssueState.NOT_ACCEPTED):
        make_issue(session, cast, state)
    parked = make_issue(session, cast, IssueState.IN_PROGRESS)
    parked.state, parked.park_cause, parked.review_on = IssueState.PARKED, ParkCause.FUNDS, clock.today() - timedelta(1)
    parked.step_due_at = None
    pressed = make_issue(session, cast, IssueState.IN_PROGRESS)
    pressed.supervision, pressed.supervised_at = Supervision.WRITTEN, clock.now()
    pressed.extensions, pressed.original_due_at = 2, pressed.due_at
    session.commit()


@pytest.mark.parametrize("kind", LEDGERS, ids=str)
@pytest.mark.parametrize("empty", [False, True], ids=["rows", "none"])
def test_formulas_come_to_the_totals_that_are_shown(kind: PaperKind, empty: bool, session: Session, cast: Cast) -> None:
    if not empty:
        busy(session, cast)
    data = data_of(order(session, cast.coordinator, cast.campaign, kind))
    written, shown = sheet_of(data, values=False), sheet_of(data)
    found = dict(formulas(written))
    assert found
    for place, formula in found.items():
        assert reckon(written, formula) == pytest.approx(shown[place].value), (place, formula)


def test_totals_are_what_an_own_count_finds(session: Session, cast: Cast) -> None:
    busy(session, cast)
    visits = totals_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.VISITS)))
    by_outcome = dict(session.execute(select(Visit.outcome, func.count()).group_by(Visit.outcome)).all())
    assert visits["走访次数"] == sum(by_outcome.values()) == 4
    assert {o: visits[f"走访结果：{o.label}"] for o in Outcome} == {o: by_outcome.get(o, 0) for o in Outcome}
    assert visits["收集意见（条）"] == session.scalar(select(func.count(Feedback.id))) == 3
    opinions = totals_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.SAID)))
    assert (opinions["意见建议（条）"], opinions["处理：记录在案"], opinions["处理：需要跟进"]) == (3, 1, 2)
    issues = totals_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.ISSUES)))
    assert (issues["问题总数"], issues["状态：待受理"], issues["状态：挂账"], issues["状态：已办结"]) == (8, 2, 1, 1)


def test_rows_of_each_list(session: Session, cast: Cast) -> None:
    busy(session, cast)

    def rows(kind: PaperKind) -> list[dict[str, Any]]:
        return rows_of(data_of(order(session, cast.coordinator, cast.campaign, kind)))

    assert {row["协办单位"] for row in rows(PaperKind.DUTIES)} == {cast.committee.name}
    assert len(rows(PaperKind.DUTIES)) == 5, "what was not accepted is nobody's duty"
    struck = sorted(row["销号"] for row in rows(PaperKind.RECTIFIED))
    assert struck == sorted(["已销号", "挂账", "未销号", "未销号", "未销号"])
    (closed,) = (row for row in rows(PaperKind.RECTIFIED) if row["销号"] == "已销号")
    assert (closed["按期"], closed["回访"], closed["评价"]) == ("提前", "解决：是", "满意")
    (parked,) = rows(PaperKind.PARKED)
    assert (parked["原因"], parked["复核逾期"], "状态" in parked) == ("资金", "是", False)
    (pressed,) = rows(PaperKind.SUPERVISED)
    assert (pressed["督办"], pressed["延期(次)"], pressed["答复逾期(天)"], pressed["本步逾期(天)"]) == (
        "书面督办",
        2,
        0,
        0,
    )


def test_in_time_is_what_the_rate_counts(session: Session, cast: Cast, standing_clock: Clock) -> None:
    """One done, one sent back by the resident, one not answered; what stands apart gets a dash."""
    for state in (IssueState.CLOSED, IssueState.REDO, IssueState.WITHDRAWN, IssueState.IN_PROGRESS, IssueState.PARKED):
        make_issue(session, cast, state)
    session.commit()

    def told() -> list[str]:
        return [
            row["按期"]
            for row in rows_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.RECTIFIED)))
        ]

    assert sorted(told()) == sorted(["提前", "未到期", "未到期", "—"] + ["—"] * (len(told()) - 4))
    standing_clock.time += timedelta(days=60)
    measured = counts(session, actor_for(session, cast.coordinator), Span(cast.campaign.id), clock.now())
    assert told().count("是") == measured[Measure.ON_TIME].number == 1
    assert told().count("否") == measured[Measure.OFF_TIME].number == 2
    assert told().count("是") + told().count("否") == measured[Measure.DUE].number


def test_how_late_is_counted_by_the_present_step_too(session: Session, cast: Cast, standing_clock: Clock) -> None:
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    issue.supervision, issue.supervised_at = Supervision.WRITTEN, clock.now()
    assert issue.step_due_at is not None
    assert issue.due_at is not None
    session.commit()

    def told() -> tuple[Any, ...]:
        (row,) = rows_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.SUPERVISED)))
        assert row["原期限"] == row["办理期限"] is not None
        return row["答复逾期(天)"], row["本步逾期(天)"]

    standing_clock.time = issue.step_due_at + timedelta(minutes=1)
    assert told() == (0, 1), "what is overdue is never late by nothing"
    standing_clock.time = issue.due_at + timedelta(days=3)
    assert told()[0] == 3


def test_lists_and_rate_explain_each_other(session: Session, cast: Cast) -> None:
    for state in (IssueState.IN_PROGRESS, IssueState.PARKED, IssueState.CLOSED):
        make_issue(session, cast, state)
    gone = make_issue(session, cast, IssueState.IN_PROGRESS)
    step(session, cast, gone, "coordinator", Verb.WITHDRAW)
    session.commit()

    def totals(kind: PaperKind) -> dict[str, Any]:
        return totals_of(data_of(order(session, cast.coordinator, cast.campaign, kind)))

    whole = counts(session, actor_for(session, cast.coordinator), Span(cast.campaign.id), clock.now())
    duties, rectified = totals(PaperKind.DUTIES), totals(PaperKind.RECTIFIED)
    assert duties["交办问题"] - duties["其中挂账"] == whole[Measure.DISPATCHED].number
    apart = rectified["销号：挂账"] + rectified["销号：另列"]
    assert rectified["交办问题"] - apart == whole[Measure.DISPATCHED].number


def test_rectified_tells_the_last_visit_that_reached_the_resident(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    tell(session, cast, issue, solved=Solved.PARTLY, contentment=Contentment.FAIRLY)
    session.add(
        Revisit(
            uuid=uuid4(), issue_id=issue.id, round=issue.round, revisitor_id=cast.visitor.id, at=clock.now(),
            manner=Manner.PHONE, reached=True, solved=Solved.NO, contentment=Contentment.DISCONTENT, late=True,
        )
    )  # fmt: skip
    session.commit()
    (row,) = rows_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.RECTIFIED)))
    assert (row["回访"], row["评价"]) == ("解决：部分", "基本满意")


def test_figures_of_a_day_and_of_a_week(session: Session, cast: Cast) -> None:
    busy(session, cast)
    today = clock.today()
    daily = rows_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.DAILY, since=today, until=today)))
    own, other = daily
    assert (own["村(社区)"], own["走访对象(户)"], own["累计已访(户)"], own["当天走访(次)"]) == ("长巷村", 3, 2, 3)
    assert own["走访率"] == pytest.approx(2 / 3)
    assert (own["当天走访(户)"], own["当天意见(条)"], own["累计问题"], own["累计办结"], own["挂账"]) == (2, 2, 8, 1, 1)
    assert (other["村(社区)"], other["走访率"], other["当天意见(条)"]) == ("石涌村", 1, 1)
    before = today - timedelta(days=1)
    earlier = order(session, cast.coordinator, cast.campaign, PaperKind.DAILY, since=before, until=before)
    assert [row["当天走访(次)"] for row in rows_of(data_of(earlier))] == [0, 0]


def test_a_past_day_tells_how_it_was_then(session: Session, cast: Cast, standing_clock: Clock) -> None:
    put(session, cast.visitor, cast.assignment, content())
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    day = clock.today()
    standing_clock.time += timedelta(days=2)
    put(session, cast.visitor, cast.second_assignment, content())
    make_issue(session, cast, IssueState.DISPATCHED)
    step(session, cast, issue, "coordinator", Verb.WITHDRAW)
    session.commit()

    def told(on: date) -> tuple[Any, ...]:
        paper = data_of(order(session, cast.coordinator, cast.campaign, PaperKind.DAILY, since=on, until=on))
        own = rows_of(paper)[0]
        return own["累计已访(户)"], own["走访率"], own["累计问题"], own["未办结"]

    assert told(day) == (1, pytest.approx(1 / 3), 1, 1), "what came and went later is not known yet"
    assert told(clock.today()) == (2, pytest.approx(2 / 3), 2, 1)
    past = data_of(order(session, cast.coordinator, cast.campaign, PaperKind.DAILY, since=day, until=day))
    at = f"{clock.today().month}月{clock.today().day}日 {clock.town_time(clock.now()):%H:%M}"
    assert f"超期(截至{at})" in rows_of(past)[0]
