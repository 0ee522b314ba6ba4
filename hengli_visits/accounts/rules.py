"""Who may do what with accounts, how long sessions and cards last, how people and browsers are called.

Source of the numbers: OWASP ASVS 5.0 chapters 6 and 7, GB/T 22239.
"""

import re
import unicodedata
from datetime import datetime, timedelta

from hengli_visits.actor import Actor
from hengli_visits.errors import Forbidden
from hengli_visits.models import DeviceKind, Member, Role
from hengli_visits.wording import N_, Word

REST: dict[DeviceKind, timedelta] = {
    DeviceKind.FIELD: timedelta(days=30),
    DeviceKind.OFFICE: timedelta(minutes=30),
    DeviceKind.ADMINISTRATION: timedelta(minutes=15),
}
"""How long a signed-in device may rest before it must sign in again."""

LIFE: dict[DeviceKind, timedelta] = {
    DeviceKind.FIELD: timedelta(days=90),
    DeviceKind.OFFICE: timedelta(hours=12),
    DeviceKind.ADMINISTRATION: timedelta(hours=12),
}
"""How long a signed-in device lives at most."""

TOUCH_AFTER = timedelta(seconds=60)
"""A device's last contact is written at most this often."""

CARD_LIFE = timedelta(hours=24)
"""How long a sign-in card may be used."""

INITIAL_LIFE = timedelta(hours=72)
"""How long a password that somebody else has set may be used."""

TOWN_ROLES = (Role.ADMINISTRATOR, Role.COORDINATOR)
LEADER_ROLES = (Role.GROUP_LEADER, Role.TEAM_LEADER)
SCOPES: dict[Role, str | None] = {
    Role.ADMINISTRATOR: None,
    Role.COORDINATOR: None,
    Role.AREA_LEAD: "area_id",
    Role.GROUP_LEADER: "group_id",
    Role.TEAM_LEADER: "group_id",
    Role.HANDLER: "organisation_id",
}
"""What each role hangs on: the column of its scope, None for the whole town."""

COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
SIGNS = re.compile(r"[\s\-().·—–‐]+")
SYSTEMS = (
    ("OpenHarmony", N_("鸿蒙手机")),
    ("HarmonyOS", N_("鸿蒙手机")),
    ("iPad", N_("iPad")),
    ("iPhone", N_("iPhone")),
    ("Android", N_("安卓手机")),
    ("Windows", N_("Windows 电脑")),
    ("Macintosh", N_("苹果电脑")),
    ("Linux", N_("Linux 电脑")),
)
BROWSERS = (
    ("wxwork", N_("企业微信")),
    ("MicroMessenger", N_("微信")),
    ("DingTalk", N_("钉钉")),
    ("QQBrowser", N_("QQ 浏览器")),
    ("UCBrowser", N_("UC 浏览器")),
    ("HuaweiBrowser", N_("华为浏览器")),
    ("MiuiBrowser", N_("小米浏览器")),
    ("Edg", N_("Edge 浏览器")),
    ("Firefox", N_("火狐浏览器")),
    ("Chrome", N_("Chrome 浏览器")),
    ("Safari", N_("Safari 浏览器")),
)


class AccountState(Word):
    """How an account stands, for the list of accounts."""

    OPEN = "open", N_("可登录")
    NONE = "none", N_("还没设密码")
    PAUSED = "paused", N_("暂停中")
    DISABLED = "disabled", N_("已停用")
    GONE = "gone", N_("不在册")


def device_kind(roles: frozenset[Role]) -> DeviceKind:
    """The kind of session that these roles get: the strictest one counts. Visitors and leaders work in the field."""
    if Role.ADMINISTRATOR in roles:
        return DeviceKind.ADMINISTRATION
    if roles & {Role.COORDINATOR, Role.HANDLER, Role.AREA_LEAD}:
        return DeviceKind.OFFICE
    return DeviceKind.FIELD


def sign_in_name(text: str) -> str:
    """A phone or staff number as it is compared: half-width, without spaces, hyphens and a leading +86, lower case."""
    plain = SIGNS.sub("", unicodedata.normalize("NFKC", text)).lower()
    return COUNTRY.sub("", plain)


def masked_name(name: str) -> str:
    """Enough of a name for its owner to know it: 叶秀珍 → 叶*."""
    return f"{name[:1]}*"


def device_words(user_agent: str) -> tuple[str, str]:
    """The msgids of a device and its browser, from what the browser says of itself."""
    system = next((words for sign, words in SYSTEMS if sign in user_agent), N_("其他设备"))
    browser = next((words for sign, words in BROWSERS if sign in user_agent), N_("其他浏览器"))
    return system, browser


def account_state(member: Member, paused_until: datetime | None) -> AccountState:
    """How a member's account stands. The member's account must be loaded."""
    account = member.account
    if not member.active:
        return AccountState.GONE
    if account is not None and account.disabled_at is not None:
        return AccountState.DISABLED
    if paused_until is not None:
        return AccountState.PAUSED
    if account is None or account.password_hash is None:
        return AccountState.NONE
    return AccountState.OPEN


def may_see_accounts(actor: Actor) -> bool:
    """Administrators and coordinators see the list of accounts."""
    return actor.is_administrator or actor.is_coordinator


def may_manage(actor: Actor, roles: frozenset[Role]) -> bool:
    """Whether the actor may disable, unlock and sign out an account with these roles. Coordinators: not those of
    administrators and coordinators."""
    return actor.is_administrator or (actor.is_coordinator and not roles & set(TOWN_ROLES))


def grantable(actor: Actor) -> tuple[Role, ...]:
    """The roles that the actor may give anywhere in the town."""
    if actor.is_administrator:
        return tuple(Role)
    if actor.is_coordinator:
        return tuple(role for role in Role if role not in TOWN_ROLES)
    return ()


def may_grant(actor: Actor, role: Role, group_id: int | None) -> bool:
    """Whether the actor may give or end this role. Leaders appoint the leaders of teams that they lead."""
    if role in grantable(actor):
        return True
    return role is Role.TEAM_LEADER and group_id in actor.led_groups


def require_grant(actor: Actor, role: Role, group_id: int | None) -> None:
    """Raise `Forbidden` unless the actor may give or end this role."""
    if not may_grant(actor, role, group_id):
        raise Forbidden(N_("这个角色只能由管理员设置。"))
