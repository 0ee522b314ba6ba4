"""How ledgers look and what they tell of whom: texts, print set-up, residents masked, what somebody typed."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hengli_visits.models import (
    HouseholdKind,
    PaperKind,
)
from hengli_visits.papers import actions
from hengli_visits.papers.rules import LEDGERS
from tests.cast import Cast
from tests.factories import make_assignment, make_household
from tests.papers.making import HEAD, data_of, order, part_of, rows_of, sheet_of
from tests.papers.reckoning import formulas
from tests.papers.test_ledgers import busy
from tests.visits.making import content, put, said


def test_every_text_is_a_text(session: Session, cast: Cast) -> None:
    busy(session, cast)
    data = b""
    for kind in (PaperKind.VISITS, PaperKind.SAID):
        data = data_of(order(session, cast.coordinator, cast.campaign, kind))
        written = sheet_of(data, values=False)
        places = [place for place, _ in formulas(written)]
        last = HEAD + 1 + len(rows_of(data))
        assert all(int("".join(c for c in place if c.isdigit())) > last for place in places), "formulas are totals"
    words = [row["内容"] for row in rows_of(data)]
    assert words == ["=1+1排水渠堵了", "路灯坏了", "@谢谢"]


def test_paper_set_up(session: Session, cast: Cast) -> None:
    busy(session, cast)
    data = data_of(order(session, cast.coordinator, cast.campaign, PaperKind.VISITS))
    sheet, book = part_of(data, "xl/worksheets/sheet1.xml"), part_of(data, "xl/workbook.xml")
    assert f'<pane ySplit="{HEAD + 1}" topLeftCell="A{HEAD + 2}"' in sheet
    assert 'paperSize="9" fitToHeight="0" orientation="landscape"' in sheet
    assert f"${HEAD + 1}:${HEAD + 1}</definedName>" in book, "the head is printed on every page"
    assert "第 &amp;P 页，共 &amp;N 页" in sheet
    values = sheet_of(data)
    assert values["A1"].value == "“双千”活动走访台账"
    assert values["A2"].value == "单位：横沥镇　　范围：全镇　　期间：2026年6月19日至6月29日"
    assert values["A3"].value == "制表：统建文　　生成时间：2026-06-29 10:00　　" + actions.HIDDEN
    last = [row[0] for row in values.iter_rows(values_only=True)][-1]
    assert isinstance(last, str)
    assert last.startswith("制表：统建文　　审核：＿＿")
    assert "wrapText" in part_of(data, "xl/styles.xml")


def test_a_long_text_gets_room(session: Session, cast: Cast) -> None:
    put(session, cast.visitor, cast.assignment, content(remarks="家里两位老人。" * 30))
    put(session, cast.visitor, cast.assignment, content(remarks="好"))
    session.commit()
    sheet = sheet_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.VISITS)))
    long, short = (sheet.row_dimensions[HEAD + 2 + index].height for index in range(2))
    assert long > 10 * 15
    assert short < 18


def test_residents_are_masked_unless_there_is_a_purpose(session: Session, cast: Cast) -> None:
    firm = make_household(session, cast.village, "力泰制衣厂", kind=HouseholdKind.ENTERPRISE)
    task = make_assignment(session, cast.campaign, firm, cast.team, (cast.visitor,))
    put(session, cast.visitor, cast.assignment, content(feedback=(said(),)))
    put(session, cast.visitor, task, content(feedback=(said(),)))
    session.commit()
    phone, door = str(cast.household.phone), cast.household.door
    for kind in (PaperKind.VISITS, PaperKind.SAID):
        own, enterprise = rows_of(data_of(order(session, cast.coordinator, cast.campaign, kind)))
        assert (own["户主(企业)"], own["联系电话"]) == ("钟**", f"{phone[:3]}****{phone[-4:]}")
        assert own["地址"] == cast.household.street
        assert enterprise["户主(企业)"] == "力泰制衣厂", "a firm's name is no secret"
        whole, _ = rows_of(data_of(order(session, cast.coordinator, cast.campaign, kind, purpose="report")))
        assert (whole["户主(企业)"], whole["联系电话"]) == ("钟林锡", phone)
        assert whole["地址"].endswith(door)


def test_what_somebody_typed_is_told_as_such(session: Session, cast: Cast) -> None:
    words = "请打13800138000，或者 139 0013 8000，工单20260629100。"
    put(session, cast.visitor, cast.assignment, content(remarks=words, feedback=(said(words),)))
    session.commit()
    for kind, title in ((PaperKind.VISITS, "走访情况"), (PaperKind.SAID, "内容")):
        data = data_of(order(session, cast.coordinator, cast.campaign, kind))
        assert rows_of(data)[0][title] == "请打138****8000，或者 139****8000，工单20260629100。"
        assert "可能含个人信息" in str(sheet_of(data)["A3"].value)
        data = data_of(order(session, cast.coordinator, cast.campaign, kind, purpose="report"))
        assert rows_of(data)[0][title] == words
        told = str(sheet_of(data)["A4"].value)
        assert all(part in told for part in ("含住户姓名", "上级要求报送", "统建文", "妥善保管"))
    rows = rows_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.ISSUES)))
    assert "13800138000" not in str(rows)


def test_a_text_longer_than_a_row_says_that_there_is_more(session: Session, cast: Cast) -> None:
    put(session, cast.visitor, cast.assignment, content(remarks="家里两位老人。" * 200))
    session.commit()
    sheet = sheet_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.VISITS)))
    (row,) = rows_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.VISITS)))
    assert row["走访情况"].startswith("家里两位老人。")
    assert row["走访情况"].endswith("……（全文见系统）")
    assert len(row["走访情况"]) < 42 // 2 * 27
    assert sheet.row_dimensions[HEAD + 2].height < 409


def test_issues_tell_of_no_resident(session: Session, cast: Cast) -> None:
    busy(session, cast)
    for kind in (PaperKind.ISSUES, PaperKind.DUTIES, PaperKind.RECTIFIED, PaperKind.PARKED, PaperKind.SUPERVISED):
        values = str(rows_of(data_of(order(session, cast.coordinator, cast.campaign, kind))))
        assert cast.household.name not in values
        assert str(cast.household.phone) not in values


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", LEDGERS, ids=str)
def test_filters(kind: PaperKind, session: Session, cast: Cast) -> None:
    busy(session, cast)

    def villages(**wishes: Any) -> set[str]:
        found = order(session, cast.coordinator, cast.campaign, kind, **wishes)
        return {row["村(社区)"] for row in rows_of(data_of(found))}

    assert villages(area_id=cast.village.id) == {"长巷村"}
    assert villages(group_id=cast.group.id) == {"长巷村"}, "a group with its teams"
    assert villages(area_id=cast.other_village.id, group_id=cast.group.id) == set()
    if kind in (PaperKind.VISITS, PaperKind.SAID, PaperKind.ISSUES):
        assert villages(since=date(2026, 6, 29), until=date(2026, 6, 29)) >= {"长巷村"}
        assert villages(until=date(2026, 6, 28)) == villages(since=date(2026, 6, 30)) == set()
