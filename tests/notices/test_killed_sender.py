"""A receiver that fails, hangs, cuts the connection and restarts, while the sender is killed and started again: each notice
arrives once, or is shown as failed or unclear. None is lost, none comes twice."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from threading import Lock

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits.extensions import db
from hengli_visits.models import ChannelKind, DeliveryState
from tests.cast import Cast
from tests.notices.making import add_channel, add_delivery, listed
from tests.notices.receivers import Behaviour, Received, answers, cuts, hangs, receiving
from tests.notices.sender import send_for_ever

CHANNELS, EACH = 4, 9
PATIENCE = 40
TAKEN = ("ok", "cut", "hang")
"""What became of a request that the receiver has, whatever it said."""


class Moody:
    """A receiver that behaves by chance, and remembers what it really took."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.moods: list[tuple[str, str]] = []
        self.lock = Lock()

    def __call__(self, request: Received) -> Behaviour:
        """How it behaves this time."""
        with self.lock:
            mood = self.chance.choices(("ok", "busy", "gone", "cut", "hang"), (60, 16, 6, 9, 9))[0]
            self.moods.append((request.headers["idempotency-key"], mood))
        kinds = {"ok": answers(), "busy": answers(503), "gone": answers(404), "cut": cuts, "hang": hangs(0.6)}
        return kinds[mood]

    def arrived(self) -> Counter[str]:
        """How often each key arrived."""
        return Counter(key for key, mood in self.moods if mood in TAKEN)


FORKS = get_context("forkserver")
"""Loads the program once; each sender is a fork of that."""


@contextmanager
def sender(url: str, start: float) -> Iterator[None]:
    """A process that sends, and is killed at the end."""
    FORKS.set_forkserver_preload(["tests.notices.sender"])
    process = FORKS.Process(target=send_for_ever, args=(url, start), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()
        process.close()


def until(condition: Callable[[], bool]) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it does not come true"
        time.sleep(0.02)


@pytest.mark.timeout(90)
def test_each_once_or_shown(app: Flask, session: Session, cast: Cast) -> None:
    moody, start = Moody(20260629), time.time()
    url = db.engine.url.render_as_string(hide_password=False)
    with receiving(moody, by_request=True) as receiver:
        port = receiver.port
        for n in range(CHANNELS):
            address = receiver.url(f"/{n}")
            channel = add_channel(session, unit=cast.unit, kind=ChannelKind.WEBHOOK, address=address)
            for m in range(EACH):
                add_delivery(session, channel, DeliveryState.WAITING, f"move:{m:02}")
        session.commit()
        with sender(url, start):
            until(lambda: len(moody.moods) >= 6)
        with sender(url, start):
            seen = len(moody.moods)
            until(lambda: len(moody.moods) >= seen + 8)
    with sender(url, start):
        time.sleep(0.5)
        with receiving(moody, by_request=True, port=port):
            until(lambda: _settled(session))
    _hold(session, moody)
    unclear = [one for one in listed(session) if one.state is DeliveryState.UNCLEAR]
    assert unclear, "somebody was killed in the middle, and connections were cut"


def _settled(session: Session) -> bool:
    session.rollback()
    open_ = (DeliveryState.WAITING, DeliveryState.SENDING)
    return not any(delivery.state in open_ for delivery in listed(session))


def _hold(session: Session, moody: Moody) -> None:
    arrived = moody.arrived()
    deliveries = listed(session)
    assert len(deliveries) == CHANNELS * EACH
    for delivery in deliveries:
        times = arrived[f"{delivery.channel_id}:{delivery.key}"]
        if delivery.state is DeliveryState.SENT:
            assert times == 1, delivery.key
        elif delivery.state is DeliveryState.FAILED:
            assert times == 0, delivery.key
        else:
            assert delivery.state is DeliveryState.UNCLEAR
            assert times <= 1, delivery.key
        assert bool(delivery.error) is (delivery.state is not DeliveryState.SENT)
