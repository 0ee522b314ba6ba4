"""What a process does that sends what is due until it is killed. Its clock starts at the tests' Monday when `start` (seconds
since the epoch) was, and runs SPEED times as fast, so that minutes of waiting pass at once."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.config import Outgoing
from hengli_visits.extensions import configure_engine
from hengli_visits.notices.actions.sending import send_due

MONDAY = datetime(2026, 6, 29, 2, 0, tzinfo=UTC)
SPEED = 300
NEAR = Outgoing(loopback=True, patience=0.3)
CLAIM_LIFE = timedelta(minutes=5)


def quick_clock(start: float) -> Callable[[], datetime]:
    """A clock that runs SPEED times as fast since `start`."""
    return lambda: MONDAY + timedelta(seconds=(time.time() - start) * SPEED)


def send_for_ever(url: str, start: float) -> None:
    """Send what is due, over and over."""
    clock.set_source(quick_clock(start))
    engine = create_engine(url)
    configure_engine(engine)
    while True:
        with Session(engine) as session:
            for _ in send_due(session, NEAR, budget=1, claim_life=CLAIM_LIFE):
                session.commit()
            session.commit()
        time.sleep(0.05)
