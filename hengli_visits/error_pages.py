"""What a user sees when something is wrong: a sentence, a way on and the request's id; never a trace."""

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import HTTP_STATUS_CODES

from hengli_visits.errors import BadKey, Conflict, DomainError, Forbidden, Invalid, Missing, TooMany
from hengli_visits.extensions import db
from hengli_visits.formats import sentence
from hengli_visits.gate import actor_or_none, wants_json
from hengli_visits.wording import N_

log = logging.getLogger("hengli_visits")

API = "/api/"
"""Addresses for other systems: what is wrong there is told as a problem, never as a page."""

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (BadKey, 401),
    (Missing, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (TooMany, 429),
    (Invalid, 422),
    (DomainError, 422),
)

SENTENCES = {
    400: N_("这个请求不完整,请返回重试。"),
    401: N_("登录已过期。请在新标签页登录，再回到这一页刷新，填写的内容就会回来。"),
    403: N_("这一步现在不能做。"),
    404: Missing().message,
    405: N_("这个地址不能这样使用。"),
    413: N_("文件太大了,请换一个小一些的。"),
    415: N_("这种文件不能使用。"),
    429: N_("操作太频繁了,请稍后再试。"),
    500: N_("系统出了点问题,已经记录下来。您已保存的内容不会丢失,请稍后再试。"),
    503: N_("系统暂时无法保存,请稍后再试。您填写的内容没有被确认保存。"),
}


def _again(app: Flask, status: int, text: str) -> Response | None:
    """The page on which something was typed, once more with all of it and the sentence above it; None when the view
    has no such page, or the page cannot be shown any more."""
    view = app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "keeps_input", False) or view is None or wants_json():
        return None
    db.session.rollback()
    g.refusal = text
    try:
        response = app.make_response(app.ensure_sync(view)(**(request.view_args or {})))
    except (DomainError, HTTPException):
        return None
    finally:
        db.session.rollback()
    if response.status_code not in (200, 422):
        return None
    response.status_code = status
    return response


def _problem(status: int, text: str) -> Response:
    """The answer to another system: a problem as RFC 9457 has it."""
    told = {"type": "about:blank", "title": HTTP_STATUS_CODES[status], "status": status, "detail": text}
    response = jsonify(told | {"request_id": g.get("request_id", "")})
    response.mimetype = "application/problem+json"
    return response


def _others(error: DomainError) -> bool:
    """Whether somebody else was faster, rather than the actor or what the thing is by now."""
    actor = actor_or_none()
    return isinstance(error, Conflict) and "who" in error.params and (actor is None or error.by != actor.id)


def _thing() -> str | None:
    """The address of the issue that the refused page belongs to, if its own address tells it."""
    issue_id = (request.view_args or {}).get("issue_id")
    return url_for("issues.show", issue_id=issue_id) if issue_id is not None else None


def _answer(status: int, text: str, headers: dict[str, str] | None = None, *, others: bool = False) -> Response:
    db.session.rollback()
    known = status == 409 and actor_or_none() is not None
    g.failed = not known
    if request.path.startswith(API):
        response = _problem(status, text)
    elif wants_json():
        response = jsonify(error=text, status=status, request_id=g.get("request_id", ""))
    else:
        page = render_template(
            "errors/error.html",
            status=status,
            text=text,
            request_id=g.get("request_id", ""),
            frame="base.html" if known else "bare.html",
            others=others,
            thing=_thing() if known else None,
        )
        response = Response(page, mimetype="text/html")
    response.status_code = status
    response.headers.update(headers or {})
    return response


def _headers_of(error: Exception) -> dict[str, str]:
    """What an answer says besides: when to come again, how to sign in, what may be done there."""
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, BadKey):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return {"Allow": ", ".join(sorted(error.valid_methods))}
    return {}


def init_error_pages(app: Flask) -> None:
    """Give every kind of error its answer."""

    @app.errorhandler(DomainError)
    def _domain(error: DomainError) -> Response:
        status = next(code for kind, code in STATUS if isinstance(error, kind))
        headers = _headers_of(error)
        shown = _again(app, status, sentence(error)) if isinstance(error, Conflict) else None
        return shown or _answer(status, sentence(error), headers, others=_others(error))

    @app.errorhandler(CSRFError)
    def _token(_error: CSRFError) -> Response:
        shown = _again(app, 422, _("您在这期间重新登录过，这一页还没有保存。填写的内容都在，请再提交一次。"))
        response = shown or _answer(400, _("这一页打开太久了,请刷新后重新提交。"))
        response.headers["X-Token"] = "old"  # a phone sends again with the token that its next contact brings
        return response

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        status = error.code or 500
        if status < 400:
            return error
        return _answer(status, _(SENTENCES.get(status, SENTENCES[400])), _headers_of(error))

    @app.errorhandler(IntegrityError)
    def _collision(error: IntegrityError) -> Response:
        log.error("collision request=%s kind=%s", g.get("request_id"), type(error.orig).__name__)
        if wants_json():
            return _answer(503, _(SENTENCES[503]), {"Retry-After": "1"})
        text = _("别人刚刚保存了同样的内容，这一次没有保存。请核对后再提交一次。")
        return _again(app, 409, text) or _answer(409, text, others=True)

    @app.errorhandler(PoolTimeout)
    @app.errorhandler(OperationalError)
    def _database(error: OperationalError | PoolTimeout) -> Response:
        kind = type(getattr(error, "orig", error)).__name__
        log.error("database unavailable request=%s kind=%s", g.get("request_id"), kind)
        return _answer(503, _(SENTENCES[503]), {"Retry-After": "5"})

    @app.errorhandler(Exception)
    def _crash(error: Exception) -> Response:
        if app.config["PROPAGATE"]:
            raise error
        log.exception("crash request=%s endpoint=%s", g.get("request_id"), request.endpoint)
        return _answer(500, _(SENTENCES[500]))
