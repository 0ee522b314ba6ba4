"""Who may share out."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.assignments import actions
from hengli_visits.assignments.distribute.levels import Terms
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.models import ShareOut, ShareOutRow
from tests.assignments.making import acting
from tests.assignments.permissions.people import LEADERS, OF_GROUP
from tests.cast import Cast
from tests.factories import join, make_assignment, make_household, make_member
from tests.permissions import Row

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


ROWS = [
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
]
