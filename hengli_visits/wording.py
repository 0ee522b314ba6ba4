"""Words that the screen shows. A msgid is the Chinese text itself; translation happens where a page is made."""

from enum import StrEnum
from typing import Self


def N_(text: str) -> str:
    """Mark a text for the catalogue where it is defined; it is translated where it is shown."""
    return text


class Word(StrEnum):
    """A vocabulary of the domain: the stored value and the msgid that the screen shows (`.label`)."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
