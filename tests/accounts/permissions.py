"""Who may use the pages of accounts."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.accounts.actions import issue_card, open_device
from hengli_visits.actor import SYSTEM
from hengli_visits.models import Device, RoleGrant
from tests.cast import Cast
from tests.permissions import PEOPLE, Row

ADMINISTER = ("administrator", "coordinator")
CARDS = (*ADMINISTER, "leader", "team_leader")
NEW = "荔枝树下三盏热的凉茶"


def _device(session: Session, cast: Cast) -> Any:
    open_device(session, cast.visitor.id, frozenset())
    return session.scalars(select(Device.id).where(Device.member_id == cast.visitor.id)).one()


def _grant(session: Session, cast: Cast) -> Any:
    return session.scalars(select(RoleGrant.id).where(RoleGrant.member_id == cast.handler.id)).one()


def _card(session: Session, cast: Cast) -> str:
    return issue_card(session, SYSTEM, cast.visitor.id)


ROWS = [
    Row("accounts.sign_in", lambda c, m: "/sign-in", (), public=True),
    Row("accounts.sign_in", lambda c, m: "/sign-in", (), method="POST", public=True),
    Row("accounts.card", lambda c, m: f"/cards/{m}", (), prepare=_card, public=True),
    Row("accounts.card", lambda c, m: f"/cards/{m}", (), method="POST", prepare=_card, public=True),
    Row("accounts.sign_out", lambda c, m: "/sign-out", PEOPLE, method="POST", again=(302,)),
    Row("accounts.password", lambda c, m: "/password", PEOPLE),
    Row(
        "accounts.password",
        lambda c, m: "/password",
        PEOPLE,
        method="POST",
        data=lambda c, m: {"password": NEW},
        bad=lambda c, m: {"password": "1234567890"},
    ),
    Row("accounts.me", lambda c, m: "/me", PEOPLE),
    Row(
        "accounts.preferences",
        lambda c, m: "/me/preferences",
        PEOPLE,
        method="POST",
        data=lambda c, m: {"text_size": "xl", "language": "en"},
        bad=lambda c, m: {"text_size": "huge", "language": "zh_CN"},
    ),
    Row(
        "accounts.end_device",
        lambda c, m: f"/me/devices/{m}/end",
        ("visitor",),
        method="POST",
        prepare=_device,
    ),
    Row("accounts.end_others", lambda c, m: "/me/devices/end-others", PEOPLE, method="POST"),
    Row("accounts.index", lambda c, m: "/accounts", ADMINISTER),
    Row("accounts.show", lambda c, m: f"/accounts/{c.visitor.id}", ADMINISTER),
    Row(
        "accounts.grant",
        lambda c, m: f"/accounts/{c.stranger.id}/grants",
        ADMINISTER,
        method="POST",
        data=lambda c, m: {"role": "handler", "scope": c.unit.id},
        bad=lambda c, m: {"role": "handler", "scope": ""},
    ),
    Row(
        "accounts.end_grant",
        lambda c, m: f"/accounts/{c.handler.id}/grants/{m}/end",
        ADMINISTER,
        method="POST",
        prepare=_grant,
    ),
    Row("accounts.disable", lambda c, m: f"/accounts/{c.visitor.id}/disable", ADMINISTER, method="POST"),
    Row("accounts.enable", lambda c, m: f"/accounts/{c.stranger.id}/enable", ADMINISTER, method="POST"),
    Row("accounts.unlock", lambda c, m: f"/accounts/{c.visitor.id}/unlock", ADMINISTER, method="POST"),
    Row("accounts.end_devices", lambda c, m: f"/accounts/{c.visitor.id}/devices/end", ADMINISTER, method="POST"),
    Row("accounts.issue_card", lambda c, m: f"/members/{c.visitor.id}/cards", CARDS, method="POST", works=200),
    Row(
        "accounts.issue_cards",
        lambda c, m: f"/groups/{c.team.id}/cards",
        CARDS,
        method="POST",
        works=200,
    ),
]
