"""A file as a whole: lists, its rows as a stream, and columns as somebody chose them."""

import pytest

from hengli_visits.imports.columns import ColumnMap, header_key
from hengli_visits.imports.outcomes import Taken
from hengli_visits.imports.reading import guess_kind, open_file, read_file, scan_file
from hengli_visits.imports.rosters import read_members
from hengli_visits.models import RosterKind
from tests.imports.books import VILLAGES, book
from tests.imports.reading import read


def test_lists_of_villages_and_branches_as_workbooks() -> None:
    areas = book(
        (
            "村",
            [["村(社区)名称", "编号", "纬度", "经度"], ["石涌村", "SY", 23.02, 113.97], ["恒泉社区", "HQ", None, None]],
        )
    )
    assert guess_kind(open_file(areas)) is RosterKind.AREAS
    roster = read_file(RosterKind.AREAS, open_file(areas), VILLAGES)
    assert [(one.name, one.code, one.kind) for one in roster.records()] == [
        ("石涌村", "SY", "village"),
        ("恒泉社区", "HQ", "community"),
    ]
    branches = book(
        ("支部", [["支部名称", "类别", "所属村"], ["石涌村第一党支部", "村", "石涌"], ["甲厂党支部", "两新", None]])
    )
    assert guess_kind(open_file(branches)) is RosterKind.BRANCHES
    roster = read_file(RosterKind.BRANCHES, open_file(branches), VILLAGES)
    assert [(one.sector, one.village) for one in roster.records()] == [("village", "石涌村"), ("new", None)]


def test_what_was_chosen_for_a_set_of_headers_counts_before_any_guess() -> None:
    data = book(("甲", [["姓名", "电话", "曾用名"], ["小张", "13800000001", "张三"]]))
    key = header_key(ColumnMap(headers={5: "曾用名", 1: "姓 名", 2: "电话:"}))
    chosen = {key: {"曾用名": "name", "电话": "phone", "姓名": ""}}
    roster = read_file(RosterKind.MEMBERS, open_file(data), VILLAGES, remembered=chosen.get)
    assert [(one.name, one.phone) for one in roster.records()] == [("张三", "13800000001")]
    strange = {key: {"曾用名": "no such field"}}
    roster = read_file(RosterKind.MEMBERS, open_file(data), VILLAGES, remembered=strange.get)
    assert [one.name for one in roster.records()] == ["小张"]


def test_a_sheet_that_lacks_something_still_offers_its_columns() -> None:
    data = book(("甲", [["性别", "大名", "手机"], *([["男", f"某甲{'长' * 60}", "13800000001"]] * 3)]))
    (summary,) = read(read_members, data).sheets
    assert summary.header_row is None
    assert [(one.header, one.field, one.unsure) for one in summary.guesses] == [
        ("性别", "gender", False),
        ("大名", None, False),
        ("手机", "phone", False),
    ]
    assert [len(one.samples[0]) for one in summary.guesses] == [1, 40, 11]
    roster = read(read_members, data, corrections={"甲": {0: "gender", 1: "name"}})
    assert len(roster.reported) == 3
    assert [one.field for one in roster.sheets[0].guesses] == ["gender", "name", None]


@pytest.mark.parametrize("kind", list(RosterKind))
def test_a_stream_gives_what_a_gathered_file_gives(kind: RosterKind) -> None:
    data = book(
        (
            "石涌村",
            [
                ["name", "code", "kind", "组别", "姓名", "企业名称", "户编号", "走访员"],
                ["甲村", "A", "村", "第一组", "张三", "甲厂", "A1", "李四"],
            ],
        )
    )
    streamed = [one.record for one in scan_file(kind, open_file(data), VILLAGES) if isinstance(one, Taken)]
    assert streamed == list(read_file(kind, open_file(data), VILLAGES).records())
    assert len(streamed) == 1
