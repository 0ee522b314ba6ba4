"""The board of a group: its households beside those who go there, in columns."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from hengli_visits.actor import Actor
from hengli_visits.assignments.exchange import Hands
from hengli_visits.assignments.finding import OPEN_STATES, WALK
from hengli_visits.assignments.scope import led
from hengli_visits.members.names import names_of
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    Group,
    GroupMember,
    Household,
    Member,
)

MOST_CARDS = 1200
"""So many households at most are laid out on one page; with more of them one takes a team at a time."""


@dataclass(frozen=True)
class Seat:
    """A member's place in a group or team, in the order of the roster."""

    member_id: int
    name: str
    group_id: int


@dataclass(frozen=True)
class Column:
    """Those who go together, with the households that they still have to visit in walking order, how many they have
    visited, and how many cannot be. `present`: all of them belong to the group, so that they can get more."""

    members: Hands
    names: tuple[str, ...]
    group: str
    rows: tuple[Assignment, ...] = ()
    visited: int = 0
    unreachable: int = 0
    present: bool = True

    @property
    def title(self) -> str:
        """Their names in one line."""
        return "、".join(self.names)

    @property
    def people(self) -> list[tuple[int, str]]:
        """Each of them with the name."""
        return list(zip(self.members, self.names, strict=True))


@dataclass(frozen=True)
class Board:
    """A group's columns, the households to which nobody goes yet, how many there are to lay out in all, and whether
    those are too many for one page (then there are no columns)."""

    columns: Sequence[Column]
    free: Sequence[Assignment]
    total: int
    too_many: bool = False

    @property
    def visitors(self) -> dict[int, Hands]:
        """The visitors of each household that is laid out."""
        found: dict[int, Hands] = {row.id: () for row in self.free}
        return found | {row.id: hands_of(row) for column in self.columns for row in column.rows}

    @property
    def sides(self) -> list[tuple[Hands, str, int]]:
        """Who can change places with whom: those of the columns, and each who goes with others alone; with how many
        households that is about."""
        present = [column for column in self.columns if column.present]
        found = {column.members: (column.title, len(column.rows)) for column in present}
        in_pairs = [pair for column in present if len(column.members) > 1 for pair in column.people]
        for member_id, name in in_pairs:
            found[member_id,] = name, sum(len(one.rows) for one in self.columns if member_id in one.members)
        return [(members, title, count) for members, (title, count) in found.items()]


def hands_of(row: Assignment) -> Hands:
    """The member ids of those who go to a household, in their order."""
    return tuple(visitor.member_id for visitor in row.visitors)


def get_board(session: Session, actor: Actor, family: Sequence[Group]) -> Board:
    """The board of a group with those of its teams that the actor leads (`family`, the group first): households, as far
    as the actor decides about them, with household, area and visitors. Five queries, however many there are."""
    ids = sorted(group.id for group in family)
    scope = (led(actor), Assignment.group_id.in_(ids), Assignment.removed_at.is_(None))
    total = session.scalar(select(func.count(Assignment.id)).where(*scope, Assignment.state.in_(OPEN_STATES))) or 0
    if total > MOST_CARDS:
        return Board([], [], total, too_many=True)
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(*scope)
        .options(
            contains_eager(Assignment.household).contains_eager(Household.area),
            selectinload(Assignment.visitors),
        )
        .order_by(*WALK)
    ).all()
    seats = _seats(session, ids)
    outside = {id_ for row in rows for id_ in hands_of(row)} - {seat.member_id for seat in seats}
    columns = lay_out(family, seats, names_of(session, outside), rows)
    free = [row for row in rows if not row.visitors and row.state in OPEN_STATES]
    return Board(columns, free, total)


def _seats(session: Session, group_ids: Sequence[int]) -> list[Seat]:
    rows = session.execute(
        select(Member.id, Member.name, GroupMember.group_id)
        .join(GroupMember, GroupMember.member_id == Member.id)
        .where(GroupMember.group_id.in_(group_ids), GroupMember.left_at.is_(None), Member.active)
        .order_by(GroupMember.id)
    )
    return [Seat(row.id, row.name, row.group_id) for row in rows]


def lay_out(
    family: Sequence[Group], seats: Sequence[Seat], gone: dict[int, str], rows: Iterable[Assignment]
) -> list[Column]:
    """The columns: each set of people who go together, and each member who goes to nobody yet; team by team, in the
    order of the roster, those with somebody who has left the group (`gone`: names) at the end."""
    place = {group.id: number for number, group in enumerate(family)}
    line = sorted(seats, key=lambda seat: place[seat.group_id])
    rank = {seat.member_id: (number, seat) for number, seat in reversed(list(enumerate(line)))}
    names = gone | {seat.member_id: seat.name for seat in seats}
    several = len({seat.group_id for seat in seats}) > 1
    team = {group.id: group.name for group in family}

    def column(members: Hands) -> Column:
        members = tuple(sorted(members, key=lambda member_id: rank.get(member_id, (len(line), None))[0]))
        here = [rank[member_id][1] for member_id in members if member_id in rank]
        present = len(here) == len(members)
        group = team[here[0].group_id] if several and present else ""
        return Column(members, tuple(names.get(id_, "") for id_ in members), group, present=present)

    open_rows: dict[frozenset[int], list[Assignment]] = {}
    visited: Counter[frozenset[int]] = Counter()
    unreachable: Counter[frozenset[int]] = Counter()
    found: dict[frozenset[int], Column] = {}
    for row in rows:
        members = hands_of(row)
        if not members:
            continue
        key = frozenset(members)
        found.setdefault(key, column(members))
        if row.state in OPEN_STATES:
            open_rows.setdefault(key, []).append(row)
        visited[key] += row.state == AssignmentState.VISITED
        unreachable[key] += row.state == AssignmentState.UNREACHABLE
    busy = {id_ for key in found for id_ in key}
    for seat in line:
        if seat.member_id not in busy:
            found.setdefault(frozenset({seat.member_id}), column((seat.member_id,)))
    filled = [
        replace(one, rows=tuple(open_rows.get(key, ())), visited=visited[key], unreachable=unreachable[key])
        for key, one in found.items()
    ]
    return sorted(
        filled, key=lambda one: (not one.present, min((rank[m][0] for m in one.members if m in rank), default=0))
    )
