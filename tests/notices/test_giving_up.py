"""When a channel is given up, and what is not sent any more."""

from datetime import timedelta

from sqlalchemy.orm import Session

from hengli_visits.models import AuditEntry, ChannelKind, DeliveryState
from hengli_visits.notices.actions import resume
from hengli_visits.notices.actions.sending import claim, record
from hengli_visits.notices.hours import TRIES
from hengli_visits.notices.outcome import ARRIVED
from hengli_visits.notices.queries import page_of
from hengli_visits.notices.rules import STALE, STREAK, Kind
from hengli_visits.notices.ways import in_vain
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import actor_for
from tests.notices.making import add_channel, add_delivery, hook, listed, send, states
from tests.notices.receivers import answers, closed_port, receiving

WAITING = DeliveryState.WAITING


def test_after_enough_tries_it_counts_as_failed(session: Session, cast: Cast, standing_clock: Clock) -> None:
    channel = hook(session, cast, f"http://127.0.0.1:{closed_port()}/")
    add_delivery(session, channel, WAITING)
    for _ in range(40):
        send(session)
        standing_clock.time += timedelta(minutes=80)
    (delivery,) = listed(session)
    assert (delivery.state, delivery.tries, delivery.error) == (DeliveryState.FAILED, TRIES, "connect")


def test_twenty_in_vain_pause_a_channel_and_its_owner_reads_it(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    with receiving(answers(404)) as receiver:
        channel = add_channel(session, cast.visitor, kind=ChannelKind.WEBHOOK, address=receiver.url(), name="我的回调")
        for n in range(STREAK + 5):
            add_delivery(session, channel, WAITING, f"move:{n}")
        found = states(send(session))
        assert (found.count("failed"), found.count("waiting")) == (STREAK, 5)
        session.refresh(channel)
        assert not channel.active
        assert in_vain(session, [channel.id]) == {channel.id}
        assert session.query(AuditEntry).filter_by(action="channel.stop", object_id=str(channel.id)).count() == 1
        (notice,) = page_of(session, actor_for(session, cast.visitor), 1).page.items
        assert (notice.kind, notice.channel) == (Kind.STOPPED, channel)
        assert page_of(session, actor_for(session, cast.partner), 1).page.total == 0
        receiver.behave = lambda _request: answers()
        resume(session, actor_for(session, cast.visitor), channel)
        assert states(send(session)).count("sent") == 5
        assert in_vain(session, [channel.id]) == set()


def test_what_could_not_go_for_days_is_not_sent_any_more(session: Session, cast: Cast, standing_clock: Clock) -> None:
    with receiving() as receiver:
        add_delivery(session, hook(session, cast, receiver.url()), WAITING)
        standing_clock.time += STALE + timedelta(seconds=1)
        (delivery,) = send(session)
        assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "stale")
        assert receiver.received == []


def test_a_channel_that_is_deleted_while_something_is_under_way(session: Session, cast: Cast) -> None:
    channel = hook(session, cast, "http://127.0.0.1:1/")
    add_delivery(session, channel, WAITING)
    held = claim(session)
    assert held
    session.delete(channel)
    session.flush()
    record(session, held, ARRIVED)
    assert listed(session) == []
