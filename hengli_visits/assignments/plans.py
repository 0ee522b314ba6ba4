"""Plans of sharing out, as their pages show them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, func, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits.actor import Actor
from hengli_visits.assignments.changes import portions
from hengli_visits.assignments.finding import WALK
from hengli_visits.assignments.findings import Given, Party
from hengli_visits.assignments.scope import led
from hengli_visits.errors import Missing
from hengli_visits.models import Area, Assignment, Group, Household, Member, ShareOut, ShareOutRow, ShareState

WAITING = (ShareState.WORKING, ShareState.READY, ShareState.APPLYING)
"""States of plans about which something is left to do."""


def get_plan(session: Session, actor: Actor, plan_id: UUID) -> ShareOut:
    """The plan with its campaign and who made it. Raises `Missing` for everybody but who made it and coordinators, and
    for a leader who no longer decides about all of it."""
    plan = find_plan(session, plan_id)
    if plan is None:
        raise Missing
    if actor.is_coordinator:
        return plan
    groups = {int(id_) for id_ in plan.wishes.get("groups", ())}
    if plan.created_by_id != actor.id or not groups <= actor.led_groups or plan.wishes.get("homeless"):
        raise Missing
    return plan


def find_plan(session: Session, plan_id: UUID) -> ShareOut | None:
    """The plan with its campaign and who made it, for the program itself."""
    return session.scalar(
        select(ShareOut)
        .where(ShareOut.id == plan_id)
        .options(joinedload(ShareOut.campaign), joinedload(ShareOut.created_by))
    )


def recent_plans(session: Session, actor: Actor, campaign_id: int) -> list[ShareOut]:
    """The plans of a campaign that were applied or wait, as far as the actor may see them: the last twenty that were
    applied, after the last five that wait and would give something."""
    query = (
        select(ShareOut)
        .where(ShareOut.campaign_id == campaign_id)
        .options(joinedload(ShareOut.created_by))
        .order_by(ShareOut.created_at.desc(), ShareOut.id)
    )
    if not actor.is_coordinator:
        query = query.where(ShareOut.created_by_id == actor.id)
    waiting = session.scalars(query.where(ShareOut.state.in_(WAITING)).limit(20))
    applied = session.scalars(query.where(ShareOut.state == ShareState.APPLIED).limit(20))
    return [
        *[plan for plan in waiting if plan.state is not ShareState.READY or plan.outline.get("groups")][:5],
        *applied,
    ]


def group_names(session: Session, campaign_id: int) -> dict[int, str]:
    """The names of the groups and teams of a campaign, in their order."""
    rows = session.execute(
        select(Group.id, Group.name).where(Group.campaign_id == campaign_id).order_by(Group.position, Group.id)
    )
    return {row.id: row.name for row in rows}


@dataclass(frozen=True)
class Row:
    """One household of a plan: what and where it is, who had it, and what speaks for its place."""

    assignment_id: int
    name: str
    area_id: int
    village: str
    street: str
    where: str
    was: tuple[str, ...]
    weight: int
    near: bool
    again: bool
    by_hand: bool
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Share:
    """What a plan has for those who go together: the weight that stays with them, what they have now, and the households
    that they would get, as one walks."""

    members: tuple[int, ...]
    names: tuple[str, ...]
    kept: int
    now: int
    rows: Sequence[Row]

    @property
    def after(self) -> int:
        """The weight that they would have."""
        return self.kept + sum(row.weight for row in self.rows)

    @property
    def streets(self) -> list[str]:
        """The streets of what they would get, in walking order."""
        return list(dict.fromkeys(row.street or row.village for row in self.rows))


def shares_in(session: Session, plan: ShareOut, group_id: int) -> list[Share]:
    """Who goes for a group or team, and what each would get; last what it would get without visitors. Raises `Missing` when the plan has nothing for it."""
    part = plan.outline.get("groups", {}).get(str(group_id))
    if part is None:
        raise Missing
    rows: dict[tuple[int, ...], list[ShareOutRow]] = defaultdict(list)
    told: dict[int, Row] = {}
    found = session.execute(
        select(
            ShareOutRow, Household.name, Household.street, Household.door, Household.address,
            Household.latitude, Household.longitude, Area.name.label("village"), Area.id.label("area_id"),
        )
        .join(Assignment, Assignment.id == ShareOutRow.assignment_id)
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(ShareOutRow.share_out_id == plan.id, ShareOutRow.group_id == group_id)
        .order_by(*WALK)
    ).all()  # fmt: skip
    parties: list[Party] = part["parties"]
    going = {id_ for party in parties for id_ in party["members"]}
    names = _names(session, going | {id_ for row in found for id_ in row[0].was_visitors})
    for row, name, street, door, address, latitude, longitude, village, area_id in found:
        rows[tuple(row.visitors)].append(row)
        was = tuple(names.get(id_, "") for id_ in row.was_visitors)
        where = f"{street}{door}" or address
        told[row.assignment_id] = Row(
            row.assignment_id, name, area_id, village, street, where, was, row.weight, row.near, row.again, row.by_hand,
            latitude, longitude,
        )  # fmt: skip
    nobody = [Party(members=[], kept=0, now=0)] if () in rows else []
    return [
        Share(
            tuple(party["members"]),
            tuple(names[id_] for id_ in party["members"]),
            party["kept"],
            party["now"],
            [told[row.assignment_id] for row in rows[tuple(party["members"])]],
        )
        for party in [*parties, *nobody]
    ]


def _names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    return {
        row.id: row.name
        for portion in portions(ids)
        for row in session.execute(select(Member.id, Member.name).where(Member.id.in_(portion)))
    }


def given_in(session: Session, plan: ShareOut, group_id: int) -> list[Given]:
    """What the figures of a group count, from the plan's rows."""
    query = select(ShareOutRow.visitors, ShareOutRow.weight, ShareOutRow.near, ShareOutRow.again).where(
        ShareOutRow.share_out_id == plan.id, ShareOutRow.group_id == group_id
    )
    return [Given(tuple(row.visitors), row.weight, row.near, row.again) for row in session.execute(query)]


def villages_of(session: Session, plan: ShareOut) -> list[tuple[str, int, int]]:
    """(name, households, how many of them to somebody of it) of each village in a plan."""
    query = (
        select(Area.name, func.count(), func.sum(ShareOutRow.near.cast(Integer)))
        .select_from(ShareOutRow)
        .join(Assignment, Assignment.id == ShareOutRow.assignment_id)
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(ShareOutRow.share_out_id == plan.id)
        .group_by(Area.id, Area.name, Area.position)
        .order_by(Area.position, Area.id)
    )
    return [(name, count, int(near or 0)) for name, count, near in session.execute(query)]


def rows_in(session: Session, plan: ShareOut) -> list[Any]:
    """What each row of a plan does: (assignment_id, group_id, visitors, was_group_id, was_visitors), by assignment."""
    query = (
        select(
            ShareOutRow.assignment_id, ShareOutRow.group_id, ShareOutRow.visitors,
            ShareOutRow.was_group_id, ShareOutRow.was_visitors,
        )
        .where(ShareOutRow.share_out_id == plan.id)
        .order_by(ShareOutRow.assignment_id)
    )  # fmt: skip
    return list(session.execute(query))


def lost_of(session: Session, actor: Actor, plan: ShareOut) -> list[tuple[int, str]]:
    """The households that a plan left as they were, because somebody had changed them meanwhile: (assignment id, name),
    as far as the actor decides about them; at most fifty."""
    ids = plan.outline.get("lost", [])[:50]
    query = (
        select(Assignment.id, Household.name)
        .join(Household, Household.id == Assignment.household_id)
        .where(Assignment.id.in_(ids), led(actor))
        .order_by(Assignment.id)
    )
    return [(row.id, row.name) for row in session.execute(query)] if ids else []
