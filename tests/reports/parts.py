"""Every figure of the pages beside the overview against the rows recounted: shared by random data and the demo."""

from collections import Counter
from datetime import timedelta

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import Campaign, Household
from hengli_visits.reports import places
from hengli_visits.reports.places import Layer
from hengli_visits.reports.rates import counts, rates
from hengli_visits.reports.saying import SaidRow, saying
from hengli_visits.reports.solving import PartRow, solving
from hengli_visits.reports.span import Span
from hengli_visits.reports.visiting import visiting
from tests.reports.measured import APART, OVER, age_of, measured
from tests.reports.recount import Part, town_day


def check_measures(session: Session, part: Part) -> None:
    """The measures, and the rates made of them."""
    now, expected = clock.now(), measured(part, clock.now())
    found = counts(session, part.actor, part.span, now)
    assert {one.value: count.number for one, count in found.items()} == expected
    pairs = {rate.key: (rate.part.number, rate.whole.number) for rate in rates(found)}
    assert pairs == {
        "response": (expected["contacted"], expected["dispatched"]),
        "on_time": (expected["on_time"], expected["due"]),
        "first_on_time": (expected["first_on_time"], expected["first_due"]),
        "solved": (expected["solved"], expected["asked"]),
        "pleased": (expected["pleased"], expected["rated"]),
        "revisited": (expected["revisited"], expected["approved"]),
    }
    assert all(part_ <= whole for part_, whole in pairs.values())


def check_issues(session: Session, part: Part) -> None:
    """Issues by state, age, unit and village."""
    now, raised = clock.now(), part.raised()
    found = solving(session, part.actor, part.span, now)
    assert found.total.number == len(raised)
    states = Counter(i.state.value for i in raised)
    assert {s.value: c.number for s, c in found.states} == states
    assert {s.value: c.number for s, c in found.apart} == {s: states[s] for s in APART}
    ages = Counter(age_of(i, now) for i in raised)
    assert {a.value: c.number for a, c in found.ages} == {a.value: ages[a.value] for a, _ in found.ages}
    for row in found.open:
        same = [i for i in raised if i.state == row.state]
        assert row.total.number == len(same)
        assert {a.value: c.number for a, c in row.ages if c.number} == Counter(age_of(i, now) for i in same)
    _check_parts(part, found.units, "unit")
    _check_parts(part, found.villages, "area")
    assert [i.id for i in found.parked] == [
        i.id
        for i in sorted(
            (i for i in raised if i.state.value == "parked"),
            key=lambda i: (i.review_on is None, i.review_on or clock.today(), i.id),
        )[:10]
    ]


def _check_parts(part: Part, rows: list[PartRow], name: str) -> None:
    now = clock.now()
    for row in rows:
        id_ = row.total.where.filters[name]
        own = [i for i in part.issues() if (i.area_id if name == "area" else i.lead_unit_id or 0) == id_]
        raised = [i for i in own if part.in_days(i.raised_at)]
        alone = Part(part.rows, part.actor, part.span)
        alone.issues = lambda own=own: own  # type: ignore[method-assign,misc]
        expected = measured(alone, now)
        assert row.total.number == len(raised)
        assert row.open.number == sum(i.state.value not in OVER | {"parked"} for i in raised)
        assert row.late.number == sum(bool(i.step_due_at and i.step_due_at <= now) for i in raised)
        assert (row.due.number, row.on_time.number) == (expected["due"], expected["on_time"])
    assert sum(row.total.number for row in rows) == len(part.raised())


def check_visits(session: Session, part: Part, campaign: Campaign) -> None:
    """Visits by day, outcome, manner and village, and the households that they reached."""
    visits = part.visits()
    found = visiting(session, part.actor, campaign, part.span, clock.today())
    assert found.total.number == len(visits)
    assert {o: c.number for o, c in found.outcomes if c.number} == Counter(v.outcome for v in visits)
    assert {m: c.number for m, c in found.manners if c.number} == Counter(v.manner for v in visits)
    assert sum(day.visits.number for day in found.days) == len(visits)
    latest = [a.last_visit_at for a in part.tasks() if a.state.value == "visited" and a.last_visit_at]
    days = [town_day(moment) for moment in latest]
    for row in found.days:
        there = [v for v in visits if row.part.first <= town_day(v.visited_at) <= row.part.last]
        assert (row.visits.number, row.met.number) == (len(there), sum(v.outcome.value == "met" for v in there))
        assert row.reached.number == sum(row.part.first <= day <= row.part.last for day in days)
        assert row.so_far.number == sum(day <= row.part.last for day in days)
    homes = {a.id: part.rows.village(a) for a in part.rows.assignments}
    by_village = Counter(homes[v.assignment_id].name for v in visits)
    assert {row.name: row.visits.number for row in found.villages} == by_village


def check_feedback(session: Session, part: Part) -> None:
    """What was said by nature, handling, category and village."""
    said, found = part.said(), saying(session, part.actor, part.span)
    assert found.said.total.number == len(said)
    assert found.said.answered.number == sum(f.handling.value == "answered" for f in said)
    assert {n: c.number for n, c in found.natures if c.number} == Counter(f.nature for f in said)
    homes = {a.id: part.rows.village(a).id for a in part.rows.assignments}
    village = {f.id: homes[part.rows.visits[f.visit_id].assignment_id] for f in said}

    def told(rows: list[SaidRow], name: str) -> Counter[tuple[object, str]]:
        cells = [(r.total.where.filters[name], n.value, c.number) for r in rows for n, c in r.natures]
        assert all(r.total.number == sum(c.number for _, c in r.natures) for r in rows)
        return Counter({(id_, nature): number for id_, nature, number in cells if number})

    assert told(found.categories, "category") == Counter((f.category_id or 0, f.nature.value) for f in said)
    assert told(found.villages, "area") == Counter((village[f.id], f.nature.value) for f in said)


def check_map(session: Session, part: Part) -> None:
    """Each layer holds exactly the rows that have a position, and villages count all of them."""
    homes = part.rows.households
    by_id = {a.id: homes[a.household_id] for a in part.rows.assignments}
    layers: dict[Layer, dict[int, Household | None]] = {
        Layer.HOUSEHOLDS: {a.id: by_id[a.id] for a in part.tasks()},
        Layer.VISITS: {v.id: by_id[v.assignment_id] for v in part.visits()},
        Layer.ISSUES: {i.id: homes[i.household_id] if i.household_id else None for i in part.raised()},
    }
    for layer, rows in layers.items():
        points = places.points(session, part.actor, part.span, layer, clock.now())
        assert {p.id for p in points} == {id_ for id_, home in rows.items() if home and home.latitude is not None}
        villages = places.villages(session, part.actor, part.span, layer)
        assert sum(row.number for row in villages) == len(rows)
        assert sum(row.placed for row in villages) == len(points)


def spans_of(campaign_id: int, area_id: int, group_id: int) -> list[Span]:
    """The whole, a period, a village in a period, and a group."""
    today = clock.today()
    return [
        Span(campaign_id),
        Span(campaign_id, since=today - timedelta(days=1), until=today),
        Span(campaign_id, area_id=area_id, until=today - timedelta(days=1)),
        Span(campaign_id, group_id=group_id, since=today - timedelta(days=2)),
    ]
