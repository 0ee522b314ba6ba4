"""What residents say: in a revisit, by a link, in a sample; and from which issues samples are drawn."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import request
from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import UUID, DataRequired, InputRequired, Length, Optional

from hengli_visits import clock
from hengli_visits.errors import Invalid
from hengli_visits.forms import Form, chosen, coerce_optional_int, lazy as _l, refuse, strip, word_choices
from hengli_visits.issues.entries import lacking
from hengli_visits.issues.forms.steps import MOMENTS, Day, Moment, Pairs, options, wall_clock
from hengli_visits.issues.rules import REOPEN_DAYS
from hengli_visits.models import Contentment, Manner, Solved
from hengli_visits.wording import N_


class SaidForm(Form):
    """What a resident said, if anybody was reached: the same words, marks and sentences in a revisit and a sample."""

    reached = RadioField(_l("联系上了吗"), validators=[DataRequired(_l("请选择是否联系上。"))])
    solved = RadioField(_l("问题解决了吗"), validators=[Optional()])
    contentment = RadioField(_l("住户满意吗"), validators=[Optional()])
    comment = TextAreaField(
        _l("住户说了什么"),
        description=_l("不满意的，请写下原因。"),
        filters=[strip],
        validators=[Length(max=1000, message=_l("最多写 1000 个字。"))],
    )

    def __init__(self, **values: Any) -> None:
        """The form as it was sent, or filled with `values`."""
        super().__init__(**values)
        self.reached.choices = [
            SelectChoice(value="yes", label=_("联系上了")),
            SelectChoice(value="no", label=_("没联系上")),
        ]
        self.solved.choices = word_choices(Solved)
        self.contentment.choices = word_choices(Contentment)
        self.solved.flags.required = self.contentment.flags.required = True

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form is good: what must be told of somebody who was reached is missed all at once."""
        good = bool(super().validate(extra_validators))
        if self.reached.data != "yes":
            return good
        told = chosen(Solved, self.solved.data), chosen(Contentment, self.contentment.data)
        lacks = list(lacking(*told, self.comment.data or ""))
        for error in lacks:
            refuse(self, error)
        return good and not lacks


class RevisitForm(SaidForm):
    """Telling the resident the answer."""

    uuid = HiddenField(validators=[DataRequired(), UUID()])
    manner = RadioField(_l("怎样联系"), validators=[DataRequired(_l("请选择怎样联系的。"))])
    at = Moment(_l("什么时候"), format=MOMENTS, validators=[InputRequired(_l("请填写回访的时间。"))])

    def __init__(self, *, new: bool = False) -> None:
        """The form as it was sent; a new one when nothing was, or with `new`."""
        begin = {"uuid": str(uuid4()), "at": wall_clock(clock.now()), "manner": Manner.PHONE.value}
        if new:
            super().__init__(formdata=None, data=begin)
        else:
            super().__init__(data={} if request.method == "POST" else begin)
        self.manner.choices = word_choices(Manner)


class CheckForm(SaidForm):
    """What a resident said of an issue of a sample."""


class DrawForm(Form):
    """From which ended issues how many are drawn."""

    size = IntegerField(_l("抽几件"), validators=[InputRequired(_l("请填写抽几件。"))])
    campaign = SelectField(_l("活动"), coerce=coerce_optional_int, validators=[Optional()])
    area = SelectField(_l("村(社区)"), coerce=coerce_optional_int, validators=[Optional()])
    unit = SelectField(_l("主办单位"), coerce=coerce_optional_int, validators=[Optional()])
    since = Day(_l("办结日期从"), description=_l("30 天内办结的，查出没有解决还能重新打开。"), validators=[Optional()])
    until = Day(_l("到"), validators=[Optional()])
    on_the_spot = BooleanField(_l("只抽当场办结的"))

    def __init__(self, campaigns: Pairs, areas: Pairs, units: Pairs, usual: int) -> None:
        """The form as it was sent, with what there is to choose from."""
        since = clock.today() - timedelta(days=REOPEN_DAYS)
        super().__init__(data={} if request.method == "POST" else {"size": usual, "since": since})
        self.campaign.choices = options(campaigns, _("全部活动"))
        self.area.choices = options(areas, _("全部村(社区)"))
        self.unit.choices = options(units, _("全部单位"))


class LinkForm(Form):
    """How the resident was told the answer, before a link is made."""

    manner = RadioField(_l("您怎样告诉住户的"), validators=[DataRequired(_l("请选择怎样联系的。"))])

    def __init__(self) -> None:
        """The form as it was sent."""
        super().__init__(data={} if request.method == "POST" else {"manner": Manner.PHONE.value})
        self.manner.choices = word_choices(Manner)


class ResidentForm(Form):
    """What a resident answers by a link. Its secret is the permission, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    solved = RadioField(_l("问题解决了吗？"), validators=[DataRequired(_l("请选一项。"))])
    contentment = RadioField(_l("您满意吗？"), validators=[DataRequired(_l("请选一项。"))])
    comment = TextAreaField(
        _l("还想说什么"),
        description=_l("不满意的，请写一写哪里没办好。"),
        filters=[strip],
        validators=[Length(max=1000, message=_l("最多写 1000 个字。"))],
    )

    def __init__(self) -> None:
        """The form as it was sent."""
        super().__init__()
        self.solved.choices = [
            SelectChoice(value=Solved.YES.value, label=_("解决了")),
            SelectChoice(value=Solved.PARTLY.value, label=_("解决了一部分")),
            SelectChoice(value=Solved.NO.value, label=_("没有解决")),
        ]
        self.contentment.choices = word_choices(Contentment)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form is good: who is not content says why."""
        good = bool(super().validate(extra_validators))
        if self.contentment.data == Contentment.DISCONTENT.value and not self.comment.data:
            refuse(self, Invalid(N_("不满意的，请写一写原因。"), field="comment"))
            return False
        return good
