"""Columns told by what stands in them, where their headers say nothing, or something that cannot be."""

import re
from collections.abc import Mapping
from dataclasses import replace

from hengli_visits.imports.columns import ColumnMap, Layout, normalise, words_of
from hengli_visits.imports.content import Profile
from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.wording import N_

PHONES = ("phone", "second_phone")
GUESSES: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "members": (
        ("phone", PHONES), ("gender", ("gender",)), ("standing", ("standing",)), ("branch", ("branch",)), ("village", ("village",)),
        ("month", ("born",)), ("name", ("name",)),
    ),
    "households": (
        ("phone", PHONES), ("category", ("category",)), ("village", ("village",)), ("location", ("location",)), ("latitude", ("latitude",)),
        ("longitude", ("longitude",)), ("code", ("code",)), ("address", ("address",)), ("name", ("name",)), ("serial", ("serial",)), ("few", ("size",)),
    ),
    "enterprises": (
        ("phone", PHONES), ("firm", ("name",)), ("village", ("village",)), ("location", ("location",)), ("latitude", ("latitude",)),
        ("longitude", ("longitude",)), ("credit", ("code",)), ("code", ("code",)), ("address", ("address",)), ("name", ("contact",)),
        ("serial", ("serial",)), ("count", ("size",)),
    ),
    "groups": (("team", ("team",)), ("group", ("group",)), ("names", ("members",)), ("village", ("villages",))),
    "assignments": (
        ("code", ("code",)), ("names", ("visitors",)), ("name", ("household", "visitors")), ("village", ("village",)),
        ("address", ("address",)), ("team", ("team",)), ("serial", ("serial",)),
    ),
}  # fmt: skip
"""By layout: the kinds of content to look for, in this order, and the fields that they may fill, one column each."""

INSTEAD = (("hamlet", "village", "village"), ("serial", "code", "code"))
"""A field, the content that shows that its column means another field, and that field."""

NAMELIKE = frozenset(("name", "names", "firm"))
CONTENT: dict[str, frozenset[str]] = {
    **dict.fromkeys(("phone", "second_phone", "group_leader_phone", "team_leader_phone", "phones", "household_phone"), frozenset(("phone",))),
    **dict.fromkeys(("name", "household", "contact", "visitors", "members", "group_leader", "team_leader", "person"), NAMELIKE),
    "village": frozenset(("village",)), "villages": frozenset(("village",)), "gender": frozenset(("gender",)),
    "born": frozenset(("month", "count")), "size": frozenset(("count",)),
    "address": frozenset(("address", "village", "count")),
    "category": frozenset(("category", "name", "standing", "firm")), "standing": frozenset(("standing", "category", "name")),
    "branch": frozenset(("branch", "village", "firm", "name")), "code": frozenset(("code", "credit", "count", "serial", "identity", "phone", "month")),
}  # fmt: skip
"""What a field's column may look like; where it clearly looks like something else, its header is not believed."""

CLEAR = ("phone", "name", "names", "village", "gender", "category", "month", "address", "branch", "location", "firm")
CLEARLY = 0.8
HALF = 0.5
LEAST = 3
OWN_COLUMNS = 8
"""Columns of a register of our own; a shorter header may say the same by chance."""
BIRTH = re.compile(r"生|年月|年龄")
FOREIGN = re.compile(
    r"走访|干部|组长|队长|书记|网格|责任|包户|包干|联户|联系人|联络员|负责|挂点|挂钩|帮扶|党员|配偶|子女|父|母|妻|夫|儿|女|紧急|填表|录入|经办|签|身份证|银行|账号|曾用|房东|租客|物业|入党|转正|户籍|籍贯|工作|单位|原|老家|入职|毕业|民族|学历|转入|转出|去世|外出"
)


def in_own_words(columns: ColumnMap, layout: Layout) -> bool:
    """Whether a header is that of a register which this program wrote itself: every column by its field's own title.
    Such a header is believed whatever stands below it."""
    titles = {one.name: one.title for one in layout.fields}
    own = (titles.get(columns.columns.get(index, "")) == text for index, text in columns.headers.items())
    return len(columns.columns) >= OWN_COLUMNS and all(own)


def doubted(columns: ColumnMap, profiles: Mapping[int, Profile]) -> tuple[ColumnMap, list[tuple[int, str]]]:
    """The columns without those whose header cannot be true, and which these were: (column, field)."""
    wrong = []
    for index, name in columns.columns.items():
        seen, fits = profiles.get(index), CONTENT.get(name)
        if seen is None or fits is None or seen.filled < LEAST or any(seen.kinds[kind] for kind in fits):
            continue
        if any(seen.share(kind) >= CLEARLY for kind in CLEAR if kind not in fits):
            wrong.append((index, name))
    kept = {index: name for index, name in columns.columns.items() if (index, name) not in wrong}
    return replace(columns, columns=kept, unsure=columns.unsure & frozenset(kept)), wrong


def by_content(
    columns: ColumnMap, profiles: Mapping[int, Profile], layout: Layout, wrong: Mapping[int, str]
) -> tuple[ColumnMap, list[int]]:
    """The columns with those that their content tells, and which these are. They are unsure."""
    held = dict(columns.columns)
    found: list[int] = []
    for name, kind, instead in INSTEAD:
        index = columns.index(name)
        wanted = instead not in held.values() and any(one.name == instead for one in layout.fields)
        if index is not None and wanted and profiles[index].share(kind) >= HALF:
            held[index] = instead
            found.append(index)
    for kind, names in GUESSES[layout.name]:
        for index, seen in sorted(profiles.items()):
            free = [name for name in names if name not in held.values()]
            if not free or index in held or not seen.is_(kind):
                continue
            header = "" if index in wrong else normalise(columns.headers.get(index, ""))
            if speaks_of_something_else(header, free[0], columns, index, layout):
                continue
            held[index] = free[0]
            found.append(index)
    return replace(columns, columns=dict(sorted(held.items())), unsure=columns.unsure | frozenset(found)), found


def speaks_of_something_else(header: str, name: str, columns: ColumnMap, index: int, layout: Layout) -> bool:
    """Whether a header that is not understood still says that the column is not this field: 网格员电话 is not the
    household's phone, nor is a second column with a header of its own a further phone without saying so."""
    if not header or index in columns.lettered:
        return False
    if name == "second_phone":
        return not header.endswith(("电话", "手机", "号码", "手机号", "电话2", "手机2")) or bool(FOREIGN.search(header))
    if name == "born" and not BIRTH.search(header):
        return True
    meanings = words_of(layout).get(header, ())
    if meanings and name not in meanings:
        return True
    return bool(FOREIGN.search(header))


def content_notes(columns: ColumnMap, layout: Layout, wrong: Mapping[int, str], found: list[int]) -> list[Reason]:
    """What to say about columns that were not taken by their header."""
    notes = []
    for index, name in wrong.items():
        why = N_("“%(header)s”里的内容不像%(field)s，没有按表头读取，请核对。")
        notes.append(reason(why, header=columns.headers.get(index, ""), field=layout.field(name).title))
    for index in found:
        why = N_("“%(header)s”按内容认作%(field)s，请核对。")
        field = layout.field(columns.columns[index]).title
        notes.append(reason(why, header=columns.headers.get(index, ""), field=field))
    return notes
