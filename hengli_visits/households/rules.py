"""Who may see and change households; what an address and a code look like."""

import re
import unicodedata

from hengli_visits.actor import Actor
from hengli_visits.models import Household, HouseholdKind

FIRST_NUMBER = re.compile(r"\d{1,6}")
CODE_SIGNS = {HouseholdKind.FAMILY: "", HouseholdKind.ENTERPRISE: "Q"}
CATEGORIES = ("普通户", "困难户", "低保户", "独居老人户", "军属户", "党员户", "外来务工户")
"""What the town's own rosters call a family; proposed in the form, not forced."""
PLAIN = ("普通户", "普通")
"""Categories that call for no special care."""


def may_edit(actor: Actor) -> bool:
    """Whether the actor keeps the book of households."""
    return actor.is_coordinator


def may_list(actor: Actor, household: Household) -> bool:
    """Whether the actor decides now that this household goes into the book: it was added at the door."""
    return may_edit(actor) and not household.listed and household.removed_at is None


def may_see_areas(actor: Actor) -> bool:
    """Whether the actor sees the area tree with its counts: they hold no residents."""
    return actor.is_coordinator or actor.is_administrator


def door_number(door: str) -> int | None:
    """The number by which doors of a street are ordered: 37号 → 37, A栋302房 → 302."""
    match = FIRST_NUMBER.search(unicodedata.normalize("NFKC", door))
    return int(match[0]) if match else None


def code_prefix(area_code: str, kind: HouseholdKind) -> str:
    """How codes of an area begin: HQ- for families, HQ-Q for enterprises."""
    return f"{area_code}-{CODE_SIGNS[kind]}"


def code_after(prefix: str, codes: list[str]) -> str:
    """The next free code of a prefix: one above the largest number that follows it, at least three digits."""
    numbers = [
        int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isascii() and code[len(prefix) :].isdigit()
    ]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"
