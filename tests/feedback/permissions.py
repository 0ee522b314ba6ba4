"""Who may open the page of what residents said."""

from typing import Any

from sqlalchemy.orm import Session

from hengli_visits.feedback.actions import save_feedback
from tests.cast import Cast
from tests.feedback.test_actions import item, make_visit
from tests.issues.making import actor_for
from tests.permissions import Row


def _said(session: Session, cast: Cast) -> Any:
    save_feedback(session, actor_for(session, cast.visitor), make_visit(session, cast), [item(cast)])


ROWS = [
    Row(
        "feedback.index",
        lambda cast, made: "/feedback",
        ("coordinator", "leader", "team_leader", "other_leader", "area_lead"),
        prepare=_said,
    ),
]
