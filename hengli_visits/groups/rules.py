"""Who may see and change groups and teams."""

from hengli_visits.actor import Actor
from hengli_visits.models import Group, Role


def may_look(actor: Actor) -> bool:
    """Whether the actor may see groups of any campaign."""
    return actor.is_coordinator or actor.is_leader


def may_edit(actor: Actor) -> bool:
    """Whether the actor may add groups, rename them and name the leaders of all of them."""
    return actor.is_coordinator


def may_run(actor: Actor, group: Group) -> bool:
    """Whether the actor may say who is in this group or team: coordinators, and the leader of the group itself or of
    the group that the team belongs to. The leader of a team alone may not: people would leave other teams."""
    if actor.is_coordinator:
        return True
    return group.id in actor.led_groups and (group.parent_id is None or group.parent_id in actor.led_groups)


def may_place(actor: Actor, group: Group) -> bool:
    """Whether the actor says which villages this group covers: their households go to it. A leader does for teams."""
    return actor.is_coordinator or (group.parent_id is not None and may_run(actor, group))


def may_add_teams(actor: Actor, group: Group) -> bool:
    """Whether the actor may make teams in this group. A team has none."""
    return group.parent_id is None and may_run(actor, group)


def may_name_leaders(actor: Actor, group: Group) -> bool:
    """Whether the actor may name and end leaders here: coordinators everywhere, a group's leader in its teams."""
    return actor.is_coordinator or (group.parent_id is not None and may_run(actor, group))


def leader_role(group: Group) -> Role:
    """The role of those who lead this group or team."""
    return Role.GROUP_LEADER if group.parent_id is None else Role.TEAM_LEADER
