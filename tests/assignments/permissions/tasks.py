"""Who may look at households, give them, take them back, remind, print."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions
from hengli_visits.models import AssignmentState, Outcome
from tests.assignments.permissions.people import LEADERS, OF_TEAM, VISITORS, seen
from tests.cast import Cast
from tests.permissions import Row


def _give(cast: Cast, members: list[int]) -> Mapping[str, Any]:
    return {"seen": seen(cast), "members": members}


def _on_board(cast: Cast) -> dict[str, Any]:
    return {"group": cast.team.id, "seen": seen(cast), "to": cast.team_leader.id}


def _batch(session: Session, cast: Cast) -> UUID:
    batch = uuid4()
    actions.give(session, SYSTEM, [cast.assignment.id], [cast.team_leader.id], batch=batch)
    return batch


def _unreachable(_session: Session, cast: Cast) -> None:
    cast.assignment.state = AssignmentState.UNREACHABLE
    cast.assignment.last_outcome = Outcome.MOVED.value


ROWS = [
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
        data=lambda c, _m: {"seen": seen(c)},
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
        data=lambda c, _m: {"seen": seen(c), "first": c.visitor.id, "second": c.team_leader.id},
        bad=lambda c, _m: {"seen": seen(c), "first": c.visitor.id, "second": c.visitor.id},
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
]
