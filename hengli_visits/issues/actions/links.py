"""Links with which residents answer for themselves: made, revoked, answered."""

import secrets
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.accounts.queries import actor_of, hash_token
from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.errors import Conflict, Forbidden, Missing, require
from hengli_visits.issues import links
from hengli_visits.issues.actions.merging import hold_with_main
from hengli_visits.issues.actions.revisits import NOT_YOURS, follow
from hengli_visits.issues.entries import checked_revisit
from hengli_visits.issues.ledger import hold, refuse_state
from hengli_visits.issues.queries import parts_of
from hengli_visits.issues.rules import BARRED, BY_VERB, may
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.telling import Telling
from hengli_visits.models import Contentment, Issue, Manner, ResidentLink, Revisit, Solved
from hengli_visits.wording import N_


def make_link(session: Session, actor: Actor, issue: Issue, manner: Manner) -> str:
    """Make a link for an issue's resident and return its secret, which is stored nowhere. `manner`: how the actor told
    the resident the answer. Leaves an audit entry. Refuses who may not revisit, a handler above all (`Forbidden`), an
    issue that waits for no revisit, and a sixth link while five wait (`Conflict`)."""
    step = BY_VERB[Verb.REVISIT_CLOSE]
    hold(session, issue)
    if not may(step, parts_of(session, actor, issue.id)):
        raise Forbidden(NOT_YOURS)
    refuse_state(session, issue, step)
    now = clock.now()
    about = session.scalar(
        select(func.count(ResidentLink.id)).where(
            ResidentLink.issue_id == issue.id, ResidentLink.round == issue.round, links.unused(now)
        )
    )
    if (about or 0) >= links.MOST_WAITING:
        raise Conflict(N_("这个问题还有 %(most)s 个没用的链接。请先作废不用的，再做新的。"), most=links.MOST_WAITING)
    secret = secrets.token_urlsafe(links.SECRET_BYTES)
    link = ResidentLink(
        issue_id=issue.id,
        round=issue.round,
        secret_hash=hash_token(secret),
        manner=manner,
        made_by_id=actor.id,
        made_at=now,
        expires_at=now + links.LIFE,
    )
    session.add(link)
    session.flush()
    audit.record(session, actor, "link.make", "issue", issue.id, link=link.id)
    return secret


def revoke_link(session: Session, actor: Actor, issue: Issue, link_id: int) -> bool:
    """Make an unused link worthless from now on; False when it was so already. Leaves an audit entry. `Missing` for a
    link of another issue and for who may not revisit."""
    require(may(BY_VERB[Verb.REVISIT_CLOSE], parts_of(session, actor, issue.id)))
    link = session.get(ResidentLink, link_id)
    require(link is not None and link.issue_id == issue.id)
    now = clock.now()
    ended = session.execute(
        update(ResidentLink).where(ResidentLink.id == link_id, links.unused(now)).values(expires_at=now)
    )
    if not ended.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        return False
    audit.record(session, actor, "link.revoke", "issue", issue.id, link=link_id)
    return True


def answer_link(
    session: Session, secret: str, solved: Solved | None, contentment: Contentment | None, comment: str
) -> Revisit:
    """Take what a resident says by a link, use the link up and move the issue on as a revisit of who made the link. The
    move has no actor: nobody of the house took it.

    `Missing` for a link that is unknown, used, revoked, too old, of another round, or whose maker has meanwhile become
    a handler of the issue; `Invalid` for what is missing (the link stays good)."""
    link = session.scalar(select(ResidentLink).where(ResidentLink.secret_hash == hash_token(secret)))
    if link is None:
        raise Missing
    issue = session.get_one(Issue, link.issue_id)
    hold_with_main(session, issue)
    session.refresh(link)
    maker = actor_of(session, link.made_by_id)
    parts = parts_of(session, maker, issue.id)
    require(links.is_good(link, issue) and not parts & set(BARRED))
    now = clock.now()
    told = checked_revisit(now, True, solved, contentment, comment)
    link.used_at = now
    audit.record(session, SYSTEM, "link.use", "issue", issue.id, link=link.id)
    return follow(session, maker, issue, uuid4(), Telling(now, link.manner, True, **told), parts, link)
