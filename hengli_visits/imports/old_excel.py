"""The records of an .xls: how far its sheets reach, what is hidden, merged or an error, whether it has a password."""

import struct
from collections.abc import Callable, Iterator

from hengli_visits.imports.reach import ERROR_CODES, Reach, SheetFacts
from hengli_visits.imports.reasons import BadFile
from hengli_visits.wording import N_

BEGIN = frozenset((0x0809, 0x0409, 0x0209, 0x0009))
END, SHEET, PASSWORD, STRINGS, WIDE = 0x0A, 0x85, 0x2F, 0xFC, 0xBD
FORMULAS = frozenset((0x06, 0x0206, 0x0406))
ERROR = 0x0205
VALUES = frozenset((0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, *FORMULAS, ERROR, 0x0003, 0x0002, 0x0004, 0x0005))
BLANKS = frozenset((0x0201, 0xBE))
ROW, COLUMNS, MERGED, SIZE = 0x0208, 0x7D, 0xE5, 0x0200


def scan_records(stream: bytes) -> dict[str, SheetFacts]:
    """What to know about each sheet, by its name. Raises BadFile for a password and for sheets that reach too far,
    struct.error and ValueError for records that are cut off."""
    facts: dict[str, SheetFacts] = {}
    for name, start in list(_sheets(stream)):
        reach = Reach(name)
        scan = SheetRecords(reach)
        depth = 0
        for kind, body in records(stream, start):
            if kind in BEGIN:
                depth += 1
            elif kind == END:
                depth -= 1
                if depth <= 0:
                    break
            elif depth == 1:
                scan.take(kind, body)
        facts.setdefault(name, reach.facts)
    return facts


def records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of every record from a place on. Raises ValueError for one that runs over the end."""
    at, end = start, len(stream)
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, at)
        at += 4
        if at + length > end:
            raise ValueError("a record is cut off")
        yield kind, stream[at : at + length]
        at += length


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """(name, place of its records) of every sheet that the workbook lists."""
    for number, (kind, body) in enumerate(records(stream, 0)):
        if number == 0:
            if kind not in BEGIN:
                raise ValueError("no workbook")
            if kind != 0x0809 or struct.unpack_from("<H", body)[0] != 0x0600:
                raise BadFile(N_("这是 Excel 95 或更早的文件。请在 Excel 里另存为 .xlsx 后再上传。"))
        elif kind == PASSWORD:
            raise BadFile(N_("文件设有打开密码。请在 Excel 里取消密码后再上传。"))
        elif kind == STRINGS and struct.unpack_from("<I", body, 4)[0] > len(stream):
            raise ValueError("more texts than bytes")
        elif kind == SHEET:
            place = struct.unpack_from("<I", body)[0]
            if place >= len(stream):
                raise ValueError("a sheet is not there")
            yield _name(body[6:]), place
        elif kind == END:
            return


def _name(body: bytes) -> str:
    if body[1] & 1:
        return body[2 : 2 + 2 * body[0]].decode("utf-16-le", "replace")
    return body[2 : 2 + body[0]].decode("latin-1")


class SheetRecords:
    """Takes the records of one sheet."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._others: dict[int, Callable[[bytes], None]] = {
            ROW: self._row,
            COLUMNS: self._columns,
            MERGED: self._merged,
            SIZE: self._size,
            WIDE: self._wide,
        }

    def take(self, kind: int, body: bytes) -> None:
        """One record. Raises BadFile where it stands too far out."""
        if kind in VALUES:
            row, column = struct.unpack_from("<HH", body)
            self._reach.cell()
            self._reach.value(row + 1, column + 1)
            if kind == ERROR and body[7]:
                self._error(row, column, body[6])
            elif kind in FORMULAS and body[12:14] == b"\xff\xff" and body[6] == 2:
                self._error(row, column, body[8])
        elif kind in BLANKS:
            self._reach.cell()
        elif other := self._others.get(kind):
            other(body)

    def _error(self, row: int, column: int, code: int) -> None:
        self._reach.facts.errors[row + 1, column + 1] = ERROR_CODES.get(code, "#N/A")

    def _wide(self, body: bytes) -> None:
        """Several numbers beside each other."""
        row, _ = struct.unpack_from("<HH", body)
        self._reach.cell()
        self._reach.value(row + 1, struct.unpack_from("<H", body, len(body) - 2)[0] + 1)

    def _row(self, body: bytes) -> None:
        if len(body) >= 16 and struct.unpack_from("<I", body, 12)[0] & 0x20:
            self._reach.facts.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)

    def _columns(self, body: bytes) -> None:
        first, last, _, _, flags = struct.unpack_from("<5H", body)
        if flags & 1:
            self._reach.hide_columns(first + 1, last + 1)

    def _merged(self, body: bytes) -> None:
        for at in range(struct.unpack_from("<H", body)[0]):
            struct.unpack_from("<4H", body, 2 + 8 * at)
            self._reach.merge()

    def _size(self, body: bytes) -> None:
        """What the sheet says of its own size, for which the parser makes room; a little too much is usual."""
        if len(body) >= 12 and struct.unpack_from("<I", body, 4)[0] > 65_536:
            raise ValueError("more rows than a sheet can have")
