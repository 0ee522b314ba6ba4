"""Forms about the calendar."""

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from hengli_visits.calendar.rules import LONGEST_NAME, Choice
from hengli_visits.forms import Form, lazy as _l, strip, word_choices


class DayForm(Form):
    """What the town says of one day."""

    choice = RadioField(_l("这一天"), validators=[InputRequired(_l("请选择一项。"))])
    name = StringField(_l("名称"), filters=[strip], validators=[Length(max=LONGEST_NAME, message=_l("最多 40 个字。"))])
    seen = HiddenField(validators=[Length(max=LONGEST_NAME + 1)])

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.choice.choices = word_choices(Choice)


class FileForm(Form):
    """A calendar as a file."""

    file = FileField(_l("日历文件"), validators=[FileRequired(_l("请选择一个文件。"))])


class ImportForm(Form):
    """The days of a file that was looked at, and their stamp when it was."""

    days = HiddenField()
    seen = HiddenField()
    file = HiddenField()
