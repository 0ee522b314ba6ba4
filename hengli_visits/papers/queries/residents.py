"""The columns in which residents stand: whole for who may and wants to have them, else only what tells them apart."""

from typing import Any

from sqlalchemy import ColumnElement, literal, or_

from hengli_visits.actor import Actor
from hengli_visits.assignments.scope import led
from hengli_visits.exports.tables import Column
from hengli_visits.formats import masked
from hengli_visits.models import Area, Household, HouseholdKind
from hengli_visits.papers.anonymous import mobiles_masked
from hengli_visits.papers.ledger import address
from hengli_visits.papers.rules import hidden_name
from hengli_visits.papers.wishes import Wishes

FIELDS = (
    Household.name, Household.kind, Area.name.label("village"), Household.street, Household.door, Household.address,
    Household.phone,
)  # fmt: skip


def whole(actor: Actor, wishes: Wishes) -> ColumnElement[bool]:
    """Whether a row shows whom it is about: only with a purpose, and only of households about which the actor
    decides."""
    return (or_(led(actor), literal(False)) if wishes.purpose else literal(False)).label("whole")


def _name(row: Any) -> str:
    return row.name if row.whole or row.kind is HouseholdKind.ENTERPRISE else hidden_name(row.name)


RESIDENT = (
    Column("村(社区)", lambda row: row.village, 11),
    Column("户主(企业)", _name, 13),
    Column("地址", lambda row: address(row) if row.whole else row.street, 18),
    Column("联系电话", lambda row: row.phone if row.whole else masked(row.phone), 14),
)
"""Of rows with `FIELDS` and `whole`. An enterprise's name is no secret."""


def typed(row: Any, text: str | None) -> str:
    """What somebody typed, as it stands in a row: its mobile phones are masked where the resident's own is."""
    return text or "" if row.whole else mobiles_masked(text)
