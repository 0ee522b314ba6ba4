"""What the columns of a batch are taken for, as somebody corrects it: once for all sheets with the same headers."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengli_visits.imports.columns import MANY, ColumnMap, Field, Layout, header_key, labels
from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.imports.walking import LIKELIER
from hengli_visits.wording import N_


@dataclass(frozen=True, slots=True)
class ColumnSet:
    """Sheets with the same headers in the same order. `columns` are as `packing.pack_sheet` keeps them; `notes` say why
    the sheets were not read, if they were not."""

    sheets: tuple[str, ...]
    columns: tuple[Mapping[str, Any], ...]
    notes: tuple[Mapping[str, Any], ...] = ()

    @property
    def headers(self) -> dict[int, str]:
        """What each column is called; one without a header by its letter."""
        return {one["index"]: one["header"] for one in self.columns if one["header"]}

    @property
    def key(self) -> str | None:
        """Under what a choice for these headers is remembered; None when no column has a header."""
        own = {one["index"]: one["header"] for one in self.columns if one["header"] and not one["lettered"]}
        return header_key(ColumnMap(headers=own)) if own else None

    @property
    def meanings(self) -> list[str]:
        """The field of each column, empty for a column that is not used."""
        return [one["field"] or "" for one in self.columns]

    def chosen(self, meanings: Sequence[str]) -> dict[int, str]:
        """{column: field} of the columns that are used."""
        return {one["index"]: name for one, name in zip(self.columns, meanings, strict=True) if name}

    def lasting(self, meanings: Sequence[str]) -> dict[str, str]:
        """{header: field}, as it is remembered for these headers; unused columns are remembered as such."""
        named = labels(self.headers)
        pairs = zip(self.columns, meanings, strict=True)
        return {named[one["index"]]: name for one, name in pairs if one["index"] in named}


def column_sets(sheets: Sequence[Mapping[str, Any]]) -> list[ColumnSet]:
    """The sheets of a batch by what their columns are, in the file's order; those without any column are left out."""
    found: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for sheet in sheets:
        if sheet["columns"]:
            same = tuple((one["index"], one["header"], one["field"]) for one in sheet["columns"])
            found.setdefault(same, []).append(sheet)
    return [
        ColumnSet(
            tuple(one["name"] for one in several),
            tuple(several[0]["columns"]),
            tuple(several[0]["notes"]) if several[0]["header_row"] is None else (),
        )
        for several in found.values()
    ]


def recalled(sheets: Sequence[Mapping[str, Any]], remembered: Container[str], corrected: Container[str]) -> list[str]:
    """The sheets whose columns were read as remembered, and not as somebody said for this batch."""
    return [
        name
        for one in column_sets(sheets)
        if one.key and one.key in remembered
        for name in one.sheets
        if name not in corrected
    ]


def unread(sheets: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sheets of which nothing was read although something stands in them."""
    return [one for one in sheets if one["header_row"] is None and one["notes"]]


def doubtful(sheets: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """(sheet, note) of the sheets that look like another kind of roster than the one they are read as."""
    return [(one["name"], note) for one in sheets for note in one["notes"] if note["message"] == LIKELIER]


def unsure(sheets: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(header, field) of the columns that were not told by their whole header, each once."""
    pairs = [
        (one["header"], one["field"]) for sheet in sheets for one in sheet["columns"] if one["unsure"] and one["field"]
    ]
    return list(dict.fromkeys(pairs))


def faults(layout: Layout, meanings: Sequence[str]) -> tuple[list[Reason | None], tuple[Field, ...]]:
    """What is wrong with a choice: beside each column, and the fields that must be there and are not."""
    times = Counter(name for name in meanings if name)
    found = [
        reason(N_("有 %(count)s 列都当作“%(title)s”，只能有一列。"), count=times[name], title=layout.field(name).title)
        if times[name] > 1 and name not in MANY
        else None
        for name in meanings
    ]
    return found, ColumnMap(dict(enumerate(meanings))).missing(layout)
