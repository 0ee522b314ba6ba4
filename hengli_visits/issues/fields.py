"""What the steps of an issue ask for, each with the sentence that is said when it is missing."""

from hengli_visits.issues.steps import Field, Kind, Reached
from hengli_visits.models import (
    Contentment,
    Manner,
    NotAccepted,
    ParkCause,
    Result,
    Solved,
    Supervision,
    Urgency,
)
from hengli_visits.wording import N_

CATEGORY = Field("category_id", Kind.CATEGORY, N_("类别"), N_("请选择类别。"))
URGENCY = Field("urgency", Kind.WORD, N_("紧急程度"), N_("请选择紧急程度。"), words=tuple(Urgency))
LEAD_UNIT = Field("lead_unit_id", Kind.UNIT, N_("主办单位"), N_("请选择主办单位。"))
CO_UNITS = Field("co_unit_ids", Kind.UNITS, N_("协办单位"))
LIMIT_DAYS = Field("limit_days", Kind.DAYS, N_("办理期限（工作日）"), hint=N_("不填就按活动的时限。紧急的一律按小时。"))
INSTRUCTION = Field("note", Kind.TEXT, N_("交办意见"), hint=N_("写给承办单位的话，可以不填。"))
NOTE = Field("note", Kind.TEXT, N_("备注"))
REASON = Field("note", Kind.TEXT, N_("理由"), N_("请写明理由。"))
COMMENT = Field("note", Kind.TEXT, N_("返工意见"), N_("请写明哪里还要再办。"))
PROGRESS = Field("note", Kind.TEXT, N_("进展"), N_("请写下办理进展。"))
LACKING = Field("note", Kind.TEXT, N_("还差什么"), N_("请写明还差什么。"))
PROPER_UNIT = Field("to_unit_id", Kind.UNIT, N_("应由哪个单位办理"), N_("请选择应当办理的单位。"))
NOT_ACCEPTED = Field("not_accepted", Kind.WORD, N_("不予受理的原因"), N_("请选择原因。"), words=tuple(NotAccepted))
PROPER_ROUTE = Field(
    "proper_route",
    Kind.TEXT,
    N_("正确的途径"),
    N_("请写明住户应当走的途径。"),
    N_("例如：向市劳动仲裁院申请。"),
    longest=300,
)
TOLD_ON = Field("resident_told_on", Kind.DAY, N_("哪天告诉了住户"), N_("请填写告诉住户的日期。"))
DONE = Field("done", Kind.TEXT, N_("做了什么"), N_("请写明做了什么。"))
REPLY = Field(
    "reply", Kind.TEXT, N_("给住户的话"), N_("请写下要告诉住户的话。"), N_("走访员会照着读给住户听，请用平常的话。")
)
RESULT = Field("result", Kind.WORD, N_("办理结果"), N_("请选择办理结果。"), words=tuple(Result))
CONTACTED_AT = Field("contacted_at", Kind.MOMENT, N_("首次联系时间"), N_("请填写首次联系住户的时间。"), first_only=True)
CONTACT_MANNER = Field(
    "contact_manner", Kind.WORD, N_("怎样联系"), N_("请选择怎样联系的。"), words=tuple(Manner), first_only=True
)
SAID_BY = Field(
    "said_by",
    Kind.LINE,
    N_("谁提出撤回"),
    N_("请填写是谁提出的。"),
    N_("例如：住户本人、住户的女儿。"),
    private=True,
    longest=60,
)
SAID_ON = Field("said_on", Kind.DAY, N_("哪天提出"), N_("请填写提出的日期。"))

TOLD_AT = Field("at", Kind.MOMENT, N_("回访时间"))
REACHED = Field("reached", Kind.WORD, N_("是否联系上"), words=tuple(Reached))
TOLD_MANNER = Field("manner", Kind.WORD, N_("回访方式"), words=tuple(Manner))
SOLVED = Field("solved", Kind.WORD, N_("是否解决"), words=tuple(Solved))
CONTENTMENT = Field("contentment", Kind.WORD, N_("是否满意"), words=tuple(Contentment))

PARKING = ("result", Result.TO_PARK)
PARK_CAUSE = Field(
    "park_cause", Kind.WORD, N_("挂账原因"), N_("请选择挂账原因。"), words=tuple(ParkCause), given=PARKING
)
INTERIM = Field(
    "interim",
    Kind.TEXT,
    N_("期间措施"),
    N_("请写明期间措施，挂账时先做什么。"),
    N_("例如：先围好危险的地方，每月去看一次。"),
    given=PARKING,
)
ASKED_REVIEW = Field(
    "review_on",
    Kind.AHEAD,
    N_("下次复核"),
    N_("请填写下次复核的日期。"),
    N_("最早明天，最迟三个月以内。"),
    given=PARKING,
)
REVIEW_ON = Field(
    "review_on", Kind.AHEAD, N_("下次复核"), N_("请填写下次复核的日期。"), N_("最早明天，最迟三个月以内。")
)
RESUMING = Field("note", Kind.TEXT, N_("为什么现在可以办了"), N_("请写明为什么恢复办理。"))

MAIN = Field(
    "main_issue_id",
    Kind.ISSUE,
    N_("主单编号"),
    N_("请填写主单的编号。"),
    N_("例如：HL-2026-0012。要是同一个活动里还没有结束的问题。"),
    longest=24,
)
MERGED_ONE = Field("merged_issue_id", Kind.ISSUE, N_("并入的问题"))
UNTIL = Field("extension_until", Kind.AHEAD, N_("延到哪一天"), N_("请填写延到哪一天。"), N_("最多再延 30 个工作日。"))
PRESSING = Field("note", Kind.TEXT, N_("催办的话"), N_("请写下催办的话。"))
LEVEL = Field(
    "supervision",
    Kind.WORD,
    N_("督办等级"),
    N_("请选择督办等级。"),
    words=(Supervision.WRITTEN, Supervision.CIRCULATED),
)
SUPERVISING = Field("note", Kind.TEXT, N_("督办意见"), N_("请写明督办意见。"))
RAISED_TO = Field("supervision", Kind.WORD, N_("督办等级"), words=tuple(Supervision))

CO_UNIT = Field("co_unit_id", Kind.CO_UNIT, N_("协办单位"), N_("请选择协办单位。"))
PART = Field("part", Kind.TEXT, N_("做什么"), N_("请写明这个单位要做什么。"), longest=300)
PART_DUE = Field("part_due_on", Kind.AHEAD, N_("哪天以前"), hint=N_("不填就和办理期限同一天。"))
PART_DONE = Field("note", Kind.TEXT, N_("做了什么"), N_("请写明做了什么。"))

ABOUT_UNIT = Field(
    "about_unit_id", Kind.UNIT, N_("涉及的单位"), hint=N_("这个单位的承办人看不到这个问题。"), private=True
)
ABOUT_MEMBER = Field(
    "about_member_id",
    Kind.MEMBER,
    N_("涉及的党员"),
    hint=N_("写姓名，同名的写手机号。本人看不到这个问题。"),
    private=True,
    longest=60,
)
