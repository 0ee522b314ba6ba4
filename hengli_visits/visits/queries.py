"""Reads of visits and photos, all through the actor's scope."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments.queries import get_assignment
from hengli_visits.errors import Missing, require
from hengli_visits.groups.queries import Place, place_in
from hengli_visits.models import (
    Assignment,
    AssignmentMove,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Category,
    Feedback,
    Group,
    GroupMember,
    Household,
    Member,
    Photo,
    RoleGrant,
    Visit,
    VisitCompanion,
    VisitRevision,
)
from hengli_visits.visits.content import VisitContent, read
from hengli_visits.visits.rules import Standing, may_open_form, standing
from hengli_visits.visits.scope import visible


def get_visit(session: Session, actor: Actor, uuid: UUID) -> Visit:
    """The visit with everything its page shows: assignment (household, area, campaign, group, visitors), author,
    companions, feedback (category, issue), photos, revisions. Raises `Missing` when it is not there or out of scope."""
    visit = session.scalar(_whole(Visit.uuid == uuid, visible(actor)))
    if visit is None:
        raise Missing
    return visit


def own_visits(session: Session, actor: Actor, assignment_ids: Collection[int]) -> Sequence[Visit]:
    """The actor's own visits on these assignments, each with everything its page shows."""
    query = _whole(Visit.author_id == actor.id, Visit.assignment_id.in_(assignment_ids))
    return session.scalars(query.order_by(Visit.id)).all()


def _whole(*which: ColumnElement[bool]) -> Select[Visit]:
    return (
        select(Visit)
        .where(*which)
        .options(
            joinedload(Visit.assignment).options(
                joinedload(Assignment.household).joinedload(Household.area),
                joinedload(Assignment.campaign),
                joinedload(Assignment.group),
                selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
            ),
            joinedload(Visit.author),
            selectinload(Visit.companions).joinedload(VisitCompanion.member),
            selectinload(Visit.feedback).options(joinedload(Feedback.category), joinedload(Feedback.issue)),
            selectinload(Visit.photos),
            selectinload(Visit.revisions).joinedload(VisitRevision.author),
        )
    )


def get_photo(session: Session, actor: Actor, photo_id: UUID) -> tuple[Photo, UUID]:
    """A photo that was not removed and the UUID of its visit, or `Missing`."""
    row = session.execute(
        select(Photo, Visit.uuid)
        .join(Visit, Visit.id == Photo.visit_id)
        .where(Photo.id == photo_id, Photo.removed_at.is_(None), visible(actor))
    ).one_or_none()
    if row is None:
        raise Missing
    photo, visit_uuid = row
    return photo, visit_uuid


def get_thumbnail(session: Session, actor: Actor, photo_id: UUID) -> bytes:
    """The small JPEG of a photo, or `Missing`."""
    thumbnail = session.scalar(
        select(Photo.thumbnail)
        .join(Visit, Visit.id == Photo.visit_id)
        .where(Photo.id == photo_id, Photo.removed_at.is_(None), visible(actor))
    )
    if thumbnail is None:
        raise Missing
    return thumbnail


def photos_of(session: Session, visit: Visit) -> Sequence[UUID]:
    """The ids of the photos of a visit that ever arrived, removed ones among them, in the order in which they came."""
    return session.scalars(
        select(Photo.id).where(Photo.visit_id == visit.id).order_by(Photo.received_at, Photo.position, Photo.id)
    ).all()


def assignment_for_form(session: Session, actor: Actor, assignment_id: int) -> Assignment:
    """The assignment on which the actor may begin to record a visit now, or `Missing`."""
    assignment = get_assignment(session, actor, assignment_id)
    if not may_open_form(actor, assignment):
        raise Missing
    return assignment


def campaign_for_doorstep(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """The campaign in which the actor may begin to record a visit to a household that is in no book: it runs, and they
    visit or lead there now. Otherwise `Missing`."""
    campaign, place = _campaign_with_place(session, actor, campaign_id)
    require(place.now and campaign.state == CampaignState.RUNNING)
    return campaign


def campaign_once_own(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """The campaign in which a visit is sent now, whatever happened since the form was opened. `Missing` for who never
    had a place in it."""
    return _campaign_with_place(session, actor, campaign_id)[0]


def _campaign_with_place(session: Session, actor: Actor, campaign_id: int) -> tuple[Campaign, Place]:
    place = place_in(session, actor, campaign_id)
    if place is None:
        raise Missing
    return session.get_one(Campaign, campaign_id), place


def partners_of(session: Session, actor: Actor, campaign_id: int, most: int = 4) -> list[tuple[int, str]]:
    """With whom the actor visits in a campaign (id, name), most often first. One query."""
    own_ids = select(AssignmentVisitor.assignment_id).where(AssignmentVisitor.member_id == actor.id)
    rows = session.execute(
        select(Member.id, Member.name)
        .join(AssignmentVisitor, AssignmentVisitor.member_id == Member.id)
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(Assignment.id.in_(own_ids), Assignment.campaign_id == campaign_id, Member.id != actor.id)
        .group_by(Member.id, Member.name)
        .order_by(func.count().desc(), Member.id)
        .limit(most)
    )
    return [(row.id, row.name) for row in rows]


def hold_assignment(session: Session, actor: Actor, assignment_id: int) -> tuple[Assignment, Standing]:
    """Lock an assignment, so that its visits are written one after the other, and tell what the actor has to do with
    it. With campaign, household, visitors. Raises `Missing` for who never had to do with it."""
    assignment = session.scalar(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(
            joinedload(Assignment.campaign),
            joinedload(Assignment.household).joinedload(Household.area),
            joinedload(Assignment.group),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    if assignment is None:
        raise Missing
    return assignment, _standing(session, actor, assignment)


def recordable_assignment(session: Session, actor: Actor, assignment_id: int) -> Assignment:
    """The assignment of a visit that is sent now, whatever happened to it since the form was opened; with household
    and visitors. `Missing` for who never had to do with it."""
    assignment, found = hold_assignment(session, actor, assignment_id)
    if found == Standing.NONE:
        raise Missing
    return assignment


def _standing(session: Session, actor: Actor, assignment: Assignment) -> Standing:
    found = standing(actor, assignment, assignment.visitors, ())
    if found == Standing.NOW:
        return found
    moves = session.execute(
        select(AssignmentMove.before, AssignmentMove.after).where(AssignmentMove.assignment_id == assignment.id)
    )
    return standing(actor, assignment, assignment.visitors, [told for move in moves for told in move])


def held_visit(session: Session, uuid: UUID) -> Visit | None:
    """The visit of a UUID as it is written now, with assignment, companions and revisions. For actions that hold its
    assignment and look at the actor themselves."""
    return session.scalar(
        select(Visit)
        .where(Visit.uuid == uuid)
        .options(
            joinedload(Visit.assignment).joinedload(Assignment.campaign),
            selectinload(Visit.companions),
            selectinload(Visit.revisions),
        )
        .execution_options(populate_existing=True)
    )


def content_in_force(visit: Visit) -> VisitContent:
    """What the visit says now, as it was sent; its revisions are loaded."""
    return read(next(r for r in visit.revisions if r.chosen and r.number == visit.revision).content)


def earlier_visits(session: Session, assignment_id: int, most: int = 3) -> Sequence[Visit]:
    """The latest visits to a household in this campaign that were not voided, newest first, with those who
    went."""
    return session.scalars(
        select(Visit)
        .where(Visit.assignment_id == assignment_id, Visit.voided_at.is_(None))
        .options(joinedload(Visit.author), selectinload(Visit.companions).joinedload(VisitCompanion.member))
        .order_by(Visit.visited_at.desc(), Visit.id.desc())
        .limit(most)
    ).all()


def categories_of(session: Session, campaign_id: int) -> Sequence[Category]:
    """The active categories of a campaign in their order, with their units."""
    return session.scalars(
        select(Category)
        .where(Category.campaign_id == campaign_id, Category.active)
        .options(joinedload(Category.unit))
        .order_by(Category.position, Category.id)
    ).all()


def known_categories(session: Session, campaign_id: int, ids: Collection[int]) -> set[int]:
    """Of these ids those of the campaign's categories, also ones no longer offered."""
    if not ids:
        return set()
    return set(session.scalars(select(Category.id).where(Category.campaign_id == campaign_id, Category.id.in_(ids))))


def campaign_people(session: Session, campaign_id: int, ids: Collection[int]) -> set[int]:
    """Of these members those who are or were in a group of the campaign, or lead one."""
    if not ids:
        return set()
    in_groups = select(GroupMember.member_id).join(Group).where(Group.campaign_id == campaign_id)
    leading = select(RoleGrant.member_id).join(Group, Group.id == RoleGrant.group_id)
    named = select(AssignmentVisitor.member_id).join(Assignment).where(Assignment.campaign_id == campaign_id)
    return set(
        session.scalars(
            select(Member.id).where(
                Member.id.in_(ids),
                or_(
                    Member.id.in_(in_groups),
                    Member.id.in_(leading.where(Group.campaign_id == campaign_id)),
                    Member.id.in_(named),
                ),
            )
        )
    )


def feedback_elsewhere(session: Session, uuid: UUID, feedback: Collection[UUID]) -> set[UUID]:
    """Of these UUIDs of feedback those that belong to another visit than that of `uuid`."""
    if not feedback:
        return set()
    return set(
        session.scalars(
            select(Feedback.uuid)
            .join(Visit, Visit.id == Feedback.visit_id)
            .where(Feedback.uuid.in_(feedback), Visit.uuid != uuid)
        )
    )
