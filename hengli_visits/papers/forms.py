"""Forms of papers."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from hengli_visits import clock
from hengli_visits.exports.rules import Purpose
from hengli_visits.forms import YEARS, Form, chosen, coerce_optional_int, lazy as _l, strip, word_choices
from hengli_visits.models import PaperKind
from hengli_visits.papers import rules
from hengli_visits.papers.queries import Choices
from hengli_visits.papers.queries.cases import Case
from hengli_visits.papers.wishes import Wishes

PREFACE = 2000
Named = Sequence[tuple[int, str]]


def _uuid(value: str) -> UUID:
    return UUID(value)


class PaperForm(Form):
    """Of which place and days a paper shall tell; with whole names or not; what a document says beside its figures."""

    id = HiddenField(validators=[InputRequired()])
    since = DateField(_l("从哪天"), validators=[Optional()])
    until = DateField(_l("到哪天"), validators=[Optional()])
    area = SelectField(_l("村（社区）"), coerce=coerce_optional_int, validators=[Optional()])
    group = SelectField(_l("小组"), coerce=coerce_optional_int, validators=[Optional()])
    full = BooleanField(_l("带完整姓名、门牌和电话"))
    purpose = RadioField(_l("用来做什么"), validators=[Optional()])
    preface = TextAreaField(
        _l("前言"),
        filters=[strip],
        validators=[Optional(), Length(max=PREFACE, message=_l("前言最多 2000 个字。"))],
    )
    cases = SelectMultipleField(_l("典型事例"), coerce=int, validate_choice=False)

    def __init__(self, kind: PaperKind, choices: Choices, *, may_unmask: bool, **values: Any) -> None:
        """Fill the choices and leave out what this kind does not ask."""
        super().__init__(**values)
        self.kind = kind
        self.area.choices = [("", _("全部")), *choices.areas]
        self.group.choices = [("", _("全部")), *choices.groups]
        self.purpose.choices = word_choices(rules.PURPOSES)
        if not self.id.data:
            self.id.data = str(uuid4())
        if kind in rules.REPORTS:
            del self.since
            self.until.label.text = _("哪一天") if kind is PaperKind.DAILY else _("哪一周（选其中一天）")
            self.until.data = self.until.data or (None if self.until.raw_data else clock.today())
        if len(choices.areas) < 2:
            del self.area
        if not choices.groups:
            del self.group
        if not may_unmask:
            del self.full, self.purpose
        if kind not in rules.DOCUMENTS:
            del self.preface, self.cases

    def offer(self, cases: Sequence[Case], proposed: Sequence[Case] | None) -> None:
        """Offer cases; with `proposed` these are ticked."""
        self.cases.choices = [(case.id, case.title) for case in cases]
        if proposed is not None:
            self.cases.data = [case.id for case in proposed]

    def validate_id(self, field: Field) -> None:
        """The page's own number."""
        try:
            _uuid(field.data)
        except ValueError:
            raise ValidationError(_("请重新打开这一页。")) from None

    def validate_until(self, field: Field) -> None:
        """Days that somebody can mean, in their order."""
        since = self.since.data if "since" in self else None
        for day in (since, field.data):
            if day is not None and day.year not in YEARS:
                raise ValidationError(_("请检查年份。"))
        if since is not None and field.data is not None and field.data < since:
            raise ValidationError(_("结束的日子不能早于开始的日子。"))

    def validate_full(self, field: Field) -> None:
        """Whole names want a purpose."""
        if field.data and chosen(Purpose, self.purpose.data) is None:
            raise ValidationError(_("要带完整姓名、门牌和电话，请选择用途。"))

    @property
    def paper_id(self) -> UUID:
        """The id that the page gave the paper."""
        return _uuid(self.id.data or "")

    def wishes(self, campaign_id: int) -> Wishes:
        """What is asked for."""
        since, until = rules.days_of(self.kind, self._day("since"), self._day("until"), clock.today())
        full = "full" in self and self.full.data
        return Wishes(
            campaign_id,
            self.area.data if "area" in self else None,
            self.group.data if "group" in self else None,
            since,
            until,
            self.purpose.data if full else None,
            (self.preface.data or "") if "preface" in self else "",
            tuple(self.cases.data or ()) if "cases" in self else None,
        )

    def _day(self, name: str) -> date | None:
        found: date | None = self[name].data if name in self else None
        return found if found is None or found.year in YEARS else None


class TemplateForm(Form):
    """An office's own .docx."""

    file = FileField(_l("新的模板（.docx）"), validators=[FileRequired(_l("请选择一个文件。"))])
    anyway = BooleanField(_l("没有占位符也要用"))
