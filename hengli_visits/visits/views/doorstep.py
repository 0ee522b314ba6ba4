"""A visit to a household that is in no book: the form with the household above it."""

from uuid import uuid4

from flask import render_template, request, url_for
from werkzeug import Response

from hengli_visits.assignments.queries import covered_villages
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.households.rules import CATEGORIES
from hengli_visits.models import Campaign
from hengli_visits.reader import read_uuid
from hengli_visits.visits import actions, queries
from hengli_visits.visits.doorstep import Newcomer, read_newcomer
from hengli_visits.visits.form_values import new_values
from hengli_visits.visits.forms import DoorstepForm
from hengli_visits.visits.views.blueprint import bp
from hengli_visits.visits.views.recording import Sent, catalogue, saved_by, sent_with


@bp.route("/campaigns/<int:campaign_id>/doorstep", methods=["GET", "POST"])
@keeps_input
def doorstep(campaign_id: int) -> Response | str | tuple[str, int]:
    """Record a visit to a household that is in no book. Whoever once had a place in the campaign may still send."""
    if request.method == "GET":
        return doorstep_page(queries.campaign_for_doorstep(session(), actor(), campaign_id))
    queries.campaign_once_own(session(), actor(), campaign_id)
    form = DoorstepForm()
    pressed = form.change_cards("add_feedback" in request.form, request.form.get("remove_feedback"))

    def household() -> Newcomer:
        return read_newcomer(form.newcomer(campaign_id))

    def put(sent: Sent) -> actions.Saved:
        return actions.put_visit_at_door(session(), actor(), household(), sent.uuid, sent.content)

    sent = None if pressed else sent_with(form, read_uuid(form.uuid.data) or uuid4(), also=household)
    saved = saved_by(put, form, sent) if sent else None
    if saved is None:
        campaign = queries.campaign_once_own(session(), actor(), campaign_id)
        return doorstep_page(campaign, form), 200 if pressed else 422
    return saved


def doorstep_page(campaign: Campaign, form: DoorstepForm | None = None) -> str:
    """The page of the form for the actor in a campaign; a new form, with UUIDs of its own, when none was sent. Five
    queries."""
    if form is None:
        values = new_values((), actor().id) | {"household": {"uuid": str(uuid4())}}
        form = DoorstepForm(formdata=None, data=values)
    categories = queries.categories_of(session(), campaign.id)
    villages = covered_villages(session(), campaign.id)
    form.offer(queries.partners_of(session(), actor(), campaign.id), categories)
    form.offer_places([(area.id, area.name) for area in villages], CATEGORIES)
    return render_template(
        "visits/doorstep.html",
        form=form,
        campaign=campaign,
        catalogue=catalogue(categories, villages[0].name if len(villages) == 1 else None),
        note=form.summary,
        back=url_for("assignments.mine", campaign=campaign.id) if actor().is_visitor else url_for("assignments.index"),
    )
