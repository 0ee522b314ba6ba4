"""The picture as SVG: plain shapes and text, readable on light and dark ground."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from hengli_visits.issues.picture.layout import LINE, SIZE, Box, Curve, picture
from hengli_visits.issues.picture.reading import spine
from hengli_visits.issues.table.terms import FINAL
from hengli_visits.models import IssueState

STYLE = """
svg { background: #fbfaf7; font-family: "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
.box { fill: #ffffff; stroke: #6b6558; stroke-width: 1.5; }
.main { fill: #e9f1ea; stroke: #2f6b46; stroke-width: 2; }
.final { fill: #efece5; stroke: #6b6558; stroke-dasharray: 5 3; }
.any { fill: none; stroke: #6b6558; stroke-dasharray: 2 3; }
.name { fill: #1f1d19; font-size: 17px; font-weight: 600; text-anchor: middle; }
.arrow { fill: none; stroke: #8a8375; stroke-width: 1.5; }
.tip { fill: #8a8375; }
.ground { fill: #fbfaf7; }
.label { fill: #3b3831; font-size: 13px; text-anchor: middle; }
@media (prefers-color-scheme: dark) {
svg { background: #1b1a17; }
.box { fill: #26241f; stroke: #a59d8d; }
.main { fill: #1f3327; stroke: #79b992; }
.final { fill: #2b2924; stroke: #a59d8d; }
.any { stroke: #a59d8d; }
.name { fill: #f1eee7; }
.arrow { stroke: #8f887a; }
.tip { fill: #8f887a; }
.ground { fill: #1b1a17; }
.label { fill: #d8d3c8; }
}
""".strip()
ANY = "各个进行中的状态"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _rectangle(box: Box, kind: str, round_: int) -> str:
    x, y = _number(box.x - box.width / 2), _number(box.y - box.height / 2)
    width, height = _number(box.width), _number(box.height)
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{round_}"/>'


def _text(x: float, y: float, kind: str, text: str) -> str:
    return f'<text class="{kind}" x="{_number(x)}" y="{_number(y)}">{escape(text)}</text>'


def _states(boxes: dict[IssueState | None, Box]) -> Iterator[str]:
    main = spine()
    for state, box in boxes.items():
        if state is None:
            yield _rectangle(box, "any", 23)
            yield _text(box.x, box.y + 5, "label", ANY)
            continue
        kind = "main" if state in main else "final" if state in FINAL else "box"
        yield _rectangle(box, kind, 10)
        yield _text(box.x, box.y + 6, "name", state.label)


def _way(curve: Curve) -> str:
    start, pull, end = (" ".join(map(_number, point)) for point in (curve.start, curve.pull, curve.end))
    return f'<path class="arrow" d="M {start} Q {pull} {end}" marker-end="url(#tip)"/>'


def _label(curve: Curve) -> Iterator[str]:
    box, lines = curve.label, curve.arrow.lines
    yield _rectangle(box, "ground", 4)
    top = box.y - LINE * (len(lines) - 1) / 2 + SIZE * 0.36
    for number, line in enumerate(lines):
        yield _text(box.x, top + LINE * number, "label", line)


def svg() -> str:
    """The picture of the table of moves, the same text each time."""
    whole = picture()
    width, height = _number(whole.width), _number(whole.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">',
        '<title id="title">一个问题的办理流程</title>',
        f"<style>\n{STYLE}\n</style>",
        (
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
            '<path class="tip" d="M 0 1 L 10 5 L 0 9 z"/></marker></defs>'
        ),
        *map(_way, whole.curves),
        *(line for curve in whole.curves for line in _label(curve)),
        *_states(whole.boxes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
