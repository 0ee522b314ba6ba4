"""抽查: random samples of ended issues, asked about once more."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hengli_visits import clock
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.forms import chosen, refuse, row_id
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.issues import actions, queries, spot_checks
from hengli_visits.issues.forms import CheckForm, DrawForm
from hengli_visits.issues.spot_checks import Wishes
from hengli_visits.issues.views.blueprint import Answer, bp, load_issue, note_look
from hengli_visits.models import Contentment, Issue, IssueState, Solved, SpotCheck, SpotCheckItem

WAY = "issues.spot_checks"


def _enter() -> None:
    require(actor().is_coordinator)
    g.way = WAY


def _load(check_id: int) -> SpotCheck:
    _enter()
    check = spot_checks.find_check(session(), check_id)
    if check is None:
        raise Missing
    return check


@bp.get("/spot-checks", endpoint="spot_checks")
def list_checks() -> str:
    """All samples, the latest first."""
    _enter()
    page = spot_checks.page_of_checks(session(), request.args.get("page", 1, type=row_id))
    return render_template(
        "issues/spot_checks.html",
        page=page,
        rows=[(one, Wishes.read(one.wishes), spot_checks.figures_of(one.items)) for one in page.items],
        choices=_names(),
        link=lambda number: url_for(WAY, page=number),
    )


def _names() -> dict[str, dict[int, str]]:
    """The names of what a sample may have been narrowed to."""
    choices = queries.filter_choices(session(), actor())
    return {"campaign": dict(choices.campaigns), "area": dict(choices.areas), "unit": dict(choices.units)}


def _form() -> DrawForm:
    choices = queries.filter_choices(session(), actor())
    return DrawForm(choices.campaigns, choices.areas, choices.units, spot_checks.USUAL)


@bp.get("/spot-checks/new")
def new_spot_check() -> str:
    """Choose what to draw from."""
    _enter()
    return render_template("issues/spot_check_new.html", form=_form())


@bp.post("/spot-checks/new")
@keeps_input
def draw_spot_check() -> Answer:
    """Draw a sample."""
    _enter()
    form = _form()
    if form.validate_on_submit():
        wanted: dict[str, Any] = {name: value for name, value in form.data.items() if name in Wishes.__annotations__}
        try:
            check = actions.draw_sample(session(), actor(), Wishes(**wanted), form.size.data or 0)
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            flash(_("抽好了，共 %(n)s 件。", n=check.size), "done")
            return redirect(url_for("issues.spot_check", check_id=check.id), 303)
    return render_template("issues/spot_check_new.html", form=form), 422


@bp.get("/spot-checks/<int:check_id>")
def spot_check(check_id: int) -> str:
    """One sample: its issues, what was found, its figures."""
    check = _load(check_id)
    items, now = spot_checks.items_of(session(), actor(), check), clock.now()
    return render_template(
        "issues/spot_check.html",
        check=check,
        wishes=Wishes.read(check.wishes),
        items=items,
        figures=spot_checks.figures_of(check.items),
        hidden=len(check.items) - len(items),
        same=spot_checks.draws_the_same(check, [item.issue_id for item in check.items]),
        names=_names(),
        reopenable={
            item.issue_id for item in items if item.solved is Solved.NO and spot_checks.can_reopen(item.issue, now)
        },
        closed=IssueState.CLOSED,
    )


def _item_of(check: SpotCheck, issue_id: int) -> SpotCheckItem:
    item = next((one for one in check.items if one.issue_id == issue_id), None)
    if item is None:
        raise Missing
    return item


def _item_page(check: SpotCheck, item: SpotCheckItem, issue: Issue, form: CheckForm) -> str:
    return render_template(
        "issues/spot_check_item.html",
        check=check,
        item=item,
        issue=issue,
        form=form,
        own=spot_checks.is_own(session(), actor(), issue.id),
        open_=item.checked_at is None or item.reached is False,
        may_call=True,
    )


@bp.route("/spot-checks/<int:check_id>/issues/<int:issue_id>", methods=["GET", "POST"])
@keeps_input
def check_issue(check_id: int, issue_id: int) -> Answer:
    """Ask a resident once more, and record what they say."""
    check = _load(check_id)
    item = _item_of(check, issue_id)
    issue, parts = load_issue(issue_id)
    form = CheckForm()
    if form.validate_on_submit():
        try:
            actions.record_check(session(), actor(), check, issue, **_told(form))
        except Invalid as error:
            refuse(form, error)
        else:
            session().commit()
            return _onward(check_id, issue, form)
    elif request.method == "GET":
        note_look(issue, parts)
    return _item_page(check, item, issue, form), 422 if request.method == "POST" else 200


def _told(form: CheckForm) -> dict[str, Any]:
    return {
        "reached": form.reached.data == "yes",
        "solved": chosen(Solved, form.solved.data),
        "contentment": chosen(Contentment, form.contentment.data),
        "comment": form.comment.data or "",
    }


def _onward(check_id: int, issue: Issue, form: CheckForm) -> Response:
    unsolved = form.reached.data == "yes" and form.solved.data == Solved.NO.value
    if unsolved and spot_checks.can_reopen(issue, clock.now()):
        flash(_("已记下。住户说没有解决，可以在这里重新打开。"), "warn")
    else:
        flash(_("抽查结果已记下。"), "done")
    return redirect(url_for("issues.spot_check", check_id=check_id), 303)
