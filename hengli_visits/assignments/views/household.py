"""户: who lives there, what to do, what was; and a leader's word on it."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits.assignments import actions, avoidances, formats, forms, queries, rules, story
from hengli_visits.assignments.views.blueprint import Answer, bp
from hengli_visits.assignments.views.onward import onward_from
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Invalid, require
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, safe_next, session
from hengli_visits.models import Assignment


@bp.get("/assignments/<int:assignment_id>")
def show(assignment_id: int) -> str:
    """户: who lives there, what to do, what was."""
    assignment = queries.get_assignment(session(), actor(), assignment_id)
    return household_page(assignment, forms.ConfirmForm(formdata=None))


def household_page(assignment: Assignment, form: forms.ConfirmForm, told: story.Story | None = None) -> str:
    """The page of one household; `told` is its story when that was read already: then the page is for a phone to keep,
    and says nothing of who is to be avoided."""
    person, kept = actor(), told is not None
    told = told or story.tell(session(), [assignment])[assignment.id]
    leads = rules.may_lead(person, assignment)
    g.way = "assignments.mine" if rules.visits_now(person, assignment) else "assignments.index"
    return render_template(
        "assignments/show.html",
        assignment=assignment,
        household=assignment.household,
        back=safe_next(request.args.get("back")) or url_for(g.way),
        form=form,
        leads=leads,
        avoided=avoidances.of_household(session(), assignment.household_id) if leads and not kept else (),
        visit_url=url_for("visits.new", assignment_id=assignment.id) if rules.may_log(person, assignment) else None,
        open=may_change_set_up(assignment.campaign.state),
        visits=told.visits,
        issues=[issue for issue in told.issues if not issue.concerns(actor().id, actor().units)],
        history=[formats.told(step) for step in told.history],
        onward=onward_from(assignment),
    )


@bp.post("/assignments/<int:assignment_id>/confirmation")
@keeps_input
def confirm(assignment_id: int) -> Answer:
    """A leader agrees that a household cannot be visited, or has it tried again."""
    assignment = queries.get_assignment(session(), actor(), assignment_id)
    require(rules.may_lead(actor(), assignment))
    form = forms.ConfirmForm()
    if not form.validate_on_submit():
        return household_page(assignment, form), 422
    agreed = form.agreed.data == "yes"
    try:
        actions.confirm_unreachable(session(), actor(), assignment, agreed, form.note.data or "")
    except Invalid as error:
        refuse(form, error)
        return household_page(assignment, form), 422
    session().commit()
    flash(_("已确认无法走访。") if agreed else _("已退回走访员再访。"), "done")
    return redirect(url_for("assignments.show", assignment_id=assignment_id), 303)
