"""自行认领: what a visitor may take up, taking it, giving it back."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.assignments import actions, claims, forms, rules
from hengli_visits.assignments.views.blueprint import Answer, bp, campaign_chips, link_to, number
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Campaign


def _campaign(wanted: int | None) -> tuple[Campaign, list[Campaign]]:
    """The campaign asked for, or the first, of those that let the actor take households up."""
    require(rules.may_visit(actor()))
    campaigns = claims.campaigns_to_claim(session(), actor())
    campaign = next((one for one in campaigns if wanted in (None, one.id)), None)
    if campaign is None:
        raise Missing
    return campaign, campaigns


def _page(campaign: Campaign, campaigns: list[Campaign], form: forms.ClaimForm) -> Answer:
    g.way = "assignments.mine"
    link = link_to("assignments.claimable", {"campaign": campaign.id})
    page = render_template(
        "assignments/claimable.html",
        campaign=campaign,
        campaign_chips=campaign_chips("assignments.claimable", campaigns, campaign),
        page=claims.claimable_page(session(), actor(), campaign, number("page") or 1),
        allowance=claims.allowance(session(), actor(), campaign),
        taken=claims.taken_by(session(), actor(), campaign),
        form=form,
        picked=form.assignment.data or [],
        page_link=lambda number: link(page=number),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.get("/assignments/claimable")
def claimable() -> Answer:
    """The households of the actor's own team or group that nobody has."""
    campaign, campaigns = _campaign(number("campaign"))
    return _page(campaign, campaigns, forms.ClaimForm(formdata=None))


@bp.post("/assignments/claimable")
@keeps_input
def claim() -> Answer:
    """Take the ticked households up."""
    form = forms.ClaimForm()
    campaign, campaigns = _campaign(form.campaign.data)
    if not form.validate_on_submit():
        return _page(campaign, campaigns, form)
    ids = [id_ for id_ in form.assignment.data or () if isinstance(id_, int)]
    try:
        claimed = actions.claim(session(), actor(), campaign, ids)
    except Invalid as error:
        refuse(form, error)
        return _page(campaign, campaigns, form)
    faster = claims.places_of(session(), actor(), claimed.lost)
    session().commit()
    if claimed.done:
        flash(_("已认领 %(n)s 户，在“我的走访”里可以看到。", n=len(claimed.done)), "done")
    if claimed.lost:
        named = "、".join(list(faster.values())[:5]) or _("有的户")
        flash(_("%(places)s刚被别人认领或调整了，没有给您。", places=named), "warn")
    return redirect(url_for("assignments.claimable", campaign=campaign.id), 303)


@bp.post("/assignments/<int:assignment_id>/give-up")
def give_up(assignment_id: int) -> Response:
    """Give back what the actor took up and has not visited."""
    require(rules.may_visit(actor()))
    campaign_id = request.form.get("campaign", type=int)
    actions.give_up(session(), actor(), assignment_id)
    session().commit()
    flash(_("已退回，别人可以认领了。"), "done")
    campaigns = [one.id for one in claims.campaigns_to_claim(session(), actor())]
    if campaign_id in campaigns:
        return redirect(url_for("assignments.claimable", campaign=campaign_id), 303)
    return redirect(url_for("assignments.mine"), 303)
