"""Where a row's people live and how they are reached: village, address, location and phones."""

import re
from dataclasses import replace
from functools import partial

from hengli_visits.imports.addresses import Address, split_address
from hengli_visits.imports.cleaning import clean_coordinate, clean_pair, pair_location
from hengli_visits.imports.phones import Phones, clean_phones
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.rows import RowReader
from hengli_visits.imports.text import clean_text, half_width, is_absent, plain_text
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.workbook import CellError
from hengli_visits.wording import N_

UNITS = {"hamlet": "组", "street": "", "house": "号", "building": "栋", "unit": "单元", "room": "室"}
BARE = re.compile(r"[A-Za-z]?\d+[A-Za-z]?(?:-\d+)?|[A-Za-z]|[一二三四五六七八九十]{1,3}")


def take_phones(reader: RowReader) -> tuple[str | None, str | None]:
    """First and second phone of a row, from one column or two. None at all is noted; the row is good without."""
    own = reader.take("phone", clean_phones)
    other = reader.take("second_phone", clean_phones)
    numbers: list[str] = []
    for phones in (own, other):
        if isinstance(phones, Phones):
            numbers += [one for one in (phones.first, phones.second) if one and one not in numbers]
    reader.extra += numbers[2:]
    if not numbers and not reader.problems:
        reader.note("phone", reason(N_("没有填写联系电话。")))
    first, second, *_ = [*numbers, None, None]
    return first, second


def take_place(reader: RowReader, villages: Villages, *, required: bool = True) -> tuple[str | None, Address]:
    """Village and address of a row. Without any village the row is reported, if it is required; an address that names
    another village than the row does is noted."""
    known = len(reader.problems)
    village = reader.take("village", villages.resolve)
    bad = len(reader.problems) > known
    if village is None and not bad:
        village = reader.place.section or villages.home(reader.place.sheet, reader.place.titles)
    compose_address(reader)
    address = reader.take("address", partial(split_address, villages=villages, own=village)) or Address("")
    if village is None and not bad:
        village = address.village
    if village is None and not bad and required:
        reader.report("village", reason(N_("看不出属于哪个村(社区)。")))
    elif village and address.village and address.village != village:
        where = reason(
            N_("地址写的是%(address)s，所属村(社区)是%(village)s，请核对。"), address=address.village, village=village
        )
        reader.note("address", where)
    return village, address


def compose_address(reader: RowReader) -> None:
    """Put an address together that stands in several columns (路, 栋, 单元, 房号), with the words for bare numbers."""
    if all(reader.columns.index(name) is None for name in UNITS):
        return
    whole = ""
    for name in ("hamlet", "street", "address", "house", "building", "unit", "room"):
        cell = reader.cell(name)
        text = re.sub(r"\s+", "", half_width(plain_text(cell)))
        if isinstance(cell, CellError):
            reader.took(name, clean_text(cell))
        elif not is_absent(text):
            unit = UNITS.get(name, "") if BARE.fullmatch(text) else ""
            # An address that says the street again is taken as it is.
            whole = text if name == "address" and whole and whole in text else f"{whole}{text}{unit}"
    reader.cells["address"] = whole or None
    if whole:
        reader.note("address", reason(N_("地址由几列合成：%(after)s。"), after=whole))


def take_location(reader: RowReader) -> tuple[float | None, float | None]:
    """Both coordinates of a row or neither; what cannot be used is noted, never a reason to refuse the row."""
    if reader.columns.index("location") is not None and reader.columns.index("latitude") is None:
        both = clean_pair(reader.cell("location"))
        reader.took("location", replace(both, problem=None, notes=(both.problem,) if both.problem else both.notes))
        return both.value or (None, None)
    cleaned = {name: clean_coordinate(reader.cell(name)) for name in ("latitude", "longitude")}
    for name, one in cleaned.items():
        reader.took(name, replace(one, problem=None, notes=(one.problem,)) if one.problem else one)
    latitude, longitude, notes = pair_location(cleaned["latitude"].value, cleaned["longitude"].value)
    if not any(one.problem for one in cleaned.values()):
        for note in notes:
            reader.note("latitude", note)
    return latitude, longitude
