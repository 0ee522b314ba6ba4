"""Who may use the pages of groups and teams."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments.actions import note_absence
from hengli_visits.models import Group, RoleGrant
from tests.cast import Cast
from tests.factories import make_group
from tests.permissions import Row

OFFICE = ("coordinator",)
SEERS = ("coordinator", "leader", "team_leader")
RUNNERS = ("coordinator", "leader")


def _team_grant(session: Session, cast: Cast) -> int:
    return session.scalars(select(RoleGrant.id).where(RoleGrant.group_id == cast.team.id)).one()


def _spare_team(session: Session, cast: Cast) -> Group:
    return make_group(session, cast.campaign, "写错了", parent=cast.group)


def _away(session: Session, cast: Cast) -> int:
    """The leader of the team is on leave; their grant."""
    note_absence(session, SYSTEM, cast.team_leader.id, starts_on=clock.today())
    return _team_grant(session, cast)


ROWS = [
    Row(
        "groups.stand_in",
        lambda c, m: f"/groups/{c.team.id}/leaders/{m}/stand-in",
        RUNNERS,
        prepare=_away,
    ),
    Row(
        "groups.stand_in",
        lambda c, m: f"/groups/{c.team.id}/leaders/{m}/stand-in",
        RUNNERS,
        method="POST",
        prepare=_away,
        data=lambda c, m: {"member": c.visitor.id},
        bad=lambda c, m: {"member": c.stranger.id},
    ),
    Row(
        "groups.index",
        lambda c, m: f"/campaigns/{c.campaign.id}/groups",
        ("coordinator", "leader", "team_leader", "other_leader"),
    ),
    Row("groups.show", lambda c, m: f"/groups/{c.team.id}", SEERS),
    Row("groups.new", lambda c, m: f"/campaigns/{c.campaign.id}/groups/new", OFFICE),
    Row(
        "groups.new",
        lambda c, m: f"/campaigns/{c.campaign.id}/groups/new?parent={c.group.id}",
        RUNNERS,
        method="POST",
        data=lambda c, m: {"name": "长巷村第2小组", "areas": [str(c.village.id)]},
        bad=lambda c, m: {"name": c.team.name},
    ),
    Row("groups.edit", lambda c, m: f"/groups/{c.team.id}/edit", RUNNERS),
    Row(
        "groups.edit",
        lambda c, m: f"/groups/{c.team.id}/edit",
        RUNNERS,
        method="POST",
        data=lambda c, m: {"name": "一小组", "areas": [str(c.village.id)]},
        bad=lambda c, m: {"name": ""},
    ),
    Row("groups.remove", lambda c, m: f"/groups/{m.id}/removal", RUNNERS, method="POST", prepare=_spare_team),
    Row("groups.roster", lambda c, m: f"/groups/{c.team.id}/roster", RUNNERS),
    Row(
        "groups.add_members",
        lambda c, m: f"/groups/{c.team.id}/members",
        RUNNERS,
        method="POST",
        data=lambda c, m: {"member": [str(c.stranger.id)]},
        bad=lambda c, m: {"member": []},
    ),
    Row(
        "groups.leave",
        lambda c, m: f"/groups/{c.team.id}/members/{c.partner.id}/leave",
        RUNNERS,
        method="POST",
    ),
    Row(
        "groups.add_leader",
        lambda c, m: f"/groups/{c.team.id}/leaders",
        RUNNERS,
        method="POST",
        data=lambda c, m: {"member": [str(c.partner.id)]},
        bad=lambda c, m: {},
    ),
    Row(
        "groups.end_leader",
        lambda c, m: f"/groups/{c.team.id}/leaders/{m}/end",
        RUNNERS,
        method="POST",
        prepare=_team_grant,
    ),
]
