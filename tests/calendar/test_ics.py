"""Reading and writing .ics: calendars as Chinese programs write them, and what cannot be understood."""

from datetime import UTC, date, datetime

import pytest

from hengli_visits.calendar.ics import LARGEST, read_ics, write_ics
from hengli_visits.calendar.year import marked_days
from hengli_visits.errors import Invalid
from hengli_visits.models import CalendarDay

NOW = datetime(2026, 6, 29, 2, 0, tzinfo=UTC)


def calendar(*events: str, end: str = "\r\n") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//ZH"]
    for event in events:
        lines += ["BEGIN:VEVENT", "UID:1", *event.split("\n"), "END:VEVENT"]
    return end.join((*lines, "END:VCALENDAR", "")).encode()


def event(summary: str, day: str = "20271001", more: str = "") -> str:
    return f"DTSTART;VALUE=DATE:{day}\nSUMMARY:{summary}{more}"


def read_one(data: bytes) -> tuple[date, bool, str]:
    reading = read_ics(data)
    assert not reading.unread, [one.reason.message for one in reading.unread]
    (one,) = reading.days
    return one.day, one.working, one.name


@pytest.mark.parametrize(
    ("summary", "working", "name"),
    [
        ("国庆节（休）", False, "国庆节"),
        ("国庆节(班)", True, "国庆节"),
        ("【休】国庆节", False, "国庆节"),
        ("国庆节 休", False, "国庆节"),
        ("休 国庆节", False, "国庆节"),
        ("国庆节休", False, "国庆节"),
        ("元旦班", True, "元旦"),
        ("国庆节-班", True, "国庆节"),
        ("国庆节放假", False, "国庆节"),
        ("国庆节假期 第1天/共7天", False, "国庆节"),
        ("国庆节补班", True, "国庆节"),
        ("国庆节 补班 第1天/共1天", True, "国庆节"),
        ("特殊工作日", True, "特殊"),
        ("国庆节调休上班", True, "国庆节"),
        ("国庆节调休放假", False, "国庆节"),
        ("上班（国庆节调休）", True, "国庆节"),
        ("不上班", False, ""),
        ("休", False, ""),
        ("国庆节 ＣＨＮ（休）", False, "国庆节 CHN"),
    ],
)
def test_what_summaries_say(summary: str, working: bool, name: str) -> None:
    assert read_one(calendar(event(summary))) == (date(2027, 10, 1), working, name)


def test_made_up_alone_goes_by_the_day_of_the_week() -> None:
    weekday, weekend = read_ics(calendar(event("调休", "20271008"), event("国庆节调休", "20271009"))).days
    assert (weekday.working, weekend.working) == (False, True)
    assert weekend.name == "国庆节"


@pytest.mark.parametrize(("word", "working"), [("WORK-HOLIDAY", False), ("ALTERNATE-WORKDAY", True)])
def test_apple_says_it_in_a_property_of_its_own(word: str, working: bool) -> None:
    assert read_one(calendar(event("国庆节", more=f"\nX-APPLE-SPECIAL-DAY:{word}")))[1] is working


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (event("国庆节"), "没有写"),
        (event("世界退休日"), "没有写"),
        (event("鲁班学术会"), "没有写"),
        (event("国庆节休假 10月10日上班"), "既写了"),
        (event("国庆节（休）", more="\nRRULE:FREQ=YEARLY"), "重复"),
        (event("国庆节（休）", more="\nSTATUS:CANCELLED"), "取消"),
        (event("国庆节（休）", more="\nDTEND;VALUE=DATE:20271201"), "31"),
        (event("国庆节（休）", "21500101"), "超出"),
        (event("国庆节（休）", "20271301"), "日期"),
        (event("国庆节（休）", "99991231"), "超出"),
        ("DTSTART;TZID=Asia/Shanghai:20271001T090000\nSUMMARY:国庆节（休）", "全天"),
        ("DTSTART:00010101T000000Z\nSUMMARY:国庆节（休）", "全天"),
        ("SUMMARY:国庆节（休）", "日期"),
        ("DTSTART;VALUE=DATE:20271001\nDTSTART;VALUE=DATE:20271002\nSUMMARY:休", "日期"),
    ],
)
def test_what_is_not_understood_is_told_with_its_reason(text: str, reason: str) -> None:
    good = event("元旦（休）", "20270101")
    reading = read_ics(calendar(text, good))
    assert [one.day for one in reading.days] == [date(2027, 1, 1)]
    (bad,) = reading.unread
    assert reason in bad.reason.message
    assert bad.line == 4


def test_a_day_said_twice_is_said_once_and_not_two_ways() -> None:
    reading = read_ics(calendar(event("国庆节（休）"), event("国庆节（休）"), event("国庆节（班）")))
    assert [(one.day, one.working) for one in reading.days] == [(date(2027, 10, 1), False)]
    assert ["前面已经" in one.reason.message for one in reading.unread] == [True]


@pytest.mark.parametrize(
    "text",
    [
        event("春节（休）", "20270206", "\nDTEND;VALUE=DATE:20270209"),
        event("春节（休）", "20270206", "\nDURATION:P3D"),
        "DTSTART;TZID=Asia/Shanghai:20270206T000000\nDTEND;TZID=Asia/Shanghai:20270209T000000\nSUMMARY:春节（休）",
        "DTSTART:20270205T160000Z\nDTEND:20270208T160000Z\nSUMMARY:春节（休）",
        "DTSTART:20270206T000000\nDTEND:20270209T000000\nSUMMARY:春节（休）",
    ],
)
def test_several_days_in_one_event(text: str) -> None:
    days = read_ics(calendar(text)).days
    assert [one.day.isoformat() for one in days] == ["2027-02-06", "2027-02-07", "2027-02-08"]


def test_folded_lines_other_line_ends_old_encoding_and_what_stands_around() -> None:
    text = calendar(
        "DTSTART;VALUE=DATE:20271001\nSUMM\n ARY:国庆\n 节（休）\nBEGIN:VALARM\nSUMMARY:x\nDTSTART:1\nEND:VALARM",
        end="\n",
    ).decode()
    zone = "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:00010101T000000\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
    text = text.replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT", 1)
    for data in (text.encode(), text.encode("utf-8-sig"), text.encode("gb18030")):
        assert read_one(data) == (date(2027, 10, 1), False, "国庆节")


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"PK\x03\x04\0\0", b"\xff\xfe\0\0", b"BEGIN:VCALENDAR" + b" " * LARGEST]
)
def test_what_is_no_calendar_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read_ics(data)
    assert refusal.value.field == "file"


def test_too_many_events_are_refused() -> None:
    with pytest.raises(Invalid):
        read_ics(calendar(*["SUMMARY:x"] * 2001))


def test_too_many_days_are_refused() -> None:
    months = [
        event("放假", f"{year}{month:02}01", f"\nDTEND;VALUE=DATE:{year}{month:02}28")
        for year in range(2030, 2034)
        for month in range(1, 13)
    ]
    with pytest.raises(Invalid):
        read_ics(calendar(*months))


def test_hostile_events_are_told_and_stop_nothing() -> None:
    """Nested, unfinished, with many parameters, with a zone that is a path."""
    hostile = (
        "BEGIN:VEVENT\n" * 2000 + "END:VEVENT\n" * 2000 + "SUMMARY:x",
        "DTSTART" + ";X=1" * 20000 + ":20270101",
        'SUMMARY;X="' + "a" * 50000,
        "DTSTART;TZID=../../etc/passwd:20270101T000000\nSUMMARY:" + "休" * 5000,
        "DTSTART;VALUE=DATE:20270101\nDURATION:P999999999999D\nSUMMARY:休",
        "DTSTART;VALUE=PERIOD:20270101T000000Z/PT1H\nSUMMARY:休",
    )
    reading = read_ics(calendar(*hostile, event("元旦（休）", "20280101")))
    assert date(2028, 1, 1) in [one.day for one in reading.days]
    assert len(reading.unread) >= 4


def test_what_is_written_is_read_again() -> None:
    own = {
        date(2026, 7, 1): CalendarDay(day=date(2026, 7, 1), working=False, name="镇庆; 逗号, 反斜\\杠"),
        date(2026, 7, 4): CalendarDay(day=date(2026, 7, 4), working=True, name=""),
    }
    days = list(marked_days(2026, own))
    data = write_ics("工作日历", days, NOW)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    reading = read_ics(data)
    assert not reading.unread
    assert [(one.day, one.working) for one in reading.days] == [(day.day, day.working) for day in days]
    assert len(days) == 33 + 6 + 2
    names = {one.day: one.name for one in reading.days}
    assert names[date(2026, 10, 10)] == "国庆节"
    assert names[date(2026, 7, 1)].startswith("镇庆")
