"""Who may import, what may still be imported, and how long a roster waits for a decision."""

from datetime import timedelta

from hengli_visits.actor import Actor
from hengli_visits.campaigns.rules import may_change_set_up
from hengli_visits.errors import Conflict
from hengli_visits.models import BatchState, CampaignState, ImportBatch, RosterKind
from hengli_visits.wording import N_

CITY = "东莞市"
TOWN = "横沥镇"
"""What a town that has not been founded yet is called unless the user says otherwise, and the city above it."""

WAITING = BatchState.READ
OF_CAMPAIGN = frozenset({RosterKind.GROUPS, RosterKind.ASSIGNMENTS})
"""Rosters that belong to one campaign."""

READABLE = frozenset({BatchState.READING, BatchState.READ})
UNDER_WAY = frozenset({BatchState.READING, BatchState.APPLYING})
"""States of a batch on which a process of its own works."""
WAITING_DAYS = timedelta(days=7)
"""A roster that nobody decides on holds residents' data for no use: it is discarded after this time."""

OPEN_STATES = tuple(state for state in CampaignState if may_change_set_up(state))


def may_import(actor: Actor) -> bool:
    """Whether the actor may read rosters into the town's books."""
    return actor.is_coordinator


def refuse_not_imported(batch: ImportBatch) -> None:
    """Raise `Conflict` when a batch is not an import that stands."""
    if batch.state is not BatchState.APPLIED:
        if batch.state is BatchState.UNDONE:
            raise Conflict(N_("这份名册的导入刚刚已经撤销了。"))
        raise Conflict(N_("这份名册没有导入，不用撤销。"))


def refuse_decided(batch: ImportBatch) -> None:
    """Raise `Conflict` when somebody has imported or discarded the batch already."""
    if batch.state is BatchState.APPLIED:
        raise Conflict(N_("这份名册刚刚已经导入过了。"))
    if batch.state is BatchState.UNDONE:
        raise Conflict(N_("这份名册的导入刚刚已经撤销了。"))
    if batch.state in (BatchState.DISCARDED, BatchState.FAILED):
        raise Conflict(N_("这份名册刚刚已经放弃了。"))
    if batch.state is BatchState.APPLYING:
        raise Conflict(N_("这份名册正在导入，请稍等。"))
    if batch.state is BatchState.READING:
        raise Conflict(N_("这份名册正在读取，请稍等。"))
