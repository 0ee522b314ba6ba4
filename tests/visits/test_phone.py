"""The two addresses to which a phone sends: visits as JSON, photos as bytes."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hengli_visits import clock
from hengli_visits.models import Assignment, Campaign, CampaignState, Feedback, Issue, Outcome, Photo, Visit
from hengli_visits.visits.content import VisitContent
from hengli_visits.visits.pictures import Album, sha256
from tests.cast import Cast
from tests.pages import PageClient, SignIn
from tests.visits.making import content, jpeg, png, put, said


def _body(assignment: Assignment, what: VisitContent, **values: Any) -> dict[str, Any]:
    return {"assignment": assignment.id, "sent_at": clock.now().isoformat(), "content": what.as_json()} | values


def _send(client: PageClient, uuid: UUID, body: Any) -> tuple[int, dict[str, Any]]:
    response = client.put(f"/visits/{uuid}", json=body)
    return response.status_code, response.get_json()


def test_created_same_revised_clash(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, uuid, what = sign_in(cast.visitor), uuid4(), content(feedback=[said()])
    status, answer = _send(client, uuid, _body(cast.assignment, what))
    assert (status, answer["uuid"], answer["revision"], answer["result"]) == (201, str(uuid), 1, "created")
    status, answer = _send(client, uuid, _body(cast.assignment, what))
    assert (status, answer["revision"], answer["result"]) == (200, 1, "same")
    away = _body(cast.assignment, content(Outcome.AWAY))
    status, answer = _send(client, uuid, away | {"based_on": 1})
    assert (status, answer["revision"], answer["result"]) == (200, 2, "revised")
    status, answer = _send(client, uuid, _body(cast.assignment, content(remarks="另写"), based_on=1))
    assert (status, answer["uuid"], answer["revision"], answer["clashing"]) == (409, str(uuid), 2, True)
    assert "两份" in answer["message"]
    assert session.scalar(select(func.count(Visit.id))) == 1


def test_the_answer_names_the_revision_that_holds_what_was_sent(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, uuid, first = sign_in(cast.visitor), uuid4(), _body(cast.assignment, content(remarks="一"))
    _send(client, uuid, first)
    second = _body(cast.assignment, content(remarks="二"), based_on=1)
    _send(client, uuid, second)
    _send(client, uuid, _body(cast.assignment, content(remarks="三"), based_on=2))
    for body, revision in ((first, 1), (second, 2)):
        status, answer = _send(client, uuid, body)
        assert (status, answer["result"], answer["revision"]) == (200, "same", revision)
        assert answer["assignment"] == cast.assignment.id
    status, answer = _send(client, uuid, _body(cast.assignment, content(remarks="四"), based_on=1))
    assert (status, answer["revision"], answer["clashing"]) == (409, 2, True)


def test_the_answer_names_the_photos_that_arrived(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, uuid, body = sign_in(cast.visitor), uuid4(), _body(cast.assignment, content())
    assert _send(client, uuid, body)[1]["photos"] == []
    kept, removed = uuid4(), uuid4()
    for photo, side in ((kept, 60), (removed, 61)):
        assert _photo(client, uuid, photo, jpeg(side)).status_code == 201
    assert client.post(f"/photos/{removed}/removal").status_code == 303
    assert set(_send(client, uuid, body)[1]["photos"]) == {str(kept), str(removed)}
    assert _send(client, uuid4(), _body(cast.assignment, content()))[1]["photos"] == []


def test_queue_poison(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, bad, good = sign_in(cast.visitor), uuid4(), uuid4()
    broken = content(feedback=[said()]).as_json()
    broken["feedback"][0]["words"] = ""
    del broken["outcome"]
    status, answer = _send(client, bad, {"assignment": cast.assignment.id, "content": broken})
    assert (status, answer["uuid"], set(answer["errors"])) == (422, str(bad), {"outcome", "feedback.0.words"})
    assert _send(client, good, _body(cast.second_assignment, content()))[0] == 201
    assert session.scalars(select(Visit.uuid)).all() == [good]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"assignment": None}, "assignment"),
        ({"assignment": 2**80}, "assignment"),
        ({"based_on": "1"}, "based_on"),
        ({"content": None}, ""),
        ({"content": []}, ""),
    ],
)
def test_the_envelope_is_read_strictly(
    change: dict[str, Any], path: str, session: Session, cast: Cast, sign_in: SignIn
) -> None:
    status, answer = _send(sign_in(cast.visitor), uuid4(), _body(cast.assignment, content()) | change)
    assert (status, list(answer["errors"])) == (422, [path])


def test_what_is_no_json_is_refused(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, address = sign_in(cast.visitor), f"/visits/{uuid4()}"
    deep = "[" * 100_000
    assert client.put(address, data=deep, content_type="application/json").status_code == 400
    assert client.put(address, data="{", content_type="application/json").status_code == 400
    assert client.put(address, data={"outcome": "met"}).status_code == 415
    large = '{"content": "' + "x" * 600_000 + '"}'
    assert client.put(address, data=large, content_type="application/json").status_code == 413
    assert _send(client, uuid4(), [1, 2])[0] == 422


def test_mass_assign(session: Session, cast: Cast, sign_in: SignIn) -> None:
    extra = {"author_id": cast.leader.id, "late": True, "revision": 9, "campaign_id": 99, "clashing": True}
    what = content().as_json() | extra
    uuid = uuid4()
    assert _send(sign_in(cast.visitor), uuid, _body(cast.assignment, content(), **extra) | {"content": what})[0] == 201
    visit = session.scalars(select(Visit)).one()
    assert (visit.author_id, visit.late, visit.revision, visit.clashing) == (cast.visitor.id, False, 1, False)


def test_the_clock_of_the_phone_is_told(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    behind = (clock.now() - timedelta(days=2)).isoformat()
    assert _send(client, uuid4(), _body(cast.assignment, content(), sent_at=behind))[0] == 201
    assert _send(client, uuid4(), _body(cast.assignment, content(), sent_at="?"))[0] == 201
    assert session.scalars(select(Visit.clock_off).order_by(Visit.id)).all() == [-172_800, None]


def test_another_ones_queue_stays_locked(session: Session, cast: Cast, sign_in: SignIn) -> None:
    body = _body(cast.assignment, content(), sender=cast.partner.id)
    assert sign_in(cast.visitor).put(f"/visits/{uuid4()}", json=body).status_code == 403
    assert _send(sign_in(cast.partner), uuid4(), body)[0] == 201


def test_signed_out_is_told_so_and_strangers_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    body, uuid = _body(cast.assignment, content()), uuid4()
    assert sign_in(None).put(f"/visits/{uuid}", json=body).status_code == 401
    assert sign_in(cast.other_visitor).put(f"/visits/{uuid}", json=body).status_code == 404
    assert _send(sign_in(cast.visitor), uuid, body)[0] == 201
    for person in (cast.partner, cast.other_visitor):
        assert sign_in(person).put(f"/visits/{uuid}", json=body).status_code == 404


def test_a_closed_campaign_takes_what_comes_late(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    session.execute(update(Campaign).values(state=CampaignState.CLOSED))
    session.commit()
    assert _send(client, uuid4(), _body(cast.assignment, content()))[0] == 201
    assert session.scalars(select(Visit.late)).one() is True


def test_a_refused_visit_leaves_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    body = _body(cast.assignment, content(feedback=[said(), said(category=10**6)]))
    assert _send(sign_in(cast.visitor), uuid4(), body)[0] == 422
    assert [session.scalar(select(func.count()).select_from(m)) for m in (Visit, Feedback, Issue)] == [0, 0, 0]


def _photo(client: PageClient, visit: UUID, photo: UUID, data: bytes, sha: str | None = None) -> TestResponse:
    headers = {"X-Content-SHA256": sha or sha256(data), "Accept": "application/json"}
    return client.put(f"/photos/{photo}?visit={visit}", data=data, content_type="image/jpeg", headers=headers)


def test_a_photo_arrives_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    session.commit()
    client, photo, data = sign_in(cast.visitor), uuid4(), jpeg(300, 200)
    answers = [_photo(client, visit.uuid, photo, data) for _ in range(2)]
    assert [(a.status_code, a.get_json()) for a in answers] == [
        (201, {"uuid": str(photo)}),
        (200, {"uuid": str(photo)}),
    ]
    assert _photo(client, visit.uuid, photo, jpeg(301, 200)).status_code == 409
    kept = session.scalars(select(Photo)).one()
    album = Album(current_app.config["VISITS"].uploads)
    assert (kept.width, kept.size) == (300, len(album.path(photo).read_bytes()))
    for address, side in ((f"/photos/{photo}", 300), (f"/photos/{photo}/thumbnail", 300)):
        shown = client.get(address)
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
        assert shown.headers["Cache-Control"] == "no-store"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.data[:2] == b"\xff\xd8"
        assert side == kept.width


def test_a_lost_file_comes_back_with_the_next_try(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    session.commit()
    client, photo, data = sign_in(cast.visitor), uuid4(), jpeg()
    _photo(client, visit.uuid, photo, data)
    path = Album(current_app.config["VISITS"].uploads).path(photo)
    path.unlink()
    assert client.get(f"/photos/{photo}").status_code == 404
    assert _photo(client, visit.uuid, photo, data).status_code == 200
    assert path.exists()


def test_photos_that_are_refused(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    session.commit()
    client = sign_in(cast.visitor)
    assert _photo(client, visit.uuid, uuid4(), jpeg(), sha256(b"else")).status_code == 422
    assert _photo(client, visit.uuid, uuid4(), b"text").status_code == 422
    assert _photo(client, visit.uuid, uuid4(), png(20_000, 20_000)).status_code == 422
    assert _photo(client, uuid4(), uuid4(), jpeg()).status_code == 404
    assert client.put(f"/photos/{uuid4()}", data=jpeg()).status_code == 404
    for person in (cast.partner, cast.other_visitor, cast.coordinator):
        assert _photo(sign_in(person), visit.uuid, uuid4(), jpeg()).status_code == 404
    large = b"x" * (15 * 1024 * 1024 + 1)
    assert _photo(client, visit.uuid, uuid4(), large).status_code == 413
    assert session.scalar(select(func.count(Photo.id))) == 0


def test_a_photo_is_of_one_visit(session: Session, cast: Cast, sign_in: SignIn) -> None:
    one = put(session, cast.visitor, cast.assignment, content()).visit
    other = put(session, cast.visitor, cast.second_assignment, content()).visit
    session.commit()
    client, photo, data = sign_in(cast.visitor), uuid4(), jpeg()
    assert _photo(client, one.uuid, photo, data).status_code == 201
    assert _photo(client, other.uuid, photo, data).status_code == 404
