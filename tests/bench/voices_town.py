"""A town in which a million things were said, written past the program in bulk; the index is built from the rows."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hengli_visits import clock, search_index
from hengli_visits.demo.sayings import sayings
from hengli_visits.extensions import db
from hengli_visits.models import (
    Assignment,
    Feedback,
    Handling,
    Household,
    HouseholdKind,
    Issue,
    IssueState,
    Outcome,
    Role,
    Urgency,
    Visit,
)
from tests.bench.town import Town
from tests.factories import grant, make_area, make_category, make_group, make_member

PORTION = 10_000
VILLAGES = 17
GROUPS = 100
VISITS_PER_TASK = 5
SIGNS = (
    "东南西北中上下前后里外新旧大小高低长短红黄蓝白黑金木水火土山石田林河海天地人心手足口目耳日月星云风雨雷电春夏秋冬"
)
"""What stands in names of small places: any two of them are rare together."""


def fill(town: Town, feedback: int, issues: int) -> dict[str, float]:
    """Write so much into the town; the seconds for the rows and for the index."""
    began = time.perf_counter()
    with db.engine.begin() as connection:
        search_index.drop(connection)
    with Session(db.engine, expire_on_commit=False) as session:
        _places(session, town)
        _write(session, town, feedback, issues)
        session.commit()
    written = time.perf_counter()
    with db.engine.begin() as connection:
        search_index.build(connection)
    indexed = time.perf_counter()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    return {"rows": written - began, "index": indexed - written}


def _places(session: Session, town: Town) -> None:
    cast = town.cast
    areas = [cast.village, cast.other_village]
    areas += [make_area(session, f"第{number}村", parent=cast.town) for number in range(VILLAGES - 2)]
    for saying in {saying.category: saying for saying in sayings()}.values():
        make_category(session, cast.campaign, f"{saying.category}类", cast.unit)
    for number in range(GROUPS):
        make_group(session, cast.campaign, f"第{number}组", areas=(areas[number % VILLAGES],))
    for number in range(20):
        make_member(session, f"走访员{number}")
    grant(session, make_member(session, "总览"), Role.COORDINATOR)


def _write(session: Session, town: Town, feedback: int, issues: int) -> None:
    cast = town.cast
    chance = random.Random(7)
    area_ids = [
        row[0] for row in session.execute(insert_free("SELECT id FROM areas WHERE kind = 'village' ORDER BY id"))
    ]
    group_ids = [row[0] for row in session.execute(insert_free("SELECT id FROM groups ORDER BY id"))]
    members = [row[0] for row in session.execute(insert_free("SELECT id FROM members ORDER BY id"))]
    categories = [row[0] for row in session.execute(insert_free("SELECT id FROM categories ORDER BY id"))]
    tasks = feedback // VISITS_PER_TASK
    now = clock.now()
    _insert(session, Household, ({
        "id": 1000 + n, "kind": HouseholdKind.FAMILY, "code": f"ZZ-{n:07d}", "name": "钟国强", "area_id": area_ids[n % len(area_ids)],
        "street": "二巷", "door": f"{n}号", "created_at": now, "updated_at": now,
    } for n in range(tasks)))  # fmt: skip
    _insert(session, Assignment, ({
        "id": 1000 + n, "campaign_id": cast.campaign.id, "household_id": 1000 + n, "group_id": group_ids[n % len(group_ids)], "created_at": now,
    } for n in range(tasks)))  # fmt: skip
    moments = [now - timedelta(minutes=(feedback - n) / 4) for n in range(feedback)]
    spread = list(range(feedback))
    chance.shuffle(spread)
    _insert(session, Visit, ({
        "id": 1000 + n, "uuid": UUID(int=n + 1), "assignment_id": 1000 + spread[n] % tasks, "campaign_id": cast.campaign.id,
        "author_id": members[n % len(members)], "outcome": Outcome.MET, "visited_at": moments[n], "received_at": moments[n],
    } for n in range(feedback)))  # fmt: skip
    said = words(chance)
    _insert(session, Issue, ({
        "id": 1000 + n, "number": f"HL-2025-{n:06d}", "campaign_id": cast.campaign.id, "area_id": area_ids[n % len(area_ids)],
        "household_id": 1000 + n % tasks, "group_id": group_ids[n % len(group_ids)], "raised_by_id": members[n % len(members)],
        "title": (text := next(said))[:30], "words": text, "category_id": chance.choice(categories), "urgency": Urgency.ORDINARY,
        "state": IssueState.IN_PROGRESS if n % 9 == 0 else IssueState.CLOSED, "lead_unit_id": (cast.unit.id, cast.other_unit.id)[n % 2],
        "raised_at": moments[n * (feedback // issues)], "opened_at": moments[n * (feedback // issues)],
    } for n in range(issues)))  # fmt: skip
    _insert(session, Feedback, ({
        "id": 1000 + n, "uuid": UUID(int=n + 1), "visit_id": 1000 + n, "campaign_id": cast.campaign.id, "nature": "appeal",
        "category_id": chance.choice(categories), "words": next(said), "handling": Handling.NOTED, "answer": "",
        "created_at": moments[n],
    } for n in range(feedback)))  # fmt: skip


def words(chance: random.Random) -> Iterator[str]:
    """Sentences without end: those of the sample with a place of their own in each."""
    templates = [saying.template for saying in sayings()]
    villages = [f"{a}{b}村" for a in "石长月新张村六" for b in "涌巷塘墙坑尾甲"]
    while True:
        place = "".join(chance.sample(SIGNS, 2))
        words = chance.choice(templates).format(village=chance.choice(villages), street=f"{place}巷")
        yield f"{words}在{place}{chance.randrange(400)}号旁边。"


def insert_free(sql: str) -> Any:
    """A statement as it is."""
    return db.text(sql)


def _insert(session: Session, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    portion: list[dict[str, Any]] = []
    for row in rows:
        portion.append(row)
        if len(portion) == PORTION:
            session.execute(insert(model), portion)
            portion.clear()
    if portion:
        session.execute(insert(model), portion)
