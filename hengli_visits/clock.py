"""The one place that knows what time it is. Inside everything is UTC; the screen shows the town's zone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOWN_ZONE = ZoneInfo("Asia/Shanghai")


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_now


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def today() -> date:
    """The present day in the town's zone."""
    return town_time(now()).date()


def town_time(moment: datetime) -> datetime:
    """The same moment on the town's wall clock. Refuses a naive moment by `ValueError`."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(TOWN_ZONE)


def from_town(moment: datetime) -> datetime:
    """A naive wall-clock reading in the town, as an aware moment in UTC; an aware one is only converted. Refuses by
    `ValueError` one at the very ends of time, which has no moment in UTC."""
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=TOWN_ZONE)).astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment beyond the calendar") from None


def set_source(source: Callable[[], datetime] | None) -> None:
    """Replace the source of the present (tests, loading a demo); None restores the system's clock."""
    global _source  # noqa: PLW0603 - one clock per process
    _source = source or _system_now


@contextmanager
def told_by(source: Callable[[], datetime]) -> Iterator[None]:
    """Take the present from `source` within the block, and afterwards from where it came before."""
    before = _source
    set_source(source)
    try:
        yield
    finally:
        set_source(before)
