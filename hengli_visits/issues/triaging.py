"""The queue of issues that wait to be taken on, and what the desk shows of the one at hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits.actor import Actor
from hengli_visits.issues.duplicates import Comparison, Likeness, candidates
from hengli_visits.issues.scope import waits_for
from hengli_visits.models import Issue, IssueState, Urgency

MOST_QUEUED = 60


def _waiting(actor: Actor) -> Select[Issue]:
    return select(Issue).where(waits_for(actor, (IssueState.TRIAGE,)))


@dataclass(frozen=True)
class Queue:
    """The next MOST_QUEUED issues to be taken on, urgent ones first, then the next to be due; `total` is how many wait.
    `at`: the place of the one at hand among them."""

    issues: Sequence[Issue]
    total: int
    at: int = 0

    @property
    def issue(self) -> Issue | None:
        """The one at hand."""
        return self.issues[self.at] if self.issues else None

    @property
    def before(self) -> Issue | None:
        """The one before it."""
        return self.issues[self.at - 1] if self.at > 0 else None

    @property
    def after(self) -> Issue | None:
        """The one after it."""
        return self.issues[self.at + 1] if self.at + 1 < len(self.issues) else None


def queue_of(session: Session, actor: Actor, wanted: int | None) -> Queue:
    """The actor's queue, with `wanted` at hand when it waits among the first, else the first. Two queries."""
    total = session.scalar(select(func.count()).select_from(_waiting(actor).subquery())) or 0
    query = (
        _waiting(actor)
        .options(
            joinedload(Issue.area),
            joinedload(Issue.household),
            joinedload(Issue.category),
            joinedload(Issue.campaign),
            joinedload(Issue.raised_by),
        )
        .order_by(Issue.urgency != Urgency.URGENT, Issue.step_due_at.is_(None), Issue.step_due_at, Issue.id)
        .limit(MOST_QUEUED)
    )
    issues = session.scalars(query).all()
    at = next((place for place, issue in enumerate(issues) if issue.id == wanted), 0)
    return Queue(issues, total, at)


def likely_duplicates(session: Session, actor: Actor, issues: Sequence[Issue]) -> dict[int, list[Likeness]]:
    """The likely duplicates of each of these issues, by id. One query."""
    ready = Comparison(candidates(session, actor, issues))
    return {issue.id: ready.likely(issue.id) if issue.id in ready.cases else [] for issue in issues}
