"""What a visit form holds when it is opened."""

import uuid
from collections.abc import Collection
from typing import Any

from hengli_visits import clock
from hengli_visits.formats import time_input
from hengli_visits.models import Manner, Outcome
from hengli_visits.visits.content import VisitContent


def new_values(named: Collection[int], actor_id: int, outcome: Outcome | None = None) -> dict[str, Any]:
    """What a form holds when it is opened: a UUID, the present, the usual manner, one empty card. `named` are the
    visitors of the household; who is one of them goes with the others."""
    return {
        "uuid": str(uuid.uuid4()),
        "outcome": outcome.value if outcome else None,
        "manner": Manner.DOOR.value,
        "visited_at": time_input(clock.now()),
        "companions": [str(id_) for id_ in named if id_ != actor_id] if actor_id in named else [],
        "feedback": [{"uuid": str(uuid.uuid4())}],
    }


def values_of(content: VisitContent, visit_uuid: uuid.UUID, revision: int) -> dict[str, Any]:
    """What a form holds that revises this content."""
    raw = content.as_json()
    cards = [said | {"category": str(said["category"] or "")} for said in raw["feedback"]]
    return {
        **{name: raw[name] for name in ("outcome", "manner", "companions_text", "remarks")},
        **(raw["position"] or {}),
        "uuid": str(visit_uuid),
        "based_on": str(revision),
        "visited_at": time_input(content.visited_at),
        "appointment_at": time_input(content.appointment_at),
        "companions": [str(id_) for id_ in content.companions],
        "feedback": cards or [{"uuid": str(uuid.uuid4())}],
    }
