"""Forms of campaigns and their categories."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from hengli_visits.campaigns.dispatching import MOST_DAYS, Line
from hengli_visits.campaigns.rules import MOST_CLAIMS, MOST_LIMIT
from hengli_visits.forms import Form, chosen, coerce_optional_int, lazy as _l, row_id, strip, word_choices
from hengli_visits.members.forms import pairs
from hengli_visits.models import CampaignState, Outcome

SEPARATORS = re.compile(r"[\s、，,;；]+")


def _limit(label: str, default: int) -> IntegerField:
    wanted = InputRequired(_l("请填一个整数。"))
    bounds = NumberRange(min=1, max=MOST_LIMIT, message=_l("请填 1 到 365 之间的整数。"))
    return IntegerField(label, default=default, validators=[wanted, bounds])


def _up_to(length: int) -> Length:
    return Length(max=length, message=_l("最多 %(max)d 个字。"))


class CampaignForm(Form):
    """What a campaign is, how long it lasts, what counts, and its time limits."""

    name = StringField(_l("活动简称"), filters=[strip], validators=[DataRequired(_l("请填写活动名称。")), _up_to(40)])
    full_name = StringField(_l("全称"), filters=[strip], validators=[_up_to(120)])
    theme = StringField(_l("主题"), filters=[strip], validators=[_up_to(120)])
    starts_on = DateField(_l("开始日期"), validators=[InputRequired(_l("请选择开始日期。"))])
    ends_on = DateField(_l("结束日期"), validators=[InputRequired(_l("请选择结束日期。"))])
    counted = SelectMultipleField(
        _l("哪些结果算作“已访”"),
        default=[Outcome.MET.value],
        validators=[DataRequired(_l("请至少选一种算作“已访”的结果。"))],
    )
    claim_cap = IntegerField(
        _l("走访员自行认领，每人最多几户"),
        default=0,
        validators=[
            InputRequired(_l("请填一个整数。")),
            NumberRange(min=0, max=MOST_CLAIMS, message=_l("请填 0 到 50 之间的整数。")),
        ],
    )
    notice = TextAreaField(_l("给走访员的话"), filters=[strip], validators=[_up_to(1000)])
    triage_days = _limit(_l("受理"), 1)
    sign_days = _limit(_l("签收"), 1)
    ordinary_days = _limit(_l("一般问题办理"), 5)
    complex_days = _limit(_l("复杂问题办理"), 15)
    revisit_days = _limit(_l("回访"), 3)
    urgent_hours = _limit(_l("紧急问题办理（小时）"), 24)
    written_days = _limit(_l("超期几天书面督办"), 2)
    circular_days = _limit(_l("超期几天通报"), 5)

    def __init__(self, **values: Any) -> None:
        """Fill the choices."""
        super().__init__(**values)
        self.counted.choices = word_choices(Outcome)

    def validate_circular_days(self, field: Field) -> None:
        """通报 comes after 书面督办."""
        if self.written_days.data is not None and field.data is not None and field.data <= self.written_days.data:
            raise ValidationError(_("要比书面督办的天数多。"))

    @property
    def fields(self) -> dict[str, Any]:
        """What to save."""
        texts = ("name", "full_name", "theme", "notice")
        return {name: value for name, value in self.data.items() if name != "csrf_token"} | {
            name: self.data[name] or "" for name in texts
        }


class MoveForm(Form):
    """A step of a campaign: the state it leads to, and why."""

    to = HiddenField(_l("状态"))
    note = TextAreaField(_l("原因"), filters=[strip], validators=[_up_to(500)])

    @property
    def state(self) -> CampaignState:
        """The state that was chosen; the form must be good."""
        return CampaignState(self.data["to"])

    def validate_to(self, field: Field) -> None:
        """The state must be one that there is."""
        if chosen(CampaignState, field.data) is None:
            raise ValidationError(_("请选择下一步。"))


class CategoryForm(Form):
    """A category: its name, who leads it, and the words that propose it."""

    name = StringField(_l("类别名称"), filters=[strip], validators=[DataRequired(_l("请填写类别名称。")), _up_to(30)])
    lead = RadioField(_l("由谁主办"), default="unit")
    unit = SelectField(_l("主办单位"), coerce=coerce_optional_int, validators=[Optional()])
    words = TextAreaField(_l("特征词"), filters=[strip], validators=[_up_to(600)])
    active = BooleanField(_l("使用中"), default=True)

    def __init__(self, units: Sequence[tuple[int, str]], **values: Any) -> None:
        """Fill the choices."""
        super().__init__(**values)
        self.lead.choices = [("unit", _("指定的单位")), ("area", _("所在村(社区)"))]
        self.unit.choices = pairs(units, _("请选择"))

    @property
    def fields(self) -> dict[str, Any]:
        """What to save."""
        return {
            "name": self.name.data or "",
            "unit_id": self.unit.data,
            "by_area": self.lead.data == "area",
            "words": SEPARATORS.split(self.words.data or ""),
            "active": bool(self.active.data),
        }


class LineForm(Form):
    """One line of the dispatch catalogue."""

    category_id = SelectField(_l("类别"), coerce=coerce_optional_int, validators=[DataRequired(_l("请选择类别。"))])
    area_id = SelectField(_l("区域"), coerce=coerce_optional_int, validators=[Optional()])
    lead_unit_id = SelectField(
        _l("主办单位"), coerce=coerce_optional_int, validators=[DataRequired(_l("请选择主办单位。"))]
    )
    co_unit_ids = SelectMultipleField(_l("协办单位"), coerce=row_id)
    limit_days = IntegerField(
        _l("办理天数"),
        validators=[Optional(), NumberRange(min=1, max=MOST_DAYS, message=_l("请填 1 到 365 之间的整数。"))],
    )

    def __init__(
        self,
        categories: Sequence[tuple[int, str]],
        areas: Sequence[tuple[int, str]],
        units: Sequence[tuple[int, str]],
        **values: Any,
    ) -> None:
        """Fill the choices."""
        super().__init__(**values)
        self.category_id.choices = pairs(categories, _("请选择"))
        self.area_id.choices = pairs(areas, _("全镇"))
        self.lead_unit_id.choices = pairs(units, _("请选择"))
        self.co_unit_ids.choices = list(units)

    @property
    def line(self) -> Line:
        """What to save; the form must be good."""
        return Line(
            self.data["category_id"],
            self.data["area_id"],
            self.data["lead_unit_id"],
            tuple(sorted(set(self.data["co_unit_ids"] or ()))),
            self.data["limit_days"],
        )


class SheetForm(Form):
    """The whole dispatch catalogue as text, as a spreadsheet pastes it."""

    lines = TextAreaField(_l("派单目录"), validators=[Length(max=200_000, message=_l("最多 %(max)d 个字。"))])
