"""What may be asked with an address: its parameters read strictly, and the cursor that leads to the next page. Pure."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hengli_visits.api.fields import DAY, MOMENT, Schema
from hengli_visits.api.rules import LARGEST_PAGE, PAGE_SIZE
from hengli_visits.errors import Invalid, require
from hengli_visits.wording import N_

LARGEST_ID = 2**31 - 1
DIGITS = re.compile(r"[0-9]{1,10}", re.ASCII)
DAY_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOMENT_FORM = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
CURSOR_FORM = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2400
SIGN_BYTES = 16
ID: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}


def _number(text: str) -> int:
    if not DIGITS.fullmatch(text) or not 1 <= int(text) <= LARGEST_ID:
        raise ValueError
    return int(text)


def _limit(text: str) -> int:
    if (number := _number(text)) > LARGEST_PAGE:
        raise ValueError
    return number


def _clamped(text: str) -> str:
    """A day or moment with its year moved into those with which one can reckon, where nothing lies outside. 2000 and
    2400 are leap years, so the day is there."""
    year = int(text[:4])
    if FIRST_YEAR <= year <= LAST_YEAR:
        return text
    return f"{FIRST_YEAR if year < FIRST_YEAR else LAST_YEAR}{text[4:]}"


def _day(text: str) -> date:
    if not DAY_FORM.fullmatch(text):
        raise ValueError
    return date.fromisoformat(_clamped(text))


def _moment(text: str) -> datetime:
    if not MOMENT_FORM.fullmatch(text):
        raise ValueError
    whole = re.sub(r"\.[0-9]+", lambda part: part[0][:7].ljust(7, "0"), text).upper()
    return datetime.fromisoformat(_clamped(whole))


def _cursor(text: str) -> str:
    if not CURSOR_FORM.fullmatch(text):
        raise ValueError
    return text


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address: `says` (a msgid) what it does; `read` raises `ValueError`."""

    name: str
    schema: Schema
    says: str
    read: Callable[[str], Any]
    required: bool = False


CAMPAIGN = Parameter("campaign", ID, N_("只要这个活动的"), _number)
AREA = Parameter("area", ID, N_("只要这个村或社区的"), _number)
SINCE = Parameter("since", MOMENT, N_("只要从这一刻起有变动的"), _moment)
LIMIT = Parameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
    N_("一页最多多少条"),
    _limit,
)
CURSOR = Parameter(
    "cursor",
    {"type": "string", "pattern": f"^{CURSOR_FORM.pattern}$"},
    N_("下一页的位置，取自上一页的 Link，不要自己拼"),
    _cursor,
)
LIST = (CAMPAIGN, AREA, SINCE, LIMIT, CURSOR)
OF_FIGURES = (
    Parameter("campaign", ID, N_("哪个活动的"), _number, required=True),
    AREA,
    Parameter("from", DAY, N_("从这一天起"), _day),
    Parameter("to", DAY, N_("到这一天为止"), _day),
)


def read(parameters: Sequence[Parameter], given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The parameters of an address. Raises `Invalid` for one that is not known, comes twice, is missing or wrong."""
    known = {one.name: one for one in parameters}
    found: dict[str, Any] = {}
    for name, values in given.items():
        if name not in known:
            raise Invalid(N_("没有“%(name)s”这个参数。"), name=name[:40])
        try:
            (text,) = values
            found[name] = known[name].read(text)
        except ValueError as error:
            raise Invalid(N_("参数“%(name)s”不对。"), field=name, name=name) from error
    for one in parameters:
        if one.required and one.name not in found:
            raise Invalid(N_("还要给出参数“%(name)s”。"), field=one.name, name=one.name)
    return found


def _sign(secret: str, of: str, last: int) -> bytes:
    return hmac.digest(secret.encode(), f"api cursor:{of}:{last}".encode(), hashlib.sha256)[:SIGN_BYTES]


def bound_to(resource: str, token_id: int, asked: Mapping[str, Any]) -> str:
    """To what a cursor belongs: the key, the resource and its filters; not to the size of the page."""
    filters = {name: str(value) for name, value in asked.items() if name not in ("cursor", "limit")}
    return json.dumps([resource, token_id, filters], sort_keys=True)


def seal(secret: str, of: str, last: int) -> str:
    """The cursor behind the row `last`."""
    return base64.urlsafe_b64encode(last.to_bytes(8, "big") + _sign(secret, of, last)).decode()


def unseal(secret: str, of: str, cursor: str) -> int:
    """Behind which row to go on. Raises `Missing` for a cursor that is not ours, or of another key or list: there is no
    such place."""
    raw = base64.urlsafe_b64decode(cursor)
    last = int.from_bytes(raw[:8], "big")
    require(hmac.compare_digest(raw[8:], _sign(secret, of, last)))
    return last
