"""Pages of one's own account, of sign-in cards and of administration."""

from contextvars import Context
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.accounts import actions, queries
from hengli_visits.actor import SYSTEM
from hengli_visits.models import Account, Device, Role, RoleGrant, SignInCard
from tests.accounts.conftest import PASSWORD, GivePassword
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import grant, make_member
from tests.pages import Page, SignIn

BASE = "https://visits.example.cn"
ROOT = Path(__file__).parents[2]
PHONE = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0"


def test_me_shows_roles_and_devices(session: Session, cast: Cast, sign_in: SignIn) -> None:
    actions.open_device(session, cast.team_leader.id, frozenset(), user_agent=PHONE)
    session.commit()
    text = sign_in(cast.team_leader).page("/me").text
    for part in ("苏慧", "小组长", "长巷村第1小组", "走访员", "双千", "安卓手机 · 微信", "正在使用的这台"):
        assert part in text


def test_preferences_take_effect_at_once(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    assert client.post("/me/preferences", data={"text_size": "xl", "language": "en"}).status_code == 303
    html = client.page("/me").html
    assert 'data-size="xl"' in html
    assert 'lang="en"' in html


def test_ending_devices(session: Session, cast: Cast, sign_in: SignIn) -> None:
    first, second, other = sign_in(cast.visitor), sign_in(cast.visitor), sign_in(cast.partner)
    theirs = session.scalars(select(Device.id).where(Device.member_id == cast.partner.id)).one()
    assert first.post(f"/me/devices/{theirs}/end").status_code == 404
    assert first.post("/me/devices/end-others").status_code == 303
    assert (first.get("/me").status_code, second.get("/me").status_code) == (200, 302)
    assert other.get("/me").status_code == 200


def test_changing_the_password_ends_the_other_devices(
    session: Session, cast: Cast, sign_in: SignIn, with_password: GivePassword
) -> None:
    with_password(cast.visitor)
    here, there = sign_in(cast.visitor), sign_in(cast.visitor)
    new = "石桥头三只白鹭晒太阳"
    wrong = here.post("/password", data={"current": "不是这个密码的呀", "password": new})
    assert wrong.status_code == 422
    assert "现在的密码不对" in wrong.get_data(as_text=True)
    assert "太常见" in here.post("/password", data={"current": PASSWORD, "password": "1234567890"}).get_data(
        as_text=True
    )
    assert here.post("/password", data={"current": PASSWORD, "password": new}).status_code == 303
    assert (here.get("/me").status_code, there.get("/me").status_code) == (200, 302)
    assert sign_in(None).post("/sign-in", data={"name": cast.visitor.phone, "password": new}).status_code == 303


def test_guessing_the_current_password_is_paused(cast: Cast, sign_in: SignIn, with_password: GivePassword) -> None:
    with_password(cast.visitor)
    client = sign_in(cast.visitor)
    new = "石桥头三只白鹭晒太阳"
    for n in range(5):
        client.post("/password", data={"current": f"猜一猜{n}", "password": new})
    paused = client.post("/password", data={"current": PASSWORD, "password": new})
    assert "输错的次数太多了" in paused.get_data(as_text=True)
    assert sign_in(None).post("/sign-in", data={"name": cast.visitor.phone, "password": PASSWORD}).status_code == 303


def test_card_page_shows_code_link_and_validity(session: Session, cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.leader).post(f"/members/{cast.visitor.id}/cards", data={"back": "/groups/1"})
    page = Page(response.get_data(as_text=True))
    token = next(a["value"] for a in page.inputs if a.get("id") == "card-link").rpartition("/")[2]
    assert queries.find_card(session, token) is not None
    assert page.counts["svg"] > 0
    assert "6月30日 10:00" in page.text
    assert "/groups/1" in {href for href, _ in page.links}


def test_sheet_of_cards_names_people_but_no_phones(session: Session, cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.leader).post(f"/groups/{cast.group.id}/cards")
    page = Page(response.get_data(as_text=True))
    people = (cast.team_leader, cast.visitor, cast.partner)
    assert response.get_data(as_text=True).count('class="account-qr"') == len(people)
    for member in people:
        assert member.name in page.text
        assert str(member.phone) not in page.html
    session.rollback()
    assert len(session.scalars(select(SignInCard)).all()) == len(people)


def test_list_of_accounts_is_searched_and_filtered(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.visitor.pinyin, cast.visitor.initials = "yexiuzhen", "yxz"
    session.get_one(Account, cast.partner.id).disabled_at = cast.partner.created_at
    session.commit()
    client = sign_in(cast.coordinator)

    def names(query: str) -> set[str]:
        page = client.page(f"/accounts?{query}")
        return {text for href, text in page.links if href.startswith("/accounts/")}

    everybody = names("")
    assert len(everybody) == 12
    assert names("q=yxz") == names("q=秀珍") == names(f"q=+86 {cast.visitor.phone}") == {"叶秀珍"}
    assert names("role=handler") == {"何工", "陈城"}
    assert names("state=disabled") == {"方光润"}
    assert names("state=none") == everybody - {"方光润"}
    assert names("state=open") == names("q=没有这个人") == names("q=%25") == set()
    assert names("role=nonsense&state=nonsense&page=99999999999") == everybody
    assert str(cast.visitor.phone) not in client.page("/accounts").html


def test_list_of_accounts_costs_the_same_with_more_rows(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.administrator)
    counts = []
    for _ in range(2):
        with counted_queries() as statements:
            client.page("/accounts")
        counts.append(len(statements))
        for n in range(3):
            member = make_member(session, f"新人{n}")
            grant(session, member, Role.HANDLER, organisation_id=cast.unit.id)
        session.commit()
    assert counts[0] == counts[1] <= 10


def test_list_of_accounts_is_paged(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for n in range(60):
        make_member(session, f"新人{n}")
    session.commit()
    client = sign_in(cast.administrator)
    assert "第 1 / 2 页" in client.page("/accounts").text
    assert "/accounts?page=2&q=xinren" not in client.page("/accounts?q=新人").html
    assert "共 72 条" in client.page("/accounts?page=2").text


def test_granting_and_ending_a_role(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.administrator)
    form = client.page(f"/accounts/{cast.stranger.id}?role=handler")
    assert "农林水务局" in form.text
    address = f"/accounts/{cast.stranger.id}/grants"
    bad = client.post(address, data={"role": "handler", "scope": "987654"})
    assert bad.status_code == 422
    assert "请选择这个角色管哪里" in bad.get_data(as_text=True)
    assert client.post(address, data={"role": "coordinator"}).status_code == 303
    assert client.post(address, data={"role": "area_lead", "scope": cast.village.id}).status_code == 303
    page = client.page(f"/accounts/{cast.stranger.id}")
    assert "统筹员" in page.text
    assert "长巷村" in page.text
    session.rollback()
    given = session.scalars(select(RoleGrant).where(RoleGrant.member_id == cast.stranger.id)).all()
    assert client.post(f"/accounts/{cast.visitor.id}/grants/{given[0].id}/end").status_code == 404
    for row in given:
        assert client.post(f"{address}/{row.id}/end").status_code == 303
    assert "还没有角色" in client.page(f"/accounts/{cast.stranger.id}").text


def test_coordinators_are_not_offered_what_they_may_not_give(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    address = f"/accounts/{cast.stranger.id}"
    assert not [h for h, _ in client.page(address).links if "role=coordinator" in h or "role=administrator" in h]
    assert client.post(f"{address}/grants", data={"role": "administrator"}).status_code == 422
    theirs = client.page(f"/accounts/{cast.administrator.id}")
    assert "只能由管理员管理" in theirs.text
    assert client.post(f"/accounts/{cast.administrator.id}/disable").status_code == 403


def test_disabling_and_enabling(cast: Cast, sign_in: SignIn, with_password: GivePassword) -> None:
    with_password(cast.visitor)
    visitor, administrator = sign_in(cast.visitor), sign_in(cast.administrator)
    entry = {"name": cast.visitor.phone, "password": PASSWORD}
    assert administrator.post(f"/accounts/{cast.visitor.id}/disable").status_code == 303
    assert visitor.get("/me").status_code == 302
    assert sign_in(None).post("/sign-in", data=entry).status_code == 422
    assert "已停用" in administrator.page(f"/accounts/{cast.visitor.id}").text
    assert administrator.post(f"/accounts/{cast.visitor.id}/enable").status_code == 303
    assert sign_in(None).post("/sign-in", data=entry).status_code == 303
    assert administrator.post(f"/accounts/{cast.administrator.id}/disable").status_code == 409


def test_commands_make_the_first_administrator(app: Flask, session: Session, sign_in: SignIn) -> None:
    def flask(*words: str) -> Result:
        return Context().run(app.test_cli_runner().invoke, args=["account", *words])

    assert "Nobody on the roster" in flask("administrator", "13800138000").output
    made = flask("administrator", "+86 138 0013 8000", "--name", "管 一民")
    assert made.exit_code == 0
    path = made.output.splitlines()[-1].removeprefix("http://127.0.0.1:8000")
    client = sign_in(None)
    assert "管*" in client.page(path).text
    assert client.post(path, data={"password": PASSWORD}).status_code == 303
    assert client.get("/accounts").status_code == 200
    again = flask("administrator", "13800138000", "--base", "https://visits.example.cn/")
    assert "https://visits.example.cn/cards/" in again.output
    assert "http://127.0.0.1:8000/cards/" in flask("card", "13800138000").output
    assert flask("card", "13900000000").exit_code == 1
    assert len(session.scalars(select(RoleGrant)).all()) == 1


def test_a_card_for_who_has_no_phone_says_so(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.visitor.phone = None
    token = actions.issue_card(session, SYSTEM, cast.visitor.id)
    session.commit()
    assert "还没有您的手机号" in sign_in(None).page(f"/cards/{token}").text
    shown = sign_in(cast.leader).post(f"/members/{cast.visitor.id}/cards").get_data(as_text=True)
    assert "没有这位成员的手机号" in shown
