"""The figures of a document: those of the pages (`reports`), nothing counted anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import false, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import Campaign, Issue
from hengli_visits.papers.queries.reached import Reached, reached
from hengli_visits.papers.wishes import Wishes
from hengli_visits.reports.counting import Count
from hengli_visits.reports.coverage import TASKS, Totals, totals
from hengli_visits.reports.following import ISSUES, Issues, issues
from hengli_visits.reports.measures import NO_WORK
from hengli_visits.reports.saying import Saying, saying
from hengli_visits.reports.solving import Solving, solving
from hengli_visits.reports.span import Span
from hengli_visits.reports.visiting import Visiting, visiting

SHOWN = 20


@dataclass(frozen=True)
class Facts:
    """All figures of a document: households by village as they are now, and how many were reached in the period and by
    its end (by the name of the village); visits by day, what was said, issues; categories of issues, the
    most frequent first; and the most pressing of those that are worked on."""

    tasks: Totals
    reached: dict[str, Reached]
    visits: Visiting
    said: Saying
    solving: Solving
    followed: Issues
    left: Sequence[Issue]

    @property
    def within(self) -> int:
        """Households reached in the period."""
        return sum(one.within for one in self.reached.values())

    @property
    def so_far(self) -> int:
        """Households reached by the end of the period."""
        return sum(one.so_far for one in self.reached.values())

    @property
    def categories(self) -> list[tuple[str, Count]]:
        """Issues by category, those without one under an empty name."""
        return self.followed.categories


def facts_of(session: Session, actor: Actor, campaign: Campaign, wishes: Wishes) -> Facts:
    """Every figure of what the actor oversees. A fixed number of queries."""
    now, today = clock.now(), clock.today()
    span = Span(campaign.id, wishes.area_id, wishes.group_id, wishes.since, wishes.until)
    return Facts(
        tasks=totals(session, span.tasks(actor), TASKS, today, None, span),
        reached=reached(session, span.tasks(actor), wishes.since, wishes.until),
        visits=visiting(session, actor, campaign, span, today),
        said=saying(session, actor, span),
        solving=solving(session, actor, span, now),
        followed=issues(session, span.raised(actor), ISSUES, false(), now),
        left=_left(session, actor, span),
    )


def _left(session: Session, actor: Actor, span: Span) -> Sequence[Issue]:
    """The issues raised in the period that are worked on, the next to be due first."""
    return session.scalars(
        select(Issue)
        .where(span.raised(actor), Issue.state.not_in(NO_WORK))
        .order_by(Issue.step_due_at.is_(None), Issue.step_due_at, Issue.id)
        .options(joinedload(Issue.area), joinedload(Issue.lead_unit), joinedload(Issue.household))
        .limit(SHOWN)
    ).all()
