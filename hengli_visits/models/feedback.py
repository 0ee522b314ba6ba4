"""What a resident said on a visit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.campaign import Category
from hengli_visits.models.issue import Issue
from hengli_visits.models.visit import Visit
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class Nature(Word):
    APPEAL = "appeal", N_("诉求")
    OPINION = "opinion", N_("意见")
    SUGGESTION = "suggestion", N_("建议")
    QUESTION = "question", N_("咨询")
    PRAISE = "praise", N_("表扬")


class Handling(Word):
    NOTED = "noted", N_("记录在案")
    ANSWERED = "answered", N_("当场答复")
    FOLLOW_UP = "follow_up", N_("需要跟进")


class Feedback(Base):
    """One thing a resident said. `uuid` is made by the client; `issue` is what follows it up. `removed_at`: a later
    revision of the visit no longer holds it."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index(
            "ix_feedback_campaign_created",
            "campaign_id",
            "created_at",
            postgresql_include=["visit_id", "nature", "handling", "category_id", "removed_at", "issue_id"],
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    position: Mapped[int] = mapped_column(default=0)
    nature: Mapped[Nature] = mapped_column(word(Nature))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    handling: Mapped[Handling] = mapped_column(word(Handling))
    answer: Mapped[str] = mapped_column(Text, default="", doc="what was done or said on the spot")
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    visit: Mapped[Visit] = relationship(lazy="raise", back_populates="feedback")
    category: Mapped[Category | None] = relationship(lazy="raise")
    issue: Mapped[Issue | None] = relationship(lazy="raise", back_populates="feedback")
