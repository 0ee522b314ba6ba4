"""Text of a cell, and the cleanings that every text gets. All idempotent."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from hengli_visits.imports.reasons import Reason, reason
from hengli_visits.imports.workbook import Cell, CellError
from hengli_visits.wording import N_

T = TypeVar("T")

CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)
ESCAPED = re.compile(r"_x00(?:0[0-8B-Fb-f]|1[0-9A-Fa-f])_")
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
WIDE = re.compile("[\uff01-\uff5e\u3000\xa0]")
ODD = re.compile(r"  |_x00|[\u3000\xa0]")
LETTERS = re.compile(r"[０-９Ａ-Ｚａ-ｚ＋－．]")
TRADITIONAL = str.maketrans(
    "戶電話聯繫絡號碼員黨類別備註編門區縣鎮經緯業負責組長單機稱數屬職書務難獨來軍貧鄉莊頭張恆瀝橫聯絡湧廈饒圍場廠層樓棟間東廣萬興華龍馬鳳園國壽錦陳寶開關親屆歲齡實體幹訪離證雙農學會眾戰黃點親時間",
    "户电话联系络号码员党类别备注编门区县镇经纬业负责组长单机称数属职书务难独来军贫乡庄头张恒沥横联络涌厦饶围场厂层楼栋间东广万兴华龙马凤园国寿锦陈宝开关亲届岁龄实体干访离证双农学会众战黄点亲时间",
)
OLD = re.compile("[" + "".join(map(chr, TRADITIONAL)) + "]")
ABSENT = frozenset(
    (
        "",
        "无",
        "暂无",
        "没有",
        "不详",
        "未知",
        "未填",
        "空",
        "-",
        "--",
        "---",
        "—",
        "——",
        "/",
        "\\",
        "n/a",
        "na",
        "none",
        "null",
    )
)
ABSENT_BEGINS = frozenset(word[:1] for word in ABSENT) | frozenset("NＮｎ－／＼\u3000\xa0 \t\n\r")
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Cleaned(Generic[T]):
    """A cell's value as it should be kept. `value` None: nothing there. `notes` tell what was changed, `problem` why
    it cannot be used, `extra` what does not belong in this field but should not be lost."""

    value: T | None = None
    notes: tuple[Reason, ...] = ()
    problem: Reason | None = None
    extra: tuple[str, ...] = ()


def half_width(text: str) -> str:
    """Full-width letters, digits, signs and spaces → the plain ones. Chinese characters stay as they are."""
    return text.translate(FULL_WIDTH) if WIDE.search(text) else text


def simplified(text: str) -> str:
    """Traditional characters of the words that rosters are made of → simplified ones, one for one."""
    return text.translate(TRADITIONAL) if OLD.search(text) else text


def plain_text(cell: Cell) -> str:
    """A cell as text, as the sheet shows it as far as can be told: 5.0 → "5", no invisible signs, one line."""
    if cell is None:
        return ""
    if isinstance(cell, str) and (
        cell.isalnum() or (cell.isprintable() and cell[:1] != " " and cell[-1:] != " " and not ODD.search(cell))
    ):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float | int):
        return f"{cell:.0f}" if float(cell).is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return str(cell)
    text = CONTROL.sub("", ESCAPED.sub(" ", cell))
    return re.sub(r"\s+", " ", text).strip()


def shown(cell: Cell) -> str:
    """What a note or report says stood in the cell, cut to a length that can be read."""
    text = str(cell) if isinstance(cell, str | CellError) else plain_text(cell)
    text = CONTROL.sub("", text).strip(" ")
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def absent() -> Cleaned[str]:
    """For a text that only says that there is nothing."""
    return Cleaned(notes=(reason(N_("按没有填写处理。")),))


def is_absent(text: str) -> bool:
    """Whether a text only says that there is nothing: 无, 暂无, a dash."""
    return not text or (text[0] in ABSENT_BEGINS and half_width(text).strip().lower() in ABSENT)


def cell_problem(cell: Cell) -> Reason | None:
    """Why a cell holds no value at all although it is not empty."""
    if not isinstance(cell, CellError):
        return None
    if cell.code:
        return reason(N_("单元格里是错误值 %(code)s，请改正公式或填写内容。"), code=cell.code)
    return reason(N_("公式没有保存计算结果，请在 Excel 里打开后重新保存。"))


def clean_text(cell: Cell, limit: int = 500) -> Cleaned[str]:
    """Any text: invisible signs and outer spaces go, full-width letters and digits become plain ones."""
    if problem := cell_problem(cell):
        return Cleaned(problem=problem)
    before = plain_text(cell)
    if is_absent(before):
        return absent() if before else Cleaned()
    text = before
    if WIDE.search(before):
        text = LETTERS.sub(lambda match: half_width(match[0]), before).replace("\u3000", " ").strip()
    if len(text) > limit:
        return Cleaned(
            problem=reason(N_("内容太长(%(length)s 字)，最多 %(limit)s 字。"), length=len(text), limit=limit)
        )
    return Cleaned(text, changed(cell, before, text))


def changed(cell: Cell, before: str, text: str) -> tuple[Reason, ...]:
    """The notes for what a text cleaning changed, if it did."""
    notes = []
    if isinstance(cell, str) and cell != before:
        notes.append(reason(N_("多余的空格、换行或不可见字符已去掉。")))
    if before != text:
        notes.append(reason(N_("全角字符已转为半角：%(after)s。"), after=text))
    return tuple(notes)
