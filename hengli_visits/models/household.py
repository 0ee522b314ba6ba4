"""Families and enterprises that are visited."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.area import Area
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class HouseholdKind(Word):
    FAMILY = "family", N_("家庭")
    ENTERPRISE = "enterprise", N_("企业")


class Household(Base):
    """A family or an enterprise. `name` is the head of the family or the enterprise's name; the address stands in
    parts, `door_number` is the number in `door` for ordering; `size` counts people or employees; `phone` is whom to
    call, `contact` who that is when it is not `name`."""

    __tablename__ = "households"
    __table_args__ = (
        Index("ix_households_area_street_door", "area_id", "street_order", "door_number"),
        Index("ix_households_kind_category", "kind", "category"),
        Index("ix_households_id_area", "id", "area_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[HouseholdKind] = mapped_column(word(HouseholdKind))
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    pinyin: Mapped[str] = mapped_column(String(320), default="")
    initials: Mapped[str] = mapped_column(String(80), default="", index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    street: Mapped[str] = mapped_column(String(60), default="")
    street_order: Mapped[str] = mapped_column(String(240), default="", doc="sorts streets as one walks: 一巷, 二巷 …")
    door: Mapped[str] = mapped_column(String(40), default="")
    door_number: Mapped[int | None] = mapped_column()
    address: Mapped[str] = mapped_column(String(160), default="", doc="as the office wrote it")
    contact: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    second_phone: Mapped[str | None] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(30), default="")
    size: Mapped[int | None] = mapped_column()
    industry: Mapped[str] = mapped_column(String(40), default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    remarks: Mapped[str] = mapped_column(String(500), default="")
    listed: Mapped[bool] = mapped_column(default=True, doc="false: added at the door, not yet confirmed")
    door_uuid: Mapped[UUID | None] = mapped_column(unique=True, index=True, doc="made by the client that added it")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    area: Mapped[Area] = relationship(lazy="raise")
