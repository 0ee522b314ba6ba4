import pytest

from hengli_visits.imports.phones import clean_phones
from hengli_visits.imports.workbook import Cell, CellError


@pytest.mark.parametrize(
    ("cell", "first", "second", "extra"),
    [
        ("19807690000", "19807690000", None, ()),
        (19807690047.0, "19807690047", None, ()),
        ("+8619807690002", "19807690002", None, ()),
        ("+86 198 0769 0002", "19807690002", None, ()),
        ("0086-19807690002", "19807690002", None, ()),
        ("198-0769-0008", "19807690008", None, ()),
        ("１９８０７６９００３２", "19807690032", None, ()),
        ("19807690048\n", "19807690048", None, ()),
        ("19807690037/19807690032", "19807690037", "19807690032", ()),
        ("19807690037、19807690037", "19807690037", None, ()),
        ("19807690037 19807690032", "19807690037", "19807690032", ()),
        ("19807690037\n0769-83700000", "19807690037", "0769-83700000", ()),
        ("1980769003719807690032", "19807690037", "19807690032", ()),
        ("19807690037,19807690038;19807690039", "19807690037", "19807690038", ("19807690039",)),
        ("(0769)83700000", "0769-83700000", None, ()),
        ("076983700000", "0769-83700000", None, ()),
        ("+86-769-83700000", "0769-83700000", None, ()),
        ("020 83700000", "020-83700000", None, ()),
        ("0769-83700000转801", "0769-83700000-801", None, ()),
        ("0769-83700000-801", "0769-83700000-801", None, ()),
        ("400-830-0000", "4008300000", None, ()),
        (83700000.0, "83700000", None, ()),
        ("19807690037(儿子)", "19807690037", None, ("儿子",)),
        ("手机:19807690037", "19807690037", None, ("手机",)),
        ("19807690037/1980769", "19807690037", None, ("1980769",)),
    ],
)
def test_phones(cell: Cell, first: str, second: str | None, extra: tuple[str, ...]) -> None:
    cleaned = clean_phones(cell)
    assert cleaned.value is not None
    assert (cleaned.value.first, cleaned.value.second, cleaned.extra) == (first, second, extra)
    assert bool(cleaned.notes) == (cell != first)


@pytest.mark.parametrize("cell", [None, "", " ", "无", "/", "-", 0.0, "暂无"])
def test_no_phone(cell: Cell) -> None:
    assert clean_phones(cell).value is None
    assert clean_phones(cell).problem is None


@pytest.mark.parametrize(
    "cell", ["1980769004", "12345678901", "138000000001", "张三", "1" * 5000, True, CellError("#REF!"), 1.5]
)
def test_bad_phones(cell: Cell) -> None:
    assert clean_phones(cell).problem
