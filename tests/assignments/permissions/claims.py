"""Who may take households up, and note avoidances."""

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments import actions
from hengli_visits.models import Avoidance
from tests.assignments.making import acting
from tests.assignments.permissions.people import OF_TEAM, VISITORS
from tests.cast import Cast
from tests.permissions import Row


def _claims(_session: Session, cast: Cast) -> None:
    cast.campaign.claim_cap = 3


def _claimed(session: Session, cast: Cast) -> None:
    cast.campaign.claim_cap = 3
    session.flush()
    actions.claim(session, acting(session, cast.visitor), cast.campaign, [cast.spare_assignment.id])


def _avoidance(session: Session, cast: Cast) -> int:
    made = Avoidance(member_id=cast.visitor.id, household_id=cast.household.id, noted_at=clock.now())
    session.add(made)
    session.flush()
    return made.id


ROWS = [
    Row("assignments.claimable", lambda _c, _m: "/assignments/claimable", VISITORS, prepare=_claims),
    Row(
        "assignments.claim",
        lambda _c, _m: "/assignments/claimable",
        ("visitor", "partner", "team_leader"),
        "POST",
        prepare=_claims,
        data=lambda c, _m: {"campaign": c.campaign.id, "assignment": c.spare_assignment.id},
        bad=lambda c, _m: {"campaign": c.campaign.id},
    ),
    Row(
        "assignments.give_up",
        lambda c, _m: f"/assignments/{c.spare_assignment.id}/give-up",
        ("visitor",),
        "POST",
        prepare=_claimed,
    ),
    Row("assignments.avoid_household", lambda c, _m: f"/assignments/{c.assignment.id}/avoidances", OF_TEAM),
    Row(
        "assignments.avoid_household",
        lambda c, _m: f"/assignments/{c.assignment.id}/avoidances",
        OF_TEAM,
        "POST",
        data=lambda c, _m: {"member": c.partner.id, "note": "亲属"},
        bad=lambda _c, _m: {"member": 10**6},
    ),
    Row("assignments.avoid_member", lambda c, _m: f"/members/{c.visitor.id}/avoidances", OF_TEAM),
    Row(
        "assignments.avoid_member",
        lambda c, _m: f"/members/{c.visitor.id}/avoidances",
        OF_TEAM,
        "POST",
        data=lambda c, _m: {"member": c.partner.id},
        bad=lambda _c, _m: {"member": 10**6},
    ),
    Row("assignments.lift_avoidance", lambda _c, m: f"/avoidances/{m}/lift", OF_TEAM, "POST", prepare=_avoidance),
]
