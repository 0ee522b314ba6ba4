"""What areas are called: by name, by other ways of writing it, by code; no two share one."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hengli_visits import audit
from hengli_visits.actor import Actor
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.households import rules
from hengli_visits.models import Area, AreaAlias
from hengli_visits.wording import N_

ALIAS_LENGTH = 60


def learn_alias(session: Session, actor: Actor, area: Area, name: str) -> None:
    """Remember another way in which an office writes a village's name. Nothing happens when it is known; refuses
    (`Invalid`) what another area is called, and a name that is empty or too long."""
    require(rules.may_see_areas(actor))
    name = name.strip()
    if not 1 <= len(name) <= ALIAS_LENGTH:
        raise Invalid(N_("别的写法要有 1 到 %(most)s 个字。"), field="aliases", most=ALIAS_LENGTH)
    owner = session.scalar(
        select(Area)
        .outerjoin(AreaAlias, AreaAlias.area_id == Area.id)
        .where(or_(Area.name == name, AreaAlias.name == name))
    )
    if owner is not None and owner.id != area.id:
        text = N_("“%(name)s”已经是%(owner)s的名称或别的写法，不能再当作%(area)s。")
        raise Invalid(text, field="aliases", name=name, owner=owner.name, area=area.name)
    if owner is None:
        session.add(AreaAlias(area_id=area.id, name=name))
        session.flush()
        audit.record(session, actor, "area.learn_alias", "area", area.id)


def forget_alias(session: Session, actor: Actor, area: Area, alias_id: int) -> str:
    """Forget another way of writing an area's name, and tell which. `Missing` when the area has no such."""
    require(rules.may_see_areas(actor))
    alias = session.scalars(
        select(AreaAlias).where(AreaAlias.id == alias_id, AreaAlias.area_id == area.id)
    ).one_or_none()
    if alias is None:
        raise Missing
    name = alias.name
    session.delete(alias)
    session.flush()
    audit.record(session, actor, "area.forget_alias", "area", area.id)
    return name


def refuse_taken(session: Session, own_id: int | None, name: str, code: str, aliases: Sequence[str]) -> None:
    """Raise `Invalid` when a name, another way of writing it or a code belongs to another area."""
    names = [name, *aliases]
    others = Area.id != (own_id or 0)
    if session.scalar(select(Area.id).where(Area.name.in_(names), others).limit(1)) is not None:
        raise Invalid(N_("别的村(社区)已经叫这个名称。"), field="name")
    if session.scalar(
        select(AreaAlias.id).where(AreaAlias.name.in_(names), AreaAlias.area_id != (own_id or 0)).limit(1)
    ):
        raise Invalid(N_("别的村(社区)已经有这个名称或别名。"), field="name")
    if session.scalar(select(Area.id).where(Area.code == code, others).limit(1)) is not None:
        raise Invalid(N_("别的村(社区)已经用了这个编号。"), field="code")
