"""Nothing that is sent makes the program crash: each endpoint with nasty values in its address, its form and its JSON,
by those who may use it and by others. What it answers is a page, a sentence or a redirection, never a 5xx."""

import os
import random
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.qr import draw
from hengli_visits.accounts.views import cards
from hengli_visits.models import Assignment, AssignmentVisitor, GroupMember, Household, HouseholdKind, Member
from tests.cast import Cast
from tests.pages import PageClient, SignIn
from tests.permissions import Row
from tests.test_permissions import ROWS

SEED = 20100701
MORE_THAN_A_PAGE = 101
LONG = 50_000
ROUNDS = int(os.environ.get("NONSENSE", "1"))
SLICES = sorted({row.endpoint.split(".")[0] for row in ROWS})

NUMBERS = (
    "0",
    "-1",
    "1",
    "2147483647",
    "2147483648",
    "9223372036854775808",
    "9" * 30,
    "9" * 5000,
    "1e9",
    "１２",
    "1.5",
)
TEXTS = ("", " ", "a\x00b", "\x00", "%_\\", "%s%(x)d{0}", "<script>alert(1)</script>", "😀" * 20, "é́", "\u202e永")
MOMENTS = (
    "0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00", "9999-12-31T23:59", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-06-29T24:00", "2026-06", "0001-01", "9999-12",
)  # fmt: skip
BYTES = tuple(quote_from_bytes(raw) for raw in (b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"\r\nX: y", b"../../x"))
VALUES = (*NUMBERS, *TEXTS, *MOMENTS, "x" * LONG, "../../etc/passwd", "//evil.example", "nan", "inf", "-0")
NAMES = (
    "all", "area", "assignment", "back", "branch", "campaign", "category", "day", "due", "endpoint", "free", "gender",
    "group", "kind", "leaders", "next", "only", "outcome", "page", "parent", "q", "removed", "resting", "role", "said",
    "sector", "standing", "state", "street", "tab", "unit", "urgency", "visit", "visitor", "group_id", "member_id", "left",
    "which", "member",
    "_external", "_scheme", "_anchor", "_method", "number", "self", "values", "hands", "due_on", "digest", "batch",
)  # fmt: skip
WORST = ("9223372036854775808", "9999-12-31", "a\x00b", " ")
"""Values that have made every program crash once: they are always tried."""
JSON_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 10**30, 1.5, 1e308, "", "a\x00b", "\ud800", "x" * LONG, [], {}, [[]], [{}],
    {"a": 1}, [None], ["1"], MOMENTS[0], MOMENTS[4], [1] * 3000,
)  # fmt: skip
BODIES = (b"", b"{", b"\xff", b'"\\ud800"', b"[" * 100_000, b"[1]", b"null", b"1e999")


@pytest.fixture
def chance() -> random.Random:
    """The same nonsense in each run."""
    return random.Random(SEED)


@pytest.fixture
def crowd(session: Session, cast: Cast) -> Cast:
    """The cast in a town so large that each list has a second page."""
    now, numbers = clock.now(), range(MORE_THAN_A_PAGE)
    times = {"created_at": now, "updated_at": now}
    people = [{"name": f"众{number}", **times} for number in numbers for _ in ("in the team", "free")]
    members = session.scalars(insert(Member).returning(Member.id), people).all()
    homes = [
        {
            "kind": HouseholdKind.FAMILY,
            "code": f"X-{number}",
            "name": f"户{number}",
            "area_id": cast.village.id,
            **times,
        }
        for number in numbers
    ]
    households = session.scalars(insert(Household).returning(Household.id), homes).all()
    tasks = [
        {"campaign_id": cast.campaign.id, "household_id": id_, "group_id": cast.team.id, "created_at": now}
        for id_ in households
    ]
    assignments = session.scalars(insert(Assignment).returning(Assignment.id), tasks).all()
    joined = [{"group_id": cast.team.id, "member_id": id_, "joined_at": now} for id_ in members[::2]]
    session.execute(insert(GroupMember), joined)
    named = [{"assignment_id": id_, "member_id": cast.visitor.id, "since": now} for id_ in assignments]
    session.execute(insert(AssignmentVisitor), named)
    session.commit()
    return cast


@pytest.fixture(autouse=True)
def one_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet of cards is drawn for a hundred people and again at each attempt: one drawing does for all. What is
    drawn is a token of our own, which no nonsense reaches."""
    drawing = draw("https://visits.example.cn/cards/a-token-of-forty-three-letters-and-digits")
    monkeypatch.setattr(cards, "draw", lambda _link: drawing)


class Attack:
    """Requests by somebody, with what went wrong."""

    def __init__(self, client: PageClient) -> None:
        self.client = client
        self.wrong: list[str] = []

    def send(self, method: str, address: str, **parts: Any) -> None:
        """Make one request; a crash or a 5xx is noted."""
        if query := parts.pop("query_string", None):
            text = query if isinstance(query, str) else urlencode(query)
            address += ("&" if "?" in address else "?") + text
        told = f"{method} {address[:500]} {repr(parts)[:300]}"
        try:
            response = self.client.open(address, method=method, **parts)
            if response.status_code >= 500:
                self.wrong.append(f"{response.status_code} {told}")
            response.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            frames = traceback.extract_tb(error.__traceback__)
            place = next((frame for frame in reversed(frames) if "/hengli_visits/" in frame.filename), frames[-1])
            self.wrong.append(f"{error!r:.200} at {place.filename}:{place.lineno} in {told}")


def _queries(chance: random.Random) -> Iterator[Any]:
    """Query strings: one value under many names, others under a few, twice, and bytes that are no text."""
    for value in (*WORST, *chance.sample(VALUES, ROUNDS)):
        yield [(name, value) for name in NAMES if chance.random() < 0.6]
    for _ in range(ROUNDS):
        names = chance.sample(NAMES, 4)
        yield [(name, chance.choice(VALUES)) for name in names for _ in range(2)]
    yield "&".join(f"{name}={chance.choice(BYTES)}" for name in NAMES)


def _forms(chance: random.Random) -> Iterator[Callable[[Mapping[str, Any]], dict[str, Any]]]:
    """What is done to a form that was good: one field spoiled, all of them, some twice. Files are read once, so that
    each request wants a fresh form."""
    for _ in range(ROUNDS):
        for value in (*WORST, chance.choice(VALUES)):
            yield partial(_with_one, chance, value)
        yield lambda good: dict.fromkeys([*good, "back", "seen"], chance.choice(VALUES))
        yield lambda good: {name: [chance.choice(VALUES), str(good[name])] for name in good if chance.random() < 0.8}


def _with_one(chance: random.Random, value: str, good: Mapping[str, Any]) -> dict[str, Any]:
    return {**good, chance.choice([*good, "x"]): value}


def _fresh(row: Row, cast: Cast, made: Any) -> Mapping[str, Any]:
    """The row's good form, made anew."""
    good = row.data(cast, made) if row.data else {}
    assert not isinstance(good, bytes)
    return good


def _spoiled(chance: random.Random, good: Any) -> Any:
    """A JSON value with one part of it replaced."""
    if isinstance(good, dict) and good and chance.random() < 0.9:
        key = chance.choice(list(good))
        return {**good, key: _spoiled(chance, good[key])}
    if isinstance(good, list) and good and chance.random() < 0.9:
        return [_spoiled(chance, good[0]), *good[1:]]
    return chance.choice(JSON_VALUES)


def _attack(row: Row, cast: Cast, made: Any, attack: Attack, chance: random.Random) -> None:
    address = row.address(cast, made)
    if row.method == "GET":
        for query in _queries(chance):
            attack.send("GET", address, query_string=query)
    elif row.json is not None:
        for _ in range(ROUNDS * 6):
            attack.send(row.method, address, json=_spoiled(chance, row.json(cast, made)))
        for body in BODIES:
            attack.send(row.method, address, data=body, content_type="application/json")
    elif row.data is not None and isinstance(good := row.data(cast, made), bytes):
        for spoiled in (b"", b"x", good[:50], good + b"x" * 100):
            attack.send(row.method, address, data=spoiled, headers=row.headers)
    else:
        for spoil in _forms(chance):
            attack.send(row.method, address, data=spoil(_fresh(row, cast, made)))
        attack.send(row.method, address, data=b"\xff=%ff&a=%00", content_type="application/x-www-form-urlencoded")
        attack.send(row.method, address, data=b"--x", content_type="multipart/form-data; boundary=x")


@pytest.mark.parametrize("slice_name", SLICES)
def test_nothing_crashes(
    slice_name: str, session: Session, crowd: Cast, sign_in: SignIn, chance: random.Random
) -> None:
    # Each endpoint on one of the databases: what is refused is refused before either of them is asked, mostly.
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    rows = [row for row in ROWS if row.endpoint.startswith(f"{slice_name}.")][on_postgresql::2]
    targets = [(row, row.prepare(session, crowd)) for row in rows]
    session.commit()
    wrong: list[str] = []
    for row, made in sorted(targets, key=lambda target: target[0].method != "GET"):
        person = chance.choice(sorted(row.allowed)) if row.allowed else None
        attack = Attack(sign_in(getattr(crowd, person) if person else None))
        _attack(row, crowd, made, attack, chance)
        wrong += attack.wrong
    assert not wrong, "\n".join(wrong)
