"""Pages of the roster of people and organisations."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.accounts.reach import may_card
from hengli_visits.errors import Invalid, require
from hengli_visits.forms import chosen, kept_filters, refuse, row_id, word_pairs
from hengli_visits.gate import actor, keeps_input, safe_next, session
from hengli_visits.members import actions, queries, rules
from hengli_visits.members.forms import MemberForm, OrganisationForm
from hengli_visits.models import Gender, Member, Organisation, OrganisationKind, Sector, Standing

bp = Blueprint("members", __name__)
Answer = str | tuple[str, int] | Response
FILTERS = ("q", "branch", "sector", "area", "standing", "gender", "resting")


@bp.before_request
def _way() -> None:
    g.way = "members.index"


def wanted_members() -> queries.Wanted:
    """What the address looks for on the roster."""
    args = request.args
    return queries.Wanted(
        text=args.get("q", ""),
        branch_id=args.get("branch", type=row_id),
        sector=chosen(Sector, args.get("sector")),
        area_id=args.get("area", type=row_id),
        standing=chosen(Standing, args.get("standing")),
        gender=chosen(Gender, args.get("gender")),
        resting=args.get("resting") == "1",
    )


@bp.get("/members")
def index() -> str:
    """The roster, filtered and paged."""
    wanted = wanted_members()
    page = queries.page_of_members(session(), actor(), wanted, request.args.get("page", 1, type=row_id))
    kept = kept_filters(*FILTERS)
    return render_template(
        "members/index.html",
        page=page,
        wanted=wanted,
        facets=queries.facets(session(), wanted.sector),
        kept=kept,
        sectors=word_pairs(Sector),
        standings=word_pairs(Standing),
        genders=word_pairs(Gender),
        link=lambda number: url_for("members.index", page=number, **kept),  # type: ignore[arg-type]
    )


@bp.get("/members/<int:member_id>")
def show(member_id: int) -> str:
    """One person: branch, roles, places in campaigns."""
    member = queries.get_member(session(), actor(), member_id)
    return render_template(
        "members/show.html",
        member=member,
        places=queries.places_of(session(), actor(), member_id),
        may_edit=rules.may_edit(actor()),
        may_card=may_card(session(), actor(), member_id),
    )


@bp.route("/members/new", methods=["GET", "POST"])
@keeps_input
def new() -> Answer:
    """Put a person on the roster."""
    require(rules.may_edit(actor()))
    return _save(None)


@bp.route("/members/<int:member_id>/edit", methods=["GET", "POST"])
@keeps_input
def edit(member_id: int) -> Answer:
    """Change a person on the roster."""
    require(rules.may_edit(actor()))
    return _save(queries.get_member(session(), actor(), member_id))


def _save(member: Member | None) -> Answer:
    facets = queries.facets(session())
    form = MemberForm(facets.branches, facets.areas, obj=member)
    if form.validate_on_submit():
        try:
            saved = actions.save_member(session(), actor(), member, **form.fields)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("%(name)s 已保存。", name=saved.name), "done")
            return redirect(url_for("members.show", member_id=saved.id), 303)
    return _page("members/edit.html", form, member=member)


def _page(template: str, form: Any, **values: Any) -> Answer:
    return render_template(template, form=form, **values), 422 if form.errors else 200


@bp.post("/members/<int:member_id>/phone")
def reveal_phone(member_id: int) -> str:
    """Show a member's phone numbers; who looked is noted."""
    member = queries.get_member(session(), actor(), member_id)
    actions.reveal_phone(session(), actor(), member)
    session().commit()
    back = safe_next(request.form.get("back")) or url_for("members.show", member_id=member_id)
    return render_template(
        "members/phone.html", name=member.name, phones=[member.phone, member.second_phone], back=back
    )


@bp.get("/organisations")
def organisations() -> str:
    """Branches with their members, or the units that resolve issues."""
    kind = chosen(OrganisationKind, request.args.get("kind")) or OrganisationKind.BRANCH
    text = request.args.get("q", "")
    rows = queries.organisations(session(), actor(), kind, text)
    sectors = [(sector, [row for row in rows if row.organisation.sector == sector]) for sector in (*Sector, None)]
    return render_template("members/organisations.html", kind=kind, text=text, sectors=sectors, found=len(rows))


@bp.route("/organisations/new", methods=["GET", "POST"])
@keeps_input
def new_organisation() -> Answer:
    """Add a branch or a unit."""
    require(rules.may_edit_organisations(actor()))
    kind = chosen(OrganisationKind, request.args.get("kind")) or OrganisationKind.UNIT
    return _save_organisation(None, kind)


@bp.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@keeps_input
def edit_organisation(organisation_id: int) -> Answer:
    """Change a branch or a unit."""
    organisation = queries.get_organisation(session(), actor(), organisation_id)
    return _save_organisation(organisation, organisation.kind)


def _save_organisation(organisation: Organisation | None, kind: OrganisationKind) -> Answer:
    form = OrganisationForm(queries.facets(session()).areas, obj=organisation)
    if form.validate_on_submit():
        try:
            if organisation is None:
                actions.create_organisation(session(), actor(), kind=kind, **form.fields)
            else:
                active = bool(form.active.data)
                actions.edit_organisation(session(), actor(), organisation, **form.fields, active=active)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("“%(name)s”已保存。", name=form.name.data), "done")
            return redirect(url_for("members.organisations", kind=kind.value), 303)
    return _page("members/organisation.html", form, organisation=organisation, kind=kind)
