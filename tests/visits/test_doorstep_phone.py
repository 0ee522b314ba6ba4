"""Households that are in no book as a phone sends them: in the envelope of the visit, and many at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.models import Assignment, AssignmentMove, Household, Visit
from hengli_visits.visits.doorstep import Newcomer
from tests.cast import Cast
from tests.pages import PageClient, SignIn
from tests.visits.doorstep import as_json, counted, household_of, newcomer
from tests.visits.making import content, said

AT_ONCE = 6


def _body(told: Newcomer, **change: Any) -> dict[str, Any]:
    return {"household": as_json(told), "content": content().as_json()} | change


def _send(client: PageClient, body: dict[str, Any], uuid: Any = None) -> tuple[int, dict[str, Any]]:
    response = client.put(f"/visits/{uuid or uuid4()}", json=body)
    return response.status_code, response.get_json()


def test_the_phone_sends_it_in_the_envelope(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, told, uuid = sign_in(cast.visitor), newcomer(cast), uuid4()
    status, answer = _send(client, _body(told), uuid)
    assert (status, answer["uuid"], answer["revision"], answer["photos"]) == (201, str(uuid), 1, [])
    household = household_of(session, told)
    made = session.scalars(select(Assignment.id).where(Assignment.household_id == household.id)).one()
    assert answer["assignment"] == made
    assert _send(client, _body(told), uuid)[0] == 200
    status, second = _send(client, {"assignment": made, "content": content().as_json()})
    assert (status, second["assignment"]) == (201, made)
    assert _send(client, _body(told))[1]["assignment"] == made


def test_everything_that_is_wrong_is_told_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    body = {"household": as_json(newcomer(cast), name="", phone="1"), "content": content().as_json() | {"outcome": ""}}
    status, answer = _send(client, body)
    assert (status, set(answer["errors"])) == (422, {"household.name", "household.phone", "outcome"})
    nothing: tuple[Any, ...] = ([], "x", 0, False)
    for household in nothing:
        status, answer = _send(client, _body(newcomer(cast), household=household))
        assert (status, "household.name" in answer["errors"]) == (422, True)
    assert set(_send(client, {"content": content().as_json()})[1]["errors"]) == {"assignment"}
    before = counted(session, Household, Assignment, AssignmentMove)
    status, answer = _send(client, _body(newcomer(cast), content=content(feedback=[said(category=10**6)]).as_json()))
    assert (status, set(answer["errors"])) == (422, {"feedback.0.category"})
    assert counted(session, Household, Assignment, AssignmentMove) == before


def test_strangers_are_told_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    body = _body(newcomer(cast))
    before = counted(session, Household, Visit)
    for person in (cast.stranger, cast.coordinator, cast.handler):
        assert _send(sign_in(person), body)[0] == 404
    assert counted(session, Household, Visit) == before


def test_one_door_from_many_at_once_is_one_household(session: Session, cast: Cast, sign_in: SignIn) -> None:
    told = newcomer(cast)
    before = counted(session, Household, Assignment)
    clients, uuids = [sign_in(cast.visitor) for _ in range(AT_ONCE)], [uuid4() for _ in range(AT_ONCE // 2)] * 2
    bodies = [_body(told) for _ in clients]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = Counter(status for status, _answer in pool.map(_send, clients, bodies, uuids))
    assert found == {201: AT_ONCE // 2, 200: AT_ONCE // 2}
    assert counted(session, Household, Assignment) == [number + 1 for number in before]
    assert counted(session, Visit) == [AT_ONCE // 2]


def test_many_doors_at_once_get_codes_of_their_own(session: Session, cast: Cast, sign_in: SignIn) -> None:
    people = (cast.visitor, cast.partner, cast.team_leader, cast.leader)
    clients = [sign_in(person) for person in people]
    bodies = [_body(newcomer(cast)) for _ in clients]
    with ThreadPoolExecutor(len(clients)) as pool:
        found = Counter(status for status, _answer in pool.map(_send, clients, bodies))
    assert found == {201: len(people)}
    codes = session.scalars(select(Household.code).where(Household.door_uuid.is_not(None))).all()
    assert len(set(codes)) == len(people)
