"""How values are written on the screen: times in the town's zone, numbers masked, words translated."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import Flask, g
from flask_babel import get_domain, get_locale, gettext, ngettext
from jinja2 import Environment
from jinja2.runtime import Macro

from hengli_visits import clock
from hengli_visits.wording import Word


def is_chinese() -> bool:
    """Whether the page is being made in Chinese."""
    locale = get_locale()
    return locale is None or locale.language == "zh"


def day(value: date | datetime | None) -> str:
    """2010年7月1日 (in English 1 Jul 2010); a moment is first taken to the town's zone; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.town_time(value).date()
    if is_chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {value:%b} {value.year}"


def short_day(value: date | datetime | None) -> str:
    """The day without its year when it is this year's: 7月1日."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.town_time(value).date()
    if value.year != clock.today().year:
        return day(value)
    return f"{value.month}月{value.day}日" if is_chinese() else f"{value.day} {value:%b}"


def moment(value: datetime | None) -> str:
    """Day and wall-clock time in the town: 7月4日 10:12."""
    if value is None:
        return ""
    return f"{short_day(value)} {clock.town_time(value):%H:%M}"


def time_input(value: datetime | None) -> str:
    """The value of an `<input type=datetime-local>`: the town's wall clock to the minute."""
    return "" if value is None else f"{clock.town_time(value):%Y-%m-%dT%H:%M}"


def masked(phone: str | None) -> str:
    """A phone number with its middle hidden: 199****0001; short ones keep only the last two digits."""
    if not phone:
        return ""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(0, len(phone) - 2) + phone[-2:]


def word(value: Word | None) -> str:
    """The word of a vocabulary in the user's language; nothing for None."""
    return "" if value is None else _text(value.label)


def number(value: float) -> str:
    """A number with thousands separated: 1,575."""
    return f"{value:,}"


TENTH = Decimal("0.1")


def per_cent(part: int, whole: int) -> Decimal:
    """A share of something in per cent with one decimal, halves upwards as spreadsheets round them: 27 of 48 is 56.3."""
    return (Decimal(100 * part) / whole).quantize(TENTH, ROUND_HALF_UP)


def percent(part: int, whole: int) -> str:
    """A share with one decimal: 93.4%; a dash when there is nothing to share."""
    return "—" if whole == 0 else f"{per_cent(part, whole)}%"


def sentence(error: Any) -> str:
    """The translated sentence of a DomainError or anything with `message` and `params`."""
    params = {k: gettext(v.label) if isinstance(v, Word) else v for k, v in dict(error.params).items()}
    return gettext(error.message) % params if params else gettext(error.message)


def _text(message: str) -> str:
    """A text in the user's language. A phone's pages are made by the hundred for one reader: for them the catalogue is
    looked up once."""
    if "packed" not in g:
        return gettext(message)
    if "catalogue" not in g:
        g.catalogue = get_domain().get_translations()
    return str(g.catalogue.ugettext(message))


def _plural(singular: str, plural: str, number: int) -> str:
    """The form of a text for a number, its places still to be filled: jinja does that."""
    return str(get_domain().get_translations().ungettext(singular, plural, number))


def _once(macro: Macro) -> str:
    """What a macro without arguments makes, made once in a request: a phone's pages have it by the hundred."""
    made: dict[str, str] = g.setdefault("made_once", {})
    if macro.name not in made:
        made[macro.name] = macro()
    return made[macro.name]


def init_formats(app: Flask) -> None:
    """Make the formats filters of every template, and gettext a global."""
    environment: Environment = app.jinja_env
    environment.filters.update(
        day=day,
        short_day=short_day,
        moment=moment,
        time_input=time_input,
        masked=masked,
        word=word,
        number=number,
        sentence=sentence,
    )
    environment.globals.update(percent=percent, ngettext=ngettext, now=clock.now, today=clock.today, once=_once)
    environment.install_gettext_callables(_text, _plural, newstyle=True)  # type: ignore[attr-defined]
    environment.policies["ext.i18n.trimmed"] = True
