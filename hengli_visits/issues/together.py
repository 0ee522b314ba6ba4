"""Steps for many issues at once: which steps those may be, for which issues, and what became of each.

What somebody has to think and write for each issue by itself — what was done, a reason, words for the resident — is
never asked for many at once: such a step is not offered, and refused when it is sent all the same.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits import audit
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, DomainError, Invalid, Missing
from hengli_visits.issues import fields as f, scope
from hengli_visits.issues.checking import checked
from hengli_visits.issues.entries import entered
from hengli_visits.issues.rules import available
from hengli_visits.issues.steps import Kind, Part, Step, Verb, Way
from hengli_visits.issues.table import MOVES
from hengli_visits.models import AuditEntry, Issue, IssueState, IssueUnit, Move
from hengli_visits.wording import N_, Word

MOST = 60
"""So many issues at most in one go."""
PROPOSED = (f.CATEGORY.name, f.URGENCY.name, f.LEAD_UNIT.name)
"""What triage proposes, and what therefore need not be entered one by one."""
SAME_WORDS = (Verb.REMIND,)
"""Steps whose words are the same for all: written once, and read by each unit."""
ACTION = "issue.together"
PARTS = {
    Part.COORDINATOR: lambda actor: actor.is_coordinator,
    Part.LEADER: lambda actor: actor.is_leader,
    Part.AREA_LEAD: lambda actor: actor.is_area_lead,
    Part.HANDLER: lambda actor: actor.is_handler,
    Part.EXTENSION_JUDGE: lambda actor: actor.is_coordinator or actor.is_area_lead,
}


def for_many(step: Step) -> bool:
    """Whether a step may be taken for many at once: somebody's turn (or a reminder), by its own form, not dangerous, and
    with nothing to be entered that triage does not propose."""
    if step.way is not Way.FORM or step.tone == "danger":
        return False
    if step.verb in SAME_WORDS:
        return all(one.kind is Kind.TEXT for one in step.fields)
    needed = {one.name for one in step.fields if one.missing or one.given is not None}
    return bool(step.duty) and needed <= set(PROPOSED)


STEPS: dict[Verb, Step] = {step.verb: step for step in MOVES if for_many(step)}


def step_for_many(verb: str) -> Step:
    """The step of a verb, if it may be taken for many at once; else `Missing`."""
    step = next((step for step in STEPS.values() if step.verb.value == verb), None)
    if step is None:
        raise Missing
    return step


def states_for(actor: Actor) -> frozenset[IssueState]:
    """The states in which the actor may have something to do for many at once."""
    return frozenset(
        state
        for step in STEPS.values()
        if any(PARTS[part](actor) for part in step.who if part in PARTS)
        for state in step.sources
    )


@dataclass(frozen=True)
class Choice:
    """Issues that were chosen, as far as the actor may see them, and which may go which way."""

    issues: Sequence[Issue]
    ways: Mapping[Verb, Sequence[Issue]]

    def likeliest(self) -> Verb | None:
        """The step that most of them may take, the first of several."""
        return max(self.ways, key=lambda verb: len(self.ways[verb]), default=None)


def choose(session: Session, actor: Actor, ids: Collection[int], now: datetime) -> Choice:
    """The chosen issues in the order of their deadlines, with area, category, units and household. Three queries."""
    wanted = sorted(set(ids))[:MOST]
    rows = session.execute(
        select(Issue, *scope.columns(actor))
        .where(Issue.id.in_(wanted), scope.visible(actor))
        .options(
            joinedload(Issue.area),
            joinedload(Issue.category),
            joinedload(Issue.lead_unit),
            joinedload(Issue.campaign),
            selectinload(Issue.co_units).joinedload(IssueUnit.organisation),
        )
        .order_by(Issue.step_due_at.is_(None), Issue.step_due_at, Issue.id)
    ).all()
    ways: dict[Verb, list[Issue]] = {}
    for row in rows:
        for step in available(row.Issue, scope.parts_in(row), now):
            if step.verb in STEPS:
                ways.setdefault(step.verb, []).append(row.Issue)
    return Choice([row.Issue for row in rows], ways)


def wrong_in(session: Session, actor: Actor, step: Step, issue: Issue, sent: Mapping[str, Any]) -> dict[str, Invalid]:
    """What is wrong with what was sent for one issue, by field; what is the same for all is not looked at. Who was
    faster is not wrong: that is told when the step is taken."""
    wrong: dict[str, Invalid] = {}
    values: dict[str, Any] = {}
    for asked in step.fields:
        try:
            values |= entered((asked,), sent) if asked.name != "note" else {}
        except Invalid as error:
            wrong[asked.name] = error
    if not wrong:
        try:
            checked(session, actor, issue, step, values)
        except Invalid as error:
            wrong[error.field or ""] = error
        except Conflict:
            return {}
    return wrong


class Became(Word):
    """What became of one issue."""

    DONE = "done", N_("已办")
    OVERTAKEN = "overtaken", N_("别人先动了")
    REFUSED = "refused", N_("没有办成")
    GONE = "gone", N_("看不到了")


@dataclass
class Told:
    """What became of each issue, by id, and why not where it was refused: sentences without anybody's name."""

    became: dict[int, Became] = field(default_factory=dict)
    why: dict[int, str] = field(default_factory=dict)

    def note(self, issue_id: int, error: DomainError | None) -> None:
        """Note how a step ended."""
        if error is None:
            self.became[issue_id] = Became.DONE
        elif isinstance(error, Missing):
            self.became[issue_id] = Became.GONE
        elif isinstance(error, Conflict):
            self.became[issue_id] = Became.OVERTAKEN
        else:
            self.became[issue_id] = Became.REFUSED
            self.why[issue_id] = "" if error.params else error.message

    def count(self, became: Became) -> int:
        """How many ended so."""
        return Counter(self.became.values())[became]


def keep(session: Session, actor: Actor, step: Step, told: Told) -> int:
    """Keep what became of each as an audit entry, from which the page that tells it is read; gives its id."""
    by = {one: [id_ for id_, became in told.became.items() if became is one] for one in Became}
    audit.record(
        session,
        actor,
        ACTION,
        "issue",
        step.verb.value,
        why=[f"{id_}:{sentence}" for id_, sentence in told.why.items()],
        done=by[Became.DONE],
        overtaken=by[Became.OVERTAKEN],
        refused=by[Became.REFUSED],
        gone=by[Became.GONE],
    )
    session.flush()
    found = session.scalars(
        select(AuditEntry.id)
        .where(
            AuditEntry.actor_id == actor.recorded_id,
            AuditEntry.action == ACTION,
            AuditEntry.request_id == actor.request_id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one()
    return int(found)


@dataclass(frozen=True)
class Outcome:
    """One issue with what became of it; `why` is a sentence, `last` who moved it last when somebody else was faster."""

    issue: Issue | None
    became: Became
    why: str = ""
    last: Move | None = None

    @property
    def last_verb(self) -> Verb | None:
        """What was done last."""
        return next((verb for verb in Verb if self.last is not None and verb.value == self.last.verb), None)


def told_in(session: Session, actor: Actor, entry_id: int) -> tuple[Verb, list[Outcome]]:
    """What became of each issue of an earlier go of the actor's own, those not done first. Raises `Missing`. At most
    three queries."""
    entry = session.scalar(
        select(AuditEntry).where(
            AuditEntry.id == entry_id, AuditEntry.action == ACTION, AuditEntry.actor_id == actor.recorded_id
        )
    )
    verb = next((verb for verb in Verb if entry is not None and verb.value == entry.object_id), None)
    if entry is None or verb is None:
        raise Missing
    became = {id_: one for one in Became for id_ in entry.data.get(one.value, ())}
    why = dict(_parted(entry.data.get("why", ())))
    issues = session.scalars(select(Issue).where(Issue.id.in_(became), scope.visible(actor)).order_by(Issue.id)).all()
    last = _last_moves(session, [id_ for id_, one in became.items() if one is Became.OVERTAKEN])
    found = [Outcome(issue, became[issue.id], why.get(issue.id, ""), last.get(issue.id)) for issue in issues]
    seen = {issue.id for issue in issues}
    found += [Outcome(None, one) for id_, one in became.items() if id_ not in seen]
    return verb, sorted(found, key=lambda one: one.became is Became.DONE)


def _parted(lines: Iterable[Any]) -> Iterable[tuple[int, str]]:
    for line in lines:
        id_, _colon, sentence = str(line).partition(":")
        yield int(id_), sentence


def _last_moves(session: Session, ids: Collection[int]) -> dict[int, Move]:
    """The latest step of each of these issues, with who took it. One query when there are any."""
    if not ids:
        return {}
    moves = session.scalars(
        select(Move).where(Move.issue_id.in_(ids)).options(joinedload(Move.actor)).order_by(Move.id)
    )
    return {move.issue_id: move for move in moves}
