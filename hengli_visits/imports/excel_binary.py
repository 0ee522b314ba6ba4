"""The records of an .xlsb: which part is which sheet, how far each reaches, what is hidden, merged or an error."""

import struct
from collections.abc import Iterator

from hengli_visits.imports.reach import ERROR_CODES, Reach, SheetFacts

ROW, BLANK, ERROR, FORMULA_ERROR = 0, 1, 3, 11
VALUES = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 62))
COLUMNS, SHEET, STRINGS, STRING, SIZE, MERGED = 60, 156, 159, 19, 148, 176
MOST = 0x100000


def records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of every record of a part. Raises ValueError for one that runs over the end."""
    at, end = 0, len(part)
    while at < end:
        kind, at = _number(part, at, 2)
        length, at = _number(part, at, 4)
        if at + length > end:
            raise ValueError("a record is cut off")
        yield kind, part[at : at + length]
        at += length


def _number(part: bytes, at: int, most: int) -> tuple[int, int]:
    """A number in groups of seven bits, lowest first (a kind keeps the eighth bits), and where it ends."""
    number = 0
    for position in range(most):
        if at >= len(part):
            raise ValueError("a record is cut off")
        byte = part[at]
        number |= (byte & 0x7F) << (7 * position)
        at += 1
        if byte < 0x80:
            break
    return number, at


def sheet_ids(workbook: bytes) -> Iterator[tuple[str, str]]:
    """(id of the relation, name) of every sheet."""
    for kind, body in records(workbook):
        if kind == SHEET:
            relation, at = _text(body, 8)
            yield relation, _text(body, at)[0]


def _text(body: bytes, at: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", body, at)[0]
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(body):
        raise ValueError("a text is cut off")
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def check_strings(part: bytes) -> None:
    """Raises ValueError when the table of texts announces more of them than it has bytes."""
    for kind, body in records(part):
        if kind == STRINGS:
            if struct.unpack_from("<I", body, 4)[0] > len(part):
                raise ValueError("more texts than bytes")
            return


def scan_sheet(name: str, part: bytes) -> SheetFacts:
    """What to know about a sheet. Raises BadFile where its values stand too far out, ValueError and struct.error for
    records that are not sound."""
    reach = Reach(name)
    row = 0
    for kind, body in records(part):
        if kind == ROW:
            row = struct.unpack_from("<I", body)[0]
            if len(body) > 11 and body[11] & 0x10:
                reach.facts.hidden_rows.add(row + 1)
        elif kind in VALUES:
            column = struct.unpack_from("<I", body)[0]
            reach.cell()
            reach.value(row + 1, column + 1)
            if kind in (ERROR, FORMULA_ERROR):
                reach.facts.errors[row + 1, column + 1] = ERROR_CODES.get(body[8], "#N/A")
        elif kind == BLANK:
            reach.cell()
        else:
            _layout(kind, body, reach)
    return reach.facts


def _layout(kind: int, body: bytes, reach: Reach) -> None:
    """Records that hold no cell."""
    if kind == COLUMNS:
        first, last = struct.unpack_from("<II", body)
        if struct.unpack_from("<H", body, 16)[0] & 1:
            reach.hide_columns(first + 1, last + 1)
    elif kind == MERGED:
        top, bottom, left, right = struct.unpack_from("<4I", body)
        reach.merge((top, left), (bottom, right))
    elif kind == SIZE and any(one > MOST for one in struct.unpack_from("<4I", body)):
        raise ValueError("more rows than a sheet can have")
