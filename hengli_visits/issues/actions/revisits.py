"""Revisits: the resident is told the answer, and what they say moves the issue on."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.errors import Conflict, Forbidden, Invalid, Missing, require
from hengli_visits.issues.actions.consequences import follow_up
from hengli_visits.issues.actions.merging import follows, hold_with_main
from hengli_visits.issues.actions.moving import acting_as
from hengli_visits.issues.entries import checked_revisit, written
from hengli_visits.issues.ledger import refuse_state, take
from hengli_visits.issues.queries import had_to_do, parts_of
from hengli_visits.issues.rules import BARRED, BY_VERB, may, revisit_verb
from hengli_visits.issues.steps import Part, Reached, Verb
from hengli_visits.issues.telling import Telling, Told
from hengli_visits.models import Contentment, Issue, Manner, ResidentLink, Revisit, Solved
from hengli_visits.wording import N_

NOT_YOURS = N_("回访由走访员、组长或统筹员来做，承办人不能回访自己办的问题。")


class Put(NamedTuple):
    """What became of a revisit that was sent, and the issue."""

    result: Told
    issue: Issue


def record_revisit(
    session: Session,
    actor: Actor,
    issue: Issue,
    *,
    uuid: UUID,
    at: datetime,
    manner: Manner,
    reached: bool,
    solved: Solved | None = None,
    contentment: Contentment | None = None,
    comment: str = "",
) -> Revisit:
    """Record one try to tell the resident the answer, and move the issue on by it: solved or partly solved closes it,
    not solved sends it to 重办 (one that is merged waits
    again, and its main one goes there), the third failed try of a round closes it as 未联系上. The same UUID again from the
    same person changes nothing and gives the first row.

    Refuses who may not revisit, a handler of the issue above all (`Forbidden`); another state (`Conflict`); a UUID that
    belongs to something else, or to one that came late (`Conflict`); missing answers, a comment missing when 不满意, a time before the answer was approved
    or in the future (`Invalid`)."""
    step = BY_VERB[Verb.REVISIT_CLOSE]
    hold_with_main(session, issue)
    parts = parts_of(session, actor, issue.id)
    if not may(step, parts):
        raise Forbidden(NOT_YOURS)
    known = session.scalar(select(Revisit).where(Revisit.uuid == uuid))
    if known is not None:
        if known.issue_id != issue.id or known.revisitor_id != actor.id:
            raise Conflict(N_("这条回访记录已经用于别的问题。"))
        if known.late:
            raise Conflict(Told.LATE.label)
        return known
    refuse_state(session, issue, step)
    if issue.approved_at is not None and at < issue.approved_at.replace(second=0, microsecond=0):
        raise Invalid(N_("不能早于答复审核通过的时间。"), field="at")
    told = checked_revisit(at, reached, solved, contentment, comment)
    return follow(session, actor, issue, uuid, Telling(at, manner, reached, **told), parts)


def put_revisit(session: Session, actor: Actor, issue_id: int, uuid: UUID, telling: Telling) -> Put:
    """Take a revisit from a phone. As `record_revisit` while the issue waits for one and it is the actor's to make;
    otherwise it is kept as late: a line on the time line, and the issue stays as it is. The same UUID with the same
    content changes nothing; with other content the second wording is kept as late too, once.

    Missing for somebody else's UUID, for who never had to do with the household, and for who handles or handled the
    issue; Invalid (`issue`) when the UUID belongs to another issue."""
    issue = session.get(Issue, issue_id)
    if issue is None:
        raise Missing
    hold_with_main(session, issue)
    known = session.scalar(select(Revisit).where(Revisit.uuid == uuid))
    if known is not None:
        return _put_again(session, actor, issue, known, telling)
    parts = parts_of(session, actor, issue.id)
    step = BY_VERB[Verb.REVISIT_CLOSE]
    require(not parts & set(BARRED) and (may(step, parts) or had_to_do(session, actor, issue)))
    if may(step, parts) and issue.state in step.sources:
        follow(session, actor, issue, uuid, telling, parts)
        return Put(Told.CREATED, issue)
    _keep(session, actor, issue, uuid, telling)
    return Put(Told.LATE, issue)


def _put_again(session: Session, actor: Actor, issue: Issue, known: Revisit, telling: Telling) -> Put:
    require(known.revisitor_id == actor.id)
    if known.issue_id != issue.id:
        raise Invalid(N_("这条回访记录已经用于别的问题。"), field="issue")
    if Telling.of(known) == telling:
        return Put(Told.LATE if known.late else Told.SAME, issue)
    other = telling.beside(known.uuid)
    if session.scalar(select(Revisit.id).where(Revisit.uuid == other)) is None:
        _keep(session, actor, issue, other, telling)
    return Put(Told.CLASH, issue)


def _row(
    session: Session,
    actor: Actor,
    issue: Issue,
    uuid: UUID,
    telling: Telling,
    *,
    late: bool,
    link: ResidentLink | None = None,
) -> Revisit:
    revisit = Revisit(
        uuid=uuid,
        issue_id=issue.id,
        round=issue.round,
        revisitor_id=actor.id,
        at=telling.at,
        manner=telling.manner,
        reached=telling.reached,
        solved=telling.solved,
        contentment=telling.contentment,
        comment=telling.comment,
        late=late,
        link_id=link.id if link else None,
    )
    session.add(revisit)
    return revisit


def follow(
    session: Session,
    actor: Actor,
    issue: Issue,
    uuid: UUID,
    telling: Telling,
    parts: frozenset[Part],
    link: ResidentLink | None = None,
) -> Revisit:
    """Record a revisit whose person, state and input have been checked, and move the issue to where the resident's word
    sends it. With `link` the resident spoke for themselves: the revisit is that of the link's maker, the move nobody's."""
    missed = session.scalar(
        select(func.count(Revisit.id)).where(
            Revisit.issue_id == issue.id, Revisit.round == issue.round, ~Revisit.reached, ~Revisit.late
        )
    )
    revisit = _row(session, actor, issue, uuid, telling, late=False, link=link)
    verb = revisit_verb(telling.reached, telling.solved, missed or 0, merged=follows(session, issue))
    step = BY_VERB[verb]
    data, who = _data(uuid, telling), actor
    if link is None:
        data["as"] = acting_as(step, parts)
    else:
        data["link"], who = link.id, SYSTEM
    take(session, who, issue, step, {"note": telling.comment}, data)
    follow_up(session, who, issue, step, {})
    return revisit


def _keep(session: Session, actor: Actor, issue: Issue, uuid: UUID, telling: Telling) -> None:
    """The issue stays where it is; its time line tells what was found."""
    _row(session, actor, issue, uuid, telling, late=True)
    found = {"reached": Reached.YES if telling.reached else Reached.NO}
    step, data = BY_VERB[Verb.REVISIT_LATE], _data(uuid, telling) | written(found)
    take(session, actor, issue, step, {"note": telling.comment}, data)


def _data(uuid: UUID, telling: Telling) -> dict[str, object]:
    told = {"manner": telling.manner, "solved": telling.solved, "contentment": telling.contentment}
    return written({"uuid": str(uuid), "at": telling.at, **told, "comment": telling.comment})
