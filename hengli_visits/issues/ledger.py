"""How a step is written down: the guarded change of the issue and the move that tells it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, inspect, select, update
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict
from hengli_visits.issues.effects import Changes, changes_of
from hengli_visits.issues.entries import written
from hengli_visits.issues.limits import Terms
from hengli_visits.issues.rules import step_of
from hengli_visits.issues.steps import Condition, Limit, Part, Step, Unnamed, Verb
from hengli_visits.issues.workdays import Calendar, calendar_of
from hengli_visits.models import CalendarDay, Campaign, Issue, IssueState, IssueUnit, Move
from hengli_visits.wording import N_


def town_calendar(session: Session) -> Calendar:
    """The town's working calendar. One query."""
    return calendar_of(session.scalars(select(CalendarDay)))


def terms_of(session: Session, actor: Actor, campaign: Campaign) -> Terms:
    """The terms of a step that is taken now."""
    return Terms(clock.now(), town_calendar(session), campaign, actor.recorded_id)


SILENT = (Verb.REVISIT_LATE.value, Verb.NEAR_DUE.value, Verb.OVERDUE.value)
"""Lines that move nothing and stand in nobody's way."""
GUARDED = (
    "state",
    "round",
    "returns",
    "extensions",
    "extension_until",
    "supervision",
    "supervised_at",
    "main_issue_id",
)
"""What a step was decided on: when one of these has changed meanwhile, somebody else was faster."""


def hold(session: Session, issue: Issue) -> None:
    """Lock an issue's row and read it as it is now: what is looked at next stays so until the transaction ends."""
    session.refresh(issue, [column.key for column in inspect(Issue).column_attrs], with_for_update=True)


def refuse_state(session: Session, issue: Issue, step: Step) -> None:
    """Raise `Conflict` when the issue's state or the step's own condition does not allow it now."""
    if issue.state not in step.sources:
        raise _overtaken(session, issue)
    if step.condition is not None and not step.condition.holds(issue, clock.now()):
        raise _settled(session, issue, step, step.condition)


def _settled(session: Session, issue: Issue, step: Step, condition: Condition) -> Conflict:
    """The refusal that tells who has done already what a step is for, or else why it is not open."""
    asked = _latest(session, issue, Move.verb.in_([verb.value for verb in (*condition.rivals, step.verb)]))
    if asked is None or asked.verb not in condition.rivals:
        return Conflict(condition.sentence)
    return Conflict(
        N_("%(who)s已经做了“%(what)s”，现在不能再做这一步。"),
        by=asked.actor_id,
        who=asked.actor.name if asked.actor else Unnamed.SYSTEM,
        what=Verb(asked.verb),
    )


def _latest(session: Session, issue: Issue, wanted: ColumnElement[bool]) -> Move | None:
    return session.scalar(
        select(Move)
        .where(Move.issue_id == issue.id, wanted)
        .order_by(Move.id.desc())
        .limit(1)
        .options(joinedload(Move.actor))
    )


def _overtaken(session: Session, issue: Issue) -> Conflict:
    """The refusal that tells who moved the issue and to what."""
    last = _latest(session, issue, Move.verb.not_in(SILENT))
    step = step_of(last.verb) if last else None
    if last is None or step is None:
        return Conflict(N_("这个问题的状态已经改变，请刷新后再看。"))
    return Conflict(
        N_("%(who)s刚刚做了“%(what)s”，这个问题现在是“%(state)s”，不能再做这一步。"),
        by=last.actor_id,
        who=last.actor.name if last.actor else Unnamed.RESIDENT if "link" in last.data else Unnamed.SYSTEM,
        what=step.verb,
        state=last.to_state,
    )


def take(
    session: Session, actor: Actor, issue: Issue, step: Step, values: Mapping[str, Any], data: dict[str, Any]
) -> None:
    """Move an issue by a step whose person, state and input have been checked: the UPDATE is guarded by the old state,
    and a move is left. Raises `Conflict` when somebody else was faster."""
    campaign = session.get_one(Campaign, issue.campaign_id)
    terms = terms_of(session, actor, campaign)
    before, unit_id = issue.state, issue.lead_unit_id
    changes = changes_of(step, issue, values, terms)
    same = [getattr(Issue, name).is_not_distinct_from(getattr(issue, name)) for name in GUARDED]
    done = session.execute(
        update(Issue).where(Issue.id == issue.id, *same).values(changes).execution_options(synchronize_session=False)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        raise _overtaken(session, issue)
    data |= pressed(issue, changes)
    session.refresh(issue, changes.keys())
    _set_co_units(session, issue, values)
    if data.get("as") in (Part.HANDLER, Part.CO_HANDLER):
        data["unit_id"] = unit_id
    write_move(session, issue, step, terms, before=before, data=data, note=values.get("note", ""))


def pressed(issue: Issue, changes: Changes) -> dict[str, Any]:
    """The level of supervision that a step sets, so that it can be read from the moves alone."""
    level = changes.get("supervision")
    return {"supervision": level.value} if level is not None and level is not issue.supervision else {}


def _set_co_units(session: Session, issue: Issue, values: Mapping[str, Any]) -> None:
    """The co-units that were chosen; a unit that leads now does not help any more."""
    if "co_unit_ids" in values:
        session.execute(delete(IssueUnit).where(IssueUnit.issue_id == issue.id))
        session.add_all(IssueUnit(issue_id=issue.id, organisation_id=unit_id) for unit_id in values["co_unit_ids"])
    elif "lead_unit_id" in values:
        session.execute(
            delete(IssueUnit).where(IssueUnit.issue_id == issue.id, IssueUnit.organisation_id == values["lead_unit_id"])
        )


def write_move(
    session: Session,
    issue: Issue,
    step: Step,
    terms: Terms,
    *,
    before: IssueState | None,
    data: dict[str, Any],
    note: str = "",
) -> None:
    """Leave the row that tells a step: what was entered, and the limits when they changed."""
    session.add(told(issue, step, terms, before=before, data=data, note=note))
    session.flush()


def told(
    issue: Issue, step: Step, terms: Terms, *, before: IssueState | None, data: dict[str, Any], note: str = ""
) -> Move:
    """The row that tells a step which has just been taken. From these rows alone an issue's figures can be read again."""
    names = ("step_due_at", "due_at", "original_due_at") if step.limit is not Limit.KEEP else ()
    ends = {name: getattr(issue, name) for name in names}
    return Move(
        issue_id=issue.id,
        at=terms.now,
        actor_id=terms.actor_id,
        verb=step.verb.value,
        from_state=before,
        to_state=issue.state,
        round=issue.round,
        note=note,
        data=data | written(ends),
    )
