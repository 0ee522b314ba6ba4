"""Finding people and households as they are typed: exact, part of the name, 拼音 or its initials."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

SURNAMES = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "翟": "zhai",
    "尉迟": "yu chi", "乐": "yue", "盖": "ge", "缪": "miao", "冼": "xian", "冯": "feng", "员": "yun", "覃": "qin",
    "谌": "chen", "洗": "xian", "召": "shao", "华": "hua", "任": "ren", "宁": "ning", "万俟": "mo qi", "澹台": "tan tai",
    "长孙": "zhang sun", "黑": "he", "祭": "zhai", "种": "chong", "秘": "bi", "折": "she", "么": "yao", "那": "na",
}  # fmt: skip
"""Family names whose sound differs from the character's usual one. Source: 通用规范汉字 readings as family names."""

DIGITS = "零一二三四五六七八九"
NUMBERS = re.compile(
    r"(\d+|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])|([^\d一二三四五六七八九十]+)"
)

SEARCH_LENGTH = 40
"""Characters of what is looked for that are looked at; more match nothing and SQLite refuses long patterns."""
ESCAPE = "\\"


def tidy(text: str) -> str:
    """As it is compared: half-width, no white space, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


@lru_cache(maxsize=131_072)
def sound(name: str) -> tuple[str, str]:
    """(拼音, initials) of a name, lower case without spaces: 曾小明 → ("zengxiaoming", "zxm"). Other letters and digits
    stay as they are; a family name is read as one."""
    name = tidy(name)
    head = next((s for s in (name[:2], name[:1]) if s in SURNAMES), "")
    syllables = SURNAMES[head].split() if head else []
    for piece in lazy_pinyin(name[len(head) :], style=Style.NORMAL, errors="default"):
        syllables.append(piece)
    return "".join(syllables), "".join(s[0] for s in syllables if s)


@lru_cache(maxsize=4096)
def street_order(street: str) -> str:
    """A text by which streets sort as people count and say them: 一巷, 二巷 … 十巷, then others by their 拼音, with the
    numbers in them by value (工业二路 before 工业十路). Numbers to 99 in characters, any in digits."""
    parts: list[str] = []
    for number, other in NUMBERS.findall(tidy(street)):
        parts.append(f"{_value(number):06d}" if number else sound(other)[0])
    return "".join(parts)[:240]


def _value(number: str) -> int:
    if number.isdigit():
        return min(int(number), 999_999)
    tens, ten, ones = number.rpartition("十")
    return (DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + (DIGITS.index(ones) if ones else 0)


def pattern(text: str) -> str:
    """A LIKE pattern that finds `text` anywhere, its own wildcards escaped (escape character: backslash)."""
    text = tidy(text)[:SEARCH_LENGTH]
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    return f"%{text}%"


def name_clause(model: Any, text: str) -> ColumnElement[bool]:
    """Rows of `model` (with `name`, `pinyin`, `initials`) whose name holds `text`, or whose 拼音 or initials begin
    with it."""
    name: InstrumentedAttribute[str] = model.name
    anywhere = pattern(text)
    begins = anywhere[1:]
    return or_(
        name.ilike(anywhere, escape=ESCAPE),
        model.pinyin.like(begins, escape=ESCAPE),
        model.initials.like(begins, escape=ESCAPE),
    )
