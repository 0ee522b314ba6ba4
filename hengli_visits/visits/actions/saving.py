"""A visit saved and revised. A visit is a fact: it is kept whatever changed meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.actions import record_visit
from hengli_visits.campaigns.catalogue import propose_category
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.feedback.actions import FeedbackItem, save_feedback
from hengli_visits.models import Assignment, Visit, VisitCompanion, VisitRevision
from hengli_visits.reader import Unfit
from hengli_visits.visits.content import VisitContent
from hengli_visits.visits.queries import (
    campaign_people,
    categories_of,
    feedback_elsewhere,
    held_visit,
    hold_assignment,
    known_categories,
)
from hengli_visits.visits.rules import Result, Standing, clock_gap, is_doubtful, is_late, may_revise
from hengli_visits.wording import N_


@dataclass(frozen=True)
class Saved:
    """What became of a visit that was sent, the visit, and the number of the revision that holds what was sent."""

    result: Result
    visit: Visit
    revision: int


def put_visit(
    session: Session,
    actor: Actor,
    assignment_ref: int,
    uuid: UUID,
    content: VisitContent,
    *,
    based_on: int | None = None,
    client_now: datetime | None = None,
) -> Saved:
    """Save a visit under the UUID that its client made (domain rule 3). The same content again is the same visit; other
    content that names the revision in force becomes the next revision; otherwise both are kept, the visit is flagged as
    clashing and a leader decides. Visit, companions, feedback, issues, the assignment's state and the audit entry are
    one transaction.

    Never refused because assignment, group or campaign changed meanwhile: it is flagged `late` or `stray`. Missing for
    somebody else's UUID and for who never had to do with the household; `Unfit` for companions or categories that are
    not of the campaign; Invalid (`assignment`) when the UUID belongs to another household."""
    known = session.scalar(select(Visit.assignment_id).where(Visit.uuid == uuid))
    assignment, standing = hold_assignment(session, actor, known or assignment_ref)
    visit = held_visit(session, uuid)
    if visit is None:
        require(standing != Standing.NONE)
        _check_references(session, assignment.campaign_id, uuid, content)
        visit = _make(session, actor, assignment, standing, uuid, content, client_now)
        if visit is not None:
            _apply(session, actor, visit, content)
            audit.record(session, actor, "visit.create", "visit", visit.id, assignment_id=assignment.id)
            return Saved(Result.CREATED, visit, 1)
        visit = held_visit(session, uuid)
    if visit is None or not may_revise(actor, visit):
        raise Missing
    if visit.assignment_id != assignment_ref:
        raise Invalid(N_("这条走访记录属于另一户。"), field="assignment")
    return _put_again(session, actor, visit, content, based_on)


def _check_references(session: Session, campaign_id: int, uuid: UUID, content: VisitContent) -> None:
    problems: dict[str, Invalid] = {}
    if set(content.companions) - campaign_people(session, campaign_id, content.companions):
        problems["companions"] = Invalid(N_("同行人员里有人不在这次活动中，请改写在“其他同行人员”里。"))
    wanted = {said.category for said in content.feedback if said.category is not None}
    known = known_categories(session, campaign_id, wanted)
    taken = feedback_elsewhere(session, uuid, [said.uuid for said in content.feedback])
    for index, said in enumerate(content.feedback):
        if said.uuid in taken:
            problems[f"feedback.{index}.uuid"] = Invalid(N_("这条意见已经记在别的走访记录里。"))
        if said.category is not None and said.category not in known:
            problems[f"feedback.{index}.category"] = Invalid(N_("这个类别不在这次活动中，请重新选。"))
    if problems:
        raise Unfit(problems)


def _make(
    session: Session,
    actor: Actor,
    assignment: Assignment,
    standing: Standing,
    uuid: UUID,
    content: VisitContent,
    client_now: datetime | None,
) -> Visit | None:
    """The new visit with its first revision; None when another request with this UUID was faster."""
    now = clock.now()
    gap = clock_gap(client_now, now)
    visit = Visit(
        uuid=uuid,
        assignment_id=assignment.id,
        campaign_id=assignment.campaign_id,
        author_id=actor.id,
        outcome=content.outcome,
        visited_at=content.visited_at,
        received_at=now,
        clock_off=gap,
        revision=1,
        late=is_late(assignment.campaign.state),
        stray=standing == Standing.ONCE,
        clock_doubtful=is_doubtful(gap, content.visited_at, now),
        assignment=assignment,
        companions=[],
        revisions=[],
    )
    try:
        with session.begin_nested():
            session.add(visit)
            session.flush()
            _keep_revision(session, actor, visit, content, number=1, based_on=0)
    except IntegrityError:
        return None
    return visit


def _keep_revision(
    session: Session,
    actor: Actor,
    visit: Visit,
    content: VisitContent,
    *,
    number: int,
    based_on: int,
    chosen: bool = True,
) -> None:
    visit.revisions.append(
        VisitRevision(
            visit_id=visit.id,
            number=number,
            based_on=based_on,
            author_id=actor.id,
            at=clock.now(),
            content=content.as_json(),
            content_hash=content.digest(),
            chosen=chosen,
        )
    )
    session.flush()


def _apply(session: Session, actor: Actor, visit: Visit, content: VisitContent) -> None:
    """Make the rows say what the content says, and what follows from it."""
    visit.outcome = content.outcome
    visit.manner = content.manner
    visit.visited_at = content.visited_at
    visit.appointment_at = content.appointment_at
    visit.remarks = content.remarks
    visit.companions_text = content.companions_text
    visit.answers = dict(content.answers)
    position = content.position
    visit.latitude = position.latitude if position else None
    visit.longitude = position.longitude if position else None
    visit.accuracy = position.accuracy if position else None
    wanted = set(content.companions) - {visit.author_id}
    kept = {companion.member_id: companion for companion in visit.companions}
    visit.companions = [kept.get(id_) or VisitCompanion(visit_id=visit.id, member_id=id_) for id_ in sorted(wanted)]
    session.flush()
    save_feedback(session, actor, visit, _items(session, visit.campaign_id, content))
    record_visit(session, visit.assignment_id, actor)
    session.flush()


def _items(session: Session, campaign_id: int, content: VisitContent) -> list[FeedbackItem]:
    """The feedback with the category that its words propose, where none was chosen."""
    open_ones = any(said.category is None for said in content.feedback)
    categories = categories_of(session, campaign_id) if open_ones else ()
    items = []
    for said in content.feedback:
        proposed = propose_category(categories, said.words)[0] if said.category is None else None
        category_id = proposed.id if proposed else said.category
        items.append(FeedbackItem(said.uuid, said.nature, category_id, said.words, said.handling, said.answer))
    return items


def _put_again(session: Session, actor: Actor, visit: Visit, content: VisitContent, based_on: int | None) -> Saved:
    digest = content.digest()
    base = based_on if based_on is not None and 1 <= based_on <= visit.revision else 0
    in_force = next(r for r in visit.revisions if r.chosen and r.number == visit.revision)
    if digest == in_force.content_hash:
        return Saved(Result.SAME, visit, in_force.number)
    twin = next((r for r in visit.revisions if r.content_hash == digest and r.based_on == base), None)
    if twin is not None:
        waiting = visit.clashing and not twin.chosen
        return Saved(Result.CLASH if waiting else Result.SAME, visit, twin.number)
    _check_references(session, visit.campaign_id, visit.uuid, content)
    if base == visit.revision and visit.voided_at is None:
        revise(session, actor, visit, content)
        audit.record(session, actor, "visit.revise", "visit", visit.id, revision=visit.revision)
        return Saved(Result.REVISED, visit, visit.revision)
    visit.clashing = True
    _keep_revision(session, actor, visit, content, number=base + 1, based_on=base, chosen=False)
    audit.record(session, actor, "visit.clash", "visit", visit.id, based_on=base)
    return Saved(Result.CLASH, visit, base + 1)


def revise(session: Session, actor: Actor, visit: Visit, content: VisitContent) -> None:
    """Make a content the next revision in force. The caller holds the assignment and has looked at the actor."""
    visit.revision += 1
    _keep_revision(session, actor, visit, content, number=visit.revision, based_on=visit.revision - 1)
    _apply(session, actor, visit, content)
