"""Forms of areas and households."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import FloatField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from hengli_visits.forms import Form, coerce_optional_int, lazy as _l, strip, word_choices
from hengli_visits.members.forms import pairs, phone_shaped
from hengli_visits.members.rules import tidy_phone
from hengli_visits.models import AreaKind, HouseholdKind


def _up_to(length: int) -> Length:
    return Length(max=length, message=_l("最多 %(max)d 个字。"))


class HouseholdForm(Form):
    """A family or an enterprise."""

    kind = RadioField(_l("是家庭还是企业"), default=HouseholdKind.FAMILY.value)
    name = StringField(
        _l("户主姓名或企业名称"), filters=[strip], validators=[DataRequired(_l("请填写姓名或名称。")), _up_to(80)]
    )
    area_id = SelectField(
        _l("村(社区)"), coerce=coerce_optional_int, validators=[InputRequired(_l("请选择村(社区)。"))]
    )
    street = StringField(_l("街巷"), filters=[strip], validators=[_up_to(60)])
    door = StringField(_l("门牌号"), filters=[strip], validators=[_up_to(40)])
    contact = StringField(_l("联系人"), filters=[strip], validators=[_up_to(40)])
    phone = StringField(_l("联系电话"), filters=[tidy_phone], validators=[phone_shaped])
    second_phone = StringField(_l("另一个电话"), filters=[tidy_phone], validators=[phone_shaped])
    category = StringField(_l("类别"), filters=[strip], validators=[_up_to(30)])
    size = IntegerField(
        _l("人数"), validators=[Optional(), NumberRange(min=0, max=100_000, message=_l("人数不对，请检查。"))]
    )
    industry = StringField(_l("行业"), filters=[strip], validators=[_up_to(40)])
    code = StringField(_l("户编号"), filters=[strip], validators=[_up_to(32)])
    latitude = FloatField(
        _l("纬度"), validators=[Optional(), NumberRange(min=3, max=54, message=_l("纬度应在 3 到 54 之间。"))]
    )
    longitude = FloatField(
        _l("经度"), validators=[Optional(), NumberRange(min=73, max=136, message=_l("经度应在 73 到 136 之间。"))]
    )
    remarks = TextAreaField(_l("备注"), filters=[strip], validators=[_up_to(500)])

    def __init__(self, areas: Sequence[tuple[int, str]], **values: Any) -> None:
        """Fill the choices."""
        super().__init__(**values)
        self.kind.choices = word_choices(HouseholdKind)
        self.area_id.choices = pairs(areas, _("请选择"))

    @property
    def fields(self) -> dict[str, Any]:
        """What to save."""
        texts = ("name", "street", "door", "contact", "category", "industry", "code", "remarks")
        return {name: value for name, value in self.data.items() if name != "csrf_token"} | {
            "kind": HouseholdKind(self.kind.data),
            **{name: self.data[name] or "" for name in texts},
        }


class AreaForm(Form):
    """A village or community; other names one per line."""

    name = StringField(_l("名称"), filters=[strip], validators=[DataRequired(_l("请填写名称。")), _up_to(60)])
    code = StringField(_l("编号"), filters=[strip], validators=[DataRequired(_l("请填写编号。")), _up_to(12)])
    kind = RadioField(_l("是村还是社区"))
    aliases = TextAreaField(_l("别的写法"), validators=[_up_to(600)])

    def __init__(self, kinds: tuple[AreaKind, ...], **values: Any) -> None:
        """Fill the choices; the first of `kinds` is chosen unless the area has one."""
        super().__init__(**values)
        self.kind.choices = word_choices(kinds)
        if self.kind.data is None:
            self.kind.data = kinds[0].value

    @property
    def names(self) -> list[str]:
        """The other names, each once, the name itself not among them."""
        lines = (line.strip() for line in (self.aliases.data or "").replace("、", "\n").splitlines())
        return [line for line in dict.fromkeys(lines) if line and line != self.name.data]
