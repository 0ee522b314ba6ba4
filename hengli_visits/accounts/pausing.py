"""When sign-in pauses after wrong tries: counted per account, per address and per password.

Each try leaves a row under keys that say nothing to who reads the table: keyed hashes. A pause is not stored anywhere;
it follows from the tries.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
ACCOUNT_LIMIT = 5
ADDRESS_LIMIT = 30
PASSWORD_LIMIT = 20
PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=1)
KEEP = timedelta(hours=24)
"""How long a try is remembered; pauses double as long as earlier ones are."""

ACCOUNT, ADDRESS, PASSWORD, CHANGE = "a", "d", "p", "c"
FINGERPRINT_LENGTH = 4


def _key(secret: str, kind: str, text: str) -> str:
    return kind + hmac.new(secret.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()[:60]


def account_key(secret: str, account: int | str) -> str:
    """The key of an account: by member id where the name typed is known, else by that name."""
    return _key(secret, ACCOUNT, str(account))


def change_key(secret: str, member_id: int) -> str:
    """The key of wrong tries at one's own current password, apart from those at the sign-in page."""
    return _key(secret, CHANGE, str(member_id))


def address_key(secret: str, address: str) -> str:
    """The key of an address; of IPv6 the network, because one household has 2^64 addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return _key(secret, ADDRESS, address)
    if parsed.version == 6:
        return _key(secret, ADDRESS, str(ipaddress.ip_network((parsed, 64), strict=False)))
    return _key(secret, ADDRESS, str(parsed))


def password_key(secret: str, password: str) -> str:
    """The key of a password tried, against one password being tried on many accounts. Only 16 bits of its keyed hash
    are kept: enough to count by, too few to guess a mistyped password from."""
    return _key(secret, PASSWORD, password)[: 1 + FINGERPRINT_LENGTH]


@dataclass(frozen=True)
class Keys:
    """The three keys of one try."""

    account: str
    address: str
    password: str


def keys_of(secret: str, account: int | str, address: str, password: str) -> Keys:
    """The keys under which a try counts."""
    return Keys(account_key(secret, account), address_key(secret, address), password_key(secret, password))


def paused_until(tries: Sequence[datetime]) -> datetime | None:
    """The end of the last pause that these tries at one account led to, None without one. Five within 15 minutes
    make a pause of 15 minutes; each further one is twice as long, an hour at most. Tries during a pause do not count,
    so that nobody can keep an account paused without end."""
    window: list[datetime] = []
    pauses = 0
    end: datetime | None = None
    for at in sorted(tries):
        if end is not None and at < end:
            continue
        window = [earlier for earlier in window if at - earlier < WINDOW] + [at]
        if len(window) >= ACCOUNT_LIMIT:
            end = at + min(PAUSE * 2**pauses, LONGEST_PAUSE)
            pauses += 1
            window = []
    return end


def is_paused(tries: Sequence[datetime], now: datetime) -> bool:
    """Whether an account with these tries is paused now."""
    end = paused_until(tries)
    return end is not None and now < end


def is_flooded(tries: Sequence[datetime], now: datetime, limit: int) -> bool:
    """Whether an address or a password was tried `limit` times within the last 15 minutes."""
    return sum(now - at < WINDOW for at in tries) >= limit
