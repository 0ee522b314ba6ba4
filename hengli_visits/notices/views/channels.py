"""通知方式: one's own channels and those of units; made, tried out, paused, changed, deleted."""

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.actor import Actor
from hengli_visits.config import Outgoing
from hengli_visits.errors import Invalid, require
from hengli_visits.forms import coerce_optional_int, refuse, row_id
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Channel, Organisation
from hengli_visits.notices import actions, ways
from hengli_visits.notices.courier import bring
from hengli_visits.notices.formats import said
from hengli_visits.notices.forms import ChannelForm
from hengli_visits.notices.outcome import Outcome, Verdict
from hengli_visits.notices.rules import OF_UNITS, kinds_for, may_keep, may_oversee
from hengli_visits.notices.views.blueprint import bp

Answer = str | tuple[str, int] | Response


def _outgoing() -> Outgoing:
    outgoing: Outgoing = current_app.config["VISITS"].outgoing
    return outgoing


@bp.get("/channels")
def channels() -> str:
    """One's own channels, and the way to those of one's units."""
    units = ways.units(session(), actor()) if actor().is_handler and not may_oversee(actor()) else []
    return render_template(
        "notices/channels.html",
        ways=ways.own(session(), actor()),
        unit=None,
        units=units,
        may_add=True,
        mail=_outgoing().mail is not None,
        oversees=may_oversee(actor()),
    )


@bp.get("/channels/units")
def unit_channels() -> str:
    """The units with the number of their channels, for the office."""
    require(may_oversee(actor()))
    return render_template("notices/units.html", units=ways.units(session(), actor()))


@bp.get("/channels/units/<int:unit_id>")
def unit(unit_id: int) -> str:
    """The channels of one unit."""
    found = ways.get_unit(session(), actor(), unit_id)
    return render_template(
        "notices/channels.html",
        ways=ways.of_unit(session(), found),
        unit=found,
        units=[],
        may_add=may_oversee(actor()),
        mail=_outgoing().mail is not None,
        oversees=may_oversee(actor()),
    )


def _form_page(form: ChannelForm, channel: Channel | None, unit: Organisation | None) -> Answer:
    page = render_template("notices/channel_form.html", form=form, channel=channel, unit=unit)
    return (page, 422) if request.method == "POST" else page


@bp.route("/channels/new", methods=["GET", "POST"])
@keeps_input
def new_channel() -> Answer:
    """Add a channel of one's own, or with `unit` in the address one of that unit."""
    unit_id = request.args.get("unit", type=coerce_optional_int)
    require(unit_id is None or may_oversee(actor()))
    owner = ways.get_unit(session(), actor(), unit_id) if unit_id is not None else None
    form = ChannelForm(OF_UNITS if owner else kinds_for(actor()), None, mail=_outgoing().mail is not None)
    if form.validate_on_submit():
        try:
            made = actions.create(
                session(), actor(), form.chosen_kind, form.wishes, _outgoing(), unit_id=owner.id if owner else None
            )
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("已加上。请发一条试试，看能不能收到。"), "done")
            return redirect(url_for("notices.channel", channel_id=made.id), 303)
    return _form_page(form, None, owner)


@bp.get("/channels/<int:channel_id>")
def channel(channel_id: int) -> str:
    """One channel, and what went through it."""
    found = ways.get_channel(session(), actor(), channel_id)
    page = ways.deliveries_of(session(), found, request.args.get("page", 1, type=row_id))
    return render_template(
        "notices/channel.html",
        channel=found,
        way=ways.way_of(session(), found),
        page=page,
        link=lambda number: url_for("notices.channel", channel_id=channel_id, page=number),
        may_keep=may_keep(actor(), found),
    )


def _kept(channel_id: int) -> Channel:
    """A channel that the actor may change; for who only sees it the answer is the same as if it were not there."""
    found = ways.get_channel(session(), actor(), channel_id)
    require(may_keep(actor(), found))
    return found


@bp.route("/channels/<int:channel_id>/edit", methods=["GET", "POST"])
@keeps_input
def edit_channel(channel_id: int) -> Answer:
    """Change a channel. Address and secret are shown to nobody; what is left empty stays."""
    found = _kept(channel_id)
    offered = OF_UNITS if found.unit_id is not None else kinds_for(actor())
    form = ChannelForm(offered, found, mail=_outgoing().mail is not None)
    if form.validate_on_submit():
        try:
            actions.edit(session(), actor(), found, form.wishes, _outgoing())
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("已保存。"), "done")
            return redirect(url_for("notices.channel", channel_id=channel_id), 303)
    return _form_page(form, found, found.unit)


def _tell(outcome: Outcome) -> None:
    """Say at once what became of a try."""
    why = said(outcome.reason, outcome.code)
    if outcome.verdict is Verdict.ARRIVED:
        flash(_("对方收下了。请看看有没有收到这条消息。"), "done")
    elif outcome.verdict is Verdict.UNCLEAR:
        flash(_("不知道有没有送到：%(why)s。请看看有没有收到。", why=why), "warn")
    else:
        flash(_("没有发出去：%(why)s。", why=why), "bad")


@bp.post("/channels/<int:channel_id>/test")
def test_channel(channel_id: int) -> Response:
    """Send a message to try a channel out, and tell at once what became of it. The database is let go of meanwhile."""
    found = _kept(channel_id)
    parcel = actions.prepare_test(
        session(), actor(), found, _("试发"), _("这是一条试发的消息。收到它，说明“%(name)s”能用。", name=found.name)
    )
    session().commit()
    _tell(bring(parcel, _outgoing()))
    return redirect(url_for("notices.channel", channel_id=channel_id), 303)


def _done(channel_id: int, act: Callable[[Channel], None], text: str) -> Response:
    act(_kept(channel_id))
    session().commit()
    flash(text, "done")
    return redirect(url_for("notices.channel", channel_id=channel_id), 303)


@bp.post("/channels/<int:channel_id>/pause")
def pause_channel(channel_id: int) -> Response:
    """Send nothing through a channel for now."""
    return _done(channel_id, lambda found: actions.pause(session(), actor(), found), _("已暂停，消息仍在这里看得到。"))


@bp.post("/channels/<int:channel_id>/resume")
def resume_channel(channel_id: int) -> Response:
    """Open a channel again."""
    return _done(channel_id, lambda found: actions.resume(session(), actor(), found), _("已重新开启。"))


def _home(who: Actor, unit_id: int | None) -> str:
    """The list in which a channel stands."""
    return url_for("notices.unit", unit_id=unit_id) if unit_id and may_oversee(who) else url_for("notices.channels")


@bp.post("/channels/<int:channel_id>/removal")
def delete_channel(channel_id: int) -> Response:
    """Delete a channel."""
    found = _kept(channel_id)
    back = _home(actor(), found.unit_id)
    actions.delete(session(), actor(), found)
    session().commit()
    flash(_("已删除。"), "done")
    return redirect(back, 303)
