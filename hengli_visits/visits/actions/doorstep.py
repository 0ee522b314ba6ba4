"""A visit to a household that is in no book: household, task and visit in one transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hengli_visits.actor import Actor
from hengli_visits.assignments.queries import covered_villages
from hengli_visits.assignments.targets import brought_by, take_up
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.groups.queries import place_in
from hengli_visits.households.actions import add_at_door
from hengli_visits.models import Assignment, Household, Visit
from hengli_visits.orm import hold_keys
from hengli_visits.reader import Unfit
from hengli_visits.visits.actions.saving import Saved, put_visit
from hengli_visits.visits.content import VisitContent
from hengli_visits.visits.doorstep import Newcomer
from hengli_visits.visits.rules import may_revise
from hengli_visits.wording import N_


def put_visit_at_door(
    session: Session,
    actor: Actor,
    newcomer: Newcomer,
    uuid: UUID,
    content: VisitContent,
    *,
    based_on: int | None = None,
    client_now: datetime | None = None,
) -> Saved:
    """Save a visit, as `put_visit`, to a household that is in no book. The household (unlisted) and the actor's task
    there are made with it, once for its UUID: a retry, and a second visit, find them again. A visit that is known
    stays with its household, whatever is told of it now.

    Never refused because the campaign was closed or the actor left their group meanwhile. Missing for who never had a
    place in the campaign and for somebody else's UUIDs; `Unfit` for a village where the campaign does not go;
    Invalid (`household.uuid`) when the visit belongs to another household."""
    known = session.scalar(
        select(Visit).where(Visit.uuid == uuid).options(joinedload(Visit.assignment).joinedload(Assignment.household))
    )
    if known is None:
        ref = _task_at(session, actor, newcomer)
    else:
        require(may_revise(actor, known))
        if known.assignment.household.door_uuid != newcomer.uuid:
            raise Invalid(N_("这条走访记录属于另一户。"), field="household.uuid")
        ref = known.assignment_id
    return put_visit(session, actor, ref, uuid, content, based_on=based_on, client_now=client_now)


def _task_at(session: Session, actor: Actor, newcomer: Newcomer) -> int:
    """The task at this door: the one that the actor brought, or a new one."""
    hold_keys(session, f"door:{newcomer.uuid}")
    row = session.execute(
        select(Assignment.id, Assignment.campaign_id)
        .join(Household, Household.id == Assignment.household_id)
        .where(Household.door_uuid == newcomer.uuid)
        .order_by(Assignment.id)
    ).first()
    if row is None:
        return _new_task(session, actor, newcomer)
    require(brought_by(session, row.id) == actor.id)
    if row.campaign_id != newcomer.campaign:
        raise Unfit({"household.campaign": Invalid(N_("这一户已经记在另一次活动里。"))})
    return int(row.id)


def _new_task(session: Session, actor: Actor, newcomer: Newcomer) -> int:
    place = place_in(session, actor, newcomer.campaign)
    if place is None:
        raise Missing
    if newcomer.area not in {area.id for area in covered_villages(session, newcomer.campaign)}:
        raise Unfit({"household.area": Invalid(N_("请选择村(社区)。"))})
    household = add_at_door(
        session,
        actor,
        newcomer.uuid,
        area_id=newcomer.area,
        name=newcomer.name,
        street=newcomer.street,
        door=newcomer.door,
        phone=newcomer.phone,
        category=newcomer.category,
    )
    return take_up(session, actor, newcomer.campaign, household.id, place.group_id, stays=place.now)
