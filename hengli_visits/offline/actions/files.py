"""Taking in the records of an exported outbox, one by one. They stay the member's; the audit says who brought them."""

from datetime import datetime

from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Invalid, Missing
from hengli_visits.offline.outbox import Outbox, Record, SentPhoto
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
    envelope = open_envelope(record.envelope, member.id)
    try:
        saved = put_envelope(session, member, record.uuid, envelope, _known_clock(outbox.exported_at))
    except Missing as error:
        raise Invalid(N_("这一户从来不归这位走访员，或者这条记录不是他写的。请本人联网上传。")) from error
    fate = FATES[saved.result]
    _record(session, taker, outbox, "visit", record.uuid, fate)
    session.flush()
    return fate


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
