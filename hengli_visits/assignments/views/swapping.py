"""对调: two sides get each other's households; looked at before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext

from hengli_visits.assignments import actions, board, forms, roster, rules
from hengli_visits.assignments.choice import Choice, choose_tasks
from hengli_visits.assignments.exchange import Hands, crossed, exchanged
from hengli_visits.assignments.views.blueprint import Answer, bp, number
from hengli_visits.assignments.views.board import family_of
from hengli_visits.assignments.views.tasks import tell_lost
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Invalid, require
from hengli_visits.forms import refuse
from hengli_visits.gate import actor, keeps_input, safe_next, session
from hengli_visits.groups.queries import get_group
from hengli_visits.models import Assignment


@dataclass(frozen=True)
class Moves:
    """Households that go to the same people: to whom (ids and names), and which."""

    to: Hands
    names: str
    rows: list[Assignment]


def _moves(choice: Choice, plan: Mapping[int, Hands]) -> list[Moves]:
    """What a swap would do, by who gets the households."""
    names = choice.names
    found: dict[Hands, Moves] = {}
    for row in choice.rows:
        if row.id in plan:
            to = plan[row.id]
            title = "、".join(names.get(id_, "") for id_ in to) or _("未分派")
            found.setdefault(to, Moves(to, title, [])).rows.append(row)
    return list(found.values())


def _swap_page(choice: Choice, form: forms.SwapForm, visitors: Mapping[int, Hands]) -> str:
    g.way = "assignments.index"
    first, second = forms.read_hands(form.first.data), forms.read_hands(form.second.data)
    plan = exchanged(visitors, first, second) if first or second else crossed(visitors)
    return render_template(
        "assignments/swap.html",
        form=form,
        moves=_moves(choice, plan),
        seen=forms.write_seen({id_: visitors[id_] for id_ in plan}),
        back=safe_next(form.back.data) or url_for("assignments.index", campaign=choice.campaign_id),
    )


@bp.get("/assignments/swap")
def look_at_swap() -> Answer:
    """What changes when two sides of a group change places on all that they still have to visit."""
    require(rules.may_assign(actor()))
    group = get_group(session(), actor(), number("group") or 0)
    back = url_for("assignments.show_board", group=group.id)
    led = roster.led_groups(session(), actor(), group.campaign_id)
    first, second = (forms.read_hands(request.args.get(name)) for name in ("first", "second"))
    visitors = board.get_board(session(), actor(), family_of(group, led)).visitors
    plan = exchanged(visitors, first, second)
    if not first or not second or set(first) & set(second) or not plan or not may_change_set_up(group.campaign.state):
        flash(_("请选两方不同的走访员，其中至少一方还有要走访的户。"), "warn")
        return redirect(back)
    form = forms.SwapForm(formdata=None, first=request.args["first"], second=request.args["second"], back=back)
    return _swap_page(choose_tasks(session(), actor(), plan), form, {id_: visitors[id_] for id_ in plan})


@bp.post("/assignments/swap")
@keeps_input
def swap() -> Answer:
    """Let two sides change places."""
    require(rules.may_assign(actor()))
    form = forms.SwapForm()
    seen = forms.read_seen(form.seen.data)
    choice = choose_tasks(session(), actor(), seen)
    if not form.validate_on_submit():
        return _swap_page(choice, form, seen), 422
    first, second = forms.read_hands(form.first.data), forms.read_hands(form.second.data)
    batch = uuid4()
    try:
        given = actions.swap(session(), actor(), seen, first=first, second=second, batch=batch)
    except Invalid as error:
        refuse(form, error)
        return _swap_page(choice, form, seen), 422
    names = [row.household.name for row in choice.rows if row.id in given.lost]
    session().commit()
    if given.done:
        flash(ngettext("已对调 %(num)s 户。", "已对调 %(num)s 户。", len(given.done)), "done")
    if given.already:
        flash(_("有 %(n)s 户刚走访过，不再对调。", n=len(given.already)), "info")
    tell_lost(names, len(given.lost))
    back = safe_next(form.back.data) or url_for("assignments.index", campaign=choice.campaign_id)
    return redirect(_undoable(back, batch) if given.done else back, 303)


def _undoable(back: str, step: UUID) -> str:
    """The way back; to a board with the step that can be undone there."""
    return f"{back}&step={step}" if back.startswith(f"{url_for('assignments.show_board')}?") else back
