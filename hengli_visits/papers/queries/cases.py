"""Typical cases of a document: which issues are offered, and what may be told of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits.actor import Actor
from hengli_visits.models import Contentment, Household, Issue, IssueState, PaperKind, Result, Revisit, Solved
from hengli_visits.papers import scope
from hengli_visits.papers.anonymous import anonymous
from hengli_visits.papers.wishes import Wishes

OFFERED, CHOSEN = 12, 3
"""So many are offered, so many are ticked when nobody chose."""


@dataclass(frozen=True)
class Case:
    """One issue as it may be told: its texts hold no resident's name, door or phone."""

    id: int
    title: str
    village: str
    unit: str
    said: str
    done: str
    contentment: Contentment


def _good(actor: Actor, kind: PaperKind, wishes: Wishes) -> ColumnElement[bool]:
    """Closed, solved by the unit's and the resident's word, the resident content; not about a person or a unit."""
    told = select(func.max(Revisit.id)).where(
        Revisit.issue_id == Issue.id, Revisit.round == Issue.round, Revisit.reached, Revisit.late.is_(False)
    )
    happy = select(Revisit.issue_id).where(
        Revisit.id == told.correlate(Issue).scalar_subquery(),
        Revisit.solved == Solved.YES,
        Revisit.contentment == Contentment.CONTENT,
    )
    return and_(
        scope.issues(actor, kind, wishes),
        scope.within(Issue.raised_at, wishes),
        Issue.state == IssueState.CLOSED,
        Issue.result == Result.SOLVED,
        Issue.about_unit_id.is_(None),
        Issue.about_member_id.is_(None),
        Issue.id.in_(happy),
    )


def offered(session: Session, actor: Actor, kind: PaperKind, wishes: Wishes) -> list[Case]:
    """The cases that may be chosen, those with the longest story (what was said and what was done) first. Two
    queries."""
    length = func.length(Issue.words) + func.length(Issue.done)
    query = select(Issue).where(_good(actor, kind, wishes)).order_by(length.desc(), Issue.id).limit(OFFERED)
    return _told(session, session.scalars(query.options(*LOADED)).all())


def proposed(cases: Iterable[Case]) -> list[Case]:
    """Those that are ticked when nobody chose: the first ones, of different villages."""
    found: dict[str, Case] = {}
    for case in cases:
        found.setdefault(case.village, case)
    return list(found.values())[:CHOSEN]


LOADED: tuple[Any, ...] = (joinedload(Issue.area), joinedload(Issue.lead_unit), joinedload(Issue.household))


def _told(session: Session, issues: Sequence[Issue]) -> list[Case]:
    known = residents(session, issues)
    return [
        Case(
            issue.id,
            _clean(issue, issue.title, known),
            issue.area.name,
            issue.lead_unit.name if issue.lead_unit else "",
            _clean(issue, issue.words, known),
            _clean(issue, issue.done, known),
            Contentment.CONTENT,
        )
        for issue in issues
    ]


Known = dict[int, list[str]]


def residents(session: Session, issues: Sequence[Issue]) -> Known:
    """The names of all families in the villages of these issues: any of them may stand in a text. One
    query."""
    areas = {issue.area_id for issue in issues}
    known: Known = {area: [] for area in areas}
    rows = session.execute(
        select(Household.area_id, Household.name, Household.contact).where(Household.area_id.in_(sorted(areas)))
    )
    for row in rows:
        known[row.area_id].extend(filter(None, (row.name, row.contact)))
    return known


def _clean(issue: Issue, text: str, known: Known) -> str:
    house = issue.household
    doors = [house.door, house.address, f"{house.street}{house.door}"] if house else []
    return anonymous(text, known[issue.area_id], doors)


def clean_title(issue: Issue, known: Known) -> str:
    """An issue's title as it may stand on paper. Needs area and household loaded."""
    return _clean(issue, issue.title, known)
