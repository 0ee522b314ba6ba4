"""Photos: sent by a phone, shown to those who may see the visit, taken out."""

from uuid import UUID

from flask import Response as Answer, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.errors import Invalid, Missing
from hengli_visits.gate import actor, limited_to, session
from hengli_visits.reader import read_uuid
from hengli_visits.visits import photos, queries
from hengli_visits.visits.pictures import LARGEST_FILE, develop, opened_album, sha256
from hengli_visits.visits.views.blueprint import album_folder, bp, uploads
from hengli_visits.wording import N_


@bp.put("/photos/<uuid:photo_id>")
@limited_to(LARGEST_FILE)
def put_photo(photo_id: UUID) -> tuple[Answer, int]:
    """Take a photo of a visit (`visit` in the address) from a phone: the bytes, with their SHA-256 in the header
    X-Content-SHA256. 201 taken in, 200 was here already, 409 the id has another photo, 422 not what was sent or no
    picture."""
    visit_uuid = read_uuid(request.args.get("visit"))
    if visit_uuid is None:
        raise Missing
    data = request.get_data()
    visit = queries.get_visit(session(), actor(), visit_uuid)
    if photos.has_photo(session(), actor(), visit, album_folder(), photo_id, sha256(data)):
        return jsonify(uuid=str(photo_id)), 200
    if request.headers.get("X-Content-SHA256", "").lower() != sha256(data):
        raise Invalid(N_("照片在路上损坏了，请再传一次。"))
    session().rollback()  # nobody shall wait for the database while a picture is decoded
    picture = develop(data)
    with opened_album(uploads()) as album:
        visit = queries.get_visit(session(), actor(), visit_uuid)
        made = photos.add_photo(session(), actor(), visit, album, photo_id, picture)
        session().commit()
    return jsonify(uuid=str(photo_id)), 201 if made else 200


@bp.get("/photos/<uuid:photo_id>")
def photo(photo_id: UUID) -> Response:
    """A photo, for those who may see its visit."""
    queries.get_photo(session(), actor(), photo_id)
    try:
        return _jpeg(album_folder().path(photo_id).read_bytes())
    except FileNotFoundError as error:
        raise Missing from error


@bp.get("/photos/<uuid:photo_id>/thumbnail")
def thumbnail(photo_id: UUID) -> Response:
    """The small form of a photo."""
    return _jpeg(queries.get_thumbnail(session(), actor(), photo_id))


@bp.post("/photos/<uuid:photo_id>/removal")
def remove_photo(photo_id: UUID) -> Response:
    """Take a photo out of a visit."""
    photo, visit_uuid = queries.get_photo(session(), actor(), photo_id)
    photos.remove_photo(session(), actor(), queries.get_visit(session(), actor(), visit_uuid), photo)
    session().commit()
    flash(_("照片已移除。"), "done")
    return redirect(url_for("visits.show", uuid=visit_uuid), 303)


def _jpeg(data: bytes) -> Response:
    return Answer(data, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})
