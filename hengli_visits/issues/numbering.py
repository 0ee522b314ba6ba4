"""What an issue is called: its number and its title."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import Issue

NUMBERING_LOCK = 20100701
"""Held on PostgreSQL while a number is given, to the end of the transaction; SQLite has one writer anyhow."""
TITLE_LENGTH = 28
TELLING_LENGTH = 7
SHORTEST_CLAUSE = 4
TITLE_ENDS = "，。；！？,;!?\n"


def next_number(session: Session) -> str:
    """The next number of the town's year, HL-2026-0001 and so on. Safe under concurrency: on PostgreSQL a lock is held
    to the end of the transaction, on SQLite there is one writer."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(NUMBERING_LOCK)))
    prefix = f"HL-{clock.today().year}-"
    last = session.scalar(
        select(Issue.number)
        .where(Issue.number.startswith(prefix))
        .order_by(func.length(Issue.number).desc(), Issue.number.desc())
        .limit(1)
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"


def title_of(words: str) -> str:
    """A short title: the first clause of what was said that says something, at most 28 characters. One of fewer than 7
    (我妈八十二岁) takes the next with it, where both fit."""
    clauses = [""]
    for sign in words.strip():
        if sign in TITLE_ENDS:
            clauses.append("")
        else:
            clauses[-1] += sign
    told = [clause.strip() for clause in clauses if len(clause.strip()) >= SHORTEST_CLAUSE]
    title = told[0] if told else words.strip()
    if len(title) < TELLING_LENGTH and len(told) > 1 and len(title) + len(told[1]) < TITLE_LENGTH:
        title = f"{title}，{told[1]}"
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"
