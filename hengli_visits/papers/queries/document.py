"""All that a document says: its figures, charts, cases and what is still open, by the names of placeholders."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.formats import percent
from hengli_visits.models import Campaign, Issue, IssueState, PaperKind
from hengli_visits.papers.placeholders import Content, Drawing, Series
from hengli_visits.papers.queries.cases import Case, clean_title, offered, proposed, residents
from hengli_visits.papers.queries.facts import Facts, facts_of
from hengli_visits.papers.queries.heading import Heading
from hengli_visits.papers.queries.reached import NOBODY
from hengli_visits.papers.wishes import Wishes, chinese_day
from hengli_visits.reports.days import Part
from hengli_visits.reports.measures import NO_WORK, Measure
from hengli_visits.reports.visiting import DayRow

NUMERALS = "一二三四五六七八九十"
NO_CATEGORY, NO_UNIT = "未分类", "未交办"
NOT_COUNTED = "挂账、不予受理、并单、撤回"
TO_CONFIRM = "当场办结待确认"
CATEGORIES = 10
RATES = ("响应率", "按期办结率", "解决率", "满意率")


def content_of(
    session: Session, actor: Actor, kind: PaperKind, campaign: Campaign, wishes: Wishes, heading: Heading
) -> Content:
    """The content of a document as the actor oversees it now. Some thirty queries, whatever the size."""
    facts = facts_of(session, actor, campaign, wishes)
    cases = offered(session, actor, kind, wishes)
    chosen = proposed(cases) if wishes.cases is None else [case for case in cases if case.id in wishes.cases]
    told = {"事例": list(_cases(chosen)), "未办结事项": _left(facts.left, residents(session, facts.left))}
    values = _about(actor, campaign, wishes, heading) | _numbers(facts)
    return Content(values, _lists(facts) | told, _charts(facts))


def _about(actor: Actor, campaign: Campaign, wishes: Wishes, heading: Heading) -> dict[str, str | int]:
    today = clock.today()
    end = min(wishes.until or today, today)
    return {
        "活动": campaign.name,
        "活动全称": campaign.full_name or f"“{campaign.name}”活动",
        "主题": campaign.theme,
        "范围": heading.place,
        "期间": heading.period,
        "有期间": "是" if wishes.since or wishes.until else "",
        "期末": chinese_day(end),
        "期末已过": "是" if end < today else "",
        "截至": chinese_day(today),
        "成文日期": chinese_day(today),
        "制表人": actor.name,
        "前言": wishes.preface,
    }


def _numbers(facts: Facts) -> dict[str, str | int]:
    covered, said = facts.tasks.coverage, facts.said.said
    states = {state: count.number for state, count in facts.solving.states}
    rates = {rate.name: percent(rate.part.number, rate.whole.number) for rate in facts.solving.rates}
    measures = facts.solving.measures
    return {
        "应走访户数": covered.total.number,
        "期内走访户数": facts.within,
        "已走访户数": facts.so_far,
        "走访率": percent(facts.so_far, covered.total.number),
        "需再访户数": covered.again.number,
        "无法走访户数": covered.unreachable.number,
        "待走访户数": covered.waiting.number,
        "走访次数": facts.visits.total.number,
        "意见总数": said.total.number,
        "当场答复数": said.answered.number,
        "记录在案数": said.noted.number,
        "需要跟进数": said.follow_up.number,
        "问题总数": facts.solving.total.number,
        "已办结数": states.get(IssueState.CLOSED, 0),
        "未办结数": sum(number for state, number in states.items() if state not in NO_WORK),
        "当场办结待确认数": states.get(IssueState.ON_THE_SPOT, 0),
        "超期数": facts.followed.overdue.number,
        "挂账数": states.get(IssueState.PARKED, 0),
        "不予受理数": states.get(IssueState.NOT_ACCEPTED, 0),
        "撤回数": states.get(IssueState.WITHDRAWN, 0),
        "并单数": states.get(IssueState.MERGED, 0),
        "到期数": measures[Measure.DUE].number,
        "按期办结数": measures[Measure.ON_TIME].number,
        "未办结列出数": len(facts.left),
        **{name: rates[name] for name in RATES},
    }


def _lists(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    said, raised = facts.said.said.total.number, facts.solving.total.number
    return {
        "各村": _villages(facts),
        "各性质": [
            {"名称": one.label, "条数": count.number, "占比": percent(count.number, said)}
            for one, count in facts.said.natures
        ],
        "各类别": [
            {"名称": name or NO_CATEGORY, "件数": count.number, "占比": percent(count.number, raised)}
            for name, count in facts.categories
        ],
        "各单位": [
            {"单位": part.name or NO_UNIT, "问题": part.total.number, "未办结": part.open.number, "超期": part.late.number,
             "到期": part.due.number, "按期办结": part.on_time.number}
            for part in facts.solving.units if part.total.number or part.due.number
        ],
        "指标": [
            {"名称": rate.name, "公式": rate.formula, "分子": rate.part.number, "分母": rate.whole.number,
             "比率": percent(rate.part.number, rate.whole.number), "不计": NOT_COUNTED}
            for rate in facts.solving.rates if rate.whole.number
        ],
        "每日": list(_days(facts)),
    }  # fmt: skip


def _villages(facts: Facts) -> list[dict[str, Any]]:
    """Villages with households to visit, then those of which there are only issues."""
    covered = {row.name: row.coverage for row in facts.tasks.villages}
    said = {row.name: row.total.number for row in facts.said.villages}
    parts = {part.name: part for part in facts.solving.villages}
    rows = []
    for name in dict.fromkeys([*covered, *said, *parts]):
        total = covered[name].total.number if name in covered else 0
        found = facts.reached.get(name, NOBODY)
        part = parts.get(name)
        rows.append(
            {"村": name, "应走访": total, "期内走访": found.within, "已走访": found.so_far, "走访率": percent(found.so_far, total),
             "意见": said.get(name, 0), "问题": part.total.number if part else 0, "未办结": part.open.number if part else 0}
        )  # fmt: skip
    return rows


def _said_of(part: Part) -> str:
    """A day, or the days from one to the other when a long time is told by weeks; a day that is not over says so."""
    first, last = (f"{day.month}月{day.day}日" for day in (part.first, part.last))
    if not part.single:
        return f"{first}—{last}"
    return f"{first}（今天）" if part.first == clock.today() else first


def _past(facts: Facts) -> list[DayRow]:
    """The days that have begun: a period may reach beyond today."""
    return [row for row in facts.visits.days if row.part.first <= clock.today()]


def _over(rows: list[DayRow]) -> list[DayRow]:
    """Of these the days that a line may show: today's part of a day would make it fall, unless there is nothing else."""
    last = rows[-1].part if rows else None
    return rows[:-1] if last and len(rows) > 1 and last.single and last.first == clock.today() else rows


def _days(facts: Facts) -> Iterable[dict[str, Any]]:
    total = 0
    for row in _past(facts):
        total += row.visits.number
        yield {"日期": _said_of(row.part), "走访": row.visits.number, "累计": total}


def _cases(cases: Iterable[Case]) -> Iterable[dict[str, Any]]:
    for numeral, case in zip(NUMERALS, cases, strict=False):
        yield {
            "序号": numeral, "标题": case.title, "村": case.village, "单位": case.unit, "反映": case.said, "措施": case.done,
            "评价": case.contentment.label,
        }  # fmt: skip


def _left(issues: Iterable[Issue], known: dict[int, list[str]]) -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {
            "序号": index,
            "编号": issue.number,
            "问题": clean_title(issue, known),
            "村": issue.area.name,
            "单位": issue.lead_unit.name if issue.lead_unit else NO_UNIT,
            "状态": TO_CONFIRM if issue.state is IssueState.ON_THE_SPOT else issue.state.label,
            "期限": _day(issue),
            "超期": "是" if issue.step_due_at is not None and issue.step_due_at <= now else "",
        }
        for index, issue in enumerate(issues, start=1)
    ]


def _day(issue: Issue) -> str:
    if issue.step_due_at is None:
        return ""
    day = clock.town_time(issue.step_due_at).date()
    return f"{day.month}月{day.day}日"


def _charts(facts: Facts) -> dict[str, Drawing]:
    rows, parts, days = facts.tasks.villages, facts.categories[:CATEGORIES], _over(_past(facts))
    visited = tuple(float(facts.reached.get(row.name, NOBODY).so_far) for row in rows)
    left = tuple(float(row.coverage.total.number) - done for row, done in zip(rows, visited, strict=True))
    return {
        "图_各村走访": Drawing(
            "各村（社区）已走访和未走访的户数",
            tuple(row.name for row in rows),
            (Series("已走访", visited), Series("未走访", left)),
        ),
        "图_问题类别": Drawing(
            "各类问题的件数",
            tuple(name or NO_CATEGORY for name, _ in parts),
            (Series("件数", tuple(float(count.number) for _, count in parts)),),
        ),
        "图_每日走访": Drawing(
            "每日走访的次数",
            tuple(f"{row.part.first.month}/{row.part.first.day}" for row in days),
            (Series("走访次数", tuple(float(row.visits.number) for row in days)),),
            line=True,
        ),
    }
