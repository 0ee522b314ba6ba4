"""The table of moves against the pages: every situation, every person, every step, every missing field. Everything that
is asked here is generated from the table; only who of the cast is what to an issue stands below."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.errors import Forbidden, Missing
from hengli_visits.formats import time_input
from hengli_visits.issues import actions
from hengli_visits.issues.queries import get_issue
from hengli_visits.issues.rules import BY_VERB, HIDDEN_FROM_UNITS, MOVES, fields_for
from hengli_visits.issues.steps import Part, Step, Verb, Way
from hengli_visits.issues.table import deciding, overlays, resident, taking_on, unit
from hengli_visits.models import Issue, IssueState, Move, Role
from tests.cast import Cast
from tests.factories import grant
from tests.issues.making import (
    PATHS,
    SITUATIONS,
    actor_for,
    good_data,
    make_issue,
    make_main,
    make_situation,
    ready_for,
)
from tests.pages import Page, PageClient, SignIn
from tests.permissions import PEOPLE

FORMS = [step for step in MOVES if step.way is Way.FORM]
LOCKED_OUT, TOO_LATE, WRONG, WORKS = 404, 409, 422, 303

WHO: dict[Part, tuple[str, ...]] = {
    Part.COORDINATOR: ("coordinator",),
    Part.LEADER: ("leader", "team_leader"),
    Part.VISITOR: ("visitor", "partner"),
    Part.RAISER: ("visitor",),
    Part.HANDLER: ("handler",),
    Part.CO_HANDLER: ("stranger",),
    Part.RETURN_JUDGE: ("coordinator",),
    Part.PARK_JUDGE: ("area_lead",),
    Part.EXTENSION_JUDGE: ("coordinator",),
    Part.PART_SETTER: ("coordinator", "handler"),
    Part.PART_HOLDER: ("stranger",),
    Part.AREA_LEAD: ("area_lead",),
    Part.HANDLED: ("handler",),
}
"""Who of the cast is what to the issue that `make_situation` makes; the stranger acts for its co-unit."""
STAGES = (taking_on, unit, overlays, deciding, resident)
ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
"""What is told apart by the table alone need not run on both databases; what everybody is offered does."""
UNIT_PEOPLE = ("handler", "stranger")


def people(step: Step) -> set[str]:
    found = {name for part in step.who for name in WHO[part]}
    return found - {name for part in step.barred for name in WHO[part]}


def sees(person: str, issue: Issue) -> bool:
    if person in UNIT_PEOPLE:
        return issue.lead_unit_id is not None and issue.state not in HIDDEN_FROM_UNITS
    return person in {name for names in WHO.values() for name in names}


def as_form(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a browser sends of what was entered."""

    def written(value: Any) -> Any:
        if isinstance(value, datetime):
            return time_input(value)
        return value.isoformat() if isinstance(value, date) else "" if value is None else value

    return {name: written(value) for name, value in data.items()}


@pytest.fixture
def clients(session: Session, cast: Cast, sign_in: SignIn) -> dict[str, PageClient]:
    """Everybody signed in; the stranger handles issues for the committee."""
    grant(session, cast.stranger, Role.HANDLER, organisation_id=cast.committee.id)
    session.commit()
    return {person: sign_in(getattr(cast, person)) for person in PEOPLE}


def expected(step: Step, issue: Issue, person: str) -> int:
    """What the table says to this person's try."""
    if not sees(person, issue) or person not in people(step):
        return LOCKED_OUT
    if issue.state not in step.sources:
        return TOO_LATE
    if step.condition is not None and not step.condition.holds(issue, clock.now()):
        return TOO_LATE
    if step.offered and person not in {name for part in step.offered for name in WHO[part]}:
        return WRONG
    return WORKS


def test_verbs_are_unique_and_every_form_can_be_reached() -> None:
    assert len(BY_VERB) == len(MOVES) == len(Verb)
    for step in FORMS:
        assert step.who, step.verb
        assert set(step.sources) & set(PATHS), step.verb


@ON_SQLITE
@pytest.mark.parametrize("state", PATHS)
def test_each_state_refuses_what_the_table_does_not_allow_in_it(
    session: Session, cast: Cast, clients: dict[str, PageClient], state: IssueState
) -> None:
    """Each step by each of those whose step it is, on the page: refused where the table does not have it."""
    make_main(session, cast)
    issue = make_issue(session, cast, state)
    session.commit()
    for step in FORMS:
        data = as_form(good_data(cast, step.verb))
        for person in sorted(people(step)):
            if (status := expected(step, issue, person)) != WORKS:
                answer = clients[person].post(f"/issues/{issue.id}/moves/{step.verb.value}", data=data)
                assert answer.status_code == status, (step.verb, person)
    session.rollback()
    session.refresh(issue)
    assert issue.state is state


@ON_SQLITE
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__.rsplit(".")[-1])
def test_only_who_the_table_names_may_take_a_step(
    session: Session, cast: Cast, clients: dict[str, PageClient], stage: Any
) -> None:
    make_main(session, cast)
    for step in stage.MOVES:
        if step.way is not Way.FORM:
            continue
        issue = make_situation(session, cast, ready_for(step.verb))
        session.commit()
        address, data = f"/issues/{issue.id}/moves/{step.verb.value}", as_form(good_data(cast, step.verb))
        able = [person for person in PEOPLE if expected(step, issue, person) == WORKS]
        for person in PEOPLE:
            if person not in able:
                answer = clients[person].post(address, data=data)
                assert answer.status_code == expected(step, issue, person), (step.verb, person)
        assert clients[able[0]].get(address).status_code == 200, step.verb
        _each_field_is_asked_for(session, cast, clients[able[0]], step, issue)
        before = issue.state
        assert clients[able[0]].post(address, data=data).status_code == WORKS, step.verb
        session.rollback()
        session.refresh(issue)
        assert issue.state is (step.target or before), step.verb


def _each_field_is_asked_for(session: Session, cast: Cast, client: PageClient, step: Step, issue: Issue) -> None:
    """Nothing of what is required may be missing: the sentence stands beside its field, and nothing is written."""
    before = session.scalar(select(func.count(Move.id)))
    good = good_data(cast, step.verb)
    for field in fields_for(step, issue):
        if field.missing and field.given is None:
            answer = client.post(f"/issues/{issue.id}/moves/{step.verb.value}", data=as_form(good | {field.name: ""}))
            assert answer.status_code == WRONG, field.name
            assert field.missing in answer.get_data(as_text=True)
    session.rollback()
    assert session.scalar(select(func.count(Move.id))) == before


def test_everybody_is_offered_what_is_open_to_them_and_nothing_else(
    session: Session, cast: Cast, clients: dict[str, PageClient]
) -> None:
    for name in SITUATIONS:
        issue = make_situation(session, cast, name)
        session.commit()
        for person in PEOPLE:
            if not sees(person, issue):
                clients[person].page(f"/issues/{issue.id}", 404)
                continue
            page = clients[person].page(f"/issues/{issue.id}")
            wanted = {step.verb.value for step in FORMS if expected(step, issue, person) == WORKS}
            if name != "part open":
                wanted -= {Verb.CLOSE_PART.value}
            assert offered(page, issue) == wanted, (name, person)
            assert page.html.count("button-primary") <= 1


def offered(page: Page, issue: Issue) -> set[str]:
    """The verbs for which a page has a button."""
    begin = f"/issues/{issue.id}/moves/"
    found = [href for href, _text in page.links] + [form.get("action", "") for form in page.forms]
    return {one.removeprefix(begin) for one in found if one.startswith(begin)}


@pytest.mark.parametrize("step", [s for s in MOVES if s.way is not Way.FORM], ids=lambda s: s.verb.value)
def test_what_has_no_form_cannot_be_taken_by_one(session: Session, cast: Cast, step: Step) -> None:
    made = make_issue(session, cast)
    for verb in (step.verb.value, "nonsense"):
        with pytest.raises(Missing):
            actions.move(session, actor_for(session, cast.coordinator), made, verb, {})


def test_the_actions_refuse_who_the_table_does_not_name(session: Session, cast: Cast) -> None:
    made = make_issue(session, cast)
    for step in FORMS:
        if "leader" not in people(step):
            with pytest.raises(Forbidden):
                actions.move(session, actor_for(session, cast.leader), made, step.verb, good_data(cast, step.verb))
    assert get_issue(session, actor_for(session, cast.leader), made.id).state is made.state
