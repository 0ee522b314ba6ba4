"""Pages, fonts and tables of a public document (GB/T 9704—2012), made with python-docx.

A4; 37 mm above, 35 below, 28 left, 26 right, so that 22 lines of 28 signs fill a page; title 小标宋 二号, text 仿宋 三号,
headings 黑体 and 楷体 三号, page numbers 宋体 四号 between dashes, outside. Fonts that a machine lacks have another name
in the font table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from docx import Document
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

TITLE, TEXT, FIRST, SECOND, NOTE, CELL, SIGNED = (
    "公文标题", "公文正文", "公文一级标题", "公文二级标题", "公文图表题", "公文表格", "公文落款",
)  # fmt: skip
SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
STANDS_FOR = {SONG: "华文中宋", FANG: "仿宋", HEI: "SimHei", KAI: "楷体"}
ERHAO, SANHAO, SIHAO, XIAOSI, WUHAO = 22, 16, 14, 12, 10.5
"""Sizes in points."""
GAP = 57
"""Twentieths of a point between the lines of a table and its text, 1 mm: the standard cell wastes 4 mm of a column."""
TEXT_WIDTH = 156
"""Millimetres between the margins."""
DATE_WIDTH = 8 * SANHAO
"""Points of a date: eight digits, each half as wide as a sign, three signs, and the air between digits and signs."""
LINE = 29
"""Points from line to line; the standard leaves 28 to 30."""


def new_document() -> Word:
    """An empty document with the page and the styles."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(24)
    document.settings.odd_and_even_pages_header_footer = True
    _set_styles(document)
    _set_fonts(document)
    _number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    return document


def _set_styles(document: Word) -> None:
    _style(document, TEXT, FANG, SANHAO, indent=True)
    _style(document, TITLE, SONG, ERHAO, line=35, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, FIRST, HEI, SANHAO, indent=True, level=0)
    _style(document, SECOND, KAI, SANHAO, indent=True, level=1)
    _style(document, NOTE, HEI, XIAOSI, line=22, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, CELL, FANG, WUHAO, line=16, align=WD_ALIGN_PARAGRAPH.LEFT)
    _style(document, SIGNED, FANG, SANHAO, align=WD_ALIGN_PARAGRAPH.RIGHT)


def _style(
    document: Word,
    name: str,
    font: str,
    size: float,
    *,
    line: int = LINE,
    indent: bool = False,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    level: int | None = None,
) -> None:
    style = cast(ParagraphStyle, document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    style.font.name, style.font.size = "Times New Roman", Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    shape = style.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    shape.space_before = shape.space_after = Pt(0)
    shape.alignment = align
    if indent:
        shape.first_line_indent = Pt(2 * size)
    if level is not None:
        shape.keep_with_next = True
        style.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>'))


def _set_fonts(document: Word) -> None:
    """What stands for a font that a machine has not."""
    table = next(part for part in document.part.package.parts if part.partname == "/word/fontTable.xml")
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in STANDS_FOR.items()
    )
    table._blob = table.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())  # noqa: SLF001 - no other way in


def _number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, one sign away from the outer margin."""
    paragraph.alignment = side
    if side is WD_ALIGN_PARAGRAPH.RIGHT:
        paragraph.paragraph_format.right_indent = Pt(SIHAO)
    else:
        paragraph.paragraph_format.left_indent = Pt(SIHAO)
    look = f'<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="{2 * SIHAO}"/></w:rPr>'
    for xml in (
        f'<w:r {nsdecls("w")}>{look}<w:t xml:space="preserve">— </w:t></w:r>',
        f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r>{look}<w:t>1</w:t></w:r></w:fldSimple>',
        f'<w:r {nsdecls("w")}>{look}<w:t xml:space="preserve"> —</w:t></w:r>',
    ):
        paragraph._p.append(parse_xml(xml))  # noqa: SLF001 - python-docx knows no fields


def add(document: Word, text: str, style: str = TEXT) -> Paragraph:
    """One paragraph."""
    return document.add_paragraph(text, style)


def add_picture(document: Word, placeholder: str, caption: str) -> None:
    """A chart with its title below, kept on one page."""
    paragraph = document.add_paragraph(placeholder, NOTE)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph.paragraph_format.keep_with_next = True
    document.add_paragraph(caption, NOTE)


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, the field of the list's rows, its width in millimetres, and what stands in the last
    row. Long texts begin at the left, all else stands in the middle like its title."""

    title: str
    field: str
    width: int
    total: str = ""
    long: bool = False


def add_table(document: Word, caption: str, listing: str, columns: Sequence[Column], note: str = "") -> None:
    """A table with its title above, that has one row for each of `listing`, and a last one when a column has a total.
    Its head stands on each page, no row is torn."""
    document.add_paragraph(caption, NOTE).paragraph_format.keep_with_next = True
    texts = [
        [column.title for column in columns],
        [f"{{%tr for 行 in {listing} %}}"],
        [f"{{{{ 行.{column.field} }}}}" for column in columns],
        ["{%tr endfor %}"],
    ]
    if any(column.total for column in columns):
        texts.append([column.total for column in columns])
    table = document.add_table(rows=len(texts), cols=len(columns), style="Table Grid")
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for row, words in zip(table.rows, texts, strict=True):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001
        for cell, text, column in zip(row.cells, words, columns, strict=False):
            paragraph = cell.paragraphs[0]
            paragraph.style, paragraph.text = CELL, text
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if column.long else WD_ALIGN_PARAGRAPH.CENTER
    _shape(table, [column.width for column in columns])
    document.add_paragraph(note, CELL)


def _shape(table: Table, widths: Sequence[int]) -> None:
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))  # noqa: SLF001
    for cell in head.cells:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        for run in cell.paragraphs[0].runs:
            run.font.bold = True
    sides = "".join(f'<w:{side} w:w="{GAP}" w:type="dxa"/>' for side in ("left", "right"))
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))  # noqa: SLF001
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def add_signature(document: Word, who: str, when: str) -> None:
    """Who signs, in the middle above the date, the date four signs away from the right."""
    add(document, "")
    name = add(document, who, SIGNED)
    name.alignment, name.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
    name.paragraph_format.left_indent = Mm(TEXT_WIDTH) - Pt(2 * (4 * SANHAO + DATE_WIDTH / 2))
    add(document, when, SIGNED).paragraph_format.right_indent = Pt(4 * SANHAO)


CAPTION = re.compile(r"(图|表)\d+(?=　)")


def number_captions(document: Word) -> None:
    """Number the titles of figures and tables as they stand there now: what has nothing to show was left out."""
    seen = {"图": 0, "表": 0}
    for paragraph in document.paragraphs:
        style = paragraph.style
        if style is None or style.name != NOTE or not paragraph.runs:
            continue
        run = paragraph.runs[0]
        if found := CAPTION.match(run.text):
            seen[found[1]] += 1
            run.text = f"{found[1]}{seen[found[1]]}{run.text[found.end() :]}"
