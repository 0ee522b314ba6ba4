"""Whose turn it is in a story of the demonstration, and one step by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.demo.courses import Story
from hengli_visits.demo.history import History
from hengli_visits.demo.people import People, Staff
from hengli_visits.issues.actions import move
from hengli_visits.models import Category, Group, Issue, Organisation, OrganisationKind, Role, RoleGrant


@dataclass(frozen=True)
class Units:
    """Units by their own name and by the name of the category that they lead, committees by area, and the leader of
    each group and its teams."""

    by_name: Mapping[str, int]
    committees: Mapping[int, int]
    leaders: Mapping[int, int]


def units_of(session: Session, campaign_id: int) -> Units:
    """The units and leaders of a campaign."""
    units = session.scalars(select(Organisation).where(Organisation.kind == OrganisationKind.UNIT)).all()
    leading = session.execute(
        select(Category.name, Category.unit_id).where(
            Category.campaign_id == campaign_id, Category.unit_id.is_not(None)
        )
    )
    groups = session.execute(select(Group.id, Group.parent_id).where(Group.campaign_id == campaign_id)).all()
    grants = session.execute(
        select(RoleGrant.group_id, RoleGrant.member_id)
        .where(RoleGrant.role == Role.GROUP_LEADER)
        .order_by(RoleGrant.id.desc())
    )
    tops = {grant.group_id: grant.member_id for grant in grants}
    return Units(
        by_name={unit.name: unit.id for unit in units} | {name: unit_id for name, unit_id in leading if unit_id},
        committees={unit.area_id: unit.id for unit in units if unit.area_id},
        leaders={id_: tops[parent_id or id_] for id_, parent_id in groups if (parent_id or id_) in tops},
    )


class Acting:
    """Who takes which step, through the same actions as the pages."""

    def __init__(
        self, session: Session, history: History, people: People, staff: Staff, units: Units, rng: Random
    ) -> None:
        self._session = session
        self._history = history
        self._people = people
        self._staff = staff
        self._units = units
        self._rng = rng
        self._closings = 0

    def _office(self, issue: Issue) -> int:
        return self._staff.coordinator if issue.id % 3 else self._staff.deputy

    def _handler(self, issue: Issue) -> int:
        return self._staff.handlers[issue.lead_unit_id or 0]

    def _revisitor(self, story: Story, issue: Issue) -> int:
        village = self._units.committees[issue.area_id]  # it helps with what is complex
        barred = {self._handler(issue), self._staff.handlers.get(village)}
        able = [one for one in (story.call.author, *story.call.place.visitors) if one not in barred]
        return able[0] if able else self._staff.coordinator

    def _go(self, member_id: int, issue: Issue, verb: str, **data: Any) -> None:
        move(self._session, self._people(member_id), issue, verb, data)
