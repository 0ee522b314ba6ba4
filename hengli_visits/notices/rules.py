"""Which happenings concern whom. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hengli_visits.actor import Actor
from hengli_visits.models import Channel, ChannelKind, IssueState, Pace
from hengli_visits.wording import N_, Word

KEPT = timedelta(days=30)
"""How far back notices reach."""


class Kind(Word):
    """What a notice is about; the label is its heading."""

    GIVEN = "given", N_("新的走访任务")
    TAKEN = "taken", N_("走访任务有变动")
    COMPANY = "company", N_("同行的人有变动")
    LEAVE = "leave", N_("请假")
    BACK = "back", N_("销假")
    AGAIN = "again", N_("请再走访一次")
    NUDGED = "nudged", N_("走访提醒")
    NEWS = "news", N_("您反映的问题有进展")
    REVISIT = "revisit", N_("请回访")
    DISPATCHED = "dispatched", N_("交给您单位的问题")
    REWORK = "rework", N_("退回重新办理")
    TRIAGE = "triage", N_("新问题待受理")
    SPOT = "spot", N_("请确认当场办结")
    RETURNED = "returned", N_("单位申请退单")
    ANSWERED = "answered", N_("办理结果待审核")
    REDO = "redo", N_("住户要求重办")
    PARKING = "parking", N_("单位申请挂账")
    PARKED = "parked", N_("已挂账")
    RESUMED = "resumed", N_("请恢复办理")
    REVIEW = "review", N_("挂账该复核了")
    EXTENSION_ASKED = "extension_asked", N_("单位申请延期")
    EXTENSION = "extension", N_("延期申请有了决定")
    PRESSED = "pressed", N_("催办、督办")
    LIFTED = "lifted", N_("督办解除")
    ESCALATED = "escalated", N_("督办升级")
    NEAR_DUE = "near_due", N_("即将超期")
    OVERDUE = "overdue", N_("已超期")
    PART = "part", N_("请协办")
    PART_DONE = "part_done", N_("协办部分办结")
    UNREACHABLE = "unreachable", N_("请确认无法走访")
    CLASH = "clash", N_("一条走访有两份修改")
    LATE = "late", N_("活动结束后送到的走访")
    STRAY = "stray", N_("改派后送到的走访")
    CLOCK = "clock", N_("手机时间不准的走访")
    STOPPED = "stopped", N_("通知发不出去")


NEWS_STATES = (
    IssueState.ON_THE_SPOT,
    IssueState.NOT_ACCEPTED,
    IssueState.MERGED,
    IssueState.DISPATCHED,
    IssueState.PARKED,
    IssueState.REDO,
    IssueState.CLOSED,
    IssueState.WITHDRAWN,
)
"""States of an issue of which the member who raised it is told. Steps inside the unit are not news."""

OF_TIME = (Kind.NEAR_DUE, Kind.OVERDUE)
OF_ABSENCES = (Kind.LEAVE, Kind.BACK)
OF_VISITORS = (Kind.GIVEN, Kind.TAKEN, Kind.COMPANY, Kind.AGAIN, Kind.NUDGED, Kind.REVISIT, Kind.NEWS)
OF_LEADERS = (Kind.TRIAGE, Kind.SPOT, Kind.UNREACHABLE, Kind.CLASH, Kind.LATE, Kind.STRAY, Kind.CLOCK)
OF_JUDGES = (Kind.RETURNED, Kind.PARKING, Kind.EXTENSION_ASKED, Kind.REVIEW, Kind.ESCALATED)
OF_OFFICE = (*OF_JUDGES, Kind.TRIAGE, Kind.ANSWERED, Kind.REDO)
OF_UNITS = (
    Kind.DISPATCHED,
    Kind.REWORK,
    Kind.PARKED,
    Kind.RESUMED,
    Kind.EXTENSION,
    Kind.PRESSED,
    Kind.LIFTED,
    Kind.NEAR_DUE,
    Kind.OVERDUE,
    Kind.PART,
    Kind.PART_DONE,
)
"""Of which a unit's channel may tell."""

ROBOTS = (ChannelKind.WECOM, ChannelKind.DINGTALK, ChannelKind.FEISHU)
SIGNING = (ChannelKind.DINGTALK, ChannelKind.FEISHU, ChannelKind.WEBHOOK)
"""Kinds whose messages can be signed with a secret."""
MOST_CHANNELS = 10
"""So many channels one member or one unit may have."""
TESTS = 10
TEST_SPAN = timedelta(hours=1)
"""Nobody tries channels out more often than this."""
STREAK = 20
"""So many notices in a row that did not arrive pause their channel."""
KEPT_DELIVERIES = timedelta(days=90)
STALE = timedelta(days=3)
"""What could not be sent for so long after its time is not sent any more."""


def kinds_for(actor: Actor) -> tuple[Kind, ...]:
    """The kinds of notices that may come to somebody with these roles, in the order of the vocabulary."""
    told = (
        (actor.is_visitor, (*OF_VISITORS, *OF_ABSENCES, *OF_TIME)),
        (actor.is_leader, (*OF_LEADERS, *OF_ABSENCES, *OF_TIME)),
        (actor.is_area_lead, (*OF_JUDGES, *OF_TIME)),
        (actor.is_coordinator, (*OF_OFFICE, *OF_ABSENCES, *OF_TIME)),
        (actor.is_handler, OF_UNITS),
    )
    wanted = {kind for holds, kinds in told if holds for kind in kinds}
    return tuple(kind for kind in Kind if kind in wanted)


def may_oversee(actor: Actor) -> bool:
    """Whether the actor keeps the units' channels and sees what became of every delivery."""
    return actor.is_administrator or actor.is_coordinator


def may_keep(actor: Actor, channel: Channel) -> bool:
    """Whether the actor may change, try out and delete a channel: one's own, or as the office a unit's."""
    return channel.member_id == actor.id or (channel.unit_id is not None and may_oversee(actor))


@dataclass(frozen=True)
class Wishes:
    """What may be changed about a channel later. An empty `address` or `secret` keeps what is there; `unsigned` takes the
    secret away."""

    name: str
    address: str
    secret: str
    pace: Pace
    kinds: Sequence[str]
    unsigned: bool = False
