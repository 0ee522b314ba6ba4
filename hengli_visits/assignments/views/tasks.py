"""走访任务: what the leader's groups have to visit; giving, taking back, moving to another team."""

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from werkzeug import Response

from hengli_visits.assignments import actions, formats, forms, rules, tasks
from hengli_visits.assignments.choice import Choice, choose_tasks
from hengli_visits.assignments.exchange import sides
from hengli_visits.assignments.stale import stale_among
from hengli_visits.assignments.views.blueprint import Answer, bp, campaign_chips, link_to, number, pick_campaign
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.forms import chosen, refuse, row_id, some_day, word_pairs
from hengli_visits.gate import actor, keeps_input, reads_only, safe_next, session
from hengli_visits.members.queries import find_member
from hengli_visits.models import AssignmentState, Campaign, Outcome

MOST_AT_ONCE = 5000
"""So many households at most are chosen in one step."""


def wanted_tasks(campaign: Campaign) -> tasks.Wanted:
    """What the address looks for among the assignments of a campaign."""
    args = request.args
    return tasks.Wanted(
        campaign_id=campaign.id,
        group_id=number("group"),
        area_id=number("area"),
        street=args.get("street", ""),
        category=args.get("category", ""),
        side=chosen(tasks.Side, args.get("side")),
        door_from=number("from"),
        door_to=number("to"),
        state=chosen(AssignmentState, args.get("state")),
        visitor_id=number("visitor"),
        only=chosen(tasks.Only, args.get("only")),
        outcome=chosen(Outcome, args.get("outcome")),
        day=args.get("day", type=some_day),
        since=args.get("since", type=some_day),
        until=args.get("until", type=some_day),
        words=args.get("q", "").strip(),
        left=args.get("left") == "1",
        stale_days=rules.stale_days(campaign.starts_on, campaign.ends_on),
    )


FILTERS = (
    "group",
    "area",
    "street",
    "side",
    "from",
    "to",
    "category",
    "state",
    "visitor",
    "outcome",
    "day",
    "since",
    "until",
    "left",
)
KEPT = ("campaign", *FILTERS, "only", "q")


@bp.get("/assignments")
def index() -> str:
    """走访任务: what the leader's groups have to visit, to select and give."""
    require(rules.may_see_tasks(actor()))
    campaigns = tasks.campaigns_with_tasks(session(), actor())
    campaign = pick_campaign(campaigns)
    if campaign is None:
        return render_template("assignments/index.html", campaign=None)
    wanted = wanted_tasks(campaign)
    kept = {name: request.args.get(name) for name in KEPT} | {"campaign": campaign.id}
    link = link_to("assignments.index", kept)
    page = tasks.task_page(session(), actor(), wanted, number("page") or 1)
    counts = tasks.only_counts(session(), actor(), wanted)
    narrow = narrowing(campaign, wanted)
    off = formats.off_chips(wanted, narrow["offers"], link)
    whose = find_member(session(), actor(), wanted.visitor_id) if wanted.visitor_id else None
    only = formats.only_chips(wanted, counts, link)
    return render_template(
        "assignments/index.html",
        campaign=campaign,
        wanted=wanted,
        page=page,
        counts=counts,
        stale=stale_among(session(), page.items, wanted.stale_days),
        only_chips=only,
        off_chips=off,
        told=([whose.name] if whose else []) + [one["text"] for one in (*only[1:], *off) if one.get("current", True)],
        campaign_chips=campaign_chips("assignments.index", campaigns, campaign),
        filtered=sum(kept[name] not in (None, "") for name in FILTERS),
        kept_only=lambda *names: {name: kept[name] for name in names},
        kept_without=lambda name: {k: v for k, v in kept.items() if k != name},
        link=link,
        page_link=lambda number: link(page=number),
        all_link=link_to("assignments.choose", kept | {"all": 1})() if page.total <= MOST_AT_ONCE else None,
        sees_people=rules.may_assign(actor()),
        whose=whose,
        **narrow,
    )


def narrowing(campaign: Campaign, wanted: tasks.Wanted) -> dict[str, Any]:
    """What the fields that narrow a list or a map of tasks offer, and what the actor may do with what they find."""
    return {
        "offers": tasks.offers(session(), actor(), wanted),
        "sides": word_pairs(tasks.Side),
        "states": word_pairs(AssignmentState),
        "outcomes": word_pairs(Outcome),
        "campaign_wide": actor().is_coordinator,
        "assigns": rules.may_assign(actor()) and may_change_set_up(campaign.state),
        "leads": lambda assignment: rules.may_lead(actor(), assignment),
    }


def _give_page(choice: Choice, form: forms.GiveForm, to_group: forms.ToGroupForm) -> str:
    g.way = "assignments.index"
    back = safe_next(form.back.data) or safe_next(to_group.back.data) or request.values.get("back")
    return render_template(
        "assignments/give.html",
        choice=choice,
        seen=forms.write_seen(choice.visitors),
        form=form,
        to_group=to_group,
        sides=sides(choice.visitors),
        named=lambda members: "、".join(choice.names[id_] for id_ in members) or _("未分派"),
        back=safe_next(back) or url_for("assignments.index", campaign=choice.campaign_id),
    )


@bp.get("/assignments/give")
def choose() -> Answer:
    """Who shall visit the selected households."""
    require(rules.may_assign(actor()))
    if request.args.get("all"):
        campaign = pick_campaign(tasks.campaigns_with_tasks(session(), actor()))
        if campaign is None:
            raise Missing
        ids = tasks.led_ids(session(), actor(), wanted_tasks(campaign))[:MOST_AT_ONCE]
    else:
        ids = request.args.getlist("assignment", type=row_id)
    return _chosen(ids)


@bp.get("/assignments/choice", endpoint="lost_choice")
def back_to_list() -> Response:
    """Where a reload leads after a choice that was too long for an address: back to the list, to choose anew."""
    require(rules.may_assign(actor()))
    flash(_("请先勾选要分派的走访户。"), "info")
    return redirect(url_for("assignments.index"))


@bp.post("/assignments/choice")
@reads_only
def choose_many() -> Answer:
    """Who shall visit the selected households, when they may be too many for an address."""
    require(rules.may_assign(actor()))
    return _chosen(request.form.getlist("assignment", type=row_id)[:MOST_AT_ONCE])


def _chosen(ids: Sequence[int]) -> Answer:
    if not ids:
        flash(_("请先勾选要分派的走访户。"), "warn")
        return redirect(safe_next(request.values.get("back")) or url_for("assignments.index"), 303)
    choice = choose_tasks(session(), actor(), ids)
    form = forms.GiveForm(formdata=None, members=choice.given_to)
    return _give_page(choice, form, _to_group_form(choice))


def _to_group_form(choice: Choice) -> forms.ToGroupForm:
    form = forms.ToGroupForm(formdata=None)
    form.offer([(group.id, group.name) for group in choice.groups])
    return form


def _onward(form: Any, choice_campaign: int) -> Response:
    back = safe_next(form.back.data)
    return redirect(back or url_for("assignments.index", campaign=choice_campaign), 303)


@bp.post("/assignments/give")
@keeps_input
def give() -> Answer:
    """Give the selected households to visitors."""
    require(rules.may_assign(actor()))
    form = forms.GiveForm()
    seen = forms.read_seen(form.seen.data)
    choice = choose_tasks(session(), actor(), seen)
    if not form.validate_on_submit():
        return _give_page(choice, form, _to_group_form(choice)), 422
    try:
        given = actions.give(session(), actor(), seen, form.members.data or [], due_on=form.due_on.data, seen=seen)
    except Invalid as error:
        refuse(form, error)
        return _give_page(choice, form, _to_group_form(choice)), 422
    names = [row.household.name for row in choice.rows if row.id in given.lost]
    session().commit()
    tell_given(given)
    tell_lost(names, len(given.lost))
    return _onward(form, choice.campaign_id)


def tell_given(given: actions.Given, *, taken: bool = False) -> None:
    """Say how many households were given, or `taken` back."""
    count = len(given.done) + len(given.already)
    if count and taken:
        flash(_("已收回 %(n)s 户，可以重新分派。", n=count), "done")
    elif count:
        flash(ngettext("已分派 %(num)s 户。", "已分派 %(num)s 户。", count), "done")


def tell_lost(names: Sequence[str], count: int) -> None:
    """Say which households somebody else gave to others meanwhile."""
    if count:
        named = "、".join(names[:10])
        flash(_("%(names)s 等 %(n)s 户刚被别人调整过，保留了那边的安排，没有改动。", names=named, n=count), "warn")


@bp.post("/assignments/take-back")
def take_back() -> Response:
    """Take the selected households back from their visitors."""
    require(rules.may_assign(actor()))
    form = forms.TakeBackForm()
    seen = forms.read_seen(form.seen.data)
    choice = choose_tasks(session(), actor(), seen)
    count = actions.take_back(session(), actor(), seen, seen=seen)
    session().commit()
    flash(_("已收回 %(n)s 户，可以重新分派。", n=count), "done")
    return _onward(form, choice.campaign_id)


@bp.post("/assignments/to-group")
@keeps_input
def to_group() -> Answer:
    """Move the selected households to another group or team."""
    require(rules.may_assign(actor()))
    form = forms.ToGroupForm()
    seen = forms.read_seen(form.seen.data)
    choice = choose_tasks(session(), actor(), seen)
    form.offer([(group.id, group.name) for group in choice.groups])
    if not form.validate_on_submit():
        return _give_page(choice, forms.GiveForm(formdata=None), form), 422
    group = next(group for group in choice.groups if group.id == form.group.data)
    count = actions.to_group(session(), actor(), seen, group)
    session().commit()
    flash(_("已把 %(n)s 户划给%(group)s。", n=count, group=group.name), "done")
    return _onward(form, choice.campaign_id)
