"""How much the visitors of a campaign have in hand: members, in the order of groups, teams and names, never of figures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import OPEN_STATES, late
from hengli_visits.assignments.scope import family, leads, led, visible
from hengli_visits.assignments.stale import seated, stale
from hengli_visits.models import Assignment, AssignmentState, AssignmentVisitor, Group, GroupMember, Member
from hengli_visits.orm import portions
from hengli_visits.paging import PAGE_SIZE, Page
from hengli_visits.search import name_clause
from hengli_visits.wording import N_, Word

Rows = Select[*tuple[Any, ...]]


class Which(Word):
    """Whose load is looked at."""

    ALL = "all", N_("全部")
    LEFT = "left", N_("还有剩的")
    LATE = "late", N_("有逾期的")
    STALE = "stale", N_("有久未走访的")
    GONE = "gone", N_("已离组的")


@dataclass(frozen=True)
class Sought:
    """Which members of a campaign somebody looks for: of a group with its teams or of a team, by what is left, by
    name."""

    campaign_id: int
    stale_days: int
    group_id: int | None = None
    which: Which = Which.ALL
    words: str = ""


@dataclass(frozen=True)
class Load:
    """What a member has in hand in a campaign, as far as the actor sees it, and in which group or team they are. `gone`
    of the households that are left belong to a group in which the member is no longer."""

    member: Member
    group: Group | None
    total: int = 0
    visited: int = 0
    unreachable: int = 0
    left: int = 0
    late: int = 0
    stale: int = 0
    gone: int = 0


FIGURES = ("total", "visited", "unreachable", "left", "late", "stale", "gone")


def _places(actor: Actor, sought: Sought) -> Subquery:
    """Each member for whom the actor answers once, with their group or team: who is in one now; and who is in none of
    them any more but still visits a household of one."""
    seats = (
        select(GroupMember.member_id, GroupMember.group_id, literal(0).label("kind"))
        .join(Member, Member.id == GroupMember.member_id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(Group.campaign_id == sought.campaign_id, GroupMember.left_at.is_(None), Member.active)
        .where(leads(actor))
    )
    hands = (
        select(AssignmentVisitor.member_id, Assignment.group_id, literal(1).label("kind"))
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(Assignment.campaign_id == sought.campaign_id, Assignment.removed_at.is_(None), led(actor))
    )
    if sought.group_id is not None:
        within = family(sought.group_id)
        seats = seats.where(GroupMember.group_id.in_(within))
        hands = hands.where(Assignment.group_id.in_(within))
    found = union_all(seats, hands).subquery()
    rank = func.row_number().over(partition_by=found.c.member_id, order_by=(found.c.kind, found.c.group_id))
    ranked = select(found.c.member_id, found.c.group_id, rank.label("rank")).subquery()
    # A literal: told by a parameter, SQLite expects next to nothing here and reads the figures anew for each member.
    return select(ranked.c.member_id, ranked.c.group_id).where(ranked.c.rank == literal_column("1")).subquery()


def _figures(actor: Actor, sought: Sought, places: Subquery) -> Subquery:
    """What the households of each visitor add up to, one row per member."""
    open_ = Assignment.state.in_(OPEN_STATES)
    marks = {
        "visited": Assignment.state == AssignmentState.VISITED,
        "unreachable": Assignment.state == AssignmentState.UNREACHABLE,
        "left": open_,
        "late": late(clock.today()),
        "stale": stale(clock.now(), sought.stale_days),
        "gone": and_(open_, ~seated(AssignmentVisitor)),
    }
    counted = [func.sum(case((clause, 1), else_=0)).label(name) for name, clause in marks.items()]
    query = (
        select(AssignmentVisitor.member_id, func.count(Assignment.id).label("total"), *counted)
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(Assignment.campaign_id == sought.campaign_id, visible(actor))
        .group_by(AssignmentVisitor.member_id)
    )
    if sought.group_id is not None:
        query = query.where(AssignmentVisitor.member_id.in_(select(places.c.member_id)))
    return query.subquery()


@dataclass(frozen=True)
class _Parts:
    """The parts of every query of loads: places and figures, and what the figures say of each `Which`."""

    places: Subquery
    figures: Subquery

    def where(self, which: Which) -> ColumnElement[bool]:
        """Members of this kind."""
        return true() if which is Which.ALL else func.coalesce(self.figures.c[which.value], 0) > 0

    def of(self, query: Rows, words: str) -> Rows:
        """Join a query of members to both, narrowed by name."""
        query = query.select_from(self.places).join(Member, Member.id == self.places.c.member_id)
        query = query.outerjoin(self.figures, self.figures.c.member_id == Member.id)
        return query.where(name_clause(Member, words)) if words else query


def _parts(actor: Actor, sought: Sought) -> _Parts:
    places = _places(actor, sought)
    return _Parts(places, _figures(actor, sought, places))


def _listed(parts: _Parts, words: str, *who: Any) -> Rows:
    """Whom, by default the member and the group or team, with the figures."""
    team, top = aliased(Group), aliased(Group)
    columns = [func.coalesce(parts.figures.c[name], 0).label(name) for name in FIGURES]
    return (
        parts.of(select(*(who or (Member, team)), *columns), words)
        .outerjoin(team, team.id == parts.places.c.group_id)
        .outerjoin(top, top.id == func.coalesce(team.parent_id, team.id))
        .order_by(top.id.is_(None), top.position, top.id, team.parent_id.is_not(None), team.position, team.id)
        .order_by(Member.pinyin, Member.id)
    )


def _loads(session: Session, query: Rows) -> Iterator[Load]:
    for member, group, *numbers in session.execute(query):
        yield Load(member, group, **dict(zip(FIGURES, map(int, numbers), strict=True)))


@dataclass(frozen=True)
class Loads:
    """A page of loads, and how many members each `Which` would show."""

    page: Page[Load]
    counts: dict[Which, int]


def page_of_loads(session: Session, actor: Actor, sought: Sought, number: int, size: int = PAGE_SIZE) -> Loads:
    """A page of the members for whom the actor answers; a number beyond the end gives the last page. Three queries: the
    figures of all of them are added up once, for the numbers and for the page."""
    parts = _parts(actor, sought)
    rows = session.execute(_listed(parts, sought.words, Member.id, parts.places.c.group_id)).all()
    shown = {which: [row for row in rows if which is Which.ALL or getattr(row, which.value)] for which in Which}
    counts = {which: len(found) for which, found in shown.items()}
    total = counts[sought.which]
    number = min(max(1, number), max(1, -(-total // size)))
    wanted = shown[sought.which][(number - 1) * size : number * size]
    return Loads(Page(_named(session, wanted), number, total, size), counts)


def _named(session: Session, rows: Sequence[Any]) -> list[Load]:
    """Loads out of the ids of members and groups with the figures. Two queries."""
    people = session.scalars(select(Member).where(Member.id.in_([row.id for row in rows])))
    teams = session.scalars(select(Group).where(Group.id.in_({row.group_id for row in rows})))
    members, groups = {member.id: member for member in people}, {group.id: group for group in teams}
    return [
        Load(members[row.id], groups.get(row.group_id), **{name: int(getattr(row, name)) for name in FIGURES})
        for row in rows
    ]


def all_loads(session: Session, actor: Actor, sought: Sought) -> list[Load]:
    """All that `page_of_loads` would show on its pages. One query."""
    parts = _parts(actor, sought)
    return list(_loads(session, _listed(parts, sought.words).where(parts.where(sought.which))))


def loads_of(session: Session, actor: Actor, sought: Sought, member_ids: Iterable[int]) -> list[Load]:
    """The loads of these members, as far as the actor answers for them. One query."""
    query = _listed(_parts(actor, sought), "")
    return [load for ids in portions(member_ids) for load in _loads(session, query.where(Member.id.in_(ids)))]
