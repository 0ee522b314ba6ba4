"""Who may use which page of notices."""

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import Channel, ChannelKind, Delivery, DeliveryState, Member, Organisation
from tests.cast import Cast
from tests.permissions import PEOPLE, Row

OFFICE = ("administrator", "coordinator")
HOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


def add_channel(
    session: Session,
    member: Member | None = None,
    unit: Organisation | None = None,
    kind: ChannelKind = ChannelKind.WECOM,
    address: str = HOOK,
    **values: object,
) -> Channel:
    """A channel as it is stored. Flushes."""
    given = {"name": "工作群", "made_at": clock.now(), "told_until": clock.now()} | values
    channel = Channel(
        kind=kind,
        address=address,
        member_id=member.id if member else None,
        unit_id=unit.id if unit else None,
        **given,
    )
    session.add(channel)
    session.flush()
    return channel


def add_delivery(
    session: Session, channel: Channel, state: DeliveryState = DeliveryState.FAILED, **values: object
) -> Delivery:
    """A delivery as it is stored. Flushes."""
    now = clock.now()
    given = {"key": f"move:{now.timestamp()}", "title": "交给您单位的问题", "body": "请签收。", "error": "status:404"}
    delivery = Delivery(
        channel_id=channel.id,
        state=state,
        made_at=now,
        next_try_at=now,
        claimed_at=None if state is DeliveryState.WAITING else now,
        **(given | values),
    )
    session.add(delivery)
    session.flush()
    return delivery


def _own(session: Session, cast: Cast) -> int:
    return add_channel(session, cast.visitor).id


def _paused(session: Session, cast: Cast) -> int:
    return add_channel(session, cast.visitor, active=False).id


def _units(session: Session, cast: Cast) -> int:
    return add_channel(session, unit=cast.unit).id


def _elsewhere(session: Session, cast: Cast) -> int:
    """A channel whose robot nobody asks: its kind is set up nowhere."""
    return add_channel(session, cast.visitor, kind=ChannelKind.EMAIL, address="ye@example.com").id


def _failed(session: Session, cast: Cast) -> int:
    return add_delivery(session, add_channel(session, cast.visitor)).id


def _form(_cast: Cast, _made: object) -> dict[str, object]:
    return {"kind": "wecom", "name": "工作群", "address": HOOK, "pace": "each"}


ROWS = [
    Row("notices.index", lambda _cast, _made: "/notices", allowed=PEOPLE),
    Row(
        "notices.read",
        lambda _cast, _made: "/notices/read",
        allowed=PEOPLE,
        method="POST",
        data=lambda _cast, _made: {"until": "2026-06-29T02:00:00+00:00"},
        bad=lambda _cast, _made: {"until": "gestern"},
    ),
    Row("notices.channels", lambda _c, _m: "/channels", PEOPLE),
    Row("notices.unit_channels", lambda _c, _m: "/channels/units", OFFICE),
    Row("notices.unit", lambda c, _m: f"/channels/units/{c.unit.id}", (*OFFICE, "handler")),
    Row("notices.new_channel", lambda _c, _m: "/channels/new", PEOPLE),
    Row(
        "notices.new_channel",
        lambda _c, _m: "/channels/new",
        PEOPLE,
        method="POST",
        data=_form,
        bad=lambda c, m: _form(c, m) | {"address": "https://127.0.0.1/cgi-bin/webhook/send?key=1"},
    ),
    Row("notices.channel", lambda _c, m: f"/channels/{m}", (*OFFICE, "handler"), prepare=_units),
    Row("notices.edit_channel", lambda _c, m: f"/channels/{m}/edit", ("visitor",), prepare=_own),
    Row(
        "notices.edit_channel",
        lambda _c, m: f"/channels/{m}/edit",
        OFFICE,
        method="POST",
        prepare=_units,
        data=lambda _c, _m: {"name": "新名称", "address": "", "pace": "digest"},
        bad=lambda _c, _m: {"name": "", "address": "", "pace": "digest"},
    ),
    Row("notices.test_channel", lambda _c, m: f"/channels/{m}/test", ("visitor",), method="POST", prepare=_elsewhere),
    Row("notices.pause_channel", lambda _c, m: f"/channels/{m}/pause", ("visitor",), method="POST", prepare=_own),
    Row("notices.resume_channel", lambda _c, m: f"/channels/{m}/resume", ("visitor",), method="POST", prepare=_paused),
    Row("notices.delete_channel", lambda _c, m: f"/channels/{m}/removal", OFFICE, method="POST", prepare=_units),
    Row("notices.deliveries", lambda _c, _m: "/deliveries", OFFICE, prepare=_failed),
    Row(
        "notices.send_again",
        lambda _c, m: f"/deliveries/{m}/again",
        (*OFFICE, "visitor"),
        method="POST",
        prepare=_failed,
    ),
]
