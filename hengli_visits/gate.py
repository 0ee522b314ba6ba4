"""The gate in front of every view: who is it, may a request pass at all, and what every answer carries."""

import itertools
import uuid
from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, jsonify, redirect, request, session as cookie, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from hengli_visits import clock
from hengli_visits.accounts.actions import touch_device
from hengli_visits.accounts.queries import load_actor
from hengli_visits.accounts.rules import TOUCH_AFTER
from hengli_visits.actor import Actor
from hengli_visits.config import Config
from hengli_visits.errors import Invalid
from hengli_visits.extensions import db, reading
from hengli_visits.formats import sentence
from hengli_visits.reader import Unfit

View = TypeVar("View", bound=Callable[..., Any])

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src {images}; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
IMAGES = ("'self'", "data:", "blob:")
BEFORE_PASSWORD_CHANGE = {"accounts.password", "accounts.card", "accounts.sign_out", "static"}


def public(view: View) -> View:
    """Mark a view that may be used without signing in. Everything else needs a signed-in device."""
    view.public = True  # type: ignore[attr-defined]
    return view


def by_key(view: View) -> View:
    """Mark a view for other systems: it looks at the key that is sent with the request itself, and no cookie is read.
    Its transaction may write, for each use of a key is counted."""
    view.by_key = True  # type: ignore[attr-defined]
    return records_reading(view)


def records_reading(view: View) -> View:
    """Mark a view whose GET writes an audit entry, so that its transaction takes the write lock at once."""
    view.records_reading = True  # type: ignore[attr-defined]
    return view


def reads_only(view: View) -> View:
    """Mark a view that is asked by POST, for what it is told is long or private, and only reads: its transaction takes
    no write lock."""
    view.reads_only = True  # type: ignore[attr-defined]
    return view


def keeps_input(view: View) -> View:
    """Mark a view that shows its form again with everything typed when the form does not validate, and writes only when
    it does. A refusal that comes out of the action (somebody was faster, the page's token is an old one) then comes
    back to that form instead of to a bare page of its own."""
    view.keeps_input = True  # type: ignore[attr-defined]
    return view


def limited_to(size: int) -> Callable[[View], View]:
    """Mark a view that takes bodies of at most so many bytes; the others take what the app takes."""

    def mark(view: View) -> View:
        view.body_limit = size  # type: ignore[attr-defined]
        return view

    return mark


def actor() -> Actor:
    """The signed-in actor of this request. Only for views that are not public."""
    return cast(Actor, g.actor)


def actor_or_none() -> Actor | None:
    """The signed-in actor, or None on a public page."""
    return cast("Actor | None", g.get("actor"))


def session() -> Session:
    """The database session of this request. The view commits it, as its last act."""
    return db.session()


def begin_writing() -> None:
    """End the reading of a view that is marked `reads_only`; what it still does to the database takes the write lock.
    So nobody waits while it works, and what it did is noted all the same."""
    session().rollback()
    reading.set(False)


def only_read() -> None:
    """From here on the view of a request that has written and committed only reads: it takes no write lock."""
    reading.set(True)


def wants_json() -> bool:
    """Whether the client asked for JSON rather than a page."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def safe_next(target: str | None) -> str | None:
    """A path on this site to go on to, or None: no scheme, host, backslash or control character (open redirect)."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if any(ord(c) < 32 for c in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def sent_json() -> object:
    """The JSON value that a phone sent; what is none, or nested beyond reason, is a bad request."""
    try:
        return request.get_json()
    except RecursionError as error:
        raise BadRequest from error


def told_json() -> dict[str, Any]:
    """The JSON object in which a phone tells about itself; empty when it sent none."""
    try:
        told = request.get_json(silent=True)
    except RecursionError:
        return {}
    return told if isinstance(told, dict) else {}


def refused(record: uuid.UUID, error: Invalid) -> tuple[Response, int]:
    """The answer to a record of a phone that cannot be taken: its UUID, and a sentence for each field that is wrong.
    Nothing of it stays in the database."""
    session().rollback()
    problems = error.problems if isinstance(error, Unfit) else {error.field or "": error}
    return jsonify(uuid=str(record), errors={path: sentence(one) for path, one in problems.items()}), 422


def _refuse_foreign() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def _take_body(view: Any) -> None:
    """Read the whole body before the database is touched: nobody waits for a lock while a slow phone sends."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        request.max_content_length = getattr(view, "body_limit", request.max_content_length)
        request.get_data(parse_form_data=True)


def _refuse_unstorable() -> None:
    """Refuse the one character that no field of a person holds and that PostgreSQL cannot keep. JSON has a reader of
    its own (`hengli_visits.reader`)."""
    texts = itertools.chain.from_iterable(request.values.items(multi=True))
    if "\0" in request.path or any("\0" in text for text in texts):
        abort(400)


def _admit() -> Any:
    view = cast("Flask", g.app).view_functions.get(request.endpoint or "")
    if request.endpoint == "static" or view is None:
        return None
    _take_body(view)
    _refuse_unstorable()
    plain = request.method in ("GET", "HEAD") and not getattr(view, "records_reading", False)
    reading.set(plain or getattr(view, "reads_only", False))
    if getattr(view, "by_key", False):
        return None
    token = cookie.get("device")
    found = load_actor(session(), token, address=request.remote_addr or "", request_id=g.request_id) if token else None
    if found:
        g.actor, device = found
        if reading.get():
            touch_device(db.engine, device, TOUCH_AFTER)
        else:
            device.last_seen_at = clock.now()
        if g.actor.must_change and request.endpoint not in BEFORE_PASSWORD_CHANGE:
            return redirect(url_for("accounts.password"))
        return None
    if getattr(view, "public", False):
        return None
    if wants_json() or (request.method == "POST" and getattr(view, "keeps_input", False)):
        abort(401)
    back = safe_next(request.full_path.rstrip("?")) if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back if back != "/" else None))


def _policy(config: Config) -> str:
    """What a page may load: from this server alone, and pictures from that of the map's tiles, when one is set."""
    return CONTENT_SECURITY_POLICY.format(images=" ".join((*IMAGES, *(config.tiles.origins if config.tiles else ()))))


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", g.policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["X-Request-Id"] = g.request_id
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def init_gate(app: Flask) -> None:
    """Put the gate before every view of the app and the headers on every answer."""
    policy = _policy(app.config["VISITS"])

    @app.before_request
    def _enter() -> Any:
        g.app, g.policy = app, policy
        g.request_id = uuid.uuid4().hex[:16]
        reading.set(False)
        _refuse_foreign()
        return _admit()

    app.after_request(_harden)
