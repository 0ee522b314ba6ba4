"""What each person is told of, and that it costs the same whatever there is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import confirm_unreachable, give, nudge, record_visit, take_back
from hengli_visits.issues.steps import Verb
from hengli_visits.models import (
    Account,
    Assignment,
    CampaignState,
    GroupMember,
    IssueState,
    Manner,
    Member,
    Outcome,
    Visit,
)
from hengli_visits.notices.actions import mark_read
from hengli_visits.notices.queries import Notice, page_of, unread_count
from hengli_visits.notices.rules import KEPT, Kind
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import join, make_campaign, make_group
from tests.issues.making import actor_for, make_issue, step
from tests.visits.making import content, put


def told(session: Session, member: Member) -> list[Notice]:
    """The notices of a member's first page."""
    return list(page_of(session, actor_for(session, member), 1).page.items)


def kinds(session: Session, member: Member) -> list[Kind]:
    return [notice.kind for notice in told(session, member)]


def log_visit(session: Session, assignment: Assignment, author: Member, outcome: Outcome, **values: object) -> Visit:
    """A visit as it is stored, with what follows for the assignment."""
    visit = Visit(
        uuid=uuid4(),
        assignment_id=assignment.id,
        campaign_id=assignment.campaign_id,
        author_id=author.id,
        outcome=outcome,
        manner=Manner.DOOR,
        visited_at=clock.now(),
        received_at=clock.now(),
        **values,
    )
    session.add(visit)
    session.flush()
    record_visit(session, assignment.id, actor_for(session, author))
    session.expire(assignment)
    return visit


def hand(session: Session, cast: Cast, *assignments: Assignment, to: Member) -> None:
    give(session, actor_for(session, cast.leader), [a.id for a in assignments], [to.id])


def test_a_stranger_is_told_nothing(session: Session, cast: Cast) -> None:
    make_issue(session, cast, IssueState.CLOSED)
    assert told(session, cast.stranger) == []
    assert told(session, cast.administrator) == []


def test_given_households_of_one_step_stand_in_one_notice(session: Session, cast: Cast) -> None:
    hand(session, cast, cast.spare_assignment, cast.assignment, to=cast.team_leader)
    (notice,) = told(session, cast.team_leader)
    assert (notice.kind, notice.size, notice.who) == (Kind.GIVEN, 2, "温永然")
    assert kinds(session, cast.visitor) == [Kind.TAKEN]


def test_a_household_that_was_taken_back_is_told_as_taken(session: Session, cast: Cast, standing_clock: Clock) -> None:
    hand(session, cast, cast.spare_assignment, to=cast.visitor)
    standing_clock.time += timedelta(hours=1)
    take_back(session, actor_for(session, cast.leader), [cast.spare_assignment.id])
    (notice,) = told(session, cast.visitor)
    assert (notice.kind, notice.size) == (Kind.TAKEN, 1)


def test_who_left_the_group_is_told_of_its_households_no_more(session: Session, cast: Cast) -> None:
    hand(session, cast, cast.spare_assignment, to=cast.visitor)
    join(session, make_group(session, make_campaign(session, "情系群众"), "另一组"), cast.visitor)
    assert kinds(session, cast.visitor) == [Kind.GIVEN]
    session.execute(
        update(GroupMember)
        .where(GroupMember.member_id == cast.visitor.id, GroupMember.group_id == cast.team.id)
        .values(left_at=clock.now())
    )
    assert kinds(session, cast.visitor) == []


def test_ids_that_hold_each_others_digits_are_told_apart(session: Session, cast: Cast) -> None:
    hand(session, cast, cast.spare_assignment, to=cast.visitor)
    others = (cast.partner, cast.other_visitor, cast.team_leader)
    assert [kinds(session, member) for member in others] == [[], [], []]


def test_what_one_did_oneself_is_no_news(session: Session, cast: Cast) -> None:
    hand(session, cast, cast.spare_assignment, to=cast.visitor)
    assert told(session, cast.leader) == []


@pytest.mark.parametrize(
    ("state", "who", "kind"),
    [
        (IssueState.TRIAGE, "coordinator", Kind.TRIAGE),
        (IssueState.TRIAGE, "leader", Kind.TRIAGE),
        (IssueState.ON_THE_SPOT, "leader", Kind.SPOT),
        (IssueState.DISPATCHED, "handler", Kind.DISPATCHED),
        (IssueState.DISPATCHED, "visitor", Kind.NEWS),
        (IssueState.RETURN_REVIEW, "coordinator", Kind.RETURNED),
        (IssueState.ANSWER_REVIEW, "coordinator", Kind.ANSWERED),
        (IssueState.REVISIT_DUE, "visitor", Kind.REVISIT),
        (IssueState.REVISIT_DUE, "partner", Kind.REVISIT),
        (IssueState.REDO, "coordinator", Kind.REDO),
        (IssueState.NOT_ACCEPTED, "visitor", Kind.NEWS),
        (IssueState.WITHDRAWN, "visitor", Kind.NEWS),
    ],
)
def test_steps_of_an_issue_reach_those_they_concern(
    session: Session, cast: Cast, state: IssueState, who: str, kind: Kind
) -> None:
    issue = make_issue(session, cast, state)
    newest = max(told(session, getattr(cast, who)), key=lambda notice: notice.move.id if notice.move else 0)
    assert newest.kind is kind
    assert newest.issue is not None
    assert newest.issue.id == issue.id


def test_an_answer_sent_back_reaches_the_unit(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.ANSWER_REVIEW)
    step(session, cast, issue, "coordinator", Verb.REWORK)
    assert Kind.REWORK in kinds(session, cast.handler)
    assert kinds(session, cast.other_handler) == []


def test_other_leaders_and_units_are_not_told(session: Session, cast: Cast) -> None:
    for state in (IssueState.TRIAGE, IssueState.DISPATCHED, IssueState.CLOSED):
        make_issue(session, cast, state)
    assert told(session, cast.other_leader) == []
    assert told(session, cast.other_handler) == []
    assert told(session, cast.other_visitor) == []


def test_an_unreachable_household_waits_for_the_leader_until_confirmed(session: Session, cast: Cast) -> None:
    log_visit(session, cast.assignment, cast.visitor, Outcome.MOVED)
    assert kinds(session, cast.leader) == [Kind.UNREACHABLE]
    assert kinds(session, cast.other_leader) == []
    confirm_unreachable(session, actor_for(session, cast.leader), cast.assignment, agreed=True)
    assert kinds(session, cast.leader) == []


def test_a_refused_report_goes_back_to_the_visitors_with_the_leaders_words(session: Session, cast: Cast) -> None:
    log_visit(session, cast.assignment, cast.visitor, Outcome.DECLINED)
    confirm_unreachable(session, actor_for(session, cast.leader), cast.assignment, agreed=False, note="傍晚再去。")
    (notice,) = told(session, cast.visitor)
    assert (notice.kind, notice.note) == (Kind.AGAIN, "傍晚再去。")
    assert kinds(session, cast.partner) == [Kind.AGAIN]


def remind(session: Session, cast: Cast, words: str = "") -> None:
    """The leader reminds the visitor."""
    nudge(session, actor_for(session, cast.leader), cast.campaign, [cast.visitor.id], words)


def test_a_reminder_reaches_the_member_alone(session: Session, cast: Cast) -> None:
    remind(session, cast, "请在周末前走完。")
    (notice,) = told(session, cast.visitor)
    assert (notice.kind, notice.size, notice.who, notice.note) == (Kind.NUDGED, 2, "温永然", "请在周末前走完。")
    assert session.scalar(unread_count(actor_for(session, cast.visitor))) == 1
    for other in (cast.partner, cast.leader, cast.team_leader, cast.coordinator, cast.other_visitor):
        assert kinds(session, other) == []


def test_a_reminder_ends_with_the_campaign_and_with_the_place_in_it(session: Session, cast: Cast) -> None:
    remind(session, cast)
    cast.campaign.state = CampaignState.CLOSED
    assert kinds(session, cast.visitor) == []
    cast.campaign.state = CampaignState.RUNNING
    session.flush()
    assert kinds(session, cast.visitor) == [Kind.NUDGED]
    seat = session.scalars(select(GroupMember).where(GroupMember.member_id == cast.visitor.id)).one()
    seat.left_at = clock.now()
    session.flush()
    assert kinds(session, cast.visitor) == []


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        ({"clashing": True, "late": True}, Kind.CLASH),
        ({"late": True, "stray": True}, Kind.LATE),
        ({"stray": True, "clock_doubtful": True}, Kind.STRAY),
        ({"clock_doubtful": True}, Kind.CLOCK),
    ],
)
def test_doubtful_visits_reach_the_leader(session: Session, cast: Cast, flags: dict[str, bool], kind: Kind) -> None:
    log_visit(session, cast.assignment, cast.visitor, Outcome.MET, **flags)
    assert kinds(session, cast.leader) == [kind]
    assert kinds(session, cast.team_leader) == [kind]
    assert kinds(session, cast.other_leader) == []


def test_clock_skew_is_kept_beside_the_servers_time_and_flagged_to_the_leader(session: Session, cast: Cast) -> None:
    now, fast = clock.now(), clock.now() + timedelta(hours=3)
    what = content(visited_at=fast - timedelta(minutes=1))
    visit = put(session, cast.visitor, cast.assignment, what, client_now=fast).visit
    put(session, cast.visitor, cast.second_assignment, content(), client_now=now + timedelta(minutes=9))
    assert (visit.visited_at, visit.received_at, visit.clock_off) == (what.visited_at, now, 3 * 3600)
    for leader in (cast.leader, cast.team_leader):
        (notice,) = told(session, leader)
        assert (notice.kind, notice.visit, notice.who) == (Kind.CLOCK, visit, cast.visitor.name)
    for other in (cast.visitor, cast.partner, cast.other_leader, cast.coordinator):
        assert told(session, other) == []


def test_what_is_older_than_thirty_days_is_gone(session: Session, cast: Cast, standing_clock: Clock) -> None:
    make_issue(session, cast)
    standing_clock.time += KEPT
    assert kinds(session, cast.coordinator) == [Kind.TRIAGE]
    standing_clock.time += timedelta(seconds=1)
    assert kinds(session, cast.coordinator) == []


def test_newest_first_over_pages(session: Session, cast: Cast, standing_clock: Clock) -> None:
    for _ in range(5):
        make_issue(session, cast)
        standing_clock.time += timedelta(minutes=1)
    actor = actor_for(session, cast.coordinator)
    pages = [page_of(session, actor, number, size=2).page for number in (1, 2, 3, 9)]
    assert [len(page.items) for page in pages] == [2, 2, 1, 1]
    times = [notice.at for page in pages[:3] for notice in page.items]
    assert times == sorted(times, reverse=True)
    assert {page.total for page in pages} == {5}


def test_reading_marks_what_was_there_when_the_page_was_made(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    actor = actor_for(session, cast.coordinator)
    make_issue(session, cast)
    seen = standing_clock.time
    standing_clock.time += timedelta(minutes=1)
    make_issue(session, cast)
    assert session.scalar(unread_count(actor)) == page_of(session, actor, 1).unread == 2
    mark_read(session, actor, seen)
    assert session.scalar(unread_count(actor)) == page_of(session, actor, 1).unread == 1
    assert [notice.unread for notice in page_of(session, actor, 1).page.items] == [True, False]


def test_the_mark_never_goes_back_and_never_ahead(session: Session, cast: Cast) -> None:
    actor = actor_for(session, cast.coordinator)
    mark_read(session, actor, clock.now() + timedelta(days=9))
    mark_read(session, actor, clock.now() - timedelta(days=9))
    session.expire_all()
    assert session.get_one(Account, cast.coordinator.id).notices_read_at == clock.now()


def test_costs_the_same_for_one_and_for_many(session: Session, cast: Cast) -> None:
    make_issue(session, cast)
    log_visit(session, cast.assignment, cast.visitor, Outcome.MOVED)
    log_visit(session, cast.second_assignment, cast.visitor, Outcome.MET, late=True)
    actor = actor_for(session, cast.leader)
    counts = []
    for _ in range(2):
        with counted_queries() as statements:
            page_of(session, actor, 1)
        counts.append(len(statements))
        for _ in range(3):
            make_issue(session, cast)
            log_visit(session, cast.second_assignment, cast.visitor, Outcome.MET, stray=True)
    assert counts[0] == counts[1] <= 5
    with counted_queries() as statements:
        session.scalar(unread_count(actor))
    assert len(statements) == 1
