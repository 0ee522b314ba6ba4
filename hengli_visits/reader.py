"""Reading one JSON object field by field: each is taken as it should be, or a sentence says what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from hengli_visits import clock
from hengli_visits.errors import Forbidden, Invalid
from hengli_visits.wording import N_, Word

LARGEST_ID = 2**31 - 1
YEARS = range(1970, 2100)
"""Years of a moment that is believed to be one. A phone whose battery died begins again in 1970."""

UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: no database takes them all."""

V = TypeVar("V", bound=Word)


class Unfit(Invalid):
    """Content that cannot be taken. `problems` holds what is wrong by the path of the field ("feedback.0.words")."""

    def __init__(self, problems: Mapping[str, Invalid]) -> None:
        super().__init__(N_("有几处需要改一下。"))
        self.problems = dict(problems)


class Reader:
    """Takes fields out of one JSON object (`raw`) and notes in `problems`, under their path, what is wrong."""

    def __init__(self, raw: Mapping[str, Any], problems: dict[str, Invalid], path: str = "") -> None:
        self.raw = raw
        self.problems = problems
        self.path = path

    def refuse(self, key: str, message: str, **params: Any) -> None:
        """Note what is wrong with a field; the first word on it stands."""
        self.problems.setdefault(f"{self.path}{key}", Invalid(message, **params))

    def word(self, key: str, vocabulary: type[V], missing: str | None) -> V | None:
        """A word of a vocabulary; `missing` is said when there is none, None leaves it open."""
        value = self.raw.get(key)
        if value in (None, ""):
            if missing:
                self.refuse(key, missing)
            return None
        word = next((word for word in vocabulary if word.value == value), None)
        if word is None:
            self.refuse(key, missing or N_("请从列出的里面选一个。"))
        return word

    def text(self, key: str, longest: int) -> str:
        """Text in one form of line end, without white space at both ends; empty when there is none."""
        value = self.raw.get(key)
        if value is None:
            return ""
        if not isinstance(value, str) or UNSTORABLE.search(value):
            self.refuse(key, N_("里面有不能保存的字符，请重新输入。"))
            return ""
        value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(value) > longest:
            self.refuse(key, N_("太长了，最多%(most)s个字。"), most=longest)
        return value

    def flag(self, key: str, missing: str) -> bool | None:
        """Yes or no; `missing` is said when it is neither."""
        value = self.raw.get(key)
        if isinstance(value, bool):
            return value
        self.refuse(key, missing)
        return None

    def moment(self, key: str) -> datetime | None:
        """A moment, or None when there is none."""
        value = self.raw.get(key)
        if value in (None, ""):
            return None
        moment = read_moment(value)
        if moment is None:
            self.refuse(key, N_("没有读懂这个时间，请重新填写。"))
        return moment

    def whole(self, key: str) -> int | None:
        """The number of a row, or None when there is none."""
        value = self.raw.get(key)
        if value in (None, ""):
            return None
        if not is_id(value):
            self.refuse(key, N_("请从列出的里面选一个。"))
            return None
        return int(value)

    def number(self, key: str, lowest: float, highest: float) -> float | None:
        """A number between two, or None when there is none."""
        value = self.raw.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
            self.refuse(key, N_("没有读懂这个位置。"))
            return None
        return float(value)

    def items(self, key: str, most: int) -> Sequence[Any]:
        """A list of at most `most`; empty when there is none."""
        value = self.raw.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.refuse(key, N_("没有读懂这条记录。"))
            return ()
        if len(value) > most:
            self.refuse(key, N_("最多%(most)s条。"), most=most)
            return ()
        return value


def read_envelope(raw: object, sender_id: int, problems: dict[str, Invalid]) -> Reader:
    """The JSON object that a phone sends around a record, to be read field by field; what is wrong is noted in
    `problems`. Forbidden when another member than `sender_id` wrote it (`sender`)."""
    reader = Reader(raw if isinstance(raw, Mapping) else {}, problems)
    sender = reader.whole("sender")
    if sender is not None and sender != sender_id:
        raise Forbidden(N_("这条记录是另一位走访员的，请本人登录后再上传。"))
    return reader


def read_moment(value: object) -> datetime | None:
    """A moment in ISO 8601 to the second, in UTC; without a zone it is the town's wall clock. None for what is none or
    lies outside `YEARS`."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = clock.from_town(datetime.fromisoformat(value))
    except ValueError:
        return None
    return moment.replace(microsecond=0) if moment.year in YEARS else None


def is_id(value: object) -> bool:
    """Whether a value can be the number of a row."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID


def read_uuid(value: object) -> UUID | None:
    """A UUID in its usual form of 36 characters, or None."""
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None
