"""Short ways to ask the loaded demonstration."""

from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hengli_visits.demo import sign_ins
from hengli_visits.models import Member


def count(session: Session, column: Any, *clauses: ColumnElement[bool]) -> int:
    """How many rows fit."""
    return session.scalar(select(func.count(column)).where(*clauses)) or 0


def member_of(demo: Flask, session: Session, role: str) -> Member:
    """Who has the sign-in of a role."""
    phone = next(one.phone for one in sign_ins.kept(demo.config["VISITS"].instance) if one.role == role)
    return session.scalars(select(Member).where(Member.phone == phone)).one()
