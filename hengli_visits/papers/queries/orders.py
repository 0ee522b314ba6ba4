"""The papers that somebody ordered, and the office's templates."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, undefer

from hengli_visits.actor import Actor
from hengli_visits.errors import Missing
from hengli_visits.models import Area, AuditEntry, Group, Paper, PaperKind, PaperState, PaperTemplate
from hengli_visits.papers.rules import LIFE, kinds_for, may_order
from hengli_visits.papers.wishes import Wishes

FETCHED, EXPORTED = "paper.fetch", "export.make"
"""What the audit trail calls it when a ledger or a list is taken."""
SHOWN, TAKEN = 20, 10
"""So many of the last papers are listed, and of those that somebody took with whole names."""


def get_own(session: Session, actor: Actor, paper_id: UUID) -> Paper:
    """A paper with its campaign. Raises `Missing` unless the actor ordered it and may still have its kind."""
    paper = session.scalar(
        select(Paper)
        .where(Paper.id == paper_id, Paper.ordered_by_id == actor.id)
        .options(joinedload(Paper.campaign), joinedload(Paper.ordered_by))
    )
    if paper is None or not may_order(actor, paper.kind):
        raise Missing
    return paper


def find(session: Session, paper_id: UUID) -> Paper | None:
    """A paper whoever ordered it, for the program itself."""
    return session.scalar(select(Paper).where(Paper.id == paper_id).options(joinedload(Paper.campaign)))


def latest(session: Session, actor: Actor) -> Sequence[Paper]:
    """The papers that the actor ordered last, with their campaigns. One query."""
    return session.scalars(
        select(Paper)
        .where(Paper.ordered_by_id == actor.id, Paper.kind.in_(kinds_for(actor)))
        .options(joinedload(Paper.campaign))
        .order_by(Paper.ordered_at.desc(), Paper.id)
        .limit(SHOWN)
    ).all()


def places_of(session: Session, wishes: Sequence[Wishes]) -> list[str]:
    """Of each the village and the group that it is narrowed to. Two queries."""
    areas = _names(session, Area, {one.area_id for one in wishes})
    groups = _names(session, Group, {one.group_id for one in wishes})
    return [" ".join(filter(None, (areas.get(one.area_id), groups.get(one.group_id)))) for one in wishes]


def _names(session: Session, model: type[Area | Group], ids: set[int | None]) -> dict[int | None, str]:
    wanted = sorted(id_ for id_ in ids if id_ is not None)
    return {row.id: row.name for row in session.execute(select(model.id, model.name).where(model.id.in_(wanted)))}


def taken_whole(session: Session) -> Sequence[AuditEntry]:
    """The last files with whole names or phones that somebody took, ledgers and lists, with who did. One query."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action.in_((FETCHED, EXPORTED)), AuditEntry.data["masked"].as_boolean().is_(False))
        .where(or_(AuditEntry.action == EXPORTED, AuditEntry.data["purpose"].as_string().is_not(None)))
        .options(joinedload(AuditEntry.actor))
        .order_by(AuditEntry.id.desc())
        .limit(TAKEN)
    ).all()


def unfetched(actor: Actor, now: datetime) -> Select[int]:
    """How many files wait to be fetched by the actor, as a query."""
    return select(func.count(Paper.id)).where(
        Paper.ordered_by_id == actor.id,
        Paper.ordered_at > now - 2 * LIFE,
        Paper.state == PaperState.READY,
        Paper.fetched_at.is_(None),
        Paper.done_at > now - LIFE,
    )


def own_templates(session: Session) -> dict[PaperKind, PaperTemplate]:
    """The office's own templates, without their content. One query."""
    rows = session.scalars(select(PaperTemplate).options(joinedload(PaperTemplate.uploaded_by)))
    return {row.kind: row for row in rows}


def template_of(session: Session, kind: PaperKind) -> PaperTemplate | None:
    """The office's own template of a kind with its content; None: the program's is used. One query."""
    query = select(PaperTemplate).where(PaperTemplate.kind == kind).options(undefer(PaperTemplate.content))
    return session.scalar(query)
