from collections import Counter

import pytest

from hengli_visits.imports.delimited import TextTable
from hengli_visits.imports.founding import read_areas, read_branches
from hengli_visits.imports.reasons import BadFile
from hengli_visits.imports.rosters import read_enterprises, read_households, read_members
from hengli_visits.imports.teams import read_groups
from tests.imports.books import NAMES
from tests.imports.reading import Reader, read, sample


def test_villages_csv() -> None:
    areas = read_areas(TextTable(sample("villages.csv")).sheets())
    assert [area.name for area in areas] == NAMES
    assert (areas[0].code, areas[0].kind, areas[0].latitude, areas[0].longitude) == (
        "HQ",
        "community",
        23.0262,
        113.9718,
    )
    assert Counter(area.kind for area in areas) == {"village": 16, "community": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_branches_csv(encoding: str) -> None:
    branches = read_branches(TextTable(sample("branches.csv").decode().encode(encoding)).sheets())
    assert len(branches) == 154
    assert Counter(branch.sector for branch in branches) == {"new": 106, "village": 32, "office": 16}
    assert branches[0].village == "恒泉社区"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "空的"),
        ("name\n甲", "code"),
        ("name,code\n,HQ\n", "第 2 行"),
        ("name,code\n甲,A\n\n甲,B\n", "第 4 行"),
        ("name,code,latitude\n甲,A,x\n", "经纬度"),
        ("name,code\n甲\0,A\n", "编码"),
    ],
)
def test_bad_csv_names_the_line(text: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        read_areas(TextTable(text.encode()).sheets())


def test_sample_members() -> None:
    roster = read(read_members, sample("党员花名册.xlsx"))
    records = list(roster.records())
    assert (len(records), roster.reported) == (1724, [])
    assert Counter(record.standing for record in records) == {"full": 1681, "probationary": 43}
    assert Counter(record.gender for record in records) == {"man": 1463, "woman": 261}
    branches = {branch.name: branch.sector for branch in read_branches(TextTable(sample("branches.csv")).sheets())}
    assert {record.branch for record in records} == set(branches)
    assert {record.village for record in records} == set(NAMES)
    assert len({record.phone for record in records}) == 1724
    assert all(record.born and record.born.day == 1 for record in records)
    assert [(one.row, one.why.text()) for one in roster.skipped] == [(1728, "合计行。")]
    assert not [record for record in records if not record.name.isalpha() or len(record.name) > 4]


def test_sample_households() -> None:
    roster = read(read_households, sample("双千走访户名册.xlsx"))
    records = list(roster.records())
    assert (len(records), roster.reported, roster.skipped, len(roster.sheets)) == (1575, [], [], 17)
    assert {record.village for record in records} == set(NAMES)
    assert len({record.code for record in records}) == 1575
    assert set(Counter(record.category for record in records)) == {
        "普通户", "外来务工户", "困难户", "党员户", "独居老人户", "低保户", "军属户",
    }  # fmt: skip
    assert len({record.street for record in records}) == 14
    assert all(record.door == f"{record.door_number}号" for record in records)
    assert all(record.size for record in records)
    assert sum(record.phone is None for record in records) == 78
    assert (records[0].street, records[0].door, records[0].address) == ("一巷", "37号", "恒泉社区一巷37号")


def test_sample_enterprises() -> None:
    roster = read(read_enterprises, sample("走访企业名册.xlsx"))
    records = list(roster.records())
    assert (len(records), roster.reported, roster.skipped) == (240, [], [])
    assert all(record.size and record.contact and record.phone and record.industry for record in records)


def test_sample_groups() -> None:
    roster = read(read_groups, sample("情系群众周分组表.xlsx"))
    records = list(roster.records())
    assert (len(records), roster.reported, roster.skipped) == (91, [], [])
    assert len({record.group for record in records}) == 20
    assert all(record.group_leader and record.team_leader and record.members for record in records)
    assert {village for record in records for village in record.villages} < set(NAMES)


@pytest.mark.parametrize(
    ("name", "fits", "other", "title"),
    [
        ("双千走访户名册.xlsx", read_households, read_members, "走访户名册"),
        ("党员花名册.xlsx", read_members, read_households, "党员花名册"),
        ("走访企业名册.xlsx", read_enterprises, read_households, "走访企业名册"),
    ],
)
def test_the_wrong_kind_of_roster_is_said(name: str, fits: Reader, other: Reader, title: str) -> None:
    assert read(fits, sample(name)).sheets[0].notes == ()
    summary = read(other, sample(name)).sheets[0]
    assert f"更像{title}" in summary.notes[0].text() or summary.header_row is None
