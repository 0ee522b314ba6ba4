"""The pages of the calendar: what they say, and a file's way through them."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hengli_visits.calendar.ics import LARGEST, read_ics
from hengli_visits.models import AuditEntry, CalendarDay, Role
from tests.calendar.permissions import DAYS, file, place
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import grant
from tests.pages import Page, PageClient, SignIn, page_of
from tests.racing import at_once, counted, posting

DAY = "/calendar/days/2026-10-10"


@pytest.fixture
def admin(cast: Cast, sign_in: SignIn) -> PageClient:
    """The administrator; no import of an earlier test can be taken back."""
    for path in place().glob("*"):
        path.unlink()
    return sign_in(cast.administrator)


def hidden(page: Page, name: str) -> str:
    """What a page sends along unseen."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.html)
    assert found
    return unescape(found[1])


def rows(session: Session) -> dict[date, tuple[bool, str]]:
    session.rollback()
    return {row.day: (row.working, row.name) for row in session.scalars(select(CalendarDay))}


def bring(client: PageClient, text: str | None = None) -> str:
    sent = file(text) if text is not None else file()
    answer = client.post("/calendar/file", data={"file": sent})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_year_says_what_is_free_and_worked_in_words(admin: PageClient) -> None:
    page = admin.page("/calendar?year=2026")
    assert "，补班，国庆节" in page.text
    assert "，放假，春节" in page.text
    assert page.counts["table"] == 12
    assert 'aria-current="date"' in page.html
    assert len([href for href, _text in page.links if href.startswith("/calendar/days/2026-")]) == 365
    assert "2004年至2026年" in page.text


def test_coordinators_look_and_change_nothing(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.coordinator).page("/calendar")
    assert "/calendar/days/" not in page.html
    assert "/calendar/file" not in page.html
    assert "/jobs" not in page.html


@pytest.mark.parametrize("year", ["1", "2003", "2101", "99999", "x", ""])
def test_a_year_without_a_page_is_this_one(admin: PageClient, year: str) -> None:
    assert "2026年6月" in admin.page(f"/calendar?year={year}").text


@pytest.mark.parametrize("day", ["2026-02-30", "20261010", "1999-01-01", "2101-01-01", "x"])
def test_no_such_day(admin: PageClient, day: str) -> None:
    admin.page(f"/calendar/days/{day}", 404)


def test_a_day_is_changed_and_marked_as_the_towns_own(admin: PageClient, session: Session) -> None:
    answer = admin.post(DAY, data={"choice": "free", "name": " 镇运动会 ", "seen": hidden(admin.page(DAY), "seen")})
    assert (answer.status_code, answer.location) == (303, "/calendar?year=2026#month-10")
    assert rows(session) == {date(2026, 10, 10): (False, "镇运动会")}
    assert "，休息，镇运动会，镇里自己定的" in admin.page("/calendar").text
    assert "国家安排：补班，国庆节" in admin.page(DAY).text


def test_who_is_too_late_keeps_what_was_typed_and_may_then_go_on(
    admin: PageClient, session: Session, cast: Cast
) -> None:
    seen = hidden(admin.page(DAY), "seen")
    admin.post(DAY, data={"choice": "free", "name": "甲", "seen": seen})
    late = admin.post(DAY, data={"choice": "working", "name": "乙", "seen": seen})
    assert late.status_code == 409
    page = page_of(late.get_data(as_text=True))
    assert f"{cast.administrator.name}刚刚改过这一天，现在是“休息”" in page.text
    assert page.value("name") == "乙"
    again = admin.post(DAY, data={"choice": "working", "name": "乙", "seen": hidden(page, "seen")})
    assert again.status_code == 303
    assert rows(session) == {date(2026, 10, 10): (True, "乙")}


@pytest.mark.parametrize(("month", "told"), [(9, False), (10, True)])
def test_the_band_stands_on_both_pages(
    month: int, told: bool, cast: Cast, sign_in: SignIn, session: Session, standing_clock: Clock
) -> None:
    standing_clock.time = standing_clock.time.replace(month=month, day=2)
    admin, words = sign_in(cast.administrator), "2027年的放假安排还没有录入"
    assert (words in admin.page("/accounts").text) is told
    assert (words in admin.page("/calendar").text) is told
    assert words not in sign_in(cast.coordinator).page("/accounts").text
    session.add(CalendarDay(day=date(2027, 10, 1), working=False, name="国庆节"))
    session.commit()
    assert words not in admin.page("/accounts").text
    assert "2027年由镇里录入。" in admin.page("/calendar?year=2027").text


def test_an_administrator_who_coordinates_too_starts_elsewhere(
    cast: Cast, sign_in: SignIn, session: Session, standing_clock: Clock
) -> None:
    standing_clock.time = standing_clock.time.replace(month=10)
    grant(session, cast.coordinator, Role.ADMINISTRATOR)
    session.commit()
    assert "2027年的放假安排还没有录入" in sign_in(cast.coordinator).page("/overview").text


def test_two_at_once_leave_one_word(cast: Cast, sign_in: SignIn, session: Session) -> None:
    admin = sign_in(cast.administrator)
    again = sign_in(cast.administrator)
    said = at_once(
        posting(client, DAY, choice=choice, name="", seen="")
        for client, choice in ((admin, "free"), (again, "working"))
    )
    assert said == {303: 1, 409: 1}
    assert len(rows(session)) == 1
    assert counted(session, AuditEntry) == 1


def test_a_year_that_is_not_known_says_so(admin: PageClient) -> None:
    assert "2027年没有，按周一至周五上班计算。" in admin.page("/calendar?year=2027").text
    assert "国家安排还不知道" in admin.page("/calendar/days/2027-10-01").text


def test_a_file_is_looked_at_taken_in_and_back(admin: PageClient, session: Session) -> None:
    page = page_of(bring(admin))
    assert "文件里写明了 2 天，其中 2 天和现在不同。" in page.text
    assert "重阳节" in page.text
    assert "没有写是休息还是上班" in page.text
    assert hidden(page, "days") == DAYS
    assert rows(session) == {}
    answer = admin.post("/calendar/imports", data={"days": DAYS, "seen": hidden(page, "seen")})
    assert (answer.status_code, answer.location) == (303, "/calendar?year=2027")
    assert rows(session) == {date(2027, 10, 1): (False, "国庆节"), date(2027, 10, 9): (True, "国庆节")}
    assert "日历已经是这样" in bring(admin)
    at = hidden(admin.page("/calendar/file"), "at")
    assert admin.post("/calendar/imports/undo", data={"at": "x"}).status_code == 409
    assert at in admin.page("/calendar").html
    assert admin.post("/calendar/imports/undo", data={"at": at}).status_code == 303
    assert "撤销这次导入" not in admin.page("/calendar").text
    assert rows(session) == {}
    assert "上一次导入" not in admin.page("/calendar/file").text
    assert admin.post("/calendar/imports/undo", data={"at": at}).status_code == 409


def test_a_preview_that_was_overtaken_is_shown_anew(admin: PageClient, session: Session) -> None:
    page = page_of(bring(admin))
    admin.post("/calendar/days/2027-10-09", data={"choice": "free", "name": "", "seen": ""})
    late = admin.post("/calendar/imports", data={"days": DAYS, "seen": hidden(page, "seen")})
    assert late.status_code == 409
    page = page_of(late.get_data(as_text=True))
    assert "请核对后再导入" in page.text
    assert admin.post("/calendar/imports", data={"days": DAYS, "seen": hidden(page, "seen")}).status_code == 303
    assert rows(session)[date(2027, 10, 9)] == (True, "国庆节")


def send(client: PageClient, data: bytes) -> TestResponse:
    """Upload a file as browsers do; the test client's own encoder leaves large files open."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.ics"\r\n\r\n'
    body = head + data + b"\r\n--b--\r\n"
    return client.post("/calendar/file", data=body, content_type="multipart/form-data; boundary=b")


def test_files_that_cannot_be_read_are_refused_beside_the_field(admin: PageClient) -> None:
    assert admin.post("/calendar/file", data={}).status_code == 422
    for data in (b"hello", b"BEGIN:VCALENDAR" + b" " * LARGEST):
        answer = send(admin, data)
        assert answer.status_code == 422
        assert "field-error" in answer.get_data(as_text=True)
    assert send(admin, b"x" * (LARGEST + 70_000)).status_code == 413


def test_a_file_of_nothing_that_is_understood(admin: PageClient) -> None:
    text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270308\nEND:VEVENT\nEND:VCALENDAR\n"
    html = bring(admin, text)
    assert "文件里没有看得懂的放假安排。" in html
    assert "（没有标题）" in html


def test_what_goes_out_comes_in_unchanged(admin: PageClient, cast: Cast, sign_in: SignIn, session: Session) -> None:
    admin.post(DAY, data={"choice": "free", "name": "镇运动会", "seen": ""})
    answer = sign_in(cast.coordinator).get("/calendar/year.ics?year=2026")
    assert answer.mimetype == "text/calendar"
    assert 'filename="calendar-2026.ics"' in answer.headers["Content-Disposition"]
    days = {one.day: one for one in read_ics(answer.data).days}
    assert (days[date(2026, 10, 10)].working, days[date(2026, 10, 10)].name) == (False, "镇运动会")
    assert days[date(2026, 9, 20)].working
    assert "日历已经是这样" in bring(admin, answer.get_data(as_text=True))
    assert admin.get("/calendar/year.ics?year=1800").status_code == 404


@pytest.mark.parametrize("own", [1, 30])
def test_the_year_asks_a_fixed_number_of_times(admin: PageClient, session: Session, own: int) -> None:
    first = date(2026, 7, 1)
    session.add_all(CalendarDay(day=first + timedelta(days=n), working=False, name=str(n)) for n in range(own))
    session.commit()
    admin.get("/calendar")
    with counted_queries() as queries:
        admin.get("/calendar")
    assert len([one for one in queries if "calendar_days" in one]) == 2
