"""The table of moves, by stage: everything that may happen to an issue, who may do it and what must be entered.

Source: the national rules of the 12345 hotline (派单, 签收, 退单, 办理, 审核, 回访, 重办, 挂账, 督办), as the town's own order
has them. A step that is added here gets its form, its button, its place in the lists, its line in docs/issue-life.md and
its tests by itself; what it changes besides the state stands in `issues.effects`.
"""

from hengli_visits.issues.steps import Step, Verb
from hengli_visits.issues.table import deciding, overlays, resident, taking_on, unit

MOVES: tuple[Step, ...] = (*taking_on.MOVES, *unit.MOVES, *overlays.MOVES, *deciding.MOVES, *resident.MOVES)
"""Everything that may happen to an issue."""

BY_VERB: dict[Verb, Step] = {step.verb: step for step in MOVES}
