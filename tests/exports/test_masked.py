"""A file whose phones are masked never writes over the real ones."""

import pytest
from sqlalchemy.orm import Session

from hengli_visits.formats import masked
from hengli_visits.imports.phones import clean_phones
from hengli_visits.models import RosterKind
from tests.cast import Cast
from tests.exports.files import export
from tests.exports.test_round_trip import assert_same
from tests.factories import make_household
from tests.imports.importing import snapshot
from tests.pages import SignIn

NUMBERS = (
    "13800138000",
    "0769-83700000",
    "83700000",
    "8370000-1234",
    "83700000-123",
    "020-83700000",
    "4001234567",
    "8370000",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_masked_number_is_none(number: str) -> None:
    for text in (masked(number), masked(number).replace("*", "＊"), f" {masked(number)} "):
        cleaned = clean_phones(text)
        assert (cleaned.value, cleaned.problem, cleaned.extra) == (None, None, ())
        assert [note.text() for note in cleaned.notes] == ["号码是隐去的，没有采用。"]


def test_a_whole_number_beside_a_masked_one_is_taken() -> None:
    cleaned = clean_phones("138****8000、13900139000")
    assert cleaned.value is not None
    assert (cleaned.value.first, cleaned.value.second) == ("13900139000", None)


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("what", "kind", "count"), [("families", RosterKind.HOUSEHOLDS, 5), ("members", RosterKind.MEMBERS, 12)]
)
def test_a_masked_register_changes_nothing(
    what: str, kind: RosterKind, count: int, format_: str, session: Session, cast: Cast, sign_in: SignIn
) -> None:
    make_household(session, cast.village, "钟正", phone="0769-83700000", second_phone="8370000-1234")
    session.commit()
    before = snapshot(session)
    data = export(sign_in(cast.coordinator), what, format_)
    assert_same(session, data, kind, count)
    assert snapshot(session) == before
