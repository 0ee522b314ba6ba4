"""Who does what in the demonstration: offices are filled from the roster, and everybody acts as themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.accounts.actions import grant_role
from hengli_visits.accounts.queries import actor_of
from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.members.actions import create_organisation
from hengli_visits.models import Area, AreaKind, Member, Organisation, OrganisationKind, Role, Standing

TOWN_OFFICE = "党政办党支部"
ORGANISATION_OFFICE = "组织人事办党支部"
LARGE_OFFICE = "税务分局党支部"
OF_UNIT = {
    "交通运输分局": "住建局党支部",
    "供水分公司": "供电服务中心党支部",
    "城市管理分局": "城管分局党支部",
    "农林水务局": "农林水务局党支部",
    "教育管理中心": "教育管理中心党支部",
    "社区卫生服务中心": "医院党支部",
    "社会保障分局": "社保分局党支部",
    "人力资源分局": "社保分局党支部",
    "自然资源分局": "自然资源分局党支部",
    "公安分局": "公安分局党支部",
    "应急管理分局": "应急管理分局党支部",
    "生态环境分局": "税务分局党支部",
    "经济发展局": "经济发展局党支部",
    "文化服务中心": "文化服务中心党支部",
    "社会事务局": "横沥中学党支部",
}
"""From which branch the person comes who handles a unit's issues."""

AREA_LEADS = 6


class People:
    """Actors by member, each read once; `forget` after roles or groups have changed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, Actor] = {}

    def __call__(self, member_id: int) -> Actor:
        """The actor that a member is."""
        if member_id not in self._known:
            self._known[member_id] = actor_of(self._session, member_id)
        return self._known[member_id]

    def forget(self) -> None:
        """Read everybody anew when they act again."""
        self._known.clear()


@dataclass
class Staff:
    """The offices: member ids. `leads` holds for each area lead the villages, `handlers` for each unit its handler."""

    administrator: int
    coordinator: int
    deputy: int
    leads: dict[int, list[Area]]
    handlers: dict[int, int] = field(default_factory=dict)

    @property
    def everybody(self) -> set[int]:
        """Those who have an office of the town and no round of households. The villages' own handlers have one."""
        return {self.administrator, self.coordinator, self.deputy, *self.leads}


class Branches:
    """Takes people out of branches, nobody twice."""

    def __init__(self, session: Session, taken: Iterable[int] = ()) -> None:
        self._session = session
        self._taken = set(taken)

    def take(self, branch: str) -> int:
        """The next full member of a branch."""
        query = (
            select(Member.id)
            .join(Organisation, Organisation.id == Member.branch_id)
            .where(
                Organisation.name == branch,
                Organisation.kind == OrganisationKind.BRANCH,
                Member.standing == Standing.FULL,
                Member.phone.is_not(None),
                Member.id.not_in(self._taken),
            )
            .order_by(Member.id)
            .limit(1)
        )
        member_id = self._session.scalars(query).one()
        self._taken.add(member_id)
        return member_id


def villages(session: Session) -> Sequence[Area]:
    """The villages in their order."""
    return session.scalars(select(Area).where(Area.kind != AreaKind.TOWN).order_by(Area.position, Area.id)).all()


def fill_offices(session: Session, first: str) -> Staff:
    """Name the town's administrator, coordinators and area leads; `first` is the village that the first lead has."""
    branches = Branches(session)
    staff = Staff(
        administrator=branches.take(TOWN_OFFICE),
        coordinator=branches.take(ORGANISATION_OFFICE),
        deputy=branches.take(ORGANISATION_OFFICE),
        leads={},
    )
    grant_role(session, SYSTEM, staff.administrator, Role.ADMINISTRATOR)
    for member_id in (staff.coordinator, staff.deputy):
        grant_role(session, SYSTEM, member_id, Role.COORDINATOR)
    areas = sorted(villages(session), key=lambda area: area.name != first)
    for number in range(AREA_LEADS):
        lead = branches.take(LARGE_OFFICE)
        staff.leads[lead] = areas[number::AREA_LEADS]
        for area in staff.leads[lead]:
            grant_role(session, SYSTEM, lead, Role.AREA_LEAD, area_id=area.id)
    return staff


def name_handlers(session: Session, staff: Staff) -> None:
    """Give every unit that the categories name, and every village's committee, the person who handles its issues.
    Committees that are not there yet are founded."""
    branches = Branches(session, staff.everybody)
    for name, branch in OF_UNIT.items():
        unit = _unit(session, name)
        _handle(session, staff, unit, branches.take(branch))
    for area in villages(session):
        _handle(session, staff, _committee(session, area), branches.take(f"{area.name}党支部"))


def _unit(session: Session, name: str) -> Organisation:
    return session.scalars(
        select(Organisation).where(Organisation.kind == OrganisationKind.UNIT, Organisation.name == name)
    ).one()


def _committee(session: Session, area: Area) -> Organisation:
    known = session.scalar(
        select(Organisation).where(Organisation.kind == OrganisationKind.UNIT, Organisation.area_id == area.id)
    )
    name = f"{area.name}居民委员会" if area.kind is AreaKind.COMMUNITY else f"{area.name.removesuffix('村')}村民委员会"
    return known or create_organisation(session, SYSTEM, kind=OrganisationKind.UNIT, name=name, area_id=area.id)


def _handle(session: Session, staff: Staff, unit: Organisation, member_id: int) -> None:
    grant_role(session, SYSTEM, member_id, Role.HANDLER, organisation_id=unit.id)
    staff.handlers[unit.id] = member_id


def in_roster_order(session: Session, ids: Iterable[int]) -> Sequence[Member]:
    """Members of these ids as they stand in the roster."""
    return session.scalars(select(Member).where(Member.id.in_(sorted(ids))).order_by(Member.id)).all()
