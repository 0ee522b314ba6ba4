"""Photos of a visit: taken in once, taken out again. The row and the file are written in one transaction."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.models import Photo, Visit
from hengli_visits.visits.pictures import Album, Picture
from hengli_visits.visits.rules import MOST_PHOTOS, may_revise
from hengli_visits.wording import N_


def has_photo(session: Session, actor: Actor, visit: Visit, album: Album, photo_id: UUID, sent_sha256: str) -> bool:
    """Whether this photo was taken in before, so that nothing need be done. Missing for who may not change the visit
    and when the id is another visit's, Conflict when it was sent with other bytes."""
    require(may_revise(actor, visit))
    photo = session.get(Photo, photo_id)
    if photo is None:
        return False
    require(photo.visit_id == visit.id)
    if photo.sent_sha256 != sent_sha256:
        raise Conflict(N_("这个编号下已有另一张照片。"))
    return photo.removed_at is not None or album.holds(photo_id)


def add_photo(session: Session, actor: Actor, visit: Visit, album: Album, photo_id: UUID, picture: Picture) -> bool:
    """Take a photo of a visit in: its row, then its file into the album. The same again does nothing (False). As
    `has_photo`; Invalid (`photos`) when the visit has 20 already. Photos of one visit are taken in one by one."""
    session.execute(select(Visit.id).where(Visit.id == visit.id).with_for_update(key_share=True))
    if has_photo(session, actor, visit, album, photo_id, picture.sent_sha256):
        return False
    if session.get(Photo, photo_id) is not None:
        album.add(photo_id, picture.jpeg)
        return False
    kept = select(func.count(Photo.id)).where(Photo.visit_id == visit.id, Photo.removed_at.is_(None))
    number = session.scalar(kept) or 0
    if number >= MOST_PHOTOS:
        raise Invalid(N_("一次走访最多%(most)s张照片。"), field="photos", most=MOST_PHOTOS)
    try:
        with session.begin_nested():
            session.add(
                Photo(
                    id=photo_id,
                    visit_id=visit.id,
                    author_id=actor.id,
                    position=number,
                    sent_sha256=picture.sent_sha256,
                    width=picture.width,
                    height=picture.height,
                    size=len(picture.jpeg),
                    thumbnail=picture.thumbnail,
                    received_at=clock.now(),
                )
            )
    except IntegrityError:
        has_photo(session, actor, visit, album, photo_id, picture.sent_sha256)
        return False
    album.add(photo_id, picture.jpeg)
    audit.record(session, actor, "photo.add", "photo", photo_id, visit_id=visit.id)
    return True


def remove_photo(session: Session, actor: Actor, visit: Visit, photo: Photo) -> None:
    """Take a photo out of a visit's pages, by its author or a leader of its group; a second time does nothing."""
    require(may_revise(actor, visit) and photo.visit_id == visit.id)
    if photo.removed_at is None:
        photo.removed_at = clock.now()
        audit.record(session, actor, "photo.remove", "photo", photo.id, visit_id=visit.id)
