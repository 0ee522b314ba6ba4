"""What can be exported, by whom, with or without whole phone numbers. Pure."""

from hengli_visits.actor import Actor
from hengli_visits.wording import N_, Word


class What(Word):
    """A register or a list."""

    FAMILIES = "families", N_("走访户名册")
    ENTERPRISES = "enterprises", N_("走访企业名册")
    MEMBERS = "members", N_("党员花名册")
    BRANCHES = "branches", N_("党支部名单")
    UNITS = "units", N_("责任单位名单")
    AREAS = "areas", N_("村(社区)名单")
    GROUPS = "groups", N_("分组名单")
    ASSIGNMENTS = "assignments", N_("走访任务")
    VISITS = "visits", N_("走访记录")
    FEEDBACK = "feedback", N_("意见建议")
    ISSUES = "issues", N_("问题")


class Format(Word):
    """What the file is to be."""

    XLSX = "xlsx", N_("Excel 表格（.xlsx）")
    CSV = "csv", N_("文本表格（.csv）")


class Purpose(Word):
    """Why somebody needs whole phone numbers. A closed list: what people write freely may name residents, and the audit
    holds no names."""

    MEND = "mend", N_("补充、修改后再导入")
    CALL = "call", N_("打印给走访员联系住户")
    REPORT = "report", N_("上级要求报送")
    KEEP = "keep", N_("留底存档")


BOOKS = (What.FAMILIES, What.ENTERPRISES, What.MEMBERS)
PLACES = (What.BRANCHES, What.UNITS, What.AREAS)
LED = (What.GROUPS, What.ASSIGNMENTS)
OVERSEEN = (What.ASSIGNMENTS, What.VISITS, What.FEEDBACK, What.ISSUES)
WITH_PHONES = (*BOOKS, *LED)
SIBLINGS = ((What.FAMILIES, What.ENTERPRISES), (What.BRANCHES, What.UNITS), (What.ASSIGNMENTS, What.VISITS))
"""What stands behind one page and is exported from it."""


def may_export(actor: Actor, what: What) -> bool:
    """Whether the actor may take this away as a file: coordinators everything, leaders and area leads the lists of what
    they oversee (a leader the groups too), administrators what holds no residents. Visitors and handlers nothing."""
    if actor.is_coordinator:
        return True
    if what in PLACES:
        return actor.is_administrator
    if what is What.GROUPS:
        return actor.is_leader
    return what in OVERSEEN and (actor.is_leader or actor.is_area_lead)


def may_unmask(actor: Actor, what: What) -> bool:
    """Whether the file may hold whole phone numbers: coordinators of the registers, leaders of their own groups and of
    households that these visit. Elsewhere phones stay masked or are left out."""
    return what in WITH_PHONES and (actor.is_coordinator or (what in LED and actor.is_leader))


def siblings(what: What) -> tuple[What, ...]:
    """What is exported from the same page, this among it."""
    return next((group for group in SIBLINGS if what in group), (what,))
