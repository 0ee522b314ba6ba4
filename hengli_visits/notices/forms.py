"""The one form of notices: up to when they were read."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField, ValidationError

from hengli_visits import clock
from hengli_visits.forms import Form


class ReadForm(Form):
    """`until` is the moment at which the page was made, ISO 8601 with its zone."""

    until = HiddenField()

    def validate_until(self, field: Any) -> None:
        """Refuse what is no moment with a zone."""
        try:
            moment = datetime.fromisoformat(field.data or "")
            clock.from_town(moment)
        except ValueError as error:
            raise ValidationError(_("这一页的时间不完整，请刷新后再试。")) from error
        if moment.tzinfo is None:
            raise ValidationError(_("这一页的时间不完整，请刷新后再试。"))

    @property
    def moment(self) -> datetime:
        """The moment of a valid form, in UTC."""
        return datetime.fromisoformat(self.until.data or "").astimezone(UTC)
