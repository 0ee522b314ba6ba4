"""What ties members to households and to each other: near, there last time, kept apart."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import and_, func, select, union
from sqlalchemy.orm import Session, aliased

from hengli_visits.assignments.avoidances import in_force
from hengli_visits.models import Assignment, Member, Organisation, Visit, VisitCompanion
from hengli_visits.orm import portions


def near_villages(session: Session, ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """For each member the ids of the villages that are near to them: their own, and the one of their branch."""
    found: dict[int, frozenset[int]] = {}
    for portion in portions(ids):
        for row in session.execute(
            select(Member.id, Member.area_id, Organisation.area_id.label("branch_area_id"))
            .outerjoin(Organisation, Organisation.id == Member.branch_id)
            .where(Member.id.in_(portion))
        ):
            found[row.id] = frozenset(area for area in (row.area_id, row.branch_area_id) if area is not None)
    return found


def experienced(session: Session, campaign_id: int) -> set[int]:
    """Who has visited in another campaign, or gone along."""
    past = and_(Visit.campaign_id != campaign_id, Visit.voided_at.is_(None))
    authors = select(Visit.author_id).where(past)
    companions = select(VisitCompanion.member_id).join(Visit, Visit.id == VisitCompanion.visit_id).where(past)
    return set(session.scalars(union(authors, companions)))


def last_visitors(session: Session, campaign_id: int, ids: Mapping[int, int]) -> dict[int, frozenset[int]]:
    """For each assignment (by the id of its household) those who called there on the latest visit of another campaign,
    together with who went along."""
    past = aliased(Assignment)
    rank = func.row_number().over(partition_by=past.household_id, order_by=(Visit.visited_at.desc(), Visit.id.desc()))
    ranked = (
        select(Visit.id.label("visit_id"), Visit.author_id, past.household_id, rank.label("rank"))
        .join(past, past.id == Visit.assignment_id)
        .where(Visit.campaign_id != campaign_id, Visit.voided_at.is_(None))
        .subquery()
    )
    latest = select(ranked).where(ranked.c.rank == 1).subquery()
    authors = select(latest.c.household_id, latest.c.author_id.label("member_id"))
    companions = select(latest.c.household_id, VisitCompanion.member_id).join(
        VisitCompanion, VisitCompanion.visit_id == latest.c.visit_id
    )
    found: dict[int, set[int]] = defaultdict(set)
    for household_id, member_id in session.execute(union(authors, companions)):
        if household_id in ids:
            found[ids[household_id]].add(member_id)
    return {id_: frozenset(members) for id_, members in found.items()}


def avoidances(session: Session, ids: Mapping[int, int]) -> tuple[dict[int, frozenset[int]], dict[int, frozenset[int]]]:
    """For each member the assignments (by the ids of their households) that they shall not have, and the members with
    whom they shall not go."""
    held = in_force(session)
    households: dict[int, set[int]] = defaultdict(set)
    members: dict[int, set[int]] = defaultdict(set)
    for member_id, household_id in held.households:
        if household_id in ids:
            households[member_id].add(ids[household_id])
    for one, other in held.members:
        members[one].add(other)
    return (
        {id_: frozenset(found) for id_, found in households.items()},
        {id_: frozenset(found) for id_, found in members.items()},
    )
