"""Pages of assignments: one's own round, a household's page, the leaders' list, giving, sharing out, targets."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from werkzeug import Response

from hengli_visits.assignments import (
    actions,
    formats,
    forms,
    preview,
    queries,
    roster,
    rounds,
    rules,
    story,
    targets,
    tasks,
)
from hengli_visits.assignments.choice import Choice, choose_tasks
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.forms import chosen as chosen_word, refuse, word_pairs
from hengli_visits.gate import actor, safe_next, session
from hengli_visits.models import Assignment, AssignmentState, Campaign, Outcome

bp = Blueprint("assignments", __name__)
Answer = str | tuple[str, int] | Response
MOST_AT_ONCE = 5000

for said in (formats.appointment, formats.standing, formats.tags_of, formats.address_line, formats.size_line):
    bp.add_app_template_filter(said)


def _number(name: str) -> int | None:
    """A whole number of the address that a database can hold."""
    value = request.args.get(name, type=int)
    return value if value is not None and 0 <= value < 2**31 else None


def _link(endpoint: str, kept: Mapping[str, Any]) -> Callable[..., str]:
    """Makes addresses of a page with some of what is kept in it changed."""

    def link(**changes: Any) -> str:
        return url_for(endpoint, **{k: v for k, v in {**kept, **changes}.items() if v not in (None, "")})

    return link


def _pick_campaign(campaigns: Sequence[Campaign]) -> Campaign | None:
    wanted = _number("campaign")
    if wanted is None:
        return campaigns[0] if campaigns else None
    found = next((campaign for campaign in campaigns if campaign.id == wanted), None)
    require(found is not None)
    return found


@bp.get("/assignments/mine")
def mine() -> str:
    """我的走访: the visitor's own households of a running campaign."""
    require(rules.may_visit(actor()))
    campaigns = rounds.my_campaigns(session(), actor())
    campaign = _pick_campaign(campaigns)
    if campaign is None:
        return render_template("assignments/mine.html", campaign=None)
    counts = rounds.my_counts(session(), actor(), campaign)
    words = request.args.get("q", "").strip()
    state = _my_state(counts)
    page = rounds.my_page(session(), actor(), campaign, state, words, _number("page") or 1)
    first = not words and state == AssignmentState.WAITING and page.number == 1
    link = _link("assignments.mine", {"campaign": campaign.id, "state": request.args.get("state"), "q": words})
    return render_template(
        "assignments/mine.html",
        campaign=campaign,
        campaigns=campaigns,
        campaign_chips=[
            {"href": link(campaign=c.id, q=None, state=None), "text": c.name, "current": c is campaign}
            for c in campaigns
        ],
        counts=counts,
        state_chips=formats.state_chips(counts, None if words else state or "", link),
        state=state,
        words=words,
        page=page,
        streets=formats.by_street(page.items),
        company=rounds.my_company(session(), actor(), campaign),
        expected=rounds.my_appointments(session(), actor(), campaign) if first else [],
        last=rounds.last_words(session(), [a.household_id for a in page.items]),
        link=link,
        page_link=lambda number: link(page=number),
    )


def _my_state(counts: Mapping[AssignmentState, int]) -> AssignmentState | None:
    """The state asked for; else the first in which there is something to do; else all."""
    asked = request.args.get("state")
    if asked is not None:
        return chosen_word(AssignmentState, asked)
    return next((s for s in (AssignmentState.WAITING, AssignmentState.AGAIN) if counts[s]), None)


@bp.get("/assignments/<int:assignment_id>")
def show(assignment_id: int) -> str:
    """户: who lives there, what to do, what was."""
    assignment = queries.get_assignment(session(), actor(), assignment_id)
    return _household_page(assignment, forms.ConfirmForm(formdata=None))


def _household_page(assignment: Assignment, form: forms.ConfirmForm) -> str:
    person = actor()
    g.way = "assignments.mine" if rules.visits_now(person, assignment) else "assignments.index"
    return render_template(
        "assignments/show.html",
        assignment=assignment,
        household=assignment.household,
        back=safe_next(request.args.get("back")) or url_for(g.way),
        form=form,
        leads=rules.may_lead(person, assignment),
        visit_url=_there("visits.new", assignment_id=assignment.id) if rules.may_log(person, assignment) else None,
        visit_link=lambda visit: _there("visits.show", uuid=visit.uuid),
        issue_link=lambda issue: _there("issues.show", issue_id=issue.id),
        reveal_url=_there("households.reveal_phone", household_id=assignment.household_id),
        open=may_change_set_up(assignment.campaign.state),
        visits=story.earlier_visits(session(), assignment.household_id),
        issues=story.open_issues(session(), assignment.household_id),
        history=[formats.told(step) for step in story.history(session(), assignment.id)],
    )


def _there(endpoint: str, **values: Any) -> str | None:
    """The address of a page of another slice, where this installation has it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


@bp.post("/assignments/<int:assignment_id>/confirmation")
def confirm(assignment_id: int) -> Answer:
    """A leader agrees that a household cannot be visited, or has it tried again."""
    assignment = queries.get_assignment(session(), actor(), assignment_id)
    require(rules.may_lead(actor(), assignment))
    form = forms.ConfirmForm()
    if not form.validate_on_submit():
        return _household_page(assignment, form), 422
    agreed = form.agreed.data == "yes"
    try:
        actions.confirm_unreachable(session(), actor(), assignment, agreed, form.note.data or "")
    except Invalid as error:
        refuse(form, error)
        return _household_page(assignment, form), 422
    session().commit()
    flash(_("已确认无法走访。") if agreed else _("已退回走访员再访。"), "done")
    return redirect(url_for("assignments.show", assignment_id=assignment_id), 303)


def _wanted(campaign: Campaign) -> tasks.Wanted:
    args = request.args
    return tasks.Wanted(
        campaign_id=campaign.id,
        group_id=_number("group"),
        area_id=_number("area"),
        street=args.get("street", ""),
        category=args.get("category", ""),
        state=chosen_word(AssignmentState, args.get("state")),
        visitor_id=_number("visitor"),
        only=chosen_word(tasks.Only, args.get("only")),
        outcome=chosen_word(Outcome, args.get("outcome")),
        day=args.get("day", type=date.fromisoformat),
        words=args.get("q", "").strip(),
    )


FILTERS = ("group", "area", "street", "category", "state", "visitor", "outcome", "day")
KEPT = ("campaign", *FILTERS, "only", "q")


@bp.get("/assignments")
def index() -> str:
    """走访任务: what the leader's groups have to visit, to select and give."""
    require(rules.may_see_tasks(actor()))
    campaigns = tasks.campaigns_with_tasks(session(), actor())
    campaign = _pick_campaign(campaigns)
    if campaign is None:
        return render_template("assignments/index.html", campaign=None)
    wanted = _wanted(campaign)
    kept = {name: request.args.get(name) for name in KEPT} | {"campaign": campaign.id}
    link = _link("assignments.index", kept)
    page = tasks.task_page(session(), actor(), wanted, _number("page") or 1)
    counts = tasks.only_counts(session(), actor(), wanted)
    return render_template(
        "assignments/index.html",
        campaign=campaign,
        campaigns=campaigns,
        wanted=wanted,
        page=page,
        counts=counts,
        offers=tasks.offers(session(), actor(), wanted),
        states=word_pairs(AssignmentState),
        outcomes=word_pairs(Outcome),
        only_chips=formats.only_chips(wanted, counts, link),
        campaign_chips=[
            {"href": url_for("assignments.index", campaign=c.id), "text": c.name, "current": c is campaign}
            for c in campaigns
        ],
        campaign_wide=actor().is_coordinator,
        filtered=sum(kept[name] not in (None, "") for name in FILTERS),
        kept_only=lambda *names: {name: kept[name] for name in names},
        kept_without=lambda name: {k: v for k, v in kept.items() if k != name},
        link=link,
        page_link=lambda number: link(page=number),
        all_link=_link("assignments.choose", kept | {"all": 1})() if page.total <= MOST_AT_ONCE else None,
        assigns=rules.may_assign(actor()) and may_change_set_up(campaign.state),
        leads=lambda assignment: rules.may_lead(actor(), assignment),
    )


def _give_page(choice: Choice, form: forms.GiveForm, to_group: forms.ToGroupForm) -> str:
    g.way = "assignments.index"
    back = safe_next(form.back.data) or safe_next(to_group.back.data) or request.args.get("back")
    return render_template(
        "assignments/give.html",
        choice=choice,
        seen=forms.write_seen(choice.visitors),
        form=form,
        to_group=to_group,
        back=safe_next(back) or url_for("assignments.index", campaign=choice.campaign_id),
    )


@bp.get("/assignments/give")
def choose() -> Answer:
    """Who shall visit the selected households."""
    require(rules.may_assign(actor()))
    if request.args.get("all"):
        campaign = _pick_campaign(tasks.campaigns_with_tasks(session(), actor()))
        if campaign is None:
            raise Missing
        ids = tasks.led_ids(session(), actor(), _wanted(campaign))[:MOST_AT_ONCE]
    else:
        ids = [id_ for id_ in request.args.getlist("assignment", type=int) if id_ < 2**31]
    if not ids:
        flash(_("请先勾选要分派的走访户。"), "warn")
        return redirect(safe_next(request.args.get("back")) or url_for("assignments.index"))
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
    _tell(given, names)
    return _onward(form, choice.campaign_id)


def _tell(given: actions.Given, lost: Sequence[str]) -> None:
    """Say what was done, and which households somebody else gave to others meanwhile."""
    count = len(given.done) + len(given.already)
    if count:
        flash(ngettext("已分派 %(num)s 户。", "已分派 %(num)s 户。", count), "done")
    if given.lost:
        named = "、".join(lost[:10])
        flash(
            _("%(names)s 等 %(n)s 户刚被别人调整过，保留了那边的安排，没有改动。", names=named, n=len(given.lost)),
            "warn",
        )


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


def _share_out_page(form: forms.ShareOutForm, stale: bool = False) -> str:
    """The choice of groups and, when there is one, the preview."""
    g.way = "assignments.index"
    campaigns = tasks.campaigns_with_tasks(session(), actor())
    campaign = next((c for c in campaigns if c.id == form.campaign.data), campaigns[0] if campaigns else None)
    if campaign is None:
        raise Missing
    groups = roster.led_groups(session(), actor(), campaign.id)
    tops = [group for group in groups if group.parent_id not in {other.id for other in groups}]
    if len(tops) == 1 and not form.group.data:
        form.group.data = [tops[0].id]
    picked = form.group.data or []
    return render_template(
        "assignments/share_out.html",
        form=form,
        campaign=campaign,
        campaigns=campaigns,
        groups=groups,
        waiting=roster.waiting_counts(session(), actor(), campaign.id),
        preview=preview.preview(session(), actor(), campaign.id, picked, pairs=form.pairs) if picked else None,
        open=may_change_set_up(campaign.state),
        stale=stale,
    )


@bp.get("/assignments/share-out")
def share_out() -> str:
    """Choose groups for an even share-out and look at what it would do."""
    require(rules.may_assign(actor()))
    return _share_out_page(forms.ShareOutForm(request.args, meta={"csrf": False}))


@bp.post("/assignments/share-out")
def apply_share_out() -> Answer:
    """Give the households as the preview showed; another preview when it would be different now."""
    require(rules.may_assign(actor()))
    form = forms.ShareOutForm()
    if not form.validate_on_submit():
        return _share_out_page(form), 422
    campaign_id = form.campaign.data or 0
    groups = form.group.data or []
    require(set(groups) <= {group.id for group in roster.led_groups(session(), actor(), campaign_id)})
    found = preview.preview(session(), actor(), campaign_id, groups, pairs=form.pairs)
    if not found.plan or found.digest != form.digest.data:
        return _share_out_page(form, stale=True), 409
    batch = uuid4()
    nobody: dict[int, tuple[int, ...]] = dict.fromkeys(found.plan, ())
    actions.give_each(session(), actor(), found.plan, due_on=form.due_on.data, batch=batch, seen=nobody)
    session().commit()
    return redirect(url_for("assignments.shared_out", batch=batch), 303)


@bp.get("/assignments/share-out/<uuid:batch>")
def shared_out(batch: UUID) -> str:
    """What a share-out did, with its undoing."""
    require(rules.may_assign(actor()))
    g.way = "assignments.index"
    found = queries.get_batch(session(), actor(), batch)
    return render_template("assignments/shared_out.html", batch=batch, found=found)


@bp.post("/assignments/share-out/<uuid:batch>/undo")
def undo_share_out(batch: UUID) -> Response:
    """Take a whole share-out back."""
    require(rules.may_assign(actor()))
    found = queries.get_batch(session(), actor(), batch)
    count = actions.undo_batch(session(), actor(), batch)
    session().commit()
    flash(_("已撤销，%(n)s 户恢复原样。", n=count), "done")
    return redirect(url_for("assignments.share_out", campaign=found.campaign_id), 303)


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
        back=_there("campaigns.show", campaign_id=campaign.id) or url_for("assignments.index"),
        open=may_change_set_up(campaign.state),
    )


@bp.route("/campaigns/<int:campaign_id>/targets", methods=["GET", "POST"], endpoint="targets")
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
