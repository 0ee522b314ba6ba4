"""Keys: made, used, revoked."""

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.accounts.queries import hash_token
from hengli_visits.actor import Actor
from hengli_visits.api.rules import (
    FURTHER,
    KEY_BYTES,
    LONGEST_LIFE,
    MARK,
    PER_MINUTE,
    PREFIX,
    Wishes,
    may_keep_keys,
    may_open,
)
from hengli_visits.errors import BadKey, Conflict, Invalid, TooMany, require
from hengli_visits.models import ApiScope, ApiToken, Area
from hengli_visits.wording import N_


def _expiry(until: date) -> datetime:
    """The end of a day of the town, within the longest life."""
    today = clock.today()
    if until < today:
        raise Invalid(N_("到期的日子不能在今天之前。"), field="until")
    if until > today + LONGEST_LIFE:
        raise Invalid(N_("最长一年。"), field="until")
    return clock.from_town(datetime.combine(until + timedelta(days=1), datetime.min.time()))


def make(session: Session, actor: Actor, wishes: Wishes) -> tuple[ApiToken, str]:
    """Make a key for another system. It is returned once and stored nowhere: only its SHA-256 is. Raises `Missing` for
    who may not, `Invalid` for what does not fit. Writes an audit entry."""
    require(may_keep_keys(actor))
    if not set(wishes.scopes) - set(FURTHER):
        raise Invalid(N_("请至少选一项能读的数据。"), field="scopes")
    if not all(may_open(actor, scope) for scope in wishes.scopes):
        raise Invalid(N_("原话和住户的信息，只有同时是统筹员的管理员才能开放。"), field="scopes")
    if ApiScope.RESIDENTS in wishes.scopes and not wishes.purpose:
        raise Invalid(N_("要读住户的姓名、电话和门牌，请写明用途。"), field="purpose")
    if wishes.area_id is not None and session.get(Area, wishes.area_id) is None:
        raise Invalid(N_("没有这个村或社区。"), field="area")
    expires_at = _expiry(wishes.until)
    key = MARK + secrets.token_urlsafe(KEY_BYTES)
    token = ApiToken(
        name=wishes.name,
        purpose=wishes.purpose,
        prefix=key[:PREFIX],
        token_hash=hash_token(key),
        scopes=[scope.value for scope in wishes.scopes],
        area_id=wishes.area_id,
        made_at=clock.now(),
        made_by_id=actor.recorded_id,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    audit.record(session, actor, "api_key.make", "api_token", token.id, scopes=token.scopes, area=token.area_id)
    return token, key


def revoke(session: Session, actor: Actor, token: ApiToken) -> None:
    """Make a key worthless at once, for good. Raises `Conflict` when it is already. Writes an audit entry."""
    require(may_keep_keys(actor))
    done = session.execute(
        update(ApiToken).where(ApiToken.id == token.id, ApiToken.revoked_at.is_(None)).values(revoked_at=clock.now())
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        raise Conflict(N_("这个密钥已经停用了。"))
    audit.record(session, actor, "api_key.revoke", "api_token", token.id)
    session.flush()


def use(session: Session, key: str) -> ApiToken:
    """Find a working key and count this use of it, in one statement: two requests at once count as two. Raises `BadKey`
    for any other, `TooMany` when the minute's number is used up."""
    now = clock.now()
    minute = now.replace(second=0, microsecond=0)
    found = session.scalars(
        update(ApiToken)
        .where(ApiToken.token_hash == hash_token(key), ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .values(used=case((ApiToken.used_in == minute, ApiToken.used + 1), else_=1), used_in=minute, last_used_at=now)
        .returning(ApiToken)
    ).one_or_none()
    if found is None:
        raise BadKey
    if found.used > PER_MINUTE:
        raise TooMany(N_("用得太密了，请稍后再试。"), retry_after=60 - now.second)
    return found


def note_residents_read(session: Session, actor: Actor, token: ApiToken, what: str, number: int) -> None:
    """Note that names, phones or doors of residents were read with a key. Writes an audit entry."""
    audit.record(session, actor, "api_key.residents", "api_token", token.id, what=what, rows=number)
