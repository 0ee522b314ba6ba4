"""Where the states stand and how the arrows run: a small layout that gives the same picture each time.

The way that nothing delays stands in the middle, one state below the other. Every other state stands beside the first
state that leads to it, where there is room: right, left, one row on. An arrow is a curve that bends as much as it must
so that it runs through no other state; its label stands on it where nothing else stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from unicodedata import east_asian_width

from hengli_visits.issues.picture.reading import Arrow, arrows, spine, states
from hengli_visits.models import IssueState

WIDTH, HEIGHT = 132.0, 46.0
COLUMN, ROW = 400.0, 184.0
LEFT, TOP = 110.0, 60.0
SIZE, LINE = 13.0, 18.0
BENDS = (0.0, 46.0, -46.0, 92.0, -92.0, 120.0, -120.0, 150.0, -150.0, 215.0, -215.0, 290.0, -290.0)
PLACES = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8, 0.15, 0.85)
STEPS = 40
ROOM = 9.0
"""So far arrows keep from states that they only pass."""
TIP = 22.0
"""No label covers the tip of an arrow."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle by its middle."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: "Box") -> bool:
        """Whether two rectangles overlap."""
        return (
            abs(self.x - other.x) * 2 < self.width + other.width
            and abs(self.y - other.y) * 2 < self.height + other.height
        )

    def holds(self, point: Point, room: float = 0.0) -> bool:
        """Whether a point lies in the rectangle, or nearer to it than `room`."""
        return abs(point[0] - self.x) < self.width / 2 + room and abs(point[1] - self.y) < self.height / 2 + room

    def within(self, width: float, height: float) -> bool:
        """Whether it lies inside a picture of this size."""
        return (
            self.x > self.width / 2 and self.y > self.height / 2 and self.x < width - self.width / 2 and self.y < height
        )


@dataclass(frozen=True)
class Curve:
    """An arrow's way from border to border, with one point that pulls it aside, and its label."""

    arrow: Arrow
    start: Point
    pull: Point
    end: Point
    label: Box


@dataclass(frozen=True)
class Picture:
    """Everything in its place. The box under None stands for any state under way."""

    width: float
    height: float
    boxes: dict[IssueState | None, Box]
    curves: tuple[Curve, ...]


def _cells(found: Sequence[Arrow]) -> dict[IssueState | None, tuple[int, int]]:
    """(column, row) of each state; the middle column is 1."""
    cells: dict[IssueState | None, tuple[int, int]] = {state: (1, row) for row, state in enumerate(spine())}
    taken = set(cells.values())

    def settle(state: IssueState | None, row: int) -> None:
        free = ((column, row + down) for down in range(20) for column in (2, 0))
        cells[state] = next(cell for cell in free if cell not in taken)
        taken.add(cells[state])

    for state in states():
        lead = next((one.source for one in found if one.target is state and one.source in cells and one.source), None)
        if state not in cells and lead is not None:
            settle(state, cells[lead][1])
    for one in found:
        if one.source is None and None not in cells:
            settle(None, max(row for _, row in cells.values()))
        if one.target not in cells:
            settle(one.target, cells[one.source][1])
    return cells


def _on(start: Point, pull: Point, end: Point, t: float) -> Point:
    """The point of a curve at `t` (Bézier, second order)."""
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
    return a * start[0] + b * pull[0] + c * end[0], a * start[1] + b * pull[1] + c * end[1]


def _border(box: Box, towards: Point) -> Point:
    """Where a line from the middle of a box towards a point leaves it."""
    dx, dy = towards[0] - box.x, towards[1] - box.y
    share = min(box.width / 2 / abs(dx) if dx else 9e9, box.height / 2 / abs(dy) if dy else 9e9)
    return box.x + dx * share, box.y + dy * share


def _bent(a: Box, b: Box, bend: float) -> tuple[Point, Point, Point]:
    """The curve from one box to another, its middle pulled to the right of its way by `bend`."""
    dx, dy = b.x - a.x, b.y - a.y
    length = hypot(dx, dy) or 1.0
    middle = ((a.x + b.x) / 2 - dy / length * bend * 2, (a.y + b.y) / 2 + dx / length * bend * 2)
    return _border(a, middle), middle, _border(b, middle)


def _width(text: str) -> float:
    return sum(SIZE if east_asian_width(sign) in "WFA" else SIZE * 0.56 for sign in text)


def _labels(arrow: Arrow, curve: tuple[Point, Point, Point]) -> Iterator[Box]:
    width, height = max(map(_width, arrow.lines)) + 10, LINE * len(arrow.lines) + 4
    for t in PLACES:
        yield Box(*_on(*curve, t), width, height)


def _ways(arrow: Arrow, boxes: dict[IssueState | None, Box], twin: bool) -> Iterator[Curve]:
    """The ways of an arrow, each with every place for its label, the least bent first. One that has a counterpart is bent
    to one side, so that both are told apart."""
    for bend in BENDS:
        if bend > 0 or not twin:
            way = _bent(boxes[arrow.source], boxes[arrow.target], bend)
            yield from (Curve(arrow, *way, label) for label in _labels(arrow, way))


def _passed(curve: Curve, boxes: dict[IssueState | None, Box]) -> int:
    """How many points of a way lie on, or near, states between which it does not lead."""
    others = [box for state, box in boxes.items() if state not in (curve.arrow.source, curve.arrow.target)]
    points = [_on(curve.start, curve.pull, curve.end, n / STEPS) for n in range(STEPS + 1)]
    return sum(box.holds(point, ROOM) for box in others for point in points)


def _best(ways: Iterable[Curve], boxes: dict[IssueState | None, Box], drawn: Sequence[Curve], size: Point) -> Curve:
    """The first way that passes no state and on which the label covers nothing; else the one that does so least, where a
    covered text weighs more than a passed state, and that more than the covered tip of an arrow."""
    texts = [*boxes.values(), *(one.label for one in drawn)]
    tips = [Box(*one.end, TIP, TIP) for one in drawn]

    def weight(curve: Curve) -> int:
        bad = not curve.label.within(*size) or any(curve.label.meets(text) for text in texts)
        tip = [*tips, Box(*curve.end, TIP, TIP)]
        return bad * 1000 + _passed(curve, boxes) * 10 + sum(curve.label.meets(one) for one in tip)

    return min(ways, key=weight)


def _in_order(found: Iterable[Arrow], boxes: dict[IssueState | None, Box]) -> list[Arrow]:
    """Short arrows first: they have the least choice."""

    def length(one: Arrow) -> float:
        return hypot(boxes[one.source].x - boxes[one.target].x, boxes[one.source].y - boxes[one.target].y)

    return sorted(found, key=length)


def picture() -> Picture:
    """The whole picture."""
    found = arrows()
    cells = _cells(found)
    rows = max(row for _, row in cells.values()) + 1
    size = (LEFT * 2 + COLUMN * 2, TOP * 2 + ROW * (rows - 1))
    boxes = {s: Box(LEFT + COLUMN * column, TOP + ROW * row, WIDTH, HEIGHT) for s, (column, row) in cells.items()}
    pairs = {(one.source, one.target) for one in found}
    curves: list[Curve] = []
    for one in _in_order(found, boxes):
        ways = _ways(one, boxes, (one.target, one.source) in pairs)
        curves.append(_best(ways, boxes, curves, size))
    return Picture(*size, boxes, tuple(curves))
