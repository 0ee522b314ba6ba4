"""Who may do what with assignments."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import absences, actions, preview
from hengli_visits.models import Absence, AssignmentState, Avoidance, Outcome
from tests.assignments.making import acting
from tests.cast import Cast
from tests.permissions import Row

VISITORS = ("visitor", "partner", "team_leader", "other_visitor")
LEADERS = ("coordinator", "leader", "team_leader", "other_leader")
OF_TEAM = ("coordinator", "leader", "team_leader")


def _seen(cast: Cast) -> str:
    return f"{cast.assignment.id}:{cast.visitor.id},{cast.partner.id}"


def _give(cast: Cast, members: list[int]) -> Mapping[str, Any]:
    return {"seen": _seen(cast), "members": members}


def _share(session: Session, cast: Cast) -> str:
    """The digest of a share-out of the group."""
    found = preview.preview(session, SYSTEM, cast.campaign.id, [cast.group.id], pairs=True)
    assert found.plan
    return found.digest


def _unreachable(_session: Session, cast: Cast) -> None:
    cast.assignment.state = AssignmentState.UNREACHABLE
    cast.assignment.last_outcome = Outcome.MOVED.value


def _batch(session: Session, cast: Cast) -> UUID:
    batch = uuid4()
    actions.give(session, SYSTEM, [cast.assignment.id], [cast.team_leader.id], batch=batch)
    return batch


def _absence(session: Session, cast: Cast) -> int:
    """The visitor is on leave from today on."""
    return actions.note_absence(session, SYSTEM, cast.visitor.id, starts_on=clock.today()).id


def _handed(session: Session, cast: Cast) -> tuple[int, UUID]:
    """The absence with the batch of a handing over."""
    absence = session.get_one(Absence, _absence(session, cast))
    seen = {cast.assignment.id: (cast.visitor.id, cast.partner.id)}
    actions.hand_over(session, SYSTEM, absence, {cast.assignment.id: None}, seen=seen)
    steps, _settled = absences.steps_of(session, [absence.id])
    return absence.id, steps[0].batches[0]


def _back(session: Session, cast: Cast) -> int:
    absence = session.get_one(Absence, _handed(session, cast)[0])
    actions.end_absence(session, SYSTEM, absence)
    return absence.id


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
        data=lambda c, _m: {"seen": _seen(c), f"to-{c.assignment.id}": "0"},
        bad=lambda c, _m: {"seen": _seen(c), f"to-{c.assignment.id}": "x"},
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
    Row(
        "assignments.group_by_area",
        lambda c, _m: f"/campaigns/{c.campaign.id}/groups/by-area",
        ("coordinator",),
        "POST",
    ),
    Row(
        "assignments.place",
        lambda c, _m: f"/campaigns/{c.campaign.id}/targets/placing",
        ("coordinator",),
        "POST",
    ),
    Row("assignments.mine", lambda _c, _m: "/assignments/mine", VISITORS),
    Row(
        "assignments.show",
        lambda c, _m: f"/assignments/{c.assignment.id}",
        ("coordinator", "area_lead", "leader", "team_leader", "visitor", "partner"),
    ),
    Row("assignments.index", lambda _c, _m: "/assignments", (*LEADERS, "area_lead")),
    Row("assignments.choose", lambda c, _m: f"/assignments/give?assignment={c.assignment.id}", OF_TEAM),
    Row(
        "assignments.give",
        lambda _c, _m: "/assignments/give",
        OF_TEAM,
        "POST",
        data=lambda c, _m: _give(c, [c.team_leader.id]),
        bad=lambda c, _m: _give(c, []),
    ),
    Row(
        "assignments.take_back",
        lambda _c, _m: "/assignments/take-back",
        OF_TEAM,
        "POST",
        data=lambda c, _m: {"seen": _seen(c)},
    ),
    Row(
        "assignments.to_group",
        lambda _c, _m: "/assignments/to-group",
        ("coordinator", "leader"),
        "POST",
        data=lambda c, _m: {"seen": f"{c.spare_assignment.id}:", "group": c.team.id},
        bad=lambda c, _m: {"seen": f"{c.spare_assignment.id}:", "group": c.other_group.id + 1000},
    ),
    Row(
        "assignments.confirm",
        lambda c, _m: f"/assignments/{c.assignment.id}/confirmation",
        OF_TEAM,
        "POST",
        prepare=_unreachable,
        data=lambda _c, _m: {"agreed": "yes"},
        bad=lambda _c, _m: {"agreed": "no", "note": " "},
    ),
    Row("assignments.share_out", lambda _c, _m: "/assignments/share-out", LEADERS),
    Row(
        "assignments.apply_share_out",
        lambda _c, _m: "/assignments/share-out",
        ("coordinator", "leader"),
        "POST",
        prepare=_share,
        data=lambda c, digest: {"campaign": c.campaign.id, "group": c.group.id, "hands": "pair", "digest": digest},
        bad=lambda c, digest: {"campaign": c.campaign.id, "hands": "pair", "digest": digest},
    ),
    Row(
        "assignments.shared_out",
        lambda _c, batch: f"/assignments/share-out/{batch}",
        OF_TEAM,
        prepare=_batch,
    ),
    Row(
        "assignments.undo_share_out",
        lambda _c, batch: f"/assignments/share-out/{batch}/undo",
        OF_TEAM,
        "POST",
        prepare=_batch,
    ),
    Row("assignments.targets", lambda c, _m: f"/campaigns/{c.campaign.id}/targets", ("coordinator",)),
    Row(
        "assignments.targets",
        lambda c, _m: f"/campaigns/{c.campaign.id}/targets",
        ("coordinator",),
        "POST",
        data=lambda c, _m: {"area": c.village.id},
        bad=lambda _c, _m: {},
    ),
    Row(
        "assignments.remove_targets",
        lambda c, _m: f"/campaigns/{c.campaign.id}/targets/removal",
        ("coordinator",),
        "POST",
        data=lambda c, _m: {"area": c.village.id},
        bad=lambda _c, _m: {},
    ),
]
