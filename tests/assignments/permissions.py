"""Who may do what with assignments."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import absences, actions
from hengli_visits.assignments.distribute.levels import Terms
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.models import Absence, AssignmentState, Avoidance, Outcome, ShareOut, ShareOutRow
from tests.assignments.making import acting
from tests.cast import Cast
from tests.factories import join, make_assignment, make_household, make_member
from tests.permissions import Row

VISITORS = ("visitor", "partner", "team_leader", "other_visitor")
LEADERS = ("coordinator", "leader", "team_leader", "other_leader")
OF_TEAM = ("coordinator", "leader", "team_leader")
OF_GROUP = ("coordinator", "leader")


def _seen(cast: Cast) -> str:
    return f"{cast.assignment.id}:{cast.visitor.id},{cast.partner.id}"


def _give(cast: Cast, members: list[int]) -> Mapping[str, Any]:
    return {"seen": _seen(cast), "members": members}


ASKED = {
    "level": "visitor", "hands": "pair", "order": "whole,near,again", "spread": "1", "enterprise": "2", "oldest": "70",
}  # fmt: skip


def _plan(session: Session, cast: Cast) -> UUID:
    """A plan for the group, made by its leader, of a household that waits."""
    make_assignment(session, cast.campaign, make_household(session, cast.village), cast.group)
    made = actions.order_share_out(
        session, acting(session, cast.leader), cast.campaign, Wishes(groups=(cast.group.id,), terms=Terms(pairs=False))
    )
    actions.work_out(session, acting(session, cast.leader), made)
    assert made.outline["groups"]
    return made.id


def _applied(session: Session, cast: Cast) -> UUID:
    made = _plan(session, cast)
    actions.apply_share_out(session, acting(session, cast.leader), session.get_one(ShareOut, made))
    return made


def _part(session: Session, cast: Cast) -> tuple[UUID, int, int, str]:
    """A plan with a group, a household and those of the group to whom it does not go."""
    join(session, cast.group, make_member(session, "温甲"), make_member(session, "温乙"))
    made = _plan(session, cast)
    row = session.scalars(select(ShareOutRow).where(ShareOutRow.share_out_id == made)).first()
    assert row
    assert row.group_id
    parties = session.get_one(ShareOut, made).outline["groups"][str(row.group_id)]["parties"]
    other = next(party["members"] for party in parties if party["members"] != row.visitors)
    return made, row.group_id, row.assignment_id, ",".join(map(str, other))


def _on_board(cast: Cast) -> dict[str, Any]:
    return {"group": cast.team.id, "seen": _seen(cast), "to": cast.team_leader.id}


def _batch(session: Session, cast: Cast) -> UUID:
    batch = uuid4()
    actions.give(session, SYSTEM, [cast.assignment.id], [cast.team_leader.id], batch=batch)
    return batch


def _unreachable(_session: Session, cast: Cast) -> None:
    cast.assignment.state = AssignmentState.UNREACHABLE
    cast.assignment.last_outcome = Outcome.MOVED.value


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
    Row("assignments.mine", lambda _c, _m: "/assignments/mine", VISITORS),
    Row(
        "assignments.show",
        lambda c, _m: f"/assignments/{c.assignment.id}",
        ("coordinator", "area_lead", "leader", "team_leader", "visitor", "partner"),
    ),
    Row("assignments.index", lambda _c, _m: "/assignments", (*LEADERS, "area_lead")),
    Row("assignments.map", lambda _c, _m: "/assignments/map", (*LEADERS, "area_lead")),
    Row("assignments.map_points", lambda _c, _m: "/assignments/map/points", (*LEADERS, "area_lead")),
    Row(
        "assignments.choose_many",
        lambda _c, _m: "/assignments/choice",
        OF_TEAM,
        "POST",
        data=lambda c, _m: {"assignment": [c.assignment.id, c.second_assignment.id]},
        works=200,
    ),
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
    Row("assignments.show_board", lambda c, _m: f"/assignments/board?group={c.team.id}", OF_TEAM),
    Row(
        "assignments.move_on_board",
        lambda _c, _m: "/assignments/board",
        OF_TEAM,
        "POST",
        data=lambda c, _m: _on_board(c) | {"assignment": c.assignment.id},
        bad=lambda c, _m: _on_board(c),
    ),
    Row(
        "assignments.undo_on_board",
        lambda _c, _m: "/assignments/board/undo",
        OF_TEAM,
        "POST",
        prepare=_batch,
        data=lambda c, batch: {"group": c.team.id, "step": batch},
    ),
    Row(
        "assignments.look_at_swap",
        lambda c, _m: (
            f"/assignments/swap?group={c.team.id}&first={c.visitor.id},{c.partner.id}&second={c.team_leader.id}"
        ),
        OF_TEAM,
    ),
    Row(
        "assignments.swap",
        lambda _c, _m: "/assignments/swap",
        OF_TEAM,
        "POST",
        data=lambda c, _m: {"seen": _seen(c), "first": c.visitor.id, "second": c.team_leader.id},
        bad=lambda c, _m: {"seen": _seen(c), "first": c.visitor.id, "second": c.visitor.id},
    ),
    Row(
        "assignments.prepare_nudge",
        lambda c, _m: f"/assignments/nudge?campaign={c.campaign.id}&member={c.visitor.id}",
        OF_TEAM,
    ),
    Row(
        "assignments.nudge",
        lambda _c, _m: "/assignments/nudge",
        OF_TEAM,
        "POST",
        data=lambda c, _m: {
            "campaign": c.campaign.id,
            "members": f"{c.visitor.id} {c.partner.id}",
            "words": "请抓紧。",
        },
        bad=lambda c, _m: {"campaign": c.campaign.id, "members": str(c.visitor.id), "words": "快" * 201},
    ),
    Row("assignments.sheets", lambda _c, _m: "/assignments/sheets", (*LEADERS, *VISITORS)),
    Row(
        "assignments.sheet",
        lambda _c, _m: "/assignments/sheets",
        ("coordinator", "leader", "team_leader", "visitor", "partner"),
        "POST",
        data=lambda c, _m: {"pair": f"{c.visitor.id}-{c.partner.id}"},
        bad=lambda _c, _m: {},
        works=200,
        again=(200,),
    ),
    Row("assignments.lost_choice", lambda _c, _m: "/assignments/choice", LEADERS, works=302),
    Row("assignments.share_out", lambda _c, _m: "/assignments/share-out", LEADERS),
    Row(
        "assignments.order_share_out",
        lambda _c, _m: "/assignments/share-out",
        ("coordinator", "leader"),
        "POST",
        data=lambda c, _m: ASKED | {"group": c.group.id},
        bad=lambda c, _m: ASKED | {"group": c.group.id, "spread": "0"},
    ),
    Row("assignments.plan", lambda _c, made: f"/assignments/share-out/{made}", OF_GROUP, prepare=_plan),
    Row(
        "assignments.plan_progress", lambda _c, made: f"/assignments/share-out/{made}/progress", OF_GROUP, prepare=_plan
    ),
    Row(
        "assignments.resume_plan",
        lambda _c, made: f"/assignments/share-out/{made}/resume",
        OF_GROUP,
        "POST",
        prepare=_plan,
    ),
    Row(
        "assignments.plan_part",
        lambda _c, made: f"/assignments/share-out/{made[0]}/groups/{made[1]}",
        OF_GROUP,
        prepare=_part,
    ),
    Row(
        "assignments.plan_points",
        lambda _c, made: f"/assignments/share-out/{made[0]}/groups/{made[1]}/points",
        OF_GROUP,
        prepare=_part,
    ),
    Row(
        "assignments.move_in_plan",
        lambda _c, made: f"/assignments/share-out/{made[0]}/groups/{made[1]}",
        OF_GROUP,
        "POST",
        prepare=_part,
        data=lambda _c, made: {"row": made[2], "members": made[3]},
        bad=lambda _c, made: {"row": made[2], "members": ""},
    ),
    Row(
        "assignments.apply_plan",
        lambda _c, made: f"/assignments/share-out/{made}/application",
        OF_GROUP,
        "POST",
        prepare=_plan,
        bad=lambda _c, _m: {"due_on": "2000-01-01"},
    ),
    Row(
        "assignments.undo_plan",
        lambda _c, made: f"/assignments/share-out/{made}/undo",
        OF_GROUP,
        "POST",
        prepare=_applied,
    ),
    Row(
        "assignments.discard_plan",
        lambda _c, made: f"/assignments/share-out/{made}/discarding",
        OF_GROUP,
        "POST",
        prepare=_plan,
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
