"""What a password must be, and how it is kept.

Sources: OWASP Password Storage (Argon2id, 19 MiB, t=2, p=1); ASVS 5.0 section 6.2 (length and lists instead of rules of
composition).
"""

import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from hengli_visits.wording import N_

SHORTEST = 10
LONGEST = 128
REMAINDER = 6
"""How many characters a password must hold beside names and numbers that others know."""

FEW = 4
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
DUMMY = HASHER.hash("nobody has this password")
"""Verified where there is no account, so that the answer takes the same time."""

COMMON = frozenset(FREQUENCY_LISTS["passwords"])
LISTED = COMMON | frozenset(FREQUENCY_LISTS["english_wikipedia"])
"""30,000 common passwords and as many English words: more than 8,000 of them have ten letters or more."""

TOWN_WORDS = (
    "横沥走访", "横沥镇", "横沥", "走访", "双千", "东莞", "党员", "hengli_visits", "hengli", "henglizhen", "zoufang",
    "visits", "shuangqian", "dongguan", "dangyuan",
)  # fmt: skip
RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")
TAIL = "0123456789!@#$%^&*.,?_-+=~ "


def make_hash(password: str) -> str:
    """The stored form of a password: Argon2id with its parameters and salt."""
    return HASHER.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Whether this is the password. Takes the same time without a stored one, and is False then."""
    try:
        HASHER.verify(stored or DUMMY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether a stored form was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def _is_common(text: str) -> bool:
    if text in LISTED or len(set(text)) < FEW:
        return True
    if text.rstrip(TAIL) in COMMON:
        return True
    return any(text in run or text in run[::-1] for run in RUNS)


def fault(password: str, own_words: Iterable[str | None] = ()) -> str | None:
    """The sentence (msgid) that says what to change about a new password, or None. Everything is allowed that is 10 to
    128 characters long, not on the list of common ones and more than words that others know: the town's, and
    `own_words` (name, its 拼音, phone, staff number)."""
    if len(password) < SHORTEST:
        return N_("密码太短了，至少要 10 个字符。可以用几个不相干的词连成一句。")
    if len(password) > LONGEST:
        return N_("密码太长了，请缩短到 128 个字符以内。")
    plain = unicodedata.normalize("NFKC", password).casefold()
    if _is_common(plain):
        return N_("这个密码太常见，容易被人猜到。请换一句只有您想得到的话。")
    rest = plain
    for known in sorted({*TOWN_WORDS, *(w.casefold() for w in own_words if w)}, key=len, reverse=True):
        if len(known) > 1:
            rest = rest.replace(known, "")
    if rest != plain and (len(rest) < REMAINDER or _is_common(rest)):
        return N_("请不要只用姓名、手机号或地名，再加几个别人想不到的词。")
    return None
