"""The themes of what an actor may read, counted from the rows; and what they are counted with."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.feedback.queries import Filters, holds_words, said
from hengli_visits.grams import SHORTEST, contains
from hengli_visits.models import Area, AreaAlias, Campaign, Category, Feedback, Household, ThemeWord, Visit
from hengli_visits.voices.discovery import Cutter
from hengli_visits.voices.queries.searching import PAGE_SIZE, Hits, with_rows
from hengli_visits.voices.rules import Kind
from hengli_visits.voices.tally import Digest, Sentence, Theme, digest
from hengli_visits.voices.words import vocabulary

AT_ONCE = 2_000
"""Rows in memory at a time."""
KEPT = 32
"""Digests that a process keeps."""
STREETS = 2_000
MOST_FOUND = 500

_kept: OrderedDict[tuple[object, ...], Digest] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Of:
    """Of which campaign and village the themes are; None: of all."""

    campaign: int | None = None
    area: int | None = None

    def filters(self) -> Filters:
        """The same for the list of feedback."""
        return Filters(campaign=self.campaign, area=self.area)


def places(session: Session) -> list[str]:
    """Names of villages and streets, also without 镇 and 村: they say where, not what. Three queries."""
    names = list(session.scalars(select(Area.name))) + list(session.scalars(select(AreaAlias.name)))
    streets = (
        select(Household.street)
        .where(Household.street != "")
        .group_by(Household.street)
        .order_by(func.count().desc(), Household.street)
        .limit(STREETS)
    )
    short = [name[:-1] for name in names if len(name) > SHORTEST and name[-1] in "镇村"]
    return names + short + list(session.scalars(streets))


def known_words(session: Session) -> list[str]:
    """The words that are known beforehand: those of categories, as far as they name something
    (the hint 第二天就有人 does not), then the program's own list. One query."""
    own = session.scalars(select(Category.words).order_by(Category.position, Category.id))
    cutter = Cutter(())
    hints = [
        word for words in own for word in words if SHORTEST <= len(word) <= 12 and [*cutter.chunks(word)] == [word]
    ]
    return list(dict.fromkeys((*hints, *vocabulary())))


def all_words(session: Session) -> Iterator[str]:
    """What residents said, of everybody, row by row: for finding words, never for showing."""
    query = select(Feedback.words).where(Feedback.removed_at.is_(None)).execution_options(yield_per=AT_ONCE)
    yield from session.scalars(query)


def _version(session: Session, actor: Actor, of: Of) -> tuple[object, ...]:
    """What changes when the sentences in a scope or the words do. Two queries."""
    rows = session.execute(
        said(actor, of.filters())
        .order_by(None)
        .with_only_columns(
            func.count(),
            func.max(Feedback.id),
            func.sum(func.length(Feedback.words)),
            func.sum(Feedback.category_id),
            func.sum(Household.area_id),
            func.max(Visit.visited_at),
        )
    ).one()
    words = session.execute(select(func.max(ThemeWord.found_at), func.count())).one()
    return (str(session.connection().engine.url), actor.id, actor.roles, of, clock.today(), *rows, *words)


def themes(session: Session, actor: Actor, of: Of) -> Digest:
    """The themes of what the actor may read. Reads every sentence once, a few thousand at a time, and keeps the answer
    in this process until sentences, words or the day change. Two queries, five the first time."""
    version = _version(session, actor, of)
    with _lock:
        if version in _kept:
            _kept.move_to_end(version)
            return _kept[version]
    fresh = _count(session, actor, of)
    with _lock:
        _kept[version] = fresh
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return fresh


def _count(session: Session, actor: Actor, of: Of) -> Digest:
    given = known_words(session)
    found = session.scalars(select(ThemeWord.word).order_by(ThemeWord.times.desc(), ThemeWord.word)).all()
    ended = session.scalar(select(Campaign.ends_on).where(Campaign.id == of.campaign)) if of.campaign else None
    last = min(clock.today(), ended) if ended else clock.today()
    return digest(_sentences(session, actor, of), given, found, last)


def _sentences(session: Session, actor: Actor, of: Of) -> Iterator[Sentence]:
    query = (
        said(actor, of.filters())
        .outerjoin(Feedback.category)
        .order_by(None)
        .with_only_columns(Feedback.words, Visit.visited_at, Area.name, func.coalesce(Category.name, ""))
        .execution_options(yield_per=AT_ONCE)
    )
    for words, at, area, category in session.execute(query):
        yield Sentence(words, clock.town_time(at).date(), area, category)


def sentences_of(session: Session, actor: Actor, of: Of, theme: Theme, before: int | None) -> Hits:
    """A page of the sentences of a theme, the latest that came in first. One query."""
    query = with_rows(said(actor, of.filters()).order_by(None), Kind.FEEDBACK).where(
        holds_words(theme.word), contains(theme.word, Feedback.words)
    )
    if before is not None:
        query = query.where(Feedback.id < before)
    rows: Sequence[Feedback] = session.scalars(query.limit(PAGE_SIZE + 1)).unique().all()
    following = rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None
    return Hits(Kind.FEEDBACK, rows[:PAGE_SIZE], theme.total, False, following)
