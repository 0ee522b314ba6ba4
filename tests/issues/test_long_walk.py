"""Ten thousand random moves of single issues through the table and its effects, without a database: after each, all that
always holds, and everything that the moves alone tell. Merged issues walk in test_walks.py, with a database."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from hengli_visits import clock
from hengli_visits.issues.effects import changes_of
from hengli_visits.issues.entries import written
from hengli_visits.issues.ledger import pressed, told
from hengli_visits.issues.limits import Terms, clocks
from hengli_visits.issues.rules import BY_VERB, FINAL, MOVES, WITH_UNIT, available, fields_for, revisit_verb
from hengli_visits.issues.steps import Field, Kind, Limit, Part, Step, Verb, Way
from hengli_visits.issues.workdays import Calendar
from hengli_visits.models import Campaign, Issue, IssueState, Move, Revisit, Solved, Supervision, Urgency
from tests.conftest import Clock
from tests.issues.recount import broken, differing

MOST = 10_000
LONGEST = 60
PEOPLE = (
    {Part.COORDINATOR, Part.RETURN_JUDGE, Part.PARK_JUDGE, Part.EXTENSION_JUDGE},
    {Part.HANDLER, Part.HANDLED},
    {Part.VISITOR, Part.RAISER},
    {Part.AREA_LEAD, Part.PARK_JUDGE},
)
MERGING = {Verb.MERGE, Verb.UNMERGE, Verb.FOLLOW_ANSWER, Verb.MAIN_ENDED, Verb.MERGED_REDO, Verb.REVISIT_FOLLOW}
ENDING = {Verb.WITHDRAW, Verb.REFUSE}
CAMPAIGN = Campaign(
    triage_days=1, sign_days=1, ordinary_days=5, complex_days=15, revisit_days=3, urgent_hours=24, written_days=1
)


class Life:
    """One issue from its opening on."""

    def __init__(self, rng: Random, standing: Clock) -> None:
        self.rng, self.clock = rng, standing
        self.issue = Issue(
            id=1, state=IssueState.TRIAGE, round=1, returns=0, extensions=0, urgency=Urgency.ORDINARY, done="", reply="",
            interim="", household_id=1, identity_released=False, raised_at=clock.now(),
        )  # fmt: skip
        self.moves: list[Move] = []
        self.revisits: list[Revisit] = []
        self._set(clocks(Limit.OFFICE, self.issue, {}, self._terms()))
        self.moves.append(told(self.issue, BY_VERB[Verb.OPEN], self._terms(), before=None, data={}))

    def _terms(self) -> Terms:
        return Terms(clock.now(), Calendar(), CAMPAIGN, 1)

    def _set(self, changes: dict[str, Any]) -> None:
        for name, value in changes.items():
            setattr(self.issue, name, value)

    def go(self) -> Verb | None:
        """What somebody or time does next; None when nothing is open to who was drawn."""
        self.clock.time += timedelta(hours=self.rng.expovariate(1 / 6))
        step = next(self._by_time(), None) or self._by_somebody()
        if step is None:
            return None
        values: dict[str, Any] = {}
        for field in fields_for(step, self.issue):
            if field.given is None or values[field.given[0]] is field.given[1]:
                values[field.name] = self._value(field)
        if step.verb in (Verb.OVERDUE, Verb.ESCALATE):
            values = {"supervision": self._level(step)}
        before, terms = self.issue.state, self._terms()
        changes = changes_of(step, self.issue, values, terms)
        data = written(values) | pressed(self.issue, changes)
        self._set(changes)
        self.moves.append(told(self.issue, step, terms, before=before, data=data))
        return step.verb

    def _by_time(self) -> Iterator[Step]:
        issue, now = self.issue, clock.now()
        if issue.step_due_at is None:
            return
        if issue.amber_at and issue.amber_at <= now < issue.step_due_at and issue.amber_told_at is None:
            yield BY_VERB[Verb.NEAR_DUE]
        if issue.step_due_at <= now and issue.extension_until is None:
            if issue.overdue_told_at is None:
                yield BY_VERB[Verb.OVERDUE]
            if issue.state in WITH_UNIT and issue.supervision in (Supervision.REMINDED, Supervision.WRITTEN):
                yield BY_VERB[Verb.ESCALATE]

    def _level(self, step: Step) -> Supervision | None:
        if step.verb is Verb.ESCALATE:
            return Supervision.WRITTEN if self.issue.supervision is Supervision.REMINDED else Supervision.CIRCULATED
        return Supervision.REMINDED if self.issue.state in WITH_UNIT and self.issue.supervision is None else None

    def _by_somebody(self) -> Step | None:
        parts = frozenset(self.rng.choice(PEOPLE))
        steps = [step for step in available(self.issue, parts, clock.now()) if step.verb not in MERGING]
        steps = [step for step in steps if step.verb not in ENDING or self.rng.random() < 0.03]
        step = self.rng.choice(steps) if steps else None
        if step is not None and step.way is Way.REVISIT:
            return self._told_to_the_resident()
        return step

    def _told_to_the_resident(self) -> Step:
        reached = self.rng.random() < 0.5
        solved = self.rng.choice(tuple(Solved)) if reached else None
        missed = sum(not one.reached and one.round == self.issue.round for one in self.revisits)
        self.revisits.append(Revisit(round=self.issue.round, reached=reached, solved=solved, late=False))
        return BY_VERB[revisit_verb(reached, solved, missed)]

    def _value(self, field: Field) -> Any:
        rng, today = self.rng, clock.today()
        match field.kind:
            case Kind.WORD:
                return rng.choice(field.words)
            case Kind.UNIT | Kind.CATEGORY | Kind.CO_UNIT:
                return rng.randrange(1, 4)
            case Kind.UNITS:
                return [4]
            case Kind.AHEAD:
                later = (self.issue.due_at or clock.now()) if field.name == "extension_until" else clock.now()
                return max(clock.town_time(later).date(), today) + timedelta(days=rng.randrange(1, 30))
            case Kind.DAY:
                return today
            case Kind.DAYS:
                return rng.choice((None, 3, 10))
            case Kind.MOMENT:
                return clock.now()
            case _:
                return "话"


def test_ten_thousand_moves(standing_clock: Clock) -> None:
    rng, taken = Random(20260629), Counter[Verb]()
    while taken.total() < MOST:
        life = Life(rng, standing_clock)
        for _ in range(LONGEST):
            verb = life.go()
            if verb is None:
                continue
            taken[verb] += 1
            assert broken(life.issue, life.moves, life.revisits) == [], [(m.verb, m.data) for m in life.moves[-5:]]
            assert differing(life.issue, life.moves) == {}, verb
            if life.issue.state in FINAL and verb not in (Verb.REVISIT_CLOSE, Verb.REVISIT_UNREACHED):
                break
    wanted = {step.verb for step in MOVES if step.way in (Way.FORM, Way.REVISIT)} - MERGING
    wanted -= {Verb.SET_PART, Verb.CLOSE_PART, Verb.REVISIT_LATE}
    assert wanted - set(taken) == set(), "every step was taken"
