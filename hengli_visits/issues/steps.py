"""The words of which a row of the table of moves is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from hengli_visits.models import Issue, IssueState
from hengli_visits.wording import N_, Word


class Verb(Word):
    """What was done to an issue, as its time line says it."""

    OPEN = "open", N_("走访反映")
    CORRECT = "correct", N_("原话更正")
    STILL_WANTED = "still_wanted", N_("仍需跟进")
    NOT_WANTED = "not_wanted", N_("走访员改为无需跟进")
    DROP = "drop", N_("随走访记录撤回")
    DISPATCH = "dispatch", N_("交办")
    REFUSE = "refuse", N_("不予受理")
    SOLVE_ON_THE_SPOT = "solve_on_the_spot", N_("当场办结")
    TRIAGE_AGAIN = "triage_again", N_("转回受理")
    CLOSE_ON_THE_SPOT = "close_on_the_spot", N_("确认当场办结")
    SIGN = "sign", N_("签收")
    RETURN = "return", N_("申请退单")
    AGREE_RETURN = "agree_return", N_("同意退单")
    REFUSE_RETURN = "refuse_return", N_("不同意退单")
    CONTACT = "contact", N_("联系住户")
    NOTE = "note", N_("办理进展")
    ANSWER = "answer", N_("提交办理结果")
    APPROVE = "approve", N_("审核通过")
    REWORK = "rework", N_("退回返工")
    REVISIT_CLOSE = "revisit_close", N_("回访办结")
    REVISIT_REDO = "revisit_redo", N_("回访未解决")
    REVISIT_MISSED = "revisit_missed", N_("回访未联系上")
    REVISIT_UNREACHED = "revisit_unreached", N_("三次未联系上")
    REVISIT_LATE = "revisit_late", N_("迟到的回访，没有改变状态")
    REDO_DISPATCH = "redo_dispatch", N_("重新交办")
    REOPEN = "reopen", N_("重新打开")
    WITHDRAW = "withdraw", N_("撤回")
    RELEASE_IDENTITY = "release_identity", N_("告知单位联系方式")


class Reached(Word):
    """Whether the resident was reached, as a late revisit tells it."""

    YES = "yes", N_("联系上了")
    NO = "no", N_("没联系上")


class Part(StrEnum):
    """What an actor is to an issue. Each has one clause in `issues.scope`; nothing else decides. HANDLED: worked on it for
    a unit once, and bars from telling the resident for good; alone it opens nothing."""

    COORDINATOR = "coordinator"
    AREA_LEAD = "area_lead"
    LEADER = "leader"
    VISITOR = "visitor"
    RAISER = "raiser"
    HANDLER = "handler"
    CO_HANDLER = "co_handler"
    RETURN_JUDGE = "return_judge"
    HANDLED = "handled"


class Kind(Enum):
    """How a field is entered, and what it holds: a str, a Word, an id, a list of ids, a date, a moment or a number of days."""

    LINE = 1
    TEXT = 2
    WORD = 3
    CATEGORY = 4
    UNIT = 5
    UNITS = 6
    DAY = 7
    MOMENT = 8
    DAYS = 20


class Limit(Enum):
    """Which time limit starts with a step. KEEP: the one that runs goes on."""

    KEEP = 1
    NONE = 2
    OFFICE = 3
    SIGN = 4
    UNIT = 5
    REVISIT = 6


class Way(Enum):
    """How a step comes about: by its own form, out of a recorded revisit, or out of a visit's feedback."""

    FORM = 1
    REVISIT = 2
    VISIT = 3


@dataclass(frozen=True)
class Field:
    """One thing that a step asks for. `missing` is the sentence when it is required and not there (empty: optional).
    `first_only`: asked only while the resident has not been contacted in this round. `private`: not shown to units."""

    name: str
    kind: Kind
    label: str
    missing: str = ""
    hint: str = ""
    words: tuple[Word, ...] = ()
    first_only: bool = False
    private: bool = False
    longest: int = 1000


@dataclass(frozen=True)
class Condition:
    """What must hold besides state and person; `sentence` tells why not."""

    holds: Callable[[Issue, datetime], bool]
    sentence: str


@dataclass(frozen=True)
class Step:
    """One row of the table of moves.

    `verb` from any of `sources` to `target` (None: the state stays). `who` may take it, `barred` may not even then;
    `duty` are those whose turn it is: the issue stands in their lists until it is done. `fields` must be entered.
    `limit` starts with the step. `primary` steps are the obvious next one where several are open.
    """

    verb: Verb
    label: str
    sources: tuple[IssueState, ...]
    target: IssueState | None
    who: tuple[Part, ...] = ()
    duty: tuple[Part, ...] = ()
    barred: tuple[Part, ...] = ()
    fields: tuple[Field, ...] = ()
    limit: Limit = Limit.KEEP
    primary: bool = False
    way: Way = Way.FORM
    condition: Condition | None = None
    tone: str = "quiet"
    hint: str = ""
    icon: str = "go"
