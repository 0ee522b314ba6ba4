"""Signing in with a password, and what belongs to one's own account."""

from dataclasses import dataclass, field

from sqlalchemy import update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.accounts import passwords, pausing, queries, tries
from hengli_visits.accounts.actions.devices import end_devices, open_device
from hengli_visits.accounts.grants import roles_of
from hengli_visits.accounts.queries import hash_token
from hengli_visits.accounts.rules import INITIAL_LIFE, sign_in_name
from hengli_visits.actor import Actor
from hengli_visits.errors import Invalid, require
from hengli_visits.models import Account, Device, Language, Member, TextSize
from hengli_visits.orm import hold_keys
from hengli_visits.wording import N_


@dataclass(frozen=True)
class Client:
    """The browser that signs in: what it says of itself, where it is, the token it held before."""

    user_agent: str = ""
    address: str = ""
    request_id: str = ""
    token: str | None = None


@dataclass(frozen=True)
class Attempt:
    """A try to sign in that is on record. `member_id` is None where nobody has the name; `password_hash` is None when
    nothing can be right, whatever the reason."""

    member_id: int | None
    password_hash: str | None = field(repr=False)
    try_ids: tuple[int, ...]
    account_key: str


def enter(session: Session, member_id: int, client: Client, verb: str) -> str:
    """Sign the browser in anew: whoever was signed in there before is signed out."""
    if client.token:
        end_devices(session, Device.token_hash == hash_token(client.token))
    actor = Actor(id=member_id, name="", address=client.address, request_id=client.request_id)
    audit.record(session, actor, verb, "member", member_id)
    return open_device(
        session, member_id, roles_of(session, member_id), user_agent=client.user_agent, address=client.address
    )


def begin_sign_in(session: Session, name: str, password: str, client: Client, secret: str) -> Attempt:
    """Put a try on record before the password is looked at, so that many at once cannot outrun the count. Commit it
    before `finish_sign_in`. An account, address or password with too many tries cannot succeed."""
    typed = sign_in_name(name)
    found = queries.find_for_sign_in(session, typed)
    keys = pausing.keys_of(secret, found.member_id if found else typed, client.address, password)
    every = (keys.account, keys.address, keys.password)
    hold_keys(session, *every)
    times = tries.by_key(session, every)
    now = clock.now()
    paused = pausing.is_paused(times[keys.account], now)
    flooded = pausing.is_flooded(times[keys.address], now, pausing.ADDRESS_LIMIT) or pausing.is_flooded(
        times[keys.password], now, pausing.PASSWORD_LIMIT
    )
    noted = tries.note(session, every[1:] if paused else every)
    usable = found is not None and found.usable and not paused and not flooded
    return Attempt(
        member_id=found.member_id if found else None,
        password_hash=found.password_hash if found and usable else None,
        try_ids=noted,
        account_key=keys.account,
    )


def finish_sign_in(session: Session, attempt: Attempt, password: str, client: Client) -> str | None:
    """Look at the password and sign in: the device's token, or None for every reason there is, after the same time.
    Renews a password hash of older parameters, forgets the account's wrong tries. Leaves an audit entry either way."""
    right = passwords.verify(attempt.password_hash, password)
    if not right or attempt.member_id is None or attempt.password_hash is None:
        nobody = Actor(id=0, name="", address=client.address, request_id=client.request_id)
        audit.record(session, nobody, "account.sign_in", "member", attempt.member_id or "", result="refused")
        return None
    stored = attempt.password_hash
    renewed = passwords.make_hash(password) if passwords.is_outdated(stored) else stored
    kept = session.execute(
        update(Account)
        .where(Account.member_id == attempt.member_id, Account.password_hash == stored, Account.disabled_at.is_(None))
        .values(password_hash=renewed)
    )
    if not kept.rowcount:  # type: ignore[attr-defined]
        return None
    tries.forget(session, attempt.try_ids, [attempt.account_key])
    return enter(session, attempt.member_id, client, "account.sign_in")


def open_account(session: Session, member_id: int) -> Account:
    """The member's account, made without a password when there is none. Raises `Missing` for an unknown member."""
    account = session.get(Account, member_id)
    if account is None:
        require(session.get(Member, member_id) is not None)
        account = Account(member_id=member_id, created_at=clock.now())
        session.add(account)
        session.flush()
    return account


def set_password(session: Session, account: Account, password: str, *, must_change: bool = False) -> None:
    """Store a password without asking whether it is a good one. With `must_change` (somebody else has set it) it must
    be changed after the first sign-in, which has to come within 72 hours."""
    now = clock.now()
    account.password_hash = passwords.make_hash(password)
    account.password_set_at = now
    account.must_change = must_change
    account.initial_expires_at = now + INITIAL_LIFE if must_change else None
    session.flush()


def check_new_password(session: Session, member_id: int, password: str) -> None:
    """Raise `Invalid` (field `password`) when the password is not good enough for this member."""
    member = session.get_one(Member, member_id)
    own = (member.name, member.pinyin, member.phone, member.second_phone, member.staff_number)
    problem = passwords.fault(password, own)
    if problem is not None:
        raise Invalid(problem, field="password")


def begin_change(session: Session, actor: Actor, secret: str) -> None:
    """Put a try at one's own current password on record; commit it before `change_password`. Raises `Invalid` after
    too many."""
    key = pausing.change_key(secret, actor.id)
    hold_keys(session, key)
    if pausing.is_paused(tries.by_key(session, [key])[key], clock.now()):
        raise Invalid(N_("输错的次数太多了，请过一会儿再试。"), field="current")
    tries.note(session, [key])


def change_password(session: Session, actor: Actor, current: str, password: str, client: Client, secret: str) -> str:
    """Change one's own password: all devices are signed out, this one gets a new token, which is returned. Raises
    `Invalid` for a wrong current password (an account without one needs none) or when nothing would change."""
    account = session.get_one(Account, actor.id)
    stored = account.password_hash
    if stored is not None and not passwords.verify(stored, current):
        raise Invalid(N_("现在的密码不对，请再看一看。"), field="current")
    if stored is not None and passwords.verify(stored, password):
        raise Invalid(N_("新密码要和现在的不一样。"), field="password")
    set_password(session, account, password)
    tries.forget(session, keys=[pausing.change_key(secret, actor.id)])
    end_devices(session, Device.member_id == actor.id)
    return enter(session, actor.id, client, "account.password")


def prefer(session: Session, actor: Actor, text_size: TextSize, language: Language) -> None:
    """Keep how the actor wants pages."""
    account = session.get_one(Account, actor.id)
    account.text_size, account.language = text_size, language
    audit.record(session, actor, "account.preferences", "member", actor.id)
