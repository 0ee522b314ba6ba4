"""Who may use which page of notices."""

from sqlalchemy.orm import Session

from hengli_visits.models import ChannelKind
from tests.cast import Cast
from tests.notices.making import HOOK, add_channel, add_delivery
from tests.permissions import PEOPLE, Row

OFFICE = ("administrator", "coordinator")


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
