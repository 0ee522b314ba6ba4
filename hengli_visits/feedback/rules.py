"""Who may read what residents said across visits."""

from hengli_visits.actor import Actor


def may_look(actor: Actor) -> bool:
    """Whether the actor may open the list of feedback: visitors find their own on their visits, units on issues."""
    return actor.is_coordinator or actor.is_leader or actor.is_area_lead
