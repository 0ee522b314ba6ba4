"""Pages of campaigns: the list, the set-up steps, the categories."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits.campaigns import actions, queries, rules
from hengli_visits.campaigns.catalogue import propose_category
from hengli_visits.campaigns.forms import CampaignForm, CategoryForm, MoveForm
from hengli_visits.campaigns.rules import Part
from hengli_visits.campaigns.views.blueprint import Answer, bp, form_page
from hengli_visits.errors import Invalid, require
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Campaign, CampaignState, Category


@bp.get("/campaigns")
def index() -> str:
    """The campaigns with their state and progress."""
    rows = queries.campaigns(session(), actor())
    return render_template("campaigns/index.html", rows=rows, may_edit=rules.may_edit(actor()))


@bp.route("/campaigns/new", methods=["GET", "POST"])
@keeps_input
def new() -> Answer:
    """Begin a campaign."""
    require(rules.may_edit(actor()))
    form = CampaignForm()
    if form.validate_on_submit():
        try:
            campaign = actions.create_campaign(session(), actor(), **form.fields)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("“%(name)s”已建立，接下来选走访对象。", name=campaign.name), "done")
            return redirect(url_for("campaigns.show", campaign_id=campaign.id), 303)
    return form_page("campaigns/edit.html", form, campaign=None)


@bp.get("/campaigns/<int:campaign_id>")
def show(campaign_id: int) -> Answer:
    """The set-up steps and the state of a campaign."""
    campaign = queries.get_campaign(session(), actor(), campaign_id)
    return _show(campaign, MoveForm(formdata=None))


def _show(campaign: Campaign, form: MoveForm) -> Answer:
    may_edit = rules.may_edit(actor())
    checks = rules.checklist(campaign.state, queries.set_up_of(session(), campaign.id)) if may_edit else ()
    return form_page(
        "campaigns/show.html",
        form,
        campaign=campaign,
        checks=checks,
        links=_links(campaign),
        next_check=next((check for check in checks if not check.done), None),
        progress=queries.progress(session(), actor(), [campaign.id])[campaign.id],
        moves=queries.moves_of(session(), campaign.id) if may_edit else (),
        steps=rules.steps_from(campaign.state) if may_edit else (),
        may_edit=may_edit,
        may_change=may_edit and rules.may_change_set_up(campaign.state),
    )


def _links(campaign: Campaign) -> dict[Part, str]:
    """The page on which each part of the set-up is done."""
    return {
        Part.BASICS: url_for("campaigns.edit", campaign_id=campaign.id),
        Part.TARGETS: url_for("assignments.targets", campaign_id=campaign.id),
        Part.GROUPS: url_for("groups.index", campaign_id=campaign.id),
        Part.CATEGORIES: url_for("campaigns.categories", campaign_id=campaign.id),
        Part.SHARING: url_for("assignments.index", campaign=campaign.id),
        Part.START: url_for("campaigns.show", campaign_id=campaign.id, _anchor="start"),
    }


@bp.route("/campaigns/<int:campaign_id>/edit", methods=["GET", "POST"])
@keeps_input
def edit(campaign_id: int) -> Answer:
    """Change what a campaign is."""
    require(rules.may_edit(actor()))
    campaign = queries.get_campaign(session(), actor(), campaign_id)
    form = CampaignForm(obj=campaign)
    if form.validate_on_submit():
        try:
            actions.edit_campaign(session(), actor(), campaign, **form.fields)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("已保存。"), "done")
            return redirect(url_for("campaigns.show", campaign_id=campaign.id), 303)
    return form_page("campaigns/edit.html", form, campaign=campaign)


@bp.post("/campaigns/<int:campaign_id>/moves")
@keeps_input
def move(campaign_id: int) -> Answer:
    """Start, close, archive or reopen a campaign."""
    require(rules.may_edit(actor()))
    campaign = queries.get_campaign(session(), actor(), campaign_id)
    form = MoveForm()
    if not form.validate_on_submit():
        return _show(campaign, form)
    to = form.state
    try:
        actions.move_campaign(session(), actor(), campaign, to, form.note.data or "")
    except Invalid as error:
        refuse(form, error)
        return _show(campaign, form)
    session().commit()
    told = {CampaignState.RUNNING: _("活动已启动，走访员可以开始走访了。"), CampaignState.CLOSED: _("活动已结束。")}
    flash(told.get(to, _("活动已归档。")), "done")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@bp.get("/campaigns/<int:campaign_id>/categories")
def categories(campaign_id: int) -> str:
    """The categories of a campaign, and what would be proposed for a sentence."""
    require(rules.may_edit(actor()))
    campaign = queries.get_campaign(session(), actor(), campaign_id)
    rows = queries.categories_of(session(), campaign_id)
    said = request.args.get("said", "").strip()
    return render_template(
        "campaigns/categories.html",
        campaign=campaign,
        rows=rows,
        said=said,
        proposal=propose_category(rows, said) if said else None,
        may_change=rules.may_change_set_up(campaign.state),
    )


@bp.route("/campaigns/<int:campaign_id>/categories/new", methods=["GET", "POST"])
@keeps_input
def new_category(campaign_id: int) -> Answer:
    """Add a category."""
    require(rules.may_edit(actor()))
    return _save_category(queries.get_campaign(session(), actor(), campaign_id), None)


@bp.route("/campaigns/<int:campaign_id>/categories/<int:category_id>", methods=["GET", "POST"])
@keeps_input
def edit_category(campaign_id: int, category_id: int) -> Answer:
    """Change a category."""
    require(rules.may_edit(actor()))
    campaign = queries.get_campaign(session(), actor(), campaign_id)
    return _save_category(campaign, queries.get_category(session(), campaign, category_id))


def _save_category(campaign: Campaign, category: Category | None) -> Answer:
    known: dict[str, Any] = {}
    if category is not None:
        lead = "area" if category.by_area else "unit"
        known = {"name": category.name, "lead": lead, "unit": category.unit_id, "active": category.active}
        known["words"] = "、".join(category.words)
    form = CategoryForm(queries.units(session()), data=known)
    if form.validate_on_submit():
        try:
            actions.save_category(session(), actor(), campaign, category, **form.fields)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("“%(name)s”已保存。", name=form.name.data), "done")
            return redirect(url_for("campaigns.categories", campaign_id=campaign.id), 303)
    return form_page("campaigns/category.html", form, campaign=campaign, category=category)
