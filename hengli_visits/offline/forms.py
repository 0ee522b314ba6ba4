"""Forms about files of records."""

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from hengli_visits.forms import Form, lazy as _l


class FileForm(Form):
    """The exported file."""

    file = FileField(_l("导出的文件"), validators=[FileRequired(_l("请选择一个文件。"))])


class TakeForm(Form):
    """Under which name the file waits that is now decided on."""

    token = HiddenField()
