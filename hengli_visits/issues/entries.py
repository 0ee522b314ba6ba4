"""What is entered with a step: checked against the fields it asks for, and written down so that it can be read again."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hengli_visits import clock
from hengli_visits.errors import Invalid
from hengli_visits.issues.steps import Field, Kind
from hengli_visits.models import Contentment, Solved
from hengli_visits.wording import N_, Word

MOST_DAYS = 365
CLOCK_SLACK = timedelta(minutes=10)


NO_DAYS = N_("请填 1 到 %(most)s 之间的整数。")
CHOOSE = N_("请从列出的选项中选择。")
UNREADABLE = {
    Kind.DAY: N_("请填写正确的日期。"),
    Kind.AHEAD: N_("请填写正确的日期。"),
    Kind.MOMENT: N_("请填写正确的日期和时间。"),
}
"""What is said of what cannot be read as what the field holds; of all else that it is no choice."""


def _identity(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


def _word(field: Field, value: Any) -> Word | None:
    if value in (None, ""):
        return None
    found = next((word for word in field.words if word == value), None)
    if found is None:
        raise Invalid(CHOOSE, field=field.name)
    return found


def _day(value: Any) -> date | None:
    day = date.fromisoformat(value) if isinstance(value, str) and value else value or None
    return clock.town_time(day).date() if isinstance(day, datetime) else day


def _days(field: Field, value: Any) -> int | None:
    try:
        days = _identity(value)
    except (TypeError, ValueError):
        days = 0
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Invalid(NO_DAYS, field=field.name, most=MOST_DAYS)
    return days


def _moment(value: Any) -> datetime | None:
    moment = datetime.fromisoformat(value) if isinstance(value, str) and value else value or None
    return clock.from_town(moment) if moment else None


def _read(field: Field, value: Any) -> Any:
    match field.kind:
        case Kind.LINE | Kind.TEXT | Kind.ISSUE | Kind.MEMBER:
            return str(value or "").strip()
        case Kind.WORD:
            return _word(field, value)
        case Kind.CATEGORY | Kind.UNIT | Kind.CO_UNIT:
            return _identity(value)
        case Kind.DAYS:
            return _days(field, value)
        case Kind.UNITS:
            return sorted({int(one) for one in value or ()})
        case Kind.DAY | Kind.AHEAD:
            return _day(value)
        case Kind.MOMENT:
            return _moment(value)


def entered(fields: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """What `data` holds for each field, typed; anything else in it is left out. Refuses (`Invalid`, named after the
    field) what is missing, too long, not a choice, or lies in the future, or for a day ahead in the past. A field that
    is only asked for with another's word is left out without it."""
    found: dict[str, Any] = {}
    for field in fields:
        if field.given is not None and found.get(field.given[0]) is not field.given[1]:
            continue
        try:
            value = _read(field, data.get(field.name))
        except (TypeError, ValueError):
            raise Invalid(UNREADABLE.get(field.kind, CHOOSE), field=field.name) from None
        if field.missing and not value:
            raise Invalid(field.missing, field=field.name)
        if isinstance(value, str) and len(value) > field.longest:
            raise Invalid(N_("最多写 %(most)s 个字。"), field=field.name, most=field.longest)
        _refuse_time(field, value)
        found[field.name] = value
    return found


def _refuse_time(field: Field, value: Any) -> None:
    if field.kind is Kind.AHEAD:
        if value is not None and value < clock.today():
            raise Invalid(N_("不能填过去的日期。"), field=field.name)
        return
    late = value > clock.now() if isinstance(value, datetime) else isinstance(value, date) and value > clock.today()
    if late:
        raise Invalid(N_("不能填将来的时间。"), field=field.name)


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as a move's `data` holds them (JSON); empty ones are left out, `note` has a column of its own."""
    return {
        name: value.isoformat() if isinstance(value, date) else value.value if isinstance(value, Word) else value
        for name, value in values.items()
        if name != "note" and value not in (None, "", [])
    }


def read_again(field: Field, value: Any) -> Any:
    """A value of a move's `data`, typed as it was entered; None for a word that is no more."""
    if field.kind is Kind.WORD:
        return next((word for word in field.words if word == value), None)
    if field.kind in (Kind.ISSUE, Kind.MEMBER):
        return _identity(value)
    return _read(field, value)


def checked_revisit(
    at: datetime, reached: bool, solved: Solved | None, contentment: Contentment | None, comment: str
) -> dict[str, Any]:
    """What a revisit found, as its row holds it: nothing about the answer when nobody was reached. Refuses (`Invalid`)
    a time in the future beyond a phone's few wrong minutes, and what must be told and was not."""
    if at > clock.now() + CLOCK_SLACK:
        raise Invalid(N_("不能填将来的时间。"), field="at")
    comment = comment.strip()
    if not reached:
        return {"solved": None, "contentment": None, "comment": comment}
    for error in lacking(solved, contentment, comment):
        raise error
    return {"solved": solved, "contentment": contentment, "comment": comment}


def lacking(solved: Solved | None, contentment: Contentment | None, comment: str) -> Iterator[Invalid]:
    """What must be told when somebody was reached, and was not, named after the field."""
    if solved is None:
        yield Invalid(N_("请选择问题是否解决。"), field="solved")
    if contentment is None:
        yield Invalid(N_("请选择住户是否满意。"), field="contentment")
    if contentment is Contentment.DISCONTENT and not comment:
        yield Invalid(N_("住户不满意的，请写下原因。"), field="comment")
