"""The overview recounted from the rows, one by one, in plain Python."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentVisitor,
    Feedback,
    Group,
    GroupMember,
    Household,
    Issue,
    Member,
    Revisit,
    Visit,
    VisitCompanion,
)
from hengli_visits.reports.counting import Coverage
from hengli_visits.reports.span import Span

OPEN = {"waiting", "again"}


@dataclass
class Rows:
    """Everything of the campaign, loaded without any condition."""

    assignments: list[Assignment]
    households: dict[int, Household]
    areas: dict[int, Area]
    groups: dict[int, Group]
    visits: dict[int, Visit]
    feedback: list[Feedback]
    issues: list[Issue]
    revisits: list[Revisit]
    companions: list[VisitCompanion]
    visitors: list[AssignmentVisitor]
    members: dict[int, Member]
    memberships: list[GroupMember]

    @classmethod
    def load(cls, session: Session) -> "Rows":
        session.expire_all()

        def every(model: type) -> Iterable:  # type: ignore[type-arg]
            return session.scalars(select(model)).all()

        def by_id(model: type) -> dict:  # type: ignore[type-arg]
            return {row.id: row for row in every(model)}

        return cls(
            assignments=list(every(Assignment)),
            households=by_id(Household),
            areas=by_id(Area),
            groups=by_id(Group),
            visits=by_id(Visit),
            feedback=list(every(Feedback)),
            issues=list(every(Issue)),
            revisits=list(every(Revisit)),
            companions=list(every(VisitCompanion)),
            visitors=list(every(AssignmentVisitor)),
            members=by_id(Member),
            memberships=list(every(GroupMember)),
        )

    def village(self, assignment: Assignment) -> Area:
        return self.areas[self.households[assignment.household_id].area_id]

    def visitors_of(self, assignment: Assignment) -> set[int]:
        return self._visitors_by_assignment[assignment.id]

    @cached_property
    def _visitors_by_assignment(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {assignment.id: set() for assignment in self.assignments}
        for row in self.visitors:
            found[row.assignment_id].add(row.member_id)
        return found


def sees_place(actor: Actor, group_id: int | None, area: Area) -> bool:
    """Whether something of a group and a village lies in the actor's scope as a coordinator, leader or area lead."""
    led = group_id is not None and group_id in actor.led_groups
    return actor.is_coordinator or led or any(area.path.startswith(path) for path in actor.led_area_paths)


def tasks_of(rows: Rows, actor: Actor) -> list[Assignment]:
    """The assignments that the actor sees."""

    def seen(a: Assignment) -> bool:
        own = actor.id in rows.visitors_of(a) and actor.is_visitor
        return a.removed_at is None and (own or sees_place(actor, a.group_id, rows.village(a)))

    return [a for a in rows.assignments if seen(a)]


def issues_of(rows: Rows, actor: Actor) -> list[Issue]:
    """The issues that the actor sees."""
    mine = {
        a.household_id
        for a in rows.assignments
        if a.removed_at is None and actor.is_visitor and actor.id in rows.visitors_of(a)
    }

    def seen(i: Issue) -> bool:
        own = i.raised_by_id == actor.id or i.household_id in mine
        return own or sees_place(actor, i.group_id, rows.areas[i.area_id])

    return [i for i in rows.issues if seen(i)]


def same(coverage: Coverage, tasks: list[Assignment]) -> bool:
    """Whether a coverage counts exactly these assignments."""
    by_state = Counter(a.state.value for a in tasks)
    counts = {"visited": coverage.visited, "again": coverage.again, "unreachable": coverage.unreachable}
    counts["waiting"] = coverage.waiting
    return coverage.total.number == len(tasks) and all(by_state[k] == c.number for k, c in counts.items())


def town_day(moment: datetime) -> date:
    """The day of a moment in the town."""
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).date()


def abandoned(rows: Rows, a: Assignment) -> bool:
    """Whether all visitors are gone; nothing of the campaign is old enough to be stale for another reason."""
    tops = {group.id: group.parent_id or group.id for group in rows.groups.values()}
    here = {
        m.member_id
        for m in rows.memberships
        if m.left_at is None and rows.members[m.member_id].active and tops[m.group_id] == tops.get(a.group_id or 0)
    }
    who = rows.visitors_of(a)
    return a.state.value in OPEN and bool(who) and not who & here


def wants(rows: Rows) -> dict[str, Callable[[Assignment], bool]]:
    """What needs somebody's hand, by its word, as a test of one assignment."""
    clashing = {v.assignment_id for v in rows.visits.values() if v.clashing and v.voided_at is None}
    return {
        "unassigned": lambda a: not rows.visitors_of(a),
        "late": lambda a: a.due_on is not None and a.due_on < clock.today() and a.state.value in OPEN,
        "stale": lambda a: abandoned(rows, a),
        "to_confirm": lambda a: a.state.value == "unreachable" and a.confirmed_at is None,
        "clashing": lambda a: a.id in clashing,
    }


@dataclass
class Part:
    """What a person sees of a part of a campaign, picked from the rows by plain conditions."""

    rows: Rows
    actor: Actor
    span: Span

    def _family(self) -> set[int]:
        wanted = self.span.group_id
        return {g.id for g in self.rows.groups.values() if wanted in (g.id, g.parent_id)}

    def in_days(self, moment: datetime | None) -> bool:
        """Whether a moment is told and lies in the period, by the town's days."""
        if moment is None:
            return False
        day = town_day(moment)
        return (self.span.since or date.min) <= day <= (self.span.until or date.max)

    def _there(self, campaign_id: int, area_id: int, group_id: int | None) -> bool:
        right_area = self.span.area_id in (None, area_id)
        right_group = self.span.group_id is None or group_id in self._family()
        return campaign_id == self.span.campaign_id and right_area and right_group

    def tasks(self) -> list[Assignment]:
        """Assignments, whatever the period."""
        found = tasks_of(self.rows, self.actor)
        return [a for a in found if self._there(a.campaign_id, self.rows.village(a).id, a.group_id)]

    def issues(self) -> list[Issue]:
        """Issues, whatever the period."""
        return [i for i in issues_of(self.rows, self.actor) if self._there(i.campaign_id, i.area_id, i.group_id)]

    def raised(self) -> list[Issue]:
        """Issues raised in the period."""
        return [i for i in self.issues() if self.in_days(i.raised_at)]

    def visits(self) -> list[Visit]:
        """Visits of the period."""
        own = {c.visit_id for c in self.rows.companions if c.member_id == self.actor.id}
        homes = {a.id: a for a in self.rows.assignments}

        def seen(v: Visit) -> bool:
            a = homes[v.assignment_id]
            village = self.rows.village(a)
            mine = self.actor.is_visitor and self.actor.id in self.rows.visitors_of(a) and a.removed_at is None
            visible = sees_place(self.actor, a.group_id, village) or v.author_id == self.actor.id or v.id in own or mine
            return visible and self._there(v.campaign_id, village.id, a.group_id)

        return [v for v in self.rows.visits.values() if v.voided_at is None and self.in_days(v.visited_at) and seen(v)]

    def said(self) -> list[Feedback]:
        """Feedback of the period."""
        homes = {a.id: a for a in self.rows.assignments}
        found = []
        for f in self.rows.feedback:
            visit = self.rows.visits[f.visit_id]
            a = homes[visit.assignment_id]
            village = self.rows.village(a)
            stands = f.removed_at is None and visit.voided_at is None and self.in_days(visit.visited_at)
            place = self._there(f.campaign_id, village.id, a.group_id) and sees_place(self.actor, a.group_id, village)
            if stands and place:
                found.append(f)
        return found

    def revisits(self) -> list[Revisit]:
        """Revisits of the period that reached somebody in time, of issues that do not stand apart."""
        apart = {"parked", "not_accepted", "merged", "withdrawn"}
        ids = {i.id for i in self.issues() if i.state.value not in apart}
        return [r for r in self.rows.revisits if r.issue_id in ids and r.reached and not r.late and self.in_days(r.at)]
