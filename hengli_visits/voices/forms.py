"""What is typed about searches that somebody keeps."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from hengli_visits.forms import Form, lazy as _l, strip


class NameForm(Form):
    """The name of a kept search."""

    name = StringField(
        _l("名称"),
        filters=[strip],
        validators=[InputRequired(_l("请写下名称。")), Length(max=30, message=_l("名称最多 30 个字。"))],
    )


class BareForm(Form):
    """A button."""
