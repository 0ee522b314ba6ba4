"""Of a file's records: whose they are, and which of them are here already."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.scope import family
from hengli_visits.errors import DomainError, Invalid
from hengli_visits.issues.telling import Telling, open_telling
from hengli_visits.models import Group, GroupMember, Member, Outcome, Photo, Revisit, RoleGrant, Visit, VisitRevision
from hengli_visits.offline.outbox import FIELD, Kind, Outbox, Record
from hengli_visits.offline.rules import Standing
from hengli_visits.reader import Unfit
from hengli_visits.visits.envelope import Envelope, open_envelope
from hengli_visits.visits.scope import visible
from hengli_visits.wording import N_


def sender_of(session: Session, actor: Actor, group: Group, outbox: Outbox) -> Member:
    """The member who exported the file: for a leader one who is or was in this group or its teams or leads one of
    them, for a coordinator anybody. Raises Invalid (`file`) for others."""
    within = family(group.id)
    query = select(Member).where(Member.id == outbox.member_id)
    if not actor.is_coordinator:
        query = query.where(
            or_(
                Member.id.in_(select(GroupMember.member_id).where(GroupMember.group_id.in_(within))),
                Member.id.in_(select(RoleGrant.member_id).where(RoleGrant.group_id.in_(within))),
            )
        )
    member = session.scalars(query).one_or_none()
    if member is None:
        raise Invalid(N_("这个文件不是本组走访员导出的，请交给他的组长或统筹员收。"), field=FIELD)
    return member


@dataclass(frozen=True)
class Preview:
    """A record before it is taken in. `outcome` is None where there is none to tell; of its photos `missing` are not
    here yet."""

    record: Record
    standing: Standing
    outcome: Outcome | None = None
    missing: int = 0
    problems: Sequence[DomainError] = ()


def preview(session: Session, member: Actor, outbox: Outbox) -> list[Preview]:
    """How each record of the file stands. At most three queries."""
    opened = [_opened(record, member) for record in outbox.records]
    visits, revisits = _revisions(session, member, outbox), _revisits(session, member, outbox, opened)
    here = _photos_here(session, outbox)
    return [_stand(record, found, visits, revisits, here) for record, found in zip(outbox.records, opened, strict=True)]


def _opened(record: Record, member: Actor) -> Envelope | Telling | Sequence[DomainError]:
    """What a record tells, or what is wrong with it."""
    if record.problems:
        return record.problems
    try:
        if record.kind is Kind.REVISIT:
            return open_telling(record.envelope, member.id)[1]
        return open_envelope(record.envelope, member.id)
    except Unfit as unfit:
        return list(unfit.problems.values())
    except DomainError as error:
        return [error]


@dataclass(frozen=True)
class _Kept:
    """A revision that is here already."""

    content_hash: str
    based_on: int
    latest: int
    in_force: bool


def _revisions(session: Session, member: Actor, outbox: Outbox) -> dict[UUID, list[_Kept]]:
    wanted = {record.uuid for record in outbox.records}
    rows = session.execute(
        select(Visit.uuid, Visit.revision, VisitRevision)
        .join(VisitRevision, VisitRevision.visit_id == Visit.id)
        .where(Visit.uuid.in_(wanted), Visit.author_id == member.id)
    )
    found: dict[UUID, list[_Kept]] = {}
    for uuid, latest, one in rows:
        kept = _Kept(one.content_hash, one.based_on, latest, one.chosen and one.number == latest)
        found.setdefault(uuid, []).append(kept)
    return found


def _photos_here(session: Session, outbox: Outbox) -> set[UUID]:
    wanted = {photo.id for record in outbox.records for photo in record.photos}
    return set(session.scalars(select(Photo.id).where(Photo.id.in_(wanted)))) if wanted else set()


def _revisits(
    session: Session, member: Actor, outbox: Outbox, opened: Sequence[Envelope | Telling | Sequence[DomainError]]
) -> dict[UUID, Telling]:
    """The member's revisits that are here, also under the UUIDs that a second wording of one has."""
    wanted: set[UUID] = set()
    for record, found in zip(outbox.records, opened, strict=True):
        if isinstance(found, Telling):
            wanted |= {record.uuid, found.beside(record.uuid)}
    query = select(Revisit).where(Revisit.uuid.in_(wanted), Revisit.revisitor_id == member.id)
    return {one.uuid: Telling.of(one) for one in session.scalars(query)} if wanted else {}


def _stand(
    record: Record,
    found: Envelope | Telling | Sequence[DomainError],
    visits: dict[UUID, list[_Kept]],
    revisits: dict[UUID, Telling],
    here: set[UUID],
) -> Preview:
    if isinstance(found, Telling):
        kept = revisits.get(record.uuid)
        same = found in (kept, revisits.get(found.beside(record.uuid)))
        return Preview(record, Standing.HERE if same else Standing.CHANGED if kept else Standing.NEW)
    if not isinstance(found, Envelope):
        return Preview(record, Standing.UNFIT, problems=found)
    missing = sum(photo.id not in here for photo in record.photos)
    standing = _against(found, visits.get(record.uuid, []))
    return Preview(record, standing, found.content.outcome, missing, record.spoiled)


def _against(envelope: Envelope, kept: Sequence[_Kept]) -> Standing:
    if not kept:
        return Standing.NEW
    digest, latest = envelope.content.digest(), kept[0].latest
    base = envelope.based_on if envelope.based_on is not None and 1 <= envelope.based_on <= latest else 0
    same = any(one.content_hash == digest and (one.in_force or one.based_on == base) for one in kept)
    return Standing.HERE if same else Standing.CHANGED


def seen_by(session: Session, actor: Actor, visits: Sequence[UUID]) -> set[UUID]:
    """Of these visits those whose page the actor may open. One query."""
    return set(session.scalars(select(Visit.uuid).where(Visit.uuid.in_(visits), visible(actor))))
