"""Writes of kept searches and of the words of themes."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Invalid, Missing, require
from hengli_visits.models import SavedSearch, ThemeWord
from hengli_visits.orm import hold_keys
from hengli_visits.voices import discovery
from hengli_visits.voices.queries.saved import own_search
from hengli_visits.voices.queries.searching import Sought, last_rows
from hengli_visits.voices.queries.themes import MOST_FOUND, all_words, known_words, places
from hengli_visits.voices.rules import MOST_SAVED, may_search
from hengli_visits.wording import N_


def keep_search(session: Session, actor: Actor, name: str, sought: Sought) -> SavedSearch:
    """Keep a search for the actor alone; what there is now counts as seen. The same search under the same name a second
    time changes nothing. Refuses a name that another of the actor's searches has and more than `MOST_SAVED`
    (`Invalid`), and what cannot be looked for."""
    require(may_search(actor))
    if not sought.ready:
        raise Invalid(N_("请先写下要找的字，至少两个字。"), field="name")
    hold_keys(session, f"searches:{actor.id}")
    kept = session.scalars(select(SavedSearch).where(SavedSearch.member_id == actor.id)).all()
    same = next((row for row in kept if row.name == name), None)
    if same is not None and same.sought == sought.address():
        return same
    _refuse_taken(session, actor, name, None)
    if len(kept) >= MOST_SAVED:
        raise Invalid(N_("最多保存 %(n)s 个查找，请先删去不用的。"), field="name", n=MOST_SAVED)
    feedback_id, issue_id = last_rows(session)
    row = SavedSearch(
        member_id=actor.id,
        name=name,
        sought=sought.address(),
        seen_feedback=feedback_id,
        seen_issue=issue_id,
        created_at=clock.now(),
        opened_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "search.keep", "search", row.id)
    return row


def _refuse_taken(session: Session, actor: Actor, name: str, but: int | None) -> None:
    taken = select(SavedSearch.id).where(SavedSearch.member_id == actor.id, SavedSearch.name == name)
    if any(id_ != but for id_ in session.scalars(taken)):
        raise Invalid(N_("您已经有一个叫这个名称的查找。"), field="name")


def open_search(session: Session, actor: Actor, search_id: int) -> SavedSearch:
    """Take note that the actor opens a kept search: all that there is now is not new any more. Raises `Missing` for
    one of somebody else."""
    row = own_search(session, actor, search_id)
    row.seen_feedback, row.seen_issue = last_rows(session)
    row.opened_at = clock.now()
    session.flush()
    return row


def rename_search(session: Session, actor: Actor, search_id: int, name: str) -> None:
    """Give a kept search another name. Raises `Missing` for one of somebody else, `Invalid` for a name that is taken,
    and `Conflict` when it was deleted meanwhile."""
    row = own_search(session, actor, search_id)
    if row.name == name:
        return
    hold_keys(session, f"searches:{actor.id}")
    _refuse_taken(session, actor, name, row.id)
    found = session.execute(update(SavedSearch).where(SavedSearch.id == row.id).values(name=name))
    if not found.rowcount:  # type: ignore[attr-defined]
        raise Conflict(N_("这个查找刚才已经删去了。"))
    audit.record(session, actor, "search.rename", "search", search_id)


def remove_search(session: Session, actor: Actor, search_id: int) -> None:
    """Delete a kept search. Raises `Missing` for one of somebody else, or that is gone."""
    row = own_search(session, actor, search_id)
    gone = session.execute(delete(SavedSearch).where(SavedSearch.id == row.id))
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise Missing
    audit.record(session, actor, "search.remove", "search", search_id)


def find_words(session: Session, now: datetime) -> int:
    """Find the words that matter in all that residents said, and keep the most frequent instead of those kept before;
    how many there are now. Only the words are kept, none of the sentences: a word that fewer than
    `discovery.LEAST` sentences hold is none."""
    known = known_words(session)
    counts = discovery.count(all_words(session), discovery.Cutter(places(session), known))
    found = sorted(discovery.words(counts, known).items(), key=lambda item: (-item[1], item[0]))[:MOST_FOUND]
    session.execute(delete(ThemeWord))
    if found:
        session.execute(insert(ThemeWord), [{"word": word, "times": times, "found_at": now} for word, times in found])
    return session.scalar(select(func.count()).select_from(ThemeWord)) or 0
