"""What a paper says about itself: of whom, of which place and of which days it tells."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.households.queries import town
from hengli_visits.models import Area, Campaign, Group, Organisation
from hengli_visits.papers.wishes import Wishes, period


@dataclass(frozen=True)
class Heading:
    """`unit` has it made, `place` is the part of the campaign that it tells of."""

    unit: str
    place: str
    period: str


def heading_of(session: Session, actor: Actor, campaign: Campaign, wishes: Wishes) -> Heading:
    """The heading of a paper that the actor has made. Three queries at most."""
    home = town(session)
    unit = home.name if home else ""
    overseeing = actor.is_coordinator or actor.is_area_lead or actor.is_leader
    if actor.is_handler and not overseeing:
        names = session.scalars(select(Organisation.name).where(Organisation.id.in_(sorted(actor.units))))
        unit = "、".join(names)
    last = max(campaign.starts_on, min(campaign.ends_on, clock.today()))
    since = wishes.since or campaign.starts_on
    days = period(since, max(since, wishes.until or last))
    return Heading(unit, _place(session, actor, wishes, unit, overseeing=overseeing), days)


def _place(session: Session, actor: Actor, wishes: Wishes, unit: str, *, overseeing: bool) -> str:
    named = []
    if wishes.area_id is not None:
        named.append(session.scalar(select(Area.name).where(Area.id == wishes.area_id)) or "")
    if wishes.group_id is not None:
        named.append(session.scalar(select(Group.name).where(Group.id == wishes.group_id)) or "")
    if named:
        return " ".join(named)
    if actor.is_coordinator:
        return "全镇"
    if not overseeing:
        return "本单位主办、协办的问题"
    return _led(session, actor) or unit


def _led(session: Session, actor: Actor) -> str:
    """The villages and groups for which the actor answers, teams named by their group."""
    names = list(session.scalars(select(Area.name).where(Area.path.in_(actor.led_area_paths)).order_by(Area.position)))
    led = sorted(actor.led_groups)
    tops = select(Group.name).where(Group.id.in_(led), Group.parent_id.is_(None) | Group.parent_id.not_in(led))
    return "、".join([*names, *session.scalars(tops.order_by(Group.position))])
