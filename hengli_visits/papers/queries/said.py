"""民情台账: what residents said, in the order in which they did."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.exports.queries.streams import count_rows, stream
from hengli_visits.exports.tables import Column, Kind, Table, Total
from hengli_visits.models import (
    Assignment,
    Category,
    Feedback,
    Handling,
    Household,
    Issue,
    Member,
    Nature,
    PaperKind,
    Visit,
)
from hengli_visits.papers import scope
from hengli_visits.papers.ledger import Ledger, each
from hengli_visits.papers.queries.residents import FIELDS, RESIDENT, typed, whole
from hengli_visits.papers.wishes import Wishes

NATURE, HANDLING = "性质", "处理"


def _query(actor: Actor, wishes: Wishes) -> Select[Feedback]:
    return (
        select(Feedback)
        .join(Feedback.visit)
        .join(Visit.assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(
            scope.visited(actor, wishes),
            Visit.voided_at.is_(None),
            Feedback.removed_at.is_(None),
            scope.within(Visit.visited_at, wishes),
        )
        .order_by(Visit.visited_at, Feedback.id)
    )


def count(session: Session, actor: Actor, _kind: PaperKind, wishes: Wishes) -> int:
    """How many things were said. One query."""
    return count_rows(session, _query(actor, wishes))


def ledger(session: Session, actor: Actor, _kind: PaperKind, wishes: Wishes) -> Ledger:
    """What was said on visits to households that the actor oversees; what was removed, or stands on a voided visit, is
    left out."""
    wide = (
        _query(actor, wishes)
        .outerjoin(Feedback.category)
        .outerjoin(Feedback.issue)
        .join(Member, Member.id == Visit.author_id)
    )
    rows = stream(
        session, wide, Visit.visited_at, *FIELDS, whole(actor, wishes), Feedback.nature, Category.name.label("category"), Feedback.words,
        Feedback.handling, Feedback.answer, Issue.number, Issue.state, Member.name.label("author"),
    )  # fmt: skip
    columns = (
        Column("走访时间", lambda row: row.visited_at, 16, Kind.MOMENT),
        *RESIDENT,
        Column(NATURE, lambda row: row.nature.label, 7),
        Column("类别", lambda row: row.category, 11),
        Column("内容", lambda row: typed(row, row.words), 38),
        Column(HANDLING, lambda row: row.handling.label, 10),
        Column("答复", lambda row: typed(row, row.answer), 22),
        Column("问题编号", lambda row: row.number, 15),
        Column("现在", lambda row: row.state and row.state.label, 9),
        Column("记录人", lambda row: row.author, 9),
    )
    totals = (Total("意见建议（条）"), *each("性质", NATURE, Nature), *each("处理", HANDLING, Handling))
    return Ledger(Table(columns, 0, rows), totals)
