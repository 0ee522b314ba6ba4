"""A runner with one slow job, as a process of its own: `python -m tests.jobs.program MINUTES_OF_LEASE`. The job writes
what it does into the instance folder."""

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from hengli_visits import create_app, jobs, turns
from hengli_visits.models import CalendarDay
from hengli_visits.turns import Job

SLOW = 1.0


def main() -> None:
    """Run until SIGTERM."""
    app = create_app()
    told: Path = app.config["VISITS"].instance / "told"
    turns.LEASE = timedelta(seconds=float(sys.argv[1]))

    def tell(word: str) -> None:
        with told.open("a") as file:
            file.write(f"{word}\n")

    def slow(session: Session, now: datetime) -> None:
        tell("begun")
        time.sleep(SLOW)
        session.add(CalendarDay(day=now.date(), working=True, name="slow"))
        tell("ended")

    with app.app_context(), jobs.ended_by_signals(interrupt=True) as stopping:
        jobs.keep_running([Job("slow", timedelta(days=1), slow)], stopping)


if __name__ == "__main__":
    main()
