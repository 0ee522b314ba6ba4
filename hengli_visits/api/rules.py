"""Who makes keys, how long they work, and how much may be asked with them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from hengli_visits.actor import Actor
from hengli_visits.models import ApiScope, ApiToken, Role

LONGEST_LIFE = timedelta(days=365)
KEY_BYTES = 32
MARK = "hlzf_"
"""How every key begins, so that one that lies around somewhere is recognised."""
PREFIX = len(MARK) + 6
"""So many signs of a key are kept to recognise it by."""
PER_MINUTE = 120
"""Requests with one key in a minute of the clock."""
LARGEST_PAGE = 200
PAGE_SIZE = 50
MOST_HOOKS = 3
"""Addresses of one key that are told of events."""
FURTHER = (ApiScope.WORDS, ApiScope.RESIDENTS)
"""Scopes that open nothing by themselves but further fields."""
EVENT_SCOPES = {"issue.moved": ApiScope.ISSUES, "visit.saved": ApiScope.VISITS}
"""What a key must open for its system to be told of an event."""


@dataclass(frozen=True)
class Wishes:
    """What a new key shall be. `until` is the last day on which it works."""

    name: str
    purpose: str
    scopes: tuple[ApiScope, ...]
    area_id: int | None
    until: date


def may_keep_keys(actor: Actor) -> bool:
    """Whether the actor makes, sees and revokes keys: administrators, who answer for accounts."""
    return actor.is_administrator


def may_open(actor: Actor, scope: ApiScope) -> bool:
    """Whether the actor may make a key that opens a scope. What residents said and who they are only somebody opens who
    reads it themselves: a coordinator; administrators alone see no residents."""
    return may_keep_keys(actor) and (scope not in FURTHER or actor.is_coordinator)


def reader(token: ApiToken, area_path: str | None, request_id: str = "", address: str = "") -> Actor:
    """With whose eyes a key reads: those of a coordinator, or of an area lead of its part of the town, whose path is
    given."""
    if token.area_id is None:
        return Actor(0, "", frozenset({Role.COORDINATOR}), request_id=request_id, address=address)
    paths = (area_path,) if area_path else ()
    return Actor(0, "", frozenset({Role.AREA_LEAD}), paths, request_id=request_id, address=address)


def fitting_events(scopes: Collection[str]) -> tuple[str, ...]:
    """The events of which a key with these scopes may be told."""
    return tuple(event for event, scope in EVENT_SCOPES.items() if scope.value in scopes)
