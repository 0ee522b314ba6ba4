"""Who may look for what, and what may be kept. Pure."""

from hengli_visits.actor import Actor
from hengli_visits.feedback.rules import may_look
from hengli_visits.wording import N_, Word

MOST_SAVED = 20
"""So many searches a member may keep."""


class Kind(Word):
    """What is found."""

    FEEDBACK = "feedback", N_("意见建议")
    ISSUES = "issues", N_("问题")


def may_search(actor: Actor) -> bool:
    """Whether the actor has anything to look for: feedback or issues of their scope."""
    return may_look(actor) or actor.is_visitor or actor.is_handler


def may_see_themes(actor: Actor) -> bool:
    """Whether the actor sees themes: who reads feedback across visits, of as much of it as they read."""
    return may_look(actor)


def kinds_of(actor: Actor) -> tuple[Kind, ...]:
    """What the actor may look for. Visitors find their own feedback on their visits, units theirs on issues."""
    return (Kind.FEEDBACK, Kind.ISSUES) if may_look(actor) else (Kind.ISSUES,)
