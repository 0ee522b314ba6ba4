"""谁看过: who opened an issue, saw whose it is, printed it or took it away, read from the audit trail."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hengli_visits.actor import Actor
from hengli_visits.issues.steps import Part
from hengli_visits.models import AuditEntry, Issue
from hengli_visits.paging import Page, paginate
from hengli_visits.wording import N_, Word

VIEW = "issue.view"
REST = timedelta(minutes=30)
"""Who looks again within this time has not looked anew."""
PAGE_SIZE = 30


class Reading(Word):
    """What somebody did to know of an issue; the values are actions of the audit trail."""

    VIEW = VIEW, N_("打开看过")
    REVEAL = "issue.reveal_phone", N_("看了电话")
    RELEASE = "issue.release_identity", N_("告知单位联系方式")
    PRINT = "issue.print", N_("打印")
    EXPORT = "issue.export", N_("随列表导出")
    SPOT_CHECK = "issue.spot_check", N_("抽查")
    LINK = "link.make", N_("做了给住户的链接")


class Standing(Word):
    """As what somebody read, the nearest first; the values are parts."""

    HANDLER = Part.HANDLER.value, N_("主办单位承办人")
    CO_HANDLER = Part.CO_HANDLER.value, N_("协办单位承办人")
    VISITOR = Part.VISITOR.value, N_("走访员")
    LEADER = Part.LEADER.value, N_("组长")
    AREA_LEAD = Part.AREA_LEAD.value, N_("挂点领导")
    COORDINATOR = Part.COORDINATOR.value, N_("统筹员")
    RAISER = Part.RAISER.value, N_("反映人的走访员")


MAY_SEE = frozenset({Part.COORDINATOR, Part.AREA_LEAD})
"""Who sees the readers of an issue. Administrators see accounts, not issues."""


def may_see(parts: Iterable[Part]) -> bool:
    """Whether somebody who is all of `parts` to an issue may know who read it."""
    return bool(MAY_SEE & set(parts))


def standing(parts: Iterable[Part]) -> str:
    """As what somebody reads who is all of `parts`, as the audit trail holds it."""
    parts = set(parts)
    return next((word.value for word in Standing if word.value in parts), "")


def looked_lately(session: Session, actor: Actor, issue_id: int, now: datetime) -> bool:
    """Whether the actor's last look at an issue is on record and less than half an hour old. One query."""
    found = select(AuditEntry.id).where(
        AuditEntry.object_kind == "issue",
        AuditEntry.object_id == str(issue_id),
        AuditEntry.actor_id == actor.recorded_id,
        AuditEntry.action == VIEW,
        AuditEntry.at > now - REST,
    )
    return session.scalar(found.limit(1)) is not None


def page_of_readers(session: Session, issue: Issue, number: int) -> Page[AuditEntry]:
    """A page of who read an issue, the latest first, with the persons. Two queries."""
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.object_kind == "issue",
            AuditEntry.object_id == str(issue.id),
            AuditEntry.action.in_([word.value for word in Reading]),
        )
        .options(joinedload(AuditEntry.actor))
        .order_by(AuditEntry.id.desc())
    )
    return paginate(session, query, number, PAGE_SIZE)
