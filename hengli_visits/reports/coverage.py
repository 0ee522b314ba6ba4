"""How far a campaign has come: its assignments counted in the database, one query per figure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from hengli_visits.assignments.finding import visited_on, visited_within
from hengli_visits.assignments.tasks import Only, only_clause
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Group,
    GroupMember,
    Household,
    Member,
    Outcome,
)
from hengli_visits.reports.counting import Count, Coverage, CoverageRow, Where
from hengli_visits.reports.span import Span

TASKS = Where("assignments.index")
Scope = ColumnElement[bool]
"""Which assignments count: those of one campaign that the actor may see."""


@dataclass(frozen=True)
class Totals:
    """Assignments in all, and of each village in the town's order; those visited today, and in the period that is asked for (`within`); those that want a leader's
    hand, each once (`wanted`) and by what they want; and those with an outcome, by that of their latest visit."""

    coverage: Coverage
    villages: list[CoverageRow]
    today: Count
    within: Count
    wanted: int
    wanting: list[tuple[Only, Count]]
    outcomes: list[tuple[Outcome, Count]]


def _states() -> list[ColumnElement[int]]:
    counts = [func.count(Assignment.id).filter(Assignment.state == s).label(s.value) for s in AssignmentState]
    return [func.count(Assignment.id).label("total"), *counts]


Numbers = Mapping[Any, Any]
"""A row of counts by the names of its columns."""


def _coverage(numbers: Numbers, where: Where) -> Coverage:
    by_state = {s: Count(numbers[s.value] or 0, where & {"state": s.value}) for s in AssignmentState}
    return Coverage(
        total=Count(numbers["total"] or 0, where),
        visited=by_state[AssignmentState.VISITED],
        again=by_state[AssignmentState.AGAIN],
        unreachable=by_state[AssignmentState.UNREACHABLE],
        waiting=by_state[AssignmentState.WAITING],
    )


def totals(
    session: Session, scope: Scope, where: Where, today: date, stale_days: int | None, span: Span | None = None
) -> Totals:
    """All assignments of a scope by village, state and outcome, and those that want a leader's hand, left out
    without `stale_days`: to find them costs more than all the rest. One query."""
    since, until = (span.since, span.until) if span else (None, None)
    clauses = {"today": visited_on(today), "within": visited_within(since, until)}
    hands = {} if stale_days is None else {only: only_clause(only, stale_days) for only in Only}
    clauses |= {"wanted": or_(false(), *hands.values())}
    clauses |= {f"only_{only.value}": clause for only, clause in hands.items()}
    columns = [func.count(Assignment.id).filter(clause).label(name) for name, clause in clauses.items()]
    rows = _by_village(session, scope, columns)
    number = _sum(rows, *clauses)
    states = Counter[str]()
    villages: dict[tuple[int, str], Counter[str]] = {}
    last = Counter[str]()
    for row in rows:
        counted = {"total": row["n"], row["state"].value: row["n"]}
        states.update(counted)
        villages.setdefault((row["id"], row["name"]), Counter()).update(counted)
        last[row["last_outcome"] or ""] += row["n"]
    return Totals(
        coverage=_coverage(states, where),
        villages=[CoverageRow(name, _coverage(one, where & {"area": id_})) for (id_, name), one in villages.items()],
        today=Count(number["today"], where & {"day": today.isoformat()}),
        within=Count(number["within"], where & _days(since, until) & {"state": AssignmentState.VISITED.value}),
        wanted=number["wanted"],
        wanting=[(only, Count(number[f"only_{only.value}"], where & {"only": only.value})) for only in hands],
        outcomes=[(o, Count(last[o.value], where & {"outcome": o.value})) for o in Outcome],
    )


def _by_village(session: Session, scope: Scope, columns: Iterable[ColumnElement[int]]) -> Sequence[Numbers]:
    """Assignments counted (`n`, and by `columns`) by village in the town's order, state and latest outcome."""
    kinds = (Household.area_id, Assignment.state, Assignment.last_outcome)
    counted = (
        select(*kinds, func.count().label("n"), *columns)
        .select_from(Assignment)
        .join(Household, Household.id == Assignment.household_id)
        .where(scope)
        .group_by(*kinds)
        .subquery()
    )
    query = select(Area.id, Area.name, counted).join(counted, counted.c.area_id == Area.id)
    return session.execute(query.order_by(Area.position, Area.id)).mappings().all()


def _days(since: date | None, until: date | None) -> dict[str, int | str]:
    return {name: day.isoformat() for name, day in (("since", since), ("until", until)) if day is not None}


def _sum(rows: Iterable[Numbers], *names: str) -> dict[str, int]:
    """Rows of counts added up, by default those of the states."""
    rows = list(rows)
    names = names or ("total", *(s.value for s in AssignmentState))
    return {name: sum(row[name] or 0 for row in rows) for name in names}


def by_group(
    session: Session, scope: Scope, where: Where, campaign_id: int, shown: Collection[int] | None
) -> list[CoverageRow]:
    """Coverage of groups in their order, a group's teams counted with it. `shown` names the groups and teams that get
    a row (teams below their group); None: every group, without its teams. One query."""
    counted = select(Assignment.group_id, *_states()).where(scope).group_by(Assignment.group_id).subquery()
    numbers = [column for column in counted.c if column.name != "group_id"]
    rows = session.execute(
        select(Group.id, Group.name, Group.parent_id, *numbers)
        .outerjoin(counted, counted.c.group_id == Group.id)
        .where(Group.campaign_id == campaign_id)
        .order_by(Group.position, Group.id)
    ).mappings()
    teams: dict[int | None, list[Numbers]] = {}
    for row in rows:
        teams.setdefault(row["parent_id"], []).append(row)
    found: list[CoverageRow] = []
    for top in teams.get(None, []):
        own = teams.get(top["id"], [])
        wanted = shown is None or top["id"] in shown
        if wanted:
            found.append(CoverageRow(top["name"], _coverage(_sum((top, *own)), where & {"group": top["id"]})))
        found += [
            CoverageRow(team["name"], _coverage(team, where & {"group": team["id"]}), inner=wanted)
            for team in own
            if shown is not None and team["id"] in shown
        ]
    return found


def by_member(
    session: Session, scope: Scope, where: Where, campaign_id: int, groups: Collection[int]
) -> list[CoverageRow]:
    """Coverage of each visitor of these groups (also of those with nothing yet), by name, never by number. One
    query."""
    ids = sorted(groups)
    members = (
        select(GroupMember.member_id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(GroupMember.group_id.in_(ids), Group.campaign_id == campaign_id, GroupMember.left_at.is_(None))
    )
    tasks = (
        select(AssignmentVisitor.member_id, Assignment.id, Assignment.state)
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(scope)
        .subquery()
    )
    states = [func.count(tasks.c.id).filter(tasks.c.state == s).label(s.value) for s in AssignmentState]
    rows = session.execute(
        select(Member.id, Member.name, func.count(tasks.c.id).label("total"), *states)
        .outerjoin(tasks, tasks.c.member_id == Member.id)
        .where(or_(Member.id.in_(members), Member.id.in_(_visiting(scope, ids))))
        .group_by(Member.id, Member.name, Member.pinyin)
        .order_by(Member.pinyin, Member.name, Member.id)
    ).mappings()
    return [CoverageRow(row["name"], _coverage(row, where & {"visitor": row["id"]})) for row in rows]


def _visiting(scope: Scope, groups: Collection[int]) -> Any:
    return (
        select(AssignmentVisitor.member_id)
        .join(Assignment, Assignment.id == AssignmentVisitor.assignment_id)
        .where(scope, Assignment.group_id.in_(groups))
    )
