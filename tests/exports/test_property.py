"""Whatever a register holds: written to a file and read again, every row is what stands, and nothing is to be done."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from hengli_visits.exports.queries.registers import enterprise_columns, family_columns, member_columns
from hengli_visits.exports.tables import Column, Made, Table
from hengli_visits.exports.writing import write_csv, write_xlsx
from hengli_visits.imports.cleaning import clean_name, clean_title
from hengli_visits.imports.household_matching import HouseholdMatcher
from hengli_visits.imports.matching import Standing, Verdict
from hengli_visits.imports.member_matching import match_members
from hengli_visits.imports.reading import open_file, read_file
from hengli_visits.imports.rereading import household_again, member_again
from hengli_visits.imports.rows import DITTO
from hengli_visits.imports.text import half_width
from hengli_visits.members.rules import is_phone, tidy_code
from hengli_visits.models import Gender, HouseholdKind, RosterKind, RowState, Standing as PartyStanding
from tests.imports.books import NAMES, VILLAGES

SIGNS = "=+-@'\"，,;（）()·.。 　\n\t<r>&"
HAN = "钟林锡阿卜𠮷龘亹二三十巷号栋房东街长村和"


def no_ditto(text: str) -> bool:
    """Whether a text is not one of the marks that repeat the cell above."""
    return half_width(text).strip() not in DITTO


def texts(most: int, alphabet: str = HAN + SIGNS + "01Aaz０Ａ") -> st.SearchStrategy[str]:
    """What somebody may type into a field of a page."""
    return st.text(alphabet, max_size=most).map(str.strip).filter(no_ditto)


PEOPLE = texts(12, HAN + "ab1０ '=+@-·.（）() ").filter(lambda text: clean_name(text, numbered=True).value is not None)
FIRMS = texts(20).filter(lambda text: clean_title(text).value is not None)
CODES = st.from_regex(r"[0-9A-Z=@-]{1,4}[0-9]{1,28}", fullmatch=True).map(tidy_code).filter(no_ditto)
PHONES = st.one_of(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"0769-[2-9][0-9]{7}(-[0-9]{1,5})?", fullmatch=True),
    st.from_regex(r"[2-9][0-9]{6,7}", fullmatch=True),
    st.from_regex(r"[48]00[0-9]{7}", fullmatch=True),
).filter(is_phone)
LOCATION = st.tuples(
    st.none() | st.floats(3, 54).map(lambda x: round(x, 8)), st.none() | st.floats(73, 136).map(lambda x: round(x, 8))
)


def households(kind: HouseholdKind) -> st.SearchStrategy[list[dict[str, Any]]]:
    """A book of one kind."""
    row = st.fixed_dictionaries(
        {
            "kind": st.just(kind),
            "code": CODES,
            "name": PEOPLE if kind is HouseholdKind.FAMILY else FIRMS,
            "size": st.none() | st.integers(0, 100_000),
            "village": st.sampled_from(NAMES),
            "street": texts(14),
            "door": texts(8),
            "address": texts(24),
            "contact": st.just("") | PEOPLE,
            "phone": st.none() | PHONES,
            "second_phone": st.none() | PHONES,
            "category": st.sampled_from(["", "普通户", "困难户", "困难", "低保、独居"]) | texts(10),
            "industry": st.just("") | FIRMS,
            "place": LOCATION,
            "remarks": texts(60),
        }
    )
    return st.lists(row, min_size=1, max_size=4, unique_by=lambda one: one["code"]).map(_placed)


def _placed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in rows:
        row["latitude"], row["longitude"] = row.pop("place")
        row["street"], row["door"] = row["street"].replace("\n", ""), row["door"].replace("\n", "")
    return rows


MEMBERS = st.lists(
    st.fixed_dictionaries(
        {
            "name": PEOPLE.map(lambda text: "".join(text.split())),
            "gender": st.none() | st.sampled_from(Gender),
            "branch": st.none() | st.sampled_from(["农林水务局党支部", "长巷村第一党支部", "力泰A+制衣厂党支部"]),
            "standing": st.none() | st.sampled_from(PartyStanding),
            "phone": st.none() | PHONES,
            "second_phone": st.none() | PHONES,
            "village": st.none() | st.sampled_from(NAMES),
            "born": st.none() | st.dates(date(1930, 1, 1), date(2008, 1, 1)).map(lambda day: day.replace(day=1)),
            "staff_number": st.none() | CODES,
            "remarks": texts(60),
        }
    ),
    min_size=1,
    max_size=4,
    unique_by=(
        lambda one: clean_name(one["name"], numbered=True).value,
        lambda one: one["phone"] or object(),
        lambda one: one["second_phone"] or object(),
        lambda one: one["staff_number"] or object(),
    ),
).filter(lambda rows: not {one["phone"] for one in rows if one["phone"]} & {one["second_phone"] for one in rows})


def brought_again(columns: Sequence[Column], rows: list[dict[str, Any]], kind: RosterKind, format_: str) -> list[Any]:
    """The records that a file of these rows holds; none may be reported or skipped."""
    table = Table(columns, len(rows), [SimpleNamespace(**row) for row in rows])
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{format_}"
        if format_ == "csv":
            write_csv(table, path)
        else:
            write_xlsx(table, Made("名册", "统建文", datetime.fromisoformat("2026-06-29 10:00")), path)
        roster = read_file(kind, open_file(path.read_bytes()), VILLAGES)
    assert (roster.reported, roster.skipped) == ([], [])
    return list(roster.records())


def assert_same(verdicts: Sequence[Verdict], rows: list[dict[str, Any]]) -> None:
    """Each row is its own record, unchanged."""
    told = [(verdict.state, verdict.target, verdict.changes, verdict.problems) for verdict in verdicts]
    assert told == [(RowState.SAME, number, {}, []) for number in range(len(rows))]


def assert_same_book(kind: HouseholdKind, records: list[Any], rows: list[dict[str, Any]]) -> None:
    """Each household of a book is its own record, unchanged."""
    reread = household_again(lambda: VILLAGES)
    standing = [Standing(number, row, reread=reread) for number, row in enumerate(rows)]
    assert_same(HouseholdMatcher(kind, {record.code for record in records}).match(records, standing), rows)


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
@settings(max_examples=15, deadline=None, derandomize=True)
@given(rows=households(HouseholdKind.FAMILY))
def test_families(format_: str, rows: list[dict[str, Any]]) -> None:
    records = brought_again(family_columns(full=True), rows, RosterKind.HOUSEHOLDS, format_)
    assert_same_book(HouseholdKind.FAMILY, records, rows)


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
@settings(max_examples=15, deadline=None, derandomize=True)
@given(rows=households(HouseholdKind.ENTERPRISE))
def test_enterprises(format_: str, rows: list[dict[str, Any]]) -> None:
    records = brought_again(enterprise_columns(full=True), rows, RosterKind.ENTERPRISES, format_)
    assert_same_book(HouseholdKind.ENTERPRISE, records, rows)


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
@settings(max_examples=15, deadline=None, derandomize=True)
@given(rows=MEMBERS)
def test_members(format_: str, rows: list[dict[str, Any]]) -> None:
    records = brought_again(member_columns(full=True), rows, RosterKind.MEMBERS, format_)
    standing = [Standing(number, row, reread=member_again(lambda: VILLAGES)) for number, row in enumerate(rows)]
    assert_same(match_members(records, standing), rows)
