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
from hengli_visits.imports.columns import Layout
from hengli_visits.imports.correction import ColumnSet, faults
from hengli_visits.models import Area, Campaign, ImportBatch, ImportRow, RosterKind, TwinChoice


def _campaigns(campaigns: list[Campaign]) -> list[SelectChoice]:
    return [
        SelectChoice(value="", label=_("请选择")),
        *(SelectChoice(value=one.id, label=one.name) for one in campaigns),
    ]


class UploadForm(Form):
    """A file; what kind of roster it is; the campaign of a list of groups."""

    roster = FileField(_l("名册文件"), validators=[FileRequired(_l("请选择一个文件。"))])
    kind = SelectField(_l("是哪种名册"), validators=[Optional()])
    campaign = SelectField(_l("属于哪个活动"), coerce=coerce_optional_int, validators=[Optional()])

    def __init__(self, campaigns: list[Campaign], **more: Any) -> None:
        super().__init__(**more)
        self.kind.choices = word_choices(RosterKind, empty=_("自动识别"))
        self.campaign.choices = _campaigns(campaigns)

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
        _l("没有采用的行"),
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
        self.undecided = undecided
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


class KindForm(Form):
    """What kind of roster a file is after all, and of which campaign."""

    kind = SelectField(_l("是哪种名册"))
    campaign = SelectField(_l("属于哪个活动"), coerce=coerce_optional_int, validators=[Optional()])

    def __init__(self, batch: ImportBatch, campaigns: list[Campaign], **more: Any) -> None:
        super().__init__(data={"kind": batch.kind.value, "campaign": batch.campaign_id}, **more)
        self.kind.choices = word_choices(RosterKind)
        self.campaign.choices = _campaigns(campaigns)

    def chosen_kind(self) -> RosterKind | None:
        """The kind that was chosen."""
        return chosen(RosterKind, self.kind.data)


class ColumnForm(PartForm):
    """What one column holds."""

    meaning = SelectField(_l("当作什么"), validators=[Optional()])


class ColumnsForm(Form):
    """What the columns of a batch hold: those of its first set of sheets, then of the next, in one list."""

    columns = FieldList(FormField(ColumnForm))

    def __init__(self, layout: Layout | None, sets: Sequence[ColumnSet], **more: Any) -> None:
        known = [{"meaning": meaning} for one in sets for meaning in one.meanings]
        super().__init__(data={"columns": known}, **more)
        self.layout, self.sets = layout, sets
        fields = layout.fields if layout else ()
        unused = SelectChoice(value="", label=_("不用这一列"))
        choices = [unused, *(SelectChoice(value=one.name, label=_(one.title)) for one in fields)]
        parts: Any = self.columns
        for part in parts:
            part.meaning.choices = choices
        for one, own in self.pairs():
            for column, part in zip(one.columns, own, strict=False):
                header = column["header"] or _("第 %(number)s 列", number=column["index"] + 1)
                part.meaning.label.text = _("“%(header)s”当作什么", header=header)

    def parts(self) -> list[list[Any]]:
        """The parts of the form by set."""
        rest: list[Any] = list(self.columns)
        return [[rest.pop(0) for _column in one.columns[: len(rest)]] for one in self.sets]

    def chosen(self) -> list[tuple[ColumnSet, list[str]]]:
        """The fields chosen for each set, empty for an unused column."""
        return [(one, [part.meaning.data or "" for part in own]) for one, own in self.pairs()]

    def pairs(self) -> list[tuple[ColumnSet, list[Any]]]:
        """Each set with its parts of the form."""
        return list(zip(self.sets, self.parts(), strict=True))

    def validate(self, extra_validators: Any = None) -> bool:
        """Every column has an answer, no field two columns, and what is needed is there."""
        good = bool(super().validate(extra_validators))
        if self.layout is None or len(self.columns) != sum(len(one.columns) for one in self.sets):
            self.form_errors.append(_("这一页不完整，请重新打开再改。"))
            return False
        for one, own in self.pairs():
            wrong, missing = faults(self.layout, [part.meaning.data or "" for part in own])
            for part, why in zip(own, wrong, strict=True):
                if why:
                    part.meaning.errors = [*part.meaning.errors, why.text(_)]
            if missing:
                titles = "、".join(_(field.title) for field in missing)
                sheets = "、".join(one.sheets[:3])
                self.form_errors.append(
                    _("“%(sheets)s”还缺：%(columns)s。请在下面选出是哪一列。", sheets=sheets, columns=titles)
                )
            good = good and not missing and not any(wrong)
        self.columns.errors = [part.errors for part in self.columns if part.errors]
        return good


class VillageNameForm(PartForm):
    """Which village one name means."""

    area = SelectField(_l("就是哪个村(社区)"), coerce=coerce_optional_int, validators=[Optional()])


class VillageNamesForm(Form):
    """Which village each name of a roster means that the town does not know. `rows` tells of some how many rows they
    stand in."""

    names = FieldList(FormField(VillageNameForm))

    def __init__(self, names: Sequence[str], villages: Sequence[Area], rows: Mapping[str, int], **more: Any) -> None:
        super().__init__(data={"names": [{"area": None} for _name in names]}, prefix="alias-", **more)
        self.asked, self.villages, self.rows = list(names), {one.id: one for one in villages}, rows
        empty = SelectChoice(value="", label=_("不是已有的村"))
        choices = [empty, *(SelectChoice(value=one.id, label=one.name) for one in villages)]
        parts: Any = self.names
        for part in parts:
            part.area.choices = choices

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one name has an answer."""
        good = bool(super().validate(extra_validators))
        if good and not self.chosen():
            self.form_errors.append(_("请先选一个名字是哪个村(社区)。"))
        return good and not self.form_errors

    def part(self, name: str) -> Any:
        """The part of the form for a name; None when it is not asked for."""
        return next((part for one, part in zip(self.asked, self.names, strict=False) if one == name), None)

    def chosen(self) -> list[tuple[str, Area]]:
        """(name, village that it means) of the names that were answered."""
        pairs = zip(self.asked, self.names, strict=False)
        return [(name, self.villages[part.area.data]) for name, part in pairs if part.area.data]
