"""Themes of a hundred thousand things that were said: finding the words, and the page's counting.

python -m tests.bench.themes [--feedback 100000]
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.extensions import db
from hengli_visits.voices.actions import find_words
from hengli_visits.voices.queries.themes import Of, themes
from tests.bench.town import Town, new_town
from tests.bench.voices_town import fill
from tests.issues.making import actor_for


def _timed(what: str, work: Callable[[], object]) -> None:
    began, used = time.perf_counter(), time.process_time()
    told = work()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what}: {time.perf_counter() - began:.1f} s, processor {time.process_time() - used:.1f} s,"
        f" most memory {memory:.0f} MB; {told}",
        flush=True,
    )


def _number(session: Session, actor: Actor) -> str:
    digest = themes(session, actor, Of())
    return f"{len(digest.themes)} themes of {digest.total:,}: {'、'.join(theme.word for theme in digest.themes[:12])}"


def measure(town: Town) -> None:
    """Measure and print."""
    with Session(db.engine) as session:
        coordinator, leader = (actor_for(session, one) for one in (town.cast.coordinator, town.cast.leader))
        session.commit()
        _timed("words found", lambda: find_words(session, clock.now()))
        session.commit()
        _timed("page of a coordinator, first", lambda: _number(session, coordinator))
        _timed("page of a coordinator, again", lambda: _number(session, coordinator))
        _timed("page of a leader, first", lambda: _number(session, leader))


def main() -> None:
    """Fill a town and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feedback", type=int, default=100_000)
    count = parser.parse_args().feedback
    with tempfile.TemporaryDirectory() as folder, new_town(Path(folder)) as town:
        fill(town, count, count // 5)
        measure(town)


if __name__ == "__main__":
    main()
