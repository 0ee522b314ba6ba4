"""The pages of themes: 大家在说, and one theme with its sentences."""

from typing import Any

from flask import g, render_template, request, url_for

from hengli_visits.errors import Missing, require
from hengli_visits.forms import row_id
from hengli_visits.gate import actor, session
from hengli_visits.grams import folded, marked
from hengli_visits.voices import rules
from hengli_visits.voices.queries import searching, themes as queries
from hengli_visits.voices.queries.themes import Of
from hengli_visits.voices.tally import WEEKS
from hengli_visits.voices.views.blueprint import bp
from hengli_visits.voices.views.searching import AROUND

SHOWN = 30
PERIODS = (1, 4)
"""Weeks that are held against as many before."""


def _of() -> tuple[Of, dict[str, Any]]:
    """Of what the address wants the themes, and the same for further addresses."""
    of = Of(request.args.get("campaign", type=row_id), request.args.get("area", type=row_id))
    kept: dict[str, Any] = {"campaign": of.campaign, "area": of.area, "weeks": _weeks()}
    return of, {name: value for name, value in kept.items() if value}


def _weeks() -> int:
    weeks = request.args.get("weeks", 1, type=row_id)
    return weeks if weeks in PERIODS else 1


@bp.get("/themes")
def themes() -> str:
    """What residents say most, and what they say more often than before."""
    require(rules.may_see_themes(actor()))
    g.way = "voices.themes"
    (of, kept), weeks = _of(), _weeks()
    digest = queries.themes(session(), actor(), of)
    recent = sorted(digest.themes, key=lambda theme: (-theme.period(weeks), -theme.total, theme.word))
    return render_template(
        "voices/themes.html",
        digest=digest,
        shown=recent[:SHOWN],
        rising=digest.rising(weeks),
        weeks=weeks,
        of=of,
        kept=kept,
        choices=searching.choices(session(), actor()),
        periods=[(n, url_for("voices.themes", **{**kept, "weeks": n})) for n in PERIODS],
        spans=WEEKS,
    )


@bp.get("/themes/one")
def theme() -> str:
    """One theme: when, where and about what it is said, and its sentences."""
    require(rules.may_see_themes(actor()))
    g.way = "voices.themes"
    (of, kept), wanted = _of(), request.args.get("word", "")
    found = (digest := queries.themes(session(), actor(), of)).theme(wanted)
    if found is None:
        raise Missing
    before = request.args.get("before", type=row_id)
    return render_template(
        "voices/theme.html",
        theme=found,
        digest=digest,
        hits=queries.sentences_of(session(), actor(), of, found, before),
        before=before,
        of=of,
        kept=kept,
        choices=searching.choices(session(), actor()),
        spans=WEEKS,
        hit=lambda text: marked(text, [folded(found.word)], AROUND),
    )
