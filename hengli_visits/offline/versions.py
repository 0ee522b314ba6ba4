"""Which version a page has, told without rendering it: a fingerprint of all that was loaded for it.

Relations load nothing by themselves (`lazy="raise"`), so a template can show nothing but what the query of its page has
loaded. The fingerprint goes over just that, and over the program's own files, so two pages that could differ have
different versions."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState

from hengli_visits.config import ROOT
from hengli_visits.orm import Base

LENGTH = 8
SOURCES = (
    ("hengli_visits", "**/*.py"),
    ("hengli_visits", "translations/**/*.mo"),
    ("templates", "**/*.html"),
    ("static/img", "*"),
    ("static/build", "manifest.json"),
)

PLAIN = frozenset({str, int, float, bool, bytes, type(None), datetime, date, UUID})
"""Most of what there is: not to be looked at more closely."""


@cache
def build() -> str:
    """The version of the program itself: of everything that decides how a page looks. Read once per process."""
    hasher = hashlib.blake2b(digest_size=LENGTH)
    for folder, pattern in SOURCES:
        for path in sorted((ROOT / folder).glob(pattern)):
            hasher.update(path.relative_to(ROOT).as_posix().encode())
            hasher.update(path.read_bytes())
    return hasher.hexdigest()


def fingerprint(*things: Any) -> str:
    """A hex digest of values, rows and what hangs on the rows as far as it was loaded. Equal when all is equal."""
    print_ = _Print()
    for thing in things:
        print_.take(thing)
    return print_.hasher.hexdigest()


class _Print:
    def __init__(self) -> None:
        self.hasher = hashlib.blake2b(digest_size=LENGTH)
        self.seen: set[int] = set()

    def take(self, thing: Any) -> None:
        if type(thing) in PLAIN:
            self._value(thing)
        elif isinstance(thing, Base):
            self._row(thing)
        elif isinstance(thing, Enum):
            self._value(thing.value)
        elif is_dataclass(thing) and not isinstance(thing, type):
            self._pairs((field.name, getattr(thing, field.name)) for field in fields(thing))
        elif isinstance(thing, Mapping):
            self._pairs(sorted(thing.items(), key=lambda pair: str(pair[0])))
        elif isinstance(thing, set | frozenset):
            self.take(sorted(thing, key=str))
        elif isinstance(thing, list | tuple):
            self._pairs(enumerate(thing))
        else:
            self._value(thing)

    def _row(self, row: Base) -> None:
        state: InstanceState[Any] = inspect(row)
        self._value((type(row).__name__, state.identity))
        if id(row) not in self.seen:
            self.seen.add(id(row))
            self._pairs((key, state.dict[key]) for key in sorted(state.dict.keys() - {"_sa_instance_state"}))

    def _pairs(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        self.hasher.update(b"{")
        for key, value in pairs:
            self.hasher.update(f"{key}\x1e".encode())
            self.take(value)
        self.hasher.update(b"}")

    def _value(self, value: object) -> None:
        self.hasher.update(f"{value!r}\x1f".encode())
