"""Lists of words that the program brings along."""

from functools import cache
from pathlib import Path


@cache
def vocabulary() -> tuple[str, ...]:
    """Words of matters that residents bring forward, known beforehand (vocabulary.txt)."""
    return _read("vocabulary.txt")


@cache
def joints() -> tuple[str, ...]:
    """Words that join others and are no theme (joints.txt)."""
    return _read("joints.txt")


def _read(name: str) -> tuple[str, ...]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(word for line in lines for word in line.split("#")[0].split()))
