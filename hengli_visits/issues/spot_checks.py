"""抽查: which ended issues a sample is drawn from, and what its figures are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.issues.rules import BY_VERB
from hengli_visits.issues.sampling import draw
from hengli_visits.issues.scope import clauses, visible
from hengli_visits.issues.steps import Part, Verb
from hengli_visits.models import (
    Contentment,
    Issue,
    IssueState,
    Move,
    Revisit,
    Solved,
    SpotCheck,
    SpotCheckItem,
)
from hengli_visits.paging import Page, paginate

MOST = 100
"""The largest sample: each of its issues is asked about once more, by hand."""
USUAL = 20
PAGE_SIZE = 30
OWN_PARTS = (Part.HANDLER, Part.CO_HANDLER, Part.HANDLED, Part.RAISER)
OWN_STEPS = (Verb.SOLVE_ON_THE_SPOT.value, Verb.CLOSE_ON_THE_SPOT.value)
"""What somebody did who said themselves that an issue was solved on the spot."""


@dataclass(frozen=True)
class Wishes:
    """From which ended issues to draw; empty: from all. `until` is the last day."""

    campaign: int | None = None
    area: int | None = None
    unit: int | None = None
    since: date | None = None
    until: date | None = None
    on_the_spot: bool = False

    def clause(self) -> ColumnElement[bool]:
        """The issues that are wished for."""
        found: list[ColumnElement[bool]] = [Issue.state == IssueState.CLOSED]
        found += [
            column == value
            for column, value in (
                (Issue.campaign_id, self.campaign),
                (Issue.area_id, self.area),
                (Issue.lead_unit_id, self.unit),
            )
            if value is not None
        ]
        if self.since is not None:
            found.append(Issue.closed_at >= _midnight(self.since))
        if self.until is not None:
            found.append(Issue.closed_at < _midnight(self.until + timedelta(days=1)))
        if self.on_the_spot:
            found.append(Issue.dispatched_at.is_(None))
        return and_(*found)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Wishes":
        """As a row tells them."""
        days = {name: date.fromisoformat(told[name]) for name in ("since", "until") if name in told}
        return cls(**({field.name: told[field.name] for field in fields(cls) if field.name in told} | days))

    def written(self) -> dict[str, Any]:
        """As a row holds them; what is empty is left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: v.isoformat() if isinstance(v, date) else v for name, v in values.items() if v}


def _midnight(day: date) -> datetime:
    return clock.from_town(datetime.combine(day, time()))


def own_hand(actor: Actor) -> ColumnElement[bool]:
    """Issues that the actor raised, handled, called solved on the spot or revisited: they do not check these."""
    parts = clauses(actor)
    revisited = exists().where(Revisit.issue_id == Issue.id, Revisit.revisitor_id == actor.id)
    spoke = exists().where(Move.issue_id == Issue.id, Move.actor_id == actor.id, Move.verb.in_(OWN_STEPS))
    return or_(*(parts[part] for part in OWN_PARTS), revisited, spoke)


def population(session: Session, actor: Actor, wishes: Wishes) -> tuple[list[int], int]:
    """The ids of the issues that the actor may draw from, ascending, and how many are left out as their own. Two
    queries."""
    wanted, own = and_(visible(actor), wishes.clause()), own_hand(actor)
    ids = session.scalars(select(Issue.id).where(wanted, ~own).order_by(Issue.id)).all()
    left_out = session.scalar(select(func.count(Issue.id)).where(wanted, own))
    return list(ids), left_out or 0


def draws_the_same(check: SpotCheck, items: Iterable[int]) -> bool:
    """Whether the sample follows from its seed and the issues that there were."""
    return draw(check.wishes.get("ids", ()), check.size, check.seed) == sorted(items)


def is_own(session: Session, actor: Actor, issue_id: int) -> bool:
    """Whether the actor had a hand in an issue. One query."""
    return session.scalar(select(Issue.id).where(Issue.id == issue_id, own_hand(actor))) is not None


def page_of_checks(session: Session, number: int) -> Page[SpotCheck]:
    """A page of samples, the latest first, with who drew them and what was found. Four queries."""
    query = (
        select(SpotCheck)
        .options(joinedload(SpotCheck.drawn_by), selectinload(SpotCheck.items))
        .order_by(SpotCheck.id.desc())
    )
    return paginate(session, query, number, PAGE_SIZE)


def find_check(session: Session, check_id: int) -> SpotCheck | None:
    """A sample with who drew it and all of its items."""
    return session.scalar(
        select(SpotCheck)
        .where(SpotCheck.id == check_id)
        .options(joinedload(SpotCheck.drawn_by), selectinload(SpotCheck.items))
    )


def items_of(session: Session, actor: Actor, check: SpotCheck) -> Sequence[SpotCheckItem]:
    """The items of a sample whose issues the actor may see, with what their line shows. One query."""
    return session.scalars(
        select(SpotCheckItem)
        .join(SpotCheckItem.issue)
        .where(SpotCheckItem.spot_check_id == check.id, visible(actor))
        .options(
            contains_eager(SpotCheckItem.issue).options(joinedload(Issue.area), joinedload(Issue.lead_unit)),
            joinedload(SpotCheckItem.checked_by),
        )
        .order_by(SpotCheckItem.issue_id)
    ).all()


def can_reopen(issue: Issue, now: datetime) -> bool:
    """Whether an ended issue can be opened again now."""
    step = BY_VERB[Verb.REOPEN]
    return issue.state in step.sources and (step.condition is None or step.condition.holds(issue, now))


@dataclass(frozen=True)
class Figures:
    """What a sample found. `checked` were tried, of these `reached`; `solved` and `partly` of those reached; `rated`
    said how content they are, of these `content` (满意 and 基本满意)."""

    size: int
    checked: int
    reached: int
    solved: int
    partly: int
    rated: int
    content: int


def figures_of(items: Iterable[SpotCheckItem]) -> Figures:
    """The figures of a sample. Shares: reached ÷ checked; solved ÷ reached; content ÷ rated. What is not yet checked,
    who was not reached and who did not want to rate stand in no denominator of what they did not answer."""
    items = list(items)
    reached = [item for item in items if item.reached]
    rated = [item for item in reached if item.contentment not in (None, Contentment.UNRATED)]
    return Figures(
        size=len(items),
        checked=sum(item.checked_at is not None for item in items),
        reached=len(reached),
        solved=sum(item.solved is Solved.YES for item in reached),
        partly=sum(item.solved is Solved.PARTLY for item in reached),
        rated=len(rated),
        content=sum(item.contentment in (Contentment.CONTENT, Contentment.FAIRLY) for item in rated),
    )
