"""One pass over the content of an .ods for what the spreadsheet parser does not tell, and for cells that repeat."""

from hengli_visits.imports.reach import MAX_ROWS, Reach, SheetFacts
from hengli_visits.imports.xml_scan import XmlScan

LONGEST_REPEAT = 1_048_576


class ContentScan(XmlScan):
    """Reads content.xml piece by piece into `facts`, one per table. Raises BadFile where values stand too far out."""

    def __init__(self) -> None:
        super().__init__(self._start, self._end)
        self.facts: dict[str, SheetFacts] = {}
        self._reach = Reach("")
        self._row = self._column = 0
        self._rows = self._repeated = 1
        self._right = 0
        self._valued = False
        self._error = False
        self._formula = False
        self._text: list[str] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._depth = 0

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style:style":
            self._style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        elif tag == "table:table":
            self._start_table(attributes)
        elif tag == "table:table-column":
            self._start_column(attributes)
        elif tag == "table:table-row":
            self._start_row(attributes)
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._start_cell(attributes)
        elif tag == "text:p" and self._depth == 1:
            self._parser.CharacterDataHandler = self._text.append

    def _start_table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        name = attributes.get("table:name", "")
        self._reach = Reach(name)
        self._reach.facts.hidden = attributes.get("table:style-name", "") in self._hidden_styles
        self.facts.setdefault(name, self._reach.facts)
        self._row = self._rows = 0
        self._right = 0

    def _start_column(self, attributes: dict[str, str]) -> None:
        count = repeats(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in ("collapse", "filter"):
            self._reach.hide_columns(self._right + 1, self._right + count)
        self._right += count

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row += self._rows
        self._rows = repeats(attributes, "table:number-rows-repeated")
        if self._row == 0:
            self._row = 1
        self._column = 0
        self._repeated = 1
        if attributes.get("table:visibility") in ("collapse", "filter"):
            last = min(self._row + self._rows, MAX_ROWS + 2)
            self._reach.facts.hidden_rows.update(range(self._row, last))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._reach.cell()
        self._column += self._repeated if self._column else 1
        self._repeated = repeats(attributes, "table:number-columns-repeated")
        kind = attributes.get("calcext:value-type") or attributes.get("office:value-type", "")
        self._error = kind == "error"
        self._formula = "table:formula" in attributes
        self._valued = bool(kind)
        self._text.clear()
        down = repeats(attributes, "table:number-rows-spanned")
        across = repeats(attributes, "table:number-columns-spanned")
        if down > 1 or across > 1:
            first = (self._row - 1, self._column - 1)
            self._reach.merge(first, (first[0] + down - 1, first[1] + across - 1))

    def _end(self, tag: str) -> None:
        if tag == "text:p":
            self._parser.CharacterDataHandler = None
        elif tag == "table:table":
            self._depth -= 1
        elif tag == "table:table-cell" and self._depth == 1:
            self._end_cell()

    def _end_cell(self) -> None:
        text = "".join(self._text)
        if self._valued or text:
            self._reach.value(self._row + self._rows - 1, self._column + self._repeated - 1)
        if self._error:
            self._reach.facts.errors[self._row, self._column] = text[:20] or "#N/A"
        elif self._formula and not self._valued:
            self._reach.facts.errors[self._row, self._column] = ""


def repeats(attributes: dict[str, str], name: str) -> int:
    """How often an element stands for itself. Raises ValueError for what is no sensible number."""
    number = int(attributes.get(name, "1"))
    if not 1 <= number <= LONGEST_REPEAT:
        raise ValueError("an element repeats too often")
    return number
