"""How long a large register takes to be written as a file, how much memory that needs, and whether others are answered
meanwhile.

`python -m tests.bench.exports [--households 100000]`. Each file is made by a process of its own; memory is the most that
the process held, beside what it held before."""

import argparse
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hengli_visits import clock, create_app
from hengli_visits.actor import SYSTEM
from hengli_visits.config import Config
from hengli_visits.exports import queries
from hengli_visits.exports.actions import write_file
from hengli_visits.exports.rules import Format, What
from hengli_visits.extensions import db, reading
from hengli_visits.households.queries import Wanted
from hengli_visits.models import Area, Household, HouseholdKind
from tests.bench.town import SECRET, new_town

PORTION = 10_000


@dataclass(frozen=True)
class Figure:
    """What one file took: `held` and `most` in MB, `rows` in it, `slowest` write of somebody else meanwhile in ms."""

    format: str
    seconds: float
    held: float
    most: float
    size: float
    rows: int
    slowest: float


def _rows(count: int, area_id: int) -> Iterator[dict[str, object]]:
    now = clock.now()
    for number in range(count):
        yield {
            "kind": HouseholdKind.FAMILY, "code": f"ZZ-{number:06d}", "name": "钟袁黎何叶"[number % 5] + "国强", "area_id": area_id,
            "street": f"{number // 50}巷", "street_order": f"{number // 50:06d}", "door": f"{number % 50 + 1}号",
            "door_number": number % 50 + 1, "address": f"长巷村{number // 50}巷{number % 50 + 1}号", "phone": f"138{number:08d}",
            "category": "普通户", "size": number % 7 + 1, "remarks": "家中两位老人，子女在外务工。", "listed": True,
            "latitude": 23.02, "longitude": 113.97, "created_at": now, "updated_at": now,
        }  # fmt: skip


def _settle(folder: Path, count: int) -> None:
    with new_town(folder) as town, Session(db.engine) as session:
        rows = list(_rows(count, town.cast.village.id))
        for start in range(0, count, PORTION):
            session.execute(insert(Household), rows[start : start + PORTION])
        session.commit()


def _held() -> float:
    """The most memory that this process has held, in MB. `getrusage` would tell of the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _measure(folder: Path, format_: Format, told: "multiprocessing.Queue[Figure]") -> None:
    app = create_app(Config(SECRET, f"sqlite:///{folder / 'app.db'}", folder, None, 0, secure_cookies=False))
    with app.app_context():
        reading.set(True)
        with Session(db.engine) as session:
            session.scalar(select(Area.id))
            before, done, waits = _held(), threading.Event(), list[float]()
            other = threading.Thread(target=_write, args=(app.config["VISITS"].database_url, done, waits))
            other.start()
            start = time.perf_counter()
            table = queries.families(session, SYSTEM, Wanted(), full=True)
            path = folder / f"export.{format_.value}"
            rows = write_file(SYSTEM, What.FAMILIES, table, format_, path)
            seconds = time.perf_counter() - start
            done.set()
            other.join()
        size = path.stat().st_size / 1024 / 1024
        told.put(Figure(format_.value, seconds, before, _held(), size, rows, max(waits) * 1000))


def _write(url: str, done: threading.Event, waits: list[float]) -> None:
    """Somebody else saves something every tenth of a second."""
    app = create_app(Config(SECRET, url, Path(url.removeprefix("sqlite:///")).parent, None, 0, secure_cookies=False))
    with app.app_context():
        while not done.is_set():
            start = time.perf_counter()
            with Session(db.engine) as session:
                session.get_one(Household, 1).remarks = str(start)
                session.commit()
            waits.append(time.perf_counter() - start)
            time.sleep(0.1)
        db.engine.dispose()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=100_000)
    count = parser.parse_args().households
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        _settle(Path(folder), count)
        for format_ in Format:
            told: multiprocessing.Queue[Figure] = context.Queue()
            process = context.Process(target=_measure, args=(Path(folder), format_, told))
            process.start()
            figure = told.get(timeout=600)
            process.join()
            print(
                f".{figure.format}: {figure.rows:,} rows, {figure.size:.1f} MB in {figure.seconds:.1f} s; most memory"
                f" {figure.most:.0f} MB ({figure.held:.0f} MB before); slowest save of somebody else {figure.slowest:.0f} ms"
            )


if __name__ == "__main__":
    main()
