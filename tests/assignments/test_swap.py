"""Two sides that change places: what follows for each household, and how it is done and refused."""

import threading
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.assignments.exchange import crossed, exchanged, sides
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.extensions import db
from hengli_visits.models import Assignment, AssignmentMove, AssignmentVerb, CampaignState, Outcome
from tests.assignments.making import acting, make_visit
from tests.cast import Cast
from tests.factories import join, make_assignment, make_household, make_member
from tests.pages import SignIn


def now(session: Session, *assignments: Assignment) -> list[tuple[int, ...]]:
    found = visitors_of(session, [one.id for one in assignments])
    return [found.get(one.id, ()) for one in assignments]


def seen(session: Session, *assignments: Assignment) -> dict[int, tuple[int, ...]]:
    return dict(zip((one.id for one in assignments), now(session, *assignments), strict=True))


def alone(session: Session, cast: Cast) -> Assignment:
    """A household of the team to which its leader goes alone."""
    household = make_household(session, cast.village, "温镜波")
    return make_assignment(session, cast.campaign, household, cast.team, (cast.team_leader,))


def test_the_two_sides_of_a_choice() -> None:
    assert sides({1: (7, 8), 2: (9,), 3: (8, 7)}) == ((7, 8), (9,))
    assert sides({1: (7, 8), 2: (8, 7)}) is None
    assert sides({1: (7,), 2: (8,), 3: (9,)}) is None
    assert sides({1: (7,), 2: ()}) == ((7,), ())
    assert sides({1: (7,), 2: (), 3: ()}) is None
    assert crossed({1: (7, 8), 2: (9,), 3: (8, 7)}) == {1: (9,), 2: (7, 8), 3: (9,)}
    assert crossed({1: (7,)}) == {}


def test_who_goes_along_stays() -> None:
    visitors = {1: (7, 8), 2: (9,), 3: (7,), 4: (7, 9), 5: (5,), 6: ()}
    assert exchanged(visitors, (7,), (9,)) == {1: (9, 8), 2: (7,), 3: (9,)}
    assert exchanged(visitors, (7, 8), (9,)) == {1: (9,), 2: (7, 8)}


def test_two_sides_change_places(session: Session, cast: Cast) -> None:
    third = alone(session, cast)
    rows = (cast.assignment, third)
    batch = uuid.uuid4()
    given = actions.swap(session, acting(session, cast.team_leader), seen(session, *rows), batch=batch)
    assert set(given.done) == {cast.assignment.id, third.id}
    pair = (cast.visitor.id, cast.partner.id)
    assert now(session, *rows, cast.second_assignment) == [(cast.team_leader.id,), pair, pair]
    moves = session.scalars(select(AssignmentMove).where(AssignmentMove.batch == batch)).all()
    assert {move.verb for move in moves} == {AssignmentVerb.SWAP}
    told = {move.assignment_id: (move.before["visitors"], move.after["visitors"], move.actor_id) for move in moves}
    assert told[third.id] == ([cast.team_leader.id], list(pair), cast.team_leader.id)
    assert actions.undo_batch(session, SYSTEM, batch) == 2
    assert now(session, *rows) == [pair, (cast.team_leader.id,)]


def test_between_two_households_one_may_go_without(session: Session, cast: Cast) -> None:
    rows = (cast.assignment, cast.spare_assignment)
    actions.swap(session, acting(session, cast.leader), seen(session, *rows))
    assert now(session, *rows) == [(), (cast.visitor.id, cast.partner.id)]


def test_a_swap_is_done_as_a_whole_or_not_at_all(session: Session, cast: Cast) -> None:
    third = alone(session, cast)
    shown = seen(session, cast.assignment, third)
    actions.give(session, SYSTEM, [third.id], [cast.visitor.id])
    given = actions.swap(session, acting(session, cast.leader), shown)
    assert given == actions.Given((), (), (third.id,))
    assert now(session, cast.assignment, third) == [(cast.visitor.id, cast.partner.id), (cast.visitor.id,)]


def test_all_that_is_left_changes_hands(session: Session, cast: Cast) -> None:
    third = alone(session, cast)
    shown = seen(session, cast.assignment, cast.second_assignment, third)
    make_visit(session, cast.second_assignment, cast.visitor, Outcome.MET)
    actions.record_visit(session, cast.second_assignment.id, SYSTEM)
    pair = (cast.visitor.id, cast.partner.id)
    given = actions.swap(session, SYSTEM, shown, first=pair, second=(cast.team_leader.id,))
    assert set(given.done) == {cast.assignment.id, third.id}
    assert given.already == (cast.second_assignment.id,)
    assert now(session, cast.assignment, cast.second_assignment, third) == [(cast.team_leader.id,), pair, pair]


def test_what_cannot_be_swapped(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    same = seen(session, cast.assignment, cast.second_assignment)
    one = (cast.visitor.id,)
    for first, second in (((), ()), (one, one), (one, ()), ((), one), ((10**6,), (10**6 + 1,))):
        with pytest.raises(Invalid):
            actions.swap(session, leader, same, first=first, second=second)
    with pytest.raises(Invalid):
        actions.swap(session, leader, same, first=one, second=(cast.other_visitor.id,))
    four = [make_member(session, f"温{n}") for n in range(4)]
    join(session, cast.team, *four)
    with pytest.raises(Invalid, match="超过"):
        actions.swap(session, leader, same, first=one, second=tuple(member.id for member in four))
    with pytest.raises(Missing):
        actions.swap(session, acting(session, cast.other_leader), same)
    with pytest.raises(Missing):
        actions.swap(session, acting(session, cast.visitor), same)
    assert now(session, cast.assignment) == [(cast.visitor.id, cast.partner.id)]
    cast.campaign.state = CampaignState.CLOSED
    with pytest.raises(Conflict):
        actions.swap(session, leader, same, first=one, second=(cast.team_leader.id,))


def test_a_swap_and_another_leader_at_the_same_time(app: Flask, session: Session, cast: Cast) -> None:
    third = alone(session, cast)
    leader, team_leader = acting(session, cast.leader), acting(session, cast.team_leader)
    shown = seen(session, cast.assignment, third)
    before = now(session, cast.assignment, third)
    session.commit()
    start = threading.Barrier(2)
    results: dict[str, actions.Given] = {}
    engine = db.engine

    def act(name: str, step: Callable[[Session], actions.Given]) -> None:
        with Session(engine) as own:
            start.wait()
            results[name] = step(own)
            own.commit()

    steps: dict[str, Callable[[Session], actions.Given]] = {
        "swap": lambda own: actions.swap(own, leader, shown),
        "give": lambda own: actions.give(own, team_leader, [third.id], [cast.partner.id], seen=shown),
    }
    threads = [threading.Thread(target=act, args=item) for item in steps.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    if results["swap"].done:
        assert results["give"].lost == (third.id,)
        assert now(session, cast.assignment, third) == before[::-1]
    else:
        assert results == {"swap": actions.Given((), (), (third.id,)), "give": actions.Given((third.id,), (), ())}
        assert now(session, cast.assignment, third) == [before[0], (cast.partner.id,)]


def test_sides_of_two_groups_do_not_mix(session: Session, cast: Cast) -> None:
    rows = seen(session, cast.assignment, cast.other_assignment)
    with pytest.raises(Invalid, match="小组"):
        actions.swap(session, acting(session, cast.coordinator), rows)


def test_the_page_for_giving_offers_a_swap(session: Session, cast: Cast, sign_in: SignIn) -> None:
    third = alone(session, cast)
    client = sign_in(cast.leader)
    page = client.page(f"/assignments/give?assignment={cast.assignment.id}&assignment={third.id}")
    assert "叶秀珍、方光润和苏慧互换这些户" in page.text
    assert "互换" not in client.page(f"/assignments/give?assignment={cast.assignment.id}").text
    shown = f"{cast.assignment.id}:{cast.visitor.id},{cast.partner.id} {third.id}:{cast.team_leader.id}"
    answer = client.post("/assignments/swap", data={"seen": shown, "back": "/assignments?q=x"})
    assert (answer.status_code, answer.location) == (303, "/assignments?q=x")
    assert "已对调 2 户" in client.page("/assignments").text
    again = client.post("/assignments/swap", data={"seen": shown}, follow_redirects=True)
    assert "温镜波" in again.text
    assert "刚被别人调整过" in again.text
    session.rollback()
    assert now(session, cast.assignment, third) == [(cast.team_leader.id,), (cast.visitor.id, cast.partner.id)]


def test_a_swap_is_looked_at_first(session: Session, cast: Cast, sign_in: SignIn) -> None:
    third = alone(session, cast)
    client = sign_in(cast.team_leader)
    pair = f"{cast.visitor.id},{cast.partner.id}"
    page = client.page(f"/assignments/swap?group={cast.team.id}&first={pair}&second={cast.team_leader.id}")
    assert "2 户交给苏慧" in page.text
    assert "1 户交给叶秀珍、方光润" in page.text
    data = {name: page.html.split(f'name="{name}" value="')[1].split('"')[0] for name in ("seen", "first", "second")}
    answer = client.post("/assignments/swap", data=data | {"back": f"/assignments/board?group={cast.team.id}"})
    assert answer.status_code == 303
    assert "撤销上一步" in client.page(answer.location).text
    session.rollback()
    assert now(session, cast.second_assignment, third)[0] == (cast.team_leader.id,)
    for query in ("", f"first={pair}", f"first={pair}&second={pair}", "first=x&second=9", "first=99999999&second=8"):
        answer = client.get(f"/assignments/swap?group={cast.team.id}&{query}", follow_redirects=True)
        assert "请选两方不同的走访员" in answer.text
    wrong = data | {"seen": f"{third.id}:{pair}", "second": cast.other_visitor.id}
    answer = client.post("/assignments/swap", data=wrong)
    assert answer.status_code == 422
    assert "不都是这些走访户所在小组的成员" in answer.text
    assert client.post("/assignments/swap", data={"seen": "nonsense"}).status_code == 404
