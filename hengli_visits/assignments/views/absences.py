"""请假: a member's leave, handing over what waits for them, and giving it back."""

from collections.abc import Mapping
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.assignments import absences, actions, forms, handing, replacing, returning, rules
from hengli_visits.assignments.views.blueprint import Answer, bp, number
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Absence, AbsenceReason, Member
from hengli_visits.wording import N_


def _own_way(member_id: int) -> None:
    g.way = "accounts.me" if member_id == actor().id else "assignments.index"


@bp.get("/absences", endpoint="absences")
def absences_index() -> str:
    """Who is on leave among those whom the actor leads, and what waits to be given back."""
    require(rules.may_assign(actor()))
    g.way = "assignments.index"
    page = absences.absence_page(session(), actor(), number("page") or 1)
    return render_template(
        "assignments/absences.html",
        page=page,
        offers=returning.offers_of(session(), actor(), [one for one in page.items if _is_over(one)]),
        standing={one.id: absences.standing_of(one, clock.today()) for one in page.items},
        page_link=lambda number: url_for("assignments.absences", page=number),
    )


def _is_over(absence: Absence) -> bool:
    return absences.standing_of(absence, clock.today()).over


@bp.route("/members/<int:member_id>/leave", methods=["GET", "POST"])
@keeps_input
def leave(member_id: int) -> Answer:
    """A member's leave: noted, looked at, ended."""
    member = absences.get_absent(session(), actor(), member_id)
    form = forms.AbsenceForm(data={"starts_on": clock.today()})
    if not form.validate_on_submit():
        return _leave_page(member, form)
    try:
        absence = actions.note_absence(
            session(),
            actor(),
            member_id,
            starts_on=form.starts_on.data or clock.today(),
            ends_on=form.ends_on.data,
            reason=AbsenceReason(form.reason.data),
            note=form.note.data or "",
        )
    except Invalid as error:
        refuse(form, error)
        return _leave_page(member, form)
    waits = rules.may_assign(actor()) and handing.waiting_with(session(), actor(), member_id)
    session().commit()
    if waits:
        flash(_("已记下%(name)s请假。没走访的户请接着交接。", name=member.name), "done")
        return redirect(url_for("assignments.hand_over", absence_id=absence.id), 303)
    flash(_("已记下请假，组长会收到消息。") if member_id == actor().id else _("已记下请假。"), "done")
    return redirect(url_for("assignments.leave", member_id=member_id), 303)


def _leave_page(member: Member, form: forms.AbsenceForm) -> Answer:
    _own_way(member.id)
    rows = absences.of_member(session(), member.id)
    today = clock.today()
    steps, _settled = absences.steps_of(session(), [row.id for row in rows])
    standing = {row.id: absences.standing_of(row, today) for row in rows}
    past = [row for row in rows if standing[row.id].over]
    leads = rules.may_assign(actor())
    page = render_template(
        "assignments/leave.html",
        member=member,
        own=member.id == actor().id,
        form=form,
        absences=rows,
        standing=standing,
        current=[row for row in rows if not standing[row.id].over],
        past=past,
        offers=returning.offers_of(session(), actor(), past) if leads else {},
        steps=[step for step in steps if step.actor_id == actor().id or actor().is_coordinator],
        handable=handing.waiting_with(session(), actor(), member.id) if leads else 0,
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/absences/<int:absence_id>/end")
def end_leave(absence_id: int) -> Response:
    """End an absence: the member is back."""
    absence = absences.get_absence(session(), actor(), absence_id)
    actions.end_absence(session(), actor(), absence)
    session().flush()
    session().refresh(absence, ["ended_at"])
    offered = returning.offers_of(session(), actor(), [absence])[absence.id]
    session().commit()
    flash(_("已销假。"), "done")
    if offered:
        return redirect(url_for("assignments.hand_back", absence_id=absence_id), 303)
    return redirect(url_for("assignments.leave", member_id=absence.member_id), 303)


def _hand_over_page(absence: Absence, form: forms.HandOverForm, picked: Mapping[str, str]) -> Answer:
    g.way = "assignments.index"
    plan = handing.plan_of(session(), actor(), absence.member_id)
    everybody = replacing.everybody(plan)
    whole = next((one for one in everybody if one.member_id == number("all")), None)
    full = replacing.filled(plan, whole.member_id) if whole else {}
    if request.method == "GET":
        picked = {f"to-{id_}": str(taker) for id_, taker in full.items()}
    seen = {row.assignment.id: tuple(visitor.member_id for visitor in row.assignment.visitors) for row in plan.rows}
    page = render_template(
        "assignments/hand_over.html",
        absence=absence,
        form=form,
        plan=plan,
        picked=picked,
        everybody=everybody,
        whole=whole,
        short=len(plan.rows) - len(full) if whole else 0,
        alone=replacing.left_alone(plan, picked),
        seen=forms.write_seen(seen),
        several=len({row.assignment.campaign_id for row in plan.rows}) > 1,
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/absences/<int:absence_id>/hand-over", methods=["GET", "POST"])
@keeps_input
def hand_over(absence_id: int) -> Answer:
    """Hand over what waits for a member on leave, after a look at who would get it."""
    require(rules.may_assign(actor()))
    absence = absences.get_absence(session(), actor(), absence_id)
    form = forms.HandOverForm()
    if not form.validate_on_submit():
        return _hand_over_page(absence, form, request.form)
    try:
        done = actions.hand_over(
            session(), actor(), absence, form.plan(request.form), seen=forms.read_seen(form.seen.data)
        )
    except (Invalid, ValueError) as error:
        refuse(form, error if isinstance(error, Invalid) else Invalid(N_("请从列表里选接手的人。"), field="members"))
        return _hand_over_page(absence, form, request.form)
    session().commit()
    _tell(done)
    return redirect(url_for("assignments.leave", member_id=absence.member_id), 303)


def _tell(handed: actions.Handed) -> None:
    count, lost = len(handed.done), len(handed.lost)
    if count:
        flash(ngettext("已交接 %(num)s 户。", "已交接 %(num)s 户。", count), "done")
    elif not lost:
        flash(_("没有要交接的户。"), "info")
    if lost:
        flash(_("有 %(n)s 户刚走访过或被别人调整过，没有改动。", n=lost), "warn")


@bp.post("/absences/<int:absence_id>/steps/<uuid:batch>/undo")
def undo_hand_over(absence_id: int, batch: UUID) -> Response:
    """Undo one handing over as a whole."""
    require(rules.may_assign(actor()))
    absence = absences.get_absence(session(), actor(), absence_id)
    count = actions.undo_hand_over(session(), actor(), absence, batch)
    session().commit()
    flash(_("已撤销，%(n)s 户恢复原样。", n=count), "done")
    return redirect(url_for("assignments.leave", member_id=absence.member_id), 303)


@bp.route("/absences/<int:absence_id>/hand-back", methods=["GET", "POST"])
def hand_back(absence_id: int) -> Answer:
    """Give back what was handed over, now that the member is back; or leave it where it is."""
    require(rules.may_assign(actor()))
    absence = absences.get_absence(session(), actor(), absence_id)
    form = forms.HandBackForm()
    if request.method == "GET":
        g.way = "assignments.index"
        offer = returning.offers_of(session(), actor(), [absence])[absence.id]
        return render_template("assignments/hand_back.html", absence=absence, offer=offer, over=_is_over(absence))
    if not form.validate_on_submit():
        raise Conflict(N_("没有收到勾选的户，请再试一次。"))
    name = absence.member.name
    ids = [] if request.form.get("keep") else [id_ for id_ in form.assignment.data or () if isinstance(id_, int)]
    done = actions.hand_back(session(), actor(), absence, ids)
    session().commit()
    if done.done:
        flash(_("已交还 %(n)s 户给%(name)s。", n=len(done.done), name=name), "done")
    else:
        flash(_("没有交还，这些户留给现在的走访员。"), "info")
    if done.lost:
        flash(_("有 %(n)s 户刚走访过或被别人调整过，没有改动。", n=len(done.lost)), "warn")
    return redirect(url_for("assignments.leave", member_id=absence.member_id), 303)
