"""数据接口 for administrators: keys made, shown once, revoked; addresses that are told of events; what can be read."""

from datetime import date, timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.api import actions, queries
from hengli_visits.api.figures import FIGURES
from hengli_visits.api.forms import HookForm, KeyForm
from hengli_visits.api.openapi import BASE, lists_of
from hengli_visits.api.resources import RESOURCES
from hengli_visits.api.rules import FURTHER, LARGEST_PAGE, PER_MINUTE, fitting_events, may_keep_keys, may_open
from hengli_visits.api.views.blueprint import bp
from hengli_visits.errors import Invalid, require
from hengli_visits.forms import refuse, row_id
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import ApiScope, ApiToken

Answer = str | tuple[str, int] | Response


def last_day(token: ApiToken) -> date:
    """The last day of the town on which a key works."""
    return clock.town_time(token.expires_at - timedelta(seconds=1)).date()


@bp.get("/keys")
def tokens() -> str:
    """All keys."""
    page = queries.keys(session(), actor(), request.args.get("page", 1, type=row_id))
    return render_template(
        "api/keys.html",
        page=page,
        now=clock.now(),
        last_day=last_day,
        link=lambda number: url_for("api.tokens", page=number),
    )


@bp.route("/keys/new", methods=["GET", "POST"])
@keeps_input
def new_token() -> Answer:
    """Make a key and show it, once."""
    require(may_keep_keys(actor()))
    form = KeyForm(queries.areas(session()))
    if form.validate_on_submit():
        try:
            token, key = actions.make(session(), actor(), form.wishes)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            return render_template("api/made.html", token=token, key=key)
    barred = [scope.value for scope in ApiScope if not may_open(actor(), scope)]
    page = render_template("api/new.html", form=form, barred=barred)
    return (page, 422) if request.method == "POST" else page


def _token_page(token: ApiToken, form: HookForm) -> Answer:
    hooks = queries.hooks_of(session(), token)
    works = token.works(clock.now())
    page = render_template("api/key.html", token=token, form=form, hooks=hooks, works=works, last_day=last_day(token))
    return (page, 422) if request.method == "POST" else page


@bp.get("/keys/<int:token_id>")
def token(token_id: int) -> Answer:
    """One key, and the addresses that are told of events."""
    found = queries.get_key(session(), actor(), token_id)
    return _token_page(found, HookForm(fitting_events(found.scopes)))


@bp.post("/keys/<int:token_id>/revocation")
def revoke(token_id: int) -> Response:
    """Make a key worthless."""
    actions.revoke(session(), actor(), queries.get_key(session(), actor(), token_id))
    session().commit()
    flash(_("已停用。拿着它的系统读不到数据了。"), "done")
    return redirect(url_for("api.token", token_id=token_id), 303)


@bp.post("/keys/<int:token_id>/hooks")
@keeps_input
def add_hook(token_id: int) -> Answer:
    """Tell another system of events."""
    found = queries.get_key(session(), actor(), token_id)
    form = HookForm(fitting_events(found.scopes))
    if form.validate_on_submit():
        address, secret, events = form.address.data or "", form.secret.data or "", tuple(form.events.data or ())
        try:
            actions.add_hook(session(), actor(), found, address, secret, events, current_app.config["VISITS"].outgoing)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("已加上。从现在起发生的事会通知到这里。"), "done")
            return redirect(url_for("api.token", token_id=token_id), 303)
    return _token_page(found, form)


@bp.post("/hooks/<int:channel_id>/removal")
def remove_hook(channel_id: int) -> Response:
    """Tell an address nothing any more."""
    hook = queries.get_hook(session(), actor(), channel_id)
    token_id = hook.token_id
    actions.remove_hook(session(), actor(), hook)
    session().commit()
    flash(_("已删除。"), "done")
    return redirect(url_for("api.token", token_id=token_id), 303)


@bp.get("/keys/guide")
def guide() -> str:
    """What can be read and how, for people."""
    require(may_keep_keys(actor()))
    return render_template(
        "api/guide.html",
        resources=(*RESOURCES, FIGURES),
        parameters={one.name: lists_of(one) for one in RESOURCES},
        further=FURTHER,
        base=(current_app.config["VISITS"].public_url or request.host_url.rstrip("/")) + BASE,
        per_minute=PER_MINUTE,
        largest=LARGEST_PAGE,
    )
