"""Who may search, keep searches and see themes."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.models import SavedSearch
from hengli_visits.voices.actions import keep_search
from hengli_visits.voices.queries.searching import Sought
from tests.cast import Cast
from tests.feedback.test_views import say
from tests.issues.making import actor_for
from tests.permissions import Row

OVERSEEING = ("coordinator", "leader", "team_leader", "other_leader", "area_lead")
SEARCHING = (*OVERSEEING, "visitor", "partner", "other_visitor", "handler", "other_handler")


def _kept(session: Session, cast: Cast) -> Any:
    keep_search(session, actor_for(session, cast.leader), "排水", Sought(q="排水渠"))
    return session.scalar(select(SavedSearch.id))


def _said(session: Session, cast: Cast) -> Any:
    for words in ("排水渠堵了", "排水渠又堵了"):
        say(session, cast, words)


ROWS = [
    Row("voices.search", lambda cast, made: "/search?q=排水渠", SEARCHING, prepare=_said),
    Row(
        "voices.keep",
        lambda cast, made: "/search/saved",
        SEARCHING,
        "POST",
        data=lambda cast, made: {"name": "排水", "q": "排水渠"},
        bad=lambda cast, made: {"name": "", "q": "排水渠"},
        again=(303,),
    ),
    Row(
        "voices.open_saved",
        lambda cast, made: f"/search/saved/{made}/open",
        ("leader",),
        "POST",
        prepare=_kept,
        again=(303,),
    ),
    Row("voices.edit_saved", lambda cast, made: f"/search/saved/{made}", ("leader",), prepare=_kept),
    Row(
        "voices.edit_saved",
        lambda cast, made: f"/search/saved/{made}",
        ("leader",),
        "POST",
        prepare=_kept,
        data=lambda cast, made: {"name": "水渠"},
        bad=lambda cast, made: {"name": "长" * 31},
        again=(303,),
    ),
    Row(
        "voices.remove_saved",
        lambda cast, made: f"/search/saved/{made}/removal",
        ("leader",),
        "POST",
        prepare=_kept,
        again=(404,),
    ),
    Row("voices.themes", lambda cast, made: "/themes", OVERSEEING, prepare=_said),
    Row(
        "voices.theme",
        lambda cast, made: "/themes/one?word=排水渠",
        ("coordinator", "leader", "team_leader", "area_lead"),
        prepare=_said,
    ),
]
