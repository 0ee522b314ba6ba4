"""Who may open which page of issues, and send what."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.formats import time_input
from hengli_visits.issues import actions
from hengli_visits.issues.rules import BY_VERB
from hengli_visits.issues.spot_checks import MOST, Wishes
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.together import Told, keep
from hengli_visits.models import Issue, IssueState, Manner, ResidentLink, SpotCheck
from tests.cast import Cast
from tests.issues.making import actor_for, good_data, make_issue, step
from tests.permissions import PEOPLE, Row

GROUP = ("coordinator", "leader", "team_leader")
SEERS = (*GROUP, "area_lead", "visitor", "partner")
WITH_UNIT = (*SEERS, "handler")
CALLERS = (*GROUP, "visitor", "partner")
EVERYBODY = PEOPLE
DESK = (*GROUP, "other_leader")
OVERSEERS = (*DESK, "area_lead", "handler", "other_handler")


def in_state(state: IssueState) -> Callable[[Session, Cast], Issue]:
    return lambda session, cast: make_issue(session, cast, state)


def released(session: Session, cast: Cast) -> Issue:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    return step(session, cast, issue, "coordinator", Verb.RELEASE_IDENTITY)


def form_of(verb: Verb) -> Callable[[Cast, Issue], Mapping[str, Any]]:
    def data(cast: Cast, issue: Issue) -> dict[str, Any]:
        found = good_data(cast, verb)
        if "contacted_at" in found:
            found["contacted_at"] = time_input(clock.now() - timedelta(minutes=5))
        return found

    return data


def empty(_cast: Cast, _issue: Issue) -> Mapping[str, Any]:
    return {}


def revisit(_cast: Cast, _issue: Issue) -> dict[str, Any]:
    return {
        "uuid": str(uuid4()),
        "at": time_input(clock.now()),
        "manner": "phone",
        "reached": "yes",
        "solved": "yes",
        "contentment": "content",
    }


def told() -> dict[str, Any]:
    """A revisit as a phone sends it."""
    return {
        "at": clock.now().isoformat(),
        "manner": "phone",
        "reached": True,
        "solved": "yes",
        "contentment": "content",
    }


def linked(session: Session, cast: Cast) -> tuple[Issue, str, int]:
    """An issue with a link for its resident: the secret and the link's id."""
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    secret = actions.make_link(session, actor_for(session, cast.visitor), issue, Manner.PHONE)
    return issue, secret, session.scalars(select(ResidentLink.id).where(ResidentLink.issue_id == issue.id)).one()


def sample(session: Session, cast: Cast) -> tuple[SpotCheck, Issue]:
    """A sample with this closed issue in it."""
    issue = make_issue(session, cast, IssueState.CLOSED)
    return actions.draw_sample(session, actor_for(session, cast.coordinator), Wishes(), MOST), issue


def checked(_cast: Cast, _made: object) -> dict[str, Any]:
    return {"reached": "yes", "solved": "no", "contentment": "content"}


def told_once(session: Session, cast: Cast) -> int:
    """The coordinator has once taken a step for many."""
    issue, told = make_issue(session, cast), Told()
    told.note(issue.id, None)
    return keep(session, actor_for(session, cast.coordinator), BY_VERB[Verb.DISPATCH], told)


def steps(verb: Verb, state: IssueState, allowed: tuple[str, ...], *, bad: bool = True) -> list[Row]:
    """The form of a step, and sending it."""
    address = lambda _cast, issue: f"/issues/{issue.id}/moves/{verb.value}"  # noqa: E731 - one address for two rows
    return [
        Row("issues.step", address, allowed, prepare=in_state(state)),
        Row(
            "issues.move",
            address,
            allowed,
            method="POST",
            prepare=in_state(state),
            data=form_of(verb),
            bad=empty if bad else None,
        ),
    ]


ROWS = [
    Row(
        "issues.index",
        lambda cast, made: "/issues",
        tuple(one for one in EVERYBODY if one != "administrator"),
        prepare=in_state(IssueState.IN_PROGRESS),
    ),
    Row(
        "issues.show",
        lambda cast, issue: f"/issues/{issue.id}",
        SEERS,
        prepare=in_state(IssueState.TRIAGE),
    ),
    Row(
        "issues.show",
        lambda cast, issue: f"/issues/{issue.id}",
        WITH_UNIT,
        prepare=in_state(IssueState.IN_PROGRESS),
    ),
    *steps(Verb.DISPATCH, IssueState.TRIAGE, GROUP),
    *steps(Verb.REFUSE, IssueState.TRIAGE, ("coordinator",)),
    *steps(Verb.SOLVE_ON_THE_SPOT, IssueState.TRIAGE, (*GROUP, "visitor")),
    *steps(Verb.SIGN, IssueState.DISPATCHED, ("handler",), bad=False),
    *steps(Verb.AGREE_RETURN, IssueState.RETURN_REVIEW, ("coordinator",)),
    *steps(Verb.ANSWER, IssueState.IN_PROGRESS, ("handler",)),
    *steps(Verb.APPROVE, IssueState.ANSWER_REVIEW, ("coordinator",), bad=False),
    Row(
        "issues.revisit",
        lambda cast, issue: f"/issues/{issue.id}/revisits",
        (*GROUP, "visitor", "partner"),
        prepare=in_state(IssueState.REVISIT_DUE),
    ),
    Row(
        "issues.revisit",
        lambda cast, issue: f"/issues/{issue.id}/revisits",
        (*GROUP, "visitor", "partner"),
        method="POST",
        prepare=in_state(IssueState.REVISIT_DUE),
        data=revisit,
        bad=lambda cast, issue: revisit(cast, issue) | {"solved": ""},
    ),
    Row(
        "issues.put_revisit",
        lambda cast, issue: f"/revisits/{UUID(int=issue.id)}",
        (*GROUP, "visitor", "partner"),
        "PUT",
        in_state(IssueState.REVISIT_DUE),
        json=lambda cast, issue: {"issue": issue.id, "content": told()},
        works=201,
        again=(200,),
    ),
    Row(
        "issues.reveal_phone",
        lambda cast, issue: f"/issues/{issue.id}/phone",
        CALLERS,
        method="POST",
        prepare=in_state(IssueState.IN_PROGRESS),
        works=200,
    ),
    Row(
        "issues.reveal_phone",
        lambda cast, issue: f"/issues/{issue.id}/phone",
        (*CALLERS, "handler"),
        method="POST",
        prepare=released,
        works=200,
    ),
    Row(
        "issues.links",
        lambda cast, issue: f"/issues/{issue.id}/links",
        (*GROUP, "visitor", "partner"),
        prepare=in_state(IssueState.REVISIT_DUE),
    ),
    Row(
        "issues.make_link",
        lambda cast, issue: f"/issues/{issue.id}/links",
        (*GROUP, "visitor", "partner"),
        method="POST",
        prepare=in_state(IssueState.REVISIT_DUE),
        data=lambda cast, issue: {"manner": "phone"},
        bad=lambda cast, issue: {"manner": "by pigeon"},
        works=200,
    ),
    Row(
        "issues.revoke_link",
        lambda cast, made: f"/issues/{made[0].id}/links/{made[2]}/removal",
        (*GROUP, "visitor", "partner"),
        method="POST",
        prepare=linked,
    ),
    Row("issues.resident", lambda cast, made: f"/r/{made[1]}", EVERYBODY, prepare=linked, public=True),
    Row(
        "issues.resident",
        lambda cast, made: f"/r/{made[1]}",
        EVERYBODY,
        method="POST",
        prepare=linked,
        data=lambda cast, made: {"solved": "yes", "contentment": "content"},
        public=True,
    ),
    Row(
        "issues.paper",
        lambda cast, issue: f"/issues/{issue.id}/papers/assignment",
        WITH_UNIT,
        method="POST",
        prepare=in_state(IssueState.IN_PROGRESS),
        works=200,
    ),
    Row(
        "issues.readers",
        lambda cast, issue: f"/issues/{issue.id}/readers",
        ("coordinator", "area_lead"),
        prepare=in_state(IssueState.IN_PROGRESS),
    ),
    Row("issues.spot_checks", lambda cast, made: "/spot-checks", ("coordinator",), prepare=sample),
    Row("issues.new_spot_check", lambda cast, made: "/spot-checks/new", ("coordinator",), prepare=sample),
    Row(
        "issues.draw_spot_check",
        lambda cast, made: "/spot-checks/new",
        ("coordinator",),
        method="POST",
        prepare=sample,
        data=lambda cast, made: {"size": "3"},
        bad=lambda cast, made: {"size": "0"},
    ),
    Row("issues.spot_check", lambda cast, made: f"/spot-checks/{made[0].id}", ("coordinator",), prepare=sample),
    Row(
        "issues.check_issue",
        lambda cast, made: f"/spot-checks/{made[0].id}/issues/{made[1].id}",
        ("coordinator",),
        prepare=sample,
    ),
    Row(
        "issues.check_issue",
        lambda cast, made: f"/spot-checks/{made[0].id}/issues/{made[1].id}",
        ("coordinator",),
        method="POST",
        prepare=sample,
        data=checked,
        bad=lambda cast, made: {"reached": "yes"},
    ),
    Row(
        "issues.triage",
        lambda cast, issue: f"/issues/triage?issue={issue.id}",
        DESK,
        prepare=in_state(IssueState.TRIAGE),
    ),
    Row(
        "issues.together",
        lambda cast, issue: f"/issues/together?issue={issue.id}",
        (*GROUP, "area_lead", "handler"),
        prepare=in_state(IssueState.DISPATCHED),
    ),
    Row(
        "issues.take_together",
        lambda cast, issue: "/issues/together/dispatch",
        OVERSEERS,
        method="POST",
        prepare=in_state(IssueState.TRIAGE),
        data=lambda cast, issue: {
            "issue": [issue.id],
            f"category_id-{issue.id}": cast.category.id,
            f"lead_unit_id-{issue.id}": cast.unit.id,
        },
        bad=empty,
    ),
    Row(
        "issues.told_together",
        lambda cast, entry_id: f"/issues/together/{entry_id}",
        ("coordinator",),
        prepare=told_once,
    ),
]
