"""Every figure of the overview against the rows recounted."""

from collections import Counter
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.extensions import db
from hengli_visits.models import Assignment, Issue, Result
from hengli_visits.reports.queries import Overview, overview
from hengli_visits.reports.span import Span
from tests.cast import Cast
from tests.counting import counted_queries
from tests.issues.making import actor_for, make_issue
from tests.reports.chance import Chance
from tests.reports.recount import Rows, issues_of, same, sees_place, tasks_of, town_day, wants

SEEDS = range(3)
WITH_UNIT = {"dispatched", "in_progress"}
OVER = {"closed", "not_accepted", "withdrawn", "merged"}
PEOPLE = ("coordinator", "area_lead", "leader", "team_leader", "other_leader")


@dataclass
class Look:
    """What a person sees, and the rows of the campaign it must follow from."""

    rows: Rows
    actor: Actor
    page: Overview

    @property
    def tasks(self) -> list[Assignment]:
        return tasks_of(self.rows, self.actor)


_looks: dict[tuple[str, int], dict[str, Look]] = {}


@pytest.fixture(params=SEEDS)
def looks(request: pytest.FixtureRequest, session: Session, cast: Cast) -> dict[str, Look]:
    """The overview of each person who has one, on a campaign made by chance: looked at once on each database. The tests
    ask the rows and what was seen, no database."""
    seed: int = request.param
    key = str(db.engine.url), seed
    if key not in _looks:
        Chance(session, cast, seed).fill()
        rows = Rows.load(session)
        actors = {person: actor_for(session, getattr(cast, person)) for person in PEOPLE}
        _looks[key] = {
            person: Look(rows, actor, overview(session, actor, cast.campaign)) for person, actor in actors.items()
        }
    return _looks[key]


def test_households(looks: dict[str, Look]) -> None:
    for look in looks.values():
        found, tasks = look.page.tasks, look.tasks
        assert tasks
        assert same(found.coverage, tasks)
        visited = [a for a in tasks if a.state.value == "visited" and a.last_visit_at]
        today = [a for a in visited if a.last_visit_at and town_day(a.last_visit_at) == clock.today()]
        assert found.today.number == len(today)
        outcomes = Counter(a.last_outcome for a in tasks if a.last_outcome)
        assert {o.value: c.number for o, c in found.outcomes if c.number} == outcomes
        if look.actor.is_coordinator or not look.actor.is_leader:
            assert found.wanting == []
            continue
        wanting = {only.value: count.number for only, count in found.wanting}
        assert wanting == {name: sum(map(test, tasks)) for name, test in wants(look.rows).items()}


def test_villages_in_the_towns_order(looks: dict[str, Look]) -> None:
    for look in looks.values():
        villages = sorted({look.rows.village(a) for a in look.tasks}, key=lambda v: (v.position, v.id))
        assert [row.name for row in look.page.tasks.villages] == [v.name for v in villages]
        for row, village in zip(look.page.tasks.villages, villages, strict=True):
            assert same(row.coverage, [a for a in look.tasks if look.rows.village(a) is village])


def test_groups_with_their_teams(looks: dict[str, Look]) -> None:
    groups = looks["leader"].rows.groups.values()
    tops = [g.name for g in sorted(groups, key=lambda g: g.position) if g.parent_id is None]
    expected = {
        "coordinator": tops,
        "area_lead": tops,
        "leader": ["长巷村组", "长巷村第1小组"],
        "team_leader": ["长巷村第1小组"],
        "other_leader": ["石涌村组"],
    }
    for person, look in looks.items():
        assert [row.name for row in look.page.groups] == expected[person]
        for row in look.page.groups:
            (group,) = [g for g in groups if g.name == row.name]
            family = {group.id} | {g.id for g in groups if g.parent_id == group.id}
            assert same(row.coverage, [a for a in look.tasks if a.group_id in family])


def test_members_by_name_for_leaders_alone(looks: dict[str, Look]) -> None:
    assert looks["coordinator"].page.members == looks["area_lead"].page.members == []
    for person in ("leader", "team_leader", "other_leader"):
        look = looks[person]
        rows, led = look.rows, look.actor.led_groups
        inside = {m.member_id for m in rows.memberships if m.group_id in led and m.left_at is None}
        busy = {id_ for a in look.tasks if a.group_id in led for id_ in rows.visitors_of(a)}
        members = sorted((rows.members[id_] for id_ in inside | busy), key=lambda m: (m.pinyin, m.name, m.id))
        assert [row.name for row in look.page.members] == [m.name for m in members]
        for row, member in zip(look.page.members, members, strict=True):
            assert same(row.coverage, [a for a in look.tasks if member.id in rows.visitors_of(a)])


def test_issues(looks: dict[str, Look]) -> None:
    now = clock.now()
    for look in looks.values():
        issues, found = issues_of(look.rows, look.actor), look.page.issues
        assert found.total.number == len(issues)
        assert {s: c.number for s, c in found.by_state} == Counter(i.state for i in issues)
        assert found.open.number == sum(i.state.value not in (*OVER, "parked") for i in issues)
        overdue = [i for i in issues if i.step_due_at and i.step_due_at <= now]
        amber = [i for i in issues if i.amber_at and i.amber_at <= now and i.step_due_at and i.step_due_at > now]
        assert (found.overdue.number, found.amber.number) == (len(overdue), len(amber))
        assert found.unit_late.number == sum(i.state.value in WITH_UNIT for i in overdue)
        closed = [i for i in issues if i.state.value == "closed"]
        assert found.closed.number == len(closed)
        kept = [i for i in closed if i.answered_at and i.due_at and i.answered_at <= i.due_at and not i.main_issue_id]
        assert found.kept.number == len(kept)
        first = sorted(overdue + amber, key=lambda i: (i.step_due_at, i.id))
        assert [i.id for i, _ in look.page.due] == [i.id for i in first[:5]]


def test_issues_by_category(looks: dict[str, Look]) -> None:
    for look in looks.values():
        names = Counter(i.category_id or 0 for i in issues_of(look.rows, look.actor))
        assert {c.where.filters["category"]: c.number for _, c in look.page.issues.categories} == names
        assert [c.number for _, c in look.page.issues.categories] == sorted(names.values(), reverse=True)


def test_what_waits_for_the_coordinator(looks: dict[str, Look]) -> None:
    look = looks["coordinator"]
    led = {int(path.strip("/").split("/")[-1]) for path in looks["area_lead"].actor.led_area_paths}

    def own(issue: Issue) -> bool:
        state, alone = issue.state.value, issue.area_id not in led
        parking = issue.result is Result.TO_PARK
        return (
            state in {"triage", "redo"}
            or (state == "return_review" and (issue.returns < 2 or alone))
            or (state == "answer_review" and (not parking or alone))
            or (state == "parked" and alone and issue.review_on is not None and issue.review_on <= clock.today())
        )

    mine = [i for i in look.rows.issues if own(i)]
    assert {s.value: c.number for s, c in look.page.issues.waiting} == Counter(i.state.value for i in mine)
    late = [
        i for i in look.rows.issues if i.state.value in WITH_UNIT and i.step_due_at and i.step_due_at <= clock.now()
    ]
    assert look.page.todo.number == len(mine) + len(late) == sum(m.count.number for m in look.page.todo.matters)


def test_what_waits_for_a_leader(looks: dict[str, Look]) -> None:
    look = looks["other_leader"]
    issues = [i for i in issues_of(look.rows, look.actor) if i.group_id in look.actor.led_groups]
    own = [i for i in issues if i.state.value in {"triage", "on_the_spot"}]
    tests = wants(look.rows).values()
    households = [a for a in look.tasks if any(test(a) for test in tests)]
    assert look.page.todo.number == len(own) + len(households)


def test_feedback(looks: dict[str, Look]) -> None:
    for look in looks.values():
        rows, actor = look.rows, look.actor
        ids = {a.id for a in rows.assignments if sees_place(actor, a.group_id, rows.village(a))}
        visits = {v.id for v in rows.visits.values() if v.voided_at is None and v.assignment_id in ids}
        said = [f for f in look.rows.feedback if f.removed_at is None and f.visit_id in visits]
        counted = Counter(f.handling.value for f in said)
        found = look.page.said
        assert found.total.number == len(said)
        parts = {"answered": found.answered, "follow_up": found.follow_up, "noted": found.noted}
        assert {name: count.number for name, count in parts.items()} == {name: counted[name] for name in parts}
        latest = sorted(said, key=lambda f: (f.created_at, f.id), reverse=True)[:5]
        assert [f.id for f in look.page.latest] == [f.id for f in latest]


def test_costs_the_same_whatever_the_size(session: Session, cast: Cast) -> None:
    actors = [actor_for(session, getattr(cast, person)) for person in PEOPLE]

    def costs() -> list[int]:
        found = []
        for actor in actors:
            session.expire_all()
            session.refresh(cast.campaign)
            with counted_queries() as statements:
                overview(session, actor, cast.campaign)
            found.append(len(statements))
        return found

    make_issue(session, cast)
    first = costs()
    Chance(session, cast, 7).fill()
    assert costs() == first == [9, 9, 10, 10, 10]
    with counted_queries() as statements:
        overview(session, actors[0], cast.campaign, Span(cast.campaign.id, since=clock.today()))
    assert len(statements) == first[0] + 1
