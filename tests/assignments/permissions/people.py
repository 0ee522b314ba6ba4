"""Who may do what with assignments: people that belong together, and what they saw."""

from tests.cast import Cast

VISITORS = ("visitor", "partner", "team_leader", "other_visitor")
LEADERS = ("coordinator", "leader", "team_leader", "other_leader")
OF_TEAM = ("coordinator", "leader", "team_leader")
OF_GROUP = ("coordinator", "leader")


def seen(cast: Cast) -> str:
    """The form's word of who had the first household when it was shown."""
    return f"{cast.assignment.id}:{cast.visitor.id},{cast.partner.id}"
