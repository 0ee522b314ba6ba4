"""Forms of notices: up to when they were read; and the ways by which they leave the program."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from hengli_visits import clock
from hengli_visits.forms import Form, lazy as _l, strip, word_choices
from hengli_visits.models import Channel, ChannelKind, Pace
from hengli_visits.notices.rules import Kind, Wishes


class ReadForm(Form):
    """`until` is the moment at which the page was made, ISO 8601 with its zone."""

    until = HiddenField()

    def validate_until(self, field: Any) -> None:
        """Refuse what is no moment with a zone."""
        try:
            moment = datetime.fromisoformat(field.data or "")
            clock.from_town(moment)
        except ValueError as error:
            raise ValidationError(_("这一页的时间不完整，请刷新后再试。")) from error
        if moment.tzinfo is None:
            raise ValidationError(_("这一页的时间不完整，请刷新后再试。"))

    @property
    def moment(self) -> datetime:
        """The moment of a valid form, in UTC."""
        return datetime.fromisoformat(self.until.data or "").astimezone(UTC)


class ChannelForm(Form):
    """A channel, new or to be changed. `kinds`: none ticked means all."""

    kind = RadioField(_l("发到哪里"), validators=[DataRequired(_l("请选择发到哪里。"))])
    name = StringField(
        _l("名称"),
        filters=[strip],
        validators=[DataRequired(_l("请填写名称。")), Length(max=40, message=_l("名称最多 40 个字。"))],
    )
    address = StringField(_l("地址"), filters=[strip], validators=[Length(max=500, message=_l("地址太长了。"))])
    secret = StringField(_l("密钥"), filters=[strip], validators=[Length(max=200, message=_l("密钥太长了。"))])
    unsigned = BooleanField(_l("不再签名"))
    pace = RadioField(_l("什么时候发"), default=Pace.EACH.value, validators=[DataRequired(_l("请选择什么时候发。"))])
    kinds = SelectMultipleField(_l("只要这几种消息"), validators=[Optional()])

    def __init__(self, offered: Sequence[Kind], channel: Channel | None, *, mail: bool, **values: Any) -> None:
        """Fill the choices: the kinds of notices that may come, and of channels those that there are."""
        given = {} if channel is None else {"name": channel.name, "pace": channel.pace.value, "kinds": channel.kinds}
        super().__init__(data=given, **values)
        ways = tuple(kind for kind in ChannelKind if mail or kind is not ChannelKind.EMAIL)
        self.kind.choices = word_choices(ways)
        self.pace.choices = word_choices(Pace)
        kept = [kind for kind in Kind if kind in offered or (channel is not None and kind.value in channel.kinds)]
        self.kinds.choices = word_choices(tuple(kept))
        if channel is not None:
            del self.kind
        else:
            del self.unsigned
            self.address.validators = [DataRequired(_l("请填写地址。")), *self.address.validators]
            self.address.flags.required = True

    @property
    def chosen_kind(self) -> ChannelKind:
        """The kind of a valid form of a new channel."""
        return ChannelKind(self.kind.data)

    @property
    def wishes(self) -> Wishes:
        """What to save."""
        return Wishes(
            name=self.name.data or "",
            address=self.address.data or "",
            secret=self.secret.data or "",
            pace=Pace(self.pace.data),
            kinds=tuple(self.kinds.data or ()),
            unsigned="unsigned" in self and bool(self.unsigned.data),
        )
