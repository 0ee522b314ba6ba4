"""In which sense a move of an issue concerns somebody, the most pressing first."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, False_, and_, false, or_

from hengli_visits.actor import Actor
from hengli_visits.issues.rules import MOVES, WITH_UNIT
from hengli_visits.issues.scope import clauses
from hengli_visits.issues.steps import Part, Verb
from hengli_visits.models import IssueState as S, Move, Result
from hengli_visits.notices.rules import NEWS_STATES, Kind

Sense = tuple[ColumnElement[bool], Kind]


def senses(actor: Actor) -> list[Sense]:
    """The senses in which the move of an issue can concern the actor."""
    found = [*_judging(actor), *_office(actor), *_unit(actor), *_time(actor), *_resident(actor)]
    return [(clause, kind) for clause, kind in found if not isinstance(clause, False_)]


def _to(*states: S) -> ColumnElement[bool]:
    """The move brought the issue into one of these states."""
    return and_(Move.to_state.in_(states), or_(Move.from_state.is_(None), Move.from_state != Move.to_state))


def _by(*verbs: Verb) -> ColumnElement[bool]:
    return Move.verb.in_([verb.value for verb in verbs])


def _judging(actor: Actor) -> Iterable[Sense]:
    part = clauses(actor)
    asks_to_park = Move.data["result"].as_string() == Result.TO_PARK.value
    yield part[Part.RETURN_JUDGE] & _to(S.RETURN_REVIEW), Kind.RETURNED
    yield part[Part.PARK_JUDGE] & _by(Verb.ANSWER) & asks_to_park, Kind.PARKING
    yield part[Part.EXTENSION_JUDGE] & _by(Verb.ASK_EXTENSION), Kind.EXTENSION_ASKED
    yield part[Part.PARK_JUDGE] & _by(Verb.NEAR_DUE, Verb.OVERDUE) & (Move.to_state == S.PARKED), Kind.REVIEW


def _office(actor: Actor) -> Iterable[Sense]:
    part = clauses(actor)
    office, leader = part[Part.COORDINATOR], part[Part.LEADER]
    yield or_(office, leader) & _to(S.TRIAGE), Kind.TRIAGE
    yield leader & _to(S.ON_THE_SPOT), Kind.SPOT
    yield office & _to(S.ANSWER_REVIEW), Kind.ANSWERED
    yield office & _to(S.REDO), Kind.REDO


def _unit(actor: Actor) -> Iterable[Sense]:
    part = clauses(actor)
    lead, helping = part[Part.HANDLER], part[Part.CO_HANDLER]
    sent = or_(_to(S.DISPATCHED), _by(Verb.REDIRECT))
    yield or_(lead, helping) & sent, Kind.DISPATCHED
    yield lead & _by(Verb.REWORK, Verb.REFUSE_PARK), Kind.REWORK
    yield lead & _by(Verb.RESUME), Kind.RESUMED
    yield lead & _by(Verb.PARK, Verb.PARK_ON), Kind.PARKED
    yield lead & _by(Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION), Kind.EXTENSION
    yield lead & _by(Verb.REMIND, Verb.SUPERVISE, Verb.ESCALATE), Kind.PRESSED
    yield lead & _by(Verb.LIFT), Kind.LIFTED
    own = Move.data["co_unit_id"].as_integer().in_(sorted(actor.units)) if actor.units else false()
    yield helping & _by(Verb.SET_PART) & own, Kind.PART
    yield lead & _by(Verb.CLOSE_PART), Kind.PART_DONE


def _time(actor: Actor) -> Iterable[Sense]:
    """Those whose turn it is; who watches over units is told only when one is late, the leader when a revisit is."""
    part = clauses(actor)
    turns = [
        part[who] & Move.to_state.in_(step.sources)
        for step in MOVES
        if step.target is not None and step.target is not S.PARKED
        for who in step.duty
    ]
    turn = or_(false(), *turns)
    over_units = or_(part[Part.COORDINATOR], part[Part.AREA_LEAD]) & Move.to_state.in_(WITH_UNIT)
    over_revisits = part[Part.LEADER] & (Move.to_state == S.REVISIT_DUE)
    yield or_(turn, over_units, over_revisits) & _by(Verb.OVERDUE), Kind.OVERDUE
    yield turn & _by(Verb.NEAR_DUE), Kind.NEAR_DUE
    yield over_units & _by(Verb.ESCALATE), Kind.ESCALATED


def _resident(actor: Actor) -> Iterable[Sense]:
    part = clauses(actor)
    yield part[Part.VISITOR] & _to(S.REVISIT_DUE), Kind.REVISIT
    yield part[Part.RAISER] & _to(*NEWS_STATES), Kind.NEWS
