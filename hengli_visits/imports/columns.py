"""Finding the header row and telling which column holds what."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from hashlib import sha256

from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.imports.text import half_width, plain_text, simplified
from hengli_visits.imports.workbook import Cell, Row
from hengli_visits.wording import N_

HEADER_DEPTH = 30
LONGEST_HEADER = 12
"""Characters of a header that is recognised by how it ends."""

OWN_HEADER = "未采用的原因"
"""What stands over the reasons in our own list of rows to mend: no column of the roster, when it comes back."""

TWO_ROWS = "/"
"""Stands between the two parts of a header that takes two rows."""

OFFICIAL = re.compile(r"走访|干部|组长|队长|书记|网格|责任|包户|包干|挂点|帮扶|联络员|党员")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|〔[^〕]*〕")
MANY = frozenset(("visitors", "phones", "staff_numbers", "members", "category_mark"))
"""Fields that may stand in several columns beside each other."""

WITH_PHONE = ("group_leader", "team_leader", "visitors")
AND_PHONE = re.compile(r"(?:姓名)?(?:及|和|与|兼)?(?:联系)?(?:电话|手机|方式|号码|手机号|电话号码|手机号码)$")
NUMBERED = re.compile(r"第?[1-9一二三四五六七八九](?:位|名)?")
LETTERED = re.compile(r"[A-Z]{1,3} 列")
NOISE = re.compile(r"[\s*:_.、,/\\|-]+")


@dataclass(frozen=True, slots=True)
class Field:
    """What one column of a roster may hold. `title` is its word on screen, `words` the header words that mean it,
    `parts` the fields that it may be put together from."""

    name: str
    title: str
    words: tuple[str, ...] = ()
    required: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kind of roster consists of. Of each group in `any_of` one field must be there."""

    name: str
    title: str
    fields: tuple[Field, ...]
    any_of: tuple[tuple[str, ...], ...] = ()

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(one for one in self.fields if one.name == name)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column (from 0) holds which field: guessed from the header, or as the user corrected it. `headers` is
    what stands over each column; `unsure` are columns matched only by how their header ends or by what stands in them;
    `lettered` are those without a header, which are called by their letter; `own`: this program wrote the file."""

    columns: Mapping[int, str] = field(default_factory=dict)
    headers: Mapping[int, str] = field(default_factory=dict)
    unsure: frozenset[int] = frozenset()
    lettered: frozenset[int] = frozenset()
    own: bool = False
    _indexes: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_indexes", {name: index for index, name in reversed(list(self.columns.items()))})

    def index(self, name: str) -> int | None:
        """The column of a field, if any holds it."""
        return self._indexes.get(name)

    def indexes(self, name: str) -> list[int]:
        """All columns of a field that may stand in several."""
        return [index for index, held in self.columns.items() if held == name]

    def unmatched(self) -> dict[int, str]:
        """Columns that no field was found for, with their headers."""
        return {index: text for index, text in self.headers.items() if index not in self.columns}

    def missing(self, layout: Layout) -> tuple[Field, ...]:
        """Fields that the layout cannot do without and no column holds; of a group of which one would do, the first."""
        held = set(self.columns.values())
        alone = [one for one in layout.fields if one.required and held.isdisjoint((one.name, *one.parts))]
        return (*alone, *(layout.field(names[0]) for names in layout.any_of if held.isdisjoint(names)))

    def corrected(self, columns: Mapping[int, str]) -> "ColumnMap":
        """The same header with the user's own choice of fields, which leaves nothing unsure."""
        return ColumnMap(dict(columns), self.headers, lettered=self.lettered)

    def recalled(self, meanings: Mapping[str, str]) -> "ColumnMap":
        """The same header with what the user once chose for it: {header by `labels`: field}. A field has one column."""
        columns: dict[int, str] = {}
        for index, label in labels(self.headers).items():
            name = meanings.get(label)
            if name and (name in MANY or name not in columns.values()):
                columns[index] = name
        return ColumnMap(columns, self.headers, lettered=self.lettered)

    def key(self) -> tuple[str, ...]:
        """What identifies this set of headers, so that a correction can be remembered for it."""
        own = [text for text in self.headers.values() if not LETTERED.fullmatch(text)]
        return tuple(sorted(normalise(text) for text in own or self.headers.values()))


def labels(headers: Mapping[int, str]) -> dict[int, str]:
    """The normalised header of each column, from left to right; a repeated one with its number (电话, 电话#2)."""
    found: dict[int, str] = {}
    times: dict[str, int] = {}
    for index, text in sorted(headers.items()):
        label = normalise(text)
        times[label] = times.get(label, 0) + 1
        found[index] = label if times[label] == 1 else f"{label}#{times[label]}"
    return found


def header_key(columns: ColumnMap) -> str:
    """A short, lasting name for a set of headers, whatever their order: under it a corrected mapping is remembered."""
    return sha256("\n".join(columns.key()).encode()).hexdigest()


def normalise(header: str) -> str:
    """A header word as the synonym tables write it: half-width, without spaces, brackets and signs."""
    text = simplified(half_width(header)).lower()
    stripped = NOISE.sub("", BRACKETS.sub("", text))
    return stripped or NOISE.sub("", text)


@cache
def words_of(layout: Layout) -> dict[str, tuple[str, ...]]:
    """What each word of a layout may mean."""
    words: dict[str, tuple[str, ...]] = {}
    for one in layout.fields:
        for word in one.words:
            words[word] = (*words.get(word, ()), one.name)
    return words


@cache
def _endings(layout: Layout) -> tuple[str, ...]:
    """The words that may end a longer one, longest first."""
    return tuple(sorted((word for word in words_of(layout) if len(word) > 1), key=len, reverse=True))


def without_reasons(rows: Iterator[Row]) -> Iterator[Row]:
    """Rows without the column of reasons that our own list of rows to mend has, if the first of them name it."""
    column = None
    for count, row in enumerate(rows, start=1):
        column = next((index for index, cell in enumerate(row.cells) if cell == OWN_HEADER), None)
        yield row if column is None else blanked(row, column)
        if column is not None or count >= HEADER_DEPTH:
            break
    for row in rows:
        left = row if column is None else blanked(row, column)
        if column is None or left.own():
            yield left


def blanked(row: Row, column: int) -> Row:
    """The row with nothing in a column."""
    if row.cell(column) is None:
        return row
    rest = row.cells[column + 1 :]
    return replace(row, cells=(*row.cells[:column], *((None, *rest) if rest else ())))


def match_row(row: Row, layout: Layout) -> ColumnMap:
    """Match the words of one row to the layout's fields."""
    headers = {index: plain_text(cell) for index, cell in enumerate(row.cells) if isinstance(cell, str)}
    return match_words(headers, {index: (normalise(text),) for index, text in headers.items()}, layout)


def match_words(headers: Mapping[int, str], said: Mapping[int, tuple[str, ...]], layout: Layout) -> ColumnMap:
    """Match what is said over each column: whole words first, then by how a word ends, longest first. Of two columns
    that mean the same, the first counts; the other is its spare (a second phone) or stays unmatched."""
    words, endings = words_of(layout), _endings(layout)
    columns: dict[int, str] = {}
    meanings = {index: next((words[one] for one in forms if one in words), ()) for index, forms in said.items()}
    for index, names in sorted(meanings.items(), key=lambda item: len(item[1])):
        if name := next((one for one in names if one not in columns.values()), None):
            columns[index] = name
    for index, forms in said.items():
        if (index not in columns and (name := further(forms, words))) or (
            index not in columns and (name := with_phone(forms, layout)) and name not in columns.values()
        ):
            columns[index] = name
    exact = frozenset(columns)
    for index, forms in said.items():
        header = forms[0] if forms else ""
        if index in columns or len(header) > LONGEST_HEADER or not header.endswith(endings):
            continue
        ending = next(word for word in endings if header.endswith(word))
        if words[ending][0] not in columns.values() and not foreign(header, ending, layout):
            columns[index] = words[ending][0]
    return ColumnMap(dict(sorted(columns.items())), headers, frozenset(columns) - exact)


def further(forms: Sequence[str], words: Mapping[str, tuple[str, ...]]) -> str | None:
    """The field of which a column is one of several: 走访员1, 走访员2."""
    for form in forms:
        names = words.get(form) or words.get(NUMBERED.sub("", form), ())
        if name := next((one for one in names if one in MANY), None):
            return name
    return None


def with_phone(forms: Sequence[str], layout: Layout) -> str | None:
    """The person of whom a column gives name and telephone together: 组长及电话. An enterprise's contact is read beside
    its telephone instead."""
    if layout.name not in ("groups", "assignments"):
        return None
    bare = (AND_PHONE.sub("", form) for form in forms if AND_PHONE.search(form))
    names = (words_of(layout).get(form, ()) for form in bare)
    return next((one[0] for one in names if one and one[0] in WITH_PHONE), None)


def foreign(header: str, ending: str, layout: Layout) -> bool:
    """Whether a header speaks of somebody else than its ending would mean: 包户干部电话 is not the household's."""
    return layout.name == "households" and bool(OFFICIAL.search(header.removesuffix(ending)))


def score(found: ColumnMap) -> int:
    """Whole words weigh more than endings."""
    return 2 * len(found.columns) - len(found.unsure)


def is_header(found: ColumnMap, row: Row) -> bool:
    """Two fields make a header; a list with hardly any columns has to do with one."""
    sure = len(found.columns) - len(found.unsure)
    return (sure >= 1 and len(found.columns) >= 2) or (sure == 1 and len(row.own()) <= 2)


def repeats_header(row: Row, columns: ColumnMap) -> bool:
    """Whether a row below the header says the header again, as printed pages do."""
    said = same = 0
    for index in columns.columns:
        cell = row.cell(index)
        if cell is not None:
            said += 1
            same += says(cell, columns.headers.get(index, ""))
    return (same >= 2 and same * 2 > said) or (said == same == 1)


def says(cell: Cell, header: str) -> bool:
    """Whether a cell says the same as a header, or as one of the two rows of one; a first look at the letters spares
    most cells the normalising."""
    if not isinstance(cell, str) or len(cell) > LONGEST_HEADER + 20 or not could_say(cell[:1], header):
        return False
    word = normalise(cell)
    return word == normalise(header) or (TWO_ROWS in header and word in map(normalise, header.split(TWO_ROWS)))


@lru_cache(maxsize=4096)
def could_say(first: str, header: str) -> bool:
    """Whether a cell with this first character could say a header: it begins with a sign, or like a part of it."""
    return not first.isalnum() or any(
        part[:1] == first or normalise(part)[:1] == first for part in header.split(TWO_ROWS)
    )


def missing_reason(fields: Sequence[Field]) -> Reason:
    """Why a sheet with a header cannot be read all the same."""
    return reason(N_("表头里缺少：%(columns)s。"), columns="、".join(one.title for one in fields))


def letter(index: int) -> str:
    """What a spreadsheet calls a column: 0 → A, 26 → AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
