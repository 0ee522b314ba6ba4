"""Where a phone sends a visit that it holds."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import Response, jsonify
from flask_babel import gettext as _

from hengli_visits.errors import Invalid
from hengli_visits.formats import sentence
from hengli_visits.gate import actor, envelope, limited_to, session
from hengli_visits.reader import Reader, Unfit, read_moment
from hengli_visits.visits import actions
from hengli_visits.visits.content import VisitContent, read
from hengli_visits.visits.doorstep import Newcomer, read_newcomer
from hengli_visits.visits.queries import photos_of
from hengli_visits.visits.rules import Result
from hengli_visits.visits.views.blueprint import bp
from hengli_visits.wording import N_

JSON_LIMIT = 512 * 1024
T = TypeVar("T")
STATUS = {Result.CREATED: 201, Result.SAME: 200, Result.REVISED: 200, Result.CLASH: 409}


@bp.put("/visits/<uuid:uuid>")
@limited_to(JSON_LIMIT)
def put(uuid: UUID) -> tuple[Response, int]:
    """Take a visit from a phone: {"assignment", "based_on", "sent_at", "sender", "content"}; for a household in no book
    "household": {"uuid", "campaign", "area", "name", …} stands instead of "assignment". 201 made, 200 the same
    or revised, 409 both kept; 422 with a sentence for each field that is wrong. Every answer names the UUID; one that
    is kept also the assignment, the revision that holds what was sent, and the photos that need not be sent again."""
    try:
        saved = _kept(uuid, *_envelope())
    except Unfit as unfit:
        return _refused(uuid, unfit.problems)
    except Invalid as invalid:
        return _refused(uuid, {invalid.field or "": invalid})
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


def _envelope() -> tuple[Reader, VisitContent, Newcomer | None]:
    """What was sent, read: the envelope, the visit, and the household when it is in no book."""
    problems: dict[str, Invalid] = {}
    told = envelope(problems)
    told.whole("based_on")
    newcomer, content = None, None
    if told.whole("assignment") is None and told.raw.get("household") is None:
        told.refuse("assignment", N_("没有读懂这是哪一户。"))
    elif "assignment" not in problems and told.whole("assignment") is None:
        newcomer = _part(problems, lambda: read_newcomer(told.raw["household"]))
    content = _part(problems, lambda: read(told.raw.get("content")))
    if problems or content is None:
        raise Unfit(problems)
    return told, content, newcomer


def _part(problems: dict[str, Invalid], reading: Callable[[], T]) -> T | None:
    """A part of what was sent; what is wrong with it is added to `problems`."""
    try:
        return reading()
    except Unfit as unfit:
        problems |= unfit.problems
        return None


def _kept(uuid: UUID, told: Reader, content: VisitContent, newcomer: Newcomer | None) -> actions.Saved:
    based_on, client_now = told.whole("based_on"), read_moment(told.raw.get("sent_at"))
    if newcomer is not None:
        return actions.put_visit_at_door(
            session(), actor(), newcomer, uuid, content, based_on=based_on, client_now=client_now
        )
    return actions.put_visit(
        session(), actor(), told.whole("assignment") or 0, uuid, content, based_on=based_on, client_now=client_now
    )


def _refused(uuid: UUID, problems: dict[str, Invalid]) -> tuple[Response, int]:
    session().rollback()
    return jsonify(uuid=str(uuid), errors={path: sentence(error) for path, error in problems.items()}), 422
