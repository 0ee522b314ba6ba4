"""A register that is taken away and brought again changes nothing: every row is the same, none is new, bad or skipped."""

import pytest
from sqlalchemy.orm import Session

from hengli_visits.models import ImportRow, Role, RosterKind, RowState
from tests.exports.files import FULL, export
from tests.factories import grant, make_member
from tests.imports.importing import bring_town, figures, read, rows_of, snapshot
from tests.pages import SignIn

ROUNDS = {
    "families": (RosterKind.HOUSEHOLDS, 1575),
    "enterprises": (RosterKind.ENTERPRISES, 240),
    "members": (RosterKind.MEMBERS, 1725),
    "groups": (RosterKind.GROUPS, 91),
    "areas": (RosterKind.AREAS, 17),
    "branches": (RosterKind.BRANCHES, 154),
}


def told(rows: list[ImportRow]) -> list[object]:
    """What is said of rows that are not the same."""
    return [(row.data, row.changes, [note for note in row.notes if note["level"] == "bad"]) for row in rows[:3]]


def assert_same(session: Session, data: bytes, kind: RosterKind, count: int, *, guessed: bool = True) -> None:
    """Reading the file finds so many rows as they stand, and the kind of roster by itself."""
    session.rollback()
    batch = read(session, data, None if guessed else kind)
    assert batch.kind is kind
    odd = [row for state in RowState if state is not RowState.SAME for row in rows_of(session, batch, state)]
    assert told(odd) == []
    assert figures(batch) == (0, 0, count, 0, 0)
    assert batch.outline["villages"] == batch.outline["branches"] == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_sample_town(session: Session, sign_in: SignIn) -> None:
    campaign = bring_town(session)
    coordinator = make_member(session, "统建文")
    grant(session, coordinator, Role.COORDINATOR)
    session.commit()
    client = sign_in(coordinator)
    before = snapshot(session)
    for what, (kind, count) in ROUNDS.items():
        for format_ in ("xlsx", "csv"):
            more = FULL if what not in ("areas", "branches") else {}
            assert_same(session, export(client, f"{what}?campaign={campaign.id}", format_, **more), kind, count)
    assert snapshot(session) == before
