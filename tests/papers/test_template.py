"""Templates of documents: what is taken, what is refused with a sentence, and what a value can do in one: nothing."""

import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document

from hengli_visits.errors import Invalid
from hengli_visits.models import PaperKind
from hengli_visits.papers.placeholders import CHARTS, LISTS, SINGLE, Content, example
from hengli_visits.papers.standard import standard
from hengli_visits.papers.template import LARGEST, check, fill
from tests.papers.making import part_of, text_of

BOTH = (PaperKind.CIRCULAR, PaperKind.SUMMARY)


def saying(*paragraphs: str) -> bytes:
    """A .docx with these paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def filled(data: bytes, content: Content | None = None) -> bytes:
    """The document that a template gives."""
    file = io.BytesIO()
    fill(data, content or example(), file)
    return file.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good template of which one part was changed, or added."""
    source, target = io.BytesIO(saying("{{ 活动 }}")), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, change(old.read(member)) if member == name else old.read(member))
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return target.getvalue()


@pytest.mark.parametrize("kind", BOTH, ids=str)
def test_the_programs_own_templates_are_good_and_use_what_there_is(kind: PaperKind) -> None:
    check(standard(kind))
    text = text_of(filled(standard(kind)))
    assert "{{" not in text
    assert "{%" not in text
    assert "干部入户走访千家万户活动" in text
    assert "期内走访到310户，共走访1340次。截至2026年7月31日，累计已走访1102户，占应走访1575户的70.0%" in text


@pytest.mark.parametrize("kind", BOTH, ids=str)
def test_page_of_a_public_document(kind: PaperKind) -> None:
    data = standard(kind)
    body, styles, fonts = (part_of(data, f"word/{name}.xml") for name in ("document", "styles", "fontTable"))
    assert 'w:w="11906"' in body
    for side, twips in (("top", 2098), ("bottom", 1984), ("left", 1587), ("right", 1474)):
        found = int(body.split("<w:pgMar")[1].split(f'w:{side}="')[1].split('"')[0])
        assert abs(found - twips) <= 2, side
    assert 'w:eastAsia="方正小标宋简体"' in styles
    assert 'w:eastAsia="仿宋_GB2312"' in styles
    assert 'w:line="580"' in styles
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts
    assert "evenAndOddHeaders" in part_of(data, "word/settings.xml")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        feet = [package.read(name).decode() for name in package.namelist() if "footer" in name and "rels" not in name]
    assert len(feet) == 2
    assert all("— " in foot and 'instr="PAGE"' in foot for foot in feet)


def test_every_placeholder_can_be_asked_for() -> None:
    texts = [f"{{{{ {one.name} }}}}" for one in (*SINGLE, *CHARTS)]
    for one in LISTS:
        texts += [
            f"{{%p for 行 in {one.name} %}}",
            *(f"{{{{ 行.{each.name} }}}}" for each in one.fields),
            "{%p endfor %}",
        ]
    data = saying(*texts, "{% if 前言 and 挂账数 > 0 %}有{% endif %}")
    check(data)
    body = part_of(filled(data), "word/document.xml")
    assert body.count("<c:chart ") == len(CHARTS)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{ 走访绿 }}", "走访绿"),
        ("{%p for 行 in 各镇 %}", "各镇"),
        ("{{ 行.村 }}", "行.村"),
        ("{{ 活动.村 }}", "活动.村"),
        ("{{ 各村 }}", "各村"),
        ("{{ ''.__class__ }}", "__class__"),
        ("{{ 活动.__class__.__mro__ }}", "__mro__"),
        ("{{ range(1000000000) }}", "Call"),
        ("{{ '长' * 1000000000 }}", "Mul"),
        ("{{ 活动|upper }}", "Filter"),
        ("{% set x = 1 %}", "Assign"),
        ("{% include 'x' %}", "Include"),
        ("{% macro x() %}{% endmacro %}", "Macro"),
        ("{{ cycler('a').next }}", "next"),
        ("{{ self }}", "self"),
    ],
)
def test_what_there_is_not_is_named(text: str, named: str) -> None:
    more = ("{%p endfor %}",) if "for" in text else ()
    with pytest.raises(Invalid, match="不认识的占位符") as refused:
        check(saying(text, *more))
    assert named in str(refused.value)
    assert refused.value.field == "file"


def test_loops_in_loops_are_refused() -> None:
    with pytest.raises(Invalid, match="不认识的占位符"):
        check(saying("{%p for 行 in 各村 %}", "{%p for 列 in 各村 %}", "{%p endfor %}", "{%p endfor %}"))


@pytest.mark.parametrize(
    "text", ["{{ 活动 ", "{%p for 行 in 各村 %}", "{% if 活动 %}", "{{ 活动 活动 }}", "{% nonsense %}"]
)
def test_what_is_not_complete_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"没有写完整|生成不了"):
        check(saying(text))


def test_a_header_is_filled_in_and_holds_no_chart() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{{ 活动 }}通报"
    file = io.BytesIO()
    document.save(file)
    check(file.getvalue())
    document.sections[0].header.paragraphs[0].text = "{{ 图_各村走访 }}"
    file = io.BytesIO()
    document.save(file)
    with pytest.raises(Invalid, match="图_各村走访"):
        check(file.getvalue())


RELS = "word/_rels/document.xml.rels"
OUT = b'<Relationship Id="rX" Type="http://x/image" Target="http://example.org/a.png" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "不是 Word 文件"),
        (b"PK\x03\x04", "不是 Word 文件"),
        (b"%PDF-1.4", "不是 Word 文件"),
        (b"x" * (LARGEST + 1), "超过 2 MB"),
        (with_part("word/vbaProject.bin", lambda _old: b"x"), "宏"),
        (with_part(RELS, lambda old: old.replace(b"</Relationships>", OUT)), "别处的文件"),
        (with_part("word/document.xml", lambda old: b"<!DOCTYPE x>" + old), "不是 Word 文件"),
        (with_part("word/document.xml", lambda _old: b"<x/>"), "不是 Word 文件|生成不了"),
        (with_part("word/document.xml", lambda old: old[:-30]), "不是 Word 文件|生成不了"),
        (with_part("word/media/x.bin", lambda _old: bytes(30 * 1024 * 1024)), "内容太多"),
        (with_part("word/document.xml", lambda old: old + b" " * 4 * 1024 * 1024), "内容太多"),
        (with_part("word/document.xml", lambda old: old.replace("活动".encode(), b"DDEAUTO c:\\\\x")), "别处的文件"),
    ],
    ids=["nothing", "stump", "pdf", "large", "macro", "image elsewhere", "doctype", "other xml", "cut", "bomb", "long", "dde"],
)  # fmt: skip
def test_bad_files_are_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        check(data)


@pytest.mark.parametrize("value", ["<w:b/>&\"'", "{{ 活动 }}", "{% for %}", "\x00\x0b坏", "甲\n乙\n\n丙", "\a丁"])
def test_a_value_is_text_whatever_it_holds(value: str) -> None:
    content = Content(dict(example().values) | {"前言": value}, example().lists, example().charts)
    text = text_of(filled(standard(PaperKind.CIRCULAR), content))
    for line in value.replace("\x00", "").replace("\x0b", "").replace("\a", "").splitlines():
        assert line in text


def test_a_chart_holds_its_numbers() -> None:
    data = filled(saying("{{ 图_各村走访 }}"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        (name,) = (one for one in package.namelist() if one.startswith("word/charts/"))
    chart = part_of(data, name)
    assert "<c:v>长巷村</c:v>" in chart
    assert "<c:v>109</c:v>" in chart
    assert "externalData" not in chart


def test_an_empty_chart_says_so() -> None:
    charts = {name: type(drawing)("", (), ()) for name, drawing in example().charts.items()}
    content = Content(example().values, example().lists, charts)
    assert "没有数据" in text_of(filled(saying("{{ 图_各村走访 }}"), content))


def test_what_has_nothing_to_show_is_left_out_and_the_rest_is_numbered() -> None:
    """No table without rows, no figure without a bar; numbers follow each other all the same."""
    content = Content(
        dict(example().values) | {"有期间": "", "意见总数": 0, "未办结数": 0, "挂账数": 0, "按期办结率": "—"},
        dict(example().lists) | {"每日": [], "未办结事项": []},
        example().charts,
    )
    data = filled(standard(PaperKind.SUMMARY), content)
    text = text_of(data)
    captions = [line for line in text.splitlines() if line[:1] in "图表" and line[1:2].isdigit()]
    assert [line[:2] for line in captions] == ["图1", "表1", "图2", "表2", "表3", "表4"]
    assert "没有到期的问题" in text
    assert "没有尚未办结的问题" in text
    assert "下一步，" not in text
    assert "—" not in text.replace("— ", "").split("附件")[0].split("（三）")[0]
    assert all(len(table.rows) > 2 for table in Document(io.BytesIO(data)).tables)


def test_rows_are_not_torn_and_have_a_sum() -> None:
    body = part_of(filled(standard(PaperKind.CIRCULAR)), "word/document.xml")
    assert body.count("<w:cantSplit/>") == body.count("<w:tr>") + body.count("<w:tr ")
    assert text_of(filled(standard(PaperKind.CIRCULAR))).count("合计") == 4
