"""Tables as plain text: .csv and .tsv, told by what stands in them."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from hengli_visits.imports.package import NO_TABLE
from hengli_visits.imports.reach import ERROR_TEXT, MAX_AREA, MAX_COLUMNS, MAX_ROWS
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.workbook import Cell, CellError, Row, Sheet
from hengli_visits.spreadsheets import unguarded
from hengli_visits.wording import N_

SHEET = "CSV"
DELIMITERS = ",\t;|，"
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ENDLESS = re.compile(r"[^\r\n]{200001}")
CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
FORMULA = re.compile(r'="([^"]*)"')
SIGNATURES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"BM",
    b"MZ",
)
MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|table|meta|head|body|style)", re.IGNORECASE)
LOOKED_AT = 40
LONGEST_CELL_LINES = 200


class TextTable:
    """A table in plain text that passed all checks, as one sheet. Raises BadFile with a sentence otherwise."""

    def __init__(self, data: bytes) -> None:
        self._text = decode(data)
        if MARKUP.match(self._text):
            raise BadFile(N_("这是网页格式的表格。请用 Excel 打开，另存为 .xlsx 后再上传。"))
        if ENDLESS.search(self._text):
            raise BadFile(N_("文件里有一行太长，不是名册的样子，无法读取。"))
        self._delimiter = delimiter(self._text)

    def sheets(self) -> Iterator[Sheet]:
        """The one sheet."""
        yield Sheet(SHEET, self._rows())

    def _rows(self) -> Iterator[Row]:
        """Rows as a spreadsheet would number them: a cell with line breaks stands in one row. Raises BadFile for a
        quote that nothing closes, and for what reaches too far."""
        widest = 0
        for number, values in enumerate(records(self._text, self._delimiter), start=1):
            if number == 1 and len(values) == 1 and values[0].lower().startswith("sep="):
                continue
            cells = tuple(told(value) for value in values)
            row = Row(number, cells)
            own = row.own()
            if not own:
                continue
            widest = max(widest, own[-1] + 1)
            if number > MAX_ROWS or widest > MAX_COLUMNS or number * widest > MAX_AREA:
                raise BadFile(
                    N_(
                        "工作表“%(sheet)s”的内容远到第 %(row)s 行第 %(column)s 列，超出名册的范围。请删除多余的内容后再上传。"
                    ),
                    sheet=SHEET,
                    row=number,
                    column=widest,
                )
            yield Row(number, cells[:MAX_COLUMNS])


def told(value: str) -> Cell:
    """A value as a cell: nothing for empty ones, ="001" as 001, texts of errors as errors, and the ' off that keeps a
    text from acting as a formula."""
    if not value or not value.strip():
        return None
    if value[0] == "'":
        return unguarded(value)
    if value[0] == "=" and (match := FORMULA.fullmatch(value)):
        return match[1] or None
    if value[0] in "#E" and ERROR_TEXT.fullmatch(value.strip()):
        return CellError(value.strip())
    return value


def lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends."""
    start = 0
    for match in re.finditer(r"\r\n|\r|\n", text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


def records(text: str, sign: str) -> Iterator[list[str]]:
    """The values of every record, blank ones too. Raises BadFile naming the line whose quotes do not fit."""
    quotes = 0

    def counted() -> Iterator[str]:
        nonlocal quotes
        for line in lines(text):
            quotes += line.count('"')
            yield line

    reader = csv.reader(counted(), delimiter=sign)
    before = 0
    while True:
        quotes = 0
        try:
            values = next(reader, None)
        except csv.Error as error:
            raise bad_quotes(before + 1) from error
        span = reader.line_num - before
        if values is not None and span > 1 and (quotes % 2 or span > LONGEST_CELL_LINES):
            raise bad_quotes(before + 1)
        if values is None:
            return
        yield values
        before = reader.line_num


def bad_quotes(line: int) -> BadFile:
    """The refusal for a quote that nothing closes."""
    return BadFile(N_("第 %(line)s 行的格式有误，请检查引号和逗号。"), line=line)


def delimiter(text: str) -> str:
    """The sign that cuts the first lines into the most, and the most even, pieces; a comma when none does."""
    best, score = ",", 0
    head = "".join(islice(lines(text), LOOKED_AT))
    for sign in DELIMITERS:
        try:
            widths = [len(values) for values in csv.reader(lines(head), delimiter=sign) if len(values) > 1]
        except csv.Error:
            continue
        if widths:
            width, times = Counter(widths).most_common(1)[0]
            if times * (width - 1) > score:
                best, score = sign, times * (width - 1)
    return best


def decode(data: bytes) -> str:
    """The text: UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030. Raises BadFile for what is no text."""
    if not data.strip():
        raise BadFile(N_("文件是空的，请重新选择。"))
    if data.startswith(SIGNATURES):
        raise BadFile(NO_TABLE)
    marked = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8" and error.start >= len(data) - 3:
                text = data[: error.start].decode()
            else:
                continue
        if "\0" in text or len(CONTROLS.findall(text[:100_000])) > 20 + len(text[:100_000]) // 200:
            break
        return text
    raise BadFile(N_("文件的文字编码看不懂，或者不是表格。请在 Excel 里另存为 .xlsx 或 CSV UTF-8 后再上传。"))
