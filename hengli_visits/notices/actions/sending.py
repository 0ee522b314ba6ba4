"""Sends what is due: claims it, lets go of the database, brings it, and notes what became of it."""

import logging
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from hengli_visits import audit, clock
from hengli_visits.actor import SYSTEM
from hengli_visits.config import Outgoing
from hengli_visits.issues.ledger import town_calendar
from hengli_visits.models import Channel, Delivery, DeliveryState, Issue, Move, Urgency
from hengli_visits.notices.courier import bring
from hengli_visits.notices.feed import STOP
from hengli_visits.notices.hours import TRIES, again_at
from hengli_visits.notices.outcome import Outcome, Reason, Verdict, unclear
from hengli_visits.notices.parcels import MOST, Note, Parcel, fitting, split_body
from hengli_visits.notices.rules import ROBOTS, STALE
from hengli_visits.notices.ways import in_vain, live

log = logging.getLogger("hengli_visits")

SLOTS = 8
"""So many messages are on their way at the same time: one that hangs keeps nobody else waiting."""
CLAIM_LIFE = timedelta(minutes=2)
"""A claim older than that belongs to a process that is gone: no sending takes so long."""
GAP = timedelta(seconds=4)
"""Between two messages to one robot, which takes 20 a minute."""
BUDGET = 10.0
"""Seconds after which one run begins nothing new."""

LOOK = 1.0
"""Seconds after which it looks for more while others are still on their way."""


@dataclass(frozen=True)
class Claim:
    """Deliveries of one channel that are in this process's hands since `at`, with the message that they make."""

    channel_id: int
    ids: tuple[int, ...]
    at: datetime
    parcel: Parcel


def send_due(
    session: Session, outgoing: Outgoing, *, budget: float = BUDGET, claim_life: timedelta = CLAIM_LIFE
) -> Iterator[None]:
    """Send what is due, in steps: who runs it commits after each, so that no transaction is open while anything is on
    its way. Begins nothing new when `budget` seconds are over."""
    settle(session, claim_life)
    yield
    end = monotonic() + budget
    under_way: dict[Future[Outcome], Claim] = {}
    with ThreadPoolExecutor(SLOTS) as pool:
        while True:
            while monotonic() < end and len(under_way) < SLOTS and (found := claim(session)) is not None:
                yield
                under_way[pool.submit(bring, found.parcel, outgoing)] = found
            yield
            if not under_way:
                return
            done, _rest = wait(under_way, timeout=LOOK, return_when=FIRST_COMPLETED)
            for future in done:
                record(session, under_way.pop(future), _outcome(future))
                yield


def _outcome(future: Future[Outcome]) -> Outcome:
    """What became of a sending. A crash of ours says nothing of the other side."""
    if (error := future.exception()) is not None:
        log.error("sending crashed kind=%s", type(error).__name__)
        return unclear(Reason.CUT)
    return future.result()


def settle(session: Session, claim_life: timedelta = CLAIM_LIFE) -> None:
    """Whatever a process that died had in its hands is unclear: nobody knows whether it went out. What could not be sent
    for days is not sent any more."""
    now = clock.now()
    session.execute(
        update(Delivery)
        .where(Delivery.state == DeliveryState.SENDING, Delivery.claimed_at < now - claim_life)
        .values(state=DeliveryState.UNCLEAR, error=Reason.DIED.value)
    )
    session.execute(
        update(Delivery)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.next_try_at < now - STALE)
        .values(state=DeliveryState.FAILED, error=Reason.STALE.value)
    )


def claim(session: Session) -> Claim | None:
    """Take what is due next into this process's hands; None when nothing is. Of a channel nothing is taken while
    something of it is under way or waits to be tried again, so that its notices stay in order."""
    now = clock.now()
    other = aliased(Delivery)
    held = exists().where(other.channel_id == Channel.id, other.state == DeliveryState.SENDING)
    troubled = exists().where(
        other.channel_id == Channel.id,
        other.state == DeliveryState.WAITING,
        other.tries > 0,
        other.next_try_at > now,
    )
    ready = session.scalars(
        select(Channel.id)
        .join(Delivery, Delivery.channel_id == Channel.id)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= now, live(), ~held, ~troubled)
        .group_by(Channel.id)
        .order_by(func.min(Delivery.next_try_at), Channel.id)
    ).all()
    for channel_id in ready:
        if (found := _claim_of(session, channel_id, now)) is not None:
            return found
    return None


def _claim_of(session: Session, channel_id: int, now: datetime) -> Claim | None:
    channel = session.scalars(
        select(Channel).where(Channel.id == channel_id).with_for_update(skip_locked=True)
    ).one_or_none()
    if channel is None or not _may_go(session, channel, now):
        return None
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.channel_id == channel_id, Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= now)
        .order_by(Delivery.id)
        .limit(MOST)
    ).all()
    notes = [_note(row) for row in rows]
    number = fitting(channel.kind, notes)
    ids = tuple(row.id for row in rows[:number])
    parcel = Parcel(channel.kind, channel.address, channel.secret, tuple(notes[:number]), now)
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state == DeliveryState.WAITING)
        .values(state=DeliveryState.SENDING, claimed_at=now, tries=Delivery.tries + 1)
    )
    if not ids or taken.rowcount != len(ids):  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        return None
    return Claim(channel_id, ids, now, parcel)


def _note(row: Delivery) -> Note:
    text, link = split_body(row.body)
    return Note(f"{row.channel_id}:{row.key}", row.title, text, link)


def _may_go(session: Session, channel: Channel, now: datetime) -> bool:
    """Whether nothing of this channel is under way and, to a robot, nothing went a moment ago through any channel."""
    last = select(func.max(Delivery.claimed_at)).join(Channel, Channel.id == Delivery.channel_id)
    under_way = select(Delivery.id).where(Delivery.channel_id == channel.id, Delivery.state == DeliveryState.SENDING)
    if session.scalar(under_way.limit(1)) is not None:
        return False
    if channel.kind not in ROBOTS:
        return True
    recent = session.scalar(last.where(Channel.address == channel.address, Delivery.claimed_at > now - GAP))
    return recent is None


def record(session: Session, held: Claim, outcome: Outcome) -> None:
    """Note what became of a claim. A claim that meanwhile counted as lost is told the
    truth all the same, unless somebody had it sent again."""
    values = _values(session, held, outcome)
    session.execute(
        update(Delivery)
        .where(
            Delivery.id.in_(held.ids),
            Delivery.claimed_at == held.at,
            Delivery.state.in_((DeliveryState.SENDING, DeliveryState.UNCLEAR)),
        )
        .values(values)
    )
    if values["state"] is not DeliveryState.SENT and held.channel_id in in_vain(session, [held.channel_id]):
        _stop(session, held.channel_id)


def _values(session: Session, held: Claim, outcome: Outcome) -> dict[str, object]:
    now = clock.now()
    if outcome.verdict is Verdict.ARRIVED:
        return {"state": DeliveryState.SENT, "sent_at": now, "error": ""}
    if outcome.verdict is Verdict.UNCLEAR:
        return {"state": DeliveryState.UNCLEAR, "error": outcome.told}
    tries = session.scalar(select(func.max(Delivery.tries)).where(Delivery.id.in_(held.ids))) or 1
    if outcome.verdict is Verdict.REFUSED or tries >= TRIES:
        return {"state": DeliveryState.FAILED, "error": outcome.told}
    urgent = _urgent(session, held)
    later = again_at(now, tries, outcome.wait, town_calendar(session), urgent=urgent)
    return {"state": DeliveryState.WAITING, "next_try_at": later, "error": outcome.told}


def _urgent(session: Session, held: Claim) -> bool:
    """Whether any of these notices is of an urgent issue, which is not kept until the morning."""
    moves = [int(note.key.rpartition(":")[2]) for note in held.parcel.notes if ":move:" in note.key]
    if not moves:
        return False
    query = select(Issue.id).join(Move, Move.issue_id == Issue.id).where(Move.id.in_(moves))
    return session.scalar(query.where(Issue.urgency == Urgency.URGENT).limit(1)) is not None


def _stop(session: Session, channel_id: int) -> None:
    """Pause a channel through which nothing arrives. Its owner is told on the page 消息."""
    done = session.execute(update(Channel).where(Channel.id == channel_id, Channel.active).values(active=False))
    if done.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        audit.record(session, SYSTEM, STOP, "channel", channel_id)
