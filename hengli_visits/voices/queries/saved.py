"""Searches that the actor keeps; nobody else sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.errors import Missing
from hengli_visits.models import SavedSearch
from hengli_visits.voices.queries.searching import Sought, new_hits
from hengli_visits.voices.rules import Kind


@dataclass(frozen=True)
class Kept:
    """A kept search, what it looks for, and how many hits came in since it was opened."""

    search: SavedSearch
    sought: Sought
    fresh: int


def sought_of(values: Mapping[str, str]) -> Sought:
    """The search that an address says or a row holds, as far as it says something that can be."""

    def number(name: str) -> int | None:
        text = values.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def day(name: str) -> date | None:
        try:
            found = date.fromisoformat(values.get(name, ""))
        except ValueError:
            return None
        return found if 1900 <= found.year < 3000 else None

    return Sought(
        q=values.get("q", "").strip(),
        kind=next((kind for kind in Kind if kind.value == values.get("kind")), None),
        area=number("area"),
        campaign=number("campaign"),
        category=values.get("category", ""),
        since=day("since"),
        until=day("until"),
        before=number("before"),
    )


def kept_searches(session: Session, actor: Actor) -> list[Kept]:
    """The actor's searches by name, with what is new. Two queries, however many there are."""
    rows = session.scalars(
        select(SavedSearch).where(SavedSearch.member_id == actor.id).order_by(SavedSearch.name, SavedSearch.id)
    ).all()
    sought = [sought_of(row.sought) for row in rows]
    fresh = new_hits(
        session, actor, [(one, row.seen_feedback, row.seen_issue) for one, row in zip(sought, rows, strict=True)]
    )
    return [Kept(*each) for each in zip(rows, sought, fresh, strict=True)]


def own_search(session: Session, actor: Actor, search_id: int) -> SavedSearch:
    """One of the actor's own searches. Raises `Missing` for any other."""
    row = session.scalar(select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.member_id == actor.id))
    if row is None:
        raise Missing
    return row
