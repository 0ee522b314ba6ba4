"""What a phone writes around a visit: which household, on which revision it builds, when it was sent and by whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from hengli_visits.errors import Invalid
from hengli_visits.reader import Unfit, read_envelope, read_moment
from hengli_visits.visits.content import VisitContent, read
from hengli_visits.visits.doorstep import Newcomer, read_newcomer
from hengli_visits.wording import N_

T = TypeVar("T")


@dataclass(frozen=True)
class Envelope:
    """A visit as it was sent: to an `assignment`, or to a household that is in no book. `sent_at` is the phone's clock
    at that moment, None when it does not tell."""

    content: VisitContent
    assignment: int | None = None
    newcomer: Newcomer | None = None
    based_on: int | None = None
    sent_at: datetime | None = None


def open_envelope(raw: object, sender_id: int) -> Envelope:
    """The visit in a JSON value {"assignment" or "household", "based_on", "sent_at", "sender", "content"}. Raises
    `Unfit` with a sentence for each field that is wrong, Forbidden when it was written by somebody else than
    `sender_id`."""
    problems: dict[str, Invalid] = {}
    outside = read_envelope(raw, sender_id, problems)
    based_on, assignment, newcomer = outside.whole("based_on"), outside.whole("assignment"), None
    if assignment is None and outside.raw.get("household") is None:
        outside.refuse("assignment", N_("没有读懂这是哪一户。"))
    elif assignment is None and "assignment" not in problems:
        newcomer = _part(problems, lambda: read_newcomer(outside.raw["household"]))
    content = _part(problems, lambda: read(outside.raw.get("content")))
    if problems or content is None:
        raise Unfit(problems)
    return Envelope(content, assignment, newcomer, based_on, read_moment(outside.raw.get("sent_at")))


def _part(problems: dict[str, Invalid], reading: Callable[[], T]) -> T | None:
    """A part of what was sent; what is wrong with it is added to `problems`."""
    try:
        return reading()
    except Unfit as unfit:
        problems |= unfit.problems
        return None
