"""An address in its parts: the village in front is taken off, street and door are told apart."""

import re
from dataclasses import dataclass

from hengli_visits.imports.reasons import reason
from hengli_visits.imports.text import Cleaned, clean_text, simplified
from hengli_visits.imports.villages import Villages, squeeze
from hengli_visits.imports.workbook import Cell
from hengli_visits.wording import N_

HAN = "零〇一二两三四五六七八九十百"
NUMBER = rf"(?:\d+|[{HAN}]+)"
UNIT = r"(?:号楼|号院|号铺|号之|号|座|栋|幢|单元|楼|层|室|房|铺|#)"
PART = rf"(?:[A-Za-z甲乙丙丁戊]?{NUMBER}[A-Za-z]?{UNIT}|[A-Za-z甲乙丙丁]{UNIT}|之{NUMBER}|-\d+[A-Za-z]?{UNIT}?|\d+[A-Za-z]?(?=-|之|$|\())"
DOOR = re.compile(rf"(?:附|门牌)?{PART}(?:{PART}|-?\d+[A-Za-z]?(?=$|\())*(?!路|街|巷|道|桥|大)[^\d]*$")
BEGINS = re.compile(rf"[附门A-Za-z甲乙丙丁戊\d{HAN}之-]")
FIRST_NUMBER = re.compile(rf"\d+|[{HAN}]+")
DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


@dataclass(frozen=True, slots=True)
class Address:
    """`whole` as the office wrote it; `street` and `door` without the village; `door_number` for ordering;
    `village` what the address begins with, if it names one."""

    whole: str
    street: str = ""
    door: str = ""
    door_number: int | None = None
    village: str | None = None


def split_address(cell: Cell, villages: Villages, own: str | None = None) -> Cleaned[Address]:
    """Take an address apart. `own` is the row's village by its column or sheet. An address without a door number is
    kept whole as the street, with a note."""
    cleaned = clean_text(cell, limit=160)
    if cleaned.value is None:
        return Cleaned(notes=cleaned.notes, problem=cleaned.problem)
    notes = list(cleaned.notes)
    prefix = villages.prefix(cleaned.value, own)
    rest = prefix.rest if prefix else villages.without_upper(cleaned.value)
    plain = simplified(rest)
    starts = (match.start() for match in BEGINS.finditer(plain))
    start = next((at for at in starts if not inside_number(plain, at) and DOOR.match(plain, at)), len(rest))
    street, door = rest[:start].strip(",、-·"), rest[start:]
    if not door:
        notes.append(reason(N_("地址里没有看出门牌号。")))
    if len(street) > 60 or len(door) > 40:
        return Cleaned(problem=reason(N_("地址太长，请把说明文字移到备注。")))
    return Cleaned(
        Address(cleaned.value, street, door, door_number(door), prefix.village if prefix else None), tuple(notes)
    )


def written_address(whole: str, street: str, door: str) -> str:
    """How an address is written out: as the office wrote it while it still ends in its street and door; otherwise what
    these are now, for somebody has put them right since."""
    parts = street + door
    return whole if not parts or squeeze(whole).endswith(squeeze(parts)) else parts


def inside_number(text: str, at: int) -> bool:
    """Whether a position splits a number in two."""
    return at > 0 and ((text[at - 1].isdigit() and text[at].isdigit()) or (text[at - 1] in HAN and text[at] in HAN))


def door_number(door: str) -> int | None:
    """The first number in a door: 37号 → 37, 十二号之一 → 12."""
    match = FIRST_NUMBER.search(door)
    if not match:
        return None
    number = int(match[0]) if match[0].isdecimal() else han_number(match[0])
    return number if number is not None and number < 1_000_000 else None


def han_number(text: str) -> int | None:
    """Chinese numerals up to hundreds: 二十三 → 23, 一百零五 → 105, 四四 → 44."""
    if not text or any(character not in HAN for character in text):
        return None
    if not any(character in "十百" for character in text):
        return int("".join(str(DIGITS[character]) for character in text))
    total, digit = 0, 0
    for character in text:
        if character in "十百":
            total += max(digit, 1 if total == 0 or character == "十" else digit) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = DIGITS[character]
    return total + digit
