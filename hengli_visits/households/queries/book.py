"""The book of households: what is looked for in it, and the order in which one walks."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import Session, contains_eager

from hengli_visits.actor import Actor
from hengli_visits.errors import require
from hengli_visits.households import rules
from hengli_visits.models import Area, Household, HouseholdKind
from hengli_visits.paging import Page, paginate
from hengli_visits.search import ESCAPE, name_clause, pattern, street_order

LAST_DOOR = 10**7
"""Stands for a door without a number, after all others."""


def propose_code(session: Session, area: Area, kind: HouseholdKind) -> str:
    """The next free code of an area, after the pattern of the town's rosters (HQ-001)."""
    prefix = rules.code_prefix(area.code, kind)
    begins = Household.code.startswith(prefix, autoescape=True, escape=ESCAPE)
    return rules.code_after(prefix, list(session.scalars(select(Household.code).where(begins))))


def matches(words: str) -> ColumnElement[bool]:
    """Households whose name, 拼音, initials, contact, address or code hold the words; a short number alone is a door
    number."""
    plain = unicodedata.normalize("NFKC", words).strip()
    anywhere = pattern(words)
    code = Household.code.ilike(anywhere, escape=ESCAPE)
    if plain.isascii() and plain.isdigit() and len(plain) <= 6:
        return or_(Household.door_number == int(plain), Household.door.like(f"{plain}%"), code)
    return or_(
        name_clause(Household, words),
        code,
        (Household.street + Household.door).ilike(anywhere, escape=ESCAPE),
        Household.contact.ilike(anywhere, escape=ESCAPE),
    )


@dataclass(frozen=True)
class Wanted:
    """What is looked for in the book; None and empty mean all."""

    text: str = ""
    area_id: int | None = None
    street: str = ""
    kind: HouseholdKind | None = None
    category: str = ""
    removed: bool = False
    unlisted: bool = False

    @property
    def clauses(self) -> list[ColumnElement[bool]]:
        """What a household must meet."""
        found: list[ColumnElement[bool]] = [
            Household.removed_at.is_not(None) if self.removed else Household.removed_at.is_(None)
        ]
        if self.text.strip():
            found.append(matches(self.text))
        if self.area_id is not None:
            found.append(Household.area_id == self.area_id)
        if self.street:
            found.append(Household.street == self.street)
        if self.kind is not None:
            found.append(Household.kind == self.kind)
        if self.category:
            found.append(Household.category == self.category)
        if self.unlisted:
            found.append(~Household.listed)
        return found


def book(actor: Actor, wanted: Wanted) -> Select[Household]:
    """What is wanted of the book, in the order in which one walks; the area is joined. Raises `Missing` for who may not
    see it all."""
    require(rules.may_edit(actor))
    return (
        select(Household)
        .join(Household.area)
        .where(*wanted.clauses)
        .order_by(
            Area.position,
            Area.id,
            Household.kind.desc(),
            Household.street_order,
            func.coalesce(Household.door_number, LAST_DOOR),
            Household.door,
            Household.id,
        )
    )


def page_of_households(session: Session, actor: Actor, wanted: Wanted, number: int) -> Page[Household]:
    """A page of the book with areas. Two queries. Raises `Missing` for who may not see it all."""
    return paginate(session, book(actor, wanted).options(contains_eager(Household.area)), number)


class Facets(NamedTuple):
    """What one may choose from: how many there are of each kind, how many were added at the door, categories and, once a
    village is chosen, streets."""

    kinds: dict[HouseholdKind, int]
    unlisted: int
    categories: Sequence[str]
    streets: Sequence[str]


def facets(session: Session, wanted: Wanted) -> Facets:
    """The choices for the village, words and removal that are wanted, whatever else is chosen. One query."""
    base = replace(wanted, street="", kind=None, category="", unlisted=False)
    street = Household.street if wanted.area_id is not None else literal("")
    rows = session.execute(
        select(Household.kind, Household.category, street, func.count(Household.id), Household.listed)
        .where(*base.clauses)
        .group_by(Household.kind, Household.category, street, Household.listed)
    ).all()
    kinds = {kind: sum(row[3] for row in rows if row[0] == kind) for kind in HouseholdKind}
    categories = sorted({row[1] for row in rows if row[1]} | ({wanted.category} - {""}))
    streets = sorted({row[2] for row in rows if row[2]} | ({wanted.street} - {""}), key=street_order)
    return Facets(kinds, sum(row[3] for row in rows if not row[4]), categories, streets)
