"""Where one goes next: on the list, from a household's page, from a visit just saved."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions
from hengli_visits.assignments.onward import following, last_place, rank
from hengli_visits.models import Assignment, AssignmentState, Outcome
from tests.assignments.making import make_visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_assignment, make_household
from tests.pages import Page, SignIn

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Standing:
    """How a household stands."""

    id: int
    state: AssignmentState = AssignmentState.WAITING
    appointment_at: datetime | None = None
    last_visit_at: datetime | None = None


@pytest.mark.parametrize(
    ("round_", "here", "wanted"),
    [
        ([(1, 0), (2, 0), (3, 0)], 1, 2),
        ([(1, 0), (2, 0), (3, 0)], 3, 1),
        ([(1, None), (2, None), (3, 0)], 1, 3),
        ([(1, 0), (2, 1), (3, 0)], 1, 3),
        ([(1, None), (2, 1), (3, 1)], 2, 3),
        ([(1, 1), (2, None), (3, None)], 3, 1),
        ([(1, 0), (2, 0)], None, 1),
        ([(1, 0), (2, 0)], 99, 1),
        ([(1, 0), (2, None)], 1, None),
        ([(1, 1)], 1, None),
        ([], None, None),
    ],
)
def test_the_next_in_walking_order(round_: list[tuple[int, int | None]], here: int | None, wanted: int | None) -> None:
    assert following(round_, here) == wanted


def test_who_is_to_be_tried_again_today() -> None:
    now, today = clock.now(), clock.today()
    again = AssignmentState.AGAIN
    assert rank(Standing(1), today) == 0
    assert rank(Standing(1, AssignmentState.VISITED, last_visit_at=now), today) is None
    assert rank(Standing(1, AssignmentState.UNREACHABLE, last_visit_at=now), today) is None
    assert rank(Standing(1, again, last_visit_at=now), today) is None
    assert rank(Standing(1, again, last_visit_at=now - DAY), today) == 1
    assert rank(Standing(1, again, now + 5 * HOUR, now), today) == 1
    assert rank(Standing(1, again, now - DAY, now - 3 * DAY), today) == 1
    assert rank(Standing(1, again, now + DAY, now - DAY), today) is None


def test_one_stands_where_one_was_last_today() -> None:
    now, today = clock.now(), clock.today()
    round_ = [Standing(1, last_visit_at=now - HOUR), Standing(2, last_visit_at=now - DAY), Standing(3)]
    assert last_place(round_, today) == 1
    assert last_place(round_[1:], today) is None


def _street(session: Session, cast: Cast, *doors: str) -> list[Assignment]:
    pair = (cast.visitor, cast.partner)
    return [
        make_assignment(
            session,
            cast.campaign,
            make_household(session, cast.village, f"陈{door}", street="三巷", door=door, door_number=None),
            cast.team,
            pair,
        )
        for door in doors
    ]


def _next(page: Page) -> tuple[str, str]:
    return next((text, href) for href, text in page.links if text.startswith(("下一户", "今天要去")))


def _visited(session: Session, assignment: Assignment, cast: Cast, outcome: Outcome = Outcome.MET) -> None:
    make_visit(session, assignment, cast.visitor, outcome)
    actions.record_visit(session, assignment.id, SYSTEM)


def test_from_door_to_door(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """17, 17-1, 17号之二, 18号; then from the end on to what was left out before."""
    first, second, third, last = _street(session, cast, "17", "17-1", "17号之二", "18号")
    client = sign_in(cast.visitor)

    def after(assignment: Assignment) -> tuple[str, str]:
        return _next(client.page(f"/assignments/{assignment.id}"))

    assert after(first) == ("下一户：三巷 17-1 陈17-1", f"/assignments/{second.id}")
    assert after(second)[0] == "下一户：三巷 17号之二 陈17号之二"
    _visited(session, third, cast)
    _visited(session, last, cast, Outcome.AWAY)
    session.commit()
    assert after(second)[0].startswith("下一户：二巷")
    assert "下一户" not in sign_in(cast.leader).page(f"/assignments/{first.id}").text


def test_the_list_leads_on_from_where_one_was(session: Session, cast: Cast, sign_in: SignIn) -> None:
    first, second, *_ = _street(session, cast, "1号", "2号", "3号")
    client = sign_in(cast.visitor)
    assert _next(client.page("/assignments/mine"))[1] == f"/assignments/{cast.assignment.id}"
    _visited(session, first, cast)
    session.commit()
    page = client.page("/assignments/mine")
    assert _next(page) == ("下一户：三巷 2号 陈2号", f"/assignments/{second.id}")
    assert page.html.split("data-found-none")[0].count("button-primary") == 1
    assert "下一户" not in client.page("/assignments/mine?state=visited").text
    assert "下一户" not in client.page("/assignments/mine?q=陈").text


def test_a_saved_visit_leads_on_and_the_last_one_back(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    uuid = "0b1f7a52-5f55-4a77-9d7c-3b0b6f0d2a11"
    form = {"uuid": uuid, "outcome": "met", "visited_at": "2026-06-29T09:00"}
    answer = client.post(f"/assignments/{cast.assignment.id}/visits", data=form)
    assert answer.status_code == 303
    text, href = _next(client.page(answer.location))
    assert text.endswith(cast.second_household.name)
    assert href == f"/assignments/{cast.second_assignment.id}"
    _visited(session, cast.second_assignment, cast)
    session.commit()
    assert _next(client.page(answer.location))[0] == "今天要去的都去过了，看全部"
    assert "回到走访任务" in sign_in(cast.leader).page(answer.location).text


@pytest.mark.parametrize("address", ["/assignments/{}", "/assignments/mine"])
def test_knowing_the_next_costs_the_same_with_more_rows(
    session: Session, cast: Cast, sign_in: SignIn, address: str
) -> None:
    client = sign_in(cast.visitor)
    address = address.format(cast.assignment.id)
    counts = []
    for doors in ((), ("1号", "2号")):
        _street(session, cast, *doors)
        session.commit()
        with counted_queries() as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
