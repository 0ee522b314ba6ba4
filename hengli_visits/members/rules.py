"""Who may see and change the roster of people and organisations."""

from datetime import timedelta

from hengli_visits.actor import Actor
from hengli_visits.errors import TooMany
from hengli_visits.wording import N_

REVEALS = 60
REVEAL_SPAN = timedelta(hours=1)
"""Nobody looks at more than this many phone numbers in this time: a visit does not need it, a copied roster does."""
REVEAL_ACTIONS = ("member.reveal_phone", "household.reveal_phone")


def may_edit(actor: Actor) -> bool:
    """Whether the actor keeps the roster of members."""
    return actor.is_coordinator


def may_see_organisations(actor: Actor) -> bool:
    """Whether the actor sees branches and units: they hold no residents."""
    return actor.is_coordinator or actor.is_administrator


def may_edit_organisations(actor: Actor) -> bool:
    """Whether the actor keeps branches and units."""
    return actor.is_coordinator or actor.is_administrator


def refuse_many(reveals: int) -> None:
    """Raise `TooMany` when the actor has looked at as many phone numbers as an hour allows."""
    if reveals >= REVEALS:
        raise TooMany(N_("这一小时内查看的电话太多了，请过一会儿再看。"), retry_after=int(REVEAL_SPAN.total_seconds()))
