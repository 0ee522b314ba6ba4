"""Reads of notices: how many are new, and a page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import (
    Absence,
    Account,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    AuditEntry,
    Channel,
    Household,
    Issue,
    Member,
    Move,
    Nudge,
    Visit,
    VisitRevision,
)
from hengli_visits.notices.feed import STOP, feed
from hengli_visits.notices.rules import KEPT, Kind
from hengli_visits.paging import PAGE_SIZE, Page

HOUSEHOLD_KINDS = (Kind.GIVEN, Kind.TAKEN, Kind.COMPANY, Kind.AGAIN, Kind.UNREACHABLE)
HANDED_KINDS = (Kind.GIVEN, Kind.TAKEN, Kind.COMPANY)
ABSENCE_KINDS = (Kind.LEAVE, Kind.BACK)
VISIT_KINDS = (Kind.CLASH, Kind.LATE, Kind.STRAY, Kind.CLOCK)


@dataclass(frozen=True)
class Notice:
    """One thing that happened. `who` did it (empty: the program itself) and may have left a `note`. Of `assignment`
    (changed by `verb`), `issue`, `visit`, `nudge`, `absence` and `channel` those are there that the kind is about; `size`
    households stand behind it. `ref` is its id in the stream."""

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
    channel: Channel | None = None
    ref: int = 0
    by_id: int | None = None

    @property
    def key(self) -> str:
        """What this notice is known by, whatever it is read as later: the move of an issue by its id; households that
        changed hands by who did it and when, since their number may shrink afterwards."""
        if self.move is not None:
            return f"move:{self.move.id}"
        if self.kind in HANDED_KINDS:
            return f"{self.kind.value}:{self.at:%Y%m%dT%H%M%S%f}:{self.by_id or 0}"
        if self.kind is Kind.STOPPED:
            return f"stopped:{self.ref}:{self.at:%Y%m%dT%H%M%S}"
        return f"{self.kind.value}:{self.ref}"

    @property
    def day(self) -> date:
        """The town's day on which it happened."""
        return clock.town_time(self.at).date()


@dataclass(frozen=True)
class Notices:
    """A page of notices, newest first, with the number of unread ones on all pages."""

    page: Page[Notice]
    unread: int


def unread_count(actor: Actor) -> Select[int]:
    """How many notices came since the actor last marked all as read, as a query."""
    stream = _stream(actor)
    return select(func.count()).select_from(stream).where(_unread(stream, actor))


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


def since(session: Session, actor: Actor, moment: datetime, most: int) -> list[Notice]:
    """What concerned the actor after a moment, the oldest first. Seven queries at most."""
    stream = feed(actor, moment)
    rows = session.execute(
        select(stream, literal(True).label("unread"))
        .where(stream.c.at > moment)
        .order_by(stream.c.at, stream.c.ref, stream.c.kind)
        .limit(most)
    ).all()
    return _told(session, rows)


def latest(session: Session) -> datetime | None:
    """When anything last happened that a notice could tell. One query."""
    moments = (
        select(func.max(Move.at)),
        select(func.max(AssignmentMove.at)),
        select(func.max(Nudge.at)),
        select(func.max(Absence.noted_at)),
        select(func.max(Absence.ended_at)),
        select(func.max(Visit.received_at)),
        select(func.max(VisitRevision.at)),
        select(func.max(AuditEntry.at)).where(AuditEntry.action == STOP),
    )
    found = session.execute(select(*(moment.scalar_subquery() for moment in moments))).one()
    return max((moment for moment in found if moment is not None), default=None)


def _stream(actor: Actor) -> Subquery:
    return feed(actor, clock.now() - KEPT)


def _unread(stream: Subquery, actor: Actor) -> ColumnElement[bool]:
    read_at = select(Account.notices_read_at).where(Account.member_id == actor.id).scalar_subquery()
    return or_(read_at.is_(None), stream.c.at > read_at)


def _told(session: Session, rows: Sequence[Row[Any]]) -> list[Notice]:
    """The rows of the stream with what they are about, in their order."""
    refs: dict[str, list[int]] = {"household": [], "visit": [], "issue": [], "nudge": [], "absence": [], "channel": []}
    for row in rows:
        refs[_about(Kind(row.kind))].append(row.ref)
    found = {
        "household": _households(session, refs["household"]),
        "visit": _visits(session, refs["visit"]),
        "issue": _issues(session, refs["issue"]),
        "nudge": _nudges(session, refs["nudge"]),
        "absence": _absences(session, refs["absence"]),
        "channel": _channels(session, refs["channel"]),
    }
    notices = []
    for row in rows:
        kind = Kind(row.kind)
        notices.append(Notice(kind, row.at, row.unread, row.size, ref=row.ref, **found[_about(kind)][row.ref]))
    return notices


def _about(kind: Kind) -> str:
    if kind in HOUSEHOLD_KINDS:
        return "household"
    if kind is Kind.NUDGED:
        return "nudge"
    if kind in ABSENCE_KINDS:
        return "absence"
    if kind is Kind.STOPPED:
        return "channel"
    return "visit" if kind in VISIT_KINDS else "issue"


def _households(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    rows = session.execute(
        select(
            AssignmentMove.id,
            AssignmentMove.note,
            AssignmentMove.verb,
            AssignmentMove.actor_id,
            Assignment,
            Member.name,
        )
        .join(Assignment, Assignment.id == AssignmentMove.assignment_id)
        .outerjoin(Member, Member.id == AssignmentMove.actor_id)
        .where(AssignmentMove.id.in_(ids))
        .options(joinedload(Assignment.household).joinedload(Household.area))
    )
    return {
        id_: {"assignment": assignment, "who": name or "", "note": note, "verb": verb, "by_id": by_id}
        for id_, note, verb, by_id, assignment, name in rows
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
        .options(joinedload(Issue.area), joinedload(Issue.lead_unit), joinedload(Issue.category))
    )
    return {move.id: {"move": move, "issue": issue, "who": name or "", "note": move.note} for move, issue, name in rows}


def _nudges(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    found = session.scalars(select(Nudge).where(Nudge.id.in_(ids)).options(joinedload(Nudge.by)))
    return {one.id: {"nudge": one, "who": one.by.name if one.by else "", "note": one.words} for one in found}


def _channels(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    return {one.id: {"channel": one} for one in session.scalars(select(Channel).where(Channel.id.in_(ids)))}
