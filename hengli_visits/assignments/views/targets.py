"""走访对象: which households a campaign visits."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.assignments import actions, forms, queries, rules, targets
from hengli_visits.assignments.views.blueprint import Answer, bp
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Missing, require
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.groups.actions import create_groups_by_area
from hengli_visits.models import Campaign


def _get_campaign(campaign_id: int) -> Campaign:
    require(rules.may_target(actor()))
    campaign = session().get(Campaign, campaign_id)
    if campaign is None:
        raise Missing
    return campaign


def _targets_page(campaign: Campaign, form: forms.TargetForm) -> str:
    g.way = "campaigns.index"
    villages = targets.villages(session(), campaign.id)
    categories = targets.categories(session())
    form.offer([(v.id, v.name) for v in villages], [name for name, _count in categories])
    selection = form.selection()
    households = targets.selected_households(session(), selection)
    inside = targets.selected_targets(session(), campaign.id, selection)
    return render_template(
        "assignments/targets.html",
        campaign=campaign,
        form=form,
        villages={v.id: v for v in villages},
        categories=dict(categories),
        selection=selection,
        found=len(households),
        inside=len(inside),
        visited=len(queries.visited_ids(session(), inside)),
        total=sum(v.targets for v in villages),
        back=url_for("campaigns.show", campaign_id=campaign.id),
        open=may_change_set_up(campaign.state),
    )


@bp.route("/campaigns/<int:campaign_id>/targets", methods=["GET", "POST"], endpoint="targets")
@keeps_input
def choose_targets(campaign_id: int) -> Answer:
    """走访对象: which households the campaign visits; POST puts a selection on the list."""
    campaign = _get_campaign(campaign_id)
    if request.method == "GET":
        return _targets_page(campaign, forms.TargetForm(request.args, meta={"csrf": False}))
    form = forms.TargetForm()
    if not form.validate_on_submit():
        return _targets_page(campaign, form), 422
    households = targets.selected_households(session(), form.selection())
    count = actions.target_households(session(), actor(), campaign, households)
    session().commit()
    flash(_("已列入 %(n)s 户。", n=count) if count else _("这些户都已经在名单里。"), "done")
    return redirect(url_for("assignments.targets", campaign_id=campaign_id, **form.kept()), 303)


@bp.post("/campaigns/<int:campaign_id>/targets/removal")
def remove_targets(campaign_id: int) -> Answer:
    """Take the households of a selection that nobody visited off the campaign's list."""
    campaign = _get_campaign(campaign_id)
    form = forms.TargetForm()
    if not form.validate_on_submit():
        return _targets_page(campaign, form), 422
    inside = targets.selected_targets(session(), campaign.id, form.selection())
    done, _refused = actions.untarget(session(), actor(), inside)
    session().commit()
    flash(_("已移出 %(n)s 户，走访过的都保留着。", n=len(done)), "done")
    return redirect(url_for("assignments.targets", campaign_id=campaign_id, **form.kept()), 303)


@bp.post("/campaigns/<int:campaign_id>/groups/by-area")
def group_by_area(campaign_id: int) -> Response:
    """Add a group for each village that has none yet, and give each group the targets of its village."""
    campaign = _get_campaign(campaign_id)
    count = create_groups_by_area(session(), actor(), campaign)
    placed = actions.place_in_groups(session(), actor(), campaign)
    session().commit()
    if count:
        flash(_("新建了 %(n)s 个组，%(placed)s 户归到所在村的组。接下来给各组选组长。", n=count, placed=placed), "done")
    else:
        flash(_("有走访对象的村都已经有组了。"), "info")
    return redirect(url_for("groups.index", campaign_id=campaign_id), 303)
