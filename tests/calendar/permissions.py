"""Who may open which page of the calendar, and send what."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from hengli_visits import aside
from hengli_visits.actor import SYSTEM
from hengli_visits.calendar.actions import import_days
from hengli_visits.calendar.ics import Told
from hengli_visits.calendar.imports import packed, stamp_of
from hengli_visits.calendar.views.blueprint import LAST
from tests.cast import Cast
from tests.permissions import Row

OFFICE = ("administrator", "coordinator")
ADMINISTRATOR = ("administrator",)
FILE = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20271001\r
SUMMARY:国庆节（休）\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20271009\r
SUMMARY:国庆节（班）\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20271010\r
SUMMARY:重阳节\r
END:VEVENT\r
END:VCALENDAR\r
"""
DAYS = "2027-10-01 0 国庆节\n2027-10-09 1 国庆节"
TOLD = [Told(date(2027, 10, 1), False, "国庆节"), Told(date(2027, 10, 9), True, "国庆节")]


def place() -> Path:
    """Where the last import is kept."""
    folder: Path = current_app.config["VISITS"].uploads
    return folder / "calendar"


def file(text: str = FILE) -> tuple[BytesIO, str]:
    return BytesIO(text.encode()), "节假日.ics"


def imported(session: Session, _cast: Cast) -> str:
    """The days of `FILE`, imported; when that was."""
    kept = import_days(session, SYSTEM, TOLD, stamp_of([one.day for one in TOLD], {}))
    aside.write_file(place(), LAST, packed(kept))
    return kept.at


def days(_cast: Cast, _made: Any) -> Mapping[str, Any]:
    return {"days": DAYS, "seen": stamp_of([one.day for one in TOLD], {})}


ROWS = [
    Row("calendar.year", lambda cast, made: "/calendar", OFFICE),
    Row("calendar.export", lambda cast, made: "/calendar/year.ics", OFFICE),
    Row("calendar.jobs", lambda cast, made: "/jobs", ADMINISTRATOR),
    Row("calendar.day", lambda cast, made: "/calendar/days/2026-10-10", ADMINISTRATOR),
    Row(
        "calendar.day",
        lambda cast, made: "/calendar/days/2026-10-10",
        ADMINISTRATOR,
        method="POST",
        data=lambda cast, made: {"choice": "free", "name": "镇运动会", "seen": ""},
        bad=lambda cast, made: {"choice": "perhaps", "name": "x" * 41},
    ),
    Row("calendar.file", lambda cast, made: "/calendar/file", ADMINISTRATOR),
    Row(
        "calendar.file",
        lambda cast, made: "/calendar/file",
        ADMINISTRATOR,
        method="POST",
        data=lambda cast, made: {"file": file()},
        bad=lambda cast, made: {"file": file("hello")},
        works=200,
    ),
    Row(
        "calendar.take",
        lambda cast, made: "/calendar/imports",
        ADMINISTRATOR,
        method="POST",
        data=days,
        bad=lambda cast, made: {"days": "2027-10-01 2 x", "seen": ""},
    ),
    Row(
        "calendar.undo",
        lambda cast, made: "/calendar/imports/undo",
        ADMINISTRATOR,
        method="POST",
        prepare=imported,
        data=lambda cast, at: {"at": at},
        again=(409,),
    ),
]
