"""Telephone numbers as people type them."""

import pytest

from hengli_visits.members.rules import is_phone, tidy_phone


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" 139 1234 5678 ", "13912345678"),
        ("+86-13912345678", "13912345678"),
        ("１３９１２３４５６７８", "13912345678"),
        ("139-1234-5678", "13912345678"),
        ("0769-83700000", "0769-83700000"),
        ("83700000", "83700000"),
        ("4008123123", "4008123123"),
    ],
)
def test_numbers_are_tidied(typed: str, stored: str) -> None:
    assert tidy_phone(typed) == stored
    assert is_phone(stored)


@pytest.mark.parametrize("typed", ["123", "1391234567", "139123456789", "电话", "0769", "19907690000/1"])
def test_what_is_no_number_is_told(typed: str) -> None:
    assert not is_phone(tidy_phone(typed))
    assert tidy_phone(None) == ""
