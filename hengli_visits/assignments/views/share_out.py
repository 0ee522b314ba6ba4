"""自动分派: asking for a plan of who visits whom."""

from flask import g, redirect, render_template, request, url_for

from hengli_visits.assignments import actions, forms, plans, queries, roster, rules, targets, tasks
from hengli_visits.assignments.views import working
from hengli_visits.assignments.views.blueprint import Answer, bp, number
from hengli_visits.assignments.wishes import read
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.forms import refuse, row_id
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Campaign


def _campaign() -> Campaign:
    """The campaign that the address names, else the first in which the actor gives households."""
    campaigns = tasks.campaigns_with_tasks(session(), actor())
    wanted = number("campaign")
    found = next((one for one in campaigns if wanted in (None, one.id)), None)
    if found is None:
        raise Missing
    return found


def _page(campaign: Campaign, form: forms.ShareOutForm) -> str:
    g.way = "assignments.index"
    groups = roster.led_groups(session(), actor(), campaign.id)
    picked = form.group.data or []
    whole = roster.heads(groups)
    return render_template(
        "assignments/share_out.html",
        form=form,
        campaign=campaign,
        campaigns=tasks.campaigns_with_tasks(session(), actor()),
        groups=whole + [group for group in groups if group not in whole and group.id in picked],
        teams=any(group.parent_id for group in groups),
        waiting=roster.waiting_counts(session(), actor(), campaign.id, groups),
        categories=[name for name, _count in targets.categories(session())],
        open=may_change_set_up(campaign.state),
        without_group=queries.without_group(session(), campaign.id) if rules.may_target(actor()) else 0,
        recent=plans.recent_plans(session(), actor(), campaign.id),
    )


@bp.get("/assignments/share-out")
def share_out() -> str:
    """Choose groups and what matters most, and look at the plans that there are."""
    require(rules.may_assign(actor()))
    campaign = _campaign()
    form = forms.ShareOutForm.of(read(campaign.sharing))
    groups = roster.led_groups(session(), actor(), campaign.id)
    heads, waiting = roster.heads(groups), roster.waiting_counts(session(), actor(), campaign.id, groups)
    form.group.data = request.args.getlist("group", type=row_id) or [
        group.id for group in heads if waiting.get(group.id) or len(heads) == 1
    ]
    form.homeless.data = rules.may_target(actor()) and not request.args.get("group")
    return _page(campaign, form)


@bp.post("/assignments/share-out")
@keeps_input
def order_share_out() -> Answer:
    """Work a plan out as asked for; nobody is given anything yet. A large one is worked out aside."""
    require(rules.may_assign(actor()))
    campaign = _campaign()
    form = forms.ShareOutForm()
    if not form.validate_on_submit():
        return _page(campaign, form), 422
    groups = roster.led_groups(session(), actor(), campaign.id)
    require(set(form.group.data or ()) <= {group.id for group in groups})
    try:
        plan = actions.order_share_out(session(), actor(), campaign, form.wishes())
    except Invalid as error:
        refuse(form, error)
        return _page(campaign, form), 422
    many = sum(roster.target_counts(session(), campaign.id, [group.id for group in groups]).values()) > working.MANY
    if not many:
        actions.work_out(session(), actor(), plan)
    session().commit()
    if many:
        working.start(plan.id)
    return redirect(url_for("assignments.plan", plan_id=plan.id), 303)
