"""What the proposals of categories have learned: a model in the memory of this process, built from what people decided
and renewed with the rows that came since.

It learns from each dispatch (the category that was chosen; a correction of what the visitor had noted counts twice) and
from feedback that needed no issue (half: nobody looked at it again). Categories are known by their names, so that a new
campaign begins with what the old ones taught. Nothing here is written; a process that starts anew learns anew.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.issues.categorising import MOST_TO_SCALE, Model, Sample
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Category, Feedback, Issue, Move

MOST = 10_000
"""So many of the latest decisions, and of the latest feedback, are learned."""
DECIDED, CORRECTED, NOTED = 1.0, 2.0, 0.5
RECALIBRATE = 0.2
"""The scale is found anew when so much of what was learned has been added."""
Known = dict[str, tuple[str, ...]]


class Told(NamedTuple):
    """A row that was read: its id, the words, the category that was chosen, and the one noted before."""

    id: int
    words: str
    category_id: Any
    noted: int | None = None


@dataclass
class _Kept:
    """A model with how far in the two tables it has read, and what stood in the last rows."""

    known: Known
    model: Model
    move: Told | None = None
    feedback: Told | None = None
    taken: int = 0
    scaled_at: int = 0
    recent: list[Sample] = field(default_factory=list)


_kept: dict[str, _Kept] = {}
_lock = Lock()


def forget() -> None:
    """Let go of what was learned."""
    with _lock:
        _kept.clear()


def _categories(session: Session) -> tuple[dict[int, str], Known]:
    """The name of each category, and the words of each name over all campaigns. One query."""
    names: dict[int, str] = {}
    words: dict[str, dict[str, None]] = {}
    for row in session.execute(select(Category.id, Category.name, Category.words).order_by(Category.id)):
        names[row.id] = row.name
        words.setdefault(row.name, {}).update(dict.fromkeys(row.words))
    return names, {name: tuple(found) for name, found in words.items()}


def _decisions(session: Session, since: int) -> list[Told]:
    """The latest dispatches from move `since` on, oldest first, each with what the visitor had noted."""
    noted = (
        select(Feedback.category_id)
        .where(Feedback.issue_id == Issue.id)
        .order_by(Feedback.id)
        .limit(1)
        .correlate(Issue)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Move.id, Issue.words, Move.data, noted)
        .join(Issue, Issue.id == Move.issue_id)
        .where(Move.id >= since, Move.verb == Verb.DISPATCH.value)
        .order_by(Move.id.desc())
        .limit(MOST)
    )
    return [Told(id_, words, data.get("category_id"), before) for id_, words, data, before in rows][::-1]


def _feedback(session: Session, since: int) -> list[Told]:
    """The latest feedback from `since` on that has a category and led to no issue, oldest first."""
    rows = session.execute(
        select(Feedback.id, Feedback.words, Feedback.category_id)
        .where(
            Feedback.id >= since,
            Feedback.issue_id.is_(None),
            Feedback.removed_at.is_(None),
            Feedback.category_id.is_not(None),
        )
        .order_by(Feedback.id.desc())
        .limit(MOST)
    )
    return [Told(id_, words, category_id) for id_, words, category_id in rows][::-1]


def _after(told: list[Told], mark: Told | None) -> list[Told] | None:
    """What came after the row that was read last; None when that one is not there as it was."""
    if mark is None:
        return told
    return told[1:] if told and told[0][:2] == mark[:2] else None


def _samples(names: dict[int, str], moves: Iterable[Told], feedback: Iterable[Told]) -> Iterator[Sample]:
    for one in feedback:
        if one.category_id in names:
            yield Sample(one.words, names[one.category_id], NOTED)
    for one in moves:
        if one.category_id in names:
            corrected = one.noted not in (None, one.category_id)
            yield Sample(one.words, names[one.category_id], CORRECTED if corrected else DECIDED)


def model_of(session: Session) -> Model:
    """The model of this database, with everything that was decided until now. Three queries; the first time, and when
    categories got other words, it is built anew from the latest rows."""
    names, known = _categories(session)
    key = str(session.get_bind().engine.url)
    with _lock:
        kept = _kept.get(key)
        if kept is None or kept.known != known or kept.taken > 3 * MOST:
            kept = _kept[key] = _Kept(known, Model(known))
        if not _renew(session, kept, names):
            kept = _kept[key] = _Kept(known, Model(known))
            _renew(session, kept, names)
        return kept.model


def _renew(session: Session, kept: _Kept, names: dict[int, str]) -> bool:
    """Read what came since; False when what was read before is not there any more."""
    moves = _after(_decisions(session, kept.move.id if kept.move else 0), kept.move)
    feedback = _after(_feedback(session, kept.feedback.id if kept.feedback else 0), kept.feedback)
    if moves is None or feedback is None:
        return False
    samples = list(_samples(names, moves, feedback))
    kept.taken += kept.model.learn(samples)
    kept.recent = [*kept.recent, *samples][-MOST_TO_SCALE:]
    kept.move = moves[-1] if moves else kept.move
    kept.feedback = feedback[-1] if feedback else kept.feedback
    if kept.taken > kept.scaled_at * (1 + RECALIBRATE):
        kept.model.calibrate(kept.recent)
        kept.scaled_at = kept.taken
    return True
