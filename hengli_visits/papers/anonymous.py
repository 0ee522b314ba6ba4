"""Taking residents out of a text that goes on paper: names, door numbers and phone numbers. Pure."""

import re
from collections.abc import Iterable

from hengli_visits.formats import masked

SOMEBODY, SOME_DOOR, NO_PHONE = "该住户", "某号", "（电话略）"
PHONE = re.compile(r"(?<!\d)\d(?:[\s－—-]?\d){6,}(?!\d)")
MOBILE = re.compile(r"(?<!\d)1[3-9](?:[\s－—-]?\d){9}(?!\d)")
DOOR = re.compile(
    r"(?<![\d月])(?<!月[一二三四五六七八九十])(?:\d+(?:[-－—]\d+)*|[一二三四五六七八九十百]+)\s*(?:号(?:楼|院|房|铺)?(?:\s*\d+\s*(?:室|房|楼))?|栋\s*\d*\s*(?:室|房)?)(?!召|码|线)"
)
ROOM = re.compile(r"\d+\s*(?:室|房)")
TITLES = "先生|女士|小姐|阿姨|阿伯|大叔|大妈|大爷|婆婆|叔|伯|婶|姨|婆|生"
SHORTEST = 2
"""Signs of a name that is looked for; one alone stands in too many words."""


def anonymous(text: str, names: Iterable[str], doors: Iterable[str] = ()) -> str:
    """A text in which no phone number stands, no door number, and none of these names or their surnames with 先生, 女士
    …; doors are also taken out as they are written in the register."""
    text = PHONE.sub(NO_PHONE, text)
    for door in sorted({door for door in doors if door}, key=len, reverse=True):
        text = text.replace(door, SOME_DOOR)
    text = ROOM.sub("", DOOR.sub(SOME_DOOR, text))
    known = sorted({name for name in names if len(name) >= SHORTEST}, key=len, reverse=True)
    for name in known:
        text = text.replace(name, SOMEBODY)
    surnames = "".join(sorted({name[0] for name in known if "一" <= name[0] <= "鿿"}))
    return re.sub(f"[老小阿]?[{surnames}](?:{TITLES})", SOMEBODY, text) if surnames else text


def mobiles_masked(text: str | None) -> str:
    """What somebody typed, with the middle of each mobile phone's number hidden; all else stays as it was said."""
    return MOBILE.sub(lambda found: masked(re.sub(r"\D", "", found[0])), text or "")
