"""What the phones of a group have told: when, and how much still waits on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, Subquery, case, func, or_, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.groups.queries import everybody_in
from hengli_visits.models import Device, Group, GroupMember, Member
from hengli_visits.offline.rules import Which, quiet_since
from hengli_visits.paging import Page, paginate

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Contact:
    """What is known of a member's phones. `last` is None for who never signed in; `unsent` None while no phone has told.
    `since`: when the oldest record that waits was saved; `told_at`: when the phone said so."""

    last: datetime | None = None
    signed_in: bool = False
    unsent: int | None = None
    since: datetime | None = None
    told_at: datetime | None = None


def _contacts() -> Subquery:
    """One row per member who ever signed in. Devices that were signed out count for the last contact alone: what they
    hold, they tell again at the next sign-in."""
    live = Device.ended_at.is_(None)
    holds = live & (Device.unsent > 0)
    return (
        select(
            Device.member_id,
            func.max(Device.last_seen_at).label("last"),
            func.count(case((live, 1))).label("live"),
            func.sum(case((live, Device.unsent))).label("unsent"),
            func.min(case((holds, Device.oldest_unsent_at))).label("since"),
            func.coalesce(func.max(case((holds, Device.told_at))), func.max(case((live, Device.told_at)))).label(
                "told_at"
            ),
        )
        .group_by(Device.member_id)
        .subquery()
    )


def _listed(query: S, contacts: Subquery, group: Group) -> S:
    return query.outerjoin(contacts, contacts.c.member_id == Member.id).where(
        Member.active, Member.id.in_(everybody_in(group.id))
    )


def count_phones(session: Session, group: Group) -> dict[Which, int]:
    """How many members are in each list. One query, for who may see the group."""
    contacts = _contacts()
    waiting, quiet = _waiting(contacts), _quiet(contacts)
    counted = select(func.count(Member.id), func.count(case((waiting, 1))), func.count(case((quiet, 1))))
    row = session.execute(_listed(counted.select_from(Member), contacts, group)).one()
    return dict(zip((Which.ALL, Which.WAITING, Which.QUIET), row, strict=True))


def _waiting(contacts: Subquery) -> Any:
    return contacts.c.unsent > 0


def _quiet(contacts: Subquery) -> Any:
    return or_(contacts.c.last.is_(None), contacts.c.last < quiet_since(clock.now()))


def page_of_phones(session: Session, group: Group, which: Which, number: int) -> Page[Member]:
    """The active members of a group and its teams: those whose phones hold something first, the oldest record before
    others; then who was not heard of for the longest time. Two queries, for who may see the group."""
    contacts = _contacts()
    waiting = func.coalesce(_waiting(contacts), False)
    query = _listed(select(Member), contacts, group).order_by(
        case((waiting, 0), else_=1),
        case((waiting, contacts.c.since)).is_(None),
        case((waiting, contacts.c.since)),
        contacts.c.last.is_not(None),
        contacts.c.last,
        Member.pinyin,
        Member.id,
    )
    if which is Which.WAITING:
        query = query.where(_waiting(contacts))
    elif which is Which.QUIET:
        query = query.where(_quiet(contacts))
    return paginate(session, query, number)


def contacts_of(session: Session, members: Sequence[Member]) -> dict[int, Contact]:
    """What is known of the phones of these members, by member id; who never signed in is left out. One query."""
    told = _contacts()
    rows = session.execute(select(told).where(told.c.member_id.in_([member.id for member in members])))
    return {row.member_id: Contact(row.last, row.live > 0, row.unsent, row.since, row.told_at) for row in rows}


def teams_of(session: Session, group: Group, members: Sequence[Member]) -> dict[int, str]:
    """In which team of the group each of these members is, by member id; empty for a team. One query at most."""
    if group.parent_id is not None:
        return {}
    rows = session.execute(
        select(GroupMember.member_id, func.min(Group.name))
        .join(Group, Group.id == GroupMember.group_id)
        .where(
            Group.parent_id == group.id,
            GroupMember.left_at.is_(None),
            GroupMember.member_id.in_([member.id for member in members]),
        )
        .group_by(GroupMember.member_id)
    )
    return dict(rows.all())
