"""Whether a new row may be a record that stands already, or an earlier row, written differently. Found by what they
share (phone, door, name and village), so that a long roster is not held row against row."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.models import RosterKind
from hengli_visits.search import sound, tidy
from hengli_visits.wording import N_

Values = Mapping[str, Any]
KINDS = frozenset({RosterKind.MEMBERS, RosterKind.HOUSEHOLDS, RosterKind.ENTERPRISES})

MOBILE = re.compile(r"1\d{10}")
LEGAL_FORM = re.compile(r"有限责任公司|股份有限公司|有限公司|分公司|公司|集团|总厂|厂|店|\(.*?\)")
PLACES = re.compile(r"广东省?|东莞市?|横沥镇?")
ADDRESS_NOISE = re.compile(r"[^\da-z\u4e00-\u9fff]|号楼|号|栋|幢|座|单元|楼|层|室|房|门牌|[之第]")
HAN_NUMBER = re.compile(r"[零〇一二三四五六七八九十]+")
HAN_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
LAST_NUMBER = re.compile(r"(\d+)[^\d]*$")
SHARED = 3
"""Records that say the same phone before it counts as somebody's who answers for several."""
CROWD = 20
"""Records at one door, or of one name in one village, that are looked at."""

SAME_PHONE = N_("联系电话相同")
SAME_PHONE_NAME = N_("联系电话相同，名称一样或很像")
SAME_NAME_ADDRESS = N_("同村同名，地址写法不同")
SAME_NAME_DOOR = N_("同名同址，编号不同")
LIKE_NAME_DOOR = N_("门牌相同，名称只差一个字或同音")
LIKE_FIRM = N_("企业名称只差写法，村(社区)相同")
SAME_NAME_MORE = N_("同名，%(what)s也相同")
LIKE_NAME_MORE = N_("姓名只差一个字或同音，出生年月和%(what)s相同")
BRANCH, VILLAGE, BORN = N_("党支部"), N_("村(社区)"), N_("出生年月")


@dataclass(slots=True)
class Index:
    """Which rows say what, by what they share; rows are known by their ids. Those of one door only count where their
    names are alike."""

    kind: RosterKind
    _rows: dict[int, int | list[int]] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)

    def note(self, row: int, values: Values) -> list[int]:
        """Take a row in; the earlier rows that share something with it."""
        hashed = [(key[0], hash(key)) for key in keys(self.kind, values)]
        earlier = self._sharing(hashed, values)
        self._names[row] = values["name"]
        for _what, number in hashed:
            known = self._rows.setdefault(number, row)
            if isinstance(known, list):
                if len(known) < CROWD:
                    known.append(row)
            elif known != row:
                self._rows[number] = [known, row]
        return earlier

    def rows(self, values: Values) -> list[int]:
        """The rows that share something with a record."""
        return self._sharing([(key[0], hash(key)) for key in keys(self.kind, values)], values)

    def _sharing(self, hashed: Iterable[tuple[Hashable, int]], values: Values) -> list[int]:
        found: list[int] = []
        for what, number in hashed:
            known = self._rows.get(number)
            if known is None:
                continue
            some = known if isinstance(known, list) else [known]
            found += [one for one in some if what != "door" or self._alike(one, values)]
        return list(dict.fromkeys(found)) if found else found

    def _alike(self, row: int, values: Values) -> bool:
        if self.kind is RosterKind.ENTERPRISES:
            return like_firm(self._names[row], values["name"], values.get("village") or "")
        return like(self._names[row], values["name"])

    def says(self, phone: str) -> int:
        """How many rows say this phone."""
        known = self._rows.get(hash(("phone", phone)))
        return len(known) if isinstance(known, list) else int(known is not None)

    def __len__(self) -> int:
        return len(self._rows)


def keys(kind: RosterKind, values: Values) -> Iterator[tuple[Hashable, ...]]:
    """What two records share if they are to be one."""
    for phone in phones(values):
        yield "phone", phone
    name, village = values["name"], values.get("village") or ""
    if kind is RosterKind.MEMBERS:
        yield "name", name
        if values.get("born") and len(name) > 1:
            yield "born", str(values["born"]), values.get("branch") or village
        return
    if kind is RosterKind.ENTERPRISES:
        yield "name", village, core(name, village)
    elif last := LAST_NUMBER.search(values.get("door") or values.get("address") or ""):
        yield "name", village, name, last[1]
    if values.get("door"):
        yield "door", village, values.get("street") or "", values["door"]


def phones(values: Values) -> set[str]:
    """The phone numbers of a record."""
    return {one for name in ("phone", "second_phone") if (one := values.get(name))}


def likeness(kind: RosterKind, new: Values, other: Values, shared: int = 0) -> Reason | None:
    """Why two records may be one; None: they are not. `shared` is how many records say one of their phones."""
    if kind is RosterKind.MEMBERS:
        return _like_member(new, other)
    return _like_place(kind, new, other, shared)


def _like_place(kind: RosterKind, new: Values, other: Values, shared: int) -> Reason | None:
    firm = kind is RosterKind.ENTERPRISES
    village, there = new.get("village") or "", other.get("village") or ""
    alike = like_firm(new["name"], other["name"], village) if firm else like(new["name"], other["name"])
    same_phone = bool(phones(new) & phones(other))
    if same_phone and alike:
        return reason(SAME_PHONE_NAME)
    if village != there:
        return None
    same_door = bool(new.get("door")) and (new.get("street"), new["door"]) == (other.get("street"), other.get("door"))
    same_name = tidy(new["name"]) == tidy(other["name"])
    if same_name and same_door:
        return reason(SAME_NAME_DOOR)
    if same_name and same_address(new, other):
        return reason(SAME_NAME_ADDRESS)
    if same_door and alike:
        return reason(LIKE_NAME_DOOR)
    if firm and alike:
        return reason(LIKE_FIRM)
    own = new.get("phone") or ""
    if own == other.get("phone") and MOBILE.fullmatch(own) and shared < SHARED:
        return reason(SAME_PHONE)
    return None


def _like_member(new: Values, other: Values) -> Reason | None:
    if new.get("staff_number") and other.get("staff_number") and new["staff_number"] != other["staff_number"]:
        return None
    same, alike = tidy(new["name"]) == tidy(other["name"]), like(new["name"], other["name"])
    if phones(new) & phones(other) and alike:
        return reason(SAME_PHONE_NAME)
    born = str(new["born"]) == str(other["born"]) if new.get("born") and other.get("born") else None
    agreeing = [
        word
        for name, word in (("branch", BRANCH), ("village", VILLAGE))
        if new.get(name) and new.get(name) == other.get(name)
    ]
    if born is False:
        return None
    apart = bool(new.get("phone") and other.get("phone"))
    if same and ((born and agreeing) or (not apart and (born or agreeing))):
        return reason(SAME_NAME_MORE, what=BORN if born else agreeing[0])
    if alike and born and agreeing:
        return reason(LIKE_NAME_MORE, what=agreeing[0])
    return None


def like(one: str, other: str) -> bool:
    """Whether two names of people are the same, share a character and sound the same, or differ in one character of
    three and more."""
    if one == other:
        return True
    first, second = tidy(one), tidy(other)
    if len(first) != len(second) or len(first) < 2:
        return first == second
    differing = sum(a != b for a, b in zip(first, second, strict=True))
    if differing <= 1 and (len(first) >= 3 or not differing):
        return True
    return differing < len(first) and sound(first) == sound(second)


def like_firm(one: str, other: str, village: str) -> bool:
    """Whether two names of enterprises are the same but for the place and the legal form in them."""
    first, second = core(one, village), core(other, village)
    return len(first) >= 2 and (first == second or (len(first) >= 4 and like(first, second)))


@lru_cache(maxsize=4096)
def core(name: str, village: str) -> str:
    """An enterprise's own word in its name: 东莞市横沥力泰制衣有限公司 → 力泰制衣."""
    stem = village.removesuffix("村").removesuffix("社区")
    text = PLACES.sub("", tidy(name))
    if stem:
        text = text.removeprefix(village).removeprefix(stem)
    return LEGAL_FORM.sub("", text) or tidy(name)


def same_address(new: Values, other: Values) -> bool:
    """Whether two addresses of one village differ in their writing alone."""
    here, there = plain_address(new), plain_address(other)
    return bool(here) and here == there and any(sign.isdigit() for sign in here)


def plain_address(values: Values) -> str:
    """An address without place names, signs and units, its numbers in digits: 长巷村二巷 17号 → 2巷17."""
    text = tidy(values.get("address") or f"{values.get('street') or ''}{values.get('door') or ''}")
    village = values.get("village") or ""
    for word in (village, village.removesuffix("村").removesuffix("社区")):
        text = text.replace(word, "") if word else text
    text = HAN_NUMBER.sub(lambda found: str(han_number(found[0])), PLACES.sub("", text))
    return ADDRESS_NOISE.sub("-", text).strip("-").replace("--", "-")


def han_number(text: str) -> int:
    """A number to 99 as it is written in characters; digits one after the other otherwise."""
    tens, ten, ones = text.partition("十")
    if ten and len(tens) <= 1 and len(ones) <= 1:
        return (HAN_DIGITS.get(tens, 1) * 10) + HAN_DIGITS.get(ones, 0)
    return int("".join(str(HAN_DIGITS.get(sign, 1)) for sign in text))
