"""What all forms share."""

from datetime import date
from typing import Any, TypeVar

from flask import g, request
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from hengli_visits.errors import Invalid
from hengli_visits.formats import sentence, word
from hengli_visits.wording import Word

YEARS = range(1900, 3000)
"""Years of a day that somebody can mean."""
LARGEST_ID = 2**31 - 1
"""The largest id that a database holds here."""
LONGEST_NUMBER = 20
"""Characters of a number that is looked at; more are no row's id."""


class Form(FlaskForm):
    """The base of all forms: that of flask_wtf, with types."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)  # type: ignore[no-untyped-call]

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether the form was sent and is good. While the request is shown again after a refusal it is not, and tells
        why (`error_pages`)."""
        if (refusal := g.get("refusal")) is not None:
            self.form_errors.append(refusal)
            return False
        return bool(super().validate_on_submit(extra_validators))  # type: ignore[no-untyped-call]


def lazy(text: str) -> str:
    """A text of a form's class, translated when the page is made; import it as `_l`."""
    translated: Any = lazy_gettext(text)
    return translated  # type: ignore[no-any-return]  # a LazyString, which works wherever a str does


W = TypeVar("W", bound=Word)


def chosen(words: type[W], value: str | None) -> W | None:
    """The word of a vocabulary whose value came in an address or a form; None for anything else."""
    return next((word for word in words if word.value == value), None)


def refuse(form: FlaskForm, error: Invalid) -> None:
    """Put the sentence of a broken rule beside its field, or above the form when it belongs to none."""
    text = sentence(error)
    field = form._fields.get(error.field) if error.field else None
    if field is None:
        form.form_errors.append(text)
    else:
        field.errors = [*field.errors, text]


def word_choices(words: type[Word] | tuple[Word, ...], empty: str | None = None) -> list[SelectChoice]:
    """Choices of a vocabulary in the user's language; `empty` adds a first choice that means none."""
    first = [SelectChoice(value="", label=empty)] if empty is not None else []
    return first + [SelectChoice(value=w.value, label=word(w)) for w in words]


def word_pairs(words: type[Word]) -> list[tuple[str, str]]:
    """(value, text in the user's language) of a vocabulary, as `filter_select` takes them."""
    return [(w.value, word(w)) for w in words]


def strip(value: Any) -> Any:
    """A filter for text fields: without white space at both ends."""
    return value.strip() if isinstance(value, str) else value


def row_id(value: str | int) -> int:
    """A row's id or a page number out of an address. Raises `ValueError` for what no database holds as one."""
    if len(str(value)) > LONGEST_NUMBER:
        raise ValueError("out of range")
    number = int(value)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError("out of range")
    return number


def some_day(value: str) -> date:
    """A day out of an address. Raises `ValueError` for what is none, or one with which nobody can reckon."""
    day = date.fromisoformat(value)
    if day.year not in YEARS:
        raise ValueError("out of range")
    return day


def coerce_optional_int(value: Any) -> int | None:
    """Coerce a select's value: empty means none. Raises `ValueError` for what is no row's id."""
    return row_id(value) if value not in (None, "", "None") else None


def kept_filters(*names: str) -> dict[str, str]:
    """What the address of a list is narrowed by, of the filters that the list has: never what else a stranger wrote
    into it."""
    return {name: value for name in names if (value := request.args.get(name))}
