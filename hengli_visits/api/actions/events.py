"""Events for other systems, put on their way through the queue of notices: ids and states, nothing of a person."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hengli_visits.actor import Actor
from hengli_visits.api.fields import plain
from hengli_visits.api.queries import issues_of, visits_of
from hengli_visits.api.rules import reader
from hengli_visits.models import ApiToken, Assignment, Channel, Delivery, Household, Issue, Move, Visit, VisitRevision
from hengli_visits.notices.actions.routing import MOST, OVERLAP
from hengli_visits.notices.rules import KEPT
from hengli_visits.notices.ways import live

Event = tuple[datetime, str, str, dict[str, Any]]
"""When, its name, its key, what it tells."""


def put_events_on_the_way(session: Session, now: datetime) -> Iterator[None]:
    """Make deliveries of everything new for every open channel of a key, in steps of one channel, which whoever runs it
    commits. What a channel was told of once it is not told of again."""
    ids = session.scalars(select(Channel.id).where(live(), Channel.token_id.is_not(None)).order_by(Channel.id)).all()
    yield
    for channel_id in ids:
        _route(session, channel_id, now)
        yield


def _route(session: Session, channel_id: int, now: datetime) -> None:
    channel = session.scalars(
        select(Channel)
        .where(Channel.id == channel_id, live())
        .options(joinedload(Channel.token).joinedload(ApiToken.area))
        .with_for_update(of=Channel)
    ).one_or_none()
    if channel is None or channel.token is None:
        return
    actor, since = (
        reader(channel.token, channel.token.area.path if channel.token.area else None),
        max(channel.told_until, now - KEPT),
    )
    found: list[Event] = []
    if "issue.moved" in channel.kinds:
        found += _moves(session, actor, since)
    if "visit.saved" in channel.kinds:
        found += _saved(session, actor, since)
    found.sort(key=lambda event: event[:3])
    full = len(found) > MOST
    _put(session, channel, found[:MOST], now)
    # Where there was more than fits, the next time goes on from the last of them.
    until = found[MOST - 1][0] - datetime.resolution if full else now - OVERLAP
    channel.told_until = max(channel.told_until, until)
    session.flush()


def _put(session: Session, channel: Channel, events: list[Event], now: datetime) -> None:
    keys = [key for _at, _name, key, _told in events]
    known = set(
        session.scalars(select(Delivery.key).where(Delivery.channel_id == channel.id, Delivery.key.in_(keys)))
        if keys
        else ()
    )
    for at, name, key, told in events:
        if key not in known:
            body = json.dumps(told | {"at": plain(at)}, separators=(",", ":"))
            session.add(Delivery(channel_id=channel.id, key=key, title=name, body=body, made_at=now, next_try_at=now))


def _moves(session: Session, actor: Actor, since: datetime) -> list[Event]:
    rows = session.execute(
        select(Move.id, Move.at, Move.from_state, Move.to_state, Move.round, Issue.id, Issue.campaign_id, Issue.area_id)
        .join(Issue, Issue.id == Move.issue_id)
        .where(Move.at > since, issues_of(actor))
        .order_by(Move.at, Move.id)
        .limit(MOST + 1)
    )
    return [
        (
            at, "issue.moved", f"issue.moved:{move_id}",
            {"issue_id": issue_id, "campaign_id": campaign, "area_id": area, "from": plain(old), "to": plain(new),
             "round": round_},
        )
        for move_id, at, old, new, round_, issue_id, campaign, area in rows
    ]  # fmt: skip


def _saved(session: Session, actor: Actor, since: datetime) -> list[Event]:
    rows = session.execute(
        select(VisitRevision.id, VisitRevision.at, VisitRevision.number, Visit, Household.area_id)
        .join(Visit, Visit.id == VisitRevision.visit_id)
        .join(Assignment, Assignment.id == Visit.assignment_id)
        .join(Household, Household.id == Assignment.household_id)
        .where(VisitRevision.at > since, visits_of(actor))
        .order_by(VisitRevision.at, VisitRevision.id)
        .limit(MOST + 1)
    )
    return [
        (
            at, "visit.saved", f"visit.saved:{revision_id}",
            {"visit_id": str(visit.uuid), "assignment_id": visit.assignment_id, "campaign_id": visit.campaign_id,
             "area_id": area, "outcome": visit.outcome.value, "revision": number},
        )
        for revision_id, at, number, visit, area in rows
    ]  # fmt: skip
