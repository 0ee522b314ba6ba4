"""Forms of imports."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, FieldList, Form as PartForm, FormField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from hengli_visits.forms import Form, chosen, coerce_optional_int, lazy as _l, strip, word_choices
from hengli_visits.models import Campaign, ImportRow, RosterKind, TwinChoice


class UploadForm(Form):
    """A file; what kind of roster it is; the campaign of a list of groups."""

    roster = FileField(_l("名册文件"), validators=[FileRequired(_l("请选择一个文件。"))])
    kind = SelectField(_l("是哪种名册"), validators=[Optional()])
    campaign = SelectField(_l("属于哪个活动"), coerce=coerce_optional_int, validators=[Optional()])

    def __init__(self, campaigns: list[Campaign], **more: Any) -> None:
        super().__init__(**more)
        self.kind.choices = word_choices(RosterKind, empty=_("自动识别"))
        empty = SelectChoice(value="", label=_("请选择"))
        self.campaign.choices = [empty, *(SelectChoice(value=one.id, label=one.name) for one in campaigns)]

    def chosen_kind(self) -> RosterKind | None:
        """The kind that was chosen; None: to be guessed."""
        return chosen(RosterKind, self.kind.data)


class VillageForm(PartForm):
    """One village that is not there yet."""

    taken = BooleanField(_l("新建"))
    code = StringField(
        _l("编号"),
        filters=[strip],
        validators=[InputRequired(_l("请填写编号。")), Regexp(r"[A-Za-z0-9]{1,8}$", message=_l("编号用 1 到 8 个字母或数字。"))],
    )  # fmt: skip


class ApplyForm(Form):
    """What has to be founded before a batch can be imported."""

    town = StringField(
        _l("镇的名称"), filters=[strip], validators=[Optional(), Length(2, 30, _l("名称要有 2 到 30 个字。"))]
    )
    villages = FieldList(FormField(VillageForm))
    extent = RadioField(
        _l("有些行没有采用，怎么办？"),
        choices=[
            SelectChoice(value="whole", label=_l("全部改好再导入")),
            SelectChoice(value="good", label=_l("只导入没有问题的")),
        ],
        validators=[DataRequired(_l("请选择：全部改好再导入，还是只导入没有问题的。"))],
    )
    as_new = BooleanField(_l("没有选的都作为新的导入"))

    def __init__(self, outline: Mapping[str, Any], bad: int = 0, undecided: int = 0, **more: Any) -> None:
        offered = [{"taken": one["ticked"], "code": one["code"]} for one in outline.get("villages", ())]
        super().__init__(data={"town": outline.get("town") or "", "villages": offered}, **more)
        self.names = [one["name"] for one in outline.get("villages", ())]
        if not bad:
            del self.extent
        if not undecided:
            del self.as_new

    @property
    def whole(self) -> bool:
        """Whether all of it is to be imported, or nothing."""
        return "extent" in self and self.extent.data == "whole"

    @property
    def undecided_new(self) -> bool:
        """Whether rows that may be a record twice, and that nobody decided on, are new."""
        return "as_new" in self and bool(self.as_new.data)

    def chosen(self) -> dict[str, str]:
        """{name: code} of the villages to found."""
        pairs = zip(self.names, self.villages.data, strict=False)
        return {name: one["code"] for name, one in pairs if one["taken"]}


class TwinsForm(Form):
    """What is made of each row that may be a record twice; rows without a choice stay undecided."""

    def __init__(self, rows: Sequence[ImportRow], **more: Any) -> None:
        super().__init__(**more)
        self._ids = [row.id for row in rows]

    def chosen(self) -> dict[int, TwinChoice]:
        """{row: what was chosen}."""
        found = {row_id: chosen(TwinChoice, request.form.get(f"row-{row_id}")) for row_id in self._ids}
        return {row_id: choice for row_id, choice in found.items() if choice}
