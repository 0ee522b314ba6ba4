"""Who may do what with assignments."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions, preview
from hengli_visits.models import AssignmentState, Outcome
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


ROWS = [
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
