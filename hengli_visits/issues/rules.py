"""The table of moves: everything that may happen to an issue, who may do it and what must be entered.

Source: the national rules of the 12345 hotline (派单, 签收, 退单, 办理, 审核, 回访, 重办), as the town's own order has them.
A step that is added here gets its form, its button, its place in the lists and its tests by itself; what it changes
besides the state stands in `issues.effects`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hengli_visits.actor import Actor
from hengli_visits.issues import fields as f
from hengli_visits.issues.steps import Condition, Field, Limit, Part, Step, Verb, Way
from hengli_visits.models import Issue, IssueState as S, Solved
from hengli_visits.wording import N_

REOPEN_DAYS = 30
"""A closed issue may be opened again within so many days."""
TRIES = 3
"""So many failed tries to reach the resident close an issue as 未联系上."""
FINAL = (S.CLOSED, S.NOT_ACCEPTED, S.WITHDRAWN, S.MERGED)
"""States in which nobody has to do anything any more."""
HIDDEN_FROM_UNITS = (S.TRIAGE, S.ON_THE_SPOT, S.NOT_ACCEPTED)
"""States in which a unit does not see an issue, even when it is named on it."""
UNDER_WAY = (
    S.TRIAGE,
    S.ON_THE_SPOT,
    S.DISPATCHED,
    S.RETURN_REVIEW,
    S.IN_PROGRESS,
    S.ANSWER_REVIEW,
    S.REVISIT_DUE,
    S.REDO,
)

OFFICE = (Part.COORDINATOR,)
OWN_GROUP = (Part.COORDINATOR, Part.LEADER)
UNIT = (Part.HANDLER,)
UNITS = (Part.HANDLER, Part.CO_HANDLER)
TOLD = (f.TOLD_MANNER, f.SOLVED, f.CONTENTMENT)
BARRED = (*UNITS, Part.HANDLED)
REVISITORS = (Part.VISITOR, Part.LEADER, Part.COORDINATOR)

_in_sign_time = Condition(
    lambda issue, now: issue.step_due_at is None or now <= issue.step_due_at,
    N_("退单要在签收期限内提出，现在期限已过，请签收后办理或联系统筹员。"),
)
_recently_closed = Condition(
    lambda issue, now: issue.closed_at is not None and now <= issue.closed_at + timedelta(days=REOPEN_DAYS),
    N_("办结已超过 30 天，不能再重新打开，请作为新问题登记。"),
)
_still_hidden = Condition(
    lambda issue, _now: issue.household_id is not None and not issue.identity_released,
    N_("承办单位已经可以看到住户信息。"),
)

MOVES: tuple[Step, ...] = (
    # out of a visit
    Step(Verb.OPEN, N_("登记"), (), S.TRIAGE, way=Way.VISIT, limit=Limit.OFFICE, fields=(f.CATEGORY,)),
    Step(Verb.CORRECT, N_("更正"), UNDER_WAY, None, way=Way.VISIT, fields=(f.CATEGORY,)),
    Step(Verb.STILL_WANTED, N_("仍需跟进"), tuple(S), None, way=Way.VISIT),
    Step(Verb.NOT_WANTED, N_("无需跟进"), tuple(s for s in S if s is not S.TRIAGE), None, way=Way.VISIT),
    Step(Verb.DROP, N_("撤回"), (S.TRIAGE,), S.WITHDRAWN, way=Way.VISIT, limit=Limit.NONE),
    # taking on
    Step(Verb.DISPATCH, N_("交办"), (S.TRIAGE,), S.DISPATCHED, OWN_GROUP, duty=OWN_GROUP, limit=Limit.SIGN, primary=True,
         icon="send", fields=(f.CATEGORY, f.URGENCY, f.LEAD_UNIT, f.CO_UNITS, f.LIMIT_DAYS, f.INSTRUCTION)),
    Step(Verb.SOLVE_ON_THE_SPOT, N_("当场办结"), (S.TRIAGE,), S.ON_THE_SPOT, (*OWN_GROUP, Part.RAISER), limit=Limit.OFFICE,
         icon="ok", fields=(f.DONE,), hint=N_("事情已经当场解决。由组长或统筹员确认后办结。")),
    Step(Verb.REFUSE, N_("不予受理"), (S.TRIAGE,), S.NOT_ACCEPTED, OFFICE, limit=Limit.NONE, tone="danger", icon="no",
         fields=(f.NOT_ACCEPTED, f.PROPER_ROUTE, f.TOLD_ON), hint=N_("只用于法定途径另有规定的事项。要先告诉住户该找谁。")),
    Step(Verb.CLOSE_ON_THE_SPOT, N_("确认办结"), (S.ON_THE_SPOT,), S.CLOSED, OWN_GROUP, duty=(Part.LEADER,),
         limit=Limit.NONE, primary=True, icon="ok", fields=(f.NOTE,)),
    Step(Verb.TRIAGE_AGAIN, N_("转回受理"), (S.ON_THE_SPOT,), S.TRIAGE, OWN_GROUP, limit=Limit.OFFICE, icon="undo",
         fields=(f.REASON,), hint=N_("还需要责任单位来办时，转回待受理。")),
    # the unit
    Step(Verb.SIGN, N_("签收"), (S.DISPATCHED,), S.IN_PROGRESS, UNIT, duty=UNIT, limit=Limit.UNIT, primary=True, icon="check"),
    Step(Verb.RETURN, N_("申请退单"), (S.DISPATCHED,), S.RETURN_REVIEW, UNIT, limit=Limit.OFFICE, icon="reply",
         condition=_in_sign_time, fields=(f.REASON, f.PROPER_UNIT), hint=N_("不属于本单位职责的，请说明理由和应当由谁办理。")),
    Step(Verb.AGREE_RETURN, N_("同意退单"), (S.RETURN_REVIEW,), S.DISPATCHED, (Part.RETURN_JUDGE,), duty=(Part.RETURN_JUDGE,),
         limit=Limit.SIGN, primary=True, icon="swap", fields=(f.LEAD_UNIT, f.REASON), hint=N_("改派给另一单位，期限重新计算。")),
    Step(Verb.REFUSE_RETURN, N_("不同意退单"), (S.RETURN_REVIEW,), S.DISPATCHED, (Part.RETURN_JUDGE,), limit=Limit.SIGN,
         icon="no", fields=(f.REASON,), hint=N_("仍由原单位办理，办理期限不变。")),
    Step(Verb.ANSWER, N_("提交办理结果"), (S.IN_PROGRESS,), S.ANSWER_REVIEW, UNIT, duty=UNIT, limit=Limit.OFFICE, primary=True,
         icon="send", fields=(f.CONTACTED_AT, f.CONTACT_MANNER, f.RESULT, f.DONE, f.REPLY)),
    Step(Verb.CONTACT, N_("登记首次联系"), (S.IN_PROGRESS,), None, UNIT, icon="call",
         condition=Condition(lambda issue, _now: issue.contacted_at is None, N_("这一轮已经登记过首次联系。")),
         fields=(f.CONTACTED_AT, f.CONTACT_MANNER, f.NOTE)),
    Step(Verb.NOTE, N_("记录进展"), (S.IN_PROGRESS,), None, UNITS, icon="edit", fields=(f.PROGRESS,)),
    # the office again
    Step(Verb.APPROVE, N_("审核通过"), (S.ANSWER_REVIEW,), S.REVISIT_DUE, OFFICE, duty=OFFICE, limit=Limit.REVISIT, primary=True,
         icon="ok", fields=(f.NOTE,), hint=N_("通过后由走访员把答复告诉住户。")),
    Step(Verb.REWORK, N_("退回返工"), (S.ANSWER_REVIEW,), S.IN_PROGRESS, OFFICE, limit=Limit.UNIT, icon="undo",
         fields=(f.COMMENT,), hint=N_("办理期限不变。")),
    # telling the resident
    Step(Verb.REVISIT_CLOSE, N_("回访"), (S.REVISIT_DUE,), S.CLOSED, REVISITORS, duty=(Part.VISITOR,), barred=BARRED,
         limit=Limit.NONE, primary=True, way=Way.REVISIT, icon="chat", fields=TOLD),
    Step(Verb.REVISIT_REDO, N_("回访"), (S.REVISIT_DUE,), S.REDO, REVISITORS, barred=BARRED, limit=Limit.OFFICE, way=Way.REVISIT,
         fields=TOLD),
    Step(Verb.REVISIT_MISSED, N_("回访"), (S.REVISIT_DUE,), None, REVISITORS, barred=BARRED, way=Way.REVISIT, fields=TOLD),
    Step(Verb.REVISIT_UNREACHED, N_("回访"), (S.REVISIT_DUE,), S.CLOSED, REVISITORS, barred=BARRED, limit=Limit.NONE,
         way=Way.REVISIT, fields=TOLD),
    Step(Verb.REVISIT_LATE, N_("回访"), tuple(S), None, REVISITORS, barred=BARRED, way=Way.REVISIT,
         fields=(f.TOLD_AT, f.REACHED, *TOLD)),
    # once more
    Step(Verb.REDO_DISPATCH, N_("重新交办"), (S.REDO,), S.DISPATCHED, OFFICE, duty=OFFICE, limit=Limit.SIGN, primary=True,
         icon="send", fields=(f.LACKING, f.LEAD_UNIT, f.CO_UNITS)),
    Step(Verb.REOPEN, N_("重新打开"), (S.CLOSED,), S.REDO, OFFICE, limit=Limit.OFFICE, icon="again", condition=_recently_closed,
         fields=(f.REASON,)),
    Step(Verb.RELEASE_IDENTITY, N_("告知单位联系方式"), (S.DISPATCHED, S.RETURN_REVIEW, S.IN_PROGRESS, S.ANSWER_REVIEW), None, OFFICE,
         icon="eye", condition=_still_hidden, fields=(f.REASON,),
         hint=N_("公开后，承办单位可以看到住户的姓名和电话。只在住户同意或办理必需时公开。")),
    Step(Verb.WITHDRAW, N_("撤回"), UNDER_WAY, S.WITHDRAWN, OFFICE, limit=Limit.NONE, tone="danger", icon="trash",
         fields=(f.SAID_BY, f.SAID_ON, f.NOTE), hint=N_("只在住户自己要求时撤回。撤回后不再办理，记录仍留底。")),
)  # fmt: skip
"""Everything that may happen to an issue."""

BY_VERB: dict[Verb, Step] = {step.verb: step for step in MOVES}

RESIDENT_FOR = frozenset({Part.VISITOR, Part.LEADER, Part.AREA_LEAD, Part.COORDINATOR})
"""Who needs a resident's name and phone; units only when they were released."""


def may_triage(actor: Actor) -> bool:
    """Whether the actor takes issues on: all of them, or those of the own groups."""
    return actor.is_coordinator or actor.is_leader


def may_see_resident(issue: Issue, parts: Iterable[Part]) -> bool:
    """Whether somebody who is all of `parts` may know who the resident is."""
    parts = set(parts)
    return bool(parts & RESIDENT_FOR) or (issue.identity_released and bool(parts & set(UNITS)))


def may_call(issue: Issue, parts: Iterable[Part]) -> bool:
    """Whether somebody who is all of `parts` may have the resident's phone number. An area lead alone need not call."""
    return may_see_resident(issue, set(parts) - {Part.AREA_LEAD})


def is_unit_only(parts: Iterable[Part]) -> bool:
    """Whether somebody who is all of `parts` reads an issue for a unit and nothing else."""
    parts = set(parts) - {Part.HANDLED}
    return bool(parts) and parts <= set(UNITS)


def may(step: Step, parts: Iterable[Part]) -> bool:
    """Whether somebody who is all of `parts` to an issue may take a step (whatever its state)."""
    parts = set(parts)
    return bool(parts & set(step.who)) and not parts & set(step.barred)


def available(issue: Issue, parts: frozenset[Part], now: datetime) -> list[Step]:
    """The steps that are open now to somebody who is all of `parts`, the obvious next one first. The outcomes of a
    revisit count as one step."""
    steps = [
        step
        for step in MOVES
        if issue.state in step.sources
        and may(step, parts)
        and (step.condition is None or step.condition.holds(issue, now))
        and (step.way is not Way.REVISIT or step.verb is Verb.REVISIT_CLOSE)
    ]
    return sorted(steps, key=lambda step: not step.primary)


def fields_for(step: Step, issue: Issue) -> tuple[Field, ...]:
    """What a step asks for on this issue: the first contact only while there was none in this round."""
    return tuple(field for field in step.fields if not (field.first_only and issue.contacted_at is not None))


def step_of(verb: str) -> Step | None:
    """The step of a verb as an address or a row writes it; None for an unknown one."""
    return next((step for step in MOVES if step.verb == verb), None)


def revisit_verb(reached: bool, solved: Solved | None, missed_before: int) -> Verb:
    """What a recorded revisit does: `missed_before` failed tries of this round came before it."""
    if not reached:
        return Verb.REVISIT_UNREACHED if missed_before + 1 >= TRIES else Verb.REVISIT_MISSED
    return Verb.REVISIT_REDO if solved is Solved.NO else Verb.REVISIT_CLOSE
