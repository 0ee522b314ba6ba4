"""People on the roster, their accounts and roles."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.area import Area
from hengli_visits.models.organisation import Organisation
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class Gender(Word):
    MAN = "man", N_("男")
    WOMAN = "woman", N_("女")


class Standing(Word):
    FULL = "full", N_("正式党员")
    PROBATIONARY = "probationary", N_("预备党员")


class Role(Word):
    ADMINISTRATOR = "administrator", N_("管理员")
    COORDINATOR = "coordinator", N_("统筹员")
    AREA_LEAD = "area_lead", N_("挂点领导")
    GROUP_LEADER = "group_leader", N_("组长")
    TEAM_LEADER = "team_leader", N_("小组长")
    HANDLER = "handler", N_("承办人")


class TextSize(Word):
    STANDARD = "m", N_("标准")
    LARGE = "l", N_("大")
    EXTRA_LARGE = "xl", N_("特大")


class Language(Word):
    CHINESE = "zh_CN", N_("中文")
    ENGLISH = "en", N_("English")


class Member(Base):
    """A person on the roster. `name` is without inner spaces; `initials` are of its 拼音 ("zs")."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_number: Mapped[str | None] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(40), index=True)
    pinyin: Mapped[str] = mapped_column(String(160), default="")
    initials: Mapped[str] = mapped_column(String(40), default="", index=True)
    gender: Mapped[Gender | None] = mapped_column(word(Gender))
    standing: Mapped[Standing | None] = mapped_column(word(Standing))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    second_phone: Mapped[str | None] = mapped_column(String(20))
    born: Mapped[date | None] = mapped_column(doc="first day of the month of birth")
    remarks: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    branch: Mapped[Organisation | None] = relationship(lazy="raise")
    area: Mapped[Area | None] = relationship(lazy="raise")
    account: Mapped["Account | None"] = relationship(lazy="raise", back_populates="member")
    grants: Mapped[list["RoleGrant"]] = relationship(
        lazy="raise", back_populates="member", foreign_keys="RoleGrant.member_id"
    )


class Account(Base):
    """A member's way in: password and preferences. No row: the member has never been given one."""

    __tablename__ = "accounts"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    must_change: Mapped[bool] = mapped_column(default=False, doc="the password was set by somebody else")
    initial_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    text_size: Mapped[TextSize] = mapped_column(word(TextSize), default=TextSize.STANDARD)
    language: Mapped[Language] = mapped_column(word(Language), default=Language.CHINESE)
    notices_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    member: Mapped[Member] = relationship(lazy="raise", back_populates="account")


class RoleGrant(Base):
    """(member, role, scope). The scope is one area, group or organisation, or the whole town."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(
            "(role in ('administrator', 'coordinator')"
            " and area_id is null and group_id is null and organisation_id is null)"
            " or (role = 'area_lead' and area_id is not null and group_id is null and organisation_id is null)"
            " or (role in ('group_leader', 'team_leader')"
            " and group_id is not null and area_id is null and organisation_id is null)"
            " or (role = 'handler' and organisation_id is not null and area_id is null and group_id is null)",
            name="scope",
        ),
        UniqueConstraint("member_id", "role", "group_id"),
        UniqueConstraint("member_id", "role", "area_id"),
        UniqueConstraint("member_id", "role", "organisation_id"),
        Index(
            "uq_role_grants_town",
            "member_id",
            "role",
            unique=True,
            sqlite_where=text("role in ('administrator', 'coordinator')"),
            postgresql_where=text("role in ('administrator', 'coordinator')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    role: Mapped[Role] = mapped_column(word(Role))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    member: Mapped[Member] = relationship(lazy="raise", back_populates="grants", foreign_keys=[member_id])
    area: Mapped[Area | None] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
