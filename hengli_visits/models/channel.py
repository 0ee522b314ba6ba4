"""Ways out of the program by which notices reach people, and each notice on its way."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.api_token import ApiToken
from hengli_visits.models.member import Member
from hengli_visits.models.organisation import Organisation
from hengli_visits.orm import Base, UtcDateTime, word
from hengli_visits.wording import N_, Word


class ChannelKind(Word):
    WECOM = "wecom", N_("企业微信群机器人")
    DINGTALK = "dingtalk", N_("钉钉群机器人")
    FEISHU = "feishu", N_("飞书群机器人")
    EMAIL = "email", N_("电子邮件")
    WEBHOOK = "webhook", N_("网络回调")


class Pace(Word):
    """When what has come is sent: one by one, or together once a working day."""

    EACH = "each", N_("有消息就发")
    DIGEST = "digest", N_("每个工作日汇总一次")


class Channel(Base):
    """Where notices of one member or one unit, or events for another system (`token`), go besides the page 消息. `kinds` are those of notices that are wanted
    (none: all). Everything up to `told_until` was put on its way. `secret` signs what is sent."""

    __tablename__ = "channels"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ChannelKind] = mapped_column(word(ChannelKind))
    name: Mapped[str] = mapped_column(String(40))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    token_id: Mapped[int | None] = mapped_column(ForeignKey("api_tokens.id"), index=True)
    address: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(200), default="")
    pace: Mapped[Pace] = mapped_column(word(Pace), default=Pace.EACH)
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_until: Mapped[datetime] = mapped_column(UtcDateTime)

    member: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[member_id])
    unit: Mapped[Organisation | None] = relationship(lazy="raise")
    token: Mapped[ApiToken | None] = relationship(lazy="raise")
    made_by: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[made_by_id])


class DeliveryState(Word):
    """UNCLEAR: it was sent off and nothing came back, so that nobody knows whether it arrived; it is not sent again by
    itself."""

    WAITING = "waiting", N_("待发送")
    SENDING = "sending", N_("正在发送")
    SENT = "sent", N_("已送达")
    FAILED = "failed", N_("没有送达")
    UNCLEAR = "unclear", N_("不知道是否送达")


class Delivery(Base):
    """One message on its way through a channel. `key` names what it tells: no channel carries the same key twice. It is
    due at `due_at`, is tried again at `next_try_at`, and is in somebody's hands since `claimed_at`."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("channel_id", "key"),
        Index("ix_deliveries_state_next", "state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[DeliveryState] = mapped_column(word(DeliveryState), default=DeliveryState.WAITING)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(300), default="")

    channel: Mapped[Channel] = relationship(lazy="raise")
