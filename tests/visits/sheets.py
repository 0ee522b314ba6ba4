"""A sheet that came back, as tests enter it."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits.assignments.keycodes import write
from hengli_visits.assignments.sheets import write_pair
from hengli_visits.models import (
    Assignment,
    Visit,
)
from tests.cast import Cast
from tests.pages import Page, PageClient, page_of

DAY = "2026-06-29"


def address_of(cast: Cast, pair: str = "") -> str:
    """Where sheets are entered, or that of a pair."""
    return f"/campaigns/{cast.campaign.id}/key-in" + (f"?pair={pair}" if pair else "")


def pair_of(cast: Cast) -> str:
    """The pair of the cast, as an address names it."""
    return write_pair((cast.visitor.id, cast.partner.id))


def line_of(assignment: Assignment, outcome: str = "1", **more: Any) -> dict[str, Any]:
    """A line as it is typed, of the household of an assignment."""
    return {"uuid": str(uuid4()), "day": DAY, "time": "0905", "code": write(assignment.id), "outcome": outcome} | more


def visits_in(session: Session) -> list[Visit]:
    """All visits, read anew."""
    session.rollback()
    whole = selectinload(Visit.companions), selectinload(Visit.feedback), joinedload(Visit.assignment)
    query = select(Visit).options(*whole).order_by(Visit.id).execution_options(populate_existing=True)
    return list(session.scalars(query))


def refused(client: PageClient, address: str, line: dict[str, Any]) -> Page:
    """The page on which a line was refused: nothing typed is lost."""
    answer = client.post(address, data=line)
    assert answer.status_code == 422
    page = page_of(answer.get_data(as_text=True))
    for name, value in line.items():
        if name not in ("uuid", "follow_up", "went", "repeat"):
            assert page.value(name) == value, f"{name} was lost"
    assert line["uuid"] in page.html
    return page
