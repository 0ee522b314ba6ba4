"""Reads of channels and of what is on its way through them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Missing, require
from hengli_visits.models import (
    Account,
    ApiToken,
    Area,
    Channel,
    Delivery,
    DeliveryState,
    Member,
    Organisation,
    OrganisationKind,
)
from hengli_visits.notices.rules import STREAK, may_oversee
from hengli_visits.paging import Page, paginate

OPEN_STATES = (DeliveryState.FAILED, DeliveryState.UNCLEAR)
"""States of a delivery that somebody may want to look at and send again."""
FIRST = case((Delivery.state.in_(OPEN_STATES), 0), else_=1)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Channels that the actor may open: one's own, those of units that one handles for, and for the office all units'."""
    clauses = [Channel.member_id == actor.id]
    if may_oversee(actor):
        clauses.append(Channel.unit_id.is_not(None))
    elif actor.units:
        clauses.append(Channel.unit_id.in_(sorted(actor.units)))
    return or_(*clauses)


def live() -> ColumnElement[bool]:
    """Channels that are open, of members who can sign in, of units that are in use and of keys that work."""
    member = exists().where(
        Member.id == Channel.member_id,
        Member.active,
        Account.member_id == Member.id,
        Account.disabled_at.is_(None),
    )
    unit = exists().where(Organisation.id == Channel.unit_id, Organisation.active)
    token = exists().where(
        ApiToken.id == Channel.token_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > clock.now()
    )
    return Channel.active & or_(member, unit, token)


@dataclass(frozen=True)
class Way:
    """A channel with what waits in it, what did not arrive, and whether the program paused it."""

    channel: Channel
    waiting: int
    open: int
    stopped: bool


def _ways(session: Session, channels: Sequence[Channel]) -> list[Way]:
    ids = [channel.id for channel in channels]
    rows = session.execute(
        select(Delivery.channel_id, Delivery.state, func.count())
        .where(Delivery.channel_id.in_(ids), Delivery.state != DeliveryState.SENT)
        .group_by(Delivery.channel_id, Delivery.state)
    )
    vain = in_vain(session, [channel.id for channel in channels if not channel.active])
    counts = {(channel_id, state): number for channel_id, state, number in rows}
    return [
        Way(
            channel,
            waiting=sum(counts.get((channel.id, s), 0) for s in (DeliveryState.WAITING, DeliveryState.SENDING)),
            open=sum(counts.get((channel.id, s), 0) for s in OPEN_STATES),
            stopped=channel.id in vain,
        )
        for channel in channels
    ]


def in_vain(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of these channels of whose last notices none arrived, as many as pause a channel. One query."""
    place = func.row_number().over(
        partition_by=Delivery.channel_id, order_by=(Delivery.claimed_at.desc(), Delivery.id.desc())
    )
    ended = (
        select(Delivery.channel_id, Delivery.state, place.label("place"))
        .where(
            Delivery.channel_id.in_(ids),
            Delivery.state.in_((DeliveryState.SENT, *OPEN_STATES)),
            Delivery.claimed_at.is_not(None),
        )
        .subquery()
    )
    found = (
        select(ended.c.channel_id)
        .where(ended.c.place <= STREAK, ended.c.state != DeliveryState.SENT)
        .group_by(ended.c.channel_id)
        .having(func.count() == STREAK)
    )
    return set(session.scalars(found))


def own(session: Session, actor: Actor) -> list[Way]:
    """The actor's own channels. Three queries."""
    query = select(Channel).where(Channel.member_id == actor.id).order_by(Channel.id)
    return _ways(session, session.scalars(query).all())


def of_unit(session: Session, unit: Organisation) -> list[Way]:
    """The channels of a unit that was found through the actor's scope. Three queries."""
    query = select(Channel).where(Channel.unit_id == unit.id).order_by(Channel.id)
    return _ways(session, session.scalars(query).all())


def get_unit(session: Session, actor: Actor, unit_id: int) -> Organisation:
    """A unit whose channels the actor may see: as the office, or as its own handler. Raises `Missing`."""
    require(may_oversee(actor) or unit_id in actor.units)
    unit = session.get(Organisation, unit_id)
    if unit is None or unit.kind is not OrganisationKind.UNIT:
        raise Missing
    return unit


def units(session: Session, actor: Actor) -> Sequence[tuple[Organisation, int]]:
    """The units whose channels the actor may see, with the number of these, offices before villages. One query."""
    number = select(func.count(Channel.id)).where(Channel.unit_id == Organisation.id).scalar_subquery()
    query = select(Organisation, number).outerjoin(Area, Area.id == Organisation.area_id)
    query = query.where(Organisation.kind == OrganisationKind.UNIT, Organisation.active)
    order = (Organisation.area_id.is_not(None), Area.position, Organisation.id)
    if not may_oversee(actor):
        query = query.where(Organisation.id.in_(sorted(actor.units)))
    return [(unit, n) for unit, n in session.execute(query.order_by(*order))]


def get_channel(session: Session, actor: Actor, channel_id: int) -> Channel:
    """A channel within the actor's scope, with whose it is. Raises `Missing`."""
    channel = session.scalars(
        select(Channel)
        .where(Channel.id == channel_id, visible(actor))
        .options(joinedload(Channel.member).joinedload(Member.account), joinedload(Channel.unit))
    ).one_or_none()
    if channel is None:
        raise Missing
    return channel


def way_of(session: Session, channel: Channel) -> Way:
    """One channel with its counts. Two queries."""
    return _ways(session, [channel])[0]


def _listed() -> Select[Delivery]:
    return select(Delivery).order_by(FIRST, Delivery.id.desc())


def deliveries_of(session: Session, channel: Channel, number: int) -> Page[Delivery]:
    """What went or goes through a channel: what did not arrive first, then the newest. Two queries."""
    return paginate(session, _listed().where(Delivery.channel_id == channel.id), number)


@dataclass(frozen=True)
class Wanted:
    """What a list of deliveries is narrowed to: one state, one channel."""

    state: DeliveryState | None = None
    channel_id: int | None = None


def deliveries(session: Session, actor: Actor, wanted: Wanted, number: int) -> Page[Delivery]:
    """All deliveries, what did not arrive first, with their channels and whose these are. Three queries. For the office
    alone: raises `Missing` for others."""
    require(may_oversee(actor))
    query = _listed().options(
        *(joinedload(Delivery.channel).joinedload(one) for one in (Channel.member, Channel.unit, Channel.token))
    )
    if wanted.state is not None:
        query = query.where(Delivery.state == wanted.state)
    if wanted.channel_id is not None:
        query = query.where(Delivery.channel_id == wanted.channel_id)
    return paginate(session, query, number)


def counts(session: Session, actor: Actor) -> dict[DeliveryState, int]:
    """How many deliveries there are in each state, for the office. One query."""
    require(may_oversee(actor))
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    return {state: number for state, number in rows}  # noqa: C416 - a Row is no tuple for dict()


def get_delivery(session: Session, actor: Actor, delivery_id: int) -> Delivery:
    """A delivery that the actor may send again: of a channel that one sees, as the office of any. Raises `Missing`."""
    query = select(Delivery).join(Delivery.channel).where(Delivery.id == delivery_id)
    if not may_oversee(actor):
        query = query.where(visible(actor))
    delivery = session.scalars(query.options(joinedload(Delivery.channel))).one_or_none()
    if delivery is None:
        raise Missing
    return delivery
