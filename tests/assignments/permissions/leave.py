"""Who may note leave, hand over and hand back."""

from uuid import UUID

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import absences, actions
from hengli_visits.models import Absence
from tests.assignments.permissions.people import LEADERS, OF_TEAM, seen
from tests.cast import Cast
from tests.permissions import Row


def _absence(session: Session, cast: Cast) -> int:
    """The visitor is on leave from today on."""
    return actions.note_absence(session, SYSTEM, cast.visitor.id, starts_on=clock.today()).id


def _handed(session: Session, cast: Cast) -> tuple[int, UUID]:
    """The absence with the batch of a handing over."""
    actions.give(session, SYSTEM, [cast.assignment.id], [cast.visitor.id, cast.partner.id])
    absence = session.get_one(Absence, _absence(session, cast))
    seen = {cast.assignment.id: (cast.visitor.id, cast.partner.id)}
    actions.hand_over(session, SYSTEM, absence, {cast.assignment.id: None}, seen=seen)
    steps, _settled = absences.steps_of(session, [absence.id])
    return absence.id, steps[0].batches[0]


def _back(session: Session, cast: Cast) -> int:
    absence = session.get_one(Absence, _handed(session, cast)[0])
    actions.end_absence(session, SYSTEM, absence)
    return absence.id


ROWS = [
    Row("assignments.absences", lambda _c, _m: "/absences", LEADERS),
    Row("assignments.leave", lambda c, _m: f"/members/{c.visitor.id}/leave", (*OF_TEAM, "visitor")),
    Row(
        "assignments.leave",
        lambda c, _m: f"/members/{c.visitor.id}/leave",
        (*OF_TEAM, "visitor"),
        "POST",
        data=lambda _c, _m: {"starts_on": "2026-06-29", "reason": "ill"},
        bad=lambda _c, _m: {"starts_on": "2026-06-29", "ends_on": "2026-06-01", "reason": "ill"},
    ),
    Row("assignments.end_leave", lambda _c, m: f"/absences/{m}/end", (*OF_TEAM, "visitor"), "POST", prepare=_absence),
    Row("assignments.hand_over", lambda _c, m: f"/absences/{m}/hand-over", OF_TEAM, prepare=_absence),
    Row(
        "assignments.hand_over",
        lambda _c, m: f"/absences/{m}/hand-over",
        OF_TEAM,
        "POST",
        prepare=_absence,
        data=lambda c, _m: {"seen": seen(c), f"to-{c.assignment.id}": "0"},
        bad=lambda c, _m: {"seen": seen(c), f"to-{c.assignment.id}": "x"},
    ),
    Row(
        "assignments.undo_hand_over",
        lambda _c, m: f"/absences/{m[0]}/steps/{m[1]}/undo",
        OF_TEAM,
        "POST",
        prepare=_handed,
    ),
    Row("assignments.hand_back", lambda _c, m: f"/absences/{m}/hand-back", OF_TEAM, prepare=_back),
    Row(
        "assignments.hand_back",
        lambda _c, m: f"/absences/{m}/hand-back",
        OF_TEAM,
        "POST",
        prepare=_back,
        data=lambda c, _m: {"assignment": c.assignment.id},
    ),
]
