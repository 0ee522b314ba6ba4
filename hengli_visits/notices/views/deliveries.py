"""发送情况: what left the program and what did not arrive, for the office; and sending once more."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.errors import require
from hengli_visits.forms import chosen, row_id
from hengli_visits.gate import actor, session
from hengli_visits.models import DeliveryState
from hengli_visits.notices import actions, ways
from hengli_visits.notices.rules import may_keep, may_oversee
from hengli_visits.notices.views.blueprint import bp


@bp.get("/deliveries")
def deliveries() -> str:
    """What went and goes through all channels: what did not arrive first."""
    wanted = ways.Wanted(chosen(DeliveryState, request.args.get("state")), request.args.get("channel", type=row_id))
    page = ways.deliveries(session(), actor(), wanted, request.args.get("page", 1, type=row_id))

    def link(number: int) -> str:
        state = wanted.state.value if wanted.state else None
        return url_for("notices.deliveries", page=number, state=state, channel=wanted.channel_id)

    counts = ways.counts(session(), actor())
    return render_template("notices/deliveries.html", page=page, wanted=wanted, counts=counts, link=link)


@bp.post("/deliveries/<int:delivery_id>/again")
def send_again(delivery_id: int) -> Response:
    """Send what did not arrive once more."""
    found = ways.get_delivery(session(), actor(), delivery_id)
    require(may_keep(actor(), found.channel) or may_oversee(actor()))
    actions.send_again(session(), actor(), found)
    session().commit()
    flash(_("已安排重发，半分钟内发出。"), "done")
    if request.form.get("list") == "all" and may_oversee(actor()):
        return redirect(url_for("notices.deliveries"), 303)
    return redirect(url_for("notices.channel", channel_id=found.channel_id), 303)
