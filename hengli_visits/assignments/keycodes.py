"""The short code by which a household is found again from paper: five signs, the last of which checks the others.

The signs are digits and capitals without 0 O 1 I L, 31 of them. The check sign follows the pure systems of ISO/IEC 7064
(each sign weighs a power of the radix, the sum is 1 by the modulus), with the number of signs, a prime, as the modulus
and 3, which has all other remainders among its powers, as the radix. So each wrong sign, and each two signs that
changed places, neighbours or not, is noticed.

A code is made from an assignment's id alone, and read without a table. Ids that follow each other give codes that look
different (multiplied by a constant that has its inverse), so that nobody takes the code of the line above for that of
the next. A code opens nothing: what it names is looked for within the reader's own scope."""

import unicodedata

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
BASE = len(SIGNS)
RADIX = 3
SHORTEST, LONGEST = 4, 7
"""Signs before the check sign: four for ids below 923,521, then more."""
SPREAD = 571_381
"""Has no factor in common with `BASE`; about 0.62 of BASE ** 4, so that neighbours come to lie far apart."""


def write(assignment_id: int) -> str:
    """The code of an assignment. Refuses (`ValueError`) what is no row's id."""
    size = next((size for size in range(SHORTEST, LONGEST + 1) if 0 < assignment_id < BASE**size), None)
    if size is None:
        raise ValueError("no row has this id")
    number, signs = assignment_id * SPREAD % BASE**size, ""
    for _ in range(size):
        number, rest = divmod(number, BASE)
        signs = SIGNS[rest] + signs
    return signs + _check(signs)


def read(text: str) -> int | None:
    """The assignment's id that a code names, as it was typed (small letters, full width, spaces and dashes do not
    matter). None for what is no code, or one with a slip in it."""
    signs = tidy(text)
    size = len(signs) - 1
    if not SHORTEST <= size <= LONGEST or not set(signs) <= set(SIGNS) or _check(signs[:-1]) != signs[-1]:
        return None
    number = 0
    for sign in signs[:-1]:
        number = number * BASE + SIGNS.index(sign)
    found = number * pow(SPREAD, -1, BASE**size) % BASE**size
    return found if found and (size == SHORTEST or found >= BASE ** (size - 1)) else None


def tidy(text: str) -> str:
    """What was typed as a code is written: half-width capitals without spaces and dashes."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(plain.replace("-", "").split())


def _check(signs: str) -> str:
    total = 0
    for sign in signs:
        total = (total + SIGNS.index(sign)) * RADIX % BASE
    return SIGNS[(1 - total) % BASE]
