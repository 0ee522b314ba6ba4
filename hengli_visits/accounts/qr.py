"""QR codes as one SVG path, so that a page draws them without trusting ready-made markup."""

from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4
"""Light modules around the code. Source: ISO/IEC 18004."""


@dataclass(frozen=True)
class Drawing:
    """The path of all dark modules in a square of `size` units."""

    path: str
    size: int


def draw(text: str) -> Drawing:
    """The QR code of a text, of error correction M: a fold or a stain on paper does no harm."""
    code = segno.make_qr(text, error="m")
    strokes: list[str] = []
    for y, row in enumerate(code.matrix):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                strokes.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += length
    return Drawing(path="".join(strokes), size=len(code.matrix) + 2 * QUIET)
