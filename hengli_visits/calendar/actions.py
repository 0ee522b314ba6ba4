"""Changes of the town's calendar. Limits that were set before stay as they are: they stand on the issues."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.calendar.ics import Told
from hengli_visits.calendar.imports import Kept, Step, changes_of, stamp, stamp_of
from hengli_visits.calendar.queries import last_change, rows_of
from hengli_visits.calendar.rules import Choice, may_edit
from hengli_visits.calendar.year import day_of
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.issues.holidays import known_years
from hengli_visits.models import CalendarDay
from hengli_visits.wording import N_, Word

OBJECT = "calendar"


class Said(Word):
    """How the calendar has a day, for who was too late."""

    WORKING = "working", N_("上班")
    FREE = "free", N_("休息")


def change_day(session: Session, actor: Actor, day: date, choice: Choice, name: str, seen: str) -> bool:
    """Let the town say itself whether it works on a day, or go by the country's calendar again; `seen` is the row's
    stamp when the form was made. Whether anything changed: the same once more changes nothing.
    Writes an audit entry. Missing for all but administrators; Conflict when somebody else changed the day meanwhile."""
    require(may_edit(actor))
    row = rows_of(session, [day], lock=True).get(day)
    wanted = None if choice is Choice.OFFICIAL else CalendarDay(day=day, working=choice is Choice.WORKING, name=name)
    if stamp(row) == stamp(wanted):
        return False
    if stamp(row) != seen:
        _refuse_late(session, day, row)
    _put(session, row, wanted)
    audit.record(session, actor, "calendar.change", OBJECT, day.isoformat(), choice=choice.value)
    session.flush()
    return True


def _put(session: Session, row: CalendarDay | None, wanted: CalendarDay | None) -> None:
    if wanted is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(wanted)
    else:
        row.working, row.name = wanted.working, wanted.name


def _refuse_late(session: Session, day: date, row: CalendarDay | None) -> None:
    who = last_change(session, [day])
    said = Said.WORKING if day_of(day, row).working else Said.FREE
    raise Conflict(N_("%(who)s刚刚改过这一天，现在是“%(what)s”。请看过再改。"), who=who or N_("别的管理员"), what=said)


def import_days(session: Session, actor: Actor, told: Sequence[Told], seen: str) -> Kept:
    """Take what a file says into the town's calendar, all in one step; `seen` is the stamp of its days when the preview
    was made. Gives what is needed to take it back.
    Writes an audit entry. Missing for all but administrators; Conflict when one of the days was changed meanwhile;
    Invalid when nothing would change."""
    require(may_edit(actor))
    days = [one.day for one in told]
    own = rows_of(session, days, lock=True)
    changes = changes_of(told, own, known_years())
    if not changes:
        raise Invalid(N_("日历已经是这样，没有要改的。"), field="file")
    if stamp_of(days, own) != seen:
        who = last_change(session, days)
        raise Conflict(N_("%(who)s刚刚改过日历。请核对后再导入。"), who=who or N_("别的管理员"))
    steps = []
    for change in changes:
        one, row = change.told, own.get(change.told.day)
        before = [row.working, row.name] if row else None
        steps.append(Step(one.day.isoformat(), before, [one.working, one.name]))
        _put(session, row, CalendarDay(day=one.day, working=one.working, name=one.name))
    audit.record(session, actor, "calendar.import", OBJECT, "", days=[step.day for step in steps])
    session.flush()
    return Kept(clock.now().isoformat(), actor.name, steps)


def undo_import(session: Session, actor: Actor, kept: Kept) -> tuple[int, int]:
    """Put the days of an import back to what they were. Those that somebody changed since stay as they are.
    How many were put back, and how many stay. Writes an audit entry. Missing for all but administrators; Conflict when
    nothing of the import is left."""
    require(may_edit(actor))
    own = rows_of(session, [date.fromisoformat(step.day) for step in kept.steps], lock=True)
    done = []
    for step in kept.steps:
        day = date.fromisoformat(step.day)
        row = own.get(day)
        if row is not None and [row.working, row.name] == step.after:
            _put(
                session,
                row,
                CalendarDay(day=day, working=step.before[0], name=step.before[1]) if step.before else None,
            )
            done.append(step.day)
    if not done:
        raise Conflict(N_("这次导入的内容都已经改掉了，没有可以撤销的。"))
    audit.record(session, actor, "calendar.undo", OBJECT, "", days=done)
    session.flush()
    return len(done), len(kept.steps) - len(done)
