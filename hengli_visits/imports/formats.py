"""How an import's rows, changes and sentences are written on the screen."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from hengli_visits.formats import masked, number as grouped, word
from hengli_visits.imports.reading import LAYOUTS
from hengli_visits.models import AreaKind, Gender, ImportBatch, ImportRow, RosterKind, Sector, Standing
from hengli_visits.wording import N_, Word

VOCABULARIES: dict[str, type[Word]] = {"gender": Gender, "standing": Standing, "sector": Sector}
TITLES = {
    "street": N_("街巷"),
    "door": N_("门牌"),
    "code": N_("编号"),
    "name": N_("名称"),
    "village": N_("村(社区)"),
    "sector": N_("类别"),
    "latitude": N_("纬度"),
    "longitude": N_("经度"),
    "contact": N_("联系人"),
}
PHONE = re.compile(r"(?<![0-9０-９])(86[ \-]?)?([1１](?:[ \-]?[0-9０-９]){10})(?![0-9０-９])")
PLACES = re.compile(r"%\(\w+\)s")
SHEETS_NAMED = 3
PHONES = ("phone", "second_phone")
UNITS: dict[RosterKind, str] = {
    RosterKind.AREAS: N_("个村(社区)"),
    RosterKind.BRANCHES: N_("个党支部"),
    RosterKind.MEMBERS: N_("名党员"),
    RosterKind.HOUSEHOLDS: N_("户"),
    RosterKind.ENTERPRISES: N_("家企业"),
    RosterKind.GROUPS: N_("个小组"),
    RosterKind.ASSIGNMENTS: N_("户"),
}
SUMMARIES: dict[RosterKind, tuple[str, ...]] = {
    RosterKind.AREAS: ("code",),
    RosterKind.BRANCHES: ("sector", "village"),
    RosterKind.MEMBERS: ("branch", "standing", "village", "phone"),
    RosterKind.HOUSEHOLDS: ("code", "address", "category", "phone"),
    RosterKind.ENTERPRISES: ("address", "industry", "contact", "phone"),
    RosterKind.GROUPS: ("group", "team_leader", "members", "villages"),
    RosterKind.ASSIGNMENTS: ("code", "village", "address", "visitors", "team"),
}


def unit(kind: RosterKind) -> str:
    """What rows of this kind are counted in."""
    return _(UNITS[kind])


def title(kind: RosterKind, name: str) -> str:
    """A field's word on the screen."""
    layout = LAYOUTS.get(kind)
    found = next((one.title for one in layout.fields if one.name == name), None) if layout else None
    return _(found or TITLES.get(name, name))


def value(name: str, what: Any, *, hidden: bool = False) -> str:
    """A field's value as it is read; `hidden` masks a phone number."""
    if what is None or what in ("", []):
        return _("（空）")
    if name in VOCABULARIES:
        return word(VOCABULARIES[name](what))
    if name == "born":
        born = date.fromisoformat(what)
        return _("%(year)s年%(month)s月", year=born.year, month=born.month)
    if isinstance(what, list):
        return "、".join(str(one) for one in what)
    return masked(what) if hidden and name in PHONES else str(what)


def quiet(text: str) -> str:
    """A text from a roster with the middle of each mobile number in it hidden."""
    return PHONE.sub(lambda found: f"{found[1] or ''}{found[2][:3]}****{found[2][-4:]}", text)


def sentence(note: dict[str, Any]) -> str:
    """What a note or reason says; mobile numbers in it are masked."""
    text = _(note["message"])
    return quiet(text % note["params"]) if note["params"] else text


def why_bad(notes: list[dict[str, Any]]) -> str:
    """Why a row was not taken, in one text."""
    said = [
        f"{_(note['column'])}{_('：')}{sentence(note)}" if note["column"] else sentence(note)
        for note in notes
        if note["level"] == "bad"
    ]
    return "\n".join(said)


def kind_of_note(message: str) -> str:
    """What a kind of note says, without the values of one row."""
    return PLACES.sub("…", _(message)).rstrip('。….:：“”" ')


def layouts(batch: ImportBatch) -> list[dict[str, Any]]:
    """What the columns were taken for, said once for all sheets that look alike."""
    found: dict[str, dict[str, Any]] = {}
    for sheet in batch.sheets:
        if sheet["columns"]:
            alike = str([(one["header"], one["field"], one["unsure"]) for one in sheet["columns"]])
            same = found.setdefault(alike, {"columns": sheet["columns"], "names": []})
            same["names"].append(sheet["name"])
    return [one | {"sheets": several(one["names"])} for one in found.values()]


def several(names: Sequence[str]) -> str:
    """The names of sheets, the first of many."""
    if len(names) <= SHEETS_NAMED:
        return "、".join(names)
    return _("%(first)s等 %(count)s 张表", first=names[0], count=len(names))


def summary(batch: ImportBatch, row: ImportRow) -> str:
    """A row in one line, phones masked; a row that could not be read as its cells stood."""
    if "cells" in row.data:
        return quiet(" · ".join(cell for cell in row.data["cells"] if cell))
    parts = [(name, row.data.get(name)) for name in SUMMARIES[batch.kind]]
    return quiet(" · ".join(value(name, what, hidden=True) for name, what in parts if what))


FOUNDED: dict[str, str] = {
    "areas": N_("一并新建的 %(count)s 个村(社区)删去。"),
    "organisations": N_("一并新建的 %(count)s 个党支部删去。"),
    "groups": N_("新建的 %(count)s 个组和小组删去。"),
    "group_members": N_("加进小组的 %(count)s 人退出，原来在别的组的回到原来的组。"),
    "role_grants": N_("任命的 %(count)s 位组长、小组长免去。"),
    "assignments": N_("新分派的 %(count)s 户收回。"),
}


def founded(batch: ImportBatch) -> list[str]:
    """What undoing a batch takes away of what was founded along with its rows."""
    own = {RosterKind.AREAS: "areas", RosterKind.BRANCHES: "organisations"}.get(batch.kind)
    made = {name: len(one["made"]) for name, one in batch.made.get("tables", {}).items() if name != own}
    return [_(text, count=made[name]) for name, text in FOUNDED.items() if made.get(name)]


TELLING = frozenset({"code", "name", "phone", "address", "branch", "born"})
PARTS = frozenset({"street", "door"})


def sides(fields: tuple[str, ...], row: ImportRow) -> list[tuple[str, str, str, bool]]:
    """(field, in the roster, on the other side, whether they differ) of a row that may be a record twice: what tells who
    it is, and all that the roster says otherwise. An address stands for its parts."""
    other = (row.twin or {})["values"]
    found = []
    for name in dict.fromkeys(("code", *fields)):
        here, there = row.data.get(name), other.get(name)
        part = name in PARTS and row.data.get("address") and other.get("address")
        silent = here in (None, "") and (there in (None, "") or name not in TELLING)
        if part or silent or (here == there and name not in TELLING):
            continue
        differs = here != there and here not in (None, "")
        found.append((name, value(name, here, hidden=True), value(name, there, hidden=True), differs))
    return found


def said(done: int, total: int) -> str:
    """How far the work on a batch is."""
    if total:
        return _("已处理 %(done)s 行，共 %(total)s 行", done=grouped(min(done, total)), total=grouped(total))
    return _("已读 %(done)s 行", done=grouped(done)) if done else _("正在打开文件…")


def area_kind(name: str) -> str:
    """村 or 社区."""
    return word(AreaKind(name))
