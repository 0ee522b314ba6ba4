"""What the steps of an issue ask for, each with the sentence that is said when it is missing."""

from hengli_visits.issues.steps import Field, Kind, Reached
from hengli_visits.models import Contentment, Manner, NotAccepted, Result, Solved, Urgency
from hengli_visits.wording import N_

OFFERED_RESULTS = (Result.SOLVED, Result.PARTLY, Result.EXPLAINED)

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
RESULT = Field("result", Kind.WORD, N_("办理结果"), N_("请选择办理结果。"), words=OFFERED_RESULTS)
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
