"""The tries to sign in that are on record: counted before the password is looked at, forgotten when it was right."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts import pausing
from hengli_visits.models import Account, SignInTry


def by_key(session: Session, keys: Iterable[str]) -> dict[str, list[datetime]]:
    """The tries that are still remembered, per key."""
    found: dict[str, list[datetime]] = {key: [] for key in keys}
    rows = session.execute(
        select(SignInTry.key, SignInTry.at).where(
            SignInTry.key.in_(list(found)), SignInTry.at > clock.now() - pausing.KEEP
        )
    )
    for key, at in rows:
        found[key].append(at)
    return found


def note(session: Session, keys: Iterable[str]) -> tuple[int, ...]:
    """Put a try on record under each key and return the rows' ids. Deletes in passing what is too old."""
    now = clock.now()
    session.execute(
        delete(SignInTry).where(
            or_(
                SignInTry.at < now - pausing.KEEP,
                and_(SignInTry.key.startswith(pausing.PASSWORD), SignInTry.at < now - pausing.WINDOW),
            )
        )
    )
    rows = [SignInTry(key=key, at=now) for key in keys]
    session.add_all(rows)
    session.flush()
    return tuple(row.id for row in rows)


def forget(session: Session, ids: Iterable[int] = (), keys: Iterable[str] = ()) -> None:
    """Delete tries by id, and all under the given keys."""
    session.execute(delete(SignInTry).where(or_(SignInTry.id.in_(list(ids)), SignInTry.key.in_(list(keys)))))


def pauses(session: Session, member_ids: Iterable[int], secret: str) -> dict[int, datetime]:
    """Until when the accounts of these members are paused; those that are not paused are left out."""
    keys = {pausing.account_key(secret, member_id): member_id for member_id in member_ids}
    now = clock.now()
    ends = {keys[key]: pausing.paused_until(times) for key, times in by_key(session, keys).items() if times}
    return {member_id: end for member_id, end in ends.items() if end is not None and now < end}


def paused_members(session: Session, secret: str) -> dict[int, datetime]:
    """All members whose account is paused, with the end of the pause."""
    busy = set(
        session.scalars(
            select(SignInTry.key)
            .where(SignInTry.key.startswith(pausing.ACCOUNT), SignInTry.at > clock.now() - pausing.KEEP)
            .group_by(SignInTry.key)
            .having(func.count() >= pausing.ACCOUNT_LIMIT)
        )
    )
    if not busy:
        return {}
    known = session.scalars(select(Account.member_id))
    return pauses(session, [i for i in known if pausing.account_key(secret, i) in busy], secret)
