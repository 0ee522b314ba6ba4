"""All that a document says: its figures, charts, cases and what is still open, by the names of placeholders."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import Campaign, Handling, Issue, IssueState, Nature, PaperKind
from hengli_visits.papers.placeholders import Content, Drawing, Series
from hengli_visits.papers.queries.cases import Case, clean_title, offered, proposed, residents
from hengli_visits.papers.queries.facts import NO_WORK, Facts, Part, facts_of
from hengli_visits.papers.queries.heading import Heading
from hengli_visits.papers.wishes import Wishes, chinese_day

NUMERALS = "一二三四五六七八九十"
NO_CATEGORY = "未分类"
NOT_COUNTED = "挂账、不予受理、并单、撤回"
CATEGORIES = 10


def share(part: int, whole: int) -> str:
    """A quotient with one decimal; a dash when there is nothing to share."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def content_of(
    session: Session, actor: Actor, kind: PaperKind, campaign: Campaign, wishes: Wishes, heading: Heading
) -> Content:
    """The content of a document as the actor oversees it now. Some twenty queries, whatever the size."""
    facts = facts_of(session, actor, kind, wishes)
    cases = offered(session, actor, kind, wishes)
    chosen = proposed(cases) if wishes.cases is None else [case for case in cases if case.id in wishes.cases]
    return Content(
        _values(actor, campaign, wishes, heading, facts),
        _lists(facts) | {"事例": list(_cases(chosen)), "未办结事项": _left(facts.left, residents(session, facts.left))},
        _charts(facts),
    )


def _values(actor: Actor, campaign: Campaign, wishes: Wishes, heading: Heading, facts: Facts) -> dict[str, str | int]:
    covered, states, today = facts.coverage, facts.states, chinese_day(clock.today())
    rates = {rate.name: share(rate.part, rate.whole) for rate in facts.rates}
    return {
        "活动": campaign.name,
        "活动全称": campaign.full_name or f"“{campaign.name}”活动",
        "主题": campaign.theme,
        "范围": heading.place,
        "期间": heading.period,
        "截至": today,
        "成文日期": today,
        "制表人": actor.name,
        "前言": wishes.preface,
        "应走访户数": covered.total.number,
        "已走访户数": covered.visited.number,
        "走访率": share(covered.visited.number, covered.total.number),
        "需再访户数": covered.again.number,
        "无法走访户数": covered.unreachable.number,
        "待走访户数": covered.waiting.number,
        "走访次数": sum(number for _, number in facts.days),
        "意见总数": sum(facts.handling.values()),
        "当场答复数": facts.handling.get(Handling.ANSWERED, 0),
        "记录在案数": facts.handling.get(Handling.NOTED, 0),
        "需要跟进数": facts.handling.get(Handling.FOLLOW_UP, 0),
        "问题总数": sum(states.values()),
        "已办结数": states.get(IssueState.CLOSED, 0),
        "未办结数": sum(number for state, number in states.items() if state not in NO_WORK),
        "超期数": facts.late,
        "挂账数": states.get(IssueState.PARKED, 0),
        "不予受理数": states.get(IssueState.NOT_ACCEPTED, 0),
        "撤回数": states.get(IssueState.WITHDRAWN, 0),
        "并单数": states.get(IssueState.MERGED, 0),
        "未办结列出数": len(facts.left),
        **{name: rates[name] for name in ("响应率", "按期办结率", "解决率", "满意率")},
    }


def _lists(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    said, raised = sum(facts.natures.values()), sum(facts.states.values())
    return {
        "各村": _villages(facts),
        "各性质": [
            {"名称": one.label, "条数": facts.natures.get(one, 0), "占比": share(facts.natures.get(one, 0), said)}
            for one in Nature
        ],
        "各类别": [
            {"名称": part.name or NO_CATEGORY, "件数": part.total, "占比": share(part.total, raised), "已办结": part.closed}
            for part in facts.categories
        ],
        "各单位": [
            {"单位": part.name, "交办": part.total, "已办结": part.closed, "未办结": part.open, "超期": part.late}
            for part in facts.units
        ],
        "指标": [
            {"名称": rate.name, "公式": rate.formula, "分子": rate.part, "分母": rate.whole,
             "比率": share(rate.part, rate.whole), "不计": NOT_COUNTED}
            for rate in facts.rates
        ],
        "每日": list(_days(facts)),
    }  # fmt: skip


def _villages(facts: Facts) -> list[dict[str, Any]]:
    places = {part.name: part for part in facts.places}
    covered = {row.name: row.coverage for row in facts.villages}
    rows = []
    for name in [*covered, *(name for name in places if name not in covered)]:
        part = places.get(name, Part(name, 0, 0, 0, 0))
        total, visited = (covered[name].total.number, covered[name].visited.number) if name in covered else (0, 0)
        rows.append(
            {"村": name, "应走访": total, "已走访": visited, "走访率": share(visited, total), "意见": facts.said.get(name, 0),
             "问题": part.total, "已办结": part.closed}
        )  # fmt: skip
    return rows


def _days(facts: Facts) -> Iterable[dict[str, Any]]:
    total = 0
    for day, number in facts.days:
        total += number
        yield {"日期": f"{day.month}月{day.day}日", "走访": number, "累计": total}


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
            "单位": issue.lead_unit.name if issue.lead_unit else "未交办",
            "状态": issue.state.label,
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
    rows, parts = facts.villages, facts.categories[:CATEGORIES]
    visited = tuple(float(row.coverage.visited.number) for row in rows)
    left = tuple(float(row.coverage.total.number - row.coverage.visited.number) for row in rows)
    return {
        "图_各村走访": Drawing(
            "各村（社区）已走访和未走访的户数",
            tuple(row.name for row in rows),
            (Series("已走访", visited), Series("未走访", left)),
        ),
        "图_问题类别": Drawing(
            "各类问题的件数",
            tuple(part.name or NO_CATEGORY for part in parts),
            (Series("件数", tuple(float(part.total) for part in parts)),),
        ),
        "图_每日走访": Drawing(
            "每日走访的次数",
            tuple(f"{day.month}/{day.day}" for day, _ in facts.days),
            (Series("走访次数", tuple(float(number) for _, number in facts.days)),),
            line=True,
        ),
    }
