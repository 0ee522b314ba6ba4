"""The tabs and filters of the list of issues, as clauses."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from hengli_visits.actor import Actor
from hengli_visits.grams import holds
from hengli_visits.issues.rules import FINAL, WITH_UNIT
from hengli_visits.issues.scope import clauses, waits_for
from hengli_visits.issues.steps import Part
from hengli_visits.models import Category, Issue, IssueState as S, Urgency
from hengli_visits.wording import N_, Word

APART = (*FINAL, S.PARKED)
"""What does not go on at present: ended, or 挂账, which stands apart in every figure."""


BY_DUE = (Issue.step_due_at.asc().nulls_last(), Issue.id.desc())
"""What is due next comes first, what has no deadline last."""


class Pressing(Word):
    """How pressing the issues of a narrowed list are."""

    AMBER = "amber", N_("即将超期")
    OVERDUE = "overdue", N_("已超期")
    KEPT = "kept", N_("按期办结")
    KEPT_ORIGINAL = "kept_original", N_("按原定期限办结")


@dataclass(frozen=True)
class Tab:
    """One tab of a role's list. `states`: it holds the issues of these states and no others. `apart`: it holds few, and
    its clause costs so much that the database had better find them than try every issue."""

    key: str
    label: str
    clause: Callable[[Actor, datetime], ColumnElement[bool]]
    states: frozenset[S] | None = None
    apart: bool = False


def overdue(now: datetime) -> ColumnElement[bool]:
    """Issues whose present step is late."""
    return and_(Issue.step_due_at.is_not(None), Issue.step_due_at <= now)


def amber(now: datetime) -> ColumnElement[bool]:
    """Issues whose present step has used three quarters of its time and is not late."""
    return and_(Issue.amber_at <= now, Issue.step_due_at > now)


def kept(_now: datetime) -> ColumnElement[bool]:
    """Closed issues whose unit answered by its due date, extended or not. What no unit had to answer is left out, also
    what was merged into another and got its answer."""
    return and_(Issue.state == S.CLOSED, Issue.answered_at <= Issue.due_at, Issue.main_issue_id.is_(None))


def kept_original(now: datetime) -> ColumnElement[bool]:
    """Of these the ones whose unit answered by the due date that it had before any extension."""
    return and_(kept(now), Issue.answered_at <= func.coalesce(Issue.original_due_at, Issue.due_at))


def _own_unit(actor: Actor, *states: S) -> ColumnElement[bool]:
    own = clauses(actor)
    return and_(or_(own[Part.HANDLER], own[Part.CO_HANDLER]), Issue.state.in_(states))


def _helps(actor: Actor) -> ColumnElement[bool]:
    return and_(clauses(actor)[Part.CO_HANDLER], Issue.state.in_(WITH_UNIT))


def _of(key: str, label: str, *states: S) -> Tab:
    return Tab(key, label, lambda _actor, _now: Issue.state.in_(states), frozenset(states))


NEED = Tab("need", N_("需要处理"), lambda actor, _now: waits_for(actor), apart=True)
TRIAGE = _of("triage", N_("待受理"), S.TRIAGE)
RETURNED = _of("returned", N_("退单待审"), S.RETURN_REVIEW)
REVIEW = _of("review", N_("待审核"), S.ANSWER_REVIEW)
REVISIT = _of("revisit", N_("待回访"), S.REVISIT_DUE)
WORKING = _of("working", N_("办理中"), *WITH_UNIT)
OVERDUE = Tab("overdue", N_("已超期"), lambda _actor, now: overdue(now))
OPEN = _of("open", N_("进行中"), *(state for state in S if state not in APART))
PARKED = _of("parked", S.PARKED.label, S.PARKED)
SUPERVISED = Tab("supervised", N_("督办中"), lambda _actor, _now: Issue.supervision.is_not(None))
EXTENSION = Tab("extension", N_("待批延期"), lambda _actor, _now: Issue.extension_until.is_not(None))
HELPING = Tab("helping", N_("协办"), lambda actor, _now: _helps(actor))
ENDED = _of("ended", N_("已结束"), *FINAL)
ALL = Tab("all", N_("全部"), lambda _actor, _now: true(), frozenset(S))
SIGN = Tab("sign", N_("待签收"), lambda actor, _now: _own_unit(actor, S.DISPATCHED))
IN_HAND = Tab("in_hand", N_("办理中"), lambda actor, _now: _own_unit(actor, S.IN_PROGRESS))
UNIT_AMBER = Tab("amber", N_("即将超期"), lambda actor, now: _own_unit(actor, *WITH_UNIT) & amber(now))
UNIT_LATE = Tab("late", N_("已超期"), lambda actor, now: _own_unit(actor, *WITH_UNIT) & overdue(now))


def tabs_of(actor: Actor) -> tuple[Tab, ...]:
    """The tabs of an actor's list, the most pressing first. Who has several roles gets the widest one's, and a unit's
    own beside it."""
    own: tuple[Tab, ...] = (SIGN, IN_HAND, HELPING, UNIT_AMBER, UNIT_LATE) if actor.is_handler else ()
    watched = (OVERDUE, SUPERVISED, EXTENSION, PARKED)
    if actor.is_coordinator:
        return (NEED, *own, TRIAGE, RETURNED, REVIEW, REVISIT, WORKING, *watched, OPEN, ALL)
    if actor.is_leader and not actor.is_area_lead:
        return (NEED, *own, TRIAGE, WORKING, REVISIT, OVERDUE, SUPERVISED, PARKED, OPEN, ALL)
    if actor.is_leader:
        return (NEED, *own, TRIAGE, WORKING, REVISIT, *watched, OPEN, ALL)
    if actor.is_area_lead:
        return (NEED, *own, *watched, OPEN, ALL)
    if actor.is_handler:
        return (*own, PARKED, *((REVISIT,) if actor.is_visitor else ()), ALL)
    return (REVISIT, OPEN, PARKED, ENDED)


PRESSING = {
    Pressing.AMBER: amber,
    Pressing.OVERDUE: overdue,
    Pressing.KEPT: kept,
    Pressing.KEPT_ORIGINAL: kept_original,
}
NO_CATEGORY = "0"


def names_category(text: str) -> ColumnElement[bool]:
    """Categories that an address names: by their name, or one by its id in digits."""
    is_id = text.isascii() and text.isdigit() and len(text) < 10
    return Category.id == int(text) if is_id else Category.name == text


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; everything may be absent. `category` is a category's name, or its id in digits; 0
    finds what has none."""

    state: S | None = None
    unit: int | None = None
    area: int | None = None
    group: int | None = None
    campaign: int | None = None
    category: str = ""
    urgency: Urgency | None = None
    due: Pressing | None = None
    q: str = ""

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return any(getattr(self, field.name) for field in fields(self))

    def clause(self, now: datetime) -> ColumnElement[bool]:
        """The issues that are left."""
        equal = (
            (Issue.state, self.state),
            (Issue.lead_unit_id, self.unit),
            (Issue.area_id, self.area),
            (Issue.group_id, self.group),
            (Issue.campaign_id, self.campaign),
            (Issue.urgency, self.urgency),
        )
        found: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
        if self.category == NO_CATEGORY:
            found.append(Issue.category_id.is_(None))
        elif self.category:
            found.append(Issue.category_id.in_(select(Category.id).where(names_category(self.category))))
        if self.due is not None:
            found.append(PRESSING[self.due](now))
        if self.q.strip():
            found.append(holds_words(self.q))
        return and_(true(), *found)


def holds_words(text: str) -> ColumnElement[bool]:
    """Issues whose number, title or words hold every word of `text`."""
    return holds(text, Issue.id, Issue.number, Issue.title, Issue.words)
