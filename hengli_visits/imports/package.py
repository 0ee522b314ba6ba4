"""The zip package of an .xlsx, .xlsb or .ods, checked before any spreadsheet parser sees it.

Every part that the parser needs is unpacked once with a running count, checked (XML: without a document type) and
packed anew: sizes that lie, entries that overlap and parts nobody reads never reach the parser.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

from hengli_visits.imports import excel_binary
from hengli_visits.imports.open_document import ContentScan
from hengli_visits.imports.reach import SheetFacts
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.sheet_xml import SheetScan
from hengli_visits.imports.xml_scan import XmlScan
from hengli_visits.wording import N_

MAX_BYTES = 20 * 1024 * 1024
MAX_MEMBERS = 1000
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 20
CHUNK = 64 * 1024

WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin")
NEEDED = re.compile(
    r"\[Content_Types\]\.xml|(?:[^/]+/)*_rels/[^/]*\.rels|xl/(?!media/|embeddings/).+\.(?:xml|bin)", re.IGNORECASE
)
UNREAD = re.compile(
    r"(?:^|/)(?:theme|drawings?|charts?|comments|printerSettings|externalLinks|vbaProject|activeX|ctrlProps)[/.]?",
    re.IGNORECASE,
)
SHEET_PART = re.compile(r"xl/worksheets/(?!binaryIndex)", re.IGNORECASE)
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
NO_TABLE = N_("这不是表格文件。请选择 Excel、WPS 或 CSV 格式的名册再上传。")


class Reader(Protocol):
    """What unpacked XML is fed to."""

    def feed(self, data: bytes, final: bool) -> None: ...


@dataclass(slots=True)
class Package:
    """A package that may be parsed: the clean bytes, and what the parser would not tell about each sheet."""

    data: bytes
    facts: dict[str, SheetFacts] = field(default_factory=dict)


def open_package(data: bytes) -> Package:
    """Check the file and pack it anew. Raises BadFile with a sentence for whatever is not a sound .xlsx, .xlsb or
    .ods."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _repack(archive, len(data))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
    ) as error:
        raise BadFile(N_("文件已损坏，无法打开。请在 Excel 里重新另存为 .xlsx 后再上传。")) from error
    except (expat.ExpatError, ValueError, KeyError, IndexError, struct.error) as error:
        raise damaged() from error


def damaged() -> BadFile:
    """The refusal for content that no spreadsheet program would have written."""
    return BadFile(N_("文件内容已损坏，无法读取。请在 Excel 里重新另存为 .xlsx 后再上传。"))


def _repack(archive: zipfile.ZipFile, packed: int) -> Package:
    members = archive.infolist()
    names = {member.filename for member in members}
    if len(members) > MAX_MEMBERS:
        raise BadFile(N_("文件内部的部件超过 %(limit)s 个，无法读取。"), limit=MAX_MEMBERS)
    if any(member.flag_bits & 1 for member in members):
        raise BadFile(N_("文件设有打开密码。请在 Excel 里取消密码后再上传。"))
    if len(names) != len(members):
        raise zipfile.BadZipFile("two members of one name")
    limit = max(MAX_UNPACKED, packed * MAX_RATIO)
    if sum(member.file_size for member in members) > limit:
        raise _too_large(limit)
    if "content.xml" in names and "mimetype" in names:
        return _open_document(archive, limit)
    if "[Content_Types].xml" not in names or names.isdisjoint(WORKBOOKS):
        raise BadFile(NO_TABLE)
    package = Package(b"")
    target = io.BytesIO()
    used = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as clean:
        binary = "xl/workbook.bin" in names
        sheets = _sheet_parts(archive, binary, limit)
        for member in members:
            name = member.filename
            if not NEEDED.fullmatch(name) or UNREAD.search(name) or (name.endswith(".bin") and not binary):
                continue
            # Every part is scanned as a sheet: whichever part the parser takes for one was then measured.
            sheet = sheets.get(name, name)
            scan: SheetScan | BinaryScan = BinaryScan(name, sheet) if name.endswith(".bin") else SheetScan(sheet)
            with clean.open(name, "w") as out:
                used += _unpack(archive, member, scan, out.write, limit - used)
            if name in sheets:
                package.facts[sheets[name]] = scan.facts
    package.data = target.getvalue()
    return package


def _open_document(archive: zipfile.ZipFile, limit: int) -> Package:
    """The same for an OpenDocument table: only its content is kept."""
    kind = archive.getinfo("mimetype")
    if kind.file_size > 200 or b"opendocument.spreadsheet" not in archive.read(kind):
        raise BadFile(NO_TABLE)
    if "META-INF/manifest.xml" in archive.namelist():
        manifest = Whole()
        _unpack(archive, archive.getinfo("META-INF/manifest.xml"), manifest, bytes, limit)
        if b"encryption-data" in manifest.content:
            raise BadFile(N_("文件设有打开密码。请在 Excel 里取消密码后再上传。"))
    scan = ContentScan()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as clean:
        clean.writestr("mimetype", archive.read(kind), zipfile.ZIP_STORED)
        clean.writestr("META-INF/manifest.xml", MANIFEST)
        with clean.open("content.xml", "w") as out:
            _unpack(archive, archive.getinfo("content.xml"), scan, out.write, limit)
    return Package(target.getvalue(), scan.facts)


def _too_large(limit: int) -> BadFile:
    return BadFile(
        N_("文件展开后超过 %(limit)s MB,无法读取。请只保留需要的工作表后再上传。"),
        limit=limit // 1024 // 1024,
    )


def _unpack(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    reader: Reader,
    write: Callable[[bytes], object],
    limit: int,
) -> int:
    """Unpack one member piece by piece into `reader` and `write`; its true size, whatever its header says."""
    size = 0
    with archive.open(member) as source:
        while piece := source.read(CHUNK):
            size += len(piece)
            if size > limit:
                raise _too_large(limit)
            reader.feed(piece, False)
            write(piece)
    reader.feed(b"", True)
    return size


class Whole:
    """Keeps a part as it is."""

    def __init__(self) -> None:
        self.content = bytearray()

    def feed(self, data: bytes, final: bool) -> None:
        """Take the next piece."""
        self.content += data


class BinaryScan(Whole):
    """Reads the records of a part of an .xlsb, once it is whole, into `facts`."""

    def __init__(self, part: str, name: str) -> None:
        super().__init__()
        self._part = part
        self._name = name
        self.facts = SheetFacts()

    def feed(self, data: bytes, final: bool) -> None:
        """Take the next piece. Raises ValueError or struct.error for records that are not sound, or BadFile."""
        super().feed(data, final)
        if final:
            part = bytes(self.content)
            self.content.clear()
            excel_binary.check_strings(part)
            if SHEET_PART.match(self._part) or self._part != self._name:
                self.facts = excel_binary.scan_sheet(self._name, part)


def _sheet_parts(archive: zipfile.ZipFile, binary: bool, limit: int) -> dict[str, str]:
    """Path of each sheet's part → the sheet's name, by the workbook and its relationships."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def workbook(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            ids[key] = attributes.get("name", "")

    def relations(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "").lstrip("/")
            targets[attributes.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"

    ending = "bin" if binary else "xml"
    if binary:
        whole = Whole()
        _unpack(archive, archive.getinfo("xl/workbook.bin"), whole, bytes, limit)
        ids.update(excel_binary.sheet_ids(bytes(whole.content)))
    else:
        _unpack(archive, archive.getinfo("xl/workbook.xml"), XmlScan(workbook), bytes, limit)
    _unpack(archive, archive.getinfo(f"xl/_rels/workbook.{ending}.rels"), XmlScan(relations), bytes, limit)
    return {targets[key]: sheet for key, sheet in ids.items() if key in targets}
