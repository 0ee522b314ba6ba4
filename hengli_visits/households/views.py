"""Pages of areas and households."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.errors import Invalid, require
from hengli_visits.forms import chosen, kept_filters, refuse, row_id
from hengli_visits.gate import actor, keeps_input, safe_next, session
from hengli_visits.households import actions, queries, rules
from hengli_visits.households.forms import AreaForm, HouseholdForm
from hengli_visits.models import Area, AreaKind, Household, HouseholdKind

bp = Blueprint("households", __name__)
Answer = str | tuple[str, int] | Response
FILTERS = ("q", "area", "street", "kind", "category", "removed", "unlisted")


@bp.before_request
def _way() -> None:
    g.way = "households.index"


def wanted_households() -> queries.Wanted:
    """What the address looks for in the book."""
    args = request.args
    area_id = args.get("area", type=row_id)
    return queries.Wanted(
        text=args.get("q", ""),
        area_id=area_id,
        street=args.get("street", "") if area_id else "",
        kind=chosen(HouseholdKind, args.get("kind")),
        category=args.get("category", ""),
        removed=args.get("removed") == "1",
        unlisted=args.get("unlisted") == "1",
    )


@bp.get("/households")
def index() -> str:
    """The book of households, filtered and paged."""
    wanted = wanted_households()
    page = queries.page_of_households(session(), actor(), wanted, request.args.get("page", 1, type=row_id))
    kept = kept_filters(*FILTERS)
    if not wanted.area_id:
        kept.pop("street", None)
    return render_template(
        "households/index.html",
        page=page,
        wanted=wanted,
        facets=queries.facets(session(), wanted),
        villages=[(area.id, area.name) for area in queries.villages(session())],
        pairs=lambda words: [(one, one) for one in words],
        kept=kept,
        kinds=HouseholdKind,
        plain=rules.PLAIN,
        link=lambda number: url_for("households.index", page=number, **kept),  # type: ignore[arg-type]
    )


@bp.get("/households/<int:household_id>")
def show(household_id: int) -> str:
    """One household: who lives there, who visits, what came of it."""
    household = queries.get_household(session(), actor(), household_id)
    past = queries.past_of(session(), household_id)
    return render_template(
        "households/show.html",
        household=household,
        past=past,
        issues=[issue for issue in past.issues if not issue.concerns(actor().id, actor().units)],
        may_edit=rules.may_edit(actor()),
        doubles=queries.doubles_of(session(), household) if rules.may_list(actor(), household) else None,
        plain=rules.PLAIN,
        may_reveal=queries.is_needed(session(), actor(), household_id),
    )


@bp.route("/households/new", methods=["GET", "POST"])
@keeps_input
def new() -> Answer:
    """Put a household into the book."""
    require(rules.may_edit(actor()))
    return _save(None)


@bp.route("/households/<int:household_id>/edit", methods=["GET", "POST"])
@keeps_input
def edit(household_id: int) -> Answer:
    """Change a household."""
    require(rules.may_edit(actor()))
    return _save(queries.get_household(session(), actor(), household_id))


def _save(household: Household | None) -> Answer:
    areas = queries.villages(session())
    preset = {"area_id": request.args.get("area", type=row_id)} if household is None else {}
    form = HouseholdForm([(area.id, area.name) for area in areas], obj=household, **preset)
    if form.validate_on_submit():
        try:
            saved = actions.save_household(session(), actor(), household, **form.fields)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("“%(name)s”已保存。", name=saved.name), "done")
            return redirect(url_for("households.show", household_id=saved.id), 303)
    return _page("households/edit.html", form, household=household, categories=rules.CATEGORIES)


def _page(template: str, form: Any, **values: Any) -> Answer:
    return render_template(template, form=form, **values), 422 if form.errors else 200


@bp.post("/households/<int:household_id>/removal")
def remove(household_id: int) -> Response:
    """Take a household out of the book, or put it back."""
    require(rules.may_edit(actor()))
    household = queries.get_household(session(), actor(), household_id)
    if request.form.get("restore"):
        actions.restore_household(session(), actor(), household)
        told = _("“%(name)s”已放回户籍册。", name=household.name)
    else:
        actions.remove_household(session(), actor(), household)
        told = _("“%(name)s”已移出户籍册，走访记录都还在。", name=household.name)
    session().commit()
    flash(told, "done")
    return redirect(url_for("households.show", household_id=household_id), 303)


@bp.post("/households/<int:household_id>/listing")
def put_into_book(household_id: int) -> Response:
    """Put a household that was added at the door into the book."""
    require(rules.may_edit(actor()))
    household = queries.get_household(session(), actor(), household_id)
    actions.list_household(session(), actor(), household)
    session().commit()
    flash(_("“%(name)s”已列入户籍册。", name=household.name), "done")
    return redirect(url_for("households.show", household_id=household_id), 303)


@bp.post("/households/<int:household_id>/phone")
def reveal_phone(household_id: int) -> str:
    """Show a household's phone numbers; who looked is noted."""
    household = queries.get_needed(session(), actor(), household_id)
    actions.reveal_phone(session(), actor(), household)
    session().commit()
    back = safe_next(request.form.get("back")) or url_for("households.show", household_id=household_id)
    phones = [household.phone, household.second_phone]
    return render_template("members/phone.html", name=household.contact or household.name, phones=phones, back=back)


@bp.get("/areas")
def areas() -> str:
    """The area tree with what lies where."""
    return render_template("households/areas.html", rows=queries.area_tree(session(), actor()))


@bp.route("/areas/new", methods=["GET", "POST"])
@keeps_input
def new_area() -> Answer:
    """Add a village or community to the town."""
    require(rules.may_see_areas(actor()))
    return _save_area(None)


@bp.route("/areas/<int:area_id>/edit", methods=["GET", "POST"])
@keeps_input
def edit_area(area_id: int) -> Answer:
    """Rename an area, or give it other names."""
    return _save_area(queries.get_area(session(), actor(), area_id))


@bp.post("/areas/<int:area_id>/aliases/<int:alias_id>/removal")
def forget_alias(area_id: int, alias_id: int) -> Response:
    """Take away another way of writing an area's name."""
    require(rules.may_see_areas(actor()))
    name = actions.forget_alias(session(), actor(), queries.get_area(session(), actor(), area_id), alias_id)
    session().commit()
    flash(_("以后不再认“%(name)s”。", name=name), "done")
    return redirect(url_for("households.edit_area", area_id=area_id), 303)


def _save_area(area: Area | None) -> Answer:
    town = queries.town(session()) if area is None else None
    below = (AreaKind.VILLAGE, AreaKind.COMMUNITY) if town else (AreaKind.TOWN,)
    form = AreaForm((area.kind,) if area else below, data=_known(area))
    if form.validate_on_submit():
        try:
            _store_area(area, town, form)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("“%(name)s”已保存。", name=form.name.data), "done")
            return redirect(url_for("households.areas"), 303)
    return _page("households/area.html", form, area=area)


def _known(area: Area | None) -> dict[str, str] | None:
    if area is None:
        return None
    aliases = "\n".join(alias.name for alias in area.aliases)
    return {"name": area.name, "code": area.code, "kind": area.kind.value, "aliases": aliases}


def _store_area(area: Area | None, town: Area | None, form: AreaForm) -> None:
    name, code = form.name.data or "", form.code.data or ""
    if area is not None:
        actions.edit_area(session(), actor(), area, name=name, code=code, aliases=form.names)
        return
    kind = AreaKind(form.kind.data)
    actions.create_area(session(), actor(), name=name, kind=kind, code=code, parent=town, aliases=form.names)
