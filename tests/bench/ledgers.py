"""How long ledgers and documents of a large campaign take, how much memory they need, and whether others are answered
meanwhile.

`python -m tests.bench.ledgers [--visits 100000]`. Each file is made by a process of its own; memory is the most that the
process held, beside what it held before."""

import argparse
import multiprocessing
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hengli_visits import clock, create_app
from hengli_visits.actor import SYSTEM
from hengli_visits.config import Config
from hengli_visits.extensions import db, reading
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    Campaign,
    Feedback,
    Handling,
    Household,
    HouseholdKind,
    Manner,
    Nature,
    Outcome,
    Paper,
    PaperKind,
    Visit,
)
from hengli_visits.papers import actions, rules
from hengli_visits.papers.wishes import Wishes
from tests.bench.exports import _held, _write
from tests.bench.town import SECRET, new_town

PORTION, EACH = 10_000, 4
KINDS = (PaperKind.VISITS, PaperKind.SAID, PaperKind.DAILY, PaperKind.SUMMARY)


@dataclass(frozen=True)
class Figure:
    """What one file took: `held` and `most` in MB, `slowest` write of somebody else meanwhile in ms."""

    kind: str
    seconds: float
    held: float
    most: float
    size: float
    rows: int
    slowest: float


def _households(count: int, area: int, group: int, campaign: int) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    now = clock.now()
    for number in range(count):
        id_ = 100_000 + number
        yield Household, {
            "id": id_, "kind": HouseholdKind.FAMILY, "code": f"ZZ-{number:06d}", "name": "钟袁黎何叶"[number % 5] + "国强",
            "area_id": area, "street": f"{number // 50}巷", "door": f"{number % 50 + 1}号", "phone": f"138{number:08d}",
            "created_at": now, "updated_at": now,
        }  # fmt: skip
        yield Assignment, {
            "id": id_, "campaign_id": campaign, "household_id": id_, "group_id": group, "state": AssignmentState.VISITED,
            "last_visit_at": now, "created_at": now,
        }  # fmt: skip


def _visits(count: int, campaign: int, author: int) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    now = clock.now()
    for number in range(count):
        id_, at = 100_000 + number, now - timedelta(minutes=number % 40_000)
        yield Visit, {
            "id": id_, "uuid": uuid.uuid4(), "assignment_id": 100_000 + number // EACH, "campaign_id": campaign,
            "author_id": author, "outcome": tuple(Outcome)[number % 6], "manner": Manner.DOOR, "visited_at": at,
            "received_at": at, "remarks": "家里两位老人，子女在外务工，身体还好。",
        }  # fmt: skip
        if number % 5 == 0:
            yield Feedback, {
                "uuid": uuid.uuid4(), "visit_id": id_, "campaign_id": campaign, "nature": Nature.APPEAL,
                "words": "排水渠给杂物堵了，一下大雨水就浸到屋里来。", "handling": Handling.NOTED, "created_at": at,
            }  # fmt: skip


def _settle(folder: Path, count: int) -> None:
    with new_town(folder) as town, Session(db.engine) as session:
        cast = town.cast
        homes = _households(-(-count // EACH), cast.village.id, cast.group.id, cast.campaign.id)
        for rows in (homes, _visits(count, cast.campaign.id, cast.visitor.id)):
            by_model: dict[type[Any], list[dict[str, Any]]] = {}
            for model, values in rows:
                by_model.setdefault(model, []).append(values)
            for model, values_of in by_model.items():
                for start in range(0, len(values_of), PORTION):
                    session.execute(insert(model), values_of[start : start + PORTION])
        session.commit()


def _measure(folder: Path, kind: PaperKind, told: "multiprocessing.Queue[Figure]") -> None:
    app = create_app(Config(SECRET, f"sqlite:///{folder / 'app.db'}", folder, None, 0, secure_cookies=False))
    with app.app_context():
        reading.set(True)
        with Session(db.engine) as session:
            campaign = session.scalars(select(Campaign)).one()
            since, until = rules.days_of(kind, None, None, clock.today())
            wishes = Wishes(campaign.id, since=since, until=until)
            paper = Paper(kind=kind, wishes=wishes.told(), campaign_id=campaign.id)
            before, done, waits = _held(), threading.Event(), list[float]()
            other = threading.Thread(target=_write, args=(app.config["VISITS"].database_url, done, waits))
            other.start()
            start, path = time.perf_counter(), folder / f"paper.{kind.value}"
            with session.no_autoflush:
                paper.campaign = campaign
                rows = actions.write(session, replace(SYSTEM, name="统建文"), paper, path, lambda _done: None)
            seconds = time.perf_counter() - start
            done.set()
            other.join()
            session.rollback()
        size = path.stat().st_size / 1024 / 1024
        told.put(Figure(kind.label, seconds, before, _held(), size, rows, max(waits) * 1000))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=100_000)
    count = parser.parse_args().visits
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        _settle(Path(folder), count)
        for kind in KINDS:
            told: multiprocessing.Queue[Figure] = context.Queue()
            process = context.Process(target=_measure, args=(Path(folder), kind, told))
            process.start()
            figure = told.get(timeout=600)
            process.join()
            print(
                f"{figure.kind}: {figure.rows:,} rows, {figure.size:.1f} MB in {figure.seconds:.1f} s; most memory"
                f" {figure.most:.0f} MB ({figure.held:.0f} MB before); slowest save of somebody else {figure.slowest:.0f} ms"
            )


if __name__ == "__main__":
    main()
