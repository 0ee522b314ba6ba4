"""Which happenings concern whom. Pure."""

from datetime import timedelta

from hengli_visits.models import IssueState
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
