"""The pages: upload, preview, import."""

import time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hengli_visits.actor import SYSTEM
from hengli_visits.imports.actions import read_roster
from hengli_visits.models import Area, Group, Household, ImportBatch, Member, Role
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import grant, make_campaign, make_member
from tests.imports.books import book
from tests.imports.importing import (
    ENTERPRISES,
    GROUPS,
    HOUSEHOLDS,
    MEMBERS,
    Rows,
    bring,
    count,
    read,
    snapshot,
)
from tests.imports.reading import sample
from tests.pages import Page, PageClient, SignIn

FAMILY: list[object] = ["户编号", "户主", "村", "家庭住址", "联系电话", "人口"]


def send(client: PageClient, data: bytes, name: str = "名册.xlsx", **more: str) -> TestResponse:
    """Upload a file as browsers do; the test client's own encoder leaves large files open."""
    parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in more.items()]
    parts.append(f'--b\r\nContent-Disposition: form-data; name="roster"; filename="{name}"\r\n\r\n')
    body = "".join(parts).encode() + data + b"\r\n--b--\r\n"
    return client.post("/imports", data=body, content_type="multipart/form-data; boundary=b")


def preview(client: PageClient, data: bytes, **more: str) -> tuple[str, Page]:
    answer = send(client, data, **more)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    address = answer.location
    return address, client.page(address)


def agree(page: Page) -> dict[str, str]:
    """What the form sends when nothing on the page is changed."""
    return {
        one["name"]: one.get("value", "")
        for one in page.inputs
        if one.get("name", "").startswith(("villages", "town")) and (one.get("type") != "checkbox" or "checked" in one)
    }


@pytest.fixture
def client(session: Session, sign_in: SignIn) -> PageClient:
    """A coordinator in a town that is empty but for them."""
    coordinator = make_member(session, "统建文")
    grant(session, coordinator, Role.COORDINATOR)
    session.commit()
    return sign_in(coordinator)


def test_the_four_files_through_the_pages(session: Session, client: PageClient) -> None:
    make_campaign(session, "周")
    session.commit()
    wanted = {
        HOUSEHOLDS: ("导入 1,575 户", "1,575 行资料：采用 1,575 行，未采用 0 行"),
        MEMBERS: ("导入 1,724 名党员", "1,724 行资料：采用 1,724 行，未采用 0 行"),
        ENTERPRISES: ("导入 240 家企业", "240 行资料：采用 240 行，未采用 0 行"),
        GROUPS: ("导入 91 个小组", "共 20 个组、91 个小组"),
    }
    for name, texts in wanted.items():
        began = time.monotonic()
        address, page = preview(client, sample(name))
        assert time.monotonic() - began < 6
        assert [text for text in texts if text not in page.text] == []
        answer = client.post(f"{address}/apply", data=agree(page))
        assert answer.status_code == 303, answer.get_data(as_text=True)
        done = client.page(address)
        assert "已导入" in done.text
        assert "导入 " not in "".join(one.get("value", "") for one in done.inputs)
    session.rollback()
    assert (count(session, Member), count(session, Household), count(session, Group)) == (1725, 1815, 111)
    before = snapshot(session)
    for name in wanted:
        _address, page = preview(client, sample(name))
        assert "没有要导入的" in page.text
    assert snapshot(session) == before


def test_an_empty_town_is_founded_as_the_user_says(session: Session, client: PageClient) -> None:
    address, page = preview(client, sample(HOUSEHOLDS))
    form = agree(page)
    assert (form["town"], form["villages-0-code"], form["villages-0-taken"]) == ("横沥镇", "HQ", "y")
    assert len([name for name in form if name.endswith("taken")]) == 17
    del form["villages-1-taken"]
    form |= {"town": "新横镇", "villages-0-code": "hq1"}
    assert client.post(f"{address}/apply", data=form).status_code == 303
    areas = session.scalars(select(Area).order_by(Area.position)).all()
    assert ([area.name for area in areas[:2]], areas[1].code, len(areas)) == (["新横镇", "恒泉社区"], "HQ1", 17)
    done = client.page(address)
    assert "石涌村" in done.text
    assert "采用 1,477 行，未采用 98 行" in done.text


def test_bad_answers_keep_what_was_typed(session: Session, client: PageClient) -> None:
    address, page = preview(client, sample(HOUSEHOLDS))
    for wrong, words in (
        ({"town": "镇"}, "2 到 30"),
        ({"villages-0-code": "恒泉"}, "字母或数字"),
        ({"villages-0-code": "SY"}, "相同"),
        ({"town": ""}, "请填写镇的名称"),
    ):
        answer = client.post(f"{address}/apply", data=agree(page) | wrong)
        again = Page(answer.get_data(as_text=True))
        assert (answer.status_code, words in again.text) == (422, True), wrong
        name, typed = next(iter(wrong.items()))
        assert again.value(name) == typed
    session.rollback()
    assert count(session, Area) == 0


def test_the_preview_shows_what_and_why(session: Session, cast: Cast, sign_in: SignIn) -> None:
    code = cast.household.code
    rows: Rows = [["横沥镇走访户名册"], FAMILY, [code, "钟林锡", "长巷", "", "１３８００００００００", "3人"],
            ["CX-900", "甲 乙", "长巷村", "九巷1号", "110", 2], ["合计", "", "", "", "", 5]]  # fmt: skip
    client = sign_in(cast.coordinator)
    address, page = preview(client, book(("第一季", rows)))
    for text in ("2 行资料：采用 1 行，未采用 1 行", "第一季", "第 4 行", "联系电话", "“110”不是有效的电话号码。", "电话号码已统一写作", "合计行。",
                 "家庭人口数", "空着的格子不会清掉已有的内容"):  # fmt: skip
        assert text in page.text, text
    changed = client.page(f"{address}?state=changed")
    assert "138****0000" in changed.text
    assert "13800000000" not in changed.text
    assert (cast.household.phone or "") not in changed.text
    assert "198****" in changed.text
    assert client.page(f"{address}?state=nonsense&page=99999999999").text


def test_files_are_refused_beside_the_field(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    make_campaign(session, "周")
    session.commit()
    for data, more, words in (
        (b"", {}, "请选择一个文件"),
        (b"hello", {}, "看不出这是哪种名册"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", {}, "另存为 .xlsx"),
        (b"PK" + b"x" * (20 * 1024 * 1024), {}, "20 MB"),
        (sample(GROUPS), {}, "请选择这份名册属于哪个活动"),
        (sample(GROUPS), {"campaign": "99999"}, ""),
    ):
        answer = send(client, data, name="" if not data else "名册.xlsx", **more)
        assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True), words
    assert send(client, b"x" * (26 * 1024 * 1024)).status_code == 413
    session.rollback()
    assert count(session, ImportBatch) == 0


def test_groups_into_the_chosen_campaign(session: Session, cast: Cast, sign_in: SignIn) -> None:
    other = make_campaign(session, "周")
    session.commit()
    _address, page = preview(sign_in(cast.coordinator), sample(GROUPS), campaign=str(other.id))
    assert "周" in page.text
    session.rollback()
    assert session.scalars(select(ImportBatch.campaign_id)).all() == [other.id]


def test_markup_in_a_roster_stays_text(session: Session, cast: Cast, sign_in: SignIn) -> None:
    rows: Rows = [FAMILY, ["CX-900", "<b>甲</b>", "长巷村", "<script>alert(1)</script>", "<i>", "<img src=x>"]]
    _address, page = preview(sign_in(cast.coordinator), book(("名<u>册", rows)))
    assert "<b>甲" not in page.html
    assert "<script>alert" not in page.html
    assert "名<u>册" in page.text


def test_discarded_and_decided(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    address, _page = preview(client, book(("名册", [FAMILY, ["CX-900", "甲", "长巷村", "九巷1号", "", 2]])))
    assert client.post(f"{address}/discard").status_code == 303
    assert "已经放弃" in client.page(address).text
    assert client.post(f"{address}/apply").status_code == 409
    assert "已放弃" in client.page("/imports").text


def test_queries_do_not_grow(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    counts = []
    for rows in (1, 30):
        data = book(
            (
                "名册",
                [
                    FAMILY,
                    *([f"CX-9{n:02}", f"甲{'乙丙丁'[n % 3]}", "长巷村", f"九巷{n}号", "", 2] for n in range(rows)),
                ],
            )
        )
        batch = read_roster(session, SYSTEM, None, "a.xlsx", data)
        session.commit()
        with counted_queries() as queries:
            client.page(f"/imports/{batch.id}")
        shown = len(queries)
        with counted_queries() as queries:
            client.page("/imports")
        counts.append((shown, len(queries)))
    assert counts[0] == counts[1]


def test_importing_many_takes_few_queries(session: Session, cast: Cast) -> None:
    data = sample(MEMBERS)
    bring(session, sample("villages.csv"))
    bring(session, sample("branches.csv"))
    with counted_queries() as queries:
        bring(session, data)
    assert len(queries) < 60
    with counted_queries() as queries:
        read(session, data)
    assert len(queries) < 40
