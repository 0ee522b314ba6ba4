"""The page 查找."""

from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from hengli_visits.errors import require
from hengli_visits.formats import word
from hengli_visits.gate import actor, session
from hengli_visits.grams import LONGEST, marked
from hengli_visits.voices import rules
from hengli_visits.voices.forms import NameForm
from hengli_visits.voices.keeping import kept_as
from hengli_visits.voices.queries import searching
from hengli_visits.voices.queries.saved import kept_searches, sought_of
from hengli_visits.voices.queries.searching import Sought
from hengli_visits.voices.views.blueprint import bp

AROUND = 90
"""Signs of a long text that are shown on both sides of a hit."""


@bp.get("/search")
def search() -> str | tuple[str, int]:
    """Look through all feedback and issues that one may see."""
    require(rules.may_search(actor()))
    sought = sought_of(request.args)
    problem = _problem(sought)
    page = search_page(sought, NameForm(name=sought.q[:30]), problem)
    return (page, 422) if problem else page


def _problem(sought: Sought) -> str:
    """What is wrong with what is looked for, as a sentence."""
    if len(sought.q) > LONGEST:
        return _("最多写 %(n)s 个字。", n=LONGEST)
    if sought.q and (sought.too_short or not sought.terms):
        return _("每个词至少写两个字。")
    return ""


def address_of(sought: Sought) -> str:
    """The address of a search."""
    values: dict[str, Any] = dict(sought.address())
    return url_for("voices.search", **values)


def search_page(sought: Sought, form: NameForm, problem: str = "") -> str:
    """The page with what is found, or, while nothing is looked for, with the searches that are kept."""
    ready = sought.ready and not problem
    kinds = rules.kinds_of(actor())
    kept = sought.address()
    return render_template(
        "voices/search.html",
        sought=sought,
        found=searching.hits(session(), actor(), sought) if ready else [],
        ready=ready,
        problem=problem,
        kept_already=kept_as(session(), actor(), kept) if ready else None,
        saved=[] if ready else kept_searches(session(), actor()),
        choices=searching.choices(session(), actor()),
        kinds=kinds,
        chips=[
            {
                "href": address_of(replace(sought, kind=kind)),
                "text": word(kind) if kind else _("全部"),
                "current": sought.kind is kind,
            }
            for kind in (None, *kinds)
        ],
        kept=kept,
        form=form,
        hit=lambda text: marked(text, sought.terms, AROUND),
    )
