"""Changing the calendar by hand and by a file, on both databases."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.calendar.actions import change_day, import_days, undo_import
from hengli_visits.calendar.ics import Told
from hengli_visits.calendar.imports import Kept, packed, stamp, stamp_of, unpacked
from hengli_visits.calendar.queries import knowledge, rows_of
from hengli_visits.calendar.rules import Choice
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.issues.ledger import town_calendar
from hengli_visits.issues.steps import Verb
from hengli_visits.models import AuditEntry, CalendarDay, IssueState
from tests.assignments.making import acting
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.issues.making import make_issue, step

DAY = date(2026, 10, 10)
TOLD = [
    Told(date(2027, 10, 1), False, "国庆节"),
    Told(date(2027, 10, 4), False, "国庆节"),
    Told(date(2027, 10, 9), True, "国庆节"),
]
DAYS = [one.day for one in TOLD]


def rows(session: Session) -> list[tuple[date, bool, str]]:
    session.flush()
    return [(row.day, row.working, row.name) for row in session.scalars(select(CalendarDay).order_by(CalendarDay.day))]


def actions(session: Session) -> list[tuple[str, str, int | None]]:
    query = select(AuditEntry).where(AuditEntry.action.like("calendar.%")).order_by(AuditEntry.id)
    return [(entry.action, entry.object_id, entry.actor_id) for entry in session.scalars(query)]


def taken(session: Session, cast: Cast) -> Kept:
    return import_days(session, acting(session, cast.administrator), TOLD, stamp_of(DAYS, rows_of(session, DAYS)))


def test_a_day_is_the_towns_own_and_the_countrys_again(session: Session, cast: Cast) -> None:
    admin = acting(session, cast.administrator)
    assert change_day(session, admin, DAY, Choice.FREE, "镇运动会", "")
    assert not town_calendar(session).is_working(DAY)
    seen = stamp(rows_of(session, [DAY])[DAY])
    assert change_day(session, admin, DAY, Choice.WORKING, "", seen)
    assert change_day(session, admin, DAY, Choice.OFFICIAL, "忘了", "1")
    assert rows(session) == []
    assert town_calendar(session).is_working(DAY)
    assert actions(session) == [("calendar.change", "2026-10-10", cast.administrator.id)] * 3


def test_the_same_twice_changes_nothing(session: Session, cast: Cast) -> None:
    admin = acting(session, cast.administrator)
    assert change_day(session, admin, DAY, Choice.FREE, "", "")
    assert not change_day(session, admin, DAY, Choice.FREE, "", "")
    assert len(actions(session)) == 1


def test_who_was_too_late_is_told_by_whom_and_what(session: Session, cast: Cast) -> None:
    admin = acting(session, cast.administrator)
    change_day(session, admin, DAY, Choice.FREE, "", "")
    with pytest.raises(Conflict) as refusal:
        change_day(session, admin, DAY, Choice.WORKING, "", "")
    assert refusal.value.params == {"who": cast.administrator.name, "what": "free"}


@pytest.mark.parametrize("who", ["coordinator", "leader", "visitor", "handler"])
def test_only_administrators_change_it(session: Session, cast: Cast, who: str) -> None:
    actor = acting(session, getattr(cast, who))
    kept = taken(session, cast)
    for attempt in (
        lambda: change_day(session, actor, DAY, Choice.FREE, "", ""),
        lambda: import_days(session, actor, TOLD, ""),
        lambda: undo_import(session, actor, kept),
    ):
        with pytest.raises(Missing):
            attempt()


def test_a_limit_set_before_a_change_stays(session: Session, cast: Cast, standing_clock: Clock) -> None:
    """An issue that was dispatched keeps its limits when tomorrow becomes free; the next one gets the new ones."""
    before = make_issue(session, cast, IssueState.TRIAGE)
    step(session, cast, before, "coordinator", Verb.DISPATCH)
    kept = (before.step_due_at, before.amber_at, before.due_at)
    for day in (date(2026, 6, 30), date(2026, 7, 1)):
        change_day(session, acting(session, cast.administrator), day, Choice.FREE, "", "")
    session.refresh(before)
    assert (before.step_due_at, before.amber_at, before.due_at) == kept
    after = make_issue(session, cast, IssueState.TRIAGE)
    step(session, cast, after, "coordinator", Verb.DISPATCH)
    assert before.step_due_at
    assert after.step_due_at
    assert (after.step_due_at - before.step_due_at).days == 2


def test_a_file_is_taken_in_and_back(session: Session, cast: Cast) -> None:
    admin = acting(session, cast.administrator)
    change_day(session, admin, DAYS[1], Choice.WORKING, "镇里上班", "")
    before = rows(session)
    kept = unpacked(packed(taken(session, cast)))
    assert rows(session) == [(one.day, one.working, one.name) for one in TOLD]
    assert undo_import(session, admin, kept) == (3, 0)
    assert rows(session) == before
    assert [action for action, *_rest in actions(session)] == ["calendar.change", "calendar.import", "calendar.undo"]
    with pytest.raises(Conflict):
        undo_import(session, admin, kept)


def test_what_was_changed_since_stays_when_an_import_is_taken_back(session: Session, cast: Cast) -> None:
    admin = acting(session, cast.administrator)
    kept = taken(session, cast)
    change_day(session, admin, DAYS[2], Choice.FREE, "", stamp(rows_of(session, DAYS)[DAYS[2]]))
    assert undo_import(session, admin, kept) == (2, 1)
    assert rows(session) == [(DAYS[2], False, "")]


def test_a_file_that_was_looked_at_before_a_change_is_looked_at_again(session: Session, cast: Cast) -> None:
    admin = acting(session, cast.administrator)
    seen = stamp_of(DAYS, {})
    change_day(session, admin, DAYS[0], Choice.WORKING, "", "")
    with pytest.raises(Conflict) as refusal:
        import_days(session, admin, TOLD, seen)
    assert refusal.value.params["who"] == cast.administrator.name


def test_nothing_to_change_is_said(session: Session, cast: Cast) -> None:
    taken(session, cast)
    with pytest.raises(Invalid):
        taken(session, cast)


def test_a_year_that_the_town_entered_is_known(session: Session, cast: Cast, standing_clock: Clock) -> None:
    standing_clock.time = standing_clock.time.replace(month=11)
    found = knowledge(session)
    assert (found.missing, found.knows(2026), found.knows(2027)) == (2027, True, False)
    taken(session, cast)
    found = knowledge(session)
    assert (found.missing, found.knows(2027), found.entered) == (None, True, [2027])


@pytest.mark.parametrize("more", [0, 40])
def test_the_calendar_of_the_town_is_one_query(session: Session, cast: Cast, more: int) -> None:
    session.add_all(
        CalendarDay(day=date(2030, 1, 1 + n % 28).replace(month=1 + n // 28), working=False) for n in range(more)
    )
    session.commit()
    with counted_queries() as queries:
        town_calendar(session)
    assert len(queries) == 1
