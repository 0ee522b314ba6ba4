"""How well and how fast households are shared out: the sample rosters of 双千 beside a plain round-robin and a greedy nearest
in the same run; and a town of 100,000 households and 10,000 members in 200 areas, from the database and back into it.

`python -m tests.bench.sharing [--areas 200 --households 500 --members 50]` (households and members are of each area)."""

import argparse
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from flask_migrate import upgrade
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hengli_visits import clock, create_app
from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.assignments import actions
from hengli_visits.assignments.distribute.levels import Plan, Terms, Town, distribute
from hengli_visits.assignments.distribute.problem import House
from hengli_visits.assignments.snapshot import take
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.campaigns.actions import create_campaign
from hengli_visits.config import Config
from hengli_visits.demo.town import import_town
from hengli_visits.extensions import db
from hengli_visits.groups.actions import create_groups_by_area
from hengli_visits.models import (
    Area,
    AreaKind,
    Assignment,
    AssignmentState,
    Campaign,
    Group,
    GroupMember,
    Household,
    HouseholdKind,
    Member,
    Outcome,
    Role,
    Visit,
    group_areas,
)
from hengli_visits.orm import Base
from tests.conftest import MONDAY

COORDINATOR = Actor(0, "统筹员", roles=frozenset({Role.COORDINATOR}))
Given = Mapping[int, tuple[int, ...]]
"""The members of each assignment."""


def main() -> None:
    """Measure the sample, then a large town."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=200)
    parser.add_argument("--households", type=int, default=500)
    parser.add_argument("--members", type=int, default=50)
    given = parser.parse_args()
    with clock.told_by(lambda: MONDAY), database() as session:
        measure_sample(session)
    with clock.told_by(lambda: MONDAY), database() as session:
        measure_town(session, given.areas, given.households, given.members)
    print(f"most memory of the whole run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


@contextmanager
def database() -> Iterator[Session]:
    """An empty migrated database on SQLite."""
    with tempfile.TemporaryDirectory(prefix="sharing-") as folder:
        place = Path(folder)
        app = create_app(
            Config(
                secret_key="k" * 32, database_url=f"sqlite:///{place / 'app.db'}", instance=place, public_url=None,
                proxies=0, secure_cookies=False, testing=True,
            )
        )  # fmt: skip
        with app.app_context():
            upgrade()
            with Session(db.engine, expire_on_commit=False) as session:
                yield session
            db.engine.dispose()


def measure_sample(session: Session) -> None:
    """双千: 1,575 households and 1,724 members in 17 villages."""
    import_town(session, lambda _text: None)
    today = clock.today()
    campaign = create_campaign(session, SYSTEM, name="双千", starts_on=today, ends_on=today + timedelta(days=30))
    families = session.scalars(select(Household.id).where(Household.kind == HouseholdKind.FAMILY)).all()
    actions.target_households(session, SYSTEM, campaign, families)
    create_groups_by_area(session, SYSTEM, campaign)
    actions.place_in_groups(session, SYSTEM, campaign)
    session.flush()
    for pairs in (True, False):
        wishes = Wishes(groups=tops_of(session, campaign), oldest=None, terms=Terms(pairs=pairs))
        began = time.perf_counter()
        snapshot = take(session, COORDINATOR, campaign, wishes)
        read = time.perf_counter() - began
        plan = distribute(snapshot.town, wishes.terms)
        done = time.perf_counter() - began
        seats = sum(len(team.members) for team in snapshot.town.teams)
        print(f"{'pairs' if pairs else 'single visitors'}: {len(snapshot.town.houses):,} households, {seats:,} members;"
              f" read {read:.2f} s, in all {done:.2f} s; {len(plan.unproved)} parts not proved best")  # fmt: skip
        compare(snapshot.town, plan)


def tops_of(session: Session, campaign: Campaign) -> tuple[int, ...]:
    """The ids of the groups of a campaign."""
    query = select(Group.id).where(Group.campaign_id == campaign.id, Group.parent_id.is_(None)).order_by(Group.id)
    return tuple(session.scalars(query))


def compare(town: Town, plan: Plan) -> None:
    """Print the figures of a plan beside those of two plain ways with the same people."""
    ways: Mapping[str, Callable[[Sequence[House], Sequence[tuple[int, ...]]], dict[int, int]]] = {
        "round-robin": lambda houses, parties: {h.id: number % len(parties) for number, h in enumerate(houses)},
        "greedy nearest": greedy,
    }
    found: dict[str, Given] = {"best": {id_: placed.members for id_, placed in plan.placed.items()}}
    for name, way in ways.items():
        given: dict[int, tuple[int, ...]] = {}
        for group_id, parties in plan.parties.items():
            houses = [house for house, group in town.houses if group == group_id]
            given |= {id_: parties[number] for id_, number in way(houses, parties).items()}
        found[name] = given
    for name, of_way in found.items():
        print(f"  {name:15s} {figures(town, plan, of_way)}")


def greedy(houses: Sequence[House], parties: Sequence[tuple[int, ...]]) -> dict[int, int]:
    """Household by household as the roster has them: to who has room and was last given the nearest one (same street,
    then nearest door), else to the next who has nothing."""
    most = -(-len(houses) // len(parties))
    last: dict[int, House] = {}
    got: Counter[int] = Counter()
    plan: dict[int, int] = {}
    for house in houses:
        able = [number for number in range(len(parties)) if got[number] < most]
        near = [number for number in able if number in last and last[number].street == house.street]
        if near:
            number = min(near, key=lambda n: (abs(last[n].door_number - house.door_number), n))
        else:
            number = next((n for n in able if n not in last), able[0])
        plan[house.id], last[number] = number, house
        got[number] += 1
    return plan


def figures(town: Town, plan: Plan, given: Given) -> str:
    """The figures of one way of sharing out, in words."""
    houses = {house.id: house for house, _ in town.houses}
    loads = Counter(given.values())
    spread = max(
        max(loads[members] for members in parties) - min(loads[members] for members in parties)
        for parties in plan.parties.values()
    )
    near = sum(any(houses[i].village[1] in town.near.get(m, ()) for m in members) for i, members in given.items())
    streets: dict[object, set[tuple[int, ...]]] = defaultdict(set)
    of_hands: dict[tuple[int, ...], set[object]] = defaultdict(set)
    for id_, members in given.items():
        street = (houses[id_].village, houses[id_].street)
        streets[street].add(members)
        of_hands[members].add(street)
    parts = sum(map(len, streets.values()))
    cut = sum(len(some) > 1 for some in streets.values())
    several = sum(len(some) > 1 for some in of_hands.values())
    return (f"loads differ by at most {spread}; same village {100 * near / len(given):.1f} %;"
            f" {cut} of {len(streets)} streets cut, {parts} parts; {several} of {len(of_hands)} go to several streets")  # fmt: skip


def measure_town(session: Session, areas: int, households: int, members: int) -> None:
    """A large town, half of whose households were visited in a campaign before."""
    campaign = build_town(session, areas, households, members)
    wishes = Wishes(groups=tops_of(session, campaign), oldest=None)
    steps: list[tuple[str, float]] = []
    began = time.perf_counter()

    def told(name: str) -> None:
        steps.append((name, time.perf_counter() - began))

    plan = actions.order_share_out(session, COORDINATOR, campaign, wishes)
    worked = actions.think(session, COORDINATOR, plan)
    told("worked out")
    actions.write_down(session, plan, worked)
    session.commit()
    told("written down")
    given = actions.apply_share_out(session, COORDINATOR, plan)
    session.commit()
    told("applied")
    count = actions.undo_share_out(session, COORDINATOR, plan)
    session.commit()
    told("undone")
    print(f"{areas * households:,} households, {areas * members:,} members, {areas} areas:"
          f" {len(given.done):,} given, {count:,} taken back; proved best: {plan.outline['proved']}")  # fmt: skip
    print("  " + ", ".join(f"{name} after {seconds:.1f} s" for name, seconds in steps))


def build_town(session: Session, areas: int, households: int, members: int) -> Campaign:
    """Areas with a group each, streets of 6 to 25 doors, members who mostly live there."""
    chance = Random(1)
    now, today = clock.now(), clock.today()
    past = create_campaign(session, SYSTEM, name="去年", starts_on=today, ends_on=today + timedelta(days=9))
    campaign = create_campaign(session, SYSTEM, name="今年", starts_on=today, ends_on=today + timedelta(days=30))
    rows: dict[type[Base], list[dict[str, object]]] = defaultdict(list)
    covers: list[dict[str, int]] = []
    rows[Area].append({"id": 1, "kind": AreaKind.TOWN, "name": "镇", "code": "T", "path": "/1/", "position": 0})
    for area in range(2, areas + 2):
        rows[Area].append({"id": area, "kind": AreaKind.VILLAGE, "name": f"村{area}", "code": f"V{area}",
                           "path": f"/1/{area}/", "position": area, "parent_id": 1})  # fmt: skip
        rows[Group].append({"id": area, "campaign_id": campaign.id, "name": f"组{area}", "position": area,
                            "created_at": now})  # fmt: skip
        covers.append({"group_id": area, "area_id": area})
        for number in range(members):
            id_ = (area - 2) * members + number + 1
            home = area if chance.random() < 0.8 else chance.randint(2, areas + 1)
            rows[Member].append({"id": id_, "name": f"人{id_}", "area_id": home, "created_at": now, "updated_at": now})
            rows[GroupMember].append({"group_id": area, "member_id": id_, "joined_at": now})
        street = door = 0
        left = 0
        for number in range(households):
            if not left:
                street, door, left = street + 1, 0, chance.randint(6, 25)
            door, left = door + 1, left - 1
            id_ = (area - 2) * households + number + 1
            rows[Household].append(
                {"id": id_, "kind": HouseholdKind.FAMILY, "code": f"{area}-{number}", "name": f"户{id_}",
                 "area_id": area, "street": f"{street}巷", "street_order": f"{street:04}", "door_number": door,
                 "created_at": now, "updated_at": now}
            )  # fmt: skip
            rows[Assignment].append({"id": id_, "campaign_id": campaign.id, "household_id": id_, "group_id": area,
                                     "state": AssignmentState.WAITING, "created_at": now})  # fmt: skip
            if chance.random() < 0.5:
                who = (area - 2) * members + min(members, number * members // households + chance.randint(0, 1)) + 1
                _past(rows, past.id, id_, min(who, (area - 1) * members), chance)
    for model in (Area, Group, Member, GroupMember, Household, Assignment, Visit):
        for start in range(0, len(rows[model]), 10_000):
            session.execute(insert(model), rows[model][start : start + 10_000])
        if model is Group:
            session.execute(insert(group_areas), covers)
    session.commit()
    return campaign


def _past(
    rows: dict[type[Base], list[dict[str, object]]], campaign_id: int, household_id: int, member_id: int, chance: Random
) -> None:
    made = 1_000_000 + household_id
    now = clock.now()
    rows[Assignment].append(
        {"id": made, "campaign_id": campaign_id, "household_id": household_id, "group_id": None,
         "state": AssignmentState.VISITED, "created_at": now}
    )  # fmt: skip
    rows[Visit].append(
        {"uuid": UUID(int=chance.getrandbits(128)), "assignment_id": made, "campaign_id": campaign_id,
         "author_id": member_id, "outcome": Outcome.MET, "visited_at": now - timedelta(days=300), "received_at": now}
    )  # fmt: skip


if __name__ == "__main__":
    main()
