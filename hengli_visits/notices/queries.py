"""Reads of notices: how many are new, and a page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, func, or_, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import (
    Absence,
    Account,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    Household,
    Issue,
    Member,
    Move,
    Nudge,
    Visit,
)
from hengli_visits.notices.feed import feed
from hengli_visits.notices.rules import KEPT, Kind
from hengli_visits.paging import PAGE_SIZE, Page

HOUSEHOLD_KINDS = (Kind.GIVEN, Kind.TAKEN, Kind.COMPANY, Kind.AGAIN, Kind.UNREACHABLE)
ABSENCE_KINDS = (Kind.LEAVE, Kind.BACK)
VISIT_KINDS = (Kind.CLASH, Kind.LATE, Kind.STRAY, Kind.CLOCK)


@dataclass(frozen=True)
class Notice:
    """One thing that happened. `who` did it (empty: the program itself) and may have left a `note`. Of `assignment`
    (changed by `verb`), `issue`, `visit`, `nudge` and `absence` those are there that the kind is about; `size` households
    stand behind it."""

    kind: Kind
    at: datetime
    unread: bool
    size: int = 1
    who: str = ""
    note: str = ""
    assignment: Assignment | None = None
    issue: Issue | None = None
    move: Move | None = None
    visit: Visit | None = None
    nudge: Nudge | None = None
    verb: AssignmentVerb | None = None
    absence: Absence | None = None

    @property
    def day(self) -> date:
        """The town's day on which it happened."""
        return clock.town_time(self.at).date()


@dataclass(frozen=True)
class Notices:
    """A page of notices, newest first, with the number of unread ones on all pages."""

    page: Page[Notice]
    unread: int


def unread_count(session: Session, actor: Actor) -> int:
    """How many notices came since the actor last marked all as read. One query."""
    stream = _stream(actor)
    return session.scalar(select(func.count()).select_from(stream).where(_unread(stream, actor))) or 0


def page_of(session: Session, actor: Actor, number: int, size: int = PAGE_SIZE) -> Notices:
    """Page `number` of what concerned the actor in the last 30 days; a number beyond the end gives the last page. Six
    queries at most."""
    stream = _stream(actor)
    unread = _unread(stream, actor)
    total, fresh = session.execute(select(func.count(), func.count().filter(unread)).select_from(stream)).one()
    number = min(max(1, number), max(1, -(-total // size)))
    rows = session.execute(
        select(stream, unread.label("unread"))
        .order_by(stream.c.at.desc(), stream.c.kind, stream.c.ref.desc())
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    return Notices(page=Page(_told(session, rows), number, total, size), unread=fresh)


def _stream(actor: Actor) -> Subquery:
    return feed(actor, clock.now() - KEPT)


def _unread(stream: Subquery, actor: Actor) -> ColumnElement[bool]:
    read_at = select(Account.notices_read_at).where(Account.member_id == actor.id).scalar_subquery()
    return or_(read_at.is_(None), stream.c.at > read_at)


def _told(session: Session, rows: Sequence[Row[Any]]) -> list[Notice]:
    """The rows of the stream with what they are about, in their order."""
    refs: dict[str, list[int]] = {"household": [], "visit": [], "issue": [], "nudge": [], "absence": []}
    for row in rows:
        refs[_about(Kind(row.kind))].append(row.ref)
    found = {
        "household": _households(session, refs["household"]),
        "visit": _visits(session, refs["visit"]),
        "issue": _issues(session, refs["issue"]),
        "nudge": _nudges(session, refs["nudge"]),
        "absence": _absences(session, refs["absence"]),
    }
    notices = []
    for row in rows:
        kind = Kind(row.kind)
        notices.append(Notice(kind, row.at, row.unread, row.size, **found[_about(kind)][row.ref]))
    return notices


def _about(kind: Kind) -> str:
    if kind in HOUSEHOLD_KINDS:
        return "household"
    if kind is Kind.NUDGED:
        return "nudge"
    if kind in ABSENCE_KINDS:
        return "absence"
    return "visit" if kind in VISIT_KINDS else "issue"


def _households(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    rows = session.execute(
        select(AssignmentMove.id, AssignmentMove.note, AssignmentMove.verb, Assignment, Member.name)
        .join(Assignment, Assignment.id == AssignmentMove.assignment_id)
        .outerjoin(Member, Member.id == AssignmentMove.actor_id)
        .where(AssignmentMove.id.in_(ids))
        .options(joinedload(Assignment.household).joinedload(Household.area))
    )
    return {
        id_: {"assignment": assignment, "who": name or "", "note": note, "verb": verb}
        for id_, note, verb, assignment, name in rows
    }


def _absences(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Absences with their members; `who` noted them."""
    if not ids:
        return {}
    rows = session.execute(
        select(Absence, Member.name)
        .outerjoin(Member, Member.id == Absence.noted_by_id)
        .where(Absence.id.in_(ids))
        .options(joinedload(Absence.member))
    )
    return {absence.id: {"absence": absence, "who": name or ""} for absence, name in rows}


def _visits(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    rows = session.execute(
        select(Visit, Assignment, Member.name)
        .join(Assignment, Assignment.id == Visit.assignment_id)
        .join(Member, Member.id == Visit.author_id)
        .where(Visit.id.in_(ids))
        .options(joinedload(Assignment.household).joinedload(Household.area))
    )
    return {visit.id: {"visit": visit, "assignment": assignment, "who": name} for visit, assignment, name in rows}


def _issues(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    rows = session.execute(
        select(Move, Issue, Member.name)
        .join(Issue, Issue.id == Move.issue_id)
        .outerjoin(Member, Member.id == Move.actor_id)
        .where(Move.id.in_(ids))
        .options(joinedload(Issue.area), joinedload(Issue.lead_unit))
    )
    return {move.id: {"move": move, "issue": issue, "who": name or "", "note": move.note} for move, issue, name in rows}


def _nudges(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    found = session.scalars(select(Nudge).where(Nudge.id.in_(ids)).options(joinedload(Nudge.by)))
    return {one.id: {"nudge": one, "who": one.by.name if one.by else "", "note": one.words} for one in found}
