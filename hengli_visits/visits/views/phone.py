"""Where a phone sends a visit that it holds."""

from uuid import UUID

from flask import Response, jsonify
from flask_babel import gettext as _

from hengli_visits.errors import Invalid
from hengli_visits.gate import actor, limited_to, refused, sent_json, session
from hengli_visits.visits import actions
from hengli_visits.visits.envelope import open_envelope
from hengli_visits.visits.queries import photos_of
from hengli_visits.visits.rules import Result
from hengli_visits.visits.views.blueprint import bp

JSON_LIMIT = 512 * 1024
STATUS = {Result.CREATED: 201, Result.SAME: 200, Result.REVISED: 200, Result.CLASH: 409}


@bp.put("/visits/<uuid:uuid>")
@limited_to(JSON_LIMIT)
def put(uuid: UUID) -> tuple[Response, int]:
    """Take a visit from a phone: {"assignment", "based_on", "sent_at", "sender", "content"}; for a household in no book
    "household": {"uuid", "campaign", "area", "name", …} stands instead of "assignment". 201 made, 200 the same
    or revised, 409 both kept; 422 with a sentence for each field that is wrong. Every answer names the UUID; one that
    is kept also the assignment, the revision that holds what was sent, and the photos that need not be sent again."""
    try:
        envelope = open_envelope(sent_json(), actor().id)
        saved = actions.put_envelope(session(), actor(), uuid, envelope, envelope.sent_at)
    except Invalid as error:
        return refused(uuid, error)
    answer = jsonify(
        uuid=str(uuid),
        assignment=saved.visit.assignment_id,
        revision=saved.revision,
        result=saved.result.value,
        clashing=saved.visit.clashing,
        photos=[str(photo_id) for photo_id in photos_of(session(), saved.visit)],
        message=_(saved.result.label),
    )
    session().commit()
    return answer, STATUS[saved.result]
