"""Telephone numbers as offices write them: one or several in a cell, with spaces, hyphens, +86 and words around."""

import re
from dataclasses import dataclass

from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.imports.text import Cleaned, cell_problem, half_width, is_absent, plain_text
from hengli_visits.imports.workbook import Cell
from hengli_visits.members.rules import is_phone
from hengli_visits.wording import N_

MOBILE = re.compile(r"1[3-9]\d{9}")
AREA_CODES = r"(?:010|02\d|0[3-9]\d{2})"
LANDLINE = re.compile(rf"({AREA_CODES})([2-9]\d{{6,7}})")
LOCAL = re.compile(r"[2-8]\d{6,7}")
SERVICE = re.compile(r"[48]00\d{7}")
HARD = re.compile(r"[/、,;|\n\r\\]|或|和|以及|(?<=\d)及")
COUNTRY = re.compile(r"^(?:\+|00)?\(?86\)?-?\s*(?=1[3-9]|\(?0?\d{2,3}\)?-?\d{7})")
EXTENSION = re.compile(r"^(.*\d{7})\s*(?:转|分机|ext\.?|-)\s*(\d{1,5})$", re.IGNORECASE)
SIGNS = re.compile(r"[\s\-()\[\]._·—–‐‑*]+")
WORDS = re.compile(r"[^\d\s+\-()\[\]._·—–‐‑*]+")
ROUNDED = re.compile(r"\d(?:\.\d+)?E\+\d{2}", re.IGNORECASE)
NUMBER = re.compile(r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-?[2-9]\d{6,7})(?!\d)")
ASIDE = re.compile(r"\(([^()\d]+)\)")
HIDDEN = re.compile(r"\+?[\d-]{0,20}(?:\*{2,}|[xX]{3,})[\d-]*")
"""A number whose middle somebody has hidden: 138****8000."""


@dataclass(frozen=True, slots=True)
class Phones:
    """The numbers of one cell in their order: whom to call first, whom else."""

    first: str
    second: str | None = None


def clean_phones(cell: Cell) -> Cleaned[Phones]:
    """All numbers of a cell. One that is no number is a problem unless another one is good; words around the
    numbers, bad numbers beside good ones and a third number go to `extra`."""
    if isinstance(cell, str) and MOBILE.fullmatch(cell) and cell.isascii():
        return Cleaned(Phones(cell))
    if problem := cell_problem(cell):
        return Cleaned(problem=problem)
    before = plain_text(cell) if not isinstance(cell, str) else half_width(cell).replace("_x000D_", "\n").strip()
    if is_absent(before) or before == "0":
        return Cleaned(notes=(reason(N_("按没有填写处理。")),) if before else ())
    if ROUNDED.fullmatch(before):
        why = N_("电话存成了科学计数“%(value)s”，后几位已经丢失，请重新填写。")
        return Cleaned(problem=reason(why, value=before))
    rest = HIDDEN.sub("", before)
    hidden = (reason(N_("号码是隐去的，没有采用。")),) if rest != before else ()
    if hidden and not re.search(r"\w", rest):
        return Cleaned(notes=hidden)
    found, words, bad = read_numbers(rest)
    if not found:
        return Cleaned(problem=reason(N_("“%(value)s”不是有效的电话号码。"), value=plain_text(cell)[:40]))
    phones = Phones(found[0], found[1] if len(found) > 1 else None)
    extra = [*found[2:], *words, *bad]
    return Cleaned(phones, hidden + phone_notes(cell, found, words, bad), extra=tuple(extra))


def read_numbers(text: str) -> tuple[list[str], list[str], list[str]]:
    """The numbers in a text (each once), the words beside them, and the parts that look like numbers but are none."""
    found: dict[str, None] = {}
    words: list[str] = []
    bad: list[str] = []
    for part in HARD.split(text):
        numbers, beside = split_part(part)
        words += beside
        if numbers:
            found.update(dict.fromkeys(numbers))
        elif re.search(r"\d", part):
            bad.append(part.strip())
    return list(found), words, bad


def split_part(part: str) -> tuple[list[str], list[str]]:
    """Numbers and words of a part without separators: one number, numbers one after the other, or number and word."""
    part = part.strip()
    if number := one_number(part):
        return [number], []
    words = [word.strip(":") for word in WORDS.findall(ASIDE.sub(r" \1 ", part)) if word.strip(":。")]
    pieces = WORDS.sub(" ", ASIDE.sub(" ", part)).strip()
    if number := one_number(pieces):
        return [number], words
    numbers = [one_number(piece) for piece in re.split(r"\s+", pieces) if piece]
    if numbers and all(numbers):
        return [number for number in numbers if number], words
    digits = SIGNS.sub("", pieces)
    if re.fullmatch(r"(?:(?:\+|00)?(?:86)?1[3-9]\d{9}){2,}", digits):
        return MOBILE.findall(re.sub(r"(?:\+|00)?86(?=1[3-9]\d{9})", " ", digits)), words
    return [], words


def one_number(text: str) -> str | None:
    """The number that a text is, in its usual form: 13800000000, 0769-83700000, 0769-83700000-801; or None."""
    stripped = text.strip()
    if is_phone(stripped):
        return stripped
    text = COUNTRY.sub("", stripped)
    if re.search(r"[^\d\s+\-()\[\]._·—–‐‑*转分机extEXT]", text):
        return None
    digits = SIGNS.sub("", text)
    if MOBILE.fullmatch(digits) or SERVICE.fullmatch(digits):
        return digits
    if match := EXTENSION.match(text):
        main = one_number(match[1])
        return f"{main}-{match[2]}" if main and "-" in main and main.count("-") == 1 else None
    if match := LANDLINE.fullmatch(digits if text == stripped or digits.startswith("0") else f"0{digits}"):
        return f"{match[1]}-{match[2]}"
    return digits if LOCAL.fullmatch(digits) else None


def phone_notes(cell: Cell, found: list[str], words: list[str], bad: list[str]) -> tuple[Reason, ...]:
    """What to tell about a cell whose numbers were taken."""
    notes = []
    if isinstance(cell, float | int):
        notes.append(reason(N_("电话存成了数值，已转为文字：%(after)s。"), after=found[0]))
    elif len(found) == 1 and not words and not bad and cell != found[0]:
        notes.append(reason(N_("电话号码已统一写作 %(after)s。"), after=found[0]))
    if len(found) > 1:
        notes.append(reason(N_("一格里有 %(count)s 个号码：%(numbers)s。"), count=len(found), numbers="、".join(found)))
    if len(found) > 2:
        notes.append(reason(N_("第三个起的号码已放入备注。")))
    if words:
        notes.append(reason(N_("号码旁的文字“%(words)s”已放入备注。"), words="、".join(words)))
    if bad:
        notes.append(reason(N_("“%(value)s”不是有效的电话号码，已放入备注。"), value="、".join(bad)))
    if any(LOCAL.fullmatch(number) for number in found):
        notes.append(reason(N_("座机没有写区号。")))
    return tuple(notes)


def apart(cell: Cell) -> tuple[Cell, Cell]:
    """A cell with names and telephones as one of names and one of telephones; other cells as they are, and None."""
    if not isinstance(cell, str) or not NUMBER.search(half_width(cell)):
        return cell, None
    text = half_width(cell)
    numbers = [match[0] for match in NUMBER.finditer(text)]
    names = re.sub(r"[(:,]\s*(?=[),、;]|$)|\(\s*\)", "", NUMBER.sub(" ", text))
    return re.sub(r"\(\s*\)|[()]\s*$", "", names).strip(" :,、;/") or None, "、".join(numbers)
