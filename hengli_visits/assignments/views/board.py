"""分派板: a group's households beside those who go there, to be moved by dragging, tapping or the keyboard."""

from uuid import UUID, uuid4

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits.assignments import actions, board, forms, queries, roster, rules, tasks
from hengli_visits.assignments.views.blueprint import Answer, bp, number, pick_campaign
from hengli_visits.assignments.views.tasks import tell_given, tell_lost
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Conflict, Invalid, Missing, require
from hengli_visits.formats import sentence
from hengli_visits.forms import refuse, row_id
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.groups.queries import get_group
from hengli_visits.models import Group


def family_of(group: Group, led: list[Group]) -> list[Group]:
    """A group with those of its teams that are among the led ones; the group first."""
    return [group, *(team for team in led if team.parent_id == group.id)]


def _wanted_group() -> Group | None:
    group_id = number("group")
    if group_id is not None:
        return get_group(session(), actor(), group_id)
    campaign = pick_campaign(tasks.campaigns_with_tasks(session(), actor()))
    led = roster.led_groups(session(), actor(), campaign.id) if campaign else []
    return get_group(session(), actor(), led[0].id) if led else None


def _step() -> UUID | None:
    """The step that can be undone: what the page before did, unless somebody has gone on from there."""
    step = request.args.get("step", type=UUID)
    return step if step and queries.can_undo_by_hand(session(), actor(), step) else None


def _board_page(group: Group, form: forms.BoardForm) -> str:
    g.way = "assignments.index"
    led = roster.led_groups(session(), actor(), group.campaign_id)
    found = board.get_board(session(), actor(), family_of(group, led))
    return render_template(
        "assignments/board.html",
        group=group,
        groups=[(one.id, f"　{one.name}" if one.parent_id else one.name) for one in led],
        board=found,
        form=form,
        ticked=set(form.assignment.data or ()),
        seen=forms.write_seen(found.visitors),
        key=forms.write_hands,
        step=_step(),
        open=may_change_set_up(group.campaign.state),
    )


@bp.get("/assignments/board")
def show_board() -> str:
    """A group's households in columns, by who goes there."""
    require(rules.may_assign(actor()))
    group = _wanted_group()
    if group is None:
        g.way = "assignments.index"
        return render_template("assignments/board.html", group=None)
    return _board_page(group, forms.BoardForm(formdata=None))


@bp.post("/assignments/board")
@keeps_input
def move_on_board() -> Answer:
    """Give the ticked households to the people of a column, or take them back."""
    require(rules.may_assign(actor()))
    form = forms.BoardForm()
    group = get_group(session(), actor(), request.form.get("group", 0, type=row_id))
    if not form.validate_on_submit():
        return _board_page(group, form), 422
    ids = list(form.assignment.data or ())
    if form.to.data == forms.OTHERS:
        back = url_for("assignments.show_board", group=group.id)
        return redirect(url_for("assignments.choose", assignment=ids, back=back), 303)
    names = {row.id: row.household.name for row in tasks.chosen(session(), actor(), ids)}
    step = uuid4()
    try:
        given = _move(form, ids, step)
    except Invalid as error:
        refuse(form, error)
        return _board_page(group, form), 422
    session().commit()
    tell_given(given, taken=form.to.data == forms.NOBODY)
    tell_lost([names[id_] for id_ in given.lost if id_ in names], len(given.lost))
    return redirect(url_for("assignments.show_board", group=group.id, step=step if given.done else None), 303)


def _move(form: forms.BoardForm, ids: list[int], step: UUID) -> actions.Given:
    shown = forms.read_seen(form.seen.data)
    seen = {id_: shown.get(id_, ()) for id_ in ids}
    if form.to.data == forms.NOBODY:
        return actions.take_back_each(session(), actor(), ids, batch=step, seen=seen)
    return actions.give(session(), actor(), ids, forms.read_hands(form.to.data), batch=step, seen=seen)


@bp.post("/assignments/board/undo")
def undo_on_board() -> Response:
    """Take the last step on a board back; when somebody has gone on from there, say so and show how it is."""
    require(rules.may_assign(actor()))
    group = get_group(session(), actor(), request.form.get("group", 0, type=row_id))
    step = request.form.get("step", type=UUID)
    if step is None or not queries.made_by_hand(queries.moves_of(session(), step)):
        raise Missing
    try:
        count = actions.undo_batch(session(), actor(), step)
    except Conflict as error:
        session().rollback()
        flash(sentence(error), "warn")
    else:
        session().commit()
        flash(_("已撤销，%(n)s 户恢复原样。", n=count), "done")
    return redirect(url_for("assignments.show_board", group=group.id), 303)
