"""Scopes: who finds which issue, what they are to it, and what waits for them."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hengli_visits.errors import Missing
from hengli_visits.issues import queries
from hengli_visits.issues.rules import HIDDEN_FROM_UNITS, MOVES
from hengli_visits.issues.steps import Part, Verb
from hengli_visits.models import AssignmentVisitor, CampaignState, GroupMember, Issue, IssueState
from tests.cast import Cast
from tests.factories import join, make_campaign, make_group
from tests.issues.making import PATHS, actor_for, make_issue, step
from tests.permissions import PEOPLE

ALWAYS = {"coordinator", "area_lead", "leader", "team_leader", "visitor", "partner"}
WITH_UNIT = set(PATHS) - {*HIDDEN_FROM_UNITS, IssueState.WITHDRAWN}


@pytest.mark.parametrize("state", tuple(PATHS))
def test_scope(session: Session, cast: Cast, state: IssueState) -> None:
    issue = make_issue(session, cast, state)
    expected = ALWAYS | ({"handler"} if state in WITH_UNIT else set())
    for person in PEOPLE:
        actor = actor_for(session, getattr(cast, person))
        found = session.scalars(select(Issue.id).where(queries.visible(actor))).all()
        assert (issue.id in found) == (person in expected), person
        assert bool(queries.parts_of(session, actor, issue.id)) == (person in expected), person
        if person not in expected:
            with pytest.raises(Missing):
                queries.get_issue(session, actor, issue.id)


def test_co_units_see_and_may_tell_progress_only(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.RETURN_REVIEW)
    step(session, cast, issue, "coordinator", Verb.REFUSE_RETURN)
    issue_two = make_issue(session, cast)
    step(session, cast, issue_two, "coordinator", Verb.DISPATCH, co_unit_ids=[cast.other_unit.id])
    helper = actor_for(session, cast.other_handler)
    assert queries.parts_of(session, helper, issue_two.id) == {Part.CO_HANDLER}
    assert queries.parts_of(session, helper, issue.id) == frozenset()
    step(session, cast, issue_two, "handler", Verb.SIGN)
    step(session, cast, issue_two, "other_handler", Verb.NOTE)
    allowed = {s.verb for s in MOVES if Part.CO_HANDLER in s.who}
    assert allowed == {Verb.NOTE, Verb.CLOSE_PART}


def test_a_household_that_changes_hands_takes_its_issues_along(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    for row in session.scalars(select(AssignmentVisitor).where(AssignmentVisitor.assignment_id == cast.assignment.id)):
        session.delete(row)
    session.add(
        AssignmentVisitor(assignment_id=cast.assignment.id, member_id=cast.team_leader.id, since=issue.opened_at)
    )
    session.flush()
    assert queries.parts_of(session, actor_for(session, cast.partner), issue.id) == frozenset()
    assert queries.parts_of(session, actor_for(session, cast.visitor), issue.id) == {Part.RAISER}
    assert Part.VISITOR in queries.parts_of(session, actor_for(session, cast.team_leader), issue.id)


def test_residents_are_told_after_the_campaign_ended_but_not_by_who_left(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    session.get_one(type(cast.campaign), cast.campaign.id).state = CampaignState.CLOSED
    session.flush()
    assert session.scalar(queries.needing(actor_for(session, cast.partner))) == 1
    for row in session.scalars(select(GroupMember).where(GroupMember.member_id == cast.partner.id)):
        row.left_at = issue.opened_at
    session.flush()
    assert session.scalar(queries.needing(actor_for(session, cast.partner))) == 0


def test_who_left_the_campaigns_group_sees_the_household_no_more_though_they_visit_elsewhere(
    session: Session, cast: Cast
) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    join(session, make_group(session, make_campaign(session, "情系群众"), "另一组"), cast.partner)
    queries.get_issue(session, actor_for(session, cast.partner), issue.id)
    session.execute(
        update(GroupMember)
        .where(GroupMember.member_id == cast.partner.id, GroupMember.group_id == cast.team.id)
        .values(left_at=issue.opened_at)
    )
    with pytest.raises(Missing):
        queries.get_issue(session, actor_for(session, cast.partner), issue.id)


@pytest.mark.parametrize(
    ("state", "waiting"),
    [
        (IssueState.TRIAGE, {"coordinator", "leader", "team_leader"}),
        (IssueState.ON_THE_SPOT, {"leader", "team_leader"}),
        (IssueState.DISPATCHED, {"handler"}),
        (IssueState.RETURN_REVIEW, {"coordinator"}),
        (IssueState.IN_PROGRESS, {"handler"}),
        (IssueState.ANSWER_REVIEW, {"coordinator"}),
        (IssueState.REVISIT_DUE, {"visitor", "partner"}),
        (IssueState.REDO, {"coordinator"}),
        (IssueState.CLOSED, set()),
    ],
)
def test_whose_turn_it_is(session: Session, cast: Cast, state: IssueState, waiting: set[str]) -> None:
    make_issue(session, cast, state)
    found = {p for p in PEOPLE if session.scalar(queries.needing(actor_for(session, getattr(cast, p))))}
    assert found == waiting


def test_the_second_return_waits_for_the_area_lead(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.RETURN_REVIEW)
    step(session, cast, issue, "coordinator", Verb.REFUSE_RETURN)
    step(session, cast, issue, "handler", Verb.RETURN)
    assert session.scalar(queries.needing(actor_for(session, cast.area_lead))) == 1
    assert session.scalar(queries.needing(actor_for(session, cast.coordinator))) == 0
