"""Reads of areas and households."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.households import rules
from hengli_visits.models import Area, Household, HouseholdKind
from hengli_visits.search import ESCAPE


def propose_code(session: Session, area: Area, kind: HouseholdKind) -> str:
    """The next free code of an area, after the pattern of the town's rosters (HQ-001)."""
    prefix = rules.code_prefix(area.code, kind)
    codes = session.scalars(
        select(Household.code).where(Household.code.startswith(prefix, autoescape=True, escape=ESCAPE))
    )
    return rules.code_after(prefix, list(codes))
