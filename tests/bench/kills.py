"""A server that is killed at random moments under load keeps every acknowledged visit exactly once.

`python -m tests.bench.kills [--kills 100] [--phones 8] [--seed N] [sqlite] [postgresql]`. Fails on the first fault."""

import argparse
import random
import secrets
import shutil
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hengli_visits.models import (
    Assignment,
    AuditEntry,
    Feedback,
    Handling,
    Issue,
    Move,
    Photo,
    Visit,
    VisitRevision,
)
from hengli_visits.visits.pictures import Album
from tests.bench.phone import Phone, Sent
from tests.bench.town import Town, add_visitor, new_town
from tests.databases import running_server
from tests.e2e.server import Program

LONGEST_LIFE = 1.5
EARLY = 0.1
"""So many of the kills hit a server that has not answered yet."""
HOUSEHOLDS = 6
DRAIN_SECONDS = 120


@contextmanager
def _instance() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Kill servers on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--phones", type=int, default=8)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    given = parser.parse_args()
    for name in given.databases:
        if name == "sqlite":
            with _instance() as instance:
                _try(given, name, instance, None)
        else:
            with running_server() as server, _instance() as instance:
                _try(given, name, instance, server.empty_database("kills"))


def _try(given: argparse.Namespace, name: str, instance: Path, url: str | None) -> None:
    print(
        f"{name}: {given.kills} kills, {given.phones} phones, {given.workers} worker(s), seed {given.seed}", flush=True
    )
    chance = random.Random(f"{given.seed} {name}")
    more = {"WEB_WORKERS": str(given.workers)} | ({"DATABASE_URL": url} if url else {})
    with new_town(instance, url) as town:
        served = Program(instance, **more)
        try:
            stop = threading.Event()
            phones = _phones(town, served.port, given.phones, chance, stop)
            began = time.monotonic()
            waits = _reign_of_terror(served, phones, given.kills, chance)
            stop.set()
            for phone in phones:
                phone.join(DRAIN_SECONDS)
                assert not phone.is_alive(), "a phone could not send what it has"
                assert phone.fault is None, phone.fault
            took = time.monotonic() - began
        finally:
            served.close()
        with town.database() as session:
            found = _check(session, instance, [one for phone in phones for one in phone.sent])
        seen = sum((phone.seen for phone in phones), Counter())
        crashes = (instance / "server.log").read_text().count("crash request=")
    print(f"  {took:.0f} s; from the kill to the first answer: median {statistics.median(waits):.2f} s, ", end="")
    print(f"longest {max(waits):.2f} s; crashes logged: {crashes}")
    print("  answers: " + ", ".join(f"{what} {count}" for what, count in sorted(seen.items())))
    print("  found: " + ", ".join(f"{what} {count}" for what, count in found.items()), flush=True)


def _phones(town: Town, port: int, count: int, chance: random.Random, stop: threading.Event) -> list[Phone]:
    with town.database() as session:
        members = [add_visitor(session, town.cast, f"走访员{number}", HOUSEHOLDS) for number in range(count)]
        session.commit()
        held = {
            member.id: list(session.scalars(select(Assignment.id).where(Assignment.visitors.any(member_id=member.id))))
            for member in members
        }
    return [
        Phone(port, town.cookie(member), member.id, held[member.id], random.Random(chance.random()), stop)
        for member in members
    ]


def _reign_of_terror(served: Program, phones: list[Phone], kills: int, chance: random.Random) -> list[float]:
    """Start the server, kill it, and so on; at last it is left alive. The seconds from each kill to an answer."""
    waits = []
    served.start()
    _await_answer(served.port)
    for phone in phones:
        phone.start()
    done = 0
    while done < kills:
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        served.kill()
        killed = time.monotonic()
        served.start()
        done += 1
        while done < kills and chance.random() < EARLY:
            time.sleep(chance.uniform(0, 1))
            served.kill()
            killed = time.monotonic()
            served.start()
            done += 1
        _await_answer(served.port)
        waits.append(time.monotonic() - killed)
        broken = [phone.fault for phone in phones if phone.fault]
        assert not broken, broken
    return waits


def _await_answer(port: int) -> None:
    probe = Phone(port, "", 0, [], random.Random(0), threading.Event())
    end = time.monotonic() + DRAIN_SECONDS
    while (answer := probe.ask_for_contact()) is None or answer["status"] != 401:
        assert time.monotonic() < end, "the server does not answer any more"
        time.sleep(0.01)


def _check(session: Session, instance: Path, sent: list[Sent]) -> dict[str, int]:
    """Compare the database with what the phones know. Raises AssertionError on the first fault."""
    _check_database(session)
    known = {one.uuid: one for one in sent}
    visits = list(session.scalars(select(Visit)))
    assert len({visit.uuid for visit in visits}) == len(visits), "a visit is there twice"
    rows = {visit.uuid: visit for visit in visits}
    assert rows.keys() <= known.keys(), "a visit that nobody sent"
    lost = [uuid for uuid, one in known.items() if one.acknowledged and uuid not in rows]
    assert not lost, f"acknowledged and lost: {lost}"
    revisions = _grouped(session, select(VisitRevision).order_by(VisitRevision.id), "visit_id")
    feedback = _grouped(session, select(Feedback).order_by(Feedback.id), "visit_id")
    entries = session.execute(select(AuditEntry.action, AuditEntry.object_id))
    audit: Counter[tuple[str, str]] = Counter((action, object_id) for action, object_id in entries)
    for uuid, visit in rows.items():
        _check_visit(known[uuid], visit, revisions[visit.id], feedback.get(visit.id, []))
        assert audit["visit.create", str(visit.id)] == 1, f"{uuid}: not told of once in the audit"
        assert audit["visit.revise", str(visit.id)] == visit.revision - 1, f"{uuid}: revisions and audit differ"
        assert audit["visit.clash", str(visit.id)] == 0, f"{uuid}: clashes"
    photos = _check_photos(session, instance, known, rows, audit)
    issues = _check_issues(session)
    return {
        "visits acknowledged": sum(one.acknowledged > 0 for one in sent),
        "in the database": len(rows),
        "kept though the phone was lost": sum(known[uuid].acknowledged == 0 for uuid in rows),
        "revised": sum(visit.revision > 1 for visit in visits),
        "feedback": sum(map(len, feedback.values())),
        "issues": issues,
        **photos,
    }


def _check_database(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        assert session.execute(text("PRAGMA integrity_check")).all() == [("ok",)]
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def _grouped(session: Session, query: Any, key: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.scalars(query):
        found.setdefault(getattr(row, key), []).append(row)
    return found


def _check_visit(one: Sent, visit: Visit, revisions: list[VisitRevision], feedback: list[Feedback]) -> None:
    """The visit says what the phone sent last, in one revision in force, and each thing that was said stands there
    once."""
    where = str(one.uuid)
    assert visit.assignment_id == one.assignment, where
    assert not visit.clashing, where
    in_force = [row for row in revisions if row.chosen and row.number == visit.revision]
    assert len(in_force) == 1, f"{where}: {len(in_force)} revisions in force"
    assert [row.number for row in revisions] == list(range(1, visit.revision + 1)), (
        f"{where}: revisions {[row.number for row in revisions]}"
    )
    assert visit.revision == (one.acknowledged or 1), f"{where}: revision {visit.revision}"
    wanted = one.wordings[visit.revision - 1]
    assert in_force[0].content == wanted.as_json(), f"{where}: another content"
    assert (visit.outcome, visit.visited_at, visit.remarks) == (wanted.outcome, wanted.visited_at, wanted.remarks)
    assert sorted(str(row.uuid) for row in feedback) == sorted(str(said.uuid) for said in wanted.feedback), where
    told = {said.uuid: said for said in wanted.feedback}
    for row in feedback:
        assert row.words == told[row.uuid].words, where
        assert row.removed_at is None, where
        assert (row.issue_id is not None) == (row.handling is Handling.FOLLOW_UP), f"{where}: issue"


def _check_issues(session: Session) -> int:
    """Each thing to follow up has an issue of its own, opened once."""
    issues = session.scalar(select(func.count(Issue.id))) or 0
    followed = list(session.scalars(select(Feedback.issue_id).where(Feedback.issue_id.is_not(None))))
    assert len(followed) == len(set(followed)) == issues, f"{issues} issues for {len(followed)} feedback"
    numbers = list(session.scalars(select(Issue.number)))
    assert len(set(numbers)) == issues
    opened = Counter(session.scalars(select(Move.issue_id).where(Move.from_state.is_(None))))
    assert set(opened.values()) <= {1}, "an issue was opened twice"
    assert len(opened) == issues
    return issues


def _check_photos(
    session: Session, instance: Path, known: dict[Any, Sent], rows: dict[Any, Visit], audit: Counter[tuple[str, str]]
) -> dict[str, int]:
    """Each photo that was acknowledged is there once, with its file."""
    album = Album(instance / "uploads")
    visit_of = {visit.id: uuid for uuid, visit in rows.items()}
    photos = {photo.id: photo for photo in session.scalars(select(Photo))}
    wanted = {id_: (uuid, digest) for uuid, one in known.items() for id_, digest in one.photos.items()}
    assert photos.keys() == wanted.keys(), "photos that were lost, or that nobody sent"
    for id_, photo in photos.items():
        assert (visit_of[photo.visit_id], photo.sent_sha256) == wanted[id_], f"photo {id_}"
        assert album.path(id_).stat().st_size == photo.size, f"photo {id_}: the file"
        assert audit["photo.add", str(id_)] == 1, f"photo {id_}: audit"
    files = [path for path in album.folder.rglob("*") if path.is_file()]
    whole = {path for path in files if path.suffix == ".jpg"}
    assert whole == {album.path(id_) for id_ in photos}, "files without a photo"
    return {"photos": len(photos), "half-written files left behind": len(files) - len(whole)}


if __name__ == "__main__":
    main()
