"""Writes of feedback: what a saved visit says of it, and the issues that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Invalid
from hengli_visits.issues.actions import correct_reported, open_issue, want_again, withdraw_reported
from hengli_visits.models import Assignment, Campaign, Category, Feedback, Handling, Household, Nature, Visit
from hengli_visits.wording import N_

DROPPED = N_("走访记录修改后，这条意见不再需要跟进。")
VOIDED = N_("走访记录已作废。")


@dataclass(frozen=True)
class FeedbackItem:
    """One thing that a resident said, as a visit's form or a phone holds it. `uuid` was made by the client."""

    uuid: UUID
    nature: Nature
    category_id: int | None
    words: str
    handling: Handling
    answer: str = ""


def save_feedback(session: Session, actor: Actor, visit: Visit, items: Sequence[FeedbackItem]) -> None:
    """Make a visit's feedback what `items` say, by their UUIDs; a second call with the same changes nothing. What is not
    among them any more is marked removed. 需要跟进 opens an issue; what was and is not any more takes its issue back
    (or tells the coordinator); corrected words reach an issue in 待受理. A category of another campaign is dropped.

    The caller has checked that the actor may save the visit, and records it: feedback has no move of its own. Refuses
    empty words (`Invalid`) and a UUID that belongs to another visit or stands twice (`Conflict`)."""
    if len({item.uuid for item in items}) != len(items) or _foreign(session, visit, items):
        raise Conflict(N_("这条意见已经记在别的走访记录里。"))
    rows = {row.uuid: row for row in session.scalars(select(Feedback).where(Feedback.visit_id == visit.id))}
    categories = set(session.scalars(select(Category.id).where(Category.campaign_id == visit.campaign_id)))
    for position, item in enumerate(items):
        if not item.words.strip():
            raise Invalid(N_("请写下住户说了什么。"), field="words")
        category_id = item.category_id if item.category_id in categories else None
        row, before = _write(session, visit, rows.pop(item.uuid, None), item, position, category_id)
        _follow(session, actor, visit, row, before)
    for row in rows.values():
        before = _State.of(row)
        row.removed_at = row.removed_at or clock.now()
        _follow(session, actor, visit, row, before)
    session.flush()


@dataclass(frozen=True)
class _State:
    """What decides about the issue behind a feedback."""

    wanted: bool
    words: str
    category_id: int | None

    @classmethod
    def of(cls, row: Feedback) -> "_State":
        return cls(row.handling is Handling.FOLLOW_UP and row.removed_at is None, row.words, row.category_id)


def _foreign(session: Session, visit: Visit, items: Sequence[FeedbackItem]) -> bool:
    """Whether one of the UUIDs belongs to another visit."""
    return bool(
        session.scalar(
            select(Feedback.id)
            .where(Feedback.uuid.in_([item.uuid for item in items]), Feedback.visit_id != visit.id)
            .limit(1)
        )
    )


def _write(
    session: Session, visit: Visit, row: Feedback | None, item: FeedbackItem, position: int, category_id: int | None
) -> tuple[Feedback, _State]:
    before = _State.of(row) if row else _State(wanted=False, words="", category_id=None)
    if row is None:
        row = Feedback(uuid=item.uuid, visit_id=visit.id, campaign_id=visit.campaign_id, created_at=clock.now())
        session.add(row)
    row.position = position
    row.nature = item.nature
    row.category_id = category_id
    row.words = item.words.strip()
    row.handling = item.handling
    row.answer = item.answer.strip()
    row.removed_at = None
    return row, before


def _follow(session: Session, actor: Actor, visit: Visit, row: Feedback, before: _State) -> None:
    """Bring the issue behind a feedback in line with it."""
    after = _State.of(row)
    if after.wanted and not before.wanted:
        if row.issue_id is None or not want_again(session, actor, row.issue_id):
            row.issue_id = _open(session, actor, visit, row)
    elif before.wanted and not after.wanted and row.issue_id is not None:
        withdraw_reported(session, actor, row.issue_id, VOIDED if visit.voided_at else DROPPED)
    elif after.wanted and after != before and row.issue_id is not None:
        correct_reported(session, actor, row.issue_id, row.words, row.category_id)


def _open(session: Session, actor: Actor, visit: Visit, row: Feedback) -> int:
    assignment = session.get_one(Assignment, visit.assignment_id)
    household = session.get_one(Household, assignment.household_id)
    issue = open_issue(
        session,
        actor,
        campaign=session.get_one(Campaign, visit.campaign_id),
        area_id=household.area_id,
        household_id=household.id,
        group_id=assignment.group_id,
        raised_by_id=visit.author_id,
        raised_at=visit.visited_at,
        words=row.words,
        category_id=row.category_id,
    )
    return issue.id
