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
    HouseholdKind,
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
from hengli_visits.papers import actions
from hengli_visits.papers.rules import LEDGERS
from hengli_visits.reports.measures import Measure
from hengli_visits.reports.rates import counts
from hengli_visits.reports.span import Span
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import make_assignment, make_household
from tests.issues.making import actor_for, make_issue, step, tell
from tests.papers.making import HEAD, data_of, order, part_of, rows_of, sheet_of, totals_of
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


def test_every_text_is_a_text(session: Session, cast: Cast) -> None:
    busy(session, cast)
    data = b""
    for kind in (PaperKind.VISITS, PaperKind.SAID):
        data = data_of(order(session, cast.coordinator, cast.campaign, kind))
        written = sheet_of(data, values=False)
        places = [place for place, _ in formulas(written)]
        last = HEAD + 1 + len(rows_of(data))
        assert all(int("".join(c for c in place if c.isdigit())) > last for place in places), "formulas are totals"
    words = [row["内容"] for row in rows_of(data)]
    assert words == ["=1+1排水渠堵了", "路灯坏了", "@谢谢"]


def test_paper_set_up(session: Session, cast: Cast) -> None:
    busy(session, cast)
    data = data_of(order(session, cast.coordinator, cast.campaign, PaperKind.VISITS))
    sheet, book = part_of(data, "xl/worksheets/sheet1.xml"), part_of(data, "xl/workbook.xml")
    assert f'<pane ySplit="{HEAD + 1}" topLeftCell="A{HEAD + 2}"' in sheet
    assert 'paperSize="9" fitToHeight="0" orientation="landscape"' in sheet
    assert f"${HEAD + 1}:${HEAD + 1}</definedName>" in book, "the head is printed on every page"
    assert "第 &amp;P 页，共 &amp;N 页" in sheet
    values = sheet_of(data)
    assert values["A1"].value == "“双千”活动走访台账"
    assert values["A2"].value == "单位：横沥镇　　范围：全镇　　期间：2026年6月19日至6月29日"
    assert values["A3"].value == "制表：统建文　　生成时间：2026-06-29 10:00　　" + actions.HIDDEN
    last = [row[0] for row in values.iter_rows(values_only=True)][-1]
    assert isinstance(last, str)
    assert last.startswith("制表：统建文　　审核：＿＿")
    assert "wrapText" in part_of(data, "xl/styles.xml")


def test_a_long_text_gets_room(session: Session, cast: Cast) -> None:
    put(session, cast.visitor, cast.assignment, content(remarks="家里两位老人。" * 30))
    put(session, cast.visitor, cast.assignment, content(remarks="好"))
    session.commit()
    sheet = sheet_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.VISITS)))
    long, short = (sheet.row_dimensions[HEAD + 2 + index].height for index in range(2))
    assert long > 10 * 15
    assert short < 18


def test_residents_are_masked_unless_there_is_a_purpose(session: Session, cast: Cast) -> None:
    firm = make_household(session, cast.village, "力泰制衣厂", kind=HouseholdKind.ENTERPRISE)
    task = make_assignment(session, cast.campaign, firm, cast.team, (cast.visitor,))
    put(session, cast.visitor, cast.assignment, content(feedback=(said(),)))
    put(session, cast.visitor, task, content(feedback=(said(),)))
    session.commit()
    phone, door = str(cast.household.phone), cast.household.door
    for kind in (PaperKind.VISITS, PaperKind.SAID):
        own, enterprise = rows_of(data_of(order(session, cast.coordinator, cast.campaign, kind)))
        assert (own["户主(企业)"], own["联系电话"]) == ("钟**", f"{phone[:3]}****{phone[-4:]}")
        assert own["地址"] == cast.household.street
        assert enterprise["户主(企业)"] == "力泰制衣厂", "a firm's name is no secret"
        whole, _ = rows_of(data_of(order(session, cast.coordinator, cast.campaign, kind, purpose="report")))
        assert (whole["户主(企业)"], whole["联系电话"]) == ("钟林锡", phone)
        assert whole["地址"].endswith(door)


def test_what_somebody_typed_is_told_as_such(session: Session, cast: Cast) -> None:
    words = "请打13800138000，或者 139 0013 8000，工单20260629100。"
    put(session, cast.visitor, cast.assignment, content(remarks=words, feedback=(said(words),)))
    session.commit()
    for kind, title in ((PaperKind.VISITS, "走访情况"), (PaperKind.SAID, "内容")):
        data = data_of(order(session, cast.coordinator, cast.campaign, kind))
        assert rows_of(data)[0][title] == "请打138****8000，或者 139****8000，工单20260629100。"
        assert "可能含个人信息" in str(sheet_of(data)["A3"].value)
        data = data_of(order(session, cast.coordinator, cast.campaign, kind, purpose="report"))
        assert rows_of(data)[0][title] == words
        told = str(sheet_of(data)["A4"].value)
        assert all(part in told for part in ("含住户姓名", "上级要求报送", "统建文", "妥善保管"))
    rows = rows_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.ISSUES)))
    assert "13800138000" not in str(rows)


def test_a_text_longer_than_a_row_says_that_there_is_more(session: Session, cast: Cast) -> None:
    put(session, cast.visitor, cast.assignment, content(remarks="家里两位老人。" * 200))
    session.commit()
    sheet = sheet_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.VISITS)))
    (row,) = rows_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.VISITS)))
    assert row["走访情况"].startswith("家里两位老人。")
    assert row["走访情况"].endswith("……（全文见系统）")
    assert len(row["走访情况"]) < 42 // 2 * 27
    assert sheet.row_dimensions[HEAD + 2].height < 409


def test_issues_tell_of_no_resident(session: Session, cast: Cast) -> None:
    busy(session, cast)
    for kind in (PaperKind.ISSUES, PaperKind.DUTIES, PaperKind.RECTIFIED, PaperKind.PARKED, PaperKind.SUPERVISED):
        values = str(rows_of(data_of(order(session, cast.coordinator, cast.campaign, kind))))
        assert cast.household.name not in values
        assert str(cast.household.phone) not in values


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", LEDGERS, ids=str)
def test_filters(kind: PaperKind, session: Session, cast: Cast) -> None:
    busy(session, cast)

    def villages(**wishes: Any) -> set[str]:
        found = order(session, cast.coordinator, cast.campaign, kind, **wishes)
        return {row["村(社区)"] for row in rows_of(data_of(found))}

    assert villages(area_id=cast.village.id) == {"长巷村"}
    assert villages(group_id=cast.group.id) == {"长巷村"}, "a group with its teams"
    assert villages(area_id=cast.other_village.id, group_id=cast.group.id) == set()
    if kind in (PaperKind.VISITS, PaperKind.SAID, PaperKind.ISSUES):
        assert villages(since=date(2026, 6, 29), until=date(2026, 6, 29)) >= {"长巷村"}
        assert villages(until=date(2026, 6, 28)) == villages(since=date(2026, 6, 30)) == set()
