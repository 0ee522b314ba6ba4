"""A plan of sharing out: looked at, changed by hand, applied, undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Response as JsonResponse, flash, g, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import aside, audit
from hengli_visits.assignments import actions, forms, plans, queries, rules
from hengli_visits.assignments.views import working
from hengli_visits.assignments.views.blueprint import Answer, bp
from hengli_visits.assignments.views.spots import told_area
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.formats import word
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.households.queries import villages
from hengli_visits.models import ShareOut, ShareState


def _get(plan_id: UUID) -> ShareOut:
    require(rules.may_assign(actor()))
    g.way = "assignments.index"
    return plans.get_plan(session(), actor(), plan_id)


@contextmanager
def _sent_again(plan_id: UUID, **deeds: ShareState) -> Iterator[None]:
    """Let a form that its sender sent twice pass: when they have done one of these deeds, and the plan is where it
    brought it, nothing is wrong. Who meets somebody else's decision is told so."""
    try:
        yield
    except Conflict:
        session().rollback()
        state = _get(plan_id).state
        if not any(
            state is brought and audit.did(session(), actor(), f"share_out.{deed}", "share_out", plan_id)
            for deed, brought in deeds.items()
        ):
            raise


def _page(plan: ShareOut, form: forms.ApplyForm) -> str:
    """The page of a plan in each of its states."""
    back = url_for("assignments.share_out", campaign=plan.campaign_id)
    if plan.state in working.UNDER_WAY or plan.state is ShareState.FAILED:
        stuck = plan.state in working.UNDER_WAY and aside.is_stuck(working.place(), plan.id)
        return render_template("assignments/plan_under_way.html", plan=plan, stuck=stuck, back=back, **_progress(plan))
    groups = plan.outline.get("groups", {})
    names = plans.group_names(session(), plan.campaign_id)
    return render_template(
        "assignments/plan.html",
        plan=plan,
        form=form,
        parts=[(id_, name, groups[str(id_)]) for id_, name in names.items() if str(id_) in groups],
        villages=plans.villages_of(session(), plan),
        undoable=plan.state is ShareState.APPLIED and queries.can_undo(session(), plan.id),
        lost=plans.lost_of(session(), actor(), plan),
        open=may_change_set_up(plan.campaign.state),
        back=back,
    )


@bp.get("/assignments/share-out/<uuid:plan_id>")
def plan(plan_id: UUID) -> str:
    """What a plan would do, with its figures and what could not be met; or what it did."""
    return _page(_get(plan_id), forms.ApplyForm(formdata=None))


@bp.get("/assignments/share-out/<uuid:plan_id>/progress")
def plan_progress(plan_id: UUID) -> JsonResponse:
    """How far the work on a plan is, for its page."""
    plan = _get(plan_id)
    stuck = plan.state in working.UNDER_WAY and aside.is_stuck(working.place(), plan.id)
    total = 100 if plan.state is ShareState.WORKING else 0
    return jsonify({"state": "stuck" if stuck else plan.state.value, "total": total, **_progress(plan)})


def _progress(plan: ShareOut) -> dict[str, int | str]:
    """How far it is, in parts of a hundred and in words; giving is one step without parts."""
    done = aside.progress(working.place(), plan.id)
    return {"done": done, "said": _("%(n)s%%", n=done) if plan.state is ShareState.WORKING else word(plan.state)}


@bp.post("/assignments/share-out/<uuid:plan_id>/resume")
def resume_plan(plan_id: UUID) -> Response:
    """Begin the work on a plan anew that has come to a halt."""
    plan = _get(plan_id)
    if plan.state in working.UNDER_WAY and aside.is_stuck(working.place(), plan.id):
        working.start(plan.id)
    return redirect(url_for("assignments.plan", plan_id=plan_id), 303)


def _part_page(plan: ShareOut, group_id: int, form: forms.PlanMoveForm) -> str:
    shares = plans.shares_in(session(), plan, group_id)
    names = plans.group_names(session(), plan.campaign_id)
    return render_template(
        "assignments/plan_part.html",
        plan=plan,
        group_id=group_id,
        group=names[group_id],
        shares=shares,
        most=max((share.after for share in shares), default=0),
        form=form,
        placed=any(row.latitude is not None for share in shares for row in share.rows),
        unplaced=sum(row.latitude is None for share in shares for row in share.rows),
        changes=plan.state is ShareState.READY and may_change_set_up(plan.campaign.state),
        back=url_for("assignments.plan", plan_id=plan.id),
    )


@bp.get("/assignments/share-out/<uuid:plan_id>/groups/<int:group_id>")
def plan_part(plan_id: UUID, group_id: int) -> str:
    """What a plan gives to each of one group, to be changed by hand."""
    return _part_page(_get(plan_id), group_id, forms.PlanMoveForm(formdata=None))


@bp.get("/assignments/share-out/<uuid:plan_id>/groups/<int:group_id>/points")
def plan_points(plan_id: UUID, group_id: int) -> JsonResponse:
    """What the map of a group's part of a plan shows: its households with a position, and who would get them."""
    plan = _get(plan_id)
    shares = plans.shares_in(session(), plan, group_id)
    around = {row.area_id for share in shares for row in share.rows}
    return jsonify(
        points=[_point(share, row) for share in shares for row in share.rows if row.latitude is not None],
        hands=[{"key": _key(one), "name": "、".join(one.names)} for one in shares if one.rows and one.members],
        areas=[area for one in villages(session()) if one.id in around and (area := told_area(one))],
    )


def _key(share: plans.Share) -> str | None:
    return ",".join(map(str, share.members)) or None


def _point(share: plans.Share, row: plans.Row) -> dict[str, Any]:
    return {
        "id": row.assignment_id,
        "lat": row.latitude,
        "lng": row.longitude,
        "name": row.name,
        "where": row.where,
        "area": row.village,
        "hand": _key(share),
        "hand_name": "、".join(share.names) or _("还没有走访员"),
        "change": bool(row.was) and row.was != share.names,
    }


@bp.post("/assignments/share-out/<uuid:plan_id>/groups/<int:group_id>")
@keeps_input
def move_in_plan(plan_id: UUID, group_id: int) -> Answer:
    """Give households of a plan to others of the group instead."""
    plan = _get(plan_id)
    form = forms.PlanMoveForm()
    if not form.validate_on_submit():
        return _part_page(plan, group_id, form), 422
    try:
        ids, members = form.row.data or [], form.chosen_members()
        count = actions.move_in_plan(session(), actor(), plan, group_id, ids, members)
    except Invalid as error:
        refuse(form, error)
        return _part_page(plan, group_id, form), 422
    session().commit()
    flash(_("已移动 %(n)s 户，方案还没有分派下去。", n=count), "done")
    return redirect(url_for("assignments.plan_part", plan_id=plan_id, group_id=group_id), 303)


@bp.post("/assignments/share-out/<uuid:plan_id>/application")
@keeps_input
def apply_plan(plan_id: UUID) -> Answer:
    """Give the households as the plan says."""
    plan = _get(plan_id)
    form = forms.ApplyForm()
    if not form.validate_on_submit():
        return _page(plan, form), 422
    with _sent_again(plan_id, order_apply=ShareState.APPLYING, apply=ShareState.APPLIED):
        if sum(part["households"] for part in plan.outline.get("groups", {}).values()) > working.MANY:
            actions.order_apply(session(), actor(), plan, form.due_on.data)
            session().commit()
            working.start(plan.id)
        else:
            given = actions.apply_share_out(session(), actor(), plan, form.due_on.data)
            session().commit()
            flash(_("已分派 %(n)s 户。", n=len(given.done)), "done")
    return redirect(url_for("assignments.plan", plan_id=plan_id), 303)


@bp.post("/assignments/share-out/<uuid:plan_id>/undo")
def undo_plan(plan_id: UUID) -> Response:
    """Take back all that applying a plan gave."""
    plan = _get(plan_id)
    with _sent_again(plan_id, undo=ShareState.UNDONE):
        count = actions.undo_share_out(session(), actor(), plan)
        session().commit()
        flash(_("已撤销，%(n)s 户恢复原样。", n=count), "done")
    return redirect(url_for("assignments.share_out", campaign=plan.campaign_id), 303)


@bp.post("/assignments/share-out/<uuid:plan_id>/discarding")
def discard_plan(plan_id: UUID) -> Response:
    """Throw away a plan that was not applied."""
    plan = _get(plan_id)
    with _sent_again(plan_id, discard=ShareState.DISCARDED):
        actions.discard_share_out(session(), actor(), plan)
        session().commit()
        flash(_("方案已放弃，分工没有变动。"), "done")
    return redirect(url_for("assignments.share_out", campaign=plan.campaign_id), 303)
