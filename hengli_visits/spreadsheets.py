"""What spreadsheet programs make of a text, and how to keep them from it."""

import re

FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
"""Beginnings of a text that a program may take for a formula, and of one that was guarded already."""
GUARDED = re.compile(r"'+(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")


def guarded(text: str) -> str:
    """A text of a .csv that no program takes for a formula: one that begins like a formula gets a ' in front."""
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if GUARDED.match(text) else text
