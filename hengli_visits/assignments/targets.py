"""Putting households on a campaign's list, many at a time, each with the group that covers its area."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.changes import Change, Held, write, write_moves
from hengli_visits.assignments.rules import group_of_area
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentMove,
    AssignmentState,
    AssignmentVerb,
    Group,
    Household,
    HouseholdKind,
    group_areas,
)
from hengli_visits.orm import portions


def covering_groups(session: Session, campaign_id: int) -> dict[int, list[str]]:
    """The area paths that each top-level group of a campaign covers."""
    found: dict[int, list[str]] = {}
    for group_id, path in session.execute(
        select(group_areas.c.group_id, Area.path)
        .join(Area, Area.id == group_areas.c.area_id)
        .join(Group, Group.id == group_areas.c.group_id)
        .where(Group.campaign_id == campaign_id, Group.parent_id.is_(None))
        .order_by(group_areas.c.group_id)
    ):
        found.setdefault(group_id, []).append(path)
    return found


def add_targets(session: Session, actor: Actor, campaign_id: int, household_ids: Iterable[int]) -> int:
    """Insert the households that are no targets yet, bring removed ones back, leave a TARGET move for each, and return
    how many. The caller holds the campaign's row, so that nobody adds the same at the same time."""
    covering = covering_groups(session, campaign_id)
    return sum(_add(session, actor, campaign_id, covering, portion) for portion in portions(household_ids))


def _add(
    session: Session, actor: Actor, campaign_id: int, covering: Mapping[int, Sequence[str]], household_ids: list[int]
) -> int:
    known = {
        row.household_id: row
        for row in session.execute(
            select(Assignment.household_id, Assignment.id, Assignment.removed_at).where(
                Assignment.campaign_id == campaign_id, Assignment.household_id.in_(household_ids)
            )
        )
    }
    back = sorted(row.id for row in known.values() if row.removed_at is not None)
    households = session.execute(
        select(Household.id, Area.path)
        .join(Area, Area.id == Household.area_id)
        .where(Household.id.in_(household_ids), Household.removed_at.is_(None))
        .order_by(Household.id)
    ).all()
    fresh = [
        {
            "campaign_id": campaign_id,
            "household_id": row.id,
            "group_id": group_of_area(row.path, covering),
            "state": AssignmentState.WAITING,
            "created_at": clock.now(),
        }
        for row in households
        if row.id not in known
    ]
    steps: list[tuple[int, dict[str, Any], dict[str, Any]]] = [(id_, {"removed": True}, {}) for id_ in back]
    if back:
        session.execute(update(Assignment).where(Assignment.id.in_(back)).values(removed_at=None))
    if fresh:
        made = session.execute(insert(Assignment).returning(Assignment.id, Assignment.group_id), fresh)
        steps += [(row.id, {}, {"group": row.group_id}) for row in made]
    write_moves(session, actor, AssignmentVerb.TARGET, steps)
    return len(steps)


def take_up(session: Session, actor: Actor, campaign_id: int, household_id: int, group_id: int, *, stays: bool) -> int:
    """Make a household that the actor found at the door a target, in their group and with them as its visitor; returns
    the assignment's id. Who does not stay, because they have left that group, has it no more when this is done: it
    waits for its leader. Leaves a TARGET, a GIVE and then also a TAKE_BACK move. The caller has checked that the actor
    may, and that the household is new."""
    assignment = Assignment(
        campaign_id=campaign_id,
        household_id=household_id,
        group_id=group_id,
        state=AssignmentState.WAITING,
        created_at=clock.now(),
    )
    session.add(assignment)
    session.flush()
    write_moves(session, actor, AssignmentVerb.TARGET, [(assignment.id, {}, {"group": group_id})])
    held = Held(assignment.id, campaign_id, group_id, None, AssignmentState.WAITING)
    write(session, actor, AssignmentVerb.GIVE, [Change(held, group_id, None, (actor.id,))])
    if not stays:
        given = replace(held, visitors=(actor.id,))
        write(session, actor, AssignmentVerb.TAKE_BACK, [Change(given, group_id, None, ())])
    return assignment.id


def brought_by(session: Session, assignment_id: int) -> int | None:
    """Who made a household a target first (member id); None for the program itself."""
    return session.scalar(
        select(AssignmentMove.actor_id)
        .where(AssignmentMove.assignment_id == assignment_id, AssignmentMove.verb == AssignmentVerb.TARGET)
        .order_by(AssignmentMove.id)
        .limit(1)
    )


@dataclass(frozen=True)
class Selection:
    """Which households a coordinator looks at: of these villages, kinds and categories; an empty tuple of kinds or
    categories means any."""

    area_ids: tuple[int, ...] = ()
    kinds: tuple[HouseholdKind, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Village:
    """A village with the number of its households, and of those that are targets."""

    id: int
    name: str
    households: int
    targets: int


def _selected(selection: Selection) -> ColumnElement[bool]:
    clauses = [Household.removed_at.is_(None), Household.area_id.in_(selection.area_ids)]
    if selection.kinds:
        clauses.append(Household.kind.in_(selection.kinds))
    if selection.categories:
        clauses.append(Household.category.in_(selection.categories))
    return and_(*clauses)


def selected_households(session: Session, selection: Selection) -> list[int]:
    """The ids of the households of a selection."""
    return list(session.scalars(select(Household.id).where(_selected(selection)).order_by(Household.id)))


def selected_targets(session: Session, campaign_id: int, selection: Selection) -> list[int]:
    """The ids of the assignments of a campaign whose households are in a selection."""
    query = (
        select(Assignment.id)
        .join(Household, Household.id == Assignment.household_id)
        .where(_selected(selection), Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None))
    )
    return list(session.scalars(query.order_by(Assignment.id)))


def villages(session: Session, campaign_id: int) -> list[Village]:
    """The villages that have households, with how many are targets of the campaign."""
    is_target = (Assignment.household_id == Household.id) & (Assignment.campaign_id == campaign_id)
    rows = session.execute(
        select(Area.id, Area.name, func.count(Household.id).label("households"), func.count(Assignment.id).label("in"))
        .join(Household, Household.area_id == Area.id)
        .outerjoin(Assignment, is_target & Assignment.removed_at.is_(None))
        .where(Household.removed_at.is_(None))
        .group_by(Area.id, Area.name, Area.position)
        .order_by(Area.position, Area.id)
    )
    return [Village(row[0], row[1], row[2], row[3]) for row in rows]


def categories(session: Session) -> list[tuple[str, int]]:
    """The categories of households with how many each has."""
    rows = session.execute(
        select(Household.category, func.count())
        .where(Household.removed_at.is_(None), Household.category != "")
        .group_by(Household.category)
        .order_by(func.count().desc(), Household.category)
    )
    return [(row[0], row[1]) for row in rows]
