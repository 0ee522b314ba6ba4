"""The program with its clock put back to the latest evening of a working day, when people visit: pictures never show
an empty day. The environment says by how much: EVENING is a number of seconds."""

import os
from datetime import UTC, datetime, time, timedelta

from hengli_visits import clock
from wsgi import app

__all__ = ["app"]

AT = time(20, 40)
NAME = "EVENING"


def seconds_back(now: datetime) -> int:
    """How long ago the latest such evening of a Monday to Friday was."""
    here = clock.town_time(now)
    then = here.replace(hour=AT.hour, minute=AT.minute, second=0, microsecond=0)
    while then > here or then.isoweekday() > 5:
        then -= timedelta(days=1)
    return int((here - then).total_seconds())


if NAME in os.environ:
    _back = timedelta(seconds=int(os.environ[NAME]))
    clock.set_source(lambda: datetime.now(UTC) - _back)
