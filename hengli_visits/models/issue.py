"""Issues: feedback that needs follow-up, with an owner, deadlines and an answer."""

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.area import Area
from hengli_visits.models.campaign import Campaign, Category
from hengli_visits.models.household import Household
from hengli_visits.models.member import Member
from hengli_visits.models.organisation import Organisation
from hengli_visits.models.visit import Manner
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word

if TYPE_CHECKING:
    from hengli_visits.models.feedback import Feedback


class IssueState(Word):
    TRIAGE = "triage", N_("待受理")
    ON_THE_SPOT = "on_the_spot", N_("当场办结")
    NOT_ACCEPTED = "not_accepted", N_("不予受理")
    MERGED = "merged", N_("已并单")
    DISPATCHED = "dispatched", N_("待签收")
    RETURN_REVIEW = "return_review", N_("退单待审")
    IN_PROGRESS = "in_progress", N_("办理中")
    ANSWER_REVIEW = "answer_review", N_("待审核")
    PARKED = "parked", N_("挂账")
    REVISIT_DUE = "revisit_due", N_("待回访")
    REDO = "redo", N_("重办")
    CLOSED = "closed", N_("已办结")
    WITHDRAWN = "withdrawn", N_("撤回")


class Urgency(Word):
    ORDINARY = "ordinary", N_("一般")
    COMPLEX = "complex", N_("复杂")
    URGENT = "urgent", N_("紧急")


class Result(Word):
    SOLVED = "solved", N_("已解决")
    PARTLY = "partly", N_("部分解决")
    EXPLAINED = "explained", N_("解释说明")
    TO_PARK = "to_park", N_("申请挂账")


class NotAccepted(Word):
    LAWSUIT = "lawsuit", N_("诉讼")
    ARBITRATION = "arbitration", N_("仲裁")
    DISCIPLINE = "discipline", N_("纪检")
    PETITION = "petition", N_("信访")
    BEYOND = "beyond", N_("超出职权")


class Solved(Word):
    YES = "yes", N_("是")
    PARTLY = "partly", N_("部分")
    NO = "no", N_("否")


class Contentment(Word):
    CONTENT = "content", N_("满意")
    FAIRLY = "fairly", N_("基本满意")
    DISCONTENT = "discontent", N_("不满意")
    UNRATED = "unrated", N_("不愿评价")


class ParkCause(Word):
    FUNDS = "funds", N_("资金")
    POLICY = "policy", N_("政策")
    LEGACY = "legacy", N_("历史遗留")
    SEASON = "season", N_("季节")


class Supervision(Word):
    """How far an issue is pressed on; each level is above the one before."""

    REMINDED = "reminded", N_("催办")
    WRITTEN = "written", N_("书面督办")
    CIRCULATED = "circulated", N_("通报")


ABOUT_MEMBER, ABOUT_UNIT = text("about_member_id IS NOT NULL"), text("about_unit_id IS NOT NULL")
"""Few issues are about somebody: an index of these alone finds them at once."""


class Issue(Base):
    """One issue. `raised_at` is when the resident said it (total clock), `dispatched_at` starts the unit's clock.
    Limits are frozen at dispatch (`limit_days` working days or `limit_hours` natural hours, `revisit_days`); the `due`
    moments follow from them: `step_due_at` for the present step, `due_at` for the unit's answer. `round` grows with
    each redo. `contacted_at` is the first contact with the resident (响应) of the present round.

    Overlays: `extension_until` is asked for and not yet decided, `extensions` were granted in this round, and
    `original_due_at` is the unit's due moment before the first of them; `supervision` since `supervised_at`.
    `amber_told_at` and `overdue_told_at` say that the present step was told of as such. `review_on` is when a parked
    issue is looked at again. Whom an issue is about (`about_unit`, `about_member`) does not get to see it."""

    __tablename__ = "issues"
    __table_args__ = (
        Index("ix_issues_campaign_state", "campaign_id", "state"),
        Index("ix_issues_unit_state", "lead_unit_id", "state"),
        Index("ix_issues_area_state", "area_id", "state"),
        Index("ix_issues_state_step_due", "state", "step_due_at"),
        Index("ix_issues_campaign_step_due", "campaign_id", "step_due_at"),
        Index("ix_issues_about_member", "about_member_id", sqlite_where=ABOUT_MEMBER, postgresql_where=ABOUT_MEMBER),
        Index("ix_issues_about_unit", "about_unit_id", sqlite_where=ABOUT_UNIT, postgresql_where=ABOUT_UNIT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    urgency: Mapped[Urgency] = mapped_column(word(Urgency), default=Urgency.ORDINARY)
    state: Mapped[IssueState] = mapped_column(word(IssueState), default=IssueState.TRIAGE)
    round: Mapped[int] = mapped_column(default=1)
    returns: Mapped[int] = mapped_column(default=0)
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    main_issue_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id"), index=True)
    identity_released: Mapped[bool] = mapped_column(default=False)

    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contacted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    limit_days: Mapped[int | None] = mapped_column()
    limit_hours: Mapped[int | None] = mapped_column()
    revisit_days: Mapped[int | None] = mapped_column()
    step_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    amber_at: Mapped[datetime | None] = mapped_column(UtcDateTime, doc="75 % of the present step's limit")

    result: Mapped[Result | None] = mapped_column(word(Result))
    done: Mapped[str] = mapped_column(Text, default="", doc="what was done")
    reply: Mapped[str] = mapped_column(Text, default="", doc="words for the resident")
    not_accepted: Mapped[NotAccepted | None] = mapped_column(word(NotAccepted))
    proper_route: Mapped[str] = mapped_column(String(300), default="")
    resident_told_on: Mapped[date | None] = mapped_column()
    park_cause: Mapped[ParkCause | None] = mapped_column(word(ParkCause))
    interim: Mapped[str] = mapped_column(Text, default="", server_default="", doc="what is done while it is parked")
    review_on: Mapped[date | None] = mapped_column(index=True)

    extension_until: Mapped[date | None] = mapped_column()
    extensions: Mapped[int] = mapped_column(default=0, server_default="0")
    original_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    supervision: Mapped[Supervision | None] = mapped_column(word(Supervision))
    supervised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    amber_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    overdue_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    about_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    about_member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    area: Mapped[Area] = relationship(lazy="raise")
    household: Mapped[Household | None] = relationship(lazy="raise")
    raised_by: Mapped[Member] = relationship(lazy="raise", foreign_keys=[raised_by_id])
    handler: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[handler_id])
    category: Mapped[Category | None] = relationship(lazy="raise")
    lead_unit: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[lead_unit_id])
    about_unit: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[about_unit_id])
    about_member: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[about_member_id])
    main_issue: Mapped["Issue | None"] = relationship(lazy="raise", remote_side=[id], back_populates="merged")
    merged: Mapped[list["Issue"]] = relationship(lazy="raise", order_by="Issue.id", back_populates="main_issue")
    co_units: Mapped[list["IssueUnit"]] = relationship(lazy="raise", cascade="all, delete-orphan")
    moves: Mapped[list["Move"]] = relationship(lazy="raise", order_by="Move.id")
    revisits: Mapped[list["Revisit"]] = relationship(lazy="raise", order_by="Revisit.id")
    feedback: Mapped[list["Feedback"]] = relationship(lazy="raise", back_populates="issue")

    def concerns(self, member_id: int, units: Collection[int]) -> bool:
        """Whether the issue is about this member, or about one of the units for which they act."""
        return self.about_member_id == member_id or self.about_unit_id in units


class IssueUnit(Base):
    """A co-unit of an issue, with its own part: what it shall do, by when, and what it did."""

    __tablename__ = "issue_units"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(String(300), default="")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_note: Mapped[str] = mapped_column(Text, default="")

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    done_by: Mapped[Member | None] = relationship(lazy="raise")


class Move(Base):
    """One step of an issue. Append-only. `verb` names the row of the table of moves; `data` holds what was entered."""

    __tablename__ = "moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    verb: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[IssueState | None] = mapped_column(word(IssueState))
    to_state: Mapped[IssueState] = mapped_column(word(IssueState, "to_state"))
    round: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    actor: Mapped[Member | None] = relationship(lazy="raise")


class Revisit(Base):
    """Telling the resident the answer: one try. `uuid` is made by the client. `late`: it came when the issue did not
    wait for it any more; it is kept, moved nothing and counts nowhere. `link`: the resident answered themselves, by a
    link that the revisitor had given them."""

    __tablename__ = "revisits"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id"), index=True)
    round: Mapped[int] = mapped_column()
    revisitor_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    manner: Mapped[Manner] = mapped_column(word(Manner))
    reached: Mapped[bool] = mapped_column()
    solved: Mapped[Solved | None] = mapped_column(word(Solved))
    contentment: Mapped[Contentment | None] = mapped_column(word(Contentment))
    comment: Mapped[str] = mapped_column(Text, default="")
    late: Mapped[bool] = mapped_column(default=False, server_default=false())
    link_id: Mapped[int | None] = mapped_column(ForeignKey("resident_links.id"), index=True, unique=True)

    revisitor: Mapped[Member] = relationship(lazy="raise")
    link: Mapped["ResidentLink | None"] = relationship(lazy="raise")


class ResidentLink(Base):
    """A link with which a resident says without signing in whether an issue is solved: good once, until `expires_at`,
    for one round. Only the SHA-256 of its secret is kept. `made_by` told the resident the answer, in this `manner`."""

    __tablename__ = "resident_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), index=True)
    round: Mapped[int] = mapped_column()
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    manner: Mapped[Manner] = mapped_column(word(Manner))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    issue: Mapped[Issue] = relationship(lazy="raise")
    made_by: Mapped[Member] = relationship(lazy="raise")
