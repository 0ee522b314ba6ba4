"""The two lists that a town begins with: its villages, and its party branches."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from hengli_visits.imports.cleaning import clean_code, clean_coordinate, clean_title, pair_location
from hengli_visits.imports.package import MAX_BYTES
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.text import half_width
from hengli_visits.wording import N_

MAX_LINES = 10_000
SECTORS = {"村(社区)": "village", "村": "village", "社区": "village", "农村": "village", "机关": "office", "机关单位": "office",
           "两新": "new", "两新组织": "new"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A village or community. `kind` is village or community, by the name's last word; `line` where it stands."""

    name: str
    code: str
    kind: str
    latitude: float | None
    longitude: float | None
    line: int = 0


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A party branch. `sector` is village, office or new (两新); `village` is None where it has none."""

    name: str
    sector: str
    village: str | None
    line: int = 0


def read_areas_csv(data: bytes) -> list[AreaRow]:
    """The villages of a csv with name, code, latitude, longitude. Raises BadFile naming the line that is wrong."""
    areas: list[AreaRow] = []
    for line, values in records(data, ("name", "code")):
        name, code = clean_title(values["name"], 60).value, clean_code(values["code"], 12).value
        if not name or not code:
            raise BadFile(N_("第 %(line)s 行缺少名称或编号。"), line=line)
        if any(name == area.name or code == area.code for area in areas):
            raise BadFile(
                N_("第 %(line)s 行的名称或编号与前面重复：%(name)s %(code)s。"), line=line, name=name, code=code
            )
        latitude, longitude = (clean_coordinate(values.get(one)) for one in ("latitude", "longitude"))
        if latitude.problem or longitude.problem:
            raise BadFile(N_("第 %(line)s 行的经纬度看不懂。"), line=line)
        place = pair_location(latitude.value, longitude.value)
        kind = "community" if name.endswith("社区") else "village"
        areas.append(AreaRow(name, code, kind, place[0], place[1], line))
    return areas


def read_branches_csv(data: bytes) -> list[BranchRow]:
    """The branches of a csv with name, kind, village. Raises BadFile naming the line that is wrong."""
    branches: dict[str, BranchRow] = {}
    for line, values in records(data, ("name", "kind")):
        name, kind = clean_title(values["name"], 80).value, half_width(values["kind"]).strip()
        if not name:
            raise BadFile(N_("第 %(line)s 行缺少支部名称。"), line=line)
        if name in branches:
            raise BadFile(N_("第 %(line)s 行的支部与前面重复：%(name)s。"), line=line, name=name)
        if kind not in SECTORS:
            raise BadFile(
                N_("第 %(line)s 行的类别“%(kind)s”看不懂，请填村(社区)、机关或两新。"), line=line, kind=kind[:20]
            )
        branches[name] = BranchRow(name, SECTORS[kind], clean_title(values.get("village", ""), 60).value, line)
    return list(branches.values())


def header_of(data: bytes) -> list[str]:
    """The words of a csv's first line, lower case. Raises BadFile for a file that is no text."""
    try:
        return [
            half_width(word).strip().lower() for word in next(csv.reader(io.StringIO(decode(data), newline="")), [])
        ]
    except csv.Error:
        return []


def records(data: bytes, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, values by column) of every line of a csv that is not blank; lines count from 1, the header being 1."""
    reader = csv.reader(io.StringIO(decode(data), newline=""))
    try:
        header = [half_width(word).strip().lower() for word in next(reader, [])]
        if missing := [word for word in needed if word not in header]:
            raise BadFile(N_("表头里缺少：%(columns)s。"), columns="、".join(missing))
        for values in reader:
            if reader.line_num > MAX_LINES:
                raise BadFile(N_("文件超过 %(limit)s 行。"), limit=MAX_LINES)
            if any(value.strip() for value in values):
                padded = values + [""] * (len(header) - len(values))
                yield reader.line_num, dict(zip(header, padded, strict=False))
    except csv.Error as error:
        raise BadFile(N_("第 %(line)s 行的格式有误，请检查引号和逗号。"), line=reader.line_num) from error


def decode(data: bytes) -> str:
    """A csv's text: UTF-8 with or without BOM, else GB18030."""
    if not data.strip():
        raise BadFile(N_("文件是空的，请重新选择。"))
    if len(data) > MAX_BYTES:
        raise BadFile(N_("文件超过 %(limit)s MB,请拆成几个文件再上传。"), limit=MAX_BYTES // 1024 // 1024)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadFile(N_("文件的文字编码看不懂。请在 Excel 里另存为 CSV UTF-8 后再上传。"))
