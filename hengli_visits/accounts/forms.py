"""Forms of signing in, of one's own account and of administration."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation

from hengli_visits.actor import Actor
from hengli_visits.forms import Form, coerce_optional_int, lazy as _l, strip, word_choices
from hengli_visits.models import Language, Role, TextSize


def filled(message: Any) -> Callable[[Any, Field], None]:
    """A validator that asks for something without the page's mark for required fields: a form of two needs none."""

    def check(_form: Any, field: Field) -> None:
        if not field.data:
            raise StopValidation(str(message))

    return check


class SignInForm(Form):
    """Name and password."""

    name = StringField(_l("手机号"), filters=[strip], validators=[filled(_l("请输入您的手机号或编号。"))])
    password = PasswordField(_l("密码"), validators=[filled(_l("请输入密码。"))])


class NewPasswordForm(Form):
    """A password by a sign-in card."""

    password = PasswordField(_l("设一个密码"), validators=[filled(_l("请先想一个密码，写在这里。"))])


class PasswordForm(Form):
    """Change of one's own password. An account without one does not ask for `current`."""

    current = PasswordField(_l("现在的密码"))
    password = PasswordField(_l("新密码"), validators=[filled(_l("请先想一个新密码，写在这里。"))])


class PreferencesForm(Form):
    """How one wants pages."""

    text_size = RadioField(_l("字号"))
    language = RadioField(_l("语言"))

    def __init__(self, **values: Any) -> None:
        """Fill the choices in the reader's language."""
        super().__init__(**values)
        self.text_size.choices = word_choices(TextSize)
        self.language.choices = word_choices(Language)


class GrantForm(Form):
    """A role, and what it hangs on: `scopes` are the choices that fit the role, none for roles in the whole town."""

    role = SelectField(_l("角色"))
    scope = SelectField(_l("管哪里"), coerce=coerce_optional_int, validate_choice=False)

    def __init__(self, roles: Sequence[Role], scopes: Sequence[tuple[int, str]], **values: Any) -> None:
        """Offer the roles that the actor may give and the scopes of the one chosen."""
        super().__init__(**values)
        self.role.choices = word_choices(tuple(roles))
        first = SelectChoice(value="", label=_("请选择"))
        self.scope.choices = [first] + [SelectChoice(value=key, label=name) for key, name in scopes]
        self.scopes = frozenset(key for key, _name in scopes)

    def validate_scope(self, field: Field) -> None:
        """Refuse a scope that was not offered, and a missing one where the role wants one."""
        if (field.data not in self.scopes) if self.scopes else (field.data is not None):
            raise StopValidation(_("请选择这个角色管哪里。"))


def preferences(actor: Actor) -> PreferencesForm:
    """The form of preferences as they are."""
    return PreferencesForm(text_size=actor.text_size.value, language=actor.language.value)
