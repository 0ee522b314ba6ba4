"""Charts as Word draws them itself (DrawingML): sharp on paper, in the reader's fonts, with nothing to be painted here."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from hengli_visits.papers.placeholders import Drawing, Series

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
MILLIMETRE = 36000
WIDTH = 156 * MILLIMETRE
"""Between the margins of a public document."""
ROW, FRAME, LINE_HEIGHT = 5 * MILLIMETRE, 20 * MILLIMETRE, 75 * MILLIMETRE
TALLEST = 190 * MILLIMETRE
SHARP = '<c:smooth val="0"/>'
"""Lines go straight from day to day: nothing was measured in between."""
COLOURS = ("A8281F", "D9CFC4", "6B7F5E")
"""Told apart in grey, too."""
FONT = "仿宋"
NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def _text(colour: str = "000000") -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1000"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        f'<a:latin typeface="Times New Roman"/><a:ea typeface="{FONT}"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/>'
        "</a:p></c:txPr>"
    )


TEXT = _text()
LIGHT = _text("FFFFFF")
"""On the dark part of a stacked bar."""


def _points(kind: str, values: tuple[str, ...]) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{escape(value)}</c:v></c:pt>' for i, value in enumerate(values))
    format_ = "<c:formatCode>General</c:formatCode>" if kind == "num" else ""
    return f'<c:{kind}Lit>{format_}<c:ptCount val="{len(values)}"/>{points}</c:{kind}Lit>'


def _series(drawing: Drawing) -> Iterator[str]:
    for index, one in enumerate(drawing.series):
        colour = f'<a:solidFill><a:srgbClr val="{COLOURS[index % len(COLOURS)]}"/></a:solidFill>'
        look = f'<a:ln w="28575">{colour}</a:ln>' if drawing.line else colour
        text = LIGHT if index == 0 and len(drawing.series) > 1 else TEXT
        labels = f'<c:dLbls>{text}<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        yield (
            f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:v>{escape(one.name)}</c:v></c:tx>'
            f"<c:spPr>{look}</c:spPr>"
            + (
                '<c:marker><c:symbol val="circle"/><c:size val="5"/></c:marker>'
                if drawing.line
                else '<c:invertIfNegative val="0"/>'
            )
            + ("" if drawing.line and len(drawing.names) > 20 else labels)
            + f"<c:cat>{_points('str', drawing.names)}</c:cat>"
            f"<c:val>{_points('num', _numbers(one))}</c:val>{SHARP if drawing.line else ''}</c:ser>"
        )


def _numbers(one: Series) -> tuple[str, ...]:
    return tuple(f"{value:g}" for value in one.values)


def _axes(*, lying: bool) -> str:
    grid = '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D0D0D0"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>'
    return (
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{"maxMin" if lying else "minMax"}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{"l" if lying else "b"}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>{TEXT}<c:crossAx val="2"/></c:catAx>'
        f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{"b" if lying else "l"}"/>{grid}<c:numFmt formatCode="0" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>{TEXT}<c:crossAx val="1"/>'
        f'<c:crosses val="{"max" if lying else "autoZero"}"/></c:valAx>'
    )


def chart_xml(drawing: Drawing) -> bytes:
    """The chart's own part of the package. Its numbers stand in it: no workbook behind it, nothing to be fetched."""
    rows = "".join(_series(drawing))
    if drawing.line:
        plot = f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{rows}<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>'
    else:
        stacked = len(drawing.series) > 1
        plot = (
            f'<c:barChart><c:barDir val="bar"/><c:grouping val="{"stacked" if stacked else "clustered"}"/><c:varyColors val="0"/>{rows}'
            f'<c:gapWidth val="45"/>{"<c:overlap val=" + chr(34) + "100" + chr(34) + "/>" if stacked else ""}<c:axId val="1"/><c:axId val="2"/></c:barChart>'
        )
    legend = f'<c:legend><c:legendPos val="t"/><c:overlay val="0"/>{TEXT}</c:legend>' if len(drawing.series) > 1 else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {NAMESPACES}><c:roundedCorners val="0"/><c:chart>'
        f'<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{plot}{_axes(lying=not drawing.line)}</c:plotArea>{legend}'
        f'<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>"
    ).encode()


class Placed:
    """A chart where a template wants it: it becomes part of the package when the place is reached."""

    def __init__(self, document: Document, drawing: Drawing, number: int) -> None:
        """Nothing is added yet."""
        self.document, self.drawing, self.number = document, drawing, number

    def __html__(self) -> str:
        """The run that shows the chart, in the middle of the run in which the placeholder stands."""
        if not self.drawing.names:
            return "（没有数据）"
        owner = self.document.part
        part = Part(
            PackURI(f"/word/charts/figure{self.number}.xml"), CONTENT_TYPE, chart_xml(self.drawing), owner.package
        )
        link = owner.relate_to(part, RELATIONSHIP_TYPE.CHART)
        height = LINE_HEIGHT if self.drawing.line else min(TALLEST, FRAME + ROW * len(self.drawing.names))
        return (
            '</w:t></w:r><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
            f'distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{WIDTH}" cy="{height}"/>'
            f'<wp:docPr id="{900 + self.number}" name="chart{self.number}" descr={quoteattr(self.drawing.title)}/><wp:cNvGraphicFramePr/>'
            '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
            '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
            f'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{link}"/>'
            '</a:graphicData></a:graphic></wp:inline></w:drawing></w:r><w:r><w:t xml:space="preserve">'
        )
