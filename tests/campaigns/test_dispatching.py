"""The dispatch catalogue: who is proposed, reading it from a table, and its pages."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.campaigns.dispatching import COLUMNS, Ground, Line, Named, propose, read_sheet, way_up
from hengli_visits.models import AuditEntry, CampaignState, Category, DispatchRule
from tests.campaigns.permissions import entered, line
from tests.cast import Cast
from tests.counting import counted_queries
from tests.pages import Page, SignIn

GROUND = Ground((7, 3, 1), {7: "长巷村", 3: "东片", 1: "横沥镇"}, 50, frozenset(range(10, 60)))


def rule(lead: int, area: int | None = None, co: tuple[int, ...] = (), days: int | None = None) -> DispatchRule:
    return DispatchRule(category_id=1, area_id=area, lead_unit_id=lead, co_unit_ids=list(co), limit_days=days)


def category(unit: int | None = 20, *, by_area: bool = False) -> Category:
    return Category(id=1, name="环境卫生", unit_id=unit, by_area=by_area)


NEAR, ABOVE, ALL = rule(11, 7, (12, 11, 99), 3), rule(13, 3), rule(14, None, (), 8)


@pytest.mark.parametrize(
    ("rules", "own", "found"),
    [
        ([ALL, ABOVE, NEAR], category(), (11, (12,), 3)),
        ([ALL, ABOVE], category(), (13, (), None)),
        ([ALL], category(by_area=True), (14, (), 8)),
        ([rule(15, 8)], category(by_area=True), (50, (), None)),
        ([], category(), (20, (), None)),
        ([], category(None), (None, (), None)),
        ([rule(99, 7), ALL], category(), (14, (), 8)),
        ([], category(99), (None, (), None)),
    ],
    ids=["nearest", "above", "everywhere", "committee", "own unit", "none", "lead out of use", "unit out of use"],
)
def test_precedence(rules: list[DispatchRule], own: Category, found: tuple[int | None, tuple[int, ...], int]) -> None:
    proposal = propose(own, rules, GROUND)
    assert (proposal.lead_unit_id, proposal.co_unit_ids, proposal.limit_days) == found


def test_the_sentence_tells_why() -> None:
    near = propose(category(), [NEAR], GROUND)
    assert near.words % near.params == "派单目录：环境卫生 × 长巷村"
    anywhere = propose(category(), [ALL], GROUND)
    assert anywhere.words % anywhere.params == "派单目录：环境卫生 × 全镇"
    nobody = propose(category(None), [], GROUND)
    assert nobody.words % nobody.params == "“环境卫生”还没有主办单位"
    assert way_up("/1/3/7/") == [7, 3, 1]
    assert way_up("") == []


NAMED = Named({"环境卫生": 1, "水利排涝": 2}, {"长巷村": 7}, {"城管": 11, "水务": 12})


def test_a_table_is_read() -> None:
    text = "类别\t区域\t主办单位\t协办单位\t天数\n环境卫生\t全镇\t城管\n\n水利排涝\t长巷村\t水务\t城管\t7\r\n"
    sheet = read_sheet(text, NAMED)
    assert sheet.problems == []
    assert sheet.lines == [Line(1, None, 11), Line(2, 7, 12, (11,), 7)]


@pytest.mark.parametrize(
    "row",
    ["没有\t\t城管", "环境卫生\t东坑\t城管", "环境卫生\t\t", "环境卫生\t\t城管\t城管", "环境卫生\t\t城管\t\t0",
     "环境卫生\t\t城管\t\t三", "环境卫生\t\t城管\t\t" + "9" * 40, "环境卫生"],
)  # fmt: skip
def test_a_line_that_cannot_be_is_told_by_its_number(row: str) -> None:
    sheet = read_sheet(f"环境卫生\t长巷村\t城管\n{row}\n环境卫生\t长巷村\t水务", NAMED)
    assert [number for number, _error in sheet.problems] == [2, 3]
    assert sheet.lines == [Line(1, 7, 11)]
    assert sheet.problems[0][1].field in COLUMNS


def test_the_catalogue_costs_the_same_with_one_and_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    line(session, cast)
    session.commit()
    client, address = sign_in(cast.coordinator), f"/campaigns/{cast.campaign.id}/catalogue"
    with counted_queries() as one:
        page = client.page(address)
    assert "农林水务局" in page.text
    assert "7 个工作日" in page.text
    line(session, cast, area_id=cast.other_village.id)
    line(session, cast, area_id=None, category_id=cast.village_category.id)
    session.commit()
    with counted_queries() as three:
        client.page(address)
    assert len(one) == len(three)


def test_a_second_line_for_the_same_place_is_refused(session: Session, cast: Cast, sign_in: SignIn) -> None:
    line(session, cast, area_id=None, category_id=cast.village_category.id)
    session.commit()
    client = sign_in(cast.coordinator)
    answer = client.post(f"/campaigns/{cast.campaign.id}/catalogue/new", data=entered(cast))
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert "已经有一条" in page.text
    assert page.value("limit_days") == "9"
    good = client.post(f"/campaigns/{cast.campaign.id}/catalogue/new", data=entered(cast, area_id=cast.village.id))
    assert good.status_code == 303
    session.rollback()
    assert len(session.scalars(select(DispatchRule)).all()) == 2
    assert session.scalars(select(AuditEntry.action)).all()[-1] == "dispatch_rule.create"


def test_the_sheet_shows_itself_and_takes_itself(session: Session, cast: Cast, sign_in: SignIn) -> None:
    line(session, cast)
    line(session, cast, area_id=None, lead_unit_id=cast.other_unit.id, co_unit_ids=[], limit_days=None)
    session.commit()
    client, address = sign_in(cast.coordinator), f"/campaigns/{cast.campaign.id}/catalogue/sheet"
    text = client.page(address).html.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0].strip()
    assert "水利排涝\t长巷村\t长巷村民委员会\t农林水务局\t7" in text
    assert client.post(address, data={"lines": text}).status_code == 303
    session.rollback()
    rows = session.scalars(select(DispatchRule).order_by(DispatchRule.id)).all()
    assert {(row.area_id, row.lead_unit_id, tuple(row.co_unit_ids), row.limit_days) for row in rows} == {
        (cast.village.id, cast.committee.id, (cast.unit.id,), 7),
        (None, cast.other_unit.id, (), None),
    }
    bad = client.post(address, data={"lines": text + "\n水利排涝\t火星\t农林水务局"})
    assert bad.status_code == 422
    assert "没有“火星”这个区域" in bad.get_data(as_text=True)


def test_an_archived_campaign_keeps_its_catalogue(session: Session, cast: Cast, sign_in: SignIn) -> None:
    kept = line(session, cast)
    cast.campaign.state = CampaignState.ARCHIVED
    session.commit()
    client = sign_in(cast.coordinator)
    assert "加一条" not in client.page(f"/campaigns/{cast.campaign.id}/catalogue").text
    assert client.post(f"/campaigns/{cast.campaign.id}/catalogue/{kept.id}/removal").status_code == 409
    session.rollback()
    assert session.scalars(select(DispatchRule)).all() == [kept]
