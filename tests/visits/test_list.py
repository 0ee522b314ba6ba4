"""The list of visits: whose it is, what narrows it, what it costs."""

from datetime import timedelta

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import Outcome
from tests.assignments.making import make_visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.pages import SignIn


def _fill(session: Session, cast: Cast) -> None:
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY)
    make_visit(session, cast.assignment, cast.partner, Outcome.MET)
    make_visit(session, cast.other_assignment, cast.other_visitor, Outcome.MET)
    session.commit()


def test_everybody_sees_their_own_part(session: Session, cast: Cast, sign_in: SignIn) -> None:
    _fill(session, cast)
    for who, number in (
        ("coordinator", 3),
        ("area_lead", 2),
        ("leader", 2),
        ("team_leader", 2),
        ("other_leader", 1),
        ("visitor", 2),
        ("other_visitor", 1),
    ):
        assert f"共 {number} 次走访" in sign_in(getattr(cast, who)).page("/visits").text, who
    assert "共 1 次走访" in sign_in(cast.visitor).page("/visits?own=1").text
    for who in ("handler", "administrator", "stranger"):
        assert sign_in(getattr(cast, who)).get("/visits").status_code == 404


def test_what_narrows_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    _fill(session, cast)
    old = make_visit(session, cast.spare_assignment, cast.leader, Outcome.MOVED)
    old.visited_at = clock.now() - timedelta(days=5)
    session.commit()
    client = sign_in(cast.coordinator)
    today, before = clock.today().isoformat(), (clock.today() - timedelta(days=1)).isoformat()
    for query, number in (
        ("outcome=met", 2),
        ("manner=door", 4),
        (f"area={cast.village.id}", 3),
        (f"group={cast.group.id}", 3),
        (f"group={cast.team.id}", 2),
        (f"since={today}", 3),
        (f"until={before}", 1),
        (f"campaign={cast.campaign.id}&outcome=moved", 1),
        ("since=x&outcome=x&manner=x&area=x&page=99", 4),
    ):
        assert f"共 {number} 次走访" in client.page(f"/visits?{query}").text, query
    assert "没有找到这样的走访" in client.page(f"/visits?campaign={cast.campaign.id}&outcome=empty").text


def test_what_is_void_is_left_out(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = make_visit(session, cast.assignment, cast.visitor, Outcome.MET)
    visit.voided_at = clock.now()
    session.commit()
    assert "还没有走访记录" in sign_in(cast.visitor).page("/visits").text


def test_costs_the_same_for_one_and_for_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY)
    costs = []
    for _ in range(2):
        session.commit()
        with counted_queries() as statements:
            client.page("/visits")
        costs.append(len(statements))
        make_visit(session, cast.second_assignment, cast.partner, Outcome.MET)
        make_visit(session, cast.spare_assignment, cast.leader, Outcome.MET)
    assert costs[0] == costs[1] <= 11


def test_a_village_a_group_and_days_are_told_and_taken_off(session: Session, cast: Cast, sign_in: SignIn) -> None:
    today = clock.today()
    address = f"/visits?area={cast.village.id}&group={cast.group.id}&since={today}"
    off = {text.strip(): href for href, text in sign_in(cast.coordinator).page(address).links}
    assert off[cast.village.name] == f"/visits?group={cast.group.id}&since={today}"
    assert off[cast.group.name] == f"/visits?area={cast.village.id}&since={today}"
    assert off["6月29日起走访的"] == f"/visits?area={cast.village.id}&group={cast.group.id}"
