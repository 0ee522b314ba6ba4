"""Forms of keys and of addresses that are told of events."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Optional

from hengli_visits import clock
from hengli_visits.api.rules import Wishes
from hengli_visits.forms import Form, coerce_optional_int, lazy as _l, strip, word_choices
from hengli_visits.models import ApiScope

USUAL_LIFE = timedelta(days=180)


class KeyForm(Form):
    """A new key."""

    name = StringField(
        _l("给哪个系统用"),
        filters=[strip],
        validators=[DataRequired(_l("请填写名称。")), Length(max=40, message=_l("名称最多 40 个字。"))],
    )
    scopes = SelectMultipleField(_l("能读什么"), validators=[DataRequired(_l("请至少选一项能读的数据。"))])
    purpose = StringField(_l("用途"), filters=[strip], validators=[Length(max=200, message=_l("用途最多 200 个字。"))])
    area = SelectField(_l("范围"), coerce=coerce_optional_int, validators=[Optional()])
    until = DateField(_l("用到哪一天"), validators=[DataRequired(_l("请选择到期的日子。"))])

    def __init__(self, areas: list[tuple[int, str]], **values: Any) -> None:
        """Fill the choices."""
        super().__init__(data={"until": clock.today() + USUAL_LIFE}, **values)
        self.scopes.choices = word_choices(ApiScope)
        self.area.choices = [("", _("全镇")), *((id_, name) for id_, name in areas)]

    @property
    def wishes(self) -> Wishes:
        """What a valid form asks for."""
        return Wishes(
            name=self.name.data or "",
            purpose=self.purpose.data or "",
            scopes=tuple(scope for scope in ApiScope if scope.value in (self.scopes.data or ())),
            area_id=self.area.data,
            until=self.until.data or clock.today(),
        )


class HookForm(Form):
    """An address that is told of events."""

    address = StringField(
        _l("地址"),
        filters=[strip],
        validators=[DataRequired(_l("请填写地址。")), Length(max=500, message=_l("地址太长了。"))],
    )
    secret = StringField(_l("签名用的密钥"), filters=[strip], validators=[Length(max=200, message=_l("密钥太长了。"))])
    events = SelectMultipleField(_l("通知哪些事"), validators=[DataRequired(_l("请选择要通知的事件。"))])

    def __init__(self, offered: tuple[str, ...], **values: Any) -> None:
        """Fill the choices with the events that the key opens."""
        super().__init__(**values)
        names = {"issue.moved": _("问题有变动"), "visit.saved": _("走访记录保存")}
        self.events.choices = [(event, names[event]) for event in offered]
