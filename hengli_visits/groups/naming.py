"""What villages and groups are called, for pages that are narrowed to one of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.models import Area, Group


def place_names(session: Session, actor: Actor, area_id: int | None, group_id: int | None) -> dict[str, str]:
    """The names of a village (`area`) and of a group (`group`), as far as they are asked for and there. Groups are named
    to who oversees them. A query for each that is asked for."""
    found: dict[str, str | None] = {}
    if area_id is not None:
        found["area"] = session.scalar(select(Area.name).where(Area.id == area_id))
    oversees = actor.is_coordinator or actor.is_area_lead or group_id in actor.led_groups
    if group_id is not None and oversees:
        found["group"] = session.scalar(select(Group.name).where(Group.id == group_id))
    return {name: text for name, text in found.items() if text}
