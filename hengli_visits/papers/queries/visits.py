"""走访台账: each visit, in the order in which they were."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from hengli_visits.actor import Actor
from hengli_visits.exports.queries.streams import count_rows, gathered, of_row, stream
from hengli_visits.exports.tables import Column, Kind, Table, Total
from hengli_visits.models import Assignment, Feedback, Household, Member, Outcome, PaperKind, Visit, VisitCompanion
from hengli_visits.papers import scope
from hengli_visits.papers.ledger import Ledger, each
from hengli_visits.papers.queries.residents import FIELDS, RESIDENT, typed, whole
from hengli_visits.papers.wishes import Wishes

WHO, RESULT, SAID = "走访人员", "走访结果", "意见(条)"


def _query(actor: Actor, wishes: Wishes) -> Select[Visit]:
    return (
        select(Visit)
        .join(Visit.assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(scope.visited(actor, wishes), Visit.voided_at.is_(None), scope.within(Visit.visited_at, wishes))
        .order_by(Visit.visited_at, Visit.id)
    )


def count(session: Session, actor: Actor, _kind: PaperKind, wishes: Wishes) -> int:
    """How many visits there are. One query."""
    return count_rows(session, _query(actor, wishes))


def _people(one: Any) -> str:
    return "、".join(filter(None, (one.row.author, *one.names, one.row.companions_text)))


def ledger(session: Session, actor: Actor, _kind: PaperKind, wishes: Wishes) -> Ledger:
    """The visits to households that the actor oversees, voided ones left out."""
    query = _query(actor, wishes)
    author, companion, person = aliased(Member), aliased(VisitCompanion), aliased(Member)
    wide = (
        query.join(author, author.id == Visit.author_id)
        .outerjoin(companion, companion.visit_id == Visit.id)
        .outerjoin(person, person.id == companion.member_id)
        .order_by(person.id)
    )
    said = (
        select(func.count(Feedback.id))
        .where(Feedback.visit_id == Visit.id, Feedback.removed_at.is_(None))
        .scalar_subquery()
        .label("said")
    )
    rows = stream(
        session, wide, Visit.id, *FIELDS, whole(actor, wishes), said, Visit.visited_at, Visit.outcome, Visit.manner, Visit.remarks,
        Visit.companions_text, author.name.label("author"), person.name.label("person"),
    )  # fmt: skip
    columns = (
        *of_row(Column("走访时间", lambda row: row.visited_at, 16, Kind.MOMENT), *RESIDENT),
        Column(WHO, _people, 16),
        *of_row(
            Column("方式", lambda row: row.manner.label, 7),
            Column(RESULT, lambda row: row.outcome.label, 12),
            Column("走访情况", lambda row: typed(row, row.remarks), 42),
            Column(SAID, lambda row: row.said, 8, Kind.NUMBER),
        ),
    )
    totals = (Total("走访次数"), *each("走访结果", RESULT, Outcome), Total("收集意见（条）", SAID))
    return Ledger(Table(columns, 0, gathered(rows)), totals)
