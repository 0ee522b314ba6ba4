"""What other systems can read: each resource with its fields. Everything else is made of this list."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from hengli_visits.api.fields import (
    DAY,
    MOMENT,
    NUMBER,
    TEXT,
    UUID,
    YES_NO,
    Field,
    Resource,
    Schema,
    Take,
    none_or,
    one_of,
)
from hengli_visits.models import (
    ApiScope,
    AssignmentState,
    CampaignState,
    Handling,
    HouseholdKind,
    Issue,
    IssueState,
    Manner,
    Nature,
    NotAccepted,
    Outcome,
    ParkCause,
    Result,
    Supervision,
    Urgency,
)
from hengli_visits.wording import N_

WORDS, RESIDENTS = ApiScope.WORDS, ApiScope.RESIDENTS
SINCE_WHEN = none_or(MOMENT)


def _field(name: str, schema: Schema, says: str, take: str | Take = "", scope: ApiScope | None = None) -> Field:
    return Field(name, schema, says, take if callable(take) else attrgetter(take or name), scope)


def _name_of(path: str) -> Take:
    """The name at the end of a path of relations, None when there is none."""

    def take(row: Any) -> Any:
        for step in path.split("."):
            row = getattr(row, step) if row is not None else None
        return row.name if row is not None else None

    return take


def _place(path: str) -> tuple[Field, ...]:
    return (
        _field("area_id", NUMBER, N_("所在村或社区的编号"), f"{path}area_id"),
        _field("area", TEXT, N_("所在村或社区"), f"{path}area.name"),
    )


def _resident(get: Callable[[Any], Any]) -> tuple[Field, ...]:
    """Who lives there and where: of a household that `get` gives, or null for none."""

    def part(name: str) -> Take:
        return lambda row: getattr(house, name) if (house := get(row)) is not None else None

    texts = {
        "name": N_("户主或企业的名称"),
        "contact": N_("联系人"),
        "phone": N_("电话"),
        "street": N_("街巷"),
        "door": N_("门牌"),
        "address": N_("原来写的地址"),
    }
    return tuple(Field(f"household_{name}", none_or(TEXT), says, part(name), RESIDENTS) for name, says in texts.items())


def _released(issue: Issue) -> Any:
    """The household of an issue whose identity may be told; the rule is that of the units' pages."""
    return issue.household if issue.identity_released else None


CAMPAIGNS = Resource(
    "campaigns",
    N_("活动"),
    ApiScope.CAMPAIGNS,
    (
        _field("id", NUMBER, N_("编号")),
        _field("name", TEXT, N_("简称")),
        _field("full_name", TEXT, N_("全称")),
        _field("theme", TEXT, N_("主题")),
        _field("state", one_of(CampaignState), N_("状态")),
        _field("starts_on", DAY, N_("开始的日子")),
        _field("ends_on", DAY, N_("结束的日子")),
        _field("started_at", SINCE_WHEN, N_("开始的时间")),
        _field("closed_at", SINCE_WHEN, N_("结束的时间")),
    ),
)

ASSIGNMENTS = Resource(
    "assignments",
    N_("走访任务"),
    ApiScope.ASSIGNMENTS,
    (
        _field("id", NUMBER, N_("编号")),
        _field("campaign_id", NUMBER, N_("活动的编号")),
        _field("household_id", NUMBER, N_("户的编号，不是门牌")),
        _field("household_kind", one_of(HouseholdKind), N_("家庭或企业"), "household.kind"),
        *_place("household."),
        _field("group_id", none_or(NUMBER), N_("小组的编号")),
        _field("group", none_or(TEXT), N_("小组"), _name_of("group")),
        _field("state", one_of(AssignmentState), N_("状态")),
        _field("due_on", none_or(DAY), N_("走访期限")),
        _field("last_visit_at", SINCE_WHEN, N_("最近一次走访的时间")),
        _field("last_outcome", none_or(one_of(Outcome)), N_("最近一次走访的结果")),
        _field("appointment_at", SINCE_WHEN, N_("约好的时间")),
        _field("confirmed_at", SINCE_WHEN, N_("确认无法走访的时间")),
        *_resident(attrgetter("household")),
        _field("household_category", TEXT, N_("户的类别"), "household.category", RESIDENTS),
    ),
)

VISITS = Resource(
    "visits",
    N_("走访记录"),
    ApiScope.VISITS,
    (
        _field("id", UUID, N_("编号"), "uuid"),
        _field("assignment_id", NUMBER, N_("走访任务的编号")),
        _field("campaign_id", NUMBER, N_("活动的编号")),
        *_place("assignment.household."),
        _field("outcome", one_of(Outcome), N_("结果")),
        _field("manner", one_of(Manner), N_("方式")),
        _field("visited_at", MOMENT, N_("走访的时间")),
        _field("received_at", MOMENT, N_("收到的时间")),
        _field("revision", NUMBER, N_("改到第几版")),
        _field("late", YES_NO, N_("活动结束后才送到")),
        _field("voided_at", SINCE_WHEN, N_("作废的时间；作废的不算")),
        _field("remarks", TEXT, N_("走访的人写的备注"), scope=WORDS),
    ),
    key=UUID,
)

FEEDBACK = Resource(
    "feedback",
    N_("意见建议"),
    ApiScope.FEEDBACK,
    (
        _field("id", UUID, N_("编号"), "uuid"),
        _field("visit_id", UUID, N_("走访记录的编号"), "visit.uuid"),
        _field("campaign_id", NUMBER, N_("活动的编号")),
        *_place("visit.assignment.household."),
        _field("nature", one_of(Nature), N_("性质")),
        _field("category", none_or(TEXT), N_("类别"), _name_of("category")),
        _field("handling", one_of(Handling), N_("怎么处理")),
        _field("issue_id", none_or(NUMBER), N_("问题的编号")),
        _field("created_at", MOMENT, N_("收到的时间")),
        _field("words", TEXT, N_("住户的原话"), scope=WORDS),
        _field("answer", TEXT, N_("当场的答复"), scope=WORDS),
    ),
    key=UUID,
)

ISSUES = Resource(
    "issues",
    N_("问题"),
    ApiScope.ISSUES,
    (
        _field("id", NUMBER, N_("编号")),
        _field("number", TEXT, N_("页面上的编号")),
        _field("campaign_id", NUMBER, N_("活动的编号")),
        *_place(""),
        _field("category", none_or(TEXT), N_("类别"), _name_of("category")),
        _field("urgency", one_of(Urgency), N_("紧急程度")),
        _field("state", one_of(IssueState), N_("状态")),
        _field("round", NUMBER, N_("第几轮办理")),
        _field("lead_unit", none_or(TEXT), N_("主办单位"), _name_of("lead_unit")),
        _field("main_issue_id", none_or(NUMBER), N_("并入的问题的编号")),
        _field("raised_at", MOMENT, N_("提出的时间")),
        _field("dispatched_at", SINCE_WHEN, N_("交办的时间")),
        _field("signed_at", SINCE_WHEN, N_("签收的时间")),
        _field("contacted_at", SINCE_WHEN, N_("联系住户的时间")),
        _field("answered_at", SINCE_WHEN, N_("答复的时间")),
        _field("approved_at", SINCE_WHEN, N_("审核通过的时间")),
        _field("closed_at", SINCE_WHEN, N_("办结的时间")),
        _field("step_due_at", SINCE_WHEN, N_("这一步的期限")),
        _field("due_at", SINCE_WHEN, N_("单位办理的期限")),
        _field("original_due_at", SINCE_WHEN, N_("延期前的期限")),
        _field("supervision", none_or(one_of(Supervision)), N_("督办")),
        _field("result", none_or(one_of(Result)), N_("办理结果")),
        _field("not_accepted", none_or(one_of(NotAccepted)), N_("不受理的原因")),
        _field("park_cause", none_or(one_of(ParkCause)), N_("挂账的原因")),
        _field("review_on", none_or(DAY), N_("挂账复核的日子")),
        _field("title", TEXT, N_("标题"), scope=WORDS),
        _field("words", TEXT, N_("住户的原话"), scope=WORDS),
        _field("done", TEXT, N_("做了什么"), scope=WORDS),
        _field("reply", TEXT, N_("给住户的答复"), scope=WORDS),
        *_resident(_released),
    ),
)

RESOURCES = (CAMPAIGNS, ASSIGNMENTS, VISITS, FEEDBACK, ISSUES)
BY_NAME = {resource.name: resource for resource in RESOURCES}
