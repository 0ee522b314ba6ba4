"""The visit form, without script."""

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import take_back
from hengli_visits.models import (
    Campaign,
    CampaignState,
    Feedback,
    Issue,
    Outcome,
    Photo,
    Visit,
    VisitCompanion,
    VisitRevision,
)
from tests.cast import Cast
from tests.pages import Page, PageClient, SignIn
from tests.visits.making import as_actor, content, jpeg, png, put

CARD = {"nature": "appeal", "words": "路灯不亮", "handling": "follow_up"}


def _value(page: Page, name: str) -> str:
    """The value of a field, hidden or not."""
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page.html)
    assert found is not None, name
    return found.group(1)


def _form(client: PageClient, cast: Cast, **change: Any) -> dict[str, Any]:
    """The form as it is opened, with what is changed in it."""
    page = client.page(f"/assignments/{cast.assignment.id}/visits/new")
    kept = {name: _value(page, name) for name in ("uuid", "visited_at", "feedback-0-uuid")}
    return kept | {"outcome": "met", "manner": "door"} | change


def _card(number: int, **change: str) -> dict[str, str]:
    return {f"feedback-{number}-{name}": value for name, value in (CARD | change).items()}


def _post(client: PageClient, cast: Cast, data: dict[str, Any], status: int = 303) -> Page:
    response = client.post(f"/assignments/{cast.assignment.id}/visits", data=data)
    assert response.status_code == status
    return client.page(response.location) if status == 303 else Page(response.get_data(as_text=True))


def _rows(session: Session, *models: Any) -> list[int]:
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_a_visit_is_logged(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    data = _form(client, cast, companions=str(cast.partner.id), companions_text="老李", remarks="下午在家")
    page = _post(client, cast, data | _card(0) | _card(1, handling="answered", answer="已报修"))
    for text in ("已见面", "方光润、老李", "下午在家", "路灯不亮", "已报修", "待受理", "已保存"):
        assert text in page.text
    assert _rows(session, Visit, Feedback, Issue, VisitCompanion) == [1, 2, 1, 1]
    assert session.scalars(select(Visit.uuid)).one() == UUID(data["uuid"])


def test_the_form_knows_what_it_can(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.visitor).page(f"/assignments/{cast.assignment.id}/visits/new?outcome=away")
    checked = {(a["name"], a["value"]) for a in page.inputs if "checked" in a}
    assert checked == {("outcome", "away"), ("manner", "door"), ("companions", str(cast.partner.id))}
    assert _value(page, "visited_at") == "2026-06-29T10:00"
    own = sign_in(cast.leader).page(f"/assignments/{cast.assignment.id}/visits/new")
    assert {a["name"] for a in own.inputs if "checked" in a} == {"manner"}


def test_an_earlier_visit_is_told(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.partner)
    assert "来过" not in client.page(f"/assignments/{cast.assignment.id}/visits/new").text
    put(session, cast.visitor, cast.assignment, content(Outcome.AWAY, appointment_at=clock.now() + timedelta(days=1)))
    session.commit()
    page = client.page(f"/assignments/{cast.assignment.id}/visits/new")
    assert "叶秀珍6月29日来过：不在家，约好6月30日 10:00再来" in page.text


def test_sent_twice_is_one_visit(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    data = _form(client, cast) | _card(0)
    del data["feedback-0-uuid"]
    for _ in range(2):
        _post(client, cast, data | {"photos": (io.BytesIO(jpeg()), "a.jpg")})
    assert _rows(session, Visit, VisitRevision, Feedback, Issue, Photo) == [1, 1, 1, 1, 1]


def test_bad_input_keeps_everything(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    data = _form(
        client, cast, outcome="appointed", remarks="说过的", companions_text="老李", visited_at="2026-07-09T10:00"
    )
    page = _post(client, cast, data | _card(0, words="") | _card(1, nature=""), 422)
    for text in (
        "约好什么时候再来：请填写约好的时间。",
        "走访时间：走访时间还没到",
        "第1条的内容：请写下群众说了什么。",
        "第2条的性质：请选诉求",
        "说过的",
        "路灯不亮",
    ):
        assert text in page.text
    assert _value(page, "companions_text") == "老李"
    assert _value(page, "uuid") == data["uuid"]
    assert _value(page, "visited_at") == "2026-07-09T10:00"
    checked = {(a["name"], a["value"]) for a in page.inputs if "checked" in a}
    assert {("outcome", "appointed"), ("feedback-0-nature", "appeal"), ("feedback-1-handling", "follow_up")} <= checked
    assert "有误" in page.html
    assert _rows(session, Visit) == [0]


def test_empty_cards_mean_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    empty = {"feedback-1-uuid": str(uuid4()), "feedback-1-words": " ", "feedback-1-category": ""}
    _post(client, cast, _form(client, cast) | empty | _card(2))
    assert _rows(session, Feedback) == [1]


def test_cards_are_added_and_removed_without_script(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    data = _form(client, cast) | _card(0)
    page = _post(client, cast, data | {"add_feedback": "1"}, 200)
    assert page.html.count("data-said-uuid") == 3  # two cards, and the pattern for the script
    assert "路灯不亮" in page.text
    data |= _card(1, words="谢谢", nature="praise") | {"feedback-1-uuid": _value(page, "feedback-1-uuid")}
    page = _post(client, cast, data | {"remove_feedback": "0"}, 200)
    assert "路灯不亮" not in page.text
    assert _value(page, "feedback-0-uuid") == data["feedback-1-uuid"]
    gone = {name: value for name, value in data.items() if not name.startswith("feedback-1")}
    page = _post(client, cast, gone | {"remove_feedback": "0"}, 200)
    assert page.html.count("data-said-uuid") == 2
    assert _rows(session, Visit) == [0]


def test_photos_come_with_the_form(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    files = [(io.BytesIO(jpeg(90, 60)), "../../a.jpg"), (io.BytesIO(png(80, 50)), "b.png"), (io.BytesIO(b""), "")]
    page = _post(client, cast, _form(client, cast) | {"photos": files})
    assert page.counts["img"] == 2
    session.rollback()
    first = session.scalars(select(Photo).order_by(Photo.position)).first()
    assert first is not None
    response = client.post(f"/photos/{first.id}/removal")
    assert response.status_code == 303
    assert client.page(response.location).counts["img"] == 1
    assert client.get(f"/photos/{first.id}").status_code == 404
    assert client.get(f"/photos/{first.id}/thumbnail").status_code == 404


@pytest.mark.parametrize("bad", [b"no picture", png(9000, 9000)])
def test_a_bad_photo_leaves_nothing_half(bad: bytes, session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    before = sorted(current_app.config["VISITS"].uploads.rglob("*"))
    files = [(io.BytesIO(jpeg()), "a.jpg"), (io.BytesIO(bad), "b.jpg")]
    page = _post(client, cast, _form(client, cast) | _card(0) | {"photos": files}, 422)
    assert "照片：" in page.text
    assert "请重新选一次" in page.text
    assert "路灯不亮" in page.text
    assert _rows(session, Visit, Feedback, Issue, Photo) == [0, 0, 0, 0]
    assert sorted(current_app.config["VISITS"].uploads.rglob("*")) == before


def test_too_many_photos_are_refused_with_the_visit(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    many = [(io.BytesIO(jpeg(20, 20 + n)), f"{n}.jpg") for n in range(21)]
    assert "最多20张" in _post(client, cast, _form(client, cast) | {"photos": many}, 422).text
    visit = _form(client, cast)
    _post(client, cast, visit | {"photos": [(io.BytesIO(jpeg(20, 20 + n)), "x.jpg") for n in range(19)]})
    page = client.page(f"/visits/{visit['uuid']}/edit")
    change = visit | {"based_on": _value(page, "based_on"), "remarks": "又拍了两张"}
    two = {"photos": [(io.BytesIO(jpeg(50, 20 + n)), "x.jpg") for n in range(2)]}
    response = client.post(f"/visits/{visit['uuid']}/edit", data=change | two)
    assert response.status_code == 422
    assert _rows(session, Photo, VisitRevision) == [19, 1]


def test_reassigned_while_the_form_was_open_sync_conflict(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    data = _form(client, cast)
    take_back(session, as_actor(session, cast.leader), [cast.assignment.id])
    session.commit()
    assert client.get(f"/assignments/{cast.assignment.id}/visits/new").status_code == 404
    assert "路灯不亮" in _post(client, cast, data | _card(0, nature=""), 422).text
    assert "已转交他人的户" in _post(client, cast, data | _card(0)).text


def test_closed_while_the_form_was_open_sync_conflict(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    data = _form(client, cast)
    session.execute(update(Campaign).values(state=CampaignState.CLOSED))
    session.commit()
    assert "活动结束后补录" in _post(client, cast, data).text
    assert client.get(f"/assignments/{cast.assignment.id}/visits/new").status_code == 404
    assert sign_in(cast.leader).get(f"/assignments/{cast.assignment.id}/visits/new").status_code == 200
