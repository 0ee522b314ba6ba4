"""What a revisit found, as a phone tells it: one try to give the resident the answer."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid5

from hengli_visits import clock
from hengli_visits.errors import Invalid
from hengli_visits.issues.entries import lacking
from hengli_visits.models import Contentment, Manner, Revisit, Solved
from hengli_visits.reader import Reader, Unfit, read_envelope
from hengli_visits.wording import N_, Word

LONGEST_COMMENT = 1000


class Told(Word):
    """What became of a revisit that was sent. LATE: kept, but the issue did not wait for it any more. CLASH: there is
    one of this UUID with other content, both are kept."""

    CREATED = "created", N_("回访已记下。")
    SAME = "same", N_("这次回访已经保存过。")
    LATE = "late", N_("回访已记下，留在问题的经过里。这个问题现在不等您回访，状态没有改变。")
    CLASH = "clash", N_("这次回访先前已存过另一份内容。两份都已留底，状态以先前那份为准。")


@dataclass(frozen=True)
class Telling:
    """The content of a revisit. Nothing about the answer when nobody was reached. `at` is the phone's time, believed
    as it is: a wrong clock is no reason to refuse what happened."""

    at: datetime
    manner: Manner
    reached: bool
    solved: Solved | None = None
    contentment: Contentment | None = None
    comment: str = ""

    @classmethod
    def of(cls, revisit: Revisit) -> "Telling":
        """The content that a row holds."""
        return cls(revisit.at, revisit.manner, revisit.reached, revisit.solved, revisit.contentment, revisit.comment)

    def digest(self) -> str:
        """SHA-256 (hex) of the content: equal for equal contents."""
        text = json.dumps(asdict(self) | {"at": self.at.isoformat()}, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def beside(self, uuid: UUID) -> UUID:
        """Under which UUID this content is kept when the revisit of `uuid` is there with another."""
        return uuid5(uuid, self.digest())


def read_telling(raw: object) -> Telling:
    """The content in a JSON value. Raises `Unfit` with a sentence for each field that is wrong or missing."""
    problems: dict[str, Invalid] = {}
    if not isinstance(raw, Mapping):
        raise Unfit({"": Invalid(N_("没有读懂这条记录。"))})
    reader = Reader(raw, problems)
    at, comment = reader.moment("at"), reader.text("comment", LONGEST_COMMENT)
    if at is None:
        reader.refuse("at", N_("请填写回访的时间。"))
    manner = reader.word("manner", Manner, N_("请选择怎样联系的。"))
    reached = reader.flag("reached", N_("请选择是否联系上。"))
    solved = reader.word("solved", Solved, None) if reached else None
    contentment = reader.word("contentment", Contentment, None) if reached else None
    if reached:
        for error in lacking(solved, contentment, comment):
            reader.refuse(error.field or "", error.message)
    if problems or manner is None or reached is None:
        raise Unfit(problems)
    return Telling(at or clock.now(), manner, reached, solved, contentment, comment)


def open_telling(raw: object, sender_id: int) -> tuple[int, Telling]:
    """The issue's id and the content in a JSON value {"issue", "sender", "content"}. Raises `Unfit` with a sentence for
    each field that is wrong, Forbidden when it was written by somebody else than `sender_id`."""
    problems: dict[str, Invalid] = {}
    outside = read_envelope(raw, sender_id, problems)
    issue_id = outside.whole("issue")
    if issue_id is None:
        outside.refuse("issue", N_("没有读懂这是哪个问题。"))
    try:
        telling = read_telling(outside.raw.get("content"))
    except Unfit as unfit:
        raise Unfit(problems | unfit.problems) from None
    if problems or issue_id is None:
        raise Unfit(problems)
    return issue_id, telling
