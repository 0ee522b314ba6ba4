"""Puts what happened on its way: a row for each notice and each channel that wants it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hengli_visits.accounts.queries import actor_of
from hengli_visits.actor import Actor
from hengli_visits.issues.ledger import town_calendar
from hengli_visits.issues.workdays import Calendar
from hengli_visits.models import Account, Channel, Delivery, Language, Role, Urgency
from hengli_visits.notices.formats import tell
from hengli_visits.notices.hours import due_at
from hengli_visits.notices.queries import Notice, latest, since
from hengli_visits.notices.rules import KEPT, KEPT_DELIVERIES, Kind
from hengli_visits.notices.ways import live

OVERLAP = timedelta(minutes=3)
"""A step is dated when it begins and seen when it is committed: so far back is looked once more."""
MOST = 2000
"""Notices of one channel at one time."""
LONGEST_TITLE, LONGEST_TEXT = 120, 400


def put_on_the_way(session: Session, now: datetime, public_url: str | None) -> Iterator[None]:
    """Make deliveries of everything new for every open channel, in steps of one channel: who runs it commits after each,
    so that nobody waits for all of them. What a channel was told of once it is not told of again."""
    if (newest := latest(session)) is None:
        return
    found = (
        select(Channel.id)
        .where(live(), Channel.token_id.is_(None), Channel.told_until < newest)
        .order_by(Channel.told_until)
    )
    ids = session.scalars(found).all()
    calendar = town_calendar(session)
    yield
    for channel_id in ids:
        _route(session, channel_id, now, public_url or "", calendar)
        yield


def _route(session: Session, channel_id: int, now: datetime, public_url: str, calendar: Calendar) -> None:
    channel = session.scalars(
        select(Channel).where(Channel.id == channel_id, live()).with_for_update(of=Channel)
    ).one_or_none()
    if channel is None:
        return
    found = since(session, reader(session, channel), max(channel.told_until, now - KEPT), MOST)
    notices = [notice for notice in found if not channel.kinds or notice.kind.value in (*channel.kinds, Kind.STOPPED)]
    keys = [notice.key for notice in notices]
    known = set(
        session.scalars(select(Delivery.key).where(Delivery.channel_id == channel.id, Delivery.key.in_(keys)))
        if keys
        else ()
    )
    language = _language(session, channel) if keys else Language.CHINESE
    for notice in notices:
        if notice.key not in known:
            known.add(notice.key)
            session.add(_delivery(channel, notice, now, public_url, calendar, language))
    # Where there was more than fits, the next time goes on from the last of them.
    until = found[-1].at - timedelta.resolution if len(found) == MOST else now - OVERLAP
    channel.told_until = max(channel.told_until, until)
    session.flush()


def reader(session: Session, channel: Channel) -> Actor:
    """With whose eyes a channel reads: its member's, or those of somebody who is nothing but a handler of its unit. So
    nothing leaves that could not be read on the page 消息."""
    if channel.member_id is not None:
        return actor_of(session, channel.member_id)
    units = frozenset({channel.unit_id}) if channel.unit_id is not None else frozenset()
    return Actor(id=0, name="", roles=frozenset({Role.HANDLER}), units=units)


def _language(session: Session, channel: Channel) -> Language:
    found = session.scalar(select(Account.language).where(Account.member_id == channel.member_id))
    return found or Language.CHINESE


def _delivery(
    channel: Channel, notice: Notice, now: datetime, public_url: str, calendar: Calendar, language: Language
) -> Delivery:
    told = tell(notice, language)
    urgent = notice.issue is not None and notice.issue.urgency is Urgency.URGENT
    text = told.text[:LONGEST_TEXT]
    return Delivery(
        channel_id=channel.id,
        key=notice.key,
        title=told.title[:LONGEST_TITLE],
        body=f"{text}\n{public_url}{told.path}" if public_url else text,
        made_at=now,
        next_try_at=due_at(now, channel.pace, calendar, urgent=urgent),
    )


def forget_old(session: Session, now: datetime) -> int:
    """Delete deliveries that are older than is useful, and tell how many. None of them can come up again: only what
    happened minutes ago is looked at."""
    found = session.execute(delete(Delivery).where(Delivery.made_at < now - KEPT_DELIVERIES))
    return int(found.rowcount)  # type: ignore[attr-defined]  # a DELETE's result is a CursorResult
