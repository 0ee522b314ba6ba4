"""One pass over a part that is XML."""

from collections.abc import Callable
from xml.parsers import expat

from hengli_visits.imports.reasons import BadFile
from hengli_visits.wording import N_


class XmlScan:
    """Reads XML piece by piece: calls `start` where an element begins and `end` where it ends."""

    def __init__(self, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None] | None = None) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = refuse_doctype
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end

    def feed(self, data: bytes, final: bool) -> None:
        """Take the next piece. Raises ExpatError or BadFile."""
        self._parser.Parse(data, final)


def refuse_doctype(*_: object) -> None:
    """Office programs never write a document type; entities in one are an attack."""
    raise BadFile(N_("文件里有不允许的内容(DOCTYPE)，无法读取。"))
