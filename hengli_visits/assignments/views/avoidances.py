"""回避: who shall not visit a household, who shall not go together."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.assignments import actions, avoidances, forms, queries, rules
from hengli_visits.assignments.views.blueprint import Answer, bp
from hengli_visits.errors import Invalid, require
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.members.queries import get_member
from hengli_visits.models import Avoidance


def _noted(form: forms.AvoidanceForm, note: Callable[[int, str], Avoidance]) -> bool:
    """Note what the form says; whether that was done. What is refused stands beside its field."""
    if not form.validate_on_submit():
        return False
    try:
        note(form.member.data, form.note.data or "")
    except Invalid as error:
        refuse(form, error)
        return False
    return True


@bp.route("/assignments/<int:assignment_id>/avoidances", methods=["GET", "POST"], endpoint="avoid_household")
@keeps_input
def avoid_household(assignment_id: int) -> Answer:
    """The members whom a household avoids; POST adds one."""
    assignment = queries.get_assignment(session(), actor(), assignment_id)
    require(rules.may_lead(actor(), assignment))
    form = forms.AvoidanceForm()
    form.offer(avoidances.possible_visitors(session(), actor(), assignment))
    if _noted(form, lambda who, note: actions.avoid_household(session(), actor(), assignment, who, note)):
        visits = any(visitor.member_id == form.member.data for visitor in assignment.visitors)
        session().commit()
        flash(_("已记下回避。"), "done")
        if visits:
            flash(_("这位现在就是这户的走访员，请改派。"), "warn")
        return redirect(url_for("assignments.show", assignment_id=assignment_id), 303)
    g.way = "assignments.index"
    page = render_template(
        "assignments/avoid_household.html",
        assignment=assignment,
        form=form,
        rows=avoidances.of_household(session(), assignment.household_id),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/members/<int:member_id>/avoidances", methods=["GET", "POST"], endpoint="avoid_member")
@keeps_input
def avoid_member(member_id: int) -> Answer:
    """The households and members that a member avoids; POST adds a member."""
    require(rules.may_assign(actor()))
    member = get_member(session(), actor(), member_id)
    form = forms.AvoidanceForm()
    form.offer(avoidances.possible_companions(session(), actor(), member_id))
    if _noted(form, lambda other, note: actions.avoid_member(session(), actor(), member_id, other, note)):
        session().commit()
        flash(_("已记下，以后不把这两位分在一起。"), "done")
        return redirect(url_for("assignments.avoid_member", member_id=member_id), 303)
    g.way = "assignments.index"
    page = render_template(
        "assignments/avoid_member.html",
        member=member,
        form=form,
        rows=avoidances.of_member(session(), actor(), member_id),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/avoidances/<int:avoidance_id>/lift")
def lift_avoidance(avoidance_id: int) -> Response:
    """End an avoidance."""
    require(rules.may_assign(actor()))
    avoidance = avoidances.get_avoidance(session(), actor(), avoidance_id)
    actions.lift_avoidance(session(), actor(), avoidance)
    back = avoidances.page_of(session(), actor(), avoidance)
    session().commit()
    flash(_("已解除回避。"), "done")
    if back.assignment_id:
        return redirect(url_for("assignments.avoid_household", assignment_id=back.assignment_id), 303)
    return redirect(url_for("assignments.avoid_member", member_id=back.member_id), 303)
