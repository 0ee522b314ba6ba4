"""录入走访单: a walk list that came back on paper, entered line by line."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Response as Answer, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from hengli_visits import clock
from hengli_visits.assignments.formats import standing, titled
from hengli_visits.assignments.sheets import Party, read_pair
from hengli_visits.errors import Invalid, Missing
from hengli_visits.formats import sentence, word
from hengli_visits.forms import refuse, row_id, some_day
from hengli_visits.gate import actor, keeps_input, session
from hengli_visits.models import Assignment, Campaign
from hengli_visits.reader import Unfit, read_uuid
from hengli_visits.visits import actions, keying
from hengli_visits.visits.content import VisitContent
from hengli_visits.visits.forms import KeyForm
from hengli_visits.visits.rules import Result
from hengli_visits.visits.shorthand import NATURES, OUTCOMES, read_clock, write_clock
from hengli_visits.visits.views.blueprint import bp
from hengli_visits.wording import N_

ORDER = ("day", "went", "code", "outcome", "time", "words", "nature", "follow_up", "appointment")


@bp.route("/campaigns/<int:campaign_id>/key-in", methods=["GET", "POST"])
@keeps_input
def key_in(campaign_id: int) -> Response | str | tuple[str, int]:
    """Enter one line after the other; `pair` in the address names whose sheet it is."""
    campaign = keying.campaign_for_keying(session(), actor(), campaign_id)
    sheets = keying.keyable_sheets(session(), actor(), campaign_id)
    party = _party(sheets)
    if request.method == "GET":
        return _page(campaign, sheets, party, KeyForm(formdata=None, data=_opened(party)))
    form = KeyForm()
    if not form.validate_on_submit():
        return _page(campaign, sheets, party, form), 422
    try:
        saved, who = _keyed(campaign, party, form, read_uuid(form.uuid.data) or uuid4())
    except Unfit as unfit:
        session().rollback()
        for name, error in unfit.problems.items():
            refuse(form, Invalid(error.message, field=name or None, **error.params))
        return _page(campaign, sheets, party, form), 422
    outcome = word(saved.visit.outcome)
    session().commit()
    _tell(saved.result, who, outcome)
    return redirect(url_for("visits.key_in", campaign_id=campaign_id, **_carried(party, form)), 303)


def _party(sheets: Sequence[Party]) -> Party | None:
    """The pair that the address names; Missing when it has no sheet that the actor may enter."""
    asked = request.args.get("pair")
    if not asked:
        return None
    found = next((party for party in sheets if party.pair == read_pair(asked)), None)
    if found is None:
        raise Missing
    return found


def _opened(party: Party | None) -> Mapping[str, Any]:
    """What a new line holds: what is carried on, else the present."""
    now, pair = clock.town_time(clock.now()), party.pair if party else ()
    day = request.args.get("day", type=some_day) or now.date()
    went = set(request.args.getlist("went", type=row_id)) & set(pair)
    at = read_clock(request.args.get("time")) if request.args.get("time") else now.time()
    return {
        "uuid": str(uuid4()),
        "day": day.isoformat(),
        "time": write_clock(at or now.time()),
        "went": [str(id_) for id_ in (went or pair)],
    }


def _carried(party: Party | None, form: KeyForm) -> Mapping[str, Any]:
    """What goes on to the next line."""
    at = read_clock(form.time.data)
    kept: dict[str, Any] = {"day": form.day.data, "time": f"{at:%H%M}" if at else None}
    if party is not None:
        kept |= {"pair": party.key, "went": form.went.data if len(form.went.data or ()) < len(party.pair) else None}
    return kept


def _keyed(campaign: Campaign, party: Party | None, form: KeyForm, uuid: UUID) -> tuple[actions.Saved, str]:
    """Save a line, and tell of which household it is. Raises `Unfit` with all that is wrong, by the fields of the line."""
    problems: dict[str, Invalid] = {}
    assignment: Assignment | None = None
    went: Sequence[int] = (actor().id,)
    try:
        pair = party.pair if party else None
        assignment = keying.find_household(session(), actor(), campaign.id, form.code.data, pair)
        went = list(keying.who_went([row_id(one) for one in form.went.data or ()], assignment, party))
        _refuse_twice(assignment, keying.read_day(form.day.data), form, uuid)
    except Invalid as error:
        problems[error.field or ""] = error
    except ValueError as error:
        raise Missing from error
    content = None
    try:
        content = keying.read_line(_line(form, went), actor(), uuid)
    except Unfit as unfit:
        problems = dict(unfit.problems) | problems
    if problems or content is None or assignment is None:
        raise Unfit(problems)
    who = titled(assignment.household)
    saved = _saved(assignment, uuid, content)
    if saved.result == Result.CREATED:
        keying.note_keying(session(), actor(), saved.visit)
    return saved, who


def _saved(assignment: Assignment, uuid: UUID, content: VisitContent) -> actions.Saved:
    try:
        return actions.put_visit(session(), actor(), assignment.id, uuid, content)
    except Unfit as unfit:
        raise Unfit({keying.field_of(path): error for path, error in unfit.problems.items()}) from unfit
    except Invalid as error:
        raise Unfit({"": error}) from error


def _line(form: KeyForm, went: Sequence[int]) -> keying.Line:
    return keying.Line(
        day=form.day.data,
        clock=form.time.data,
        outcome=form.outcome.data,
        went=went,
        words=form.words.data,
        nature=form.nature.data,
        follow_up=bool(form.follow_up.data),
        appointment=form.appointment.data,
    )


def _refuse_twice(assignment: Assignment, day: date | None, form: KeyForm, uuid: UUID) -> None:
    if day is None or form.repeat.data:
        return
    known = keying.visit_that_day(session(), assignment.id, day, uuid)
    if known is not None:
        form.repeat.flags.offered = True
        at = write_clock(clock.town_time(known.visited_at).time())
        text = N_("%(who)s这天已经记过：%(at)s %(outcome)s。同一行录了两遍的话，跳过就好。")
        raise Invalid(text, field="code", who=titled(assignment.household), at=at, outcome=known.outcome)


def _tell(result: Result, who: str, outcome: str) -> None:
    if result == Result.CREATED:
        flash(_("已录：%(who)s · %(outcome)s", who=who, outcome=outcome), "done")
    else:
        flash(_(result.label), "warn" if result == Result.CLASH else "done")


def _page(campaign: Campaign, sheets: Sequence[Party], party: Party | None, form: KeyForm) -> str:
    g.way = "assignments.mine" if not actor().is_leader else "assignments.index"
    people = party.people if party else ()
    form.went.choices = [SelectChoice(value=str(id_), label=name) for id_, name in people]
    return render_template(
        "visits/key_in.html",
        campaign=campaign,
        pairs=[(one.key, "、".join(one.names)) for one in sheets],
        party=party,
        form=form,
        focus=next((name for name in ORDER if form[name].errors), "code"),
        for_others=actor().id not in dict(people),
        outcomes=[(key, word(one)) for key, one in OUTCOMES.items()],
        natures=[(key, word(one)) for key, one in NATURES.items()],
        entered=keying.keyed_lately(session(), actor(), campaign.id),
    )


@bp.get("/campaigns/<int:campaign_id>/key-in/household")
def keyed_household(campaign_id: int) -> Answer:
    """Which household a code (or a door on the sheet of `pair`) names, for the line being typed: {"found", "text"}."""
    campaign = keying.campaign_for_keying(session(), actor(), campaign_id)
    pair = read_pair(request.args.get("pair", "")) if request.args.get("pair") else None
    try:
        found = keying.find_household(session(), actor(), campaign.id, request.args.get("code"), pair)
    except Invalid as error:
        return jsonify(found=False, text=sentence(error))
    return jsonify(found=True, text=f"{titled(found.household)} · {standing(found)[0]}")
