"""Who may see and change the roster of people and organisations."""

import re
import unicodedata
from datetime import timedelta

from hengli_visits.actor import Actor
from hengli_visits.errors import TooMany
from hengli_visits.wording import N_

REVEALS = 60
REVEAL_SPAN = timedelta(hours=1)
"""Nobody looks at more than this many phone numbers in this time: a visit does not need it, a copied roster does."""
REVEAL_ACTIONS = ("member.reveal_phone", "household.reveal_phone")

PHONE = re.compile(r"1[3-9]\d{9}|(?:0\d{2,3}-)?[2-9]\d{6,7}(?:-\d{1,5})?|[48]00\d{7}")


def tidy_phone(text: str | None) -> str:
    """A phone number as it is stored: half-width, without spaces, brackets and +86; a mobile one without hyphens."""
    number = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", text or ""))
    number = re.sub(r"^(?:\+|00)86-?", "", number)
    plain = number.replace("-", "")
    return plain if re.fullmatch(r"1[3-9]\d{9}", plain) else number


def tidy_code(text: str | None) -> str:
    """A code or number that identifies something, as it is stored: half-width capitals without spaces, as a roster
    brings it."""
    code = "".join(unicodedata.normalize("NFKC", text or "").split()).upper()
    return re.sub(r"[‐‑–—]", "-", code)


def is_phone(number: str) -> bool:
    """Whether a tidied number is a mobile, a landline with or without its area code, or a service number."""
    return PHONE.fullmatch(number) is not None


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
