"""Taking in the records of an exported outbox, one by one. They stay the member's; the audit says who brought them."""

from datetime import datetime

from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Invalid, Missing
from hengli_visits.issues.actions import put_revisit
from hengli_visits.issues.queries import parts_of
from hengli_visits.issues.rules import BARRED
from hengli_visits.issues.telling import Told, open_telling
from hengli_visits.offline.outbox import Kind, Outbox, Record, SentPhoto
from hengli_visits.offline.rules import Fate
from hengli_visits.visits.actions import put_envelope
from hengli_visits.visits.envelope import open_envelope
from hengli_visits.visits.photos import add_photo
from hengli_visits.visits.pictures import Album, Picture
from hengli_visits.visits.queries import get_visit
from hengli_visits.visits.rules import Result
from hengli_visits.wording import N_

FATES = {
    Result.CREATED: Fate.TAKEN,
    Result.REVISED: Fate.CHANGED,
    Result.SAME: Fate.BEFORE,
    Result.CLASH: Fate.CLASH,
}
REVISIT_FATES = {
    Told.CREATED: Fate.TAKEN,
    Told.SAME: Fate.BEFORE,
    Told.LATE: Fate.LATE,
    Told.CLASH: Fate.LATE,
}


def _record(session: Session, taker: Actor, outbox: Outbox, kind: str, id_: object, fate: Fate) -> None:
    """Who brought it, out of which file of whom, and what became of it."""
    audit.record(
        session, taker, "outbox.take", kind, id_, sha256=outbox.sha256, member_id=outbox.member_id, fate=fate.value
    )


def take_record(session: Session, taker: Actor, member: Actor, outbox: Outbox, record: Record) -> Fate:
    """Save one record as the member whose it is (`rules.on_behalf`), by the same rules as if their phone had sent it:
    the same again changes nothing, other content is kept beside. Writes an audit entry of the taker's. Raises `Unfit`
    or Invalid with sentences when it cannot be taken, Forbidden when somebody else wrote it."""
    if record.problems:
        raise record.problems[0]
    if record.kind is Kind.REVISIT:
        fate = _put_revisit(session, taker, member, record)
    else:
        fate = _put_visit(session, member, outbox, record)
    _record(session, taker, outbox, record.kind.value, record.uuid, fate)
    session.flush()
    return fate


def _put_visit(session: Session, member: Actor, outbox: Outbox, record: Record) -> Fate:
    envelope = open_envelope(record.envelope, member.id)
    try:
        saved = put_envelope(session, member, record.uuid, envelope, _known_clock(outbox.exported_at))
    except Missing as error:
        raise Invalid(N_("这一户从来不归这位走访员，或者这条记录不是他写的。请本人联网上传。")) from error
    return FATES[saved.result]


def _put_revisit(session: Session, taker: Actor, member: Actor, record: Record) -> Fate:
    """Who handles or handled the issue brings no revisit of it, not even another's."""
    issue_id, telling = open_telling(record.envelope, member.id)
    if parts_of(session, taker, issue_id) & set(BARRED):
        raise Invalid(N_("这个问题是您或您单位承办的，它的回访请别人来收。"))
    try:
        put = put_revisit(session, member, issue_id, record.uuid, telling)
    except Missing as error:
        raise Invalid(N_("这个问题不归这位走访员回访，或者这条回访不是他写的。请本人联网上传。")) from error
    return REVISIT_FATES[put.result]


def _known_clock(exported_at: datetime) -> datetime | None:
    """What a file tells of the phone's clock. It lay about for an unknown time, so that its age means nothing; but a
    file out of the future comes from a clock that is ahead by that much at least."""
    return exported_at if exported_at > clock.now() else None


def take_photo(
    session: Session, taker: Actor, member: Actor, outbox: Outbox, record: Record, album: Album, photo: SentPhoto,
    picture: Picture,
) -> bool:  # fmt: skip
    """Take in a photo of a record that was saved; the same again does nothing (False). Writes an audit entry of the
    taker's. Raises as `photos.add_photo`."""
    visit = get_visit(session, member, record.uuid)
    if not add_photo(session, member, visit, album, photo.id, picture):
        return False
    _record(session, taker, outbox, "photo", photo.id, Fate.TAKEN)
    session.flush()
    return True
