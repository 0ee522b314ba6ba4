"""Looking through all feedback and issues that an actor may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.feedback import queries as feedback
from hengli_visits.grams import SHORTEST, may_hold, terms
from hengli_visits.issues import listing
from hengli_visits.issues.scope import visible as visible_issues
from hengli_visits.models import Area, AreaKind, Assignment, Campaign, Category, Feedback, Household, Issue, Visit
from hengli_visits.orm import occurs
from hengli_visits.voices.rules import Kind, kinds_of

PAGE_SIZE = 20
FIRST = 6
"""So many of each kind are shown as long as no kind is chosen."""
DEEP = (400, 2_000)
"""So many of the latest texts that hold the words are looked at first, and then, whoever may see them."""
COUNTED = 200
"""Where more are looked at, hits are counted up to here."""


@dataclass(frozen=True)
class Sought:
    """What is looked for; all but `q` may be absent. `before`: only what came in before this row, for paging."""

    q: str = ""
    kind: Kind | None = None
    area: int | None = None
    campaign: int | None = None
    category: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None

    @property
    def terms(self) -> list[str]:
        """The terms that a text must hold, folded."""
        return terms(self.q)

    @property
    def too_short(self) -> bool:
        """Whether a term is too short for the index."""
        return any(len(term) < SHORTEST for term in self.terms)

    @property
    def ready(self) -> bool:
        """Whether there is something to look for that can be found."""
        return bool(self.terms) and not self.too_short

    def address(self) -> dict[str, str]:
        """What an address or a kept search holds of it, without the page."""
        values: dict[str, Any] = {
            "q": " ".join(self.q.split()),
            "kind": self.kind.value if self.kind else "",
            "area": self.area,
            "campaign": self.campaign,
            "category": self.category,
            "since": self.since,
            "until": self.until,
        }
        return {name: str(value) for name, value in values.items() if value}

    @property
    def narrowed(self) -> int:
        """By how many filters it is narrowed."""
        return len(set(self.address()) - {"q", "kind"})

    def period(self, column: Any) -> ColumnElement[bool]:
        """The rows of the wanted days."""
        found: list[ColumnElement[bool]] = [true()]
        if self.since:
            found.append(column >= clock.from_town(datetime.combine(self.since, time())))
        if self.until:
            found.append(column < clock.from_town(datetime.combine(self.until + timedelta(days=1), time())))
        return and_(*found)


@dataclass(frozen=True)
class Hits:
    """A page of hits of one kind, the latest first. `number` counts them from here on, as far as they were counted; `more`
    says that there may be more than that. `following` is where the next page begins, None at the end."""

    kind: Kind
    rows: Sequence[Any]
    number: int
    more: bool
    following: int | None


def said(actor: Actor, sought: Sought) -> Select[Feedback]:
    """The feedback that is found; visit, assignment, household and area are joined; in no order."""
    filters = feedback.Filters(area=sought.area, campaign=sought.campaign, category=sought.category, q=sought.q)
    return feedback.said(actor, filters).where(sought.period(Visit.visited_at)).order_by(None)


def raised(actor: Actor, sought: Sought) -> Select[Issue]:
    """The issues that are found, in no order."""
    filters = listing.Filters(area=sought.area, campaign=sought.campaign, category=sought.category, q=sought.q)
    return select(Issue).where(visible_issues(actor), filters.clause(clock.now()), sought.period(Issue.raised_at))


def _capped(query: Select[Any], limit: int) -> Select[int]:
    return select(func.count()).select_from(query.limit(limit).subquery())


FOUND: dict[Kind, Callable[[Actor, Sought], Select[Any]]] = {Kind.FEEDBACK: said, Kind.ISSUES: raised}
IDS: dict[Kind, Any] = {Kind.FEEDBACK: Feedback.id, Kind.ISSUES: Issue.id}


def _ids(session: Session, kind: Kind, actor: Actor, sought: Sought, wanted: int) -> tuple[Sequence[int], bool]:
    """The ids of what is found, the latest first, and whether there may be more. The latest texts that hold the words are
    looked at, whoever may see them; only when there are more of them and too few are the actor's, all. At most five
    queries, two as a rule. Told apart because no planner knows how often a pair of signs stands in an actor's scope."""
    id_ = IDS[kind]
    beyond: ColumnElement[bool] = id_ < sought.before if sought.before is not None else true()
    for deep in DEEP:
        texts = select(id_).where(may_hold(sought.q, id_), beyond).order_by(id_.desc()).limit(deep + 1)
        held = session.scalars(texts).all()
        own = FOUND[kind](actor, sought).with_only_columns(id_).order_by(id_.desc())
        ids = session.scalars(own.where(id_.in_(held[:deep]))).all() if held else []
        if len(held) <= deep or len(ids) > wanted:
            return ids, len(held) > deep
    whole = FOUND[kind](actor, sought).with_only_columns(id_).where(beyond).order_by(id_.desc())
    ids = session.scalars(whole.limit(COUNTED + 1)).all()
    return ids[:COUNTED], len(ids) > COUNTED


def with_rows(query: Select[Any], kind: Kind) -> Select[Any]:
    """A query of feedback or issues with all that a hit shows, the latest that came in first."""
    if kind is Kind.ISSUES:
        options = (joinedload(Issue.area), joinedload(Issue.category), joinedload(Issue.lead_unit))
        return query.options(*options).order_by(Issue.id.desc())
    household = joinedload(Feedback.visit).joinedload(Visit.assignment).joinedload(Assignment.household)
    options = (household.joinedload(Household.area), joinedload(Feedback.category), joinedload(Feedback.issue))
    return query.options(*options).order_by(Feedback.id.desc())


def hits(session: Session, actor: Actor, sought: Sought) -> list[Hits]:
    """What is found, one page of the wanted kind or the first few of each, the latest that came in first. Two queries
    for each kind, a few more for words that stand in thousands of texts of which few are the actor's. Nothing is counted
    that need not be, and no page is reached by passing over those before it, so that every page costs the same."""
    kinds = [kind for kind in kinds_of(actor) if sought.kind in (None, kind)]
    size = PAGE_SIZE if len(kinds) == 1 else FIRST
    found = []
    for kind in kinds:
        ids, more = _ids(session, kind, actor, sought, size)
        query = with_rows(select(Feedback), kind).where(Feedback.id.in_(ids[:size]))
        if kind is Kind.ISSUES:
            query = with_rows(select(Issue), kind).where(Issue.id.in_(ids[:size]))
        rows = session.scalars(query).unique().all() if ids else []
        found.append(Hits(kind, rows, len(ids), more, ids[size - 1] if len(ids) > size else None))
    return found


def new_hits(session: Session, actor: Actor, searches: Sequence[tuple[Sought, int, int]]) -> list[int]:
    """How many hits came in after the given feedback and issue, for each search; counted up to 100. One query."""
    if not searches:
        return []
    columns: list[Any] = []
    for sought, seen_feedback, seen_issue in searches:
        after = {Kind.FEEDBACK: Feedback.id > seen_feedback, Kind.ISSUES: Issue.id > seen_issue}
        kinds = [kind for kind in kinds_of(actor) if sought.kind in (None, kind)]
        columns += [
            _capped(FOUND[kind](actor, sought).with_only_columns(IDS[kind]).where(after[kind]), 100).scalar_subquery()
            for kind in kinds
        ] or [literal(0)]
    counts = iter(session.execute(select(*columns)).one())
    return [
        sum(next(counts) for _ in range(max(1, sum(sought.kind in (None, kind) for kind in kinds_of(actor)))))
        for sought, _feedback, _issue in searches
    ]


def last_rows(session: Session) -> tuple[int, int]:
    """The ids of the last feedback and the last issue that there are. One query."""
    feedback_id, issue_id = session.execute(
        select(select(func.max(Feedback.id)).scalar_subquery(), select(func.max(Issue.id)).scalar_subquery())
    ).one()
    return feedback_id or 0, issue_id or 0


@dataclass(frozen=True)
class Choices:
    """What a search can be narrowed to."""

    areas: Sequence[tuple[int, str]]
    categories: Sequence[tuple[str, str]]
    campaigns: Sequence[tuple[int, str]]


def choices(session: Session, actor: Actor) -> Choices:
    """The town's villages, and the campaigns of which the actor has feedback or issues with their categories. Three
    queries."""
    areas = session.execute(
        select(Area.id, Area.name).where(Area.kind != AreaKind.TOWN).order_by(Area.position, Area.id)
    ).all()
    widely = actor.is_coordinator
    open_to = select(Issue.id).where(visible_issues(actor)).order_by(Issue.step_due_at)
    issues = occurs(session, Campaign.id, Issue.campaign_id, open_to, widely=widely)
    seen = select(Feedback.id).where(feedback.visible(actor)).order_by(Feedback.created_at)
    told = occurs(session, Campaign.id, Feedback.campaign_id, seen, widely=widely)
    campaigns = session.execute(
        select(Campaign.id, Campaign.name)
        .where(or_(issues, told) if Kind.FEEDBACK in kinds_of(actor) else issues)
        .order_by(Campaign.id.desc())
    ).all()
    names = session.scalars(
        select(Category.name)
        .where(Category.campaign_id.in_([row.id for row in campaigns]))
        .group_by(Category.name)
        .order_by(func.min(Category.position), Category.name)
    ).all()
    return Choices(
        areas=[(row.id, row.name) for row in areas],
        categories=[(name, name) for name in names],
        campaigns=[(row.id, row.name) for row in campaigns],
    )
