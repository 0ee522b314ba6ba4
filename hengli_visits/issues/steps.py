"""The words of which a row of the table of moves is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from sqlalchemy import ColumnElement

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
    REDIRECT = "redirect", N_("改派")
    ABOUT = "about", N_("标明涉及谁")
    PARK = "park", N_("同意挂账")
    REFUSE_PARK = "refuse_park", N_("不同意挂账")
    PARK_ON = "park_on", N_("继续挂账")
    RESUME = "resume", N_("恢复办理")
    MERGE = "merge", N_("并单")
    UNMERGE = "unmerge", N_("撤销并单")
    FOLLOW_ANSWER = "follow_answer", N_("随主单答复")
    REVISIT_FOLLOW = "revisit_follow", N_("回访未解决，随主单重办")
    MERGED_REDO = "merged_redo", N_("并入的问题回访未解决")
    MAIN_ENDED = "main_ended", N_("主单终止，单独受理")
    ASK_EXTENSION = "ask_extension", N_("申请延期")
    GRANT_EXTENSION = "grant_extension", N_("同意延期")
    REFUSE_EXTENSION = "refuse_extension", N_("不同意延期")
    REMIND = "remind", N_("催办")
    SUPERVISE = "supervise", N_("督办")
    LIFT = "lift", N_("解除督办")
    NEAR_DUE = "near_due", N_("即将超期")
    OVERDUE = "overdue", N_("已超期")
    ESCALATE = "escalate", N_("督办升级")
    SET_PART = "set_part", N_("协办分工")
    CLOSE_PART = "close_part", N_("协办办结")


class Reached(Word):
    """Whether the resident was reached, as a late revisit tells it."""

    YES = "yes", N_("联系上了")
    NO = "no", N_("没联系上")


class Unnamed(Word):
    """Who took a step that no member took."""

    SYSTEM = "system", N_("系统")
    RESIDENT = "resident", N_("住户")


class Part(StrEnum):
    """What an actor is to an issue. Each has one clause in `issues.scope`; nothing else decides. HANDLED: worked on it,
    or on the one into which it is merged, for a unit once, or acts for a unit of that one; it bars from telling the
    resident for good and alone opens nothing. The judges decide a return, parking, an extension; PART_SETTER may share
    work out among co-units that there are; PART_HOLDER acts for a co-unit whose own part is open."""

    COORDINATOR = "coordinator"
    AREA_LEAD = "area_lead"
    LEADER = "leader"
    VISITOR = "visitor"
    RAISER = "raiser"
    HANDLER = "handler"
    CO_HANDLER = "co_handler"
    RETURN_JUDGE = "return_judge"
    PARK_JUDGE = "park_judge"
    EXTENSION_JUDGE = "extension_judge"
    PART_SETTER = "part_setter"
    PART_HOLDER = "part_holder"
    HANDLED = "handled"


class Kind(Enum):
    """How a field is entered, and what it holds: a str, a Word, an id, a list of ids, a date, a moment or a number of days. DAY and MOMENT
    lie in the past, AHEAD is today or later. ISSUE is entered as a number, MEMBER as a name or phone number."""

    LINE = 1
    TEXT = 2
    WORD = 3
    CATEGORY = 4
    UNIT = 5
    UNITS = 6
    DAY = 7
    MOMENT = 8
    AHEAD = 9
    ISSUE = 10
    MEMBER = 11
    CO_UNIT = 12
    DAYS = 13


class Limit(Enum):
    """Which time limit starts with a step. KEEP: the one that runs goes on. RESUMED: the unit's, from now; REVIEW: until
    a parked issue is looked at again."""

    KEEP = 1
    NONE = 2
    OFFICE = 3
    SIGN = 4
    UNIT = 5
    REVISIT = 6
    RESUMED = 7
    REVIEW = 8


class Way(Enum):
    """How a step comes about: by its own form, out of a recorded revisit, out of a visit's feedback, or by the program in
    consequence of another step or of time."""

    FORM = 1
    REVISIT = 2
    VISIT = 3
    SYSTEM = 4


@dataclass(frozen=True)
class Field:
    """One thing that a step asks for. `missing` is the sentence when it is required and not there (empty: optional).
    `first_only`: asked only while the resident has not been contacted in this round. `private`: not shown to units.
    `given`: asked only when another field of the step holds this word."""

    name: str
    kind: Kind
    label: str
    missing: str = ""
    hint: str = ""
    words: tuple[Word, ...] = ()
    first_only: bool = False
    private: bool = False
    given: tuple[str, Word] | None = None
    longest: int = 1000


@dataclass(frozen=True)
class Condition:
    """What must hold besides state and person; `sentence` tells why not. `rivals`: when one of these steps was taken last
    among them and of the step itself, it is the reason, and who took it is told."""

    holds: Callable[[Issue, datetime], bool]
    sentence: str
    rivals: tuple[Verb, ...] = ()


@dataclass(frozen=True)
class Step:
    """One row of the table of moves.

    `verb` from any of `sources` to `target` (None: the state stays). `who` may take it, `barred` may not even then;
    `duty` are those whose turn it is: the issue stands in their lists until it is done, with `turn` only while that
    clause holds. It is offered to `offered` alone where that is not empty. `fields` must be entered. `limit` starts with
    the step. `primary` steps are the obvious next one where several are open, `rare` ones are folded away. The line of a
    `private` step is not for units.
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
    turn: Callable[[], ColumnElement[bool]] | None = None
    offered: tuple[Part, ...] = ()
    rare: bool = False
    private: bool = False
    tone: str = "quiet"
    hint: str = ""
    icon: str = "go"
