"""Short ways to ask the loaded demonstration."""

from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hengli_visits.demo import sign_ins
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentMove,
    AssignmentVerb,
    AssignmentVisitor,
    Campaign,
    Feedback,
    Group,
    GroupMember,
    Household,
    Member,
    Move,
    Outcome,
    Role,
    RoleGrant,
    Visit,
)


def count(session: Session, column: Any, *clauses: ColumnElement[bool]) -> int:
    """How many rows fit."""
    return session.scalar(select(func.count(column)).where(*clauses)) or 0


def member_of(demo: Flask, session: Session, role: str) -> Member:
    """Who has the sign-in of a role."""
    phone = next(one.phone for one in sign_ins.kept(demo.config["VISITS"].instance) if one.role == role)
    return session.scalars(select(Member).where(Member.phone == phone)).one()


def homes_of(session: Session, campaign: Campaign) -> list[Any]:
    """For each visitor of each household of a campaign (assignment, village of the household, that of the visitor)."""
    query = (
        select(Assignment.id, Household.area_id, Member.area_id)
        .join(Household, Household.id == Assignment.household_id)
        .join(AssignmentVisitor, AssignmentVisitor.assignment_id == Assignment.id)
        .join(Member, Member.id == AssignmentVisitor.member_id)
        .where(Assignment.campaign_id == campaign.id)
    )
    return list(session.execute(query))


def outcomes_of(session: Session) -> dict[int, list[Outcome]]:
    """The outcomes of the visits of each assignment that were not voided, in their order."""
    visits: dict[int, list[Outcome]] = {}
    for assignment_id, outcome in session.execute(
        select(Visit.assignment_id, Visit.outcome).where(Visit.voided_at.is_(None)).order_by(Visit.visited_at)
    ):
        visits.setdefault(assignment_id, []).append(outcome)
    return visits


def refused_ones(session: Session) -> set[int]:
    """The assignments to which a leader sent the visitors again."""
    refused = select(AssignmentMove.assignment_id).where(AssignmentMove.verb == AssignmentVerb.REFUSE)
    return set(session.scalars(refused))


def moves_of(session: Session) -> dict[int, list[Move]]:
    """The moves of each issue in their order."""
    moves: dict[int, list[Move]] = {}
    for move in session.scalars(select(Move).order_by(Move.id)):
        moves.setdefault(move.issue_id, []).append(move)
    return moves


def handlers_of(session: Session) -> dict[int, set[int]]:
    """Who acts for each unit."""
    handlers: dict[int, set[int]] = {}
    for unit_id, member_id in session.execute(
        select(RoleGrant.organisation_id, RoleGrant.member_id).where(RoleGrant.role == Role.HANDLER)
    ):
        handlers.setdefault(unit_id or 0, set()).add(member_id)
    return handlers


def said_where(session: Session) -> list[Any]:
    """All that was said: (words, handling, village, street)."""
    query = (
        select(Feedback.words, Feedback.handling, Area.name, Household.street)
        .join(Visit, Visit.id == Feedback.visit_id)
        .join(Assignment, Assignment.id == Visit.assignment_id)
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
    )
    return list(session.execute(query))


def seats_in_teams(session: Session, campaign: Campaign) -> list[int]:
    """The members of the teams of a campaign, once for each team."""
    query = (
        select(GroupMember.member_id)
        .join(Group)
        .where(Group.campaign_id == campaign.id, GroupMember.left_at.is_(None), Group.parent_id.is_not(None))
    )
    return list(session.scalars(query))
