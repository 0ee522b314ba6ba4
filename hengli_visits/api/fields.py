"""How a field of a resource is described: once, for the answer, the OpenAPI document, the page about it and the tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hengli_visits.models import ApiScope
from hengli_visits.wording import Word

Schema = Mapping[str, Any]
Take = Callable[[Any], Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
YES_NO: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
UUID: Schema = {"type": "string", "format": "uuid"}


def none_or(schema: Schema) -> Schema:
    """The same, or null."""
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **more, "type": [schema["type"], "null"]}


def one_of(words: type[Word]) -> Schema:
    """The values of a vocabulary."""
    return {"type": "string", "enum": [word.value for word in words]}


@dataclass(frozen=True)
class Field:
    """One field: `says` (a msgid) what it holds, `take` gets it from a row. With `scope` only keys with that see it."""

    name: str
    schema: Schema
    says: str
    take: Take
    scope: ApiScope | None = None


@dataclass(frozen=True)
class Resource:
    """What can be read at `/api/v1/<name>`. `key` is the schema of what stands in the address of one item."""

    name: str
    title: str
    scope: ApiScope
    fields: tuple[Field, ...]
    key: Schema = field(default_factory=lambda: NUMBER)

    def seen(self, opens: Callable[[ApiScope], bool]) -> tuple[Field, ...]:
        """The fields that a key sees which opens these scopes."""
        return tuple(one for one in self.fields if one.scope is None or opens(one.scope))

    def further(self, scope: ApiScope) -> bool:
        """Whether a scope opens fields of this resource beyond the usual ones."""
        return any(one.scope is scope for one in self.fields)


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in UTC with a Z, words by their value."""
    if isinstance(value, Word):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | str | float | list | dict) or value is None:
        return value
    return str(value)


def told(fields: tuple[Field, ...], row: Any) -> dict[str, Any]:
    """A row as it is answered."""
    return {one.name: plain(one.take(row)) for one in fields}
