"""Sentences about cells: kept apart from their words' language until a page is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hengli_visits.errors import DomainError


class BadFile(DomainError):
    """The file as a whole cannot be read; the sentence says what to do about it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence for the person who imports: a msgid with %(name)s places and what fills them."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence itself; `translate` is the request's gettext."""
        sentence = translate(self.message)
        return sentence % self.params if self.params else sentence


def reason(message: str, **params: object) -> Reason:
    """Short way to write a reason with what fills its places."""
    return Reason(message, params)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed in one cell: the column as the sheet calls it, what stood there, and what about it."""

    column: str
    value: str
    reason: Reason
