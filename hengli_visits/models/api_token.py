"""Keys with which other systems read, and what each may read."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.area import Area
from hengli_visits.models.member import Member
from hengli_visits.orm import Base, UtcDateTime
from hengli_visits.wording import N_, Word


class ApiScope(Word):
    """What a key opens. WORDS and RESIDENTS open further fields of the resources that it opens otherwise."""

    CAMPAIGNS = "campaigns", N_("活动")
    ASSIGNMENTS = "assignments", N_("走访任务")
    VISITS = "visits", N_("走访记录")
    FEEDBACK = "feedback", N_("意见建议")
    ISSUES = "issues", N_("问题")
    FIGURES = "figures", N_("统计数字")
    WORDS = "words", N_("住户的原话和答复")
    RESIDENTS = "residents", N_("住户的姓名、电话和门牌")


class ApiToken(Base):
    """A key of another system. Only the SHA-256 of the key is kept; `prefix` are its first signs, by which people
    recognise it. `area` is the part of the town that it opens (None: all). `used` counts its requests in the minute
    `used_in`."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(200), default="")
    prefix: Mapped[str] = mapped_column(String(12))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_in: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used: Mapped[int] = mapped_column(default=0)

    area: Mapped[Area | None] = relationship(lazy="raise")
    made_by: Mapped[Member | None] = relationship(lazy="raise")

    def works(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_at is None and self.expires_at > now

    def opens(self, scope: ApiScope) -> bool:
        """Whether it was made for this."""
        return scope.value in self.scopes

    @property
    def scope_words(self) -> list[ApiScope]:
        """What it opens, in the order of the vocabulary."""
        return [scope for scope in ApiScope if self.opens(scope)]
