"""The container of an .xls, read with bounds and packed anew: chains that loop and sizes that lie never reach the
spreadsheet parser."""

import struct
from collections.abc import Iterator
from itertools import islice

from hengli_visits.imports.reasons import BadFile
from hengli_visits.wording import N_

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR = 512
LAST_SECTOR = 0xFFFFFFFA
END = 0xFFFFFFFE
FREE = 0xFFFFFFFF
FAT = 0xFFFFFFFD
MINI_CUTOFF = 4096
ENTRY = 128


class Broken(Exception):
    """The container is not sound."""


def workbook_stream(data: bytes) -> bytes:
    """The records of the workbook in an .xls. Raises Broken for a container that is not sound, BadFile for one that
    holds something else."""
    container = Container(data)
    names = container.names()
    for name in ("Workbook", "Book", "WORKBOOK", "BOOK"):
        if name in names:
            return container.stream(*names[name])
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise BadFile(N_("文件设有打开密码。请在 Excel 里取消密码后再上传。"))
    raise BadFile(N_("这是旧版 Word 等文件，不是表格。请用 Excel 打开名册，另存为 .xlsx 后再上传。"))


class Container:
    """A compound file: sectors, the table of their chains, and the directory of streams."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 2 * SECTOR or not data.startswith(MAGIC):
            raise Broken
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Broken
        self._size = 1 << shift
        start, mini_start = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 60)[0]
        self._fat = self._table(self._fat_sectors())
        self._directory = b"".join(self._sectors(start))
        self._mini_fat = self._table(self._chain(mini_start, self._fat)) if mini_start < LAST_SECTOR else ()

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        if number >= LAST_SECTOR or at >= len(self._data):
            raise Broken
        return self._data[at : at + self._size].ljust(self._size, b"\0")

    def _fat_sectors(self) -> Iterator[int]:
        """The sectors of the table itself: the first 109 stand in the header, the others in sectors of their own."""
        yield from (one for one in struct.unpack_from("<109I", self._data, 76) if one < LAST_SECTOR)
        following, seen = struct.unpack_from("<I", self._data, 68)[0], set()
        while following < LAST_SECTOR:
            if following in seen:
                raise Broken
            seen.add(following)
            *numbers, following = struct.unpack(f"<{self._size // 4}I", self._sector(following))
            yield from (one for one in numbers if one < LAST_SECTOR)

    def _table(self, sectors: Iterator[int]) -> tuple[int, ...]:
        most = len(self._data) // self._size + 1
        table = b"".join(self._sector(number) for number in islice(sectors, most))
        return struct.unpack(f"<{len(table) // 4}I", table)

    def _chain(self, start: int, table: tuple[int, ...]) -> Iterator[int]:
        """The numbers of a chain. Raises Broken for one that loops or leaves the table."""
        number, left = start, len(table)
        while number < LAST_SECTOR:
            if number >= len(table) or left == 0:
                raise Broken
            yield number
            number, left = table[number], left - 1

    def _sectors(self, start: int) -> Iterator[bytes]:
        return (self._sector(number) for number in self._chain(start, self._fat))

    def _entries(self) -> Iterator[tuple[str, int, int]]:
        """(name, first sector, size) of every stream and of the root."""
        for at in range(0, len(self._directory) - ENTRY + 1, ENTRY):
            length, kind = struct.unpack_from("<HB", self._directory, at + 64)
            start, size = struct.unpack_from("<II", self._directory, at + 116)
            if kind in (2, 5) and 2 <= length <= 64:
                name = self._directory[at : at + length - 2].decode("utf-16-le", "replace")
                yield ("" if kind == 5 else name), start, size

    def names(self) -> dict[str, tuple[int, int]]:
        """Where each stream begins, and its size. The root stands under the empty name."""
        return {name: (start, size) for name, start, size in self._entries()}

    def stream(self, start: int, size: int) -> bytes:
        """A stream's bytes: small ones stand in the root's own stream, in sectors of 64."""
        if size > len(self._data):
            raise Broken
        if size >= MINI_CUTOFF:
            content = b"".join(islice(self._sectors(start), size // self._size + 1))
        else:
            root, _ = self.names().get("", (END, 0))
            small = b"".join(self._sectors(root))
            content = b"".join(small[at * 64 : at * 64 + 64] for at in self._chain(start, self._mini_fat))
        if len(content) < size:
            raise Broken
        return content[:size]


def container_of(stream: bytes) -> bytes:
    """The simplest sound container with this one stream, as Workbook."""
    stream = stream.ljust(MINI_CUTOFF, b"\0")
    count = -(-len(stream) // SECTOR)
    tables = 1
    while (count + tables + 1) * 4 > tables * SECTOR:
        tables += 1
    extra = max(0, -(-(tables - 109) // 127))
    while (count + tables + 1 + extra) * 4 > tables * SECTOR:
        tables += 1
        extra = max(0, -(-(tables - 109) // 127))
    fat = [*range(1, count), END, END, *([FAT] * tables), *([0xFFFFFFFC] * extra)]
    fat += [FREE] * (tables * SECTOR // 4 - len(fat))
    numbers = list(range(count + 1, count + 1 + tables))
    first_extra = count + 1 + tables
    header = bytearray(SECTOR)
    header[:8] = MAGIC
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into(
        "<IIIIIIII", header, 44, tables, count, 0, MINI_CUTOFF, END, 0, first_extra if extra else END, extra
    )
    struct.pack_into("<109I", header, 76, *(numbers[:109] + [FREE] * (109 - min(tables, 109))))
    directory = _entry("Root Entry", 5, 1, END, 0) + _entry("Workbook", 2, FREE, 0, len(stream))
    sectors = [stream.ljust(count * SECTOR, b"\0"), directory.ljust(SECTOR, b"\0"), struct.pack(f"<{len(fat)}I", *fat)]
    for position in range(extra):
        own = numbers[109 + position * 127 : 109 + (position + 1) * 127]
        following = first_extra + position + 1 if position + 1 < extra else END
        sectors.append(struct.pack("<128I", *own, *([FREE] * (127 - len(own))), following))
    return bytes(header) + b"".join(sectors)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    entry = bytearray(ENTRY)
    written = name.encode("utf-16-le") + b"\0\0"
    entry[: len(written)] = written
    struct.pack_into("<HBBIII", entry, 64, len(written), kind, 1, FREE, FREE, child)
    struct.pack_into("<II", entry, 116, start, size)
    return bytes(entry)
