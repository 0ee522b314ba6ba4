from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from hengli_visits.imports.addresses import split_address
from hengli_visits.imports.assignments import clean_codes, clean_numbers
from hengli_visits.imports.cleaning import (
    clean_category,
    clean_code,
    clean_coordinate,
    clean_count,
    clean_gender,
    clean_month,
    clean_name,
    clean_pair,
    clean_standing,
    clean_title,
)
from hengli_visits.imports.phones import apart, clean_phones
from hengli_visits.imports.teams import clean_names
from hengli_visits.imports.text import Cleaned, clean_text
from hengli_visits.imports.villages import squeeze
from hengli_visits.imports.workbook import Cell
from tests.imports.books import NAMES, VILLAGES
from tests.imports.cells import CELLS

CLEANERS: dict[str, Callable[[Cell], Cleaned[Any]]] = {
    "text": clean_text,
    "name": clean_name,
    "title": clean_title,
    "code": clean_code,
    "category": clean_category,
    "count": clean_count,
    "month": clean_month,
    "coordinate": clean_coordinate,
    "village": VILLAGES.resolve,
    "gender": clean_gender,
    "standing": clean_standing,
}


@pytest.mark.parametrize("name", CLEANERS)
@settings(max_examples=300, deadline=None, derandomize=True)
@given(cell=CELLS)
def test_cleaning_is_idempotent(name: str, cell: Cell) -> None:
    clean = CLEANERS[name]
    once = clean(cell)
    assert once.value is None or once.problem is None
    twice = clean(once.value)
    assert (twice.value, twice.problem, twice.extra) == (once.value, None, ())
    assert name == "category" or not twice.notes


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cell=CELLS)
def test_cleaning_lists_of_phones_and_staff_numbers_is_idempotent(cell: Cell) -> None:
    for clean in (clean_numbers, clean_codes):
        once = clean(cell)
        if once.value:
            assert clean("、".join(once.value)) == Cleaned(once.value)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(numbers=st.lists(st.floats(-200, 200), min_size=2, max_size=2), sign=st.sampled_from([",", " ", ";", "，", "/"]))
def test_cleaning_pairs_of_coordinates_is_idempotent(numbers: list[float], sign: str) -> None:
    once = clean_pair(sign.join(f"{number:.4f}" for number in numbers))
    if once.value:
        assert clean_pair(f"{once.value[0]},{once.value[1]}") == once


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cell=CELLS)
def test_telling_names_and_phones_apart_is_idempotent(cell: Cell) -> None:
    names, _ = apart(cell)
    assert apart(names) == (names, None)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cell=CELLS)
def test_cleaning_phones_is_idempotent(cell: Cell) -> None:
    once = clean_phones(cell)
    if once.value is None:
        return
    for number in filter(None, (once.value.first, once.value.second)):
        twice = clean_phones(number)
        assert twice.value is not None
        assert (twice.value.first, twice.value.second, twice.extra) == (number, None, ())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cell=CELLS, own=st.sampled_from([None, *NAMES]))
def test_splitting_addresses_loses_nothing_and_is_idempotent(cell: Cell, own: str | None) -> None:
    once = split_address(cell, VILLAGES, own).value
    if once is None:
        return
    assert squeeze(once.whole).endswith(once.door)
    assert once.street in squeeze(once.whole)
    assert split_address(once.whole, VILLAGES, own).value == once


@settings(max_examples=200, deadline=None, derandomize=True)
@given(cell=CELLS)
def test_cleaning_lists_of_names_is_idempotent(cell: Cell) -> None:
    once = clean_names(cell)
    if once.value:
        assert clean_names("、".join(once.value)).value == once.value
