"""Notices in the words in which they leave the program: what it is about, what is to be done and by when. Never a name, an
address, or what somebody said or wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import force_locale, gettext as _, ngettext

from hengli_visits.formats import is_chinese, moment, word
from hengli_visits.issues.rules import FINAL
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Issue, Language, Supervision
from hengli_visits.notices.outcome import Reason, read_reason
from hengli_visits.notices.rules import STREAK, Kind

if TYPE_CHECKING:
    from hengli_visits.models import Move
    from hengli_visits.notices.queries import Notice

NOT_DATED = (Kind.PART, Kind.PART_DONE)
"""A co-unit's part has a day of its own, which stands on the issue's page."""


@dataclass(frozen=True)
class Told:
    """A notice as title, text, and the path of the page that shows it."""

    title: str
    text: str
    path: str


def _given(notice: "Notice") -> str:
    return ngettext("%(num)s 户分派给您走访。", "%(num)s 户分派给您走访。", notice.size)


def _taken(notice: "Notice") -> str:
    return ngettext(
        "%(num)s 户改由别人走访，已不在您的名单里。", "%(num)s 户改由别人走访，已不在您的名单里。", notice.size
    )


def _company(notice: "Notice") -> str:
    return ngettext(
        "您的 %(num)s 户换了同行的人，请看看和谁去。", "您的 %(num)s 户换了同行的人，请看看和谁去。", notice.size
    )


def _nudged(notice: "Notice") -> str:
    return ngettext("还有 %(num)s 户没走完。", "还有 %(num)s 户没走完。", notice.size)


def _leave(notice: "Notice") -> str:
    absence = notice.absence
    if absence is not None and absence.noted_by_id != absence.member_id:
        return _("给您记了请假，请核对。")
    return _("有人记了请假，请看看要不要交接。")


def _stopped(notice: "Notice") -> str:
    name = notice.channel.name if notice.channel is not None else ""
    return _("“%(name)s”连续 %(n)s 条没有送达，已暂停。请检查后重新开启。", name=name, n=STREAK)


WORDS: dict[Kind, Callable[["Notice"], str]] = {
    Kind.GIVEN: _given,
    Kind.TAKEN: _taken,
    Kind.COMPANY: _company,
    Kind.NUDGED: _nudged,
    Kind.LEAVE: _leave,
    Kind.BACK: lambda _notice: _("有人销假回来了，请看看要不要交还原来的户。"),
    Kind.AGAIN: lambda _notice: _("有一户请您再走访一次，原因请打开查看。"),
    Kind.UNREACHABLE: lambda _notice: _("有一户报告无法走访，请确认。"),
    Kind.CLASH: lambda _notice: _("有一条走访记录在两处都改过，请选定一份。"),
    Kind.LATE: lambda _notice: _("有一条走访记录在活动结束后才送到，请看一眼。"),
    Kind.STRAY: lambda _notice: _("有一条走访记录在改派后才送到，请看一眼。"),
    Kind.CLOCK: lambda _notice: _("有一条走访记录的手机时间不准，请核对。"),
    Kind.STOPPED: _stopped,
}


def _pressing(move: "Move | None") -> str:
    """How far an issue is pressed on by a move: 催办, 书面督办, 通报."""
    level = move.data.get("supervision") if move is not None else None
    return word(next((one for one in Supervision if one.value == level), Supervision.REMINDED))


def _decided(notice: "Notice") -> str:
    """What follows from a decision on what the unit asked for; empty for any other step."""
    verb = notice.move.verb if notice.move is not None else ""
    return {
        Verb.REFUSE_RETURN.value: _("退单没有同意，请签收办理。"),
        Verb.REFUSE_PARK.value: _("挂账没有同意，请继续办理。"),
        Verb.GRANT_EXTENSION.value: _("延期已经同意。"),
        Verb.REFUSE_EXTENSION.value: _("延期没有同意，请按原定期限办理。"),
    }.get(verb, "")


def _to_do(notice: "Notice") -> str:
    """What the receiver of a step of an issue shall do."""
    if notice.kind in (Kind.DISPATCHED, Kind.REWORK, Kind.EXTENSION) and (decided := _decided(notice)):
        return decided
    return {
        Kind.DISPATCHED: _("请签收。"),
        Kind.REWORK: _("办理结果被退回，请重新办理。"),
        Kind.TRIAGE: _("请受理。"),
        Kind.SPOT: _("请确认是否当场办结。"),
        Kind.RETURNED: _("请审核退单申请。"),
        Kind.ANSWERED: _("请审核办理结果。"),
        Kind.REDO: _("请重新交办。"),
        Kind.REVISIT: _("已有答复，请回访住户。"),
        Kind.PARKING: _("请决定是否挂账。"),
        Kind.PARKED: _("已同意挂账，到期再看能不能办。"),
        Kind.RESUMED: _("挂账结束，请接着办理。"),
        Kind.REVIEW: _("请复核要不要继续挂账。"),
        Kind.EXTENSION_ASKED: _("请决定是否延期。"),
        Kind.PRESSED: _("%(what)s：请抓紧办理。", what=_pressing(notice.move)),
        Kind.LIFTED: _("督办已经解除。"),
        Kind.ESCALATED: _("单位超期未办，升级为%(what)s。", what=_pressing(notice.move)),
        Kind.NEAR_DUE: _("快到期了，请抓紧。"),
        Kind.OVERDUE: _("已经超期，请尽快处理。"),
        Kind.PART: _("请协办，分工请打开查看。"),
        Kind.PART_DONE: _("协办单位的部分已经办结。"),
    }.get(notice.kind, "")


def _of_issue(notice: "Notice", issue: Issue) -> str:
    about = [issue.number, issue.category.name if issue.category else "", issue.area.name]
    parts = [_("%(about)s。", about=" · ".join(filter(None, about)))]
    news = notice.kind is Kind.NEWS
    if news or (notice.move is not None and issue.state is not notice.move.to_state):
        state = notice.move.to_state if news and notice.move is not None else issue.state
        parts.append(_("现在：%(state)s。", state=word(state)))
    else:
        parts.append(_to_do(notice))
        if issue.step_due_at is not None and issue.state not in FINAL and notice.kind not in NOT_DATED:
            parts.append(_("期限：%(when)s。", when=moment(issue.step_due_at)))
    return ("" if is_chinese() else " ").join(parts)


def _path(notice: "Notice") -> str:
    """Of the page to which the notice leads on the page 消息."""
    if notice.issue is not None:
        return f"/issues/{notice.issue.id}"
    if notice.visit is not None:
        return f"/visits/{notice.visit.uuid}"
    if notice.nudge is not None:
        return f"/assignments/mine?campaign={notice.nudge.campaign_id}"
    if notice.absence is not None:
        return f"/members/{notice.absence.member_id}/leave"
    if notice.channel is not None:
        return f"/channels/{notice.channel.id}"
    if notice.assignment is not None and notice.kind in (Kind.UNREACHABLE, Kind.AGAIN):
        return f"/assignments/{notice.assignment.id}"
    return "/assignments/mine"


def tell(notice: "Notice", language: Language) -> Told:
    """A notice in the reader's language."""
    with force_locale(language.value):
        text = _of_issue(notice, notice.issue) if notice.issue is not None else WORDS[notice.kind](notice)
        return Told(word(notice.kind), text, _path(notice))


def why(told: str) -> str:
    """Why a delivery did not arrive, as its row keeps it, in the user's language."""
    reason, code = read_reason(told)
    if reason is None:
        return ""
    return _(reason.label) % {"code": code}


def said(reason: Reason | None, code: str) -> str:
    """The same of an outcome."""
    return why(f"{reason.value}:{code}" if reason is not None else "")
