"""All that sharing out looks at, read at one time in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.distribute.levels import Held, Team, Town
from hengli_visits.assignments.distribute.pairing import Person
from hengli_visits.assignments.distribute.problem import NO_DOOR, House
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.assignments.scope import led
from hengli_visits.assignments.targets import covering_groups
from hengli_visits.assignments.ties import avoidances, experienced, last_visitors, near_villages
from hengli_visits.assignments.wishes import Wishes, kilometres, weight_of
from hengli_visits.members.leave import away_until
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    AssignmentVisitor,
    Campaign,
    Gender,
    Group,
    GroupMember,
    Household,
    Member,
)
from hengli_visits.orm import portions

GIVING = (
    AssignmentVerb.GIVE,
    AssignmentVerb.SHARE,
    AssignmentVerb.SWAP,
    AssignmentVerb.CLAIM,
    AssignmentVerb.HAND_OVER,
    AssignmentVerb.HAND_BACK,
    AssignmentVerb.UNDO,
)
"""Moves by which visitors come to a household."""


@dataclass(frozen=True)
class Snapshot:
    """The town, and what the words about a plan need: where each household to give was before, the names of members, who
    sits in the groups that are shared out, and who of all is left out: with the last day of their leave (None: open) or
    with their age."""

    town: Town
    before: Mapping[int, tuple[int | None, tuple[int, ...]]]
    names: Mapping[int, str]
    seated: frozenset[int] = frozenset()
    away: Mapping[int, date | None] = field(default_factory=dict)
    old: Mapping[int, int] = field(default_factory=dict)


def take(session: Session, actor: Actor, campaign: Campaign, wishes: Wishes) -> Snapshot:
    """Read what a share-out with these wishes looks at. Who goes to a household that is shared out again counts as who
    was there last time, so that it changes hands only where something more is gained. Of the groups asked for those are open that the actor leads;
    households without a group come in for a coordinator alone."""
    groups = _groups(session, campaign.id)
    chosen = set(wishes.groups)
    open_ = frozenset(
        row.id
        for row in groups
        if (row.id in chosen or row.parent_id in chosen) and (actor.is_coordinator or row.id in actor.led_groups)
    )
    rows = _assignments(session, campaign.id)
    visitors = _visitors(session, campaign.id)
    shared = _shared_out(session, campaign.id) if wishes.redo else {}
    mine = set(session.scalars(select(Assignment.id).where(led(actor), Assignment.campaign_id == campaign.id)))
    houses: list[tuple[Row[Any], int | None]] = []
    held: list[Held] = []
    for row in rows:
        members = visitors.get(row.id, ())
        in_scope = row.group_id in open_ or (row.group_id is None and wishes.homeless and actor.is_coordinator)
        free = not members or row.id in shared
        if row.id in mine and in_scope and free and row.state in OPEN_STATES:
            came_from = shared.get(row.id, row.group_id)
            houses.append((row, came_from if came_from in open_ else row.group_id))
        else:
            held.append(_held(row, members, wishes))
    seats = _seats(session, campaign.id)
    people, facts = _people(session, campaign, {member for members in seats.values() for member in members})
    away, old = away_until(session, facts, clock.today()), _old(facts, wishes)
    last = last_visitors(session, campaign.id, {row.household_id: row.id for row, _ in houses})
    apart, quarrels = avoidances(session, {row.household_id: row.id for row, _ in houses})
    partners = _partners(held)
    covers = covered_ids(session, campaign.id)
    able = {id_: tuple(m for m in members if m not in away and m not in old) for id_, members in seats.items()}
    return Snapshot(
        town=Town(
            houses=tuple(
                (_house(row, wishes, last.get(row.id, frozenset()) | frozenset(visitors.get(row.id, ()))), group_id)
                for row, group_id in houses
            ),
            teams=tuple(
                Team(row.id, row.parent_id, able.get(row.id, ()), covers.get(row.id, frozenset())) for row in groups
            ),
            people={
                id_: Person(
                    person.id, person.experienced, person.man, person.branch,
                    partners.get(id_, frozenset()), quarrels.get(id_, frozenset()),
                )
                for id_, person in people.items()
            },
            held=tuple(held),
            open=open_,
            near=near_villages(session, people),
            apart=apart,
        ),
        before={row.id: (row.group_id, visitors.get(row.id, ())) for row, _ in houses},
        names={id_: row.name for id_, row in facts.items()},
        seated=frozenset(member for id_ in open_ for member in seats.get(id_, ())),
        away=away,
        old=old,
    )  # fmt: skip


def _groups(session: Session, campaign_id: int) -> list[Group]:
    query = select(Group).where(Group.campaign_id == campaign_id).order_by(Group.position, Group.id)
    return list(session.scalars(query))


def _assignments(session: Session, campaign_id: int) -> Sequence[Any]:
    """The targets of a campaign with what their households count by, as plain rows: a town has 100,000."""
    query = (
        select(
            Assignment.id, Assignment.group_id, Assignment.state, Assignment.household_id,
            Household.kind, Household.category, Household.street_order, Household.door_number, Household.door,
            Household.latitude, Household.longitude, Household.area_id,
            Area.position, Area.latitude.label("centre_latitude"), Area.longitude.label("centre_longitude"),
        )
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None))
        .order_by(Assignment.id)
    )  # fmt: skip
    return session.execute(query).all()


def _weight(row: Row[Any], wishes: Wishes) -> int:
    ends = (row.latitude, row.longitude, row.centre_latitude, row.centre_longitude)
    measured = wishes.weights.far is not None and None not in ends
    return weight_of(row.kind, row.category, kilometres(*ends) if measured else None, wishes.weights)


def _visitors(session: Session, campaign_id: int) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for assignment_id, member_id in session.execute(
        select(AssignmentVisitor.assignment_id, AssignmentVisitor.member_id)
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(Assignment.campaign_id == campaign_id, Assignment.removed_at.is_(None))
        .order_by(AssignmentVisitor.assignment_id, AssignmentVisitor.position, AssignmentVisitor.member_id)
    ):
        found[assignment_id] = (*found.get(assignment_id, ()), member_id)
    return found


def _shared_out(session: Session, campaign_id: int) -> dict[int, int | None]:
    """Assignments whose visitors came by a share-out, with the group from which it took them: those that somebody gave by
    hand stay as they are."""
    last = (
        select(AssignmentMove.assignment_id, func.max(AssignmentMove.id).label("id"))
        .join(Assignment, Assignment.id == AssignmentMove.assignment_id)
        .where(Assignment.campaign_id == campaign_id, AssignmentMove.verb.in_(GIVING))
        .group_by(AssignmentMove.assignment_id)
        .subquery()
    )
    query = (
        select(AssignmentMove.assignment_id, AssignmentMove.before)
        .join(last, last.c.id == AssignmentMove.id)
        .where(AssignmentMove.verb == AssignmentVerb.SHARE)
    )
    return {id_: before.get("group") for id_, before in session.execute(query)}


def _held(row: Row[Any], members: tuple[int, ...], wishes: Wishes) -> Held:
    street = ((row.position, row.area_id), row.street_order)
    return Held(row.id, row.group_id, _weight(row, wishes), street, members)


def _house(row: Row[Any], wishes: Wishes, last: frozenset[int]) -> House:
    return House(
        village=(row.position, row.area_id),
        street=row.street_order,
        door_number=row.door_number or NO_DOOR,
        door=row.door,
        id=row.id,
        weight=_weight(row, wishes),
        last=last,
    )


def _seats(session: Session, campaign_id: int) -> dict[int, tuple[int, ...]]:
    """The active members of each group and team, in the order of the roster."""
    found: dict[int, tuple[int, ...]] = {}
    for group_id, member_id in session.execute(
        select(GroupMember.group_id, GroupMember.member_id)
        .join(Group, Group.id == GroupMember.group_id)
        .join(Member, Member.id == GroupMember.member_id)
        .where(Group.campaign_id == campaign_id, GroupMember.left_at.is_(None), Member.active)
        .order_by(GroupMember.group_id, GroupMember.id)
    ):
        found[group_id] = (*found.get(group_id, ()), member_id)
    return found


def _people(session: Session, campaign: Campaign, ids: Collection[int]) -> tuple[dict[int, Person], dict[int, Member]]:
    veterans = experienced(session, campaign.id)
    people: dict[int, Person] = {}
    facts: dict[int, Member] = {}
    for portion in portions(ids):
        for member in session.scalars(select(Member).where(Member.id.in_(portion))):
            man = None if member.gender is None else member.gender == Gender.MAN
            people[member.id] = Person(member.id, member.id in veterans, man, member.branch_id)
            facts[member.id] = member
    return people, facts


def _old(facts: Mapping[int, Member], wishes: Wishes) -> dict[int, int]:
    if wishes.oldest is None:
        return {}
    today = clock.today()
    ages = {
        id_: today.year - member.born.year - ((today.month, today.day) < (member.born.month, member.born.day))
        for id_, member in facts.items()
        if member.born is not None
    }
    return {id_: age for id_, age in ages.items() if age >= wishes.oldest}


def _partners(held: Iterable[Held]) -> dict[int, frozenset[int]]:
    """With whom each has households together that stay."""
    found: dict[int, set[int]] = defaultdict(set)
    for one in held:
        for member in one.members:
            found[member].update(other for other in one.members if other != member)
    return {id_: frozenset(others) for id_, others in found.items()}


def covered_ids(session: Session, campaign_id: int) -> dict[int, frozenset[int]]:
    """The ids of the areas that each top-level group covers, those below its areas included."""
    covering = covering_groups(session, campaign_id)
    if not covering:
        return {}
    areas = session.execute(select(Area.id, Area.path)).all()
    return {
        group_id: frozenset(row.id for row in areas if row.path.startswith(tuple(paths)))
        for group_id, paths in covering.items()
    }
