"""交办单 and 督办单: what stands on an issue's papers. Pure; the page and the .docx show the same.

They go to the unit, so they hold what a unit may know whoever prints them: what and where; who only when that was
released, and never a phone number, which is looked up where each look is noted. Like files, papers are Chinese whatever
language their maker reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hengli_visits import clock
from hengli_visits.issues.due import Nearness, due_of
from hengli_visits.issues.rules import FINAL, HIDDEN_FROM_UNITS
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.workdays import Calendar, add_working_days
from hengli_visits.models import Issue, Supervision
from hengli_visits.wording import N_, Word

SENDING = (Verb.DISPATCH.value, Verb.AGREE_RETURN.value, Verb.REDO_DISPATCH.value, "redirect")
"""Steps whose note is what the unit is told to do, as moves hold them."""
PRESSING = ("remind", "supervise")
"""Steps whose note is what somebody asks who presses on."""
REPLY_DAYS = {Supervision.REMINDED: 3, Supervision.WRITTEN: 2, Supervision.CIRCULATED: 1}
"""Working days within which the unit writes back, from the day of the 督办."""
HIDDEN = "不公开。需要联系住户的，请找走访员或统筹员。"
ASKED = {
    Supervision.REMINDED: "请抓紧办理，在期限内提交办理结果；不能按期办结的，请写明原因和预计办结时间。",
    Supervision.WRITTEN: "请单位负责人过问，查明没有按期办结的原因，书面答复办理情况和预计办结时间。",
    Supervision.CIRCULATED: "此件已列入通报。请单位主要负责人督促办理，书面说明原因、整改措施和办结时间。",
}


class PaperKind(Word):
    """The papers that there are."""

    ASSIGNMENT = "assignment", N_("交办单")
    SUPERVISION = "supervision", N_("督办单")


UNIT_SIGNS = (("承办人签名", "日期"), ("负责人签名", "盖章日期"))
SIGNED = {
    PaperKind.ASSIGNMENT: UNIT_SIGNS,
    PaperKind.SUPERVISION: (*UNIT_SIGNS, ("督办人签名", "日期")),
}
"""Who signs, and the date beside it."""


@dataclass(frozen=True)
class Fact:
    """One cell of a paper with its title. `wide` ones take the whole line."""

    label: str
    text: str
    wide: bool = False


@dataclass(frozen=True)
class Paper:
    """One paper: its title, the issue's number, the day it bears, cells in order, what is left to write by hand, and who
    printed it when."""

    kind: PaperKind
    title: str
    number: str
    day: str
    facts: Sequence[Fact]
    by_hand: str
    signed: Sequence[tuple[str, str]]
    printed_by: str
    printed_at: str

    @property
    def lines(self) -> list[list[Fact]]:
        """The cells by lines: wide ones alone, others in pairs."""
        found: list[list[Fact]] = []
        for fact in self.facts:
            if fact.wide or not found or len(found[-1]) == 2 or found[-1][0].wide:
                found.append([fact])
            else:
                found[-1].append(fact)
        return found

    @property
    def file_name(self) -> str:
        """What a file of it is called: nothing that a resident said."""
        return f"{self.kind.label}-{self.number}.docx"


def kinds_for(issue: Issue) -> list[PaperKind]:
    """The papers that an issue has now: 交办单 from the moment a unit has it, 督办单 while it is pressed on."""
    if issue.lead_unit_id is None or issue.dispatched_at is None or issue.state in HIDDEN_FROM_UNITS:
        return []
    pressed = issue.supervision is not None and issue.state not in FINAL
    return [PaperKind.ASSIGNMENT, *([PaperKind.SUPERVISION] if pressed else [])]


def plain(text: str) -> str:
    """Text as a paper holds it: without characters that XML cannot hold."""
    return "".join(sign for sign in text if sign == "\n" or (sign >= " " and not "\ud800" <= sign <= "\udfff"
                   and sign not in "\ufffe\uffff\x7f"))  # fmt: skip


def day_of(value: datetime | date) -> str:
    """A day as a paper writes it: 2026年6月29日."""
    day = clock.town_time(value).date() if isinstance(value, datetime) else value
    return f"{day.year}年{day.month}月{day.day}日"


def moment_of(value: datetime) -> str:
    """A moment as a paper writes it: 2026年6月29日 10:00."""
    return f"{day_of(value)} {clock.town_time(value):%H:%M}"


def paper_of(kind: PaperKind, issue: Issue, printed_by: str, now: datetime, calendar: Calendar) -> Paper:
    """The paper of an issue, printed now. The issue is loaded as for its page and has this paper (`kinds_for`)."""
    facts = _assignment(issue) if kind is PaperKind.ASSIGNMENT else _supervision(issue, now, calendar)
    since = issue.dispatched_at if kind is PaperKind.ASSIGNMENT else issue.supervised_at
    return Paper(
        kind=kind,
        title="群众反映问题交办单" if kind is PaperKind.ASSIGNMENT else "群众反映问题督办单",
        number=issue.number,
        day=day_of(since or now),
        facts=[Fact(fact.label, plain(fact.text), fact.wide) for fact in facts if fact.text],
        by_hand="承办情况" if kind is PaperKind.ASSIGNMENT else "办理情况和原因",
        signed=SIGNED[kind],
        printed_by=plain(printed_by),
        printed_at=moment_of(now),
    )


def _units(issue: Issue) -> list[Fact]:
    helping = "、".join(unit.organisation.name for unit in issue.co_units) or "无"
    return [Fact("主办单位", issue.lead_unit.name if issue.lead_unit else ""), Fact("协办单位", helping)]


def _parts(issue: Issue) -> str:
    lines = []
    for unit in issue.co_units:
        if unit.part:
            until = f"（{day_of(unit.due_at)}前）" if unit.due_at else ""
            lines.append(f"{unit.organisation.name}：{unit.part}{until}")
    return "\n".join(lines)


def _where(issue: Issue) -> str:
    household = issue.household
    return issue.area.name + (f"{household.street}{household.door}" if household else "")


def _who(issue: Issue) -> str:
    if issue.household is None:
        return ""
    if not issue.identity_released:
        return HIDDEN
    contact = issue.household.contact
    return issue.household.name + (f"（联系人 {contact}）" if contact and contact != issue.household.name else "")


def _limit(issue: Issue) -> str:
    if issue.limit_hours is not None:
        return f"{issue.limit_hours} 小时"
    return f"{issue.limit_days} 个工作日" if issue.limit_days is not None else ""


def _due(issue: Issue) -> str:
    if issue.due_at is None:
        return ""
    was = f"（原定 {moment_of(issue.original_due_at)}，已同意延期）" if issue.original_due_at else ""
    return f"{moment_of(issue.due_at)}前{was}"


def _instruction(issue: Issue) -> str:
    notes = [move.note for move in issue.moves if move.verb in SENDING]
    return notes[-1] if notes else ""


def _assignment(issue: Issue) -> list[Fact]:
    turn = f"第 {issue.round} 轮" if issue.round > 1 else ""
    return [
        Fact("类别", issue.category.name if issue.category else "未分类"),
        Fact("紧急程度", "，".join(part for part in (issue.urgency.label, turn) if part)),
        *_units(issue),
        Fact("反映时间", moment_of(issue.raised_at)),
        Fact("交办时间", moment_of(issue.dispatched_at) if issue.dispatched_at else ""),
        Fact("办理时限", _limit(issue)),
        Fact("办结期限", _due(issue)),
        Fact("地点", _where(issue), wide=True),
        Fact("住户", _who(issue), wide=True),
        Fact("群众反映", issue.words, wide=True),
        Fact("交办意见", _instruction(issue) or "请按职责办理，并把结果告诉住户。", wide=True),
        Fact("协办分工", _parts(issue), wide=True),
    ]


def _late(issue: Issue, now: datetime, calendar: Calendar) -> str:
    due = due_of(issue, now, calendar)
    if due.nearness is Nearness.LATE_DAYS:
        return f"已超期 {due.amount} 天"
    if due.nearness is Nearness.LATE_TODAY:
        return "今天超期"
    return "尚未超期"


def _supervision(issue: Issue, now: datetime, calendar: Calendar) -> list[Fact]:
    level, since = issue.supervision or Supervision.REMINDED, issue.supervised_at or now
    notes = [move.note for move in issue.moves if move.verb in PRESSING and move.note]
    asked = "\n".join([*notes[-1:], ASKED[level]])
    return [
        Fact("督办级别", level.label),
        Fact("督办时间", moment_of(since)),
        *_units(issue),
        Fact("办结期限", _due(issue)),
        Fact("超期情况", f"{issue.state.label}，{_late(issue, now, calendar)}"),
        Fact("类别", issue.category.name if issue.category else "未分类"),
        Fact("紧急程度", issue.urgency.label),
        Fact("地点", _where(issue), wide=True),
        Fact("住户", _who(issue), wide=True),
        Fact("群众反映", issue.words, wide=True),
        Fact("督办要求", asked, wide=True),
        Fact(
            "答复期限",
            f"{day_of(add_working_days(since, REPLY_DAYS[level], calendar))}下班前书面答复统筹办公室。",
            wide=True,
        ),
    ]
