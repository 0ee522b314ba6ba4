"""What other systems read: GET and HEAD alone, by key, no cookie read or set."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask import current_app, g, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.actor import Actor
from hengli_visits.api import actions, asking, queries
from hengli_visits.api.fields import Resource, told
from hengli_visits.api.figures import FIGURES, figures_of
from hengli_visits.api.openapi import BASE, document, lists_of
from hengli_visits.api.resources import BY_NAME, RESOURCES
from hengli_visits.api.rules import PAGE_SIZE, reader
from hengli_visits.api.views.blueprint import bp
from hengli_visits.errors import BadKey, Forbidden, Missing
from hengli_visits.gate import begin_writing, by_key, only_read, session
from hengli_visits.models import ApiScope, ApiToken, Area
from hengli_visits.reports.span import Span
from hengli_visits.wording import N_

LONGEST_KEY = 200


@dataclass(frozen=True)
class Caller:
    """Who asks: the key, and with whose eyes it reads."""

    token: ApiToken
    actor: Actor


def _get(rule: str, **options: Any) -> Callable[[Any], Any]:
    """A route for GET and HEAD and nothing else, not even OPTIONS: no page of another site has business here."""
    return cast("Callable[[Any], Any]", bp.get(rule, provide_automatic_options=False, **options))


def _enter(resource: Resource) -> Caller:
    """Look at the key of a request and count it. After that the request only reads."""
    scheme, _sep, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(key.strip()) <= LONGEST_KEY:
        raise BadKey
    token = actions.use(session(), key.strip())
    session().expunge(token)
    session().commit()
    only_read()
    if not token.opens(resource.scope):
        raise Forbidden(N_("这个密钥没有“%(scope)s”这一项权限。"), scope=resource.scope.value)
    return Caller(token, _eyes(token))


def _eyes(token: ApiToken) -> Actor:
    area = session().get(Area, token.area_id) if token.area_id is not None else None
    return reader(token, area.path if area is not None else None, g.request_id, request.remote_addr or "")


def _asked(parameters: tuple[asking.Parameter, ...]) -> dict[str, Any]:
    return asking.read(parameters, request.args.to_dict(flat=False))


def _resource(name: str) -> Resource:
    if (found := BY_NAME.get(name)) is None:
        raise Missing
    return found


def _note(caller: Caller, resource: Resource, number: int) -> None:
    """Note that residents were read; then nothing is left to read."""
    if number and caller.token.opens(ApiScope.RESIDENTS) and resource.further(ApiScope.RESIDENTS):
        token = caller.token
        begin_writing()
        actions.note_residents_read(session(), caller.actor, token, resource.name, number)
        session().commit()


def _answer(content: Any, link: str | None = None) -> Response:
    """The content as JSON with its ETag; 304 without it when the other side has it already."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32], weak=True)
    if link is not None:
        response.headers["Link"] = f'<{link}>; rel="next"'
    return response.make_conditional(request)


@_get(f"{BASE}/openapi.json")
@by_key
def openapi() -> Response:
    """The description of all of it, for anybody: nothing in it is secret."""
    only_read()
    return _answer(document(_))


@_get(f"{BASE}/figures")
@by_key
def figures() -> Response:
    """Figures of a campaign."""
    caller = _enter(FIGURES)
    asked = _asked(asking.OF_FIGURES)
    queries.require_campaign(session(), caller.actor, asked["campaign"])
    queries.require_area(session(), caller.actor, asked.get("area"))
    span = Span(asked["campaign"], asked.get("area"), None, asked.get("from"), asked.get("to"))
    figures = figures_of(session(), caller.actor, span, caller.token.area_id)
    return _answer(told(FIGURES.seen(caller.token.opens), figures))


@_get(f"{BASE}/<any({', '.join(one.name for one in RESOURCES)}):name>")
@by_key
def listed(name: str) -> Response:
    """A page of a resource."""
    resource = _resource(name)
    caller = _enter(resource)
    asked = _asked(lists_of(resource))
    secret, of = current_app.config["SECRET_KEY"], asking.bound_to(name, caller.token.id, asked)
    after = asking.unseal(secret, of, asked["cursor"]) if "cursor" in asked else 0
    part = queries.page(session(), caller.actor, name, asked, after, asked.get("limit", PAGE_SIZE))
    fields = resource.seen(caller.token.opens)
    items = [told(fields, row) for row in part.rows]
    link = None
    if part.next_after is not None:
        given: dict[str, Any] = request.args.to_dict() | {"cursor": asking.seal(secret, of, part.next_after)}
        link = url_for("api.listed", name=name, **given)
    _note(caller, resource, len(items))
    return _answer({"items": items}, link)


@_get(f"{BASE}/<any({', '.join(one.name for one in RESOURCES)}):name>/<key>")
@by_key
def item(name: str, key: str) -> Response:
    """One thing."""
    resource = _resource(name)
    caller = _enter(resource)
    _asked(())
    content = told(
        resource.seen(caller.token.opens), queries.item(session(), caller.actor, name, _key_of(resource, key))
    )
    _note(caller, resource, 1)
    return _answer(content)


def _key_of(resource: Resource, text: str) -> int | UUID:
    """What an address names; what can be no key names nothing."""
    try:
        if resource.key.get("format") == "uuid":
            return UUID(text)
        return int(asking.CAMPAIGN.read(text))
    except ValueError as error:
        raise Missing from error
