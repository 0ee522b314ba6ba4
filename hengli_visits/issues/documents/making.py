"""Makes the two templates: `python -m hengli_visits.issues.documents.making`. They are kept in git, so that an office
may also change them in a word processor; the places in braces are what `filling` knows.

Page and letters as official documents have them (GB/T 9704-2012): A4, margins 37, 35, 28 and 26 mm, title 方正小标宋 of
size 二号 (22 pt), text 仿宋. The form stands in a table, in 小四 (12 pt), so that it fits on one sheet.
"""

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from hengli_visits.issues.papers import SIGNED, PaperKind

FOLDER = Path(__file__).parent
TITLE, TEXT, HEAD = "方正小标宋简体", "仿宋_GB2312", "黑体"
FALLBACK = {TITLE: "宋体", TEXT: "仿宋", HEAD: "黑体"}
"""What a word processor takes where the first is not installed (`w:altName` of the font table)."""
MARGINS = {"top": 37, "bottom": 35, "left": 28, "right": 26}
WIDTHS = (26, 52, 26, 52)
"""Millimetres of the four columns; together the 156 mm between the margins."""
ROOM = {PaperKind.ASSIGNMENT: 40, PaperKind.SUPERVISION: 34}
"""Millimetres to write in by hand."""


def _letters(run: Any, font: str, size: float, *, bold: bool = False) -> None:
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, font
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - python-docx has no other way to it
    for slot in ("w:eastAsia", "w:hAnsi", "w:ascii", "w:cs"):
        fonts.set(qn(slot), font)


def _write(cell: Any, text: str, font: str = TEXT, size: float = 12) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    _letters(paragraph.add_run(text), font, size)


def _field(paragraph: Any, code: str, size: float) -> None:
    run = paragraph.add_run()
    _letters(run, TEXT, size)
    for kind, text in (("begin", None), (None, code), ("end", None)):
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind or "")
        run._element.append(part)  # noqa: SLF001 - see above


def _head(document: Any) -> None:
    title = document.paragraphs[0] if document.paragraphs else document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(12)
    _letters(title.add_run("{{ title }}"), TITLE, 22)
    line = document.add_paragraph()
    line.paragraph_format.tab_stops.add_tab_stop(Mm(sum(WIDTHS)), 2)
    line.paragraph_format.space_after = Pt(4)
    _letters(line.add_run("编号：{{ number }}\t{{ day }}"), TEXT, 12)


def _foot(document: Any) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(sum(WIDTHS)), 2)
    _letters(paragraph.add_run("{{ number }}　打印人：{{ printed_by }}　{{ printed_at }}　用后收回\t"), TEXT, 9)
    _field(paragraph, "PAGE", 9)
    _letters(paragraph.add_run(" / "), TEXT, 9)
    _field(paragraph, "NUMPAGES", 9)


def _tag(table: Any, text: str) -> None:
    _write(table.add_row().cells[0], text)


def _row(table: Any, *texts: str, height: float | None = None) -> None:
    """A line of the table: two cells make the second one wide."""
    row = table.add_row()
    cells = row.cells if len(texts) == len(WIDTHS) else (row.cells[0], row.cells[1].merge(row.cells[3]))
    for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        _write(cell, text, HEAD if place % 2 == 0 else TEXT)
    keep = OxmlElement("w:cantSplit")
    if height is not None:
        row._tr.get_or_add_trPr().append(keep)  # noqa: SLF001 - see above
        row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST


def _table(document: Any, kind: PaperKind) -> None:
    table = document.add_table(0, len(WIDTHS), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for text in ("{%tr for line in lines %}", "{%tr if line|length == 2 %}"):
        _tag(table, text)
    _row(table, "{{ line[0].label }}", "{{ line[0].text }}", "{{ line[1].label }}", "{{ line[1].text }}")
    _tag(table, "{%tr else %}")
    _row(table, "{{ line[0].label }}", "{{ line[0].text }}")
    for text in ("{%tr endif %}", "{%tr endfor %}"):
        _tag(table, text)
    _row(table, "{{ by_hand }}", "", height=ROOM[kind])
    for who, when in SIGNED[kind]:
        _row(table, who, "", when, "", height=11)
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            if cell._tc.grid_span == 1:  # noqa: SLF001 - see above
                cell.width = Mm(width)


def _fonts(document: Any) -> None:
    """Say what stands in for a font that is not installed."""
    part = next(p for p in document.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml")
    added = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for font, other in FALLBACK.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", added.encode() + b"</w:fonts>")  # noqa: SLF001 - see above


def make(kind: PaperKind) -> None:
    """Write the template of one paper."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, width in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.footer_distance = Mm(22)
    _head(document)
    _table(document, kind)
    _foot(document)
    _fonts(document)
    document.core_properties.author, document.core_properties.comments = "", ""
    document.save(str(FOLDER / f"{kind.value}.docx"))


if __name__ == "__main__":
    for one in PaperKind:
        make(one)
