"""Forms of imports."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, FieldList, Form as PartForm, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, Regexp

from hengli_visits.forms import Form, chosen, coerce_optional_int, lazy as _l, strip, word_choices
from hengli_visits.models import Campaign, RosterKind


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

    def __init__(self, outline: Mapping[str, Any], **more: Any) -> None:
        offered = [{"taken": one["ticked"], "code": one["code"]} for one in outline.get("villages", ())]
        super().__init__(data={"town": outline.get("town") or "", "villages": offered}, **more)
        self.names = [one["name"] for one in outline.get("villages", ())]

    def chosen(self) -> dict[str, str]:
        """{name: code} of the villages to found."""
        pairs = zip(self.names, self.villages.data, strict=False)
        return {name: one["code"] for name, one in pairs if one["taken"]}
