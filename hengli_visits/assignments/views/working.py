"""Plans of sharing out that take long, worked out and applied by a process of their own (`hengli_visits.aside`)."""

from datetime import date
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from hengli_visits import aside
from hengli_visits.accounts.queries import actor_of
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions, plans
from hengli_visits.config import Config
from hengli_visits.errors import Conflict, DomainError
from hengli_visits.extensions import reading
from hengli_visits.models import ShareState
from hengli_visits.wording import N_

FOLDER = "share-outs"
MANY = 5000
"""So many households at most are worked out, or given, while somebody waits for the page."""
UNDER_WAY = (ShareState.WORKING, ShareState.APPLYING)
TOO_MUCH = N_("这次要分的户太多，算不下来。请分几个组来分。")


def place() -> Path:
    """Where it is told how far the work on plans is."""
    config: Config = current_app.config["VISITS"]
    return config.uploads / FOLDER


def start(plan_id: UUID) -> None:
    """Start the work that a plan waits for."""
    aside.start(place(), plan_id, "assignments", "work")


def work(session: Session, plan_id: UUID) -> None:
    """Do what a plan waits for, in the name of who ordered it, and commit. What a person has to know of goes into the
    plan as its failure."""
    plan = plans.find_plan(session, plan_id)
    if plan is None or plan.state not in UNDER_WAY:
        return
    actor = actor_of(session, plan.created_by_id) if plan.created_by_id else SYSTEM
    applying = plan.state is ShareState.APPLYING
    try:
        if applying:
            until, by = plan.outline["order"]["due_on"], plan.outline["order"]["by"]
            actor = actor_of(session, by) if by else actor
            actions.apply_share_out(session, actor, plan, date.fromisoformat(until) if until else None)
        else:
            _work_out(session, plan_id)
        session.commit()
    except (DomainError, MemoryError) as error:
        session.rollback()
        why = error if isinstance(error, DomainError) else Conflict(TOO_MUCH)
        stopped = plans.find_plan(session, plan_id)
        if stopped is not None and stopped.state in UNDER_WAY:
            actions.come_to_nothing(session, stopped, why)
        session.commit()


def _work_out(session: Session, plan_id: UUID) -> None:
    token = reading.set(True)
    try:
        session.rollback()
        plan = plans.find_plan(session, plan_id)
        if plan is None:
            return
        actor = actor_of(session, plan.created_by_id) if plan.created_by_id else SYSTEM
        worked = actions.think(session, actor, plan, lambda done: aside.note_progress(place(), plan_id, done))
        session.rollback()
    finally:
        reading.reset(token)
    fresh = plans.find_plan(session, plan_id)
    if fresh is not None:
        actions.write_down(session, fresh, worked)
