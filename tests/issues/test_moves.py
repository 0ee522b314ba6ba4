"""The table of moves against the actions: every state, every person, every missing field; and random walks."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.errors import Conflict, Forbidden, Invalid, Missing
from hengli_visits.issues import actions
from hengli_visits.issues.queries import parts_of
from hengli_visits.issues.rules import BY_VERB, FINAL, HIDDEN_FROM_UNITS, MOVES, available, fields_for
from hengli_visits.issues.steps import Part, Step, Verb, Way
from hengli_visits.models import Issue, IssueState, Move, Revisit, Solved
from tests.cast import Cast
from tests.issues.making import PATHS, actor_for, good_data, make_issue, open_one, tell
from tests.permissions import PEOPLE

FORMS = [step for step in MOVES if step.way is Way.FORM]
STATES = tuple(PATHS)

WHO: dict[Part, tuple[str, ...]] = {
    Part.COORDINATOR: ("coordinator",),
    Part.LEADER: ("leader", "team_leader"),
    Part.VISITOR: ("visitor", "partner"),
    Part.RAISER: ("visitor",),
    Part.HANDLER: ("handler",),
    Part.CO_HANDLER: (),
    Part.RETURN_JUDGE: ("coordinator",),
    Part.AREA_LEAD: ("area_lead",),
    Part.HANDLED: ("handler",),
}
"""Who of the cast is what to the issue that `make_issue` makes."""


def people(step: Step) -> set[str]:
    found = {name for part in step.who for name in WHO[part]}
    return found - {name for part in step.barred for name in WHO[part]}


def first_state(step: Step) -> IssueState:
    return next(state for state in step.sources if state in PATHS)


def test_verbs_are_unique_and_every_form_can_be_reached() -> None:
    assert len(BY_VERB) == len(MOVES) == len(Verb)
    for step in FORMS:
        assert step.who, step.verb
        assert set(step.sources) & set(PATHS), step.verb


@pytest.mark.parametrize("state", STATES)
def test_each_state_allows_the_steps_of_the_table_and_no_other(session: Session, cast: Cast, state: IssueState) -> None:
    made = make_issue(session, cast, state)
    for step in FORMS:
        with session.begin_nested() as point:
            person = min(people(step))
            actor = actor_for(session, getattr(cast, person))
            unit_sees_it = made.lead_unit_id is not None and state not in HIDDEN_FROM_UNITS
            refused = Conflict if person != "handler" or unit_sees_it else Forbidden
            open_now = state in step.sources and (step.condition is None or step.condition.holds(made, clock.now()))
            if open_now:
                actions.move(session, actor, made, step.verb, good_data(cast, step.verb))
                assert made.state is (step.target or state), step.verb
            else:
                with pytest.raises(refused):
                    actions.move(session, actor, made, step.verb, good_data(cast, step.verb))
            point.rollback()
        session.refresh(made)


@pytest.mark.parametrize("step", FORMS, ids=[step.verb.value for step in FORMS])
def test_only_who_the_table_names_may_take_a_step(session: Session, cast: Cast, step: Step) -> None:
    made = make_issue(session, cast, first_state(step))
    for person in PEOPLE:
        actor = actor_for(session, getattr(cast, person))
        allowed = person in people(step)
        assert (step in available(made, parts_of(session, actor, made.id), clock.now())) == allowed, person
        if not allowed:
            with pytest.raises(Forbidden):
                actions.move(session, actor, made, step.verb, good_data(cast, step.verb))
    assert made.state is first_state(step)


@pytest.mark.parametrize("step", FORMS, ids=[step.verb.value for step in FORMS])
def test_each_required_field_is_required(session: Session, cast: Cast, step: Step) -> None:
    made = make_issue(session, cast, first_state(step))
    actor = actor_for(session, getattr(cast, min(people(step))))
    before = session.scalars(select(Move.id)).all()
    for field in fields_for(step, made):
        if not field.missing:
            continue
        for nothing in (None, "", "  " if field.kind.name in ("LINE", "TEXT") else None):
            with pytest.raises(Invalid) as refusal:
                actions.move(session, actor, made, step.verb, good_data(cast, step.verb) | {field.name: nothing})
            assert refusal.value.field == field.name
    assert session.scalars(select(Move.id)).all() == before


@pytest.mark.parametrize("step", [s for s in MOVES if s.way is not Way.FORM], ids=lambda s: s.verb.value)
def test_what_has_no_form_cannot_be_taken_by_one(session: Session, cast: Cast, step: Step) -> None:
    made = make_issue(session, cast)
    for verb in (step.verb.value, "nonsense"):
        with pytest.raises(Missing):
            actions.move(session, actor_for(session, cast.coordinator), made, verb, {})


def invariants(session: Session, issue: Issue) -> Iterator[tuple[str, bool]]:
    """What holds of every issue at any moment."""
    moves = session.scalars(select(Move).where(Move.issue_id == issue.id).order_by(Move.id)).all()
    chain = [(None, IssueState.TRIAGE), *((move.from_state, move.to_state) for move in moves[1:])]
    yield "begins with its opening", moves[0].verb == Verb.OPEN
    yield "moves form a chain", all(a[1] is b[0] for a, b in pairwise(chain))
    yield "the last move tells the state", chain[-1][1] is issue.state
    yield (
        "moves are rows of the table",
        all(move.from_state is None or move.from_state in BY_VERB[Verb(move.verb)].sources for move in moves),
    )
    yield "a clock runs unless it is final", (issue.step_due_at is None) == (issue.state in FINAL)
    yield "amber comes first", issue.amber_at is None or issue.amber_at <= (issue.step_due_at or issue.amber_at)
    yield "rounds are counted", issue.round == 1 + sum(move.verb == Verb.REDO_DISPATCH for move in moves)
    yield "returns are counted", issue.returns == sum(move.verb == Verb.RETURN for move in moves)
    with_unit = (IssueState.DISPATCHED, IssueState.RETURN_REVIEW, IssueState.IN_PROGRESS, IssueState.ANSWER_REVIEW)
    yield "a unit has it", issue.state not in with_unit or issue.lead_unit_id is not None
    yield (
        "closed has an answer",
        issue.state is not IssueState.CLOSED or (bool(issue.done) and issue.closed_at is not None),
    )
    revisits = session.scalars(select(Revisit).where(Revisit.issue_id == issue.id, Revisit.round == issue.round)).all()
    spot = any(move.verb == Verb.CLOSE_ON_THE_SPOT for move in moves)
    yield "closed was revisited", issue.state is not IssueState.CLOSED or bool(revisits) or spot
    answered = (IssueState.ANSWER_REVIEW, IssueState.REVISIT_DUE)
    yield "answered after a contact", issue.state not in answered or issue.contacted_at is not None


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 4)), min_size=5, max_size=25))
def test_random_walks_keep_the_invariants(session: Session, cast: Cast, choices: list[tuple[int, int]]) -> None:
    actors = {name: actor_for(session, getattr(cast, name)) for name in PEOPLE}
    with session.begin_nested() as point:
        issue = open_one(session, cast)
        for which, other in choices:
            options: list[tuple[str, Step]] = []
            for name, actor in actors.items():
                parts = parts_of(session, actor, issue.id)
                options += [(name, step) for step in available(issue, parts, clock.now())]
            if not options:
                break
            name, step = options[which % len(options)]
            _take(session, cast, issue, name, step, other)
            failed = [what for what, holds in invariants(session, issue) if not holds]
            assert not failed, (step.verb, failed)
        point.rollback()
    session.expire_all()


def _take(session: Session, cast: Cast, issue: Issue, name: str, step: Step, other: int) -> None:
    if step.way is Way.REVISIT:
        values: dict[str, Any] = {"reached": other > 0, **({"solved": list(Solved)[other % 3]} if other else {})}
        tell(session, cast, issue, name, **values)
        return
    data = good_data(cast, step.verb)
    if step.verb in (Verb.RETURN, Verb.AGREE_RETURN):
        target = cast.other_unit if issue.lead_unit_id == cast.unit.id else cast.unit
        data |= {"to_unit_id" if step.verb is Verb.RETURN else "lead_unit_id": target.id}
    actions.move(session, actor_for(session, getattr(cast, name)), issue, step.verb, data)
