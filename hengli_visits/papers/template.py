"""Templates of documents: checking one before it is taken, and filling one in.

A template is a program by who uploads it. It is parsed, and only what the list of placeholders names may stand in it:
no calls, no filters, no arithmetic, no loops in loops. What is left cannot reach anything, nor take long; the sandbox of
Jinja is behind it all the same."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl.template import DocxTemplate
from jinja2 import TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment

from hengli_visits.errors import Invalid
from hengli_visits.papers.charts import Placed
from hengli_visits.papers.layout import number_captions
from hengli_visits.papers.placeholders import CHARTS, FIELDS, NAMES, Content, example
from hengli_visits.wording import N_

LARGEST = 2 * 1024 * 1024
"""Bytes of a template."""
UNPACKED, PARTS, TEXT = 20 * 1024 * 1024, 400, 3 * 1024 * 1024
"""Bytes and parts of its package, bytes of one part of text."""
FIELD = "file"
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.Compare, nodes.Operand,
    nodes.Const, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
LOOP = frozenset({"index", "first", "last", "length"})
EXTERNAL = re.compile(rb"<[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
REACHING = re.compile(rb"\b(?:DDE(?:AUTO)?|INCLUDE(?:TEXT|PICTURE)|DATABASE)\b")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NO_DOCUMENT = N_("这不是 Word 文件。请用 Word 或 WPS 另存为 .docx 后再上传。")


def _refuse(message: str, **params: object) -> Invalid:
    return Invalid(message, field=FIELD, **params)


def check(data: bytes) -> None:
    """Take a template or raise `Invalid` with a sentence: what is no .docx, too large, reaches out of itself, asks for
    what there is not, or cannot be filled in."""
    if len(data) > LARGEST:
        raise _refuse(N_("模板超过 %(size)s MB，请压缩里面的图片。"), size=LARGEST // 1024 // 1024)
    _check_package(data)
    try:
        template = _open(data)
        unknown = sorted({name for text, body in _texts(template) for name in _unknown(text, body=body)})
    except TemplateError as error:
        raise _refuse(N_("模板里有一处占位符没有写完整，请检查大括号和“for、endfor”是否成对。")) from error
    except (PackageNotFoundError, SyntaxError, KeyError, ValueError, AttributeError) as error:
        raise _refuse(NO_DOCUMENT) from error
    if unknown:
        raise _refuse(N_("模板里有不认识的占位符：%(names)s。请对照清单改好再上传。"), names="、".join(unknown[:10]))
    try:
        fill(data, example(), io.BytesIO())
    except Exception as error:  # whatever a stranger's file does to the writer, it is not taken
        raise _refuse(N_("用这份模板生成不了文件。请检查表格里的“for、endfor”是否各占一行。")) from error


def asks_for_something(data: bytes) -> bool:
    """Whether there is any placeholder in a template that was checked. Without one each document would be the same."""
    return any("{{" in text or "{%" in text for text, _body in _texts(_open(data)))


def _check_package(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise _refuse(N_("模板里的内容太多，请删去不用的图片和附件。"))
            names = {part.filename for part in parts}
            if "word/document.xml" not in names or len(names) != len(parts):
                raise _refuse(NO_DOCUMENT)
            if any("vbaProject" in name or "activeX" in name for name in names):
                raise _refuse(N_("模板里有宏，不能使用。请另存为不带宏的 .docx。"))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(package.read(part), part.file_size)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise _refuse(NO_DOCUMENT) from error


def _check_part(text: bytes, size: int) -> None:
    if size > TEXT:
        raise _refuse(N_("模板里的内容太多，请删去不用的图片和附件。"))
    if b"<!DOCTYPE" in text or b"\x00" in text:
        raise _refuse(NO_DOCUMENT)
    links = [link for link in EXTERNAL.findall(text) if b"/hyperlink" not in link]
    if links or REACHING.search(text):
        raise _refuse(N_("模板引用了别处的文件或图片，不能使用。请把图片直接插入文件里。"))


def _open(data: bytes) -> Any:
    template: Any = DocxTemplate(io.BytesIO(data))
    template.init_docx()
    return template


def _texts(template: Any) -> Iterator[tuple[str, bool]]:
    """All texts that will be filled in, and whether it is the body: that alone can show charts."""
    yield template.patch_xml(template.get_xml()), True
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _key, part in template.get_headers_footers(uri):
            yield template.patch_xml(template.get_part_xml(part)), False
    document = template.docx
    for part in document.part.package.parts:
        if part.content_type.endswith("wordprocessingml.footnotes+xml"):
            yield template.patch_xml(part.blob.decode("utf-8")), False
    told = document.core_properties
    yield f"{told.author} {told.comments} {told.identifier} {told.language} {told.subject} {told.title}", False


def _unknown(text: str, *, body: bool) -> Iterator[str]:
    """What a text asks for that there is not, as its author wrote it. A list may be asked for whether it is empty, never
    be printed as a whole."""
    tree = SandboxedEnvironment().parse(text)
    names = NAMES | set(FIELDS) if body else NAMES - {one.name for one in CHARTS}
    yield from _look(tree, names, {})


def _look(node: nodes.Node, names: frozenset[str], rows: dict[str, frozenset[str]]) -> Iterator[str]:
    if isinstance(node, nodes.For):
        yield from _look_at_loop(node, names, rows)
        return
    if not isinstance(node, ALLOWED):
        yield f"{type(node).__name__}"
    elif isinstance(node, nodes.Getattr):
        yield from _look_at_field(node, rows)
        return
    elif isinstance(node, nodes.Output):
        yield from (one.name for one in node.nodes if isinstance(one, nodes.Name) and one.name in FIELDS)
    elif isinstance(node, nodes.Name) and node.name not in names:
        yield node.name
    for child in node.iter_child_nodes():
        yield from _look(child, names, rows)


def _look_at_loop(node: nodes.For, names: frozenset[str], rows: dict[str, frozenset[str]]) -> Iterator[str]:
    source, target = node.iter, node.target
    plain = isinstance(source, nodes.Name) and isinstance(target, nodes.Name)
    if rows or not plain or node.test or node.recursive:
        yield "for … in for"
    elif isinstance(source, nodes.Name) and isinstance(target, nodes.Name):
        if source.name not in FIELDS:
            yield source.name
        within = {target.name: FIELDS.get(source.name, frozenset()), "loop": LOOP}
        for child in (*node.body, *node.else_):
            yield from _look(child, names, within)


def _look_at_field(node: nodes.Getattr, rows: dict[str, frozenset[str]]) -> Iterator[str]:
    owner = node.node
    if not isinstance(owner, nodes.Name):
        yield node.attr
    elif node.attr not in rows.get(owner.name, ()):
        yield f"{owner.name}.{node.attr}"


def fill(data: bytes, content: Content, target: io.BytesIO | Path) -> None:
    """Fill a template in and write the document. Whatever a value holds stands there as text."""
    template = _open(data)
    context: dict[str, Any] = {name: _plain(value) for name, value in content.values.items()}
    for name, listed in content.lists.items():
        context[name] = [{key: _plain(value) for key, value in row.items()} for row in listed]
    for number, (name, drawing) in enumerate(content.charts.items(), start=1):
        context[name] = Placed(template.docx, drawing, number)
    template.render(context, SandboxedEnvironment(), autoescape=True)
    number_captions(template.docx)
    template.save(target if isinstance(target, io.BytesIO) else str(target))


def _plain(value: Any) -> Any:
    """A text without what XML cannot hold; its lines become paragraphs."""
    if not isinstance(value, str):
        return value
    return "\a".join(_lines(CONTROL.sub("", value).splitlines()))


def _lines(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\t", " ") for line in lines if line.strip())
