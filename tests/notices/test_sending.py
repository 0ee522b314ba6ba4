"""The queue: each notice arrives once or is shown as failed or unclear; order is kept; nobody waits for the dead."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from socket import socket
from threading import Event

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.config import Outgoing
from hengli_visits.errors import Conflict
from hengli_visits.extensions import db
from hengli_visits.models import ChannelKind, DeliveryState, Urgency
from hengli_visits.notices.actions import put_on_the_way, send_again, send_due
from hengli_visits.notices.actions.sending import CLAIM_LIFE, GAP, claim, record
from hengli_visits.notices.outcome import ARRIVED
from hengli_visits.notices.ways import get_delivery
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import actor_for, make_issue
from tests.notices.making import NEAR, add_channel, add_delivery, all_of, hook, listed, send, states
from tests.notices.receivers import Behaviour, Received, answers, closed_port, cuts, hangs, receiving

WAITING = DeliveryState.WAITING


def test_each_arrives_once_in_order(session: Session, cast: Cast) -> None:
    with receiving() as receiver:
        channel = hook(session, cast, receiver.url())
        for n in range(5):
            add_delivery(session, channel, WAITING, f"move:{n}")
        assert states(send(session)) == ["sent"] * 5
        send(session)
        assert receiver.keys() == [f"{channel.id}:move:{n}" for n in range(5)]
    assert {delivery.sent_at for delivery in listed(session)} == {clock.now()}


def test_what_is_not_due_waits(session: Session, cast: Cast, standing_clock: Clock) -> None:
    with receiving() as receiver:
        channel = hook(session, cast, receiver.url())
        add_delivery(session, channel, WAITING, "move:1", next_try_at=clock.now() + timedelta(hours=1))
        add_delivery(session, channel, WAITING, "move:2")
        assert states(send(session)) == ["waiting", "sent"]
        standing_clock.time += timedelta(hours=1)
        assert states(send(session)) == ["sent", "sent"]


def test_a_paused_channel_and_one_of_who_left_send_nothing(session: Session, cast: Cast) -> None:
    with receiving() as receiver:
        paused = hook(session, cast, receiver.url())
        paused.active = False
        left = add_channel(session, cast.visitor, kind=ChannelKind.WEBHOOK, address=receiver.url())
        cast.visitor.active = False
        for channel in (paused, left):
            add_delivery(session, channel, WAITING)
        assert states(send(session)) == ["waiting", "waiting"]
        assert receiver.received == []


def test_what_certainly_did_not_arrive_is_tried_again_before_what_came_later(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    port = closed_port()
    channel = hook(session, cast, f"http://127.0.0.1:{port}/")
    for n in range(3):
        add_delivery(session, channel, WAITING, f"move:{n}")
    first, *rest = send(session)
    assert (first.state, first.tries, first.error) == (WAITING, 1, "connect")
    assert [delivery.tries for delivery in rest] == [0, 0]
    assert first.next_try_at > clock.now()
    standing_clock.time += timedelta(minutes=2)
    with receiving(port=port) as receiver:
        assert states(send(session)) == ["sent"] * 3
        assert receiver.keys() == [f"{channel.id}:move:{n}" for n in range(3)]


def test_a_wrong_token_fails_at_once(session: Session, cast: Cast) -> None:
    body = b'{"errcode":93000,"errmsg":"invalid webhook url"}'
    with receiving(answers(200, body)) as receiver:
        near = Outgoing(robots={"wecom": (f"127.0.0.1:{receiver.port}",)}, loopback=True)
        channel = add_channel(session, unit=cast.unit, address=receiver.url("/cgi-bin/webhook/send?key=1"))
        add_delivery(session, channel, WAITING)
        (delivery,) = send(session, near)
    assert (delivery.state, delivery.tries, delivery.error) == (DeliveryState.FAILED, 1, "robot_gone:93000")


@pytest.mark.parametrize("behaviour", [cuts, hangs(30)])
def test_what_may_have_arrived_is_never_sent_again_by_itself(
    session: Session, cast: Cast, standing_clock: Clock, behaviour: Behaviour
) -> None:
    def behave(request: Received) -> Behaviour:
        return behaviour if request.headers["idempotency-key"].endswith("move:1") else answers()

    with receiving(behave, by_request=True) as receiver:
        channel = hook(session, cast, receiver.url())
        add_delivery(session, channel, WAITING, "move:1")
        add_delivery(session, channel, WAITING, "move:2")
        assert states(send(session, replace(NEAR, patience=1.5))) == ["unclear", "sent"]
        standing_clock.time += timedelta(hours=5)
        assert states(send(session)) == ["unclear", "sent"]
        assert receiver.keys() == [f"{channel.id}:move:{n}" for n in (1, 2)]
        receiver.behave = lambda _request: answers()
        actor = actor_for(session, cast.coordinator)
        again = listed(session)[0]
        send_again(session, actor, get_delivery(session, actor, again.id))
        assert states(send(session)) == ["sent", "sent"]
        assert receiver.keys()[2] == f"{channel.id}:move:1"


def test_one_that_hangs_keeps_nobody_waiting(session: Session, cast: Cast) -> None:
    """The one says nothing until all others have come."""
    paths, others = set[str](), Event()
    waited = list[bool]()

    def hang(connection: socket, request: Received) -> None:
        waited.append(others.wait(4))
        answers()(connection, request)

    def behave(request: Received) -> Behaviour:
        paths.add(request.path)
        if len(paths) > 10:
            others.set()
        return hang if request.path == "/dead" else answers()

    with receiving(behave, by_request=True) as receiver:
        add_delivery(session, hook(session, cast, receiver.url("/dead")), WAITING)
        for n in range(10):
            add_delivery(session, hook(session, cast, receiver.url(f"/{n}")), WAITING)
        assert states(send(session)) == ["sent"] * 11
    assert waited == [True]


def test_robots_get_bundles_and_time_to_breathe(session: Session, cast: Cast, standing_clock: Clock) -> None:
    with receiving() as receiver:
        near = Outgoing(robots={"wecom": (f"127.0.0.1:{receiver.port}",)}, loopback=True)
        address = receiver.url("/cgi-bin/webhook/send?key=1")
        for unit in (cast.unit, cast.other_unit):
            channel = add_channel(session, unit=unit, address=address)
            for n in range(12):
                add_delivery(session, channel, WAITING, f"move:{n}")
        counts = []
        for _ in range(5):
            counts.append(states(send(session, near)).count("sent"))
            standing_clock.time += GAP
        assert counts == [10, 12, 22, 24, 24]
        assert len(receiver.received) == 4
        text = receiver.received[0].json["markdown"]["content"]
        assert text.startswith("### 横沥走访：10 条消息")


def test_a_process_that_died_leaves_it_unclear_after_a_while(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    with receiving() as receiver:
        channel = hook(session, cast, receiver.url())
        add_delivery(session, channel, DeliveryState.SENDING, "move:1")
        add_delivery(session, channel, WAITING, "move:2")
        assert states(send(session)) == ["sending", "waiting"]
        standing_clock.time += CLAIM_LIFE + timedelta(seconds=1)
        assert states(send(session)) == ["unclear", "sent"]
        assert listed(session)[0].error == "died"
        assert receiver.keys() == [f"{channel.id}:move:2"]


def test_a_claim_that_counted_as_lost_still_tells_the_truth(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    channel = hook(session, cast, "http://127.0.0.1:1/")
    add_delivery(session, channel, WAITING)
    held = claim(session)
    assert held
    standing_clock.time += CLAIM_LIFE + timedelta(seconds=1)
    assert states(send(session)) == ["unclear"]
    record(session, held, ARRIVED)
    assert states(listed(session)) == ["sent"]


def test_a_late_answer_says_nothing_of_what_was_sent_again(session: Session, cast: Cast, standing_clock: Clock) -> None:
    channel = hook(session, cast, f"http://127.0.0.1:{closed_port()}/")
    delivery = add_delivery(session, channel, WAITING)
    held = claim(session)
    assert held
    standing_clock.time += CLAIM_LIFE + timedelta(seconds=1)
    send(session)
    actor = actor_for(session, cast.administrator)
    send_again(session, actor, get_delivery(session, actor, delivery.id))
    record(session, held, ARRIVED)
    assert states(listed(session)) == ["waiting"]


def test_sending_again_is_for_one(session: Session, cast: Cast) -> None:
    actor = actor_for(session, cast.coordinator)
    channel = hook(session, cast, "http://127.0.0.1:1/")
    failed, sent = add_delivery(session, channel), add_delivery(session, channel, DeliveryState.SENT, "move:2")
    found = get_delivery(session, actor, failed.id)
    send_again(session, actor, found)
    for one in (found, get_delivery(session, actor, sent.id)):
        with pytest.raises(Conflict):
            send_again(session, actor, one)
    channel.active = False
    with pytest.raises(Conflict, match="请先重新开启"):
        send_again(session, actor, found)


def test_two_senders_at_once_send_nothing_twice(app: Flask, session: Session, cast: Cast) -> None:
    with receiving() as receiver:
        for _ in range(6):
            channel = hook(session, cast, receiver.url())
            for n in range(4):
                add_delivery(session, channel, WAITING, f"move:{n}")
        session.commit()

        def sender(_number: int) -> None:
            with app.app_context(), Session(db.engine) as own:
                all_of(own, put_on_the_way(own, clock.now(), None))
                all_of(own, send_due(own, NEAR))

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(sender, range(3)))
        assert states(listed(session)) == ["sent"] * 24
        keys = receiver.keys()
        assert len(keys) == len(set(keys)) == 24
        for channel_id in {key.split(":")[0] for key in keys}:
            mine = [key for key in keys if key.startswith(f"{channel_id}:")]
            assert mine == sorted(mine)


@pytest.mark.parametrize("urgency", [Urgency.ORDINARY, Urgency.URGENT])
def test_a_failed_try_in_the_evening_waits_for_the_morning_unless_urgent(
    session: Session, cast: Cast, standing_clock: Clock, urgency: Urgency
) -> None:
    issue = make_issue(session, cast)
    issue.urgency = urgency
    session.flush()
    session.refresh(issue, ["moves"])
    channel = hook(session, cast, f"http://127.0.0.1:{closed_port()}/")
    standing_clock.time += timedelta(hours=7, minutes=29)
    add_delivery(session, channel, WAITING, f"move:{issue.moves[0].id}", tries=5)
    (delivery,) = send(session)
    soon = delivery.next_try_at < clock.now() + timedelta(hours=1)
    assert soon is (urgency is Urgency.URGENT)
