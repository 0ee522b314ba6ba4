"""The rates that are reported: each with its formula, its two numbers, what stands beside it and what it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.models import Issue, Revisit
from hengli_visits.reports.counting import Count, Where
from hengli_visits.reports.measures import CLAUSES, TOLD, Measure, Told, told_in
from hengli_visits.reports.span import Span
from hengli_visits.wording import N_

ISSUES = "reports.issue_rows"
REVISITS = "reports.revisit_rows"
CITY_BAR = 92
"""Per cent of 解决率 that the city asks for."""


@dataclass(frozen=True)
class Rate:
    """One rate: `part` of `whole`. `unit` counts issues (件) or revisits (次); `beside` is told with it, each a msgid and
    its count. Texts are msgids."""

    key: str
    name: str
    formula: str
    unit: str
    part: Count
    whole: Count
    beside: tuple[tuple[str, Count], ...] = ()
    note: str = ""


M = Measure
Numbers = Mapping[Measure | Told, Count]


def counts(session: Session, actor: Actor, span: Span, now: datetime) -> dict[Measure | Told, Count]:
    """Every measure of a span with the list of its rows. Two queries."""
    columns = [func.count(Issue.id).filter(CLAUSES[one](span, now)) for one in M]
    issues = session.execute(select(*columns).where(span.issues(actor))).one()
    told = [func.count(Revisit.id).filter(TOLD[one]) for one in Told]
    revisits = session.execute(
        select(*told)
        .select_from(Revisit)
        .join(Issue, Issue.id == Revisit.issue_id)
        .where(span.issues(actor), told_in(span))
    ).one()
    found: dict[Measure | Told, Count] = {}
    for measure, number in zip(M, issues, strict=True):
        found[measure] = Count(number, _where(ISSUES, span, measure.value))
    for one, number in zip(Told, revisits, strict=True):
        found[one] = Count(number, _where(REVISITS, span, one.value))
    return found


def _where(endpoint: str, span: Span, measure: str) -> Where:
    return span.where(endpoint) & {"measure": measure}


def rates(n: Numbers) -> list[Rate]:
    """The rates out of the measures. Formulas: domain.md, Figures."""
    return [
        Rate(
            "response", N_("响应率"), N_("期限内联系住户的件数 ÷ 期内交办的件数"), N_("件"), n[M.CONTACTED], n[M.DISPATCHED],
            ((N_("期限未到，还没联系"), n[M.CONTACT_OPEN]), (N_("超过期限"), n[M.CONTACT_LATE])),
            N_("期限按原定的办理期限。重办的件按重办那次交办算。期限未到、还没联系的也在分母里，联系上以后这个数会升上去。"),
        ),
        Rate(
            "on_time", N_("按期办结率"), N_("到期前办结的件数 ÷ 期内到期的件数"), N_("件"), n[M.ON_TIME], n[M.DUE],
            ((N_("没有按期"), n[M.OFF_TIME]), (N_("其中重办过"), n[M.AGAIN])),
            N_("按延期后的期限。单位答复并且没有被退回返工，就算办结；还没到期的不算。"),
        ),
        Rate(
            "first_on_time", N_("按期办结率（原定期限）"), N_("原定期限前办结的件数 ÷ 期内按原定期限到期的件数"), N_("件"),
            n[M.FIRST_ON_TIME], n[M.FIRST_DUE], (), N_("同上，只是不认延期。"),
        ),
        Rate(
            "solved", N_("解决率"), N_("住户认定已解决的次数 ÷ 回访问到结果的次数"), N_("次"), n[Told.SOLVED], n[Told.ASKED],
            ((N_("部分解决"), n[Told.PARTLY]), (N_("没有解决"), n[Told.UNSOLVED])),
            N_("部分解决另列，不算已解决。重办前那一轮的回访也算在内。市里的要求是 92%%。"),
        ),
        Rate(
            "pleased", N_("满意率"), N_("（满意 + 基本满意）÷ 作出评价的次数"), N_("次"), n[Told.PLEASED], n[Told.RATED],
            ((N_("不满意"), n[Told.DISCONTENT]), (N_("不愿评价"), n[Told.UNRATED])),
            N_("不愿评价的另列，不算在内。要同回访覆盖率一起看。"),
        ),
        Rate(
            "revisited", N_("回访覆盖率"), N_("已回访到住户的件数 ÷ 期内审核通过的件数"), N_("件"), n[M.REVISITED], n[M.APPROVED],
            (), N_("当场办结的没有交办，不算。"),
        ),
    ]  # fmt: skip
