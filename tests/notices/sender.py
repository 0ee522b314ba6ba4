"""A process that sends what is due until it is killed: `python -m tests.notices.sender URL START`. Its clock starts at the
tests' Monday when START (seconds since the epoch) was, and runs SPEED times as fast, so that minutes of waiting pass at once."""

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.config import Outgoing
from hengli_visits.extensions import configure_engine
from hengli_visits.notices.actions.sending import send_due
from tests.conftest import MONDAY

SPEED = 300
NEAR = Outgoing(loopback=True, patience=0.3)
CLAIM_LIFE = timedelta(minutes=5)


def quick_clock(start: float) -> Callable[[], datetime]:
    """A clock that runs SPEED times as fast since `start`."""
    return lambda: MONDAY + timedelta(seconds=(time.time() - start) * SPEED)


def main(url: str, start: str) -> None:
    """Send for ever."""
    clock.set_source(quick_clock(float(start)))
    engine = create_engine(url)
    configure_engine(engine)
    while True:
        with Session(engine) as session:
            for _ in send_due(session, NEAR, budget=1, claim_life=CLAIM_LIFE):
                session.commit()
            session.commit()
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
