"""What documents say: the figures of the pages, recounted from the rows; no resident in them."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.formats import percent
from hengli_visits.models import (
    Area,
    Assignment,
    Contentment,
    Feedback,
    Handling,
    Household,
    Issue,
    IssueState,
    Outcome,
    PaperKind,
    Revisit,
    Solved,
    Visit,
)
from hengli_visits.papers.queries.document import content_of
from hengli_visits.papers.queries.heading import Heading
from hengli_visits.papers.rules import DOCUMENTS
from hengli_visits.papers.wishes import Wishes, chinese_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import actor_for, make_issue, tell
from tests.pages import SignIn
from tests.papers.making import data_of, order, table_under, text_of
from tests.visits.making import content, put, said

HEADING = Heading("横沥镇", "全镇", "今天")


@pytest.fixture
def busy(session: Session, cast: Cast) -> None:
    """A campaign in which something has happened."""
    put(session, cast.visitor, cast.assignment, content(Outcome.AWAY))
    put(session, cast.visitor, cast.assignment, content(feedback=(said("钟林锡说渠堵了"), said("灯坏了"))))
    put(session, cast.visitor, cast.second_assignment, content())
    put(session, cast.other_visitor, cast.other_assignment, content(feedback=(said("好", handling=Handling.NOTED),)))
    for state in (IssueState.IN_PROGRESS, IssueState.CLOSED, IssueState.NOT_ACCEPTED, IssueState.REDO):
        make_issue(session, cast, state)
    fair = make_issue(session, cast, IssueState.REVISIT_DUE)
    tell(session, cast, fair, solved=Solved.PARTLY, contentment=Contentment.FAIRLY)
    named = make_issue(session, cast, IssueState.CLOSED)
    named.title = "钟林锡家门前二巷17号积水"
    named.words, named.done = "请打13800138000找钟伯。", "到二巷17号清渠，钟林锡在场，很满意，又加了两块盖板。"
    session.commit()


def values(session: Session, cast: Cast, who: str = "coordinator", **wishes: Any) -> dict[str, Any]:
    """The single values of a document."""
    actor = actor_for(session, getattr(cast, who))
    asked = Wishes(cast.campaign.id, **wishes)
    return dict(content_of(session, actor, PaperKind.CIRCULAR, cast.campaign, asked, HEADING).values)


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("who", ["coordinator", "area_lead"])
def test_figures_are_what_an_own_count_finds(who: str, session: Session, cast: Cast) -> None:
    told = values(session, cast, who)
    areas = {cast.village.id} if who == "area_lead" else {area.id for area in session.scalars(select(Area))}
    homes = {row.id for row in session.scalars(select(Household)) if row.area_id in areas}
    tasks = [row for row in session.scalars(select(Assignment)) if row.household_id in homes]
    states = Counter(row.state.value for row in tasks)
    assert (told["应走访户数"], told["已走访户数"], told["待走访户数"]) == (
        len(tasks),
        states["visited"],
        states["waiting"],
    )
    assert told["走访率"] == percent(states["visited"], len(tasks))
    ids = {row.id for row in tasks}
    visits = {row.id for row in session.scalars(select(Visit)) if row.assignment_id in ids and row.voided_at is None}
    assert told["走访次数"] == len(visits)
    opinions = [row for row in session.scalars(select(Feedback)) if row.visit_id in visits]
    assert told["意见总数"] == len(opinions)
    assert told["需要跟进数"] == sum(row.handling is Handling.FOLLOW_UP for row in opinions)
    issues = [row for row in session.scalars(select(Issue)) if row.area_id in areas]
    assert told["问题总数"] == len(issues)
    assert told["已办结数"] == sum(row.state is IssueState.CLOSED for row in issues)
    assert told["不予受理数"] == sum(row.state is IssueState.NOT_ACCEPTED for row in issues)
    answers = [row for row in session.scalars(select(Revisit).options(joinedload(Revisit.revisitor)))
               if row.reached and not row.late]  # fmt: skip
    solved = sum(row.solved is Solved.YES for row in answers)
    rated = [row for row in answers if row.contentment not in (None, Contentment.UNRATED)]
    pleased = sum(row.contentment in (Contentment.CONTENT, Contentment.FAIRLY) for row in rated)
    assert told["解决率"] == percent(solved, len(answers))
    assert told["满意率"] == percent(pleased, len(rated))


@pytest.mark.usefixtures("busy")
def test_a_document_says_what_the_page_says(session: Session, cast: Cast, sign_in: SignIn) -> None:
    told = values(session, cast)
    overview = sign_in(cast.coordinator).page(f"/overview?campaign={cast.campaign.id}").text
    assert str(told["走访率"]) in overview
    assert str(told["解决率"]) in overview


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("kind", DOCUMENTS, ids=str)
def test_tables_and_cases(kind: PaperKind, session: Session, cast: Cast) -> None:
    data = data_of(order(session, cast.coordinator, cast.campaign, kind, preface="各位同志："))
    text = text_of(data)
    assert "各位同志：" in text
    own, other, both = table_under(data, "应走访", "已走访")
    assert (own["村（社区）"], own["应走访"], own["已走访"], own["走访率"]) == ("长巷村", "3", "2", "66.7%")
    assert (other["村（社区）"], other["应走访"]) == ("石涌村", "1")
    assert (both["村（社区）"], both["应走访"], both["已走访"], both["走访率"]) == ("合计", "4", "3", "75.0%")
    rates = {row["指标"]: row for row in table_under(data, "指标", "分子", "分母")}
    assert rates["解决率"]["分子"].isdigit()
    numbers = {row.number for row in session.scalars(select(Issue))}
    left = [row["编号"] for row in table_under(data, "编号", "期限")]
    assert left
    assert set(left) <= numbers
    *units, total = table_under(data, "单位", "期内到期")
    assert sum(int(row["问题"]) for row in units) == int(total["问题"]) == len(numbers)
    assert "未交办" in {row["单位"] for row in units}
    assert "加了两块盖板" in text, "the longest story is told"
    for secret in ("钟林锡", "钟伯", "17号", "13800138000", str(cast.household.phone), cast.household.door):
        assert secret not in text, secret


@pytest.mark.usefixtures("busy")
def test_an_area_lead_tells_of_led_villages_and_a_period_of_its_days(session: Session, cast: Cast) -> None:
    data = data_of(order(session, cast.area_lead, cast.campaign, PaperKind.SUMMARY))
    assert [row["村（社区）"] for row in table_under(data, "应走访")] == ["长巷村", "合计"]
    yesterday = clock.today() - timedelta(days=1)
    told = values(session, cast, until=yesterday)
    assert (told["走访次数"], told["意见总数"], told["问题总数"]) == (0, 0, 0)
    assert told["解决率"] == "—"


def test_before_anything_happened(session: Session, cast: Cast) -> None:
    for kind in DOCUMENTS:
        text = text_of(data_of(order(session, cast.coordinator, cast.campaign, kind)))
        assert "期间暂无可以公开的事例。" in text
        assert "没有收集到意见建议" in text
        assert "没有数据" not in text
        assert "尚有0件" not in text
        assert "抓紧办理" not in text
        assert "按期办结率" not in text


def test_a_period_tells_what_was_reached_in_it_and_by_its_end(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    put(session, cast.visitor, cast.assignment, content())
    standing_clock.time += timedelta(days=1)
    put(session, cast.visitor, cast.second_assignment, content())
    standing_clock.time += timedelta(days=1)
    put(session, cast.other_visitor, cast.other_assignment, content())
    session.commit()
    last = clock.today()

    def told(since: date | None, until: date | None) -> tuple[Any, ...]:
        found = values(session, cast, since=since, until=until)
        return found["期内走访户数"], found["已走访户数"], found["走访率"], found["期末"]

    day = timedelta(days=1)
    assert told(last - day, last - day) == (1, 2, "50.0%", chinese_day(last - day))
    assert told(None, last - 2 * day) == (1, 1, "25.0%", chinese_day(last - 2 * day))
    assert told(last + day, last + 9 * day) == (0, 3, "75.0%", chinese_day(last)), "nothing is counted ahead"
    data = data_of(
        order(session, cast.coordinator, cast.campaign, PaperKind.SUMMARY, since=last - day, until=last - day)
    )
    assert "期内走访到1户，共走访1次。" in text_of(data)
    (own, other, both) = table_under(data, "期内走访", "累计走访")
    assert (own["期内走访"], own["累计走访"], other["累计走访"], both["累计走访"]) == ("1", "2", "0", "2")
    daily = [row["日期"] for row in table_under(data, "日期", "走访（次）")]
    assert daily == [f"{(last - day).month}月{(last - day).day}日", "合计"]


def test_a_day_that_is_not_over_says_so_and_is_in_no_line(session: Session, cast: Cast, standing_clock: Clock) -> None:
    put(session, cast.visitor, cast.assignment, content())
    standing_clock.time += timedelta(days=1)
    put(session, cast.visitor, cast.second_assignment, content())
    session.commit()
    today = clock.today()
    asked = Wishes(cast.campaign.id, since=today - timedelta(days=1), until=today + timedelta(days=5))
    made = content_of(session, actor_for(session, cast.coordinator), PaperKind.SUMMARY, cast.campaign, asked, HEADING)
    assert [row["日期"][-4:] for row in made.lists["每日"]][-1] == "（今天）"
    assert len(made.lists["每日"]) == 2, "no day that is yet to come"
    assert len(made.charts["图_每日走访"].names) == 1
