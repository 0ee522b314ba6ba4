"""Of what a page of figures tells: a campaign, or a village, group or period in it. Every list behind a figure is
narrowed by the same names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hengli_visits.actor import Actor
from hengli_visits.assignments.finding import on_days
from hengli_visits.assignments.scope import visible as visible_assignments
from hengli_visits.issues.scope import visible as visible_issues
from hengli_visits.models import Area, Assignment, Campaign, Group, Household, Issue
from hengli_visits.orm import occurs
from hengli_visits.reports.counting import Where
from hengli_visits.wording import N_, Word


class Quick(Word):
    """Periods that are chosen by one tap."""

    WHOLE = "whole", N_("全程")
    TODAY = "today", N_("今天")
    WEEK = "week", N_("近 7 天")
    MONTH = "month", N_("近 30 天")


DAYS = {Quick.TODAY: 1, Quick.WEEK: 7, Quick.MONTH: 30}


@dataclass(frozen=True)
class Span:
    """A campaign, and in it what is asked for. `since` and `until` are days of the town, both included; None has no end
    on that side."""

    campaign_id: int
    area_id: int | None = None
    group_id: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def timed(self) -> bool:
        """Whether there is a period."""
        return self.since is not None or self.until is not None

    @property
    def narrow(self) -> bool:
        """Whether there is less than the whole campaign."""
        return self.timed or self.area_id is not None or self.group_id is not None

    def within(self, moment: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Moments in the period; always true without one."""
        return on_days(moment, self.since, self.until)

    def family(self) -> Select[int]:
        """The ids of the group and its teams."""
        return select(Group.id).where(or_(Group.id == self.group_id, Group.parent_id == self.group_id))

    def place(self) -> dict[str, Any]:
        """The address's part without the period."""
        given = {"campaign": self.campaign_id, "area": self.area_id, "group": self.group_id}
        return {name: value for name, value in given.items() if value is not None}

    def address(self) -> dict[str, Any]:
        """All of it, as a page's address names it."""
        days = {"since": self.since, "until": self.until}
        return self.place() | {name: day.isoformat() for name, day in days.items() if day is not None}

    def on(self, quick: Quick, today: date) -> "Span":
        """The same for a period that ends today; the whole has none."""
        if quick is Quick.WHOLE:
            return replace(self, since=None, until=None)
        return replace(self, since=today - timedelta(days=DAYS[quick] - 1), until=today)

    def tasks(self, actor: Actor) -> ColumnElement[bool]:
        """Assignments that count: those that the actor sees, whatever the period."""
        found = [visible_assignments(actor), Assignment.campaign_id == self.campaign_id]
        if self.area_id is not None:
            inside = select(Household.id).where(Household.area_id == self.area_id)
            found.append(Assignment.household_id.in_(inside))
        if self.group_id is not None:
            found.append(Assignment.group_id.in_(self.family()))
        return and_(*found)

    def issues(self, actor: Actor) -> ColumnElement[bool]:
        """Issues that count: those that the actor sees, whatever the period."""
        found = [visible_issues(actor), Issue.campaign_id == self.campaign_id]
        if self.area_id is not None:
            found.append(Issue.area_id == self.area_id)
        if self.group_id is not None:
            found.append(Issue.group_id.in_(self.family()))
        return and_(*found)

    def raised(self, actor: Actor) -> ColumnElement[bool]:
        """Issues that residents raised in the period."""
        return and_(self.issues(actor), self.within(Issue.raised_at))

    def where(self, endpoint: str) -> Where:
        """The list of an endpoint narrowed to all of this."""
        return Where(endpoint, self.address())


def before(campaign: Campaign, campaigns: Iterable[Campaign]) -> Campaign | None:
    """Of these campaigns the one that began last before this one; None when there is none."""
    earlier = [one for one in campaigns if (one.starts_on, one.id) < (campaign.starts_on, campaign.id)]
    return max(earlier, key=lambda one: (one.starts_on, one.id), default=None)


Named = list[tuple[int, str]]


def choices(session: Session, actor: Actor, campaign_id: int) -> tuple[Named, Named]:
    """The villages and the groups and teams among what the actor sees in a campaign: of each whether there is any
    household. Two queries, three for who sees a part."""
    tasks = Span(campaign_id).tasks(actor)
    there = select(Assignment.id).join(Household, Household.id == Assignment.household_id).where(tasks)
    found = occurs(session, Area.id, Household.area_id, there, widely=actor.is_coordinator)
    areas = session.execute(select(Area.id, Area.name).where(found).order_by(Area.position, Area.id))
    team = aliased(Group)
    below = select(team.id).join(Assignment, Assignment.group_id == team.id).where(team.parent_id == Group.id, tasks)
    used = select(Assignment.id).where(Assignment.group_id == Group.id, tasks).exists()
    shown = true() if actor.is_coordinator else or_(used, and_(below.exists(), _above(actor)))
    groups = session.execute(
        select(Group.id, Group.name).where(Group.campaign_id == campaign_id, shown).order_by(Group.position, Group.id)
    )
    return [(row.id, row.name) for row in areas], [(row.id, row.name) for row in groups]


def _above(actor: Actor) -> ColumnElement[bool]:
    """Groups whose teams one sees are named themselves only to who oversees them."""
    return true() if actor.is_area_lead else Group.id.in_(sorted(actor.led_groups))
