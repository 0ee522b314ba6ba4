"""The one stream of what concerns a person: legs of one shape, read from different rows, joined by UNION ALL."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from hengli_visits import clock
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.assignments.scope import own
from hengli_visits.models import (
    Absence,
    Assignment,
    AssignmentMove,
    AssignmentState,
    AssignmentVerb,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Group,
    GroupMember,
    Issue,
    Move,
    Nudge,
    RoleGrant,
    Visit,
    VisitRevision,
)
from hengli_visits.notices.rules import Kind
from hengli_visits.notices.senses import senses

Leg = Select[Any]
"""Columns `kind`, `ref` (the id of a move, an assignment's move, a visit, a reminder or an absence), `at` and `size`
(households)."""


HANDING = (
    AssignmentVerb.GIVE,
    AssignmentVerb.SHARE,
    AssignmentVerb.SWAP,
    AssignmentVerb.TAKE_BACK,
    AssignmentVerb.UNDO,
    AssignmentVerb.HAND_OVER,
    AssignmentVerb.HAND_BACK,
    AssignmentVerb.CLAIM,
    AssignmentVerb.TO_GROUP,
    AssignmentVerb.UNTARGET,
)
"""Moves of an assignment that may change its visitors."""


def feed(actor: Actor, since: datetime) -> Subquery:
    """Everything since a moment that concerns the actor and that others did. A move of an issue concerns a person once,
    in the most pressing sense."""
    legs: list[Leg] = []
    if actor.is_visitor:
        legs += [_given(actor, since), _taken(actor, since), _company(actor, since), _sent_again(actor, since)]
        legs.append(_nudged(actor, since))
    if actor.is_visitor or actor.is_leader or actor.is_coordinator:
        legs += [_leave(actor, since), _returned(actor, since)]
    legs.append(_issues(actor, since))
    if actor.is_leader:
        legs += [_unreachable(actor, since), _doubtful_visits(actor, since)]
    return union_all(*legs).subquery("feed")


def _leg(kind: ColumnElement[Any], ref: Any, at: Any, size: Any) -> Leg:
    return select(kind.label("kind"), ref.label("ref"), at.label("at"), size.label("size"))


def _by_others(column: InstrumentedAttribute[int | None], actor: Actor) -> ColumnElement[bool]:
    return or_(column.is_(None), column != actor.id)


def _named(side: InstrumentedAttribute[dict[str, Any]], member_id: int) -> ColumnElement[bool]:
    """Whether a move's JSON names a member among its visitors, the same on every database: "[3, 12]" read as ",3,12,"."""
    text = side["visitors"].as_string()
    for old, new in ((" ", ""), ("[", ","), ("]", ",")):
        text = func.replace(text, old, new)
    return func.coalesce(text, "").like(f"%,{member_id},%")


def _still_mine(actor: Actor) -> Select[int]:
    return select(AssignmentVisitor.assignment_id).where(AssignmentVisitor.member_id == actor.id)


def _open_to(actor: Actor) -> Select[int]:
    return select(Assignment.id).where(own(actor))


def _changed_hands(kind: Kind, since: datetime, actor: Actor) -> Leg:
    """Households that changed hands: one notice for all that one step of somebody did."""
    move = AssignmentMove
    return (
        _leg(literal(kind.value), func.max(move.id), func.max(move.at), func.count(move.assignment_id.distinct()))
        .where(move.verb.in_(HANDING), move.at >= since, _by_others(move.actor_id, actor))
        .group_by(move.at, move.actor_id)
    )


def _given(actor: Actor, since: datetime) -> Leg:
    move = AssignmentMove
    return _changed_hands(Kind.GIVEN, since, actor).where(
        move.assignment_id.in_(_open_to(actor)), _named(move.after, actor.id), ~_named(move.before, actor.id)
    )


def _taken(actor: Actor, since: datetime) -> Leg:
    move = AssignmentMove
    return _changed_hands(Kind.TAKEN, since, actor).where(
        move.assignment_id.not_in(_still_mine(actor)), _named(move.before, actor.id), ~_named(move.after, actor.id)
    )


def _company(actor: Actor, since: datetime) -> Leg:
    """Households that stay the actor's, but with other people: a partner went on leave, came back, was exchanged."""
    move = AssignmentMove
    return _changed_hands(Kind.COMPANY, since, actor).where(
        move.assignment_id.in_(_open_to(actor)),
        _named(move.before, actor.id),
        _named(move.after, actor.id),
        move.before["visitors"].as_string() != move.after["visitors"].as_string(),
    )


def _led_members(actor: Actor) -> ColumnElement[bool]:
    """Absences of whom the actor leads: members and leaders of led groups; for coordinators all who lead a group."""
    led = sorted(actor.led_groups)
    leaders = select(RoleGrant.member_id).where(RoleGrant.group_id.is_not(None), holds(clock.today()))
    if not actor.is_coordinator:
        leaders = leaders.where(RoleGrant.group_id.in_(led))
    members = select(GroupMember.member_id).where(GroupMember.group_id.in_(led), GroupMember.left_at.is_(None))
    return (Absence.member_id != actor.id) & or_(Absence.member_id.in_(leaders), Absence.member_id.in_(members))


def _leave(actor: Actor, since: datetime) -> Leg:
    """Leave that members noted themselves, for those who lead them, and leave that somebody noted for the actor."""
    themselves = (Absence.noted_by_id == Absence.member_id) & _led_members(actor)
    for_me = (Absence.member_id == actor.id) & _by_others(Absence.noted_by_id, actor)
    return _leg(literal(Kind.LEAVE.value), Absence.id, Absence.noted_at, literal(1)).where(
        Absence.noted_at >= since, or_(themselves, for_me)
    )


def _returned(actor: Actor, since: datetime) -> Leg:
    """Members who said that they are back, for those who lead them."""
    return _leg(literal(Kind.BACK.value), Absence.id, Absence.ended_at, literal(1)).where(
        Absence.ended_at >= since, Absence.ended_by_id == Absence.member_id, _led_members(actor)
    )


def _sent_again(actor: Actor, since: datetime) -> Leg:
    move = AssignmentMove
    return _leg(literal(Kind.AGAIN.value), move.id, move.at, literal(1)).where(
        move.verb == AssignmentVerb.REFUSE,
        move.at >= since,
        _by_others(move.actor_id, actor),
        move.assignment_id.in_(_open_to(actor)),
    )


def _nudged(actor: Actor, since: datetime) -> Leg:
    """Reminders, as long as the campaign runs and the actor still has a round in it."""
    running = (
        select(Group.campaign_id)
        .join(Campaign, Campaign.id == Group.campaign_id)
        .where(Group.id.in_(sorted(actor.groups)), Campaign.state == CampaignState.RUNNING)
    )
    return _leg(literal(Kind.NUDGED.value), Nudge.id, Nudge.at, Nudge.households).where(
        Nudge.member_id == actor.id,
        Nudge.at >= since,
        _by_others(Nudge.by_id, actor),
        Nudge.campaign_id.in_(running),
    )


def _issues(actor: Actor, since: datetime) -> Leg:
    found = senses(actor)
    kind = case(*((clause, literal(sense.value)) for clause, sense in found))
    return (
        _leg(kind, Move.id, Move.at, literal(1))
        .join(Issue, Issue.id == Move.issue_id)
        .where(
            Move.at >= since,
            _by_others(Move.actor_id, actor),
            or_(false(), *(clause for clause, _ in found)),
        )
    )


def _unreachable(actor: Actor, since: datetime) -> Leg:
    move = AssignmentMove
    return (
        _leg(literal(Kind.UNREACHABLE.value), func.max(move.id), func.max(move.at), literal(1))
        .join(Assignment, Assignment.id == move.assignment_id)
        .where(
            move.verb == AssignmentVerb.VISIT,
            move.at >= since,
            _by_others(move.actor_id, actor),
            Assignment.group_id.in_(sorted(actor.led_groups)),
            Assignment.state == AssignmentState.UNREACHABLE,
            Assignment.confirmed_at.is_(None),
            Assignment.removed_at.is_(None),
        )
        .group_by(move.assignment_id)
    )


def _doubtful_visits(actor: Actor, since: datetime) -> Leg:
    """Visits that a leader should look at. A visit is told of once, for what presses most; its page tells the rest."""
    revised = (
        select(func.max(VisitRevision.at))
        .where(VisitRevision.visit_id == Visit.id, VisitRevision.chosen.is_(False))
        .scalar_subquery()
    )
    kind = case(
        (Visit.clashing, literal(Kind.CLASH.value)),
        (Visit.late, literal(Kind.LATE.value)),
        (Visit.stray, literal(Kind.STRAY.value)),
        else_=literal(Kind.CLOCK.value),
    )
    at = case((Visit.clashing, func.coalesce(revised, Visit.received_at)), else_=Visit.received_at)
    return (
        _leg(kind, Visit.id, at, literal(1))
        .join(Assignment, Assignment.id == Visit.assignment_id)
        .where(
            or_(Visit.clashing, Visit.late, Visit.stray, Visit.clock_doubtful),
            Visit.voided_at.is_(None),
            at >= since,
            or_(Visit.clashing, Visit.author_id != actor.id),
            Assignment.group_id.in_(sorted(actor.led_groups)),
            Assignment.removed_at.is_(None),
        )
    )
