"""Random walks: several issues of a town, moved by whoever may, merged and pressed on, keep what always holds; and all
their figures can be read again from the moves alone."""

from collections import defaultdict
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Invalid
from hengli_visits.issues import actions
from hengli_visits.issues.actions.pressing import press_late
from hengli_visits.issues.queries import parts_of
from hengli_visits.issues.rules import FINAL, available
from hengli_visits.issues.steps import Step, Verb, Way
from hengli_visits.models import (
    Contentment,
    Issue,
    IssueState,
    Move,
    Result,
    Revisit,
    Role,
    Solved,
    Supervision,
    Urgency,
)
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import grant
from tests.issues.making import actor_for, good_data, open_one, parking, tell
from tests.issues.recount import broken, differing

WALKERS = ("coordinator", "handler", "visitor", "area_lead", "leader", "other_handler", "stranger", "coordinator")
ISSUES = 12
RARELY = (Verb.WITHDRAW, Verb.REFUSE, Verb.ABOUT, Verb.REDIRECT, Verb.LIFT, Verb.RELEASE_IDENTITY)


class Walk:
    """A town with a dozen issues, in which everybody does what they may."""

    def __init__(self, session: Session, cast: Cast, standing: Clock, seed: int) -> None:
        self.session, self.cast, self.clock, self.rng = session, cast, standing, Random(seed)
        grant(session, cast.stranger, Role.HANDLER, organisation_id=cast.committee.id)
        self.actors: dict[str, Actor] = {name: actor_for(session, getattr(cast, name)) for name in set(WALKERS)}
        self.issues = [self._open() for _ in range(ISSUES)]

    def _open(self) -> Issue:
        pairs = (self.cast.assignment, self.cast.second_assignment)
        return open_one(self.session, self.cast, self.rng.choice(pairs))

    def moves(self) -> int:
        return len(self.session.scalars(select(Move.id)).all())

    def go(self) -> None:
        """One try of somebody at some issue; now and then time passes and the program looks for what is late."""
        if self.rng.random() < 0.12:
            self.clock.time += timedelta(hours=self.rng.randrange(1, 40))
            if press_late(self.session, clock.now()):
                assert press_late(self.session, clock.now()) == 0, "a second run finds nothing more"
        number = self.rng.randrange(ISSUES)
        issue = self.issues[number]
        if issue.state in FINAL and self.rng.random() < 0.2:
            self.issues[number] = issue = self._open()
        name = self.rng.choice(WALKERS)
        steps = available(issue, parts_of(self.session, self.actors[name], issue.id), clock.now())
        steps = [step for step in steps if step.verb not in RARELY or self.rng.random() < 0.06]
        if steps:
            self._take(issue, name, self.rng.choice(steps))

    def _take(self, issue: Issue, name: str, step: Step) -> None:
        try:
            if step.way is Way.REVISIT:
                self._tell(issue, name)
            else:
                actions.move(self.session, self.actors[name], issue, step.verb, self._data(issue, step))
        except (Invalid, Conflict):
            return  # what was drawn does not fit: another is drawn

    def _tell(self, issue: Issue, name: str) -> None:
        if self.rng.random() < 0.3:
            tell(self.session, self.cast, issue, name, reached=False)
            return
        solved = self.rng.choice(tuple(Solved))
        tell(self.session, self.cast, issue, name, solved=solved, contentment=Contentment.UNRATED)

    def _data(self, issue: Issue, step: Step) -> dict[str, Any]:
        units = [self.cast.unit.id, self.cast.other_unit.id, self.cast.committee.id]
        lead, other, helping = self.rng.sample(units, 3)
        today, rng = clock.today(), self.rng
        chosen: dict[str, Any] = {
            "lead_unit_id": lead,
            "to_unit_id": other,
            "co_unit_ids": [helping],
            "co_unit_id": helping,
            "urgency": rng.choice(tuple(Urgency)),
            "main_issue_id": rng.choice(self.issues).number,
            "extension_until": today + timedelta(days=rng.randrange(1, 50)),
            "supervision": rng.choice((Supervision.WRITTEN, Supervision.CIRCULATED)),
            "review_on": today + timedelta(days=rng.randrange(1, 80)),
            "contacted_at": clock.now(),
        }
        data = good_data(self.cast, step.verb)
        if step.verb is Verb.ANSWER:
            data |= parking() if rng.random() < 0.3 else {"result": rng.choice((Result.SOLVED, Result.PARTLY))}
        if step.verb is Verb.ABOUT:
            return {"about_unit_id": rng.choice((None, other))}
        return data | {name: value for name, value in chosen.items() if name in {field.name for field in step.fields}}

    def check(self) -> None:
        """All issues, also those that were exchanged for new ones."""
        moves: dict[int, list[Move]] = defaultdict(list)
        revisits: dict[int, list[Revisit]] = defaultdict(list)
        for move in self.session.scalars(select(Move).order_by(Move.id)):
            moves[move.issue_id].append(move)
        for one in self.session.scalars(select(Revisit)):
            revisits[one.issue_id].append(one)
        for issue in self.session.scalars(select(Issue)):
            assert broken(issue, moves[issue.id], revisits[issue.id]) == [], (issue.number, moves[issue.id][-1].verb)
            assert differing(issue, moves[issue.id]) == {}, (issue.number, moves[issue.id][-1].verb)
        self._check_merged()

    def _check_merged(self) -> None:
        rows = {issue.id: issue for issue in self.session.scalars(select(Issue))}
        for issue in rows.values():
            if issue.state is IssueState.MERGED:
                main = rows[issue.main_issue_id or 0]
                assert main.main_issue_id is None, "a main one is merged into none"
                assert main.state not in (IssueState.NOT_ACCEPTED, IssueState.WITHDRAWN), (
                    "nothing waits for what has ended"
                )


def walk(session: Session, cast: Cast, standing: Clock, seed: int, moves: int, every: int) -> Walk:
    """Go on until so many moves are there."""
    town = Walk(session, cast, standing, seed)
    while town.moves() < moves:
        for _ in range(every):
            town.go()
        town.check()
        session.commit()
    return town


FOLLOWING = {Verb.MERGE, Verb.UNMERGE, Verb.FOLLOW_ANSWER}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_walk_in_which_issues_are_merged(session: Session, cast: Cast, standing_clock: Clock) -> None:
    walk(session, cast, standing_clock, seed=20260629, moves=800, every=100)
    told = set(session.scalars(select(Move.verb).distinct()))
    assert {verb.value for verb in FOLLOWING} - told == set()


def test_a_shorter_walk_on_both_databases(session: Session, cast: Cast, standing_clock: Clock) -> None:
    walk(session, cast, standing_clock, seed=7, moves=200, every=100)
