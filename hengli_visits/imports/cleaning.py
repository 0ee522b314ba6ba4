"""Small cleanings of one cell each: names, words of a list, counts, months, coordinates. Pure and idempotent."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from hengli_visits.imports.addresses import HAN, han_number
from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.imports.text import (
    Cleaned,
    absent,
    cell_problem,
    clean_text,
    half_width,
    is_absent,
    plain_text,
    simplified,
)
from hengli_visits.imports.workbook import Cell
from hengli_visits.wording import N_

ROLES = (
    r"(?:常务)?(?:副|第一|第二|正|总)?(?:大|小|支部|党小|党支部|走访|网格|村|联)?"
    r"(?:组长|队长|书记|主任|委员|支委|负责人|联络员|联系人|召集人|带队|网格员|户主|党员|组员|成员|队员|支书|村长|楼长)"
)
ROLE_IN_BRACKETS = re.compile(rf"\(\s*{ROLES}(?:[、,/]{ROLES})*\s*\)")
ASIDE = re.compile(r"\(([^()]{2,})\)")
DOTS = re.compile(r"\s*[•・‧∙●.˙﹒]\s*(?=[\u3400-\u9fff])")
HAN_ONLY = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f·\s()]+")
PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
PLAIN_CODE = re.compile(r"[A-Z]{1,6}-?[0-9]{1,12}")
GENDERS = {"男": "man", "男性": "man", "m": "man", "male": "man", "man": "man",
           "女": "woman", "女性": "woman", "f": "woman", "female": "woman", "woman": "woman"}  # fmt: skip
STANDINGS = {
    "正式党员": "full", "正式": "full", "党员": "full", "中共党员": "full", "中共正式党员": "full", "full": "full",
    "预备党员": "probationary", "预备": "probationary", "中共预备党员": "probationary", "预备期": "probationary", "probationary": "probationary",
}  # fmt: skip
CATEGORIES = ("普通户", "困难户", "低保户", "独居老人户", "外来务工户", "党员户", "军属户")
OTHER_CATEGORIES = {
    "一般户": "普通户", "一般": "普通户", "普通群众": "普通户", "困难家庭": "困难户", "贫困户": "困难户", "困难群众": "困难户", "低保家庭": "低保户", "低保对象": "低保户",
    "孤寡老人": "独居老人户", "空巢老人": "独居老人户", "独居": "独居老人户", "外来工": "外来务工户", "外来户": "外来务工户", "务工户": "外来务工户", "外来务工人员": "外来务工户",
    "党员家庭": "党员户", "军烈属": "军属户", "军人家庭": "军属户", "军属家庭": "军属户",
}  # fmt: skip
COUNT = re.compile(
    rf"(?:约|共|大约|近)?(\d+(?:\.0+)?|[{HAN}]+)(?:多|余)?(?:个|口|位|名)?(?:人|口|员工|左右)?(?:左右|以上)?"
)
TICKS = re.compile(r"[√✓✔☑■●]")
BOXES = re.compile(r"[□☐○\s/]")
ROUNDED = re.compile(r"\d(?:\.\d+)?E\+\d{2}", re.IGNORECASE)
MONTH_TEXT = re.compile(
    r"(\d{4}|\d{2})\s*[-./年\\]\s*(\d{1,2})(?:\s*[-./月\\]\s*\d{1,2})?\s*[月日号]?(?:生|出生)?(?: 00:00:00)?"
)
MONTH_HAN = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月(?:[一二三四五六七八九十]{1,3}[日号])?(?:生|出生)?"
)
MONTH_DIGITS = re.compile(r"(\d{4})(\d{2})(?:\d{2})?")
MOST_EXACT = 1e15
YOUNGEST = 8
"""A year of birth of two digits up to this one is of this century."""

SERIAL_ORIGIN = date(1899, 12, 30)


def clean_name(cell: Cell, limit: int = 40, *, numbered: bool = False) -> Cleaned[str]:
    """A person's name: no spaces inside Chinese names, one kind of dot, roles in brackets taken off, other words in
    brackets moved to `extra`. A name with digits is a problem unless `numbered`: where somebody called a household so
    at its door."""
    if isinstance(cell, str) and PLAIN_NAME.fullmatch(cell) and not is_absent(cell):
        return Cleaned(cell)
    cleaned = clean_text(cell, limit=limit)
    if cleaned.value is None:
        return cleaned
    notes = []
    before = half_width(cleaned.value)
    name = ROLE_IN_BRACKETS.sub("", before)
    if name != before:
        notes.append(reason(N_("姓名后的职务已去掉：%(before)s。"), before=before))
    extra = tuple(ASIDE.findall(name))
    name = ASIDE.sub("", name).strip()
    if extra:
        notes.append(reason(N_("姓名后的说明“%(words)s”已放入备注。"), words="、".join(extra)))
    joined = DOTS.sub("·", name)
    joined = re.sub(r"\s+", "" if HAN_ONLY.fullmatch(joined) else " ", joined).strip()
    if joined != name:
        notes.append(reason(N_("姓名中的空格或间隔号已整理：%(after)s。"), after=joined))
    if is_absent(joined):
        return absent()
    if re.search(r"\d", joined) and not numbered:
        return Cleaned(problem=reason(N_("姓名“%(value)s”里有数字。"), value=joined))
    if not re.search(r"[^\W\d_]", joined):
        return Cleaned(problem=reason(N_("“%(value)s”不是姓名。"), value=cleaned.value))
    return Cleaned(joined, (*cleaned.notes, *notes), extra=extra)


def clean_title(cell: Cell, limit: int = 80) -> Cleaned[str]:
    """The name of an enterprise, branch, group or team: half-width, no spaces between Chinese characters."""
    cleaned = clean_text(cell, limit=limit)
    if cleaned.value is None:
        return cleaned
    before = half_width(cleaned.value)
    title = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", before)
    if is_absent(title):
        return absent()
    if not re.search(r"\w", title):
        return Cleaned(problem=reason(N_("“%(value)s”不是名称。"), value=cleaned.value))
    note = (reason(N_("名称中的空格或全角字符已整理：%(after)s。"), after=title),) if title != cleaned.value else ()
    return Cleaned(title, cleaned.notes + note)


def clean_code(cell: Cell, limit: int = 32) -> Cleaned[str]:
    """A code or number that identifies something: half-width capitals without spaces (hq－001 → HQ-001)."""
    if isinstance(cell, str) and PLAIN_CODE.fullmatch(cell) and not is_absent(cell):
        return Cleaned(cell)
    cleaned = clean_text(cell, limit=limit)
    if cleaned.value is None:
        return cleaned
    if ROUNDED.fullmatch(cleaned.value) or (isinstance(cell, float) and abs(cell) >= MOST_EXACT):
        return Cleaned(notes=(reason(N_("编号存成了数值，后几位已经丢失，没有采用。请把这一列改为文本后重新填写。")),))
    code = re.sub(r"\s+", "", half_width(cleaned.value)).upper()
    code = re.sub(r"[‐‑–—]", "-", code)
    if is_absent(code):
        return absent()
    note = (reason(N_("编号已统一写作 %(after)s。"), after=code),) if code != cleaned.value else ()
    return Cleaned(code, cleaned.notes + note)


def clean_word(cell: Cell, words: Mapping[str, str], problem: str) -> Cleaned[str]:
    """A word of a closed list; `problem` is the msgid for one that is not in it."""
    if error := cell_problem(cell):
        return Cleaned(problem=error)
    text = simplified(re.sub(r"\s+", "", half_width(plain_text(cell)))).lower()
    if is_absent(text):
        return Cleaned()
    value = words.get(text)
    return Cleaned(value) if value else Cleaned(problem=reason(problem, value=plain_text(cell)[:40]))


@lru_cache(maxsize=1024, typed=True)
def clean_gender(cell: Cell) -> Cleaned[str]:
    """男, 女 and how else they are written → "man", "woman"."""
    if isinstance(cell, str) and (ticked := ticked_gender(cell)):
        return Cleaned(GENDERS[ticked], (reason(N_("性别按打勾的读为%(after)s。"), after=ticked),))
    return clean_word(cell, GENDERS, N_("性别“%(value)s”看不懂，请填男或女。"))


def ticked_gender(text: str) -> str | None:
    """Which of 男 and 女 has the tick (男√ 女, ☑男 □女); None where there is no tick, or one at both."""
    marks = re.sub(r"[^男女√✓✔☑■●]", "", BOXES.sub("", text))
    if not TICKS.search(marks) or sorted(TICKS.sub("", marks)) not in (["男"], ["女"], ["女", "男"]):
        return None
    if len(TICKS.sub("", marks)) == 1:
        return TICKS.sub("", marks)
    before = text.strip()[0] not in "男女"
    ticked = re.findall(r"[√✓✔☑■●]([男女])" if before else r"([男女])[√✓✔☑■●]", marks)
    return ticked[0] if len(set(ticked)) == 1 else None


@lru_cache(maxsize=1024, typed=True)
def clean_standing(cell: Cell) -> Cleaned[str]:
    """正式党员, 预备 … → "full", "probationary"."""
    return clean_word(cell, STANDINGS, N_("党员类别“%(value)s”看不懂，请填正式党员或预备党员。"))


@lru_cache(maxsize=4096, typed=True)
def clean_category(cell: Cell, known: tuple[str, ...] = CATEGORIES) -> Cleaned[str]:
    """A household's category in its full form: 困难 → 困难户. A word that is not in the list is kept, with a note."""
    cleaned = clean_text(cell, limit=30)
    if cleaned.value is None:
        return cleaned
    text = simplified(re.sub(r"\s+", "", half_width(cleaned.value)))
    first, *others = [part for part in re.split(r"[、,;/|和]", text) if not is_absent(part)] or [""]
    if not first:
        return absent()
    category = first if first in known else OTHER_CATEGORIES.get(first, first)
    if category not in known and f"{category}户" in known:
        category = f"{category}户"
    notes: list[Reason] = []
    if category != text:
        notes.append(reason(N_("户类别已统一写作“%(after)s”。"), after=category))
    if category not in known:
        notes.append(reason(N_("“%(value)s”不在常用的户类别里，已照原样保留。"), value=category))
    if others:
        notes.append(reason(N_("一格里有几个类别，取第一个，其余已放入备注。")))
    return Cleaned(category, (*cleaned.notes, *notes), extra=tuple(others))


def clean_count(cell: Cell, most: int = 100_000) -> Cleaned[int]:
    """A number of people: 3.0, "3人", "三人", "约100人". A range or a fraction is a problem."""
    if isinstance(cell, float) and 0 <= cell <= most and cell.is_integer():
        return Cleaned(int(cell))
    if problem := cell_problem(cell):
        return Cleaned(problem=problem)
    text = re.sub(r"[\s,]+", "", half_width(plain_text(cell)))
    if is_absent(text):
        return Cleaned()
    match = COUNT.fullmatch(text)
    number = None
    if match:
        number = int(match[1].partition(".")[0][:9]) if match[1][0].isdecimal() else han_number(match[1])
        # 五六人 is five or six people, not fifty-six.
        number = None if re.fullmatch(r"[一二三四五六七八九两]{2,}", match[1]) else number
    if number is None or number > most:
        return Cleaned(problem=reason(N_("“%(value)s”不是人数，请填整数。"), value=plain_text(cell)[:40]))
    plain = isinstance(cell, float | int) or text == str(number)
    return Cleaned(number, () if plain else (reason(N_("人数取为 %(after)s。"), after=number),))


def clean_month(cell: Cell) -> Cleaned[date]:
    """A month of birth as its first day: 1975.08, 1975年8月, 1975-08-05, 197508, an Excel date or its number."""
    if problem := cell_problem(cell):
        return Cleaned(problem=problem)
    if (isinstance(cell, str) and is_absent(plain_text(cell))) or cell is None:
        return Cleaned()
    found, notes = read_month(cell)
    if found is None or not date(1900, 1, 1) <= found <= date(2100, 1, 1):
        return Cleaned(problem=reason(N_("“%(value)s”不是有效的年月，请写成 1975.08。"), value=plain_text(cell)[:40]))
    return Cleaned(found, notes)


def read_month(cell: Cell) -> tuple[date | None, tuple[Reason, ...]]:
    """The first day of the month that a cell means, with what was changed."""
    if isinstance(cell, date):
        first = date(cell.year, cell.month, 1)
        return first, (reason(N_("日期只取年月。")),) if cell.day != 1 else ()
    if isinstance(cell, float | int) and float(cell).is_integer() and 3_000 < cell < 60_000:
        day = SERIAL_ORIGIN + timedelta(days=int(cell))
        return day.replace(day=1), (
            reason(N_("数值 %(value)s 按 Excel 日期读为 %(after)s。"), value=int(cell), after=day),
        )
    text = re.sub(r"\s+", " ", half_width(plain_text(cell))).strip()
    if spoken := MONTH_HAN.fullmatch(text):
        text = f"{han_number(spoken[1])}年{han_number(spoken[2])}月"
    match = MONTH_TEXT.fullmatch(text) or MONTH_DIGITS.fullmatch(text)
    if not match or not 1 <= int(match[2]) <= 12:
        return None, ()
    year = max(int(match[1]), 1)
    if len(match[1]) == 2:
        year += 2000 if year <= YOUNGEST else 1900
    if isinstance(cell, float) and re.fullmatch(r"\d{2,4}\.1", text):
        # A number cell drops the last nought of 1975.10, while January is written 1975.01.
        first = date(year, 10, 1)
        return first, (reason(N_("数值 %(value)s 按 10 月读取，请核对是否为 1 月。"), value=text),)
    first = date(year, int(match[2]), 1)
    return first, (reason(N_("出生年月读为 %(after)s。"), after=f"{first:%Y-%m}"),)


def clean_coordinate(cell: Cell) -> Cleaned[float]:
    """One coordinate in degrees."""
    if isinstance(cell, float) and 0.001 < cell < 1000:
        return Cleaned(round(cell, 6))
    if problem := cell_problem(cell):
        return Cleaned(problem=problem)
    text = re.sub(r"\s+|[°度NEne北纬东经]", "", half_width(plain_text(cell)))
    if is_absent(text) or text == "0":
        return Cleaned()
    if not re.fullmatch(r"\d{1,3}(?:\.\d+)?", text):
        return Cleaned(problem=reason(N_("“%(value)s”不是经纬度。"), value=plain_text(cell)[:40]))
    return Cleaned(round(float(text), 6))


def clean_pair(cell: Cell) -> Cleaned[tuple[float, float]]:
    """Both coordinates in one cell, in either order: 113.9,23.0."""
    if problem := cell_problem(cell):
        return Cleaned(problem=problem)
    text = re.sub(r"[°度NEne北纬东经:()]+", " ", half_width(plain_text(cell))).strip()
    if is_absent(text):
        return Cleaned()
    numbers = [clean_coordinate(part).value for part in re.split(r"[\s,;/、]+", text) if part]
    if len(numbers) != 2 or None in numbers:
        return Cleaned(problem=reason(N_("“%(value)s”不是经纬度。"), value=plain_text(cell)[:40]))
    first, second = (number or 0.0 for number in numbers)
    return Cleaned((min(first, second), max(first, second)))


def pair_location(
    latitude: float | None, longitude: float | None
) -> tuple[float | None, float | None, tuple[Reason, ...]]:
    """Both coordinates or neither; swapped ones are put right; a point outside the country is left out."""
    if latitude is None and longitude is None:
        return None, None, ()
    if latitude is None or longitude is None:
        return None, None, (reason(N_("经纬度只填了一个，没有采用。")),)
    if 73 <= latitude <= 136 and 3 <= longitude <= 54:
        return longitude, latitude, (reason(N_("纬度和经度填反了，已对调。")),)
    if 3 <= latitude <= 54 and 73 <= longitude <= 136:
        return latitude, longitude, ()
    return (
        None,
        None,
        (
            reason(
                N_("经纬度 %(latitude)s, %(longitude)s 不在国内，没有采用。"), latitude=latitude, longitude=longitude
            ),
        ),
    )
