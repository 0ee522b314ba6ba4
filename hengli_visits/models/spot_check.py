"""Random samples of ended issues that the office looks at once more."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.issue import Contentment, Issue, Solved
from hengli_visits.models.member import Member
from hengli_visits.orm import Base, UtcDateTime, word


class SpotCheck(Base):
    """One sample (抽查): `size` of the `population` issues that `wishes` found, drawn with `seed`, so that anybody can
    draw it again."""

    __tablename__ = "spot_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seed: Mapped[int] = mapped_column()
    size: Mapped[int] = mapped_column()
    population: Mapped[int] = mapped_column()
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    drawn_by: Mapped[Member] = relationship(lazy="raise")
    items: Mapped[list["SpotCheckItem"]] = relationship(
        lazy="raise", order_by="SpotCheckItem.issue_id", back_populates="spot_check"
    )


class SpotCheckItem(Base):
    """One issue of a sample, and what the resident said of it once more."""

    __tablename__ = "spot_check_items"

    spot_check_id: Mapped[int] = mapped_column(ForeignKey("spot_checks.id", ondelete="CASCADE"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id"), primary_key=True, index=True)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    reached: Mapped[bool | None] = mapped_column()
    solved: Mapped[Solved | None] = mapped_column(word(Solved))
    contentment: Mapped[Contentment | None] = mapped_column(word(Contentment))
    comment: Mapped[str] = mapped_column(Text, default="")

    spot_check: Mapped[SpotCheck] = relationship(lazy="raise", back_populates="items")
    issue: Mapped[Issue] = relationship(lazy="raise")
    checked_by: Mapped[Member | None] = relationship(lazy="raise")
