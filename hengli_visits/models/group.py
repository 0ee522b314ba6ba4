"""Groups and their teams inside a campaign."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.area import Area
from hengli_visits.models.campaign import Campaign
from hengli_visits.models.member import Member, RoleGrant
from hengli_visits.orm import Base, UtcDateTime

group_areas = Table(
    "group_areas",
    Base.metadata,
    Column("group_id", ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", ForeignKey("areas.id"), primary_key=True, index=True),
)


class Group(Base):
    """A group (`parent_id` is null) or one of its teams. Leaders are role grants on it."""

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    parent: Mapped["Group | None"] = relationship(remote_side=[id], lazy="raise", back_populates="teams")
    teams: Mapped[list["Group"]] = relationship(lazy="raise", back_populates="parent", order_by="Group.position")
    areas: Mapped[list[Area]] = relationship(secondary=group_areas, lazy="raise", order_by=Area.position)
    memberships: Mapped[list["GroupMember"]] = relationship(lazy="raise", back_populates="group")
    leader_grants: Mapped[list[RoleGrant]] = relationship(lazy="raise")


class GroupMember(Base):
    """Plain membership of a group or team: it makes a visitor. A row that ended stays (`left_at`)."""

    __tablename__ = "group_members"
    __table_args__ = (UniqueConstraint("group_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    group: Mapped[Group] = relationship(lazy="raise", back_populates="memberships")
    member: Mapped[Member] = relationship(lazy="raise")
