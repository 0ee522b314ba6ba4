"""The page 发送情况: what did not arrive, sent again, and what the lists cost."""

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import ChannelKind, Delivery, DeliveryState
from hengli_visits.notices.rules import STREAK, Kind
from tests.cast import Cast
from tests.counting import counted_queries
from tests.notices.making import add_channel, add_delivery, send, states
from tests.notices.receivers import answers, receiving
from tests.pages import SignIn
from tests.racing import at_once, posting

WAITING = DeliveryState.WAITING


def test_deliveries_with_what_did_not_arrive_first(session: Session, cast: Cast, sign_in: SignIn) -> None:
    unit = add_channel(session, unit=cast.unit)
    own = add_channel(session, cast.visitor)
    failed = add_delivery(session, own, DeliveryState.FAILED, "1", title="失败的", error="status:404")
    add_delivery(session, own, DeliveryState.UNCLEAR, "2", title="不明的", error="cut")
    add_delivery(session, unit, DeliveryState.SENT, "3", title="送到的", sent_at=clock.now())
    add_delivery(session, unit, WAITING, "4", title="再试的", tries=2, error="connect")
    session.commit()
    office = sign_in(cast.coordinator)
    text = office.page("/deliveries").text
    places = [text.index(word) for word in ("不明的", "失败的", "再试的", "送到的")]
    assert places == sorted(places)
    for words in ("对方没有接收（404）", "发出去时连接断了", "连不上对方的服务器，会再试", "叶秀珍企业微信群机器人"):
        assert words in text
    assert "送到的" not in office.page("/deliveries?state=failed").text
    assert "失败的" not in office.page(f"/deliveries?channel={unit.id}").text
    answer = office.post(f"/deliveries/{failed.id}/again", data={"list": "all"})
    assert (answer.status_code, answer.location) == (303, "/deliveries")
    answer = sign_in(cast.visitor).post(f"/deliveries/{failed.id}/again")
    assert answer.status_code == 409
    session.expire_all()
    assert session.get_one(Delivery, failed.id).state is WAITING


def test_two_who_send_again_send_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    delivery = add_delivery(session, add_channel(session, cast.visitor), DeliveryState.UNCLEAR)
    session.commit()
    clients = [sign_in(cast.coordinator), sign_in(cast.visitor), sign_in(cast.administrator)]
    asked = at_once(posting(client, f"/deliveries/{delivery.id}/again") for client in clients)
    assert asked == {303: 1, 409: 2}


def test_a_stopped_channel_says_so(session: Session, cast: Cast, sign_in: SignIn) -> None:
    with receiving(answers(404)) as receiver:
        channel = add_channel(session, cast.visitor, kind=ChannelKind.WEBHOOK, address=receiver.url())
        for n in range(STREAK):
            add_delivery(session, channel, WAITING, f"move:{n}")
        assert states(send(session)) == ["failed"] * STREAK
    session.commit()
    client = sign_in(cast.visitor)
    notices = client.page("/notices")
    assert (f"/channels/{channel.id}", Kind.STOPPED.label) in notices.links
    assert "“工作群”连续 20 条没有送达，已暂停。" in notices.text
    assert "发不出去，已暂停" in client.page("/channels").text
    assert "已经自动暂停" in client.page(f"/channels/{channel.id}").text


def test_lists_cost_the_same_for_one_and_for_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    clients = {"/channels": sign_in(cast.visitor), "/deliveries": sign_in(cast.coordinator)}
    clients["/channels/units"] = clients[f"/channels/units/{cast.unit.id}"] = clients["/deliveries"]
    costs = dict[str, list[int]]()
    for more in (1, 2):
        for n in range(more):
            for channel in (add_channel(session, cast.visitor, active=n == 0), add_channel(session, unit=cast.unit)):
                add_delivery(session, channel, key=f"move:{more}{n}")
        session.commit()
        for path, client in clients.items():
            with counted_queries() as statements:
                client.page(path)
            costs.setdefault(path, []).append(len(statements))
    assert all(first == second for first, second in costs.values()), costs
