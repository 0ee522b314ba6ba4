"""Fingerprints: equal for what is equal, different as soon as anything differs that was loaded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from hengli_visits.models import (
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Campaign,
    Household,
    Member,
    Visit,
)
from hengli_visits.offline import versions
from hengli_visits.offline.versions import build, fingerprint
from tests.cast import Cast
from tests.visits.making import content, put, said


@dataclass(frozen=True)
class Pair:
    one: object
    other: object


def whole(session: Session, assignment_id: int) -> Assignment:
    """An assignment with its relations, loaded anew."""
    session.expunge_all()
    return session.scalars(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(
            joinedload(Assignment.campaign),
            joinedload(Assignment.household).joinedload(Household.area),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
    ).one()


DIFFERENT: list[Any] = [
    None,
    "",
    "None",
    0,
    1,
    True,
    "1",
    1.0,
    [],
    [[]],
    [None],
    [1, 2],
    [2, 1],
    ["1", "2"],
    ["12"],
    {"a": 1},
    {"a": "1"},
    {"b": 1},
    {"a": {"b": 1}},
    Pair(1, 2),
    Pair(2, 1),
    Pair(1, None),
    frozenset({1}),
    frozenset({1, 3}),
    date(2026, 6, 29),
    datetime(2026, 6, 29),  # noqa: DTZ001 - a value like any other
    AssignmentState.AGAIN,
    AssignmentState.WAITING,
    UUID(int=1),
    b"1",
]


def test_different_values_differ() -> None:
    digests = [fingerprint(value) for value in DIFFERENT]
    twins = {one for one in digests if digests.count(one) > 1}
    assert not [value for value, digest in zip(DIFFERENT, digests, strict=True) if digest in twins]


def test_equal_values_do_not() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({1, 2, 3}) == fingerprint(frozenset({3, 2, 1}))
    assert fingerprint(Pair(1, [2])) == fingerprint(Pair(1, [2]))
    assert fingerprint("a", "b") != fingerprint("ab")
    assert fingerprint() == fingerprint()


def test_equal_rows_loaded_twice_are_equal(session: Session, cast: Cast) -> None:
    first = fingerprint(whole(session, cast.assignment.id))
    assert first == fingerprint(whole(session, cast.assignment.id))
    assert first != fingerprint(whole(session, cast.second_assignment.id))


def _changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, datetime | date):
        return value + timedelta(days=1)
    return "x" if value is None or (isinstance(value, str) and value != "x") else None


@pytest.mark.parametrize(
    "path",
    ["", "campaign", "household", "household.area", "visitors.0", "visitors.1.member"],
)
def test_each_column_counts(path: str, session: Session, cast: Cast) -> None:
    """Each column of the row itself and of rows that hang on it."""
    assignment = whole(session, cast.assignment.id)
    before = fingerprint(assignment)
    row: Any = assignment
    for name in path.split(".") if path else ():
        row = row[int(name)] if name.isdigit() else getattr(row, name)
    columns = [one.key for one in inspect(type(row)).column_attrs]
    assert columns
    values = inspect(row).dict
    for column in columns:
        kept = values[column]
        values[column] = _changed(kept)
        assert fingerprint(assignment) != before, f"{path}.{column}"
        values[column] = kept
        assert fingerprint(assignment) == before


def test_what_hangs_on_a_row_counts(session: Session, cast: Cast) -> None:
    assignment = whole(session, cast.assignment.id)
    before = fingerprint(assignment)
    first, second = assignment.visitors
    for visitors in ([first], [second, first], []):
        set_committed_value(assignment, "visitors", visitors)
        assert fingerprint(assignment) != before
    set_committed_value(assignment, "visitors", [first, second])
    assert fingerprint(assignment) == before


def test_what_was_not_loaded_does_not_count_and_is_not_asked_for(session: Session, cast: Cast) -> None:
    session.expunge_all()
    bare = session.get_one(Assignment, cast.assignment.id)
    before = fingerprint(bare)
    session.get_one(Campaign, cast.campaign.id)
    assert fingerprint(bare) == before
    assert fingerprint(whole(session, cast.assignment.id)) != before


def test_rows_that_hang_on_each_other_come_to_an_end(session: Session, cast: Cast) -> None:
    put(session, cast.visitor, cast.assignment, content(feedback=[said()]))
    session.commit()
    session.expunge_all()
    visit = session.scalars(select(Visit).options(selectinload(Visit.feedback), joinedload(Visit.author))).one()
    visit.feedback[0].visit = visit
    before = fingerprint([visit, visit.feedback])
    inspect(visit.feedback[0]).dict["words"] = "别的话"
    assert fingerprint([visit, visit.feedback]) != before
    session.rollback()


def test_a_row_seen_twice_is_told_from_another(session: Session, cast: Cast) -> None:
    one, other = session.scalars(select(Member).order_by(Member.id).limit(2)).all()
    assert len({fingerprint([one, one]), fingerprint([one, other]), fingerprint([other, one])}) == 3


def test_the_build_is_of_the_programs_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert build() == build()
    monkeypatch.setattr(versions, "SOURCES", versions.SOURCES[1:])
    assert build.__wrapped__() != build()
