"""通知方式 and 发送情况: who keeps what, what is shown of it, and trying it out."""

import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.config import Mail, Outgoing
from hengli_visits.models import AuditEntry, Channel, ChannelKind, Delivery, DeliveryState, Pace
from hengli_visits.notices.rules import MOST_CHANNELS, TESTS
from tests.cast import Cast
from tests.conftest import Clock
from tests.notices.making import HOOK, NEAR, add_channel, add_delivery
from tests.notices.receivers import PostOffice, answers, closed_port, cuts, post_office, receiving
from tests.pages import SignIn
from tests.racing import at_once, counted

TOKEN = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
GOOD = {"kind": "wecom", "name": "工作群", "address": HOOK, "pace": "each"}
WAITING = DeliveryState.WAITING


def opened(app: Flask, monkeypatch: pytest.MonkeyPatch, outgoing: Outgoing = NEAR) -> None:
    """Let notices go to this machine."""
    monkeypatch.setitem(app.config, "VISITS", replace(app.config["VISITS"], outgoing=outgoing))


def test_a_channel_of_ones_own(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    me = client.page("/me")
    assert ("/channels", "通知方式") in me.links
    assert "消息现在只在系统里看" in client.page("/channels").text
    form = client.page("/channels/new")
    assert "网络回调" in form.text
    assert "电子邮件" not in form.text
    answer = client.post("/channels/new", data=GOOD | {"pace": "digest", "kinds": ["given", "revisit"]})
    assert answer.status_code == 303
    channel = session.scalars(select(Channel)).one()
    assert (channel.member_id, channel.unit_id, channel.made_by_id) == (cast.visitor.id, None, cast.visitor.id)
    assert (channel.pace, channel.kinds, channel.told_until) == (Pace.DIGEST, ["given", "revisit"], clock.now())
    shown = client.page(answer.location)
    assert "发一条试试" in shown.text
    assert "只要 2 种" in shown.text
    assert session.query(AuditEntry).filter_by(action="channel.create", actor_id=cast.visitor.id).count() == 1


def test_addresses_and_secrets_are_never_shown_again(session: Session, cast: Cast, sign_in: SignIn) -> None:
    secret = "SECd0c6e6e9a1"
    channel = add_channel(
        session,
        cast.visitor,
        kind=ChannelKind.DINGTALK,
        address=f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        secret=secret,
    )
    add_delivery(session, channel)
    session.commit()
    client = sign_in(cast.visitor)
    pages = [
        client.page(path).html for path in ("/channels", f"/channels/{channel.id}", f"/channels/{channel.id}/edit")
    ]
    office = sign_in(cast.coordinator)
    pages += [office.page("/deliveries").html, office.page("/channels/units").html]
    for html in pages:
        assert TOKEN not in html
        assert secret not in html
    assert f"oapi.dingtalk.com/…{TOKEN[-4:]}" in pages[0]
    assert "有，每条都签名" in pages[1]


def test_what_is_left_empty_stays(session: Session, cast: Cast, sign_in: SignIn) -> None:
    channel = add_channel(session, cast.visitor, kind=ChannelKind.WEBHOOK, address="https://a.example.com/", secret="x")
    session.commit()
    client = sign_in(cast.visitor)
    change = {"name": "新名称", "address": "", "secret": "", "pace": "digest"}
    client.post(f"/channels/{channel.id}/edit", data=change)
    session.rollback()
    session.refresh(channel)
    assert (channel.name, channel.address, channel.secret) == ("新名称", "https://a.example.com/", "x")
    client.post(f"/channels/{channel.id}/edit", data=change | {"address": "https://b.example.com/", "unsigned": "y"})
    session.rollback()
    session.refresh(channel)
    assert (channel.address, channel.secret) == ("https://b.example.com/", "")
    answer = client.post(f"/channels/{channel.id}/edit", data=change | {"address": "https://127.0.0.1/"})
    assert answer.status_code == 422
    assert "不能发到内网或本机的地址" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"address": "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"}, "地址要以 https:// 开头"),
        ({"address": "https://example.com/cgi-bin/webhook/send?key=1"}, "这不是这种机器人的地址"),
        ({"kind": "webhook", "address": "https://192.168.1.1/"}, "不能发到内网或本机的地址"),
        ({"kind": "webhook", "address": "https://2130706433/"}, "这个地址不完整"),
        ({"address": ""}, "请填写地址"),
        ({"kind": "email", "address": "ye@example.com"}, "发到哪里："),
        ({"kind": ""}, "请选择发到哪里"),
        ({"name": " "}, "请填写名称"),
        ({"pace": "hourly"}, "什么时候发"),
    ],
)
def test_bad_input_is_told_and_kept(
    session: Session, cast: Cast, sign_in: SignIn, change: dict[str, str], sentence: str
) -> None:
    answer = sign_in(cast.visitor).post("/channels/new", data=GOOD | {"name": "写了半天的名称"} | change)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert sentence in html
    assert change.get("name", "写了半天的名称") in html
    assert counted(session, Channel) == 0


def test_the_same_address_once_and_not_too_many(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    for n in range(MOST_CHANNELS):
        assert client.post("/channels/new", data=GOOD | {"address": f"{HOOK}{n}"}).status_code == 303
    again = client.post("/channels/new", data=GOOD | {"address": f"{HOOK}0"})
    more = client.post("/channels/new", data=GOOD | {"address": f"{HOOK}x"})
    assert (again.status_code, more.status_code) == (422, 422)
    assert "最多 10 个" in more.get_data(as_text=True)
    assert counted(session, Channel) == MOST_CHANNELS


def test_twice_at_once_makes_one(session: Session, cast: Cast, sign_in: SignIn) -> None:
    clients = [sign_in(cast.visitor) for _ in range(3)]
    assert at_once(partial(client.post, "/channels/new", data=GOOD) for client in clients) == {303: 1, 422: 2}
    assert counted(session, Channel) == 1


def test_mail_where_there_is_a_server(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with post_office(PostOffice()) as office:
        server = Mail("127.0.0.1", office.port, "none", "", "", "zoufang@example.gov.cn")
        opened(app, monkeypatch, Outgoing(mail=server))
        client = sign_in(cast.visitor)
        answer = client.post("/channels/new", data=GOOD | {"kind": "email", "address": "ye@example.com"})
        assert answer.status_code == 303
        client.post(f"{answer.location}/test")
        assert "对方收下了" in client.page(answer.location).text
        assert office.taken[0].receiver == "ye@example.com"


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (answers(), "对方收下了。请看看有没有收到这条消息。"),
        (answers(404), "没有发出去：对方没有接收（404）。"),
        (answers(302, b"", "Location: http://127.0.0.1/\r\n"), "没有发出去：对方要转到别的地址，没有跟过去。"),
        (cuts, "不知道有没有送到：发出去时连接断了。请看看有没有收到。"),
    ],
)
def test_trying_a_channel_out_is_told_at_once(
    app: Flask,
    session: Session,
    cast: Cast,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    behaviour: object,
    told: str,
) -> None:
    opened(app, monkeypatch)
    caplog.set_level(logging.DEBUG)
    with receiving(behaviour) as receiver:  # type: ignore[arg-type]
        address = receiver.url(f"/hook/{TOKEN}")
        channel = add_channel(session, cast.visitor, kind=ChannelKind.WEBHOOK, address=address, secret="geheim")
        session.commit()
        client = sign_in(cast.visitor)
        assert client.post(f"/channels/{channel.id}/test").status_code == 303
        assert told in client.page(f"/channels/{channel.id}").text
        (request,) = receiver.received
        assert request.json["text"] == "这是一条试发的消息。收到它，说明“工作群”能用。"
        assert request.headers["x-visits-signature"].startswith("sha256=")
    assert TOKEN not in caplog.text
    assert counted(session, Delivery) == 0


def test_nobody_waits_for_a_try(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the other side is silent, the database is free: somebody else writes meanwhile."""
    opened(app, monkeypatch)
    other = sign_in(cast.partner)

    def behave(_connection: object, _request: object) -> None:
        assert other.post("/channels/new", data=GOOD).status_code == 303

    with receiving(behave) as receiver:
        channel = add_channel(session, cast.visitor, kind=ChannelKind.WEBHOOK, address=receiver.url())
        session.commit()
        sign_in(cast.visitor).post(f"/channels/{channel.id}/test")
    assert counted(session, Channel) == 2


def test_trying_out_has_an_end(
    app: Flask, session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, standing_clock: Clock
) -> None:
    opened(app, monkeypatch)
    address = f"http://127.0.0.1:{closed_port()}/"
    channel = add_channel(session, cast.visitor, kind=ChannelKind.WEBHOOK, address=address)
    session.commit()
    client = sign_in(cast.visitor)
    statuses = [client.post(f"/channels/{channel.id}/test").status_code for _ in range(TESTS + 1)]
    assert statuses == [303] * TESTS + [429]
    standing_clock.time += timedelta(hours=1)
    assert client.post(f"/channels/{channel.id}/test").status_code == 303


def test_pause_resume_delete(session: Session, cast: Cast, sign_in: SignIn) -> None:
    channel = add_channel(session, cast.visitor)
    add_delivery(session, channel, WAITING)
    session.commit()
    client = sign_in(cast.visitor)
    path = f"/channels/{channel.id}"
    for step, status in (("pause", 303), ("pause", 409), ("resume", 303), ("resume", 409)):
        assert client.post(f"{path}/{step}").status_code == status
    assert client.post(f"{path}/removal").status_code == 303
    client.page(path, status=404)
    assert counted(session, Channel) == counted(session, Delivery) == 0


def test_a_unit_has_channels_that_the_office_keeps_and_its_handler_sees(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    office = sign_in(cast.administrator)
    unit = f"/channels/units/{cast.unit.id}"
    assert (unit, "农林水务局") in office.page("/channels/units").links
    made = office.post(f"/channels/new?unit={cast.unit.id}", data=GOOD | {"kinds": ["dispatched"]})
    assert made.status_code == 303
    assert session.scalars(select(Channel)).one().unit_id == cast.unit.id
    handler = sign_in(cast.handler)
    assert (unit, "农林水务局（1 个）") in handler.page("/channels").links
    assert "工作群" in handler.page(unit).text
    page = handler.page(made.location)
    assert "发一条试试" not in page.text
    for step in ("test", "pause", "removal"):
        assert handler.post(f"{made.location}/{step}").status_code == 404
    handler.page(f"{made.location}/edit", status=404)
    assert handler.post(f"/channels/new?unit={cast.unit.id}", data=GOOD).status_code == 404
    for other in (cast.other_handler, cast.leader, cast.stranger):
        client = sign_in(other)
        client.page(unit, status=404)
        client.page(made.location, status=404)


def test_others_channels_are_nobodys_business(session: Session, cast: Cast, sign_in: SignIn) -> None:
    channel = add_channel(session, cast.visitor)
    session.commit()
    for other in (cast.partner, cast.leader, cast.coordinator, cast.administrator, cast.handler):
        client = sign_in(other)
        client.page(f"/channels/{channel.id}", status=404)
        assert client.post(f"/channels/{channel.id}/pause").status_code == 404
