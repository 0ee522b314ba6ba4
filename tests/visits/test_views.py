"""The page of a visit: revised, voided, a clash decided, what it shows to whom."""

import re
from datetime import timedelta

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import take_back
from hengli_visits.models import (
    Handling,
    Nature,
)
from tests.cast import Cast
from tests.counting import counted_queries
from tests.pages import Page, SignIn
from tests.visits.making import as_actor, content, put, said, wordings

CARD = {"nature": "appeal", "words": "路灯不亮", "handling": "follow_up"}


def _value(page: Page, name: str) -> str:
    """The value of a field, hidden or not."""
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page.html)
    assert found is not None, name
    return found.group(1)


def _card(number: int, **change: str) -> dict[str, str]:
    return {f"feedback-{number}-{name}": value for name, value in (CARD | change).items()}


def test_revising(session: Session, cast: Cast, sign_in: SignIn) -> None:
    what = content(
        feedback=[said()],
        companions=(cast.partner.id,),
        answers={"几口人": 4},
        visited_at=clock.now() - timedelta(minutes=30, seconds=17),
    )
    visit = put(session, cast.visitor, cast.assignment, what).visit
    session.commit()
    client = sign_in(cast.visitor)
    page = client.page(f"/visits/{visit.uuid}/edit")
    assert what.feedback[0].words in page.text
    names = ("based_on", "visited_at", "feedback-0-uuid")
    data = {name: _value(page, name) for name in names} | {"outcome": "met", "companions": str(cast.partner.id)}
    data |= _card(0, words=what.feedback[0].words)
    response = client.post(f"/visits/{visit.uuid}/edit", data=data)
    assert "已经保存过" in client.page(response.location).text
    response = client.post(f"/visits/{visit.uuid}/edit", data=data | {"remarks": "晚上在家"})
    page = client.page(response.location)
    assert "改过1次" in page.text
    assert "晚上在家" in page.text
    session.rollback()
    session.refresh(visit)
    assert (visit.revision, visit.visited_at, visit.answers) == (2, what.visited_at, {"几口人": 4})
    assert "改过" not in sign_in(cast.partner).page(f"/visits/{visit.uuid}").text


def test_revising_what_was_changed_meanwhile_keeps_both(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    session.commit()
    client = sign_in(cast.visitor)
    data = {"based_on": "1", "outcome": "met", "visited_at": "2026-06-29T09:00"}
    client.post(f"/visits/{visit.uuid}/edit", data=data | {"remarks": "一"})
    response = client.post(f"/visits/{visit.uuid}/edit", data=data | {"remarks": "二"})
    page = client.page(response.location)
    assert "有两份不同的内容" in page.text
    assert "以这份为准" not in page.text
    leader = sign_in(cast.leader)
    assert "以这份为准" in leader.page(f"/visits/{visit.uuid}").text
    aside = wordings(session, visit)[2]
    response = leader.post(f"/visits/{visit.uuid}/revisions/{aside.id}/choice")
    page = leader.page(response.location)
    assert "有两份不同的内容" not in page.text
    assert "二" in page.text


def test_voiding(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content(feedback=[said()])).visit
    session.commit()
    client = sign_in(cast.visitor)
    refused = client.post(f"/visits/{visit.uuid}/void", data={"reason": " "})
    assert refused.status_code == 422
    assert "请写明为什么作废" in refused.get_data(as_text=True)
    page = client.page(client.post(f"/visits/{visit.uuid}/void", data={"reason": "走错门"}).location)
    assert "这条走访已作废" in page.text
    assert f"/visits/{visit.uuid}/edit" not in page.html
    assert client.get(f"/visits/{visit.uuid}/edit").status_code == 409


def test_flags_are_said_in_words(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content(), client_now=clock.now() + timedelta(hours=3)).visit
    visit.late = visit.stray = True
    session.commit()
    page = sign_in(cast.leader).page(f"/visits/{visit.uuid}")
    for text in ("迟到的记录", "活动结束后补录", "已转交他人的户", "手机时间不准", "6月29日 10:00收到"):
        assert text in page.text


def test_access_ends_with_the_household_revoke_on_reassign(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    session.commit()
    partner = sign_in(cast.partner)
    assert partner.get(f"/visits/{visit.uuid}").status_code == 200
    take_back(session, as_actor(session, cast.leader), [cast.assignment.id])
    session.commit()
    assert partner.get(f"/visits/{visit.uuid}").status_code == 404
    assert sign_in(cast.visitor).get(f"/visits/{visit.uuid}").status_code == 200


def test_text_is_never_markup(session: Session, cast: Cast, sign_in: SignIn) -> None:
    nasty = '<script>alert(1)</script>"><img src=x>'
    feedback = [said(nasty, nature=Nature.PRAISE, handling=Handling.ANSWERED, answer=nasty)]
    what = content(remarks=nasty, companions_text=nasty, feedback=feedback)
    visit = put(session, cast.visitor, cast.assignment, what).visit
    session.commit()
    client = sign_in(cast.visitor)
    for address in (f"/visits/{visit.uuid}", f"/visits/{visit.uuid}/edit"):
        page = client.page(address)
        assert "<script>alert" not in page.html
        assert page.counts["img"] == 0


def test_huge_numbers_in_addresses_are_not_there(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    assert client.get(f"/assignments/{2**70}/visits/new").status_code == 404
    assert client.get("/visits/1").status_code == 404


def test_queries_do_not_grow(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, counts = sign_in(cast.visitor), []
    for many in (1, 3):
        feedback = [said(f"第{n}件事") for n in range(many)]
        what = content(feedback=feedback, companions=(cast.partner.id, cast.leader.id)[:many])
        visit = put(session, cast.visitor, cast.assignment, what).visit
        session.commit()
        with counted_queries() as statements:
            client.page(f"/visits/{visit.uuid}")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 16
