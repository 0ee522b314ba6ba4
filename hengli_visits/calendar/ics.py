"""The calendar as a file that other programs write and read (.ics, RFC 5545).

Of a file only its all-day events are read, each by itself: what stands around them (time zones, alarms) is not even
parsed, and a broken event spoils no other. Chinese calendars say in the summary whether a day is free (休, 放假) or
worked (班, 补班); Apple's say it in a property of their own.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event
from icalendar.error import BrokenCalendarProperty

from hengli_visits import clock
from hengli_visits.calendar.rules import LONGEST_NAME, YEARS
from hengli_visits.calendar.year import Day
from hengli_visits.errors import Invalid
from hengli_visits.issues.workdays import DAY, SATURDAY
from hengli_visits.wording import N_

LARGEST = 512 * 1024
"""Bytes of a file; a year of holidays takes some ten thousand."""
MOST_EVENTS = 2000
MOST_DAYS = 1000
"""Days of which a file may speak; a year has some forty."""
LONGEST_SPAN = 31
"""Days of one event; no holiday is longer."""
FIELD = "file"
READ = ("DTSTART", "DTEND", "DURATION", "SUMMARY", "STATUS", "RRULE", "RDATE", "X-APPLE-SPECIAL-DAY")
"""What is read of an event."""
APPLE = {"WORK-HOLIDAY": False, "ALTERNATE-WORKDAY": True}
SHOWN = 60
"""Characters of a summary that is shown because it was not understood."""

WORKED = re.compile(r"补班|上班|加班|工作日")
FREE = re.compile(r"不用?上班|无需上班|放假|休假|休息|假期")
EDGE = r"[\s·・\-—_:：|/()\[\]【】]"
SIGN = re.compile(rf"(?:^|(?<={EDGE})|(?<=节|旦|明|午|秋|庆))(休|班)(?=$|{EDGE})")
MADE_UP = "调休"
COUNTED = re.compile(r"第\s*\d+\s*天|共\s*\d+\s*天|\(\s*\d+\s*/\s*\d+\s*\)|\d+\s*/\s*\d+")
BRACKETS = re.compile(r"[()\[\]【】]")
ENDS = " ·・-—_:：|/,，、\t"


@dataclass(frozen=True)
class Told:
    """What a file says of a day."""

    day: date
    working: bool
    name: str


@dataclass(frozen=True)
class Unread:
    """An event that was not understood: in which line it begins, how it is called, and why."""

    line: int
    title: str
    reason: Invalid


@dataclass(frozen=True)
class Reading:
    """What a file says, day by day, and what of it was not understood."""

    days: list[Told]
    unread: list[Unread]


def read_ics(data: bytes) -> Reading:
    """Read the all-day events of a file. Raises `Invalid` (`file`) when it is too large or no calendar."""
    if len(data) > LARGEST:
        raise Invalid(N_("文件太大了，日历文件不超过 512 KB。"), field=FIELD)
    text = _decoded(data)
    if "BEGIN:VCALENDAR" not in text[:1000].upper():
        raise Invalid(N_("这不是日历文件。请选择 .ics 文件。"), field=FIELD)
    days: dict[date, Told] = {}
    unread: list[Unread] = []
    for number, (line, block) in enumerate(_events(text), start=1):
        if number > MOST_EVENTS:
            raise Invalid(N_("文件里的日程太多，一次最多 2,000 条。"), field=FIELD)
        title = ""
        try:
            event = _parsed(block)
            title = _plain(event.get("SUMMARY"))
            for told in _told(event, title):
                _add(days, told)
        except Invalid as reason:
            unread.append(Unread(line, title[:SHOWN], reason))
    if len(days) > MOST_DAYS:
        raise Invalid(N_("文件里写的日子太多，一次最多 1,000 天。"), field=FIELD)
    return Reading([days[day] for day in sorted(days)], unread)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid(N_("这不是日历文件。请选择 .ics 文件。"), field=FIELD)


def _events(text: str) -> Iterator[tuple[int, list[str]]]:
    """The events of a file, each with the number of its first line and those of its own lines that are read."""
    block: list[str] | None = None
    begun = inner = 0
    for number, line in _unfolded(text):
        name, _, value = line.partition(":")
        name = name.strip().upper()
        if name == "BEGIN" and value.strip().upper() == "VEVENT" and block is None:
            block, begun, inner = [], number, 0
        elif block is not None and name == "BEGIN":
            inner += 1
        elif block is not None and name == "END":
            if inner == 0:
                yield begun, block
                block = None
            inner = max(0, inner - 1)
        elif block is not None and inner == 0 and name.split(";")[0] in READ:
            block.append(line)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """The content lines with the number of the line in which each begins (RFC 5545, 3.1)."""
    begun, parts = 0, list[str]()
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield begun, "".join(parts)
        begun, parts = number, [line]
    if parts:
        yield begun, "".join(parts)


def _parsed(block: list[str]) -> Any:
    try:
        return Event.from_ical("\r\n".join(("BEGIN:VEVENT", *block, "END:VEVENT", "")))
    except ValueError:
        raise Invalid(N_("这一条写得不完整，读不出来。")) from None


def _plain(value: Any) -> str:
    """A text as it is compared: full-width signs made half-width, white space made one."""
    return " ".join(unicodedata.normalize("NFKC", str(value or "")).split())


def _told(event: Any, title: str) -> Iterator[Told]:
    """What an event says of its days. Raises `Invalid` with the reason when it is not understood."""
    if _plain(event.get("STATUS")).upper() == "CANCELLED":
        raise Invalid(N_("这一条已经取消。"))
    if event.get("RRULE") or event.get("RDATE"):
        raise Invalid(N_("重复的日程看不出是哪几天放假，请逐日写。"))
    first, days = _span(event)
    special = APPLE.get(_plain(event.get("X-APPLE-SPECIAL-DAY")).upper())
    name = _name(title)
    for number in range(days):
        day = first + number * DAY
        yield Told(day, _works(title, day) if special is None else special, name)


def _span(event: Any) -> tuple[date, int]:
    """The first day of an event, and how many days it has."""
    start, end = _value(event, "DTSTART"), _value(event, "DTEND")
    if start is None:
        raise Invalid(N_("没有写日期，或者日期不对。"))
    length = _value(event, "DURATION")
    if end is None and isinstance(length, timedelta) and abs(length) <= LONGEST_SPAN * DAY:
        end = start + length
    if not (_is_day(start) and (end is None or _is_day(end))):
        raise Invalid(N_("不是全天的日程。"))
    first = _day(start)
    days = max(1, (_day(end) - first).days) if end is not None else 1
    if days > LONGEST_SPAN or first.year not in YEARS or (first + days * DAY).year not in YEARS:
        raise Invalid(N_("日期超出范围，或者一条日程超过 31 天。"))
    return first, days


def _value(event: Any, name: str) -> Any:
    """The date, moment or length of a property; None when it is not there, twice there or no such thing. Raises
    `Invalid` when it is broken."""
    try:
        value = getattr(event.get(name), "dt", None)
    except BrokenCalendarProperty:
        raise Invalid(N_("没有写日期，或者日期不对。")) from None
    return value if isinstance(value, date | timedelta) else None


def _is_day(value: Any) -> bool:
    """A day, or a midnight of the town: some programs write days so."""
    if not isinstance(value, datetime):
        return isinstance(value, date)
    try:
        return clock.town_time(clock.from_town(value)).strftime("%H%M%S") == "000000"
    except (OverflowError, ValueError):
        return False


def _day(value: date) -> date:
    return clock.town_time(clock.from_town(value)).date() if isinstance(value, datetime) else value


def _works(title: str, day: date) -> bool:
    """Whether a title says that a day is worked. 调休 alone means a day off on a weekday and a working day on a
    weekend."""
    rest = FREE.sub("", title)
    free = rest != title or "休" in SIGN.findall(title)
    worked = bool(WORKED.search(rest)) or "班" in SIGN.findall(title)
    if free and worked:
        raise Invalid(N_("既写了休息又写了上班，看不出是哪一样。"))
    if free or worked:
        return worked
    if MADE_UP in title:
        return day.weekday() >= SATURDAY
    raise Invalid(N_("没有写是休息还是上班（休、班、放假、补班）。"))


def _name(title: str) -> str:
    """What is left of a title without what says free or worked: 国庆节(休) → 国庆节."""
    for pattern in (FREE, WORKED, SIGN, COUNTED, BRACKETS):
        title = pattern.sub(" ", title)
    return " ".join(title.replace(MADE_UP, " ").split()).strip(ENDS)[:LONGEST_NAME]


def _add(days: dict[date, Told], told: Told) -> None:
    before = days.get(told.day)
    if before is not None and before.working != told.working:
        raise Invalid(N_("前面已经把这一天写成另一样了。"))
    days.setdefault(told.day, told)


def write_ics(title: str, days: Iterable[Day], now: datetime) -> bytes:
    """The marked days as a file, one event a day, as `read_ics` and phones read them."""
    calendar = Calendar()
    calendar.add("prodid", "-//hengli_visits//calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for day in days:
        event = Event()
        event.add("uid", f"{day.day:%Y%m%d}@calendar.hengli-visits")
        event.add("dtstamp", now)
        event.add("dtstart", day.day)
        event.add("dtend", day.day + DAY)
        event.add("summary", f"{day.name or ('补班' if day.working else '放假')}（{'班' if day.working else '休'}）")
        event.add("transp", "OPAQUE" if day.working else "TRANSPARENT")
        event.add("x-apple-special-day", "ALTERNATE-WORKDAY" if day.working else "WORK-HOLIDAY")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
