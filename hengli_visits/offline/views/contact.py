"""A phone asks whether the server is there, and tells how much it holds."""

from flask import Response, jsonify, session as cookie
from flask_wtf.csrf import generate_csrf

from hengli_visits.accounts.actions import note_outbox
from hengli_visits.accounts.queries import was_ended
from hengli_visits.extensions import csrf
from hengli_visits.gate import actor_or_none, limited_to, public, session, told_json
from hengli_visits.offline.versions import build
from hengli_visits.offline.views.blueprint import bp
from hengli_visits.reader import read_moment

APP = "hengli-visits"
"""The word by which a phone knows that it is this program that answers and not some network's sign-in page."""
MOST_UNSENT = 100_000


@bp.post("/contact")
@public
@limited_to(4096)
def contact() -> tuple[Response, int]:
    """Tell a phone who is signed in, with a token for what it will send, and note what it says of its outbox:
    {"unsent", "oldest"}. 401 when nobody is signed in; `ended` then says that the device was signed out from elsewhere,
    so that nothing may stay readable on it."""
    actor = actor_or_none()
    if actor is None:
        token = cookie.get("device")
        return jsonify(app=APP, ended=bool(token) and was_ended(session(), str(token)), build=build()), 401
    told = told_json()
    unsent = told.get("unsent")
    if isinstance(unsent, int) and not isinstance(unsent, bool) and 0 <= unsent <= MOST_UNSENT:
        note_outbox(session(), actor, unsent, read_moment(told.get("oldest")))
    session().commit()
    return jsonify(app=APP, member=actor.id, token=generate_csrf(), build=build()), 200


csrf.exempt(contact)  # it brings the token; a foreign page is refused by the gate
