"""The two lists that a town begins with: its villages, and its party branches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hengli_visits.imports.cleaning import clean_code, clean_coordinate, clean_title, pair_location
from hengli_visits.imports.columns import normalise
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.text import half_width, plain_text
from hengli_visits.imports.workbook import Cell, Row, Sheet
from hengli_visits.wording import N_

MAX_LINES = 10_000
SECTORS = {"村(社区)": "village", "村": "village", "社区": "village", "农村": "village", "机关": "office", "机关单位": "office",
           "两新": "new", "两新组织": "new"}  # fmt: skip
WORDS = {
    "name": ("name", "名称", "村名", "村社区", "村名称", "村社区名称", "社区名称", "村", "社区", "支部名称", "党支部名称", "党支部", "支部", "所属党支部"),
    "code": ("code", "编号", "代码", "编码", "村编号", "村代码"),
    "kind": ("kind", "类别", "类型", "支部类别", "支部类型", "领域"),
    "village": ("village", "所属村", "所在村", "所属村社区", "所在村社区", "村", "社区", "村社区"),
    "latitude": ("latitude", "纬度", "lat"),
    "longitude": ("longitude", "经度", "lng", "lon"),
}  # fmt: skip


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


def read_areas(sheets: Iterable[Sheet]) -> list[AreaRow]:
    """The villages of a list with name, code, latitude, longitude. Raises BadFile naming the line that is wrong."""
    areas: list[AreaRow] = []
    for line, values in records(sheets, ("name", "code")):
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


def read_branches(sheets: Iterable[Sheet]) -> list[BranchRow]:
    """The branches of a list with name, kind, village. Raises BadFile naming the line that is wrong."""
    branches: dict[str, BranchRow] = {}
    for line, values in records(sheets, ("name", "kind")):
        name, kind = clean_title(values["name"], 80).value, half_width(plain_text(values["kind"])).strip()
        if not name:
            raise BadFile(N_("第 %(line)s 行缺少支部名称。"), line=line)
        if name in branches:
            raise BadFile(N_("第 %(line)s 行的支部与前面重复：%(name)s。"), line=line, name=name)
        if kind not in SECTORS:
            raise BadFile(
                N_("第 %(line)s 行的类别“%(kind)s”看不懂，请填村(社区)、机关或两新。"), line=line, kind=kind[:20]
            )
        branches[name] = BranchRow(name, SECTORS[kind], clean_title(values.get("village"), 60).value, line)
    return list(branches.values())


def header_of(row: Row, needed: tuple[str, ...]) -> dict[str, int]:
    """Which column holds what, by the words of a row; those that the list needs are given first."""
    said = {index: normalise(text) for index, text in enumerate(row.cells) if isinstance(text, str)}
    found: dict[str, int] = {}
    for name in (*needed, *WORDS):
        if name not in found:
            words = WORDS[name]
            fits = [index for index, text in said.items() if text in words and index not in found.values()]
            if fits:
                found[name] = min(fits, key=lambda index: words.index(said[index]))
    return found


def records(sheets: Iterable[Sheet], needed: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, Cell]]]:
    """(row, values by column) of every row below the header of the first sheet that is not hidden and not empty."""
    for sheet in sheets:
        if sheet.hidden:
            continue
        found: dict[str, int] | None = None
        for row in sheet.rows:
            if found is None:
                found = header_of(row, needed)
                if missing := [word for word in needed if word not in found]:
                    raise BadFile(N_("表头里缺少：%(columns)s。"), columns="、".join(missing))
                continue
            if row.number > MAX_LINES:
                raise BadFile(N_("文件超过 %(limit)s 行。"), limit=MAX_LINES)
            yield row.number, {name: row.cell(index) for name, index in found.items()}
        if found is not None:
            return
