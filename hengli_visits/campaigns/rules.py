"""Who may set campaigns up, which steps they take, and what must be there before one starts."""

from dataclasses import dataclass

from hengli_visits.actor import Actor
from hengli_visits.models import WORKING_CAMPAIGNS, CampaignState
from hengli_visits.wording import N_, Word


class CampaignVerb(Word):
    """What may be done with a campaign."""

    START = "start", N_("启动")
    CLOSE = "close", N_("结束")
    ARCHIVE = "archive", N_("归档")
    REOPEN = "reopen", N_("重新开启")


@dataclass(frozen=True)
class Step:
    """One row of the table of moves."""

    verb: CampaignVerb
    from_state: CampaignState
    to_state: CampaignState
    needs_reason: bool = False


STEPS = (
    Step(CampaignVerb.START, CampaignState.DRAFT, CampaignState.RUNNING),
    Step(CampaignVerb.CLOSE, CampaignState.RUNNING, CampaignState.CLOSED),
    Step(CampaignVerb.ARCHIVE, CampaignState.CLOSED, CampaignState.ARCHIVED),
    Step(CampaignVerb.REOPEN, CampaignState.CLOSED, CampaignState.RUNNING, needs_reason=True),
)
"""Everything that a campaign's state may do."""

LIMITS = (
    "triage_days",
    "sign_days",
    "ordinary_days",
    "complex_days",
    "revisit_days",
    "urgent_hours",
    "written_days",
    "circular_days",
)
"""The time limits of a campaign, all from 1 to MOST_LIMIT; the last two are so many working days late."""
MOST_LIMIT = 365

MOST_CLAIMS = 50
"""A campaign lets nobody take up more households than that themselves."""


def may_edit(actor: Actor) -> bool:
    """Whether the actor sets campaigns up."""
    return actor.is_coordinator


def may_look(actor: Actor) -> bool:
    """Whether the actor may open the list of campaigns at all."""
    return actor.is_coordinator or actor.is_leader


def step_between(state: CampaignState, to: CampaignState) -> Step | None:
    """The step that leads from one state to another, or None."""
    return next((step for step in STEPS if step.from_state == state and step.to_state == to), None)


def steps_from(state: CampaignState) -> tuple[Step, ...]:
    """The steps that a campaign in this state may take."""
    return tuple(step for step in STEPS if step.from_state == state)


def may_change_set_up(state: CampaignState) -> bool:
    """Whether name, limits, categories, targets and groups may still change."""
    return state in WORKING_CAMPAIGNS


def may_change_catalogue(state: CampaignState) -> bool:
    """Whether the dispatch catalogue may still change: what was raised is dispatched after the visiting has ended too."""
    return state is not CampaignState.ARCHIVED


@dataclass(frozen=True)
class SetUp:
    """What stands ready in a campaign: targets, those among them without a visitor, groups, those without a leader
    (of their own or of a team), members in groups, categories in use, those among them that lead nowhere."""

    targets: int
    without_visitor: int
    groups: int
    leaderless: int
    members: int
    categories: int
    unassigned_categories: int


class Part(Word):
    """A part of the set-up, in the order of the steps."""

    BASICS = "basics", N_("基本信息")
    TARGETS = "targets", N_("走访对象")
    GROUPS = "groups", N_("分组")
    CATEGORIES = "categories", N_("类别")
    SHARING = "sharing", N_("分派")
    START = "start", N_("启动")


@dataclass(frozen=True)
class Check:
    """One line of the checklist: how a part of the set-up stands, as a msgid with places; `missing` is what keeps the
    campaign from starting, None when nothing does."""

    part: Part
    done: bool
    words: str
    params: dict[str, int]
    missing: str | None = None


def _groups(have: SetUp) -> Check:
    params = {"groups": have.groups, "members": have.members, "leaderless": have.leaderless}
    if have.groups == 0:
        return Check(Part.GROUPS, False, N_("还没有分组"), {}, N_("还没有分组，请先建立小组。"))
    if have.leaderless == 0:
        return Check(Part.GROUPS, True, N_("%(groups)s 个组，%(members)s 名走访员"), params)
    missing = N_("还没有一个组有组长，请先指定组长。") if have.leaderless == have.groups else None
    return Check(Part.GROUPS, False, N_("%(groups)s 个组，其中 %(leaderless)s 个还没有组长"), params, missing)


def _sharing(have: SetUp) -> Check:
    if have.targets == 0:
        return Check(Part.SHARING, False, N_("选好走访对象后再分派"), {})
    if have.without_visitor == 0:
        return Check(Part.SHARING, True, N_("每户都分派到人了"), {})
    return Check(Part.SHARING, False, N_("还有 %(n)s 户没有分派到人"), {"n": have.without_visitor})


def checklist(state: CampaignState, have: SetUp) -> tuple[Check, ...]:
    """How each part of the set-up stands, in the order of the steps. What is not `done` but keeps nothing from
    starting may be done later."""
    targets = Check(Part.TARGETS, True, N_("%(n)s 户"), {"n": have.targets})
    if have.targets == 0:
        targets = Check(Part.TARGETS, False, N_("还没有选"), {}, N_("还没有走访对象，请先选定要走访的户。"))
    open_ends = have.unassigned_categories
    categories = Check(Part.CATEGORIES, True, N_("%(n)s 个类别"), {"n": have.categories})
    if open_ends:
        categories = Check(Part.CATEGORIES, False, N_("%(n)s 个类别还没有主办单位"), {"n": open_ends})
    checks = (Check(Part.BASICS, True, N_("已填好"), {}), targets, _groups(have), categories, _sharing(have))
    if state != CampaignState.DRAFT:
        return (*checks, Check(Part.START, True, N_("已启动"), {}))
    lacks = sum(check.missing is not None for check in checks)
    if lacks:
        return (*checks, Check(Part.START, False, N_("还差 %(n)s 步"), {"n": lacks}))
    return (*checks, Check(Part.START, False, N_("可以启动了"), {}))


def lacks(have: SetUp) -> list[str]:
    """What keeps a campaign from starting, as msgids in the order of the steps."""
    return [check.missing for check in checklist(CampaignState.DRAFT, have) if check.missing]
