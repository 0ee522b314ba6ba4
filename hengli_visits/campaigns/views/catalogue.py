"""The dispatch catalogue: its lines one by one, and all of it as a table of text."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext

from hengli_visits.campaigns import actions, queries, rules
from hengli_visits.campaigns.dispatching import COLUMNS, EVERYWHERE, HEAD, Named, read_sheet
from hengli_visits.campaigns.forms import LineForm, SheetForm
from hengli_visits.campaigns.views.blueprint import Answer, bp, form_page
from hengli_visits.errors import Invalid, require
from hengli_visits.formats import sentence
from hengli_visits.forms import refuse, row_id
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Campaign, Category, DispatchRule


def _load(campaign_id: int) -> tuple[Campaign, Sequence[Category]]:
    require(rules.may_edit(actor()))
    campaign = queries.get_campaign(session(), actor(), campaign_id)
    return campaign, queries.categories_of(session(), campaign_id)


@bp.get("/campaigns/<int:campaign_id>/catalogue")
def catalogue(campaign_id: int) -> str:
    """The dispatch catalogue, category by category."""
    campaign, categories = _load(campaign_id)
    lines = queries.dispatch_rules(session(), [category.id for category in categories])
    own = {category.id: [line for line in lines if line.category_id == category.id] for category in categories}
    return render_template(
        "campaigns/catalogue.html",
        campaign=campaign,
        rows=[(category, own[category.id]) for category in categories if category.active or own[category.id]],
        total=len(lines),
        names=dict(queries.every_unit(session())),
        may_change=rules.may_change_catalogue(campaign.state),
    )


@bp.route("/campaigns/<int:campaign_id>/catalogue/new", methods=["GET", "POST"])
@keeps_input
def new_line(campaign_id: int) -> Answer:
    """Add a line."""
    campaign, categories = _load(campaign_id)
    wanted = request.args.get("category", type=row_id)
    return _save_line(campaign, categories, None, {"category_id": wanted})


@bp.route("/campaigns/<int:campaign_id>/catalogue/<int:rule_id>", methods=["GET", "POST"])
@keeps_input
def edit_line(campaign_id: int, rule_id: int) -> Answer:
    """Change a line."""
    campaign, categories = _load(campaign_id)
    rule = queries.get_dispatch_rule(session(), campaign, rule_id)
    names = ("category_id", "area_id", "lead_unit_id", "co_unit_ids", "limit_days")
    return _save_line(campaign, categories, rule, {name: getattr(rule, name) for name in names})


def _save_line(
    campaign: Campaign, categories: Sequence[Category], rule: DispatchRule | None, known: dict[str, Any]
) -> Answer:
    present = rule.category_id if rule else None
    named = [(one.id, one.name) for one in categories if one.active or one.id == present]
    form = LineForm(named, queries.areas_below(session()), queries.every_unit(session()), data=known)
    if form.validate_on_submit():
        try:
            actions.save_line(session(), actor(), campaign, rule, form.line)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("派单目录已保存。"), "done")
            return redirect(url_for("campaigns.catalogue", campaign_id=campaign.id), 303)
    return form_page("campaigns/catalogue_line.html", form, campaign=campaign, rule=rule)


@bp.post("/campaigns/<int:campaign_id>/catalogue/<int:rule_id>/removal")
def remove_line(campaign_id: int, rule_id: int) -> Answer:
    """Take a line out."""
    campaign, _categories = _load(campaign_id)
    actions.remove_line(session(), actor(), campaign, queries.get_dispatch_rule(session(), campaign, rule_id))
    session().commit()
    flash(_("这一条已删除。"), "done")
    return redirect(url_for("campaigns.catalogue", campaign_id=campaign_id), 303)


@bp.route("/campaigns/<int:campaign_id>/catalogue/sheet", methods=["GET", "POST"])
@keeps_input
def catalogue_sheet(campaign_id: int) -> Answer:
    """The whole catalogue as text, out of a spreadsheet and into one."""
    campaign, categories = _load(campaign_id)
    form = SheetForm(data={"lines": _as_text(categories)})
    if form.validate_on_submit():
        sheet = read_sheet(form.lines.data or "", _named(categories))
        if not sheet.problems:
            count = actions.replace_catalogue(session(), actor(), campaign, sheet.lines)
            session().commit()
            flash(ngettext("派单目录已保存，共 %(num)d 条。", "派单目录已保存，共 %(num)d 条。", count), "done")
            return redirect(url_for("campaigns.catalogue", campaign_id=campaign_id), 303)
        form.lines.errors = [*form.lines.errors, *(_wrong(n, error) for n, error in sheet.problems)]
    return form_page("campaigns/catalogue_sheet.html", form, campaign=campaign)


def _wrong(number: int, error: Invalid) -> str:
    """What is wrong in a line of the text, and in which of its columns."""
    column = COLUMNS.get(error.field or "")
    if column is None:
        return _("第 %(n)s 行：%(what)s", n=number, what=sentence(error))
    return _("第 %(n)s 行“%(column)s”：%(what)s", n=number, column=column, what=sentence(error))


def _named(categories: Sequence[Category]) -> Named:
    areas, units = queries.areas_below(session()), queries.every_unit(session())
    return Named(
        {category.name: category.id for category in categories},
        {name: id_ for id_, name in areas},
        {name: id_ for id_, name in units},
    )


def _as_text(categories: Sequence[Category]) -> str:
    """The catalogue as a spreadsheet takes it. Its words are Chinese whatever its reader's language: it is read again."""
    names, lines = dict(queries.every_unit(session())), [HEAD]
    for rule in queries.dispatch_rules(session(), [category.id for category in categories]):
        category = next(one.name for one in categories if one.id == rule.category_id)
        helping = "、".join(names[unit] for unit in rule.co_unit_ids if unit in names)
        area = rule.area.name if rule.area else EVERYWHERE
        lines.append((category, area, rule.lead_unit.name, helping, str(rule.limit_days or "")))
    return "\n".join("\t".join(line) for line in lines)
