"""Saving visits: once, whatever happened meanwhile; revisions, clashes, voiding."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import take_back, to_group
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    AuditEntry,
    Campaign,
    CampaignState,
    Category,
    Feedback,
    Handling,
    Issue,
    IssueState,
    Outcome,
    Visit,
    VisitCompanion,
)
from hengli_visits.orm import Base
from hengli_visits.reader import Unfit
from hengli_visits.visits.actions import choose_revision, saving, void_visit
from hengli_visits.visits.rules import Result
from tests.cast import Cast
from tests.visits.making import as_actor, content, put, said, wordings


def _count(session: Session, model: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def _state(session: Session, assignment: Assignment) -> AssignmentState:
    return session.scalars(select(Assignment.state).where(Assignment.id == assignment.id)).one()


@contextmanager
def _refused(path: str) -> Iterator[None]:
    with pytest.raises(Unfit) as refused:
        yield
    assert set(refused.value.problems) == {path}


def test_a_visit_with_all_that_follows(session: Session, cast: Cast) -> None:
    what = content(
        feedback=[said(), said("医保卡已教会", handling=Handling.ANSWERED, answer="教她激活")],
        companions=(cast.visitor.id, cast.partner.id),
        remarks="下午在家",
    )
    saved = put(session, cast.visitor, cast.assignment, what)
    visit = saved.visit
    assert (saved.result, visit.revision, visit.author_id) == (Result.CREATED, 1, cast.visitor.id)
    assert (visit.late, visit.stray, visit.clock_doubtful, visit.clashing) == (False,) * 4
    assert session.scalars(select(VisitCompanion.member_id)).all() == [cast.partner.id]
    assert _count(session, Feedback) == 2
    assert session.scalars(select(Issue.state)).all() == [IssueState.TRIAGE]
    assert _state(session, cast.assignment) == AssignmentState.VISITED
    assert session.scalars(select(AuditEntry.action)).all() == ["visit.create"]


def test_idempotency(session: Session, cast: Cast) -> None:
    uuid, first = uuid4(), content(feedback=[said()])
    second = replace(first, remarks="改过")
    assert put(session, cast.visitor, cast.assignment, first, uuid).result == Result.CREATED
    assert put(session, cast.visitor, cast.assignment, first, uuid).result == Result.SAME
    assert put(session, cast.visitor, cast.assignment, second, uuid, based_on=1).result == Result.REVISED
    assert put(session, cast.visitor, cast.assignment, second, uuid, based_on=1).result == Result.SAME
    late_repeat = put(session, cast.visitor, cast.assignment, first, uuid)
    assert (late_repeat.result, late_repeat.visit.revision, late_repeat.visit.remarks) == (Result.SAME, 2, "改过")
    assert late_repeat.revision == 1
    back = put(session, cast.visitor, cast.assignment, first, uuid, based_on=2)
    assert (back.result, back.visit.revision, back.visit.remarks) == (Result.REVISED, 3, "")
    assert [_count(session, model) for model in (Visit, Feedback, Issue)] == [1, 1, 1]


def test_two_wordings_of_one_base_are_both_kept_sync_conflict(session: Session, cast: Cast) -> None:
    uuid, first = uuid4(), content(remarks="一")
    put(session, cast.visitor, cast.assignment, first, uuid)
    put(session, cast.visitor, cast.assignment, replace(first, remarks="二"), uuid, based_on=1)
    third = replace(first, remarks="三", outcome=Outcome.AWAY)
    clash = put(session, cast.visitor, cast.assignment, third, uuid, based_on=1)
    assert (clash.result, clash.visit.clashing, clash.visit.revision) == (Result.CLASH, True, 2)
    assert (clash.visit.remarks, clash.visit.outcome) == ("二", Outcome.MET)
    again = put(session, cast.visitor, cast.assignment, third, uuid, based_on=1)
    assert (again.result, again.revision) == (Result.CLASH, 2)
    told = [(row.number, row.based_on, row.chosen) for row in wordings(session, clash.visit)]
    assert told == [(1, 0, True), (2, 1, True), (2, 1, False)]


@pytest.mark.parametrize("based_on", [None, 0, 7, -1])
def test_a_base_that_is_none_is_a_clash(based_on: int | None, session: Session, cast: Cast) -> None:
    uuid, first = uuid4(), content()
    put(session, cast.visitor, cast.assignment, first, uuid)
    other = replace(first, remarks="另写")
    assert put(session, cast.visitor, cast.assignment, other, uuid, based_on=based_on).result == Result.CLASH


def test_the_leader_chooses(session: Session, cast: Cast) -> None:
    uuid, first = uuid4(), content(feedback=[said()])
    visit = put(session, cast.visitor, cast.assignment, first, uuid).visit
    put(session, cast.visitor, cast.assignment, replace(first, outcome=Outcome.AWAY, feedback=()), uuid)
    aside = wordings(session, visit)[1]
    for person in (cast.visitor, cast.partner, cast.other_leader):
        with pytest.raises(Missing):
            choose_revision(session, as_actor(session, person), visit, aside.id)
    with pytest.raises(Missing):
        choose_revision(session, as_actor(session, cast.leader), visit, aside.id + 99)
    chosen = choose_revision(session, as_actor(session, cast.leader), visit, aside.id)
    assert (chosen.revision, chosen.clashing, chosen.outcome) == (2, False, Outcome.AWAY)
    assert _state(session, cast.assignment) == AssignmentState.AGAIN
    assert session.scalars(select(Issue.state)).all() == [IssueState.WITHDRAWN]
    with pytest.raises(Conflict):
        choose_revision(session, as_actor(session, cast.leader), visit, aside.id)
    repeat = replace(first, outcome=Outcome.AWAY, feedback=())
    assert put(session, cast.visitor, cast.assignment, repeat, uuid).result == Result.SAME


def test_the_leader_keeps_what_stands(session: Session, cast: Cast) -> None:
    uuid, first = uuid4(), content()
    visit = put(session, cast.visitor, cast.assignment, first, uuid).visit
    other = replace(first, remarks="另写")
    put(session, cast.visitor, cast.assignment, other, uuid)
    kept = choose_revision(session, as_actor(session, cast.team_leader), visit, wordings(session, visit)[0].id)
    assert (kept.revision, kept.clashing, kept.remarks) == (1, False, "")
    assert put(session, cast.visitor, cast.assignment, other, uuid).result == Result.SAME


def test_somebody_elses_uuid_is_not_there(session: Session, cast: Cast) -> None:
    uuid, what = uuid4(), content(remarks="别人的")
    put(session, cast.visitor, cast.assignment, what, uuid)
    for person, assignment in ((cast.partner, cast.assignment), (cast.other_visitor, cast.other_assignment)):
        for sent in (what, replace(what, remarks="改")):
            with pytest.raises(Missing):
                put(session, person, assignment, sent, uuid, based_on=1)
    revised = put(session, cast.leader, cast.assignment, replace(what, remarks="组长改"), uuid, based_on=1)
    assert (revised.result, revised.visit.author_id) == (Result.REVISED, cast.visitor.id)


def test_a_uuid_stays_with_its_household(session: Session, cast: Cast) -> None:
    uuid, what = uuid4(), content()
    put(session, cast.visitor, cast.assignment, what, uuid)
    with pytest.raises(Invalid) as refused:
        put(session, cast.visitor, cast.second_assignment, what, uuid)
    assert refused.value.field == "assignment"


def test_who_never_had_the_household_is_refused(session: Session, cast: Cast) -> None:
    for person in (
        cast.other_visitor,
        cast.other_leader,
        cast.coordinator,
        cast.area_lead,
        cast.handler,
        cast.stranger,
    ):
        with pytest.raises(Missing):
            put(session, person, cast.assignment, content())
    with pytest.raises(Missing):
        put(session, cast.visitor, Assignment(id=10**6), content())
    assert _count(session, Visit) == 0


def test_taken_back_meanwhile_is_stray_sync_conflict(session: Session, cast: Cast) -> None:
    take_back(session, as_actor(session, cast.leader), [cast.assignment.id])
    saved = put(session, cast.visitor, cast.assignment, content())
    assert (saved.result, saved.visit.stray) == (Result.CREATED, True)
    assert _state(session, cast.assignment) == AssignmentState.VISITED


def test_moved_to_another_group_meanwhile_sync_conflict(session: Session, cast: Cast) -> None:
    to_group(session, as_actor(session, cast.coordinator), [cast.assignment.id], cast.other_group)
    assert put(session, cast.visitor, cast.assignment, content()).visit.stray
    assert put(session, cast.leader, cast.assignment, content()).visit.stray
    assert not put(session, cast.other_leader, cast.assignment, content()).visit.stray


def test_no_target_any_more_sync_conflict(session: Session, cast: Cast) -> None:
    take_back(session, as_actor(session, cast.leader), [cast.assignment.id])
    session.execute(update(Assignment).where(Assignment.id == cast.assignment.id).values(removed_at=clock.now()))
    assert put(session, cast.visitor, cast.assignment, content()).visit.stray


@pytest.mark.parametrize("state", [CampaignState.CLOSED, CampaignState.ARCHIVED])
def test_campaign_over_is_late_sync_conflict(state: CampaignState, session: Session, cast: Cast) -> None:
    session.execute(update(Campaign).values(state=state))
    saved = put(session, cast.visitor, cast.assignment, content())
    assert (saved.result, saved.visit.late, saved.visit.stray) == (Result.CREATED, True, False)


def test_clock_skew(session: Session, cast: Cast) -> None:
    now = clock.now()
    right = put(session, cast.visitor, cast.assignment, content(), client_now=now - timedelta(minutes=9)).visit
    assert (right.clock_off, right.clock_doubtful) == (-540, False)
    ahead = now + timedelta(days=400)
    wrong = put(session, cast.visitor, cast.assignment, content(visited_at=ahead), client_now=ahead).visit
    assert (wrong.visited_at, wrong.received_at, wrong.clock_doubtful) == (ahead, now, True)
    unsaid = put(session, cast.visitor, cast.assignment, content(visited_at=now + timedelta(hours=1))).visit
    assert (unsaid.clock_off, unsaid.clock_doubtful) == (None, True)


def test_references_are_of_the_campaign(session: Session, cast: Cast) -> None:
    with _refused("companions"):
        put(session, cast.visitor, cast.assignment, content(companions=(cast.stranger.id,)))
    with _refused("companions"):
        put(session, cast.visitor, cast.assignment, content(companions=(10**6,)))
    with _refused("feedback.1.category"):
        put(session, cast.visitor, cast.assignment, content(feedback=[said(), said(category=10**6)]))
    taken = said()
    put(session, cast.visitor, cast.assignment, content(feedback=[taken]))
    with _refused("feedback.0.uuid"):
        put(session, cast.visitor, cast.second_assignment, content(feedback=[taken]))
    assert put(session, cast.visitor, cast.assignment, content(companions=(cast.leader.id,))).result == Result.CREATED


def test_a_category_is_proposed_from_the_words(session: Session, cast: Cast) -> None:
    session.execute(update(Category).where(Category.id == cast.category.id).values(words=["排水渠"]))
    feedback = [said(), said("别的事"), said("排水渠", category=cast.village_category.id)]
    put(session, cast.visitor, cast.assignment, content(feedback=feedback))
    found = session.scalars(select(Feedback.category_id).order_by(Feedback.position)).all()
    assert found == [cast.category.id, None, cast.village_category.id]


def test_void(session: Session, cast: Cast) -> None:
    uuid, what = uuid4(), content(feedback=[said()])
    visit = put(session, cast.visitor, cast.assignment, what, uuid).visit
    with pytest.raises(Missing):
        void_visit(session, as_actor(session, cast.partner), visit, "走错门")
    for reason in (" ", "x" * 301):
        with pytest.raises(Invalid) as refused:
            void_visit(session, as_actor(session, cast.visitor), visit, reason)
        assert refused.value.field == "reason"
    void_visit(session, as_actor(session, cast.visitor), visit, "走错门")
    assert (visit.voided_by_id, visit.void_reason) == (cast.visitor.id, "走错门")
    assert _state(session, cast.assignment) == AssignmentState.WAITING
    assert session.scalars(select(Issue.state)).all() == [IssueState.WITHDRAWN]
    with pytest.raises(Conflict):
        void_visit(session, as_actor(session, cast.leader), visit, "再来")
    assert put(session, cast.visitor, cast.assignment, what, uuid).result == Result.SAME


def test_a_revision_of_a_voided_visit_is_kept_aside(session: Session, cast: Cast) -> None:
    uuid, what = uuid4(), content()
    visit = put(session, cast.visitor, cast.assignment, what, uuid).visit
    void_visit(session, as_actor(session, cast.leader), visit, "重复")
    clash = put(session, cast.visitor, cast.assignment, replace(what, remarks="路上改的"), uuid, based_on=1)
    assert (clash.result, clash.visit.revision, clash.visit.voided_at) == (Result.CLASH, 1, clock.now())
    first, aside = wordings(session, visit)
    with pytest.raises(Conflict):
        choose_revision(session, as_actor(session, cast.leader), visit, aside.id)
    assert not choose_revision(session, as_actor(session, cast.leader), visit, first.id).clashing


def test_an_issue_of_two_visits_outlives_one(session: Session, cast: Cast) -> None:
    first = put(session, cast.visitor, cast.assignment, content(feedback=[said()])).visit
    put(session, cast.visitor, cast.second_assignment, content(feedback=[said("同一条水渠")]))
    one, other = session.scalars(select(Feedback).order_by(Feedback.id)).all()
    other.issue_id = one.issue_id
    session.flush()
    void_visit(session, as_actor(session, cast.visitor), first, "走错门")
    issue = session.get_one(Issue, one.issue_id)
    assert issue.state == IssueState.TRIAGE


def test_all_or_nothing(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(saving, "record_visit", fail)
    with pytest.raises(RuntimeError):
        put(session, cast.visitor, cast.assignment, content(feedback=[said()]))
    session.rollback()
    assert [_count(session, model) for model in (Visit, Feedback, Issue, AuditEntry)] == [0, 0, 0, 0]
