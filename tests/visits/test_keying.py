"""录入走访单: a sheet that came back on paper, line by line."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.story import KEYED_IN
from hengli_visits.models import (
    AssignmentState,
    AuditEntry,
    CampaignState,
    Handling,
    Issue,
    Nature,
    Outcome,
)
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_assignment, make_household
from tests.pages import SignIn
from tests.visits.making import content, put
from tests.visits.sheets import DAY, address_of, line_of, pair_of, refused, visits_in


def test_a_leader_enters_for_the_pair(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """The visit is told by the leader, those who went are the pair, and it says so; the next line is open."""
    client = sign_in(cast.leader)
    page = client.page(address_of(cast))
    assert "注明由温永然代录" in page.text
    answer = client.post(address_of(cast), data=line_of(cast.assignment, words="路灯坏了", nature="1", follow_up="y"))
    assert answer.status_code == 303
    assert answer.location == f"{address_of(cast)}?day={DAY}&time=0905"
    page = client.page(answer.location)
    assert "已录：钟林锡" in page.text
    assert (page.value("code"), page.value("outcome"), page.value("time"), page.value("day")) == ("", "", "09:05", DAY)
    (visit,) = visits_in(session)
    assert visit.author_id == cast.leader.id
    assert {one.member_id for one in visit.companions} == {cast.visitor.id, cast.partner.id}
    assert visit.answers == {KEYED_IN: True}
    assert visit.assignment.state is AssignmentState.VISITED
    assert clock.town_time(visit.visited_at).strftime("%H:%M") == "09:05"
    (said,) = visit.feedback
    assert (said.nature, said.handling, said.words) == (Nature.APPEAL, Handling.FOLLOW_UP, "路灯坏了")
    assert session.scalar(select(func.count(Issue.id))) == 1
    entered = select(AuditEntry.object_id).where(AuditEntry.action == "visit.key_in")
    assert session.scalars(entered).all() == [str(visit.id)]
    for address in (f"/visits/{visit.uuid}", f"/assignments/{cast.assignment.id}", address_of(cast)):
        text = client.page(address).text
        assert "叶秀珍、方光润" in text, address
        assert "由温永然代录" in text, address
    assert (f"/visits/{visit.uuid}/edit", "改正：钟林锡") in client.page(address_of(cast)).links


def test_a_visitor_enters_the_own_sheet(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Who went and enters it is the author, the other one went along: as in the visit form."""
    client = sign_in(cast.visitor)
    page = client.page(address_of(cast, pair_of(cast)))
    assert "代录" not in page.text
    went = [one["value"] for one in page.inputs if one.get("name") == "went" and "checked" in one]
    assert set(went) == {str(cast.visitor.id), str(cast.partner.id)}
    assert (
        client.post(address_of(cast, pair_of(cast)), data=line_of(cast.assignment, "2", went=went)).status_code == 303
    )
    (visit,) = visits_in(session)
    assert (visit.author_id, visit.outcome, visit.answers) == (cast.visitor.id, Outcome.AWAY, {})
    assert [one.member_id for one in visit.companions] == [cast.partner.id]
    assert "代录" not in client.page(f"/visits/{visit.uuid}").text


def test_only_one_of_the_pair_went_and_that_is_carried_on(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, address = sign_in(cast.leader), address_of(cast, pair_of(cast))
    answer = client.post(address, data=line_of(cast.assignment, went=[str(cast.partner.id)]))
    page = client.page(answer.location)
    went = [one["value"] for one in page.inputs if one.get("name") == "went" and "checked" in one]
    assert went == [str(cast.partner.id)]
    assert [one.member_id for one in visits_in(session)[0].companions] == [cast.partner.id]
    assert "请勾选谁去的" in refused(client, address, line_of(cast.second_assignment)).text
    stranger = line_of(cast.second_assignment, went=[str(cast.stranger.id)])
    assert client.post(address, data=stranger).status_code == 404
    assert client.post(address, data=line_of(cast.second_assignment, went=["x"])).status_code == 404
    assert len(visits_in(session)) == 1


def test_a_line_sent_twice_is_one_visit(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, line = sign_in(cast.leader), line_of(cast.assignment, words="要装路灯")
    for _ in range(2):
        assert client.post(address_of(cast), data=line).status_code == 303
    assert len(visits_in(session)) == 1
    assert session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "visit.key_in")) == 1
    page = client.page(address_of(cast))
    assert "这条走访已经保存过" in page.text
    assert page.html.count(">改正<span") == 1


def test_an_appointment(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    assert client.post(address_of(cast), data=line_of(cast.assignment, "3", appointment="7-5 1930")).status_code == 303
    (visit,) = visits_in(session)
    assert visit.appointment_at
    assert clock.town_time(visit.appointment_at).strftime("%m-%d %H:%M") == "07-05 19:30"


def test_a_correction_keeps_that_it_was_entered_for_others(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    client.post(address_of(cast), data=line_of(cast.assignment))
    (visit,) = visits_in(session)
    form = {"uuid": str(visit.uuid), "based_on": "1", "outcome": "away", "visited_at": f"{DAY}T09:05"}
    went = [str(cast.visitor.id), str(cast.partner.id)]
    assert client.post(f"/visits/{visit.uuid}/edit", data=form | {"companions": went}).status_code == 303
    text = client.page(address_of(cast)).text
    assert "不在家" in text
    assert "由温永然代录" in client.page(f"/visits/{visit.uuid}").text


def test_when_sheets_may_be_entered(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """A closed campaign's by leaders, flagged late; a draft's and an archived one's by nobody."""
    for state, leader, visitor in (
        (CampaignState.RUNNING, 200, 200), (CampaignState.CLOSED, 200, 404), (CampaignState.ARCHIVED, 404, 404),
        (CampaignState.DRAFT, 404, 404),
    ):  # fmt: skip
        session.rollback()
        cast.campaign.state = state
        session.commit()
        address = address_of(cast)
        assert sign_in(cast.leader).get(address).status_code == leader, state
        assert sign_in(cast.visitor).get(address).status_code == visitor, state
        session.rollback()
        if state is CampaignState.CLOSED:
            assert sign_in(cast.leader).post(address, data=line_of(cast.assignment)).status_code == 303
            assert visits_in(session)[0].late
    assert sign_in(cast.leader).get("/campaigns/12345/key-in").status_code == 404


def test_what_was_entered_in_this_sitting(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Any) -> None:
    """By this person, today, the latest first; what a phone sent is not among it."""
    put(session, cast.leader, cast.spare_assignment, content())
    session.commit()
    client = sign_in(cast.leader)
    assert "刚才录的" not in client.page(address_of(cast)).text
    for one in (cast.assignment, cast.second_assignment):
        client.post(address_of(cast), data=line_of(one))
    client.page(address_of(cast))
    text = client.page(address_of(cast)).text
    assert text.index(cast.second_household.name) < text.index(cast.household.name)
    assert cast.spare_household.name not in text
    assert "刚才录的" not in sign_in(cast.team_leader).page(address_of(cast)).text
    standing_clock.time += timedelta(hours=13)
    assert "刚才录的" not in sign_in(cast.leader).page(address_of(cast)).text


@pytest.mark.parametrize("address", ["?day=x&time=99&went=x", "?day=0001-01-01", "?time=%00", "?went=99999999999999"])
def test_odd_addresses(cast: Cast, sign_in: SignIn, address: str) -> None:
    assert sign_in(cast.leader).get(address_of(cast) + address).status_code in (200, 400)


def test_costs_the_same_with_more_lines(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    client.post(address_of(cast), data=line_of(cast.assignment, words="一句"))
    counts = []
    for _ in range(2):
        with counted_queries() as queries:
            client.page(address_of(cast))
        counts.append(len(queries))
        for _ in range(2):
            more = make_assignment(
                session, cast.campaign, make_household(session, cast.village), cast.team, (cast.visitor,)
            )
            session.commit()
            assert client.post(address_of(cast), data=line_of(more, words="一句")).status_code == 303
    assert counts[0] == counts[1]
    assert counts[0] < 20
