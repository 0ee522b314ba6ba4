"""Which rows each ledger has."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.models import PaperKind as K
from hengli_visits.papers.ledger import Ledger
from hengli_visits.papers.queries import issues, said, town, visits
from hengli_visits.papers.wishes import Wishes

Making = Callable[[Session, Actor, K, Wishes], Ledger]
Counting = Callable[[Session, Actor, K, Wishes], int]

LEDGERS: dict[K, Making] = {
    K.VISITS: visits.ledger,
    K.SAID: said.ledger,
    K.ISSUES: issues.found,
    K.DUTIES: issues.duties,
    K.RECTIFIED: issues.rectified,
    K.PARKED: issues.parked,
    K.SUPERVISED: issues.supervised,
    K.DAILY: town.ledger,
    K.WEEKLY: town.ledger,
}
COUNTS: dict[K, Counting] = {K.VISITS: visits.count, K.SAID: said.count}


def table_of(session: Session, actor: Actor, kind: K, wishes: Wishes) -> Ledger:
    """A ledger of what the actor oversees; its rows are read while they are written."""
    return LEDGERS[kind](session, actor, kind, wishes)


def count_of(session: Session, actor: Actor, kind: K, wishes: Wishes) -> int:
    """How many rows a paper is going to have, as far as that may be many. One query at most."""
    if kind in COUNTS:
        return COUNTS[kind](session, actor, kind, wishes)
    return issues.count(session, actor, kind, wishes) if kind in LEDGERS and kind not in (K.DAILY, K.WEEKLY) else 0
