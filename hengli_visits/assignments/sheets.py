"""走访单: walk lists on paper, a sheet for each pair of visitors. They hold what leads to a door and nothing of what was
said behind it: no phone number, no earlier words, no remarks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from hengli_visits import audit
from hengli_visits.actor import Actor
from hengli_visits.assignments import keycodes
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.assignments.rounds import my_campaigns
from hengli_visits.assignments.rules import may_assign, may_visit
from hengli_visits.assignments.scope import family, led, own
from hengli_visits.assignments.tasks import campaigns_with_tasks
from hengli_visits.assignments.walks import in_walking_order
from hengli_visits.members.names import names_of
from hengli_visits.models import Assignment, AssignmentVisitor, Campaign, Group, Household

ROWS_PER_PAGE = 12
"""Lines of one A4 page, with room to write by hand."""
SPARE_ROWS = 2
"""Empty lines for households that are on no list, as far as the last page has room."""
MOST_SHEETS = 300

Pair = tuple[int, ...]
"""The ids of those who go together, ascending."""


@dataclass(frozen=True)
class Party:
    """Those who go together (id and name, in their order), with how many households they have: all, and those where
    somebody still has to go."""

    pair: Pair
    people: tuple[tuple[int, str], ...]
    group: str
    total: int
    open: int

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(name for _id, name in self.people)

    @property
    def key(self) -> str:
        """The pair as one value of a form: 12-15."""
        return write_pair(self.pair)


@dataclass(frozen=True)
class Line:
    """One line of a sheet: its number, the key code, the household of the assignment. Without an assignment: empty."""

    number: int | None
    code: str
    assignment: Assignment | None


@dataclass(frozen=True)
class Sheet:
    """What one pair takes along, by pages."""

    party: Party
    pages: Sequence[Sequence[Line]]


def write_pair(pair: Iterable[int]) -> str:
    """A pair as one value of an address or a form."""
    return "-".join(str(id_) for id_ in sorted(pair))


def read_pair(text: str) -> Pair | None:
    """The other way round; None for what is no pair."""
    parts = text.split("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        return None
    return tuple(sorted({int(part) for part in parts}))


def sheet_campaigns(session: Session, actor: Actor) -> list[Campaign]:
    """The campaigns in which the actor may print walk lists: those where they lead or visit, running ones first."""
    found = campaigns_with_tasks(session, actor) if may_assign(actor) else []
    mine = my_campaigns(session, actor) if may_visit(actor) else []
    return found + [campaign for campaign in mine if campaign not in found]


def printable(actor: Actor, campaign_id: int, group_id: int | None = None) -> ColumnElement[bool]:
    """Assignments that the actor may print: one's own, and those about which one decides, of one group
    and its teams where a group is named."""
    theirs = led(actor)
    if group_id is not None:
        theirs &= Assignment.group_id.in_(family(group_id))
    return (Assignment.campaign_id == campaign_id) & Assignment.removed_at.is_(None) & or_(theirs, own(actor))


def parties(session: Session, scope: ColumnElement[bool]) -> list[Party]:
    """Those who go together somewhere in the scope, by the order of their groups. Three queries."""
    seat = aliased(AssignmentVisitor)
    rows = session.execute(
        select(seat.assignment_id, seat.member_id, Assignment.state, Assignment.group_id)
        .join(Assignment, Assignment.id == seat.assignment_id)
        .where(scope)
        .order_by(seat.assignment_id, seat.position)
    ).all()
    members: dict[int, list[int]] = {}
    for row in rows:
        members.setdefault(row.assignment_id, []).append(row.member_id)
    states = {row.assignment_id: (row.group_id, row.state) for row in rows}
    people = names_of(session, {row.member_id for row in rows})
    groups = _groups(session, {group_id for group_id, _state in states.values() if group_id is not None})
    together: dict[Pair, list[int]] = {}
    for assignment_id, ids in members.items():
        together.setdefault(tuple(sorted(ids)), []).append(assignment_id)
    found = [
        Party(
            pair=pair,
            people=tuple((id_, people[id_]) for id_ in members[ids[0]]),
            group=_common({groups[group_id][1] for id_ in ids if (group_id := states[id_][0]) in groups}),
            total=len(ids),
            open=sum(states[id_][1] in OPEN_STATES for id_ in ids),
        )
        for pair, ids in together.items()
    ]
    place = {name: order for order, name in groups.values()}
    return sorted(found, key=lambda party: (place.get(party.group, (0, 0)), party.pair))


def _groups(session: Session, ids: Collection[int]) -> Mapping[int, tuple[tuple[int, int], str]]:
    rows = session.execute(select(Group.id, Group.position, Group.name).where(Group.id.in_(ids))) if ids else ()
    return {row.id: ((row.position, row.id), row.name) for row in rows}


def _common(names: Collection[str]) -> str:
    return "、".join(sorted(names)[:2])


def sheets(
    session: Session, scope: ColumnElement[bool], chosen: Sequence[Party], *, every: bool = False
) -> list[Sheet]:
    """The sheets of these pairs: households where somebody still has to go, or all with `every`, in walking order.
    Pairs who have none are left out."""
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.household)
        .join(Household.area)
        .where(scope, _of_anybody(chosen), *(() if every else (Assignment.state.in_(OPEN_STATES),)))
        .options(
            contains_eager(Assignment.household).contains_eager(Household.area),
            selectinload(Assignment.visitors),
        )
    ).unique()
    by_pair: dict[Pair, list[Assignment]] = {party.pair: [] for party in chosen}
    for row in rows:
        pair = tuple(sorted(visitor.member_id for visitor in row.visitors))
        if pair in by_pair:
            by_pair[pair].append(row)
    return [Sheet(party, _pages(by_pair[party.pair])) for party in chosen if by_pair[party.pair]]


def _of_anybody(chosen: Sequence[Party]) -> ColumnElement[bool]:
    ids = sorted({party.pair[0] for party in chosen})
    return exists().where(AssignmentVisitor.assignment_id == Assignment.id, AssignmentVisitor.member_id.in_(ids))


def _pages(assignments: Iterable[Assignment]) -> list[list[Line]]:
    lines = [
        Line(number, keycodes.write(one.id), one) for number, one in enumerate(in_walking_order(assignments), start=1)
    ]
    room = -len(lines) % ROWS_PER_PAGE
    lines += [Line(None, "", None)] * min(room, SPARE_ROWS)
    return [lines[start : start + ROWS_PER_PAGE] for start in range(0, len(lines), ROWS_PER_PAGE)]


def note_printing(session: Session, actor: Actor, campaign: Campaign, made: Sequence[Sheet]) -> None:
    """Note in the audit trail who made sheets of which pairs, with how many households."""
    audit.record(
        session,
        actor,
        "sheet.print",
        "campaign",
        campaign.id,
        pairs=[sheet.party.key for sheet in made],
        households=sum(line.assignment is not None for sheet in made for page in sheet.pages for line in page),
    )
