"""The pages of themes: 大家在说, and one theme with its sentences."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import g, render_template, request, url_for

from hengli_visits import clock
from hengli_visits.assignments.tasks import campaigns_with_tasks
from hengli_visits.errors import Missing, require
from hengli_visits.feedback.queries import Filters
from hengli_visits.forms import row_id
from hengli_visits.gate import actor, session
from hengli_visits.grams import folded, marked
from hengli_visits.voices import rules
from hengli_visits.voices.queries import searching, themes as queries
from hengli_visits.voices.queries.themes import Of
from hengli_visits.voices.rising import least_rise
from hengli_visits.voices.tally import WEEKS, Digest
from hengli_visits.voices.views.blueprint import bp
from hengli_visits.voices.views.searching import AROUND

SHOWN = 30
PARTS = ("now", "earlier")
"""The two periods that are compared, the later first."""
PERIODS = (1, 4)
"""Weeks that are held against as many before."""


@dataclass(frozen=True)
class Within(Of):
    """The same for what was said in some days, both included."""

    since: date | None = None
    until: date | None = None

    def filters(self) -> Filters:
        """The same for the list of feedback."""
        return replace(super().filters(), since=self.since, until=self.until)


def _campaign() -> int | None:
    """The campaign of the address. One that says nothing means the campaign that the overview shows, one with an empty
    campaign all of them."""
    if "campaign" in request.args:
        return request.args.get("campaign", type=row_id)
    campaigns = campaigns_with_tasks(session(), actor())
    begun = (campaign for campaign in campaigns if campaign.starts_on <= clock.today())
    first = next(begun, campaigns[0] if campaigns else None)
    return first.id if first else None


def _of() -> tuple[Of, dict[str, Any]]:
    """Of what the address wants the themes, and the same for further addresses."""
    of = Of(_campaign(), request.args.get("area", type=row_id))
    kept: dict[str, Any] = {"campaign": of.campaign or "", "weeks": _weeks()}
    return of, kept | ({"area": of.area} if of.area else {})


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
        **_scale(digest, weeks),
    )


def _scale(digest: Digest, weeks: int) -> dict[str, Any]:
    """How much was said in both periods, and how often something must be said now to count as rising, when nobody or
    two said it before."""
    now, before = sum(digest.weeks[:weeks]), sum(digest.weeks[weeks : 2 * weeks])
    return {"now_all": now, "before_all": before, "least": [least_rise(now, said, before) for said in (0, 2)]}


def _days(digest: Digest, weeks: int, part: str) -> tuple[date, date] | None:
    """The first and the last day of a part of the two periods that are compared; None for any other part."""
    if part not in PARTS or digest.last is None:
        return None
    until = digest.last - timedelta(weeks=weeks * PARTS.index(part))
    return until - timedelta(weeks=weeks) + timedelta(days=1), until


@bp.get("/themes/one")
def theme() -> str:
    """One theme: when, where and about what it is said, and its sentences."""
    require(rules.may_see_themes(actor()))
    g.way = "voices.themes"
    (of, kept), wanted = _of(), request.args.get("word", "")
    found = (digest := queries.themes(session(), actor(), of)).theme(wanted)
    if found is None:
        raise Missing
    before, part = request.args.get("before", type=row_id), request.args.get("part", "")
    days = _days(digest, _weeks(), part)
    within = Within(of.campaign, of.area, *days) if days else of
    hits = queries.sentences_of(session(), actor(), within, found, before)
    if days:
        hits = replace(hits, number=found.period(_weeks(), _weeks() * PARTS.index(part)))
        kept |= {"part": part}
    return render_template(
        "voices/theme.html",
        theme=found,
        digest=digest,
        hits=hits,
        days=days,
        before=before,
        of=of,
        kept=kept,
        choices=searching.choices(session(), actor()),
        spans=WEEKS,
        hit=lambda text: marked(text, [folded(found.word)], AROUND),
    )
