"""Many at once: one visit, one photo, whatever order the requests come in."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.models import AssignmentState, AuditEntry, Feedback, Issue, Photo, Visit, VisitRevision
from hengli_visits.visits.pictures import sha256
from tests.cast import Cast
from tests.pages import SignIn
from tests.visits.making import content, jpeg, put, said

AT_ONCE = 6


def _counted(session: Session, *models: Any) -> list[int]:
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_the_same_visit_from_many_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    uuid = uuid4()
    body = {"assignment": cast.assignment.id, "content": content(feedback=[said()]).as_json()}
    clients = [sign_in(cast.visitor) for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = Counter(pool.map(lambda client: client.put(f"/visits/{uuid}", json=body).status_code, clients))
    assert found == {201: 1, 200: AT_ONCE - 1}
    assert _counted(session, Visit, VisitRevision, Feedback, Issue, AuditEntry) == [1, 1, 1, 1, 1]


def test_different_wordings_at_once_are_all_kept(session: Session, cast: Cast, sign_in: SignIn) -> None:
    uuid = uuid4()
    bodies = [
        {"assignment": cast.assignment.id, "content": content(remarks=f"第{n}种").as_json()} for n in range(AT_ONCE)
    ]
    clients = [sign_in(cast.visitor) for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        pairs = zip(clients, bodies, strict=True)
        found = Counter(pool.map(lambda pair: pair[0].put(f"/visits/{uuid}", json=pair[1]).status_code, pairs))
    assert found == {201: 1, 409: AT_ONCE - 1}
    assert _counted(session, Visit, VisitRevision) == [1, AT_ONCE]
    assert session.scalars(select(Visit.clashing)).one() is True


def test_many_visits_to_one_household_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    people = [cast.visitor, cast.partner, cast.leader, cast.team_leader] * 2
    clients = [sign_in(person) for person in people]
    base = content().visited_at
    bodies = [
        {"assignment": cast.assignment.id, "content": content(visited_at=base + timedelta(minutes=n)).as_json()}
        for n in range(len(people))
    ]
    with ThreadPoolExecutor(len(people)) as pool:
        pairs = zip(clients, bodies, strict=True)
        found = Counter(pool.map(lambda pair: pair[0].put(f"/visits/{uuid4()}", json=pair[1]).status_code, pairs))
    assert found == {201: len(people)}
    session.rollback()
    session.refresh(cast.assignment)
    assert cast.assignment.state == AssignmentState.VISITED
    assert cast.assignment.last_visit_at == base + timedelta(minutes=len(people) - 1)


def test_the_same_photo_from_many_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    session.commit()
    data = jpeg(800, 600)
    address, headers = f"/photos/{uuid4()}?visit={visit.uuid}", {"X-Content-SHA256": sha256(data)}
    clients = [sign_in(cast.visitor) for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = pool.map(lambda client: client.put(address, data=data, headers=headers).status_code, clients)
        found = Counter(sent)
    assert found == {201: 1, 200: AT_ONCE - 1}
    assert _counted(session, Photo) == [1]
