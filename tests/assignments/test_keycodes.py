"""Key codes: short, read back, and no slip of a single sign or of two that changed places goes unnoticed."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from hengli_visits.assignments import keycodes

IDS = st.one_of(st.integers(1, 2000), st.integers(1, 2**31 - 1))


@given(IDS)
def test_a_code_is_read_as_it_was_written(id_: int) -> None:
    code = keycodes.write(id_)
    assert re.fullmatch("[2-9A-HJKMNP-Z]+", code)
    assert keycodes.read(code) == id_
    assert keycodes.read(f" {code[:2].lower()}-{code[2:].lower()} ") == id_
    assert len(code) == 5 if id_ < 923_521 else len(code) > 5


@given(st.integers(1, 30_000_000), st.data())
def test_every_wrong_sign_is_noticed(id_: int, data: st.DataObject) -> None:
    code = keycodes.write(id_)
    for place in range(len(code)):
        for sign in keycodes.SIGNS.replace(code[place], ""):
            assert keycodes.read(code[:place] + sign + code[place + 1 :]) is None


@given(st.integers(1, 30_000_000))
def test_every_two_signs_that_changed_places_are_noticed(id_: int) -> None:
    code = keycodes.write(id_)
    for one in range(len(code)):
        for other in range(one + 1, len(code)):
            signs = list(code)
            signs[one], signs[other] = signs[other], signs[one]
            if signs != list(code):
                assert keycodes.read("".join(signs)) is None


def test_neighbours_look_different_and_no_two_are_alike() -> None:
    codes = [keycodes.write(id_) for id_ in range(1, 5001)]
    assert len(set(codes)) == len(codes)
    alike = [sum(a == b for a, b in zip(one, other, strict=True)) for one, other in pairwise(codes)]
    assert max(alike) <= 2


@pytest.mark.parametrize("text", ["", "2", "ABCD", "O0I1L", "钟林锡", "22222", "A" * 9, "N7KP8", "Ｎ７ＫＰ"])
def test_what_is_no_code(text: str) -> None:
    assert keycodes.read(text) is None


def test_full_width_and_what_is_no_id() -> None:
    assert keycodes.read("Ｎ７ｋｐ７") == 1
    for id_ in (0, -1, 31**7):
        with pytest.raises(ValueError, match="no row"):
            keycodes.write(id_)
