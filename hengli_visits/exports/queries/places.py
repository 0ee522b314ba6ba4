"""Villages, branches and units as tables: few rows, read at once."""

from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.exports.tables import Column, Kind, Table
from hengli_visits.households.queries import AreaRow, area_tree
from hengli_visits.members.queries import Branch, organisations as find_organisations
from hengli_visits.models import AreaKind, OrganisationKind


def _aliases(row: AreaRow) -> str:
    return "、".join(sorted(alias.name for alias in row.area.aliases))


def areas(session: Session, actor: Actor) -> Table:
    """The villages and communities with what lies in them. Raises `Missing` for who may not see the tree."""
    rows = [row for row in area_tree(session, actor) if row.area.kind is not AreaKind.TOWN]
    columns = (
        Column("村(社区)名称", lambda row: row.area.name, 16),
        Column("村编号", lambda row: row.area.code, 10),
        Column("类型", lambda row: row.area.kind.label, 8),
        Column("家庭数", lambda row: row.families, 8, Kind.NUMBER),
        Column("企业数", lambda row: row.enterprises, 8, Kind.NUMBER),
        Column("党员数", lambda row: row.members, 8, Kind.NUMBER),
        Column("纬度", lambda row: row.area.latitude, 10, Kind.NUMBER),
        Column("经度", lambda row: row.area.longitude, 10, Kind.NUMBER),
        Column("别的写法", _aliases, 30),
    )
    return Table(columns, len(rows), rows)


def _village(row: Branch) -> str | None:
    return row.organisation.area.name if row.organisation.area else None


def _sector(row: Branch) -> str | None:
    return row.organisation.sector.label if row.organisation.sector else None


def organisations(session: Session, actor: Actor, kind: OrganisationKind, text: str) -> Table:
    """Branches with their members, or units with their handlers; `text` narrows by name. Raises `Missing` for who may
    not see them."""
    rows = find_organisations(session, actor, kind, text)
    branch = kind is OrganisationKind.BRANCH
    columns = (
        Column("支部名称" if branch else "单位名称", lambda row: row.organisation.name, 32),
        *((Column("支部类别", _sector, 12),) if branch else ()),
        Column("所属村(社区)", _village, 14),
        Column("党员数" if branch else "承办人数", lambda row: row.members, 8, Kind.NUMBER),
        Column("使用中", lambda row: "是" if row.organisation.active else "否", 8),
    )
    return Table(columns, len(rows), rows)
