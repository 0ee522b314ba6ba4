"""The dispatch catalogue (派单目录): who leads and helps with a category in an area, and within how many working days. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hengli_visits.errors import Invalid
from hengli_visits.models import Category, DispatchRule
from hengli_visits.wording import N_

MOST_CO_UNITS = 8
MOST_DAYS = 365
MOST_LINES = 2000
EVERYWHERE = "全镇"
HEAD = ("类别", "区域", "主办单位", "协办单位", "天数")
"""The columns of the catalogue as a table of text, as a spreadsheet pastes it."""
COLUMNS = dict(zip(("category_id", "area_id", "lead_unit_id", "co_unit_ids", "limit_days"), HEAD, strict=True))
"""The column of each field of a line."""


@dataclass(frozen=True)
class Proposal:
    """Who should get a category in an area. `words` with `params` is the sentence why; without a unit it says so."""

    lead_unit_id: int | None
    words: str
    params: Mapping[str, str]
    co_unit_ids: tuple[int, ...] = ()
    limit_days: int | None = None


@dataclass(frozen=True)
class Ground:
    """What stands in an area: the ids from it up to the root, the name of each, its own committee, and the units that
    may be proposed at all (in use, and not the one that an issue is about)."""

    way_up: Sequence[int]
    names: Mapping[int, str]
    committee_id: int | None
    allowed: Collection[int]


def way_up(path: str) -> list[int]:
    """The ids of an area and all above it, from its path: /1/7/ → 7, 1."""
    return [int(part) for part in reversed(path.strip("/").split("/")) if part]


def propose(category: Category, rules: Iterable[DispatchRule], ground: Ground) -> Proposal:
    """The proposal for a category: by the rule of the nearest area up the path, else the rule everywhere, else with
    `by_area` the area's committee, else the category's own unit. A rule whose lead may not be proposed is passed over;
    co-units that may not are left out."""
    own = {rule.area_id: rule for rule in rules if rule.category_id == category.id}
    name = {"category": category.name}
    for area_id in (*ground.way_up, None):
        rule = own.get(area_id)
        if rule is None or rule.lead_unit_id not in ground.allowed:
            continue
        words = N_("派单目录：%(category)s × %(area)s") if area_id else N_("派单目录：%(category)s × 全镇")
        helping = tuple(unit for unit in rule.co_unit_ids if unit in ground.allowed and unit != rule.lead_unit_id)
        params = name | ({"area": ground.names.get(area_id, "")} if area_id else {})
        return Proposal(rule.lead_unit_id, words, params, helping, rule.limit_days)
    if category.by_area and ground.committee_id in ground.allowed:
        return Proposal(ground.committee_id, N_("类别“%(category)s”由所在村(社区)主办"), name)
    if category.unit_id in ground.allowed:
        return Proposal(category.unit_id, N_("类别“%(category)s”的主办单位"), name)
    return Proposal(None, N_("“%(category)s”还没有主办单位"), name)


@dataclass(frozen=True)
class Line:
    """One line of the catalogue as it is entered."""

    category_id: int
    area_id: int | None
    lead_unit_id: int
    co_unit_ids: tuple[int, ...] = ()
    limit_days: int | None = None


@dataclass(frozen=True)
class Named:
    """Ids by the names that a pasted table may use."""

    categories: Mapping[str, int]
    areas: Mapping[str, int]
    units: Mapping[str, int]


@dataclass
class Sheet:
    """A catalogue read from text: its lines, and what is wrong, each with the number of its line."""

    lines: list[Line] = field(default_factory=list)
    problems: list[tuple[int, Invalid]] = field(default_factory=list)


def check(line: Line) -> None:
    """Raise `Invalid` for a unit that leads and helps, too many co-units, or a limit out of bounds."""
    if line.lead_unit_id in line.co_unit_ids:
        raise Invalid(N_("主办单位不用再选作协办单位。"), field="co_unit_ids")
    if len(line.co_unit_ids) > MOST_CO_UNITS:
        raise Invalid(N_("协办单位最多 %(most)s 个。"), field="co_unit_ids", most=MOST_CO_UNITS)
    if line.limit_days is not None and not 1 <= line.limit_days <= MOST_DAYS:
        raise Invalid(N_("请填 1 到 %(most)s 之间的整数。"), field="limit_days", most=MOST_DAYS)


def read_sheet(text: str, named: Named) -> Sheet:
    """A catalogue out of text as a spreadsheet pastes it: one line each, cells parted by tabs, in the order of `HEAD`;
    the head itself and blank lines are passed over, co-units are parted by 、."""
    sheet, seen = Sheet(), set[tuple[int, int | None]]()
    for number, row in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in row.split("\t")]
        if not any(cells) or cells[0] == HEAD[0]:
            continue
        try:
            line = _line(cells + [""] * (len(HEAD) - len(cells)), named)
            check(line)
            _refuse_twice(line, seen)
        except Invalid as error:
            sheet.problems.append((number, error))
            continue
        seen.add((line.category_id, line.area_id))
        sheet.lines.append(line)
        if len(sheet.lines) > MOST_LINES:
            sheet.problems.append((number, Invalid(N_("最多 %(most)s 条。"), most=MOST_LINES)))
            break
    return sheet


def _refuse_twice(line: Line, seen: Collection[tuple[int, int | None]]) -> None:
    if (line.category_id, line.area_id) in seen:
        raise Invalid(N_("这个类别和区域前面已经有一条。"), field="area_id")


def _line(cells: Sequence[str], named: Named) -> Line:
    category, area, lead, helping, days = cells[: len(HEAD)]
    no_unit = N_("没有“%(name)s”这个单位。")
    return Line(
        _known(named.categories, category, N_("没有“%(name)s”这个类别。"), "category_id"),
        None if area in ("", EVERYWHERE) else _known(named.areas, area, N_("没有“%(name)s”这个区域。"), "area_id"),
        _known(named.units, lead, no_unit, "lead_unit_id"),
        tuple(_known(named.units, one.strip(), no_unit, "co_unit_ids") for one in helping.split("、") if one),
        _days(days),
    )


def _known(ids: Mapping[str, int], name: str, sentence: str, field: str) -> int:
    if name not in ids:
        raise Invalid(sentence, field=field, name=name[:40])
    return ids[name]


def _days(text: str) -> int | None:
    if not text:
        return None
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MOST_DAYS))):
        raise Invalid(N_("请填 1 到 %(most)s 之间的整数。"), field="limit_days", most=MOST_DAYS)
    return int(digits)
