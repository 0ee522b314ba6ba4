"""Who shall not visit which household, and which two members shall not go together (回避)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from hengli_visits.actor import Actor
from hengli_visits.assignments.scope import leads, led
from hengli_visits.errors import Invalid, Missing
from hengli_visits.members.scope import visible
from hengli_visits.models import Assignment, Avoidance, Group, GroupMember, Household, Member
from hengli_visits.orm import portions
from hengli_visits.wording import N_


@dataclass(frozen=True)
class InForce:
    """The avoidances that hold: (member, household) and (member, other member), the latter in both directions."""

    households: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    members: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def visit(self, member_id: int, household_id: int) -> bool:
        """Whether this member shall not visit this household."""
        return (member_id, household_id) in self.households

    def together(self, one: int, other: int) -> bool:
        """Whether these two shall not go together."""
        return (one, other) in self.members


def in_force(session: Session, member_ids: Collection[int] | None = None) -> InForce:
    """The avoidances that hold, of all members or those that concern one of these. One query per 5,000 members."""
    found: list[Any] = []
    columns = select(Avoidance.member_id, Avoidance.household_id, Avoidance.other_id).where(
        Avoidance.lifted_at.is_(None)
    )
    if member_ids is None:
        found.extend(session.execute(columns))
    else:
        for portion in portions(member_ids):
            concerned = or_(Avoidance.member_id.in_(portion), Avoidance.other_id.in_(portion))
            found.extend(session.execute(columns.where(concerned)))
    pairs = [(row.member_id, row.other_id) for row in found if row.other_id is not None]
    return InForce(
        households=frozenset((row.member_id, row.household_id) for row in found if row.household_id is not None),
        members=frozenset([*pairs, *((other, one) for one, other in pairs)]),
    )


@dataclass(frozen=True)
class Clash:
    """What a plan may not do, by names: send `one` to `household`, or `one` together with `other`."""

    one: str
    household: str = ""
    other: str = ""


def clash_in(session: Session, plan: Mapping[int, Sequence[int]]) -> Clash | None:
    """The first avoidance that a plan (members by assignment id) goes against. At most three queries per 5,000."""
    held = in_force(session, {member_id for members in plan.values() for member_id in members})
    if not held.households and not held.members:
        return None
    homes: dict[int, int] = {}
    for portion in portions(plan):
        rows = session.execute(select(Assignment.id, Assignment.household_id).where(Assignment.id.in_(portion)))
        homes.update({row.id: row.household_id for row in rows})
    for id_, members in sorted(plan.items()):
        for place, one in enumerate(members):
            if id_ in homes and held.visit(one, homes[id_]):
                household = session.get_one(Household, homes[id_]).name
                return Clash(session.get_one(Member, one).name, household=household)
            for other in members[place + 1 :]:
                if held.together(one, other):
                    return Clash(session.get_one(Member, one).name, other=session.get_one(Member, other).name)
    return None


def refuse_avoided(session: Session, plan: Mapping[int, Sequence[int]]) -> None:
    """Raise `Invalid` (field `members`), naming household and member, when a plan (members by assignment id) sends
    somebody to a household that they are to avoid, or two together who are not to go together."""
    clash = clash_in(session, plan)
    if clash is None:
        return
    if clash.household:
        text = N_("%(household)s要回避%(member)s，请选别人，或先解除回避。")
        raise Invalid(text, field="members", household=clash.household, member=clash.one)
    text = N_("%(one)s和%(other)s要回避，不能一起走访，请换一人，或先解除回避。")
    raise Invalid(text, field="members", one=clash.one, other=clash.other)


def of_household(session: Session, household_id: int) -> list[Avoidance]:
    """The avoidances of a household that hold, with their members, oldest first. One query."""
    query = (
        select(Avoidance)
        .where(Avoidance.household_id == household_id, Avoidance.lifted_at.is_(None))
        .options(joinedload(Avoidance.member))
        .order_by(Avoidance.id)
    )
    return list(session.scalars(query))


def of_member(session: Session, actor: Actor, member_id: int) -> list[Avoidance]:
    """The avoidances of a member that hold and that the actor decides about, with both sides: other members, and
    households that are in the actor's scope. One query."""
    household = aliased(Household)
    query = (
        select(Avoidance)
        .outerjoin(household, Avoidance.household)
        .where(
            or_(Avoidance.member_id == member_id, Avoidance.other_id == member_id),
            Avoidance.lifted_at.is_(None),
            or_(Avoidance.household_id.is_(None), _leads_household(actor)),
        )
        .options(
            contains_eager(Avoidance.household.of_type(household)),
            joinedload(Avoidance.member),
            joinedload(Avoidance.other),
        )
        .order_by(Avoidance.id)
    )
    return list(session.scalars(query))


def get_avoidance(session: Session, actor: Actor, avoidance_id: int) -> Avoidance:
    """An avoidance with its household. Raises `Missing` unless the actor leads the household in some campaign or, where
    it is between members, may see one of the two."""
    seen = select(Member.id).where(visible(actor))
    avoidance = session.scalar(
        select(Avoidance)
        .where(
            Avoidance.id == avoidance_id,
            or_(
                Avoidance.household_id.is_not(None) & _leads_household(actor),
                Avoidance.household_id.is_(None) & or_(Avoidance.member_id.in_(seen), Avoidance.other_id.in_(seen)),
            ),
        )
        .options(joinedload(Avoidance.household))
    )
    if avoidance is None:
        raise Missing
    return avoidance


def _leads_household(actor: Actor) -> ColumnElement[bool]:
    return Avoidance.household_id.in_(
        select(Assignment.household_id).where(led(actor), Assignment.removed_at.is_(None))
    )


def possible_visitors(session: Session, actor: Actor, assignment: Assignment) -> list[tuple[int, str]]:
    """(id, name with teams, by 拼音) of who could be sent to a household: the members of its group and of all teams
    there, as far as the actor leads them and they are not kept apart from it yet; every member of the campaign while
    it has no group. `assignment.group` must be loaded."""
    top = (assignment.group.parent_id or assignment.group.id) if assignment.group else None
    query = (
        select(Member.id, Member.name, Member.pinyin, Group.name.label("group_name"))
        .join(GroupMember, GroupMember.member_id == Member.id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(Group.campaign_id == assignment.campaign_id, GroupMember.left_at.is_(None), Member.active, leads(actor))
        .order_by(Member.pinyin, Member.id, Group.id)
    )
    if top is not None:
        query = query.where(or_(Group.id == top, Group.parent_id == top))
    noted = select(Avoidance.member_id).where(
        Avoidance.household_id == assignment.household_id, Avoidance.lifted_at.is_(None)
    )
    return _with_teams(session.execute(query.where(Member.id.not_in(noted))))


def possible_companions(session: Session, actor: Actor, member_id: int) -> list[tuple[int, str]]:
    """(id, name with teams, by 拼音) of the members of the groups in which this member is now, whom the actor may see."""
    seat = aliased(GroupMember)
    own = (
        select(GroupMember.group_id)
        .where(GroupMember.member_id == member_id, GroupMember.left_at.is_(None))
        .correlate(None)
    )
    tops = select(Group.parent_id).where(Group.id.in_(own), Group.parent_id.is_not(None)).correlate(None)
    family = (
        select(Group.id)
        .where(or_(Group.id.in_(own), Group.id.in_(tops), Group.parent_id.in_(tops), Group.parent_id.in_(own)))
        .correlate(None)
    )
    query = (
        select(Member.id, Member.name, Member.pinyin, Group.name.label("group_name"))
        .join(seat, (seat.member_id == Member.id) & seat.left_at.is_(None))
        .join(Group, (Group.id == seat.group_id) & Group.id.in_(family))
        .where(Member.id != member_id, Member.active, visible(actor))
        .order_by(Member.pinyin, Member.id, Group.id)
    )
    return _with_teams(session.execute(query))


def _with_teams(rows: Iterable[Any]) -> list[tuple[int, str]]:
    """Each member once, with name and teams."""
    teams: dict[int, tuple[str, list[str]]] = {}
    for row in rows:
        own = teams.setdefault(row.id, (row.name, []))[1]
        if row.group_name not in own:
            own.append(row.group_name)
    return [(id_, f"{name}（{'、'.join(own)}）") for id_, (name, own) in teams.items()]


@dataclass(frozen=True)
class Where:
    """On which page an avoidance stands: that of an assignment of its household, or of one of its members."""

    assignment_id: int | None
    member_id: int


def page_of(session: Session, actor: Actor, avoidance: Avoidance) -> Where:
    """Where the actor finds an avoidance: with the latest assignment of the household that they lead, else with the
    member, of two the one whom they may see."""
    if avoidance.household_id is not None:
        query = select(Assignment.id).where(
            Assignment.household_id == avoidance.household_id, led(actor), Assignment.removed_at.is_(None)
        )
        return Where(session.scalar(query.order_by(Assignment.id.desc()).limit(1)), avoidance.member_id)
    seen = select(Member.id).where(Member.id.in_([avoidance.member_id, avoidance.other_id]), visible(actor))
    return Where(None, session.scalar(seen.order_by(Member.id).limit(1)) or avoidance.member_id)
