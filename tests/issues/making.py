"""Issues for tests, in any state, made by the actions themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.actions import open_device
from hengli_visits.accounts.queries import load_actor
from hengli_visits.actor import Actor
from hengli_visits.issues import actions
from hengli_visits.issues.rules import BY_VERB
from hengli_visits.issues.steps import Verb
from hengli_visits.models import (
    Assignment,
    Contentment,
    Household,
    Issue,
    IssueState,
    Manner,
    Member,
    NotAccepted,
    ParkCause,
    Result,
    Revisit,
    Solved,
    Supervision,
    Urgency,
)
from tests.cast import Cast

WORDS = "排水渠给杂物堵了，一下大雨水就浸到屋里来。"


def actor_for(session: Session, member: Member) -> Actor:
    """The actor that a member is when signed in."""
    found = load_actor(session, open_device(session, member.id, frozenset()))
    assert found is not None
    return found[0]


MAIN_NUMBER = "HL-2026-0900"
"""The number of the issue into which others are merged here."""
PARKING: dict[str, Any] = {
    "result": Result.TO_PARK,
    "park_cause": ParkCause.FUNDS,
    "interim": "每月清一次渠口。",
    "done": "到现场看过，要重修一段。",
    "reply": "这段渠要重修，等明年的预算，先每月清一次。",
}


def parking() -> dict[str, Any]:
    """What is entered to ask for parking."""
    return PARKING | {"review_on": clock.today() + timedelta(days=30)}


def make_main(session: Session, cast: Cast, state: IssueState = IssueState.TRIAGE) -> Issue:
    """The issue into which others are merged, about another household; there once."""
    found = session.scalar(select(Issue).where(Issue.number == MAIN_NUMBER))
    if found is None:
        found = make_issue(session, cast, state, assignment=cast.second_assignment)
        found.number = MAIN_NUMBER
        session.flush()
    return found


def merge(session: Session, cast: Cast, issue: Issue) -> None:
    """Merge an issue into the main one."""
    make_main(session, cast)
    step(session, cast, issue, "coordinator", Verb.MERGE)


def good_data(cast: Cast, verb: Verb) -> dict[str, Any]:
    """What each step accepts, as a form or a phone would send it."""
    today = clock.today()
    data: dict[Verb, dict[str, Any]] = {
        Verb.DISPATCH: {
            "category_id": cast.category.id,
            "urgency": Urgency.ORDINARY,
            "lead_unit_id": cast.unit.id,
            "co_unit_ids": [cast.committee.id],
            "note": "请尽快到现场看看。",
        },
        Verb.REFUSE: {
            "not_accepted": NotAccepted.LAWSUIT,
            "proper_route": "等法院判决。",
            "resident_told_on": today,
        },
        Verb.SOLVE_ON_THE_SPOT: {"done": "当场清走了杂物。"},
        Verb.TRIAGE_AGAIN: {"note": "还要农林水务局看看。"},
        Verb.RETURN: {"note": "这段渠不归我们管。", "to_unit_id": cast.other_unit.id},
        Verb.AGREE_RETURN: {"lead_unit_id": cast.other_unit.id, "note": "改由城管办理。"},
        Verb.REFUSE_RETURN: {"note": "渠道由你局管养。"},
        Verb.CONTACT: {"contacted_at": clock.now(), "contact_manner": Manner.PHONE, "note": "约了明早。"},
        Verb.NOTE: {"note": "明早清淤。"},
        Verb.ANSWER: {
            "contacted_at": clock.now(),
            "contact_manner": Manner.DOOR,
            "result": Result.SOLVED,
            "done": "清走了渠里的杂物。",
            "reply": "渠已经疏通，下雨不会再浸了。",
        },
        Verb.REWORK: {"note": "请把渠口也清一清。"},
        Verb.REDO_DISPATCH: {"note": "渠口还没清。", "lead_unit_id": cast.unit.id},
        Verb.REOPEN: {"note": "又堵了。"},
        Verb.WITHDRAW: {"said_by": "住户本人", "said_on": today, "note": "已经自己解决。"},
        Verb.RELEASE_IDENTITY: {"note": "住户同意单位直接联系。"},
        Verb.MERGE: {"main_issue_id": MAIN_NUMBER, "note": "同一条渠。"},
        Verb.UNMERGE: {"note": "不是同一条渠。"},
        Verb.PARK: {"review_on": today + timedelta(days=60), "note": "等明年预算。"},
        Verb.REFUSE_PARK: {"note": "可以先清一段。"},
        Verb.PARK_ON: {"review_on": today + timedelta(days=50), "note": "预算还没批。"},
        Verb.RESUME: {"note": "预算批下来了。"},
        Verb.REDIRECT: {"lead_unit_id": cast.committee.id, "note": "改由村里办理。"},
        Verb.ABOUT: {"about_unit_id": cast.other_unit.id},
        Verb.ASK_EXTENSION: {"extension_until": today + timedelta(days=14), "note": "要等材料。"},
        Verb.REFUSE_EXTENSION: {"note": "请按期办结。"},
        Verb.REMIND: {"note": "请抓紧办。"},
        Verb.SUPERVISE: {"supervision": Supervision.WRITTEN, "note": "请在三天内办结。"},
        Verb.LIFT: {"note": "已经说明了情况。"},
        Verb.SET_PART: {"co_unit_id": cast.committee.id, "part": "通知沿渠的住户。"},
        Verb.CLOSE_PART: {"co_unit_id": cast.committee.id, "note": "都通知到了。"},
    }
    return data.get(verb, {})


def open_one(session: Session, cast: Cast, assignment: Assignment | None = None, **values: Any) -> Issue:
    """An issue in 待受理, raised by the visitor about the household of `assignment`."""
    assignment = assignment or cast.assignment
    household = session.get_one(Household, assignment.household_id)
    given: dict[str, Any] = {
        "campaign": cast.campaign,
        "area_id": household.area_id,
        "household_id": household.id,
        "group_id": assignment.group_id,
        "raised_by_id": cast.visitor.id,
        "raised_at": clock.now() - timedelta(hours=2),
        "words": WORDS,
        "category_id": cast.category.id,
    } | values
    return actions.open_issue(session, actor_for(session, cast.visitor), **given)


def step(session: Session, cast: Cast, issue: Issue, who: str, verb: Verb, **data: Any) -> Issue:
    """One step by a person of the cast, with data that works unless told otherwise."""
    actor = actor_for(session, getattr(cast, who))
    return actions.move(session, actor, issue, verb, good_data(cast, verb) | data)


def tell(session: Session, cast: Cast, issue: Issue, who: str = "visitor", **values: Any) -> Revisit:
    """One revisit, by default reached, solved, content."""
    reached = values.get("reached", True)
    given: dict[str, Any] = {
        "uuid": uuid4(),
        "at": clock.now(),
        "manner": Manner.PHONE,
        "reached": True,
        "solved": Solved.YES if reached else None,
        "contentment": Contentment.CONTENT if reached else None,
    } | values
    return actions.record_revisit(session, actor_for(session, getattr(cast, who)), issue, **given)


Path = list[Callable[[Session, Cast, Issue], Any]]


def by(who: str, verb: Verb, **data: Any) -> Callable[[Session, Cast, Issue], Any]:
    return lambda session, cast, issue: step(session, cast, issue, who, verb, **data)


TO_PROGRESS: Path = [by("coordinator", Verb.DISPATCH), by("handler", Verb.SIGN)]
TO_REVISIT: Path = [*TO_PROGRESS, by("handler", Verb.ANSWER), by("coordinator", Verb.APPROVE)]
PARK_ASKED: Path = [
    *TO_PROGRESS,
    lambda session, cast, issue: step(session, cast, issue, "handler", Verb.ANSWER, **parking()),
]
PATHS: dict[IssueState, Path] = {
    IssueState.TRIAGE: [],
    IssueState.ON_THE_SPOT: [by("visitor", Verb.SOLVE_ON_THE_SPOT)],
    IssueState.NOT_ACCEPTED: [by("coordinator", Verb.REFUSE)],
    IssueState.DISPATCHED: TO_PROGRESS[:1],
    IssueState.RETURN_REVIEW: [*TO_PROGRESS[:1], by("handler", Verb.RETURN)],
    IssueState.IN_PROGRESS: TO_PROGRESS,
    IssueState.ANSWER_REVIEW: TO_REVISIT[:3],
    IssueState.REVISIT_DUE: TO_REVISIT,
    IssueState.REDO: [*TO_REVISIT, lambda session, cast, issue: tell(session, cast, issue, solved=Solved.NO)],
    IssueState.CLOSED: [*TO_REVISIT, tell],
    IssueState.WITHDRAWN: [by("coordinator", Verb.WITHDRAW)],
    IssueState.MERGED: [merge],
    IssueState.PARKED: [*PARK_ASKED, by("area_lead", Verb.PARK)],
}
"""How each state is reached."""


SITUATIONS: dict[str, tuple[IssueState, Path]] = {state.value: (state, path) for state, path in PATHS.items()} | {
    "parking asked": (IssueState.ANSWER_REVIEW, PARK_ASKED),
    "extension asked": (IssueState.IN_PROGRESS, [*TO_PROGRESS, by("handler", Verb.ASK_EXTENSION)]),
    "supervised": (IssueState.IN_PROGRESS, [*TO_PROGRESS, by("coordinator", Verb.SUPERVISE)]),
    "part open": (IssueState.IN_PROGRESS, [*TO_PROGRESS, by("coordinator", Verb.SET_PART)]),
}
"""The states, and what differs within one of them by what lies over it."""
READY = {
    Verb.PARK: "parking asked",
    Verb.REFUSE_PARK: "parking asked",
    Verb.GRANT_EXTENSION: "extension asked",
    Verb.REFUSE_EXTENSION: "extension asked",
    Verb.LIFT: "supervised",
    Verb.CLOSE_PART: "part open",
    Verb.NOTE: "part open",
}
"""In which situation a step can be taken that cannot be in its state alone."""


def make_situation(session: Session, cast: Cast, name: str) -> Issue:
    """An issue in a situation, reached by real moves. Flushes, does not commit."""
    state, path = SITUATIONS[name]
    issue = open_one(session, cast)
    for move in path:
        move(session, cast, issue)
    assert issue.state is state
    return issue


def ready_for(verb: Verb) -> str:
    """The situation in which a step can be taken."""
    return READY.get(verb) or next(state.value for state in BY_VERB[verb].sources if state in PATHS)


def make_issue(session: Session, cast: Cast, state: IssueState = IssueState.TRIAGE, **values: Any) -> Issue:
    """An issue in a state, reached by real moves. Flushes, does not commit."""
    issue = open_one(session, cast, **values)
    for move in PATHS[state]:
        move(session, cast, issue)
    assert issue.state is state
    return issue
