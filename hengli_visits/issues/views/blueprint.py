"""The blueprint of issues, and what its views share."""

from flask import Blueprint
from werkzeug import Response

from hengli_visits.extensions import db
from hengli_visits.gate import actor, session
from hengli_visits.issues import actions, queries, rules
from hengli_visits.issues.steps import Part
from hengli_visits.models import Issue

bp = Blueprint("issues", __name__)
Answer = str | tuple[str, int] | Response


def load_issue(issue_id: int) -> tuple[Issue, frozenset[Part]]:
    """The issue, and all that the actor is to it; `Missing` outside their scope."""
    issue = queries.get_issue(session(), actor(), issue_id)
    return issue, queries.parts_of(session(), actor(), issue_id)


def note_look(issue: Issue, parts: frozenset[Part]) -> None:
    """Note that the actor looks at an issue's page."""
    who = issue.household_id is not None and rules.may_see_resident(issue, parts)
    actions.note_view(session(), db.engine, actor(), issue.id, parts, who)
