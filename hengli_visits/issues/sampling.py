"""A random sample that anybody can draw again: pure.

Each id gets the SHA-256 of "seed:id"; those with the smallest are drawn. Every set of `size` ids is as likely as every
other (simple random sampling without replacement), the order in which ids come does not matter, and a pocket
calculator's worth of code in any language draws the same. Python's own `random` promises neither for its later versions.
"""

import hashlib
import secrets
from collections.abc import Iterable

SEEDS = 1_000_000_000


def new_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(SEEDS)


def draw(ids: Iterable[int], size: int, seed: int) -> list[int]:
    """At most `size` of the ids, ascending."""
    ranked = sorted(set(ids), key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return sorted(ranked[:size])
