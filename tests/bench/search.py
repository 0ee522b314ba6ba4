"""Searching a million things that were said and two hundred thousand issues, on PostgreSQL and SQLite.

    python -m tests.bench.search [--feedback 1000000] [--on postgresql sqlite]

For people of different scope and for words that are common, rare and absent: how long the page's queries take together,
how long the very statements take without the program (`bare`), what the same costs with LIKE, and how much of a processor
the server used (PostgreSQL), which other work on the machine does not change.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, or_, select
from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.extensions import db
from hengli_visits.feedback.queries import visible
from hengli_visits.models import Feedback
from hengli_visits.voices.queries.searching import Sought, hits
from tests.bench.town import Town, new_town
from tests.bench.voices_town import fill
from tests.databases import SETTINGS, running_server
from tests.issues.making import actor_for

WANTED = (
    "希望",
    "排水渠",
    "垃圾桶",
    "东西巷",
    "老人 饭堂",
    "排水渠给杂物堵了",
    "没有的词",
    "HL-2025-0012",
    "12号",
    "金木3",
)
PEOPLE = ("coordinator", "area_lead", "leader", "handler")
ROUNDS = 5


@dataclass
class Spent:
    """Milliseconds of each search."""

    whole: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    like: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _processor(session: Session) -> float:
    """Milliseconds of processor that the server's process has used; 0 on SQLite, which is in this one."""
    if session.get_bind().dialect.name != "postgresql":
        return time.process_time() * 1000
    process = session.scalar(select(func.pg_backend_pid()))
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 10.0


def _like(session: Session, actor: Actor, text: str) -> None:
    """The latest twenty, as they were found before: in every row by LIKE."""
    wanted = or_(Feedback.words.icontains(text, autoescape=True), Feedback.answer.icontains(text, autoescape=True))
    query = select(Feedback.id).where(visible(actor), wanted).order_by(Feedback.id.desc()).limit(20)
    session.execute(query).all()


def _measure(town: Town, like: bool) -> dict[str, Spent]:
    found: dict[str, Spent] = {}
    with Session(db.engine) as session:
        actors = {name: actor_for(session, getattr(town.cast, name)) for name in PEOPLE}
        session.commit()
        for name, actor in actors.items():
            spent = found.setdefault(name, Spent())
            for text in WANTED:
                hits(session, actor, Sought(q=text))
                for _ in range(ROUNDS):
                    _once(session, actor, text, spent)
                if like and name == "coordinator":
                    spent.like.append(_timed(partial(_like, session, actor, text)))
    return found


def _once(session: Session, actor: Actor, text: str, spent: Spent) -> None:
    with _statements() as statements:
        before = _processor(session)
        statements.clear()
        spent.whole.append(_timed(lambda: hits(session, actor, Sought(q=text))))
        own = list(statements)
        spent.processor.append(_processor(session) - before)
    cursor = session.connection().connection.cursor()
    spent.bare.append(_timed(lambda: [(cursor.execute(*each), cursor.fetchall()) for each in own]))


def _p95(values: list[float]) -> str:
    return f"{statistics.quantiles(values, n=20)[18]:.0f}" if len(values) > 1 else "-"


def _tell(kind: str, took: dict[str, float], found: dict[str, Spent]) -> None:
    print(f"{kind}: rows written in {took['rows']:.0f} s, index built in {took['index']:.0f} s")
    print("| who | median ms | p95 ms | bare SQL p95 | × bare | processor p95 | LIKE p95 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, spent in found.items():
        times = sum(spent.whole) / sum(spent.bare)
        print(
            f"| {name} | {statistics.median(spent.whole):.0f} | {_p95(spent.whole)} | {_p95(spent.bare)} | {times:.2f}"
            f" | {_p95(spent.processor)} | {_p95(spent.like)} |"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feedback", type=int, default=1_000_000)
    parser.add_argument("--on", nargs="+", default=["postgresql", "sqlite"])
    given = parser.parse_args()
    SETTINGS["shared_buffers"] = "256MB"
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        for kind in given.on:
            place = Path(folder) / kind
            place.mkdir()
            with new_town(place, server.empty_database("search") if kind == "postgresql" else None) as town:
                took = fill(town, given.feedback, given.feedback // 5)
                _tell(kind, took, _measure(town, like=True))


if __name__ == "__main__":
    main()
