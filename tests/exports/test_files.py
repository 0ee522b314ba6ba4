"""What is in the files: kinds of cells, print set-up, and nothing that acts as a formula."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hengli_visits.exports.tables import Column, Made, Table
from hengli_visits.exports.writing import write_csv, write_xlsx
from hengli_visits.models import Member, Standing
from hengli_visits.spreadsheets import guarded, unguarded
from tests.cast import Cast
from tests.exports.files import FULL, cell_xml, cells, export, lines, part, records, sheet_xml
from tests.factories import make_household
from tests.pages import SignIn

FORMULAS = [
    "=1+1",
    "+86",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "'=1",
    "''=1",
    "'\t",
]
PLAIN = ["", "张三", "'", "''", "it's", "1=1", "0769-83700000", "'张三'"]
MADE = Made("名册", "统建文", datetime.fromisoformat("2026-06-29 10:00"))


def table(*texts: str) -> Table:
    """A table of one column."""
    return Table([Column("内容", lambda text: text)], len(texts), iter(texts))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_guarded_and_comes_back(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert unguarded(text) == guarded(text) == text


@pytest.mark.parametrize(
    "text", [*FORMULAS, "https://example.org", "0012", "1e5", "<r>x</r>", "<r><f>1</f></r>", "甲\n乙"]
)
def test_every_text_is_a_text_in_a_workbook(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    assert write_xlsx(table(text), MADE, path) == 1
    assert "<f>" not in sheet_xml(path.read_bytes()).replace("&lt;f&gt;", "")
    assert 't="inlineStr"' in cell_xml(path.read_bytes(), "B2")
    assert cells(path.read_bytes())[1][1].strip().replace("_x000D_", "\r") == text.strip()
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"], "nothing else stays"


def test_no_line_of_a_csv_begins_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(table(*FORMULAS), path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    found = [line[1] for line in lines(data)[1:]]
    assert all(text.startswith("'") for text in found)
    assert [unguarded(text) for text in found] == FORMULAS


def test_a_text_that_no_cell_holds_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(table("长" * 40_000), MADE, path)
    assert len(cells(path.read_bytes())[1][1]) == 32_001


def test_a_file_that_breaks_off_leaves_nothing_beside_it(tmp_path: Path) -> None:
    def rows() -> Any:
        yield "张三"
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="gone"):
        write_xlsx(Table([Column("内容", str)], 2, rows()), MADE, tmp_path / "a.xlsx")
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]


def test_cells_of_a_register(session: Session, cast: Cast, sign_in: SignIn) -> None:
    household = make_household(session, cast.village, "=钟", code="001", phone="13800000001", size=3, latitude=23.02)
    household.longitude = 113.97
    session.commit()
    data = export(sign_in(cast.coordinator), "families?q=001", **FULL)
    row = next(one for one in records(cells(data)) if one["户编号"] == "001")
    assert (row["户主姓名"], row["联系电话"], row["家庭人口数"], row["纬度"]) == ("=钟", "13800000001", 3.0, 23.02)
    styles = part(data, "xl/styles.xml")
    assert 'numFmtId="49"' in styles, "codes and phones are text"
    assert "<f>" not in sheet_xml(data)


def test_print_set_up(cast: Cast, sign_in: SignIn) -> None:
    data = export(sign_in(cast.coordinator), "members")
    sheet = sheet_xml(data)
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert 'paperSize="9" fitToHeight="0" orientation="landscape"' in sheet
    assert 'fitToPage="1"' in sheet
    assert "<autoFilter ref=" in sheet
    assert "&amp;L统建文 2026-06-29 10:00 导出&amp;R第 &amp;P 页，共 &amp;N 页" in sheet
    assert "$1:$1</definedName>" in part(data, "xl/workbook.xml"), "the header is printed on every page"
    assert '<col min="1" max="1" width="6.7109375"' in sheet
    assert '<col min="4" max="4" width="28.7109375"' in sheet


def test_days_and_moments_are_dates_on_the_towns_clock(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.assignment.last_visit_at = datetime.fromisoformat("2026-06-28T23:30:15+00:00")
    session.merge(cast.assignment)
    session.commit()
    client = sign_in(cast.coordinator)
    row = next(one for one in records(cells(export(client, "assignments"))) if one["户编号"] == cast.household.code)
    assert row["最近走访"] == datetime.fromisoformat("2026-06-29 07:30")
    text = next(
        one for one in records(lines(export(client, "assignments", "csv"))) if one["户编号"] == cast.household.code
    )
    assert text["最近走访"] == "2026-06-29 07:30"


def test_words_of_vocabularies(session: Session, cast: Cast, sign_in: SignIn) -> None:
    session.add(Member(**_person(cast)))
    session.commit()
    row = next(
        one for one in records(lines(export(sign_in(cast.coordinator), "members", "csv"))) if one["工号"] == "007"
    )
    assert (row["党员类别"], row["出生年月"], row["居住村(社区)"]) == ("正式党员", "1975.08", "长巷村")


def _person(cast: Cast) -> dict[str, Any]:
    now = datetime.fromisoformat("2026-06-29T00:00:00+00:00")
    return {
        "name": "钟正", "staff_number": "007", "standing": Standing.FULL, "born": date(1975, 8, 1),
        "area_id": cast.village.id, "created_at": now, "updated_at": now,
    }  # fmt: skip
