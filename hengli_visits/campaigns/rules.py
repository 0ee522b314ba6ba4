"""Who may set campaigns up, which steps they take, and what must be there before one starts."""

from dataclasses import dataclass

from hengli_visits.actor import Actor
from hengli_visits.models import CampaignState
from hengli_visits.wording import N_, Word


class CampaignVerb(Word):
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

LIMITS = ("triage_days", "sign_days", "ordinary_days", "complex_days", "revisit_days", "urgent_hours")
"""The time limits of a campaign, all from 1 to MOST_LIMIT."""
MOST_LIMIT = 365


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
    return state in (CampaignState.DRAFT, CampaignState.RUNNING)


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

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is missing before the campaign can start, as msgids in the order of the set-up steps."""
        found = []
        if self.targets == 0:
            found.append(N_("还没有走访对象，请先选定要走访的户。"))
        if self.groups == 0:
            found.append(N_("还没有分组，请先建立小组。"))
        elif self.groups == self.leaderless:
            found.append(N_("还没有一个组有组长，请先指定组长。"))
        return tuple(found)
