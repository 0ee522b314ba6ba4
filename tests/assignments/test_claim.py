"""Households that visitors take up themselves: which, how many, what they may know before, giving back."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions, claims
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import Assignment, AssignmentMove, AssignmentState, AssignmentVerb, CampaignState, Outcome
from tests.assignments.making import acting, make_visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_assignment, make_branch, make_household
from tests.pages import SignIn


def spare(session: Session, cast: Cast, count: int, **values: object) -> list[Assignment]:
    """Households of the team that nobody has."""
    homes = [make_household(session, cast.village, f"无人{n}", **values) for n in range(count)]
    return [make_assignment(session, cast.campaign, home, cast.team) for home in homes]


def test_what_is_claimable(session: Session, cast: Cast) -> None:
    cast.campaign.claim_cap = 2
    cast.visitor.area_id = cast.village.id
    far = make_assignment(session, cast.campaign, make_household(session, cast.other_village), cast.team)
    avoided, done, wanted = spare(session, cast, 3)
    actions.avoid_household(session, SYSTEM, avoided, cast.visitor.id)
    done.state = AssignmentState.UNREACHABLE
    make_assignment(session, cast.campaign, make_household(session, cast.other_village), cast.other_group)
    session.flush()
    page = claims.claimable_page(session, acting(session, cast.visitor), cast.campaign, 1)
    assert [one.id for one in page.items] == [wanted.id, cast.spare_assignment.id, far.id]
    assert [one.near for one in page.items] == [True, True, False]
    assert not hasattr(page.items[0], "name")
    other = claims.claimable_page(session, acting(session, cast.other_visitor), cast.campaign, 1)
    assert other.total == 1
    cast.campaign.claim_cap = 0
    session.flush()
    assert claims.claimable_page(session, acting(session, cast.visitor), cast.campaign, 1).total == 0


def test_the_village_of_the_branch_is_near_too(session: Session, cast: Cast) -> None:
    cast.campaign.claim_cap = 2
    cast.visitor.branch_id = make_branch(session, "石涌村支部", cast.other_village).id
    linked = make_assignment(session, cast.campaign, make_household(session, cast.other_village), cast.team)
    page = claims.claimable_page(session, acting(session, cast.visitor), cast.campaign, 1)
    assert [(one.id, one.near) for one in page.items] == [(linked.id, True), (cast.spare_assignment.id, False)]


def test_claimed_counted_and_given_back(session: Session, cast: Cast) -> None:
    cast.campaign.claim_cap = 2
    tasks = spare(session, cast, 3)
    visitor = acting(session, cast.visitor)
    with pytest.raises(Invalid, match="还可以认领2户"):
        actions.claim(session, visitor, cast.campaign, [task.id for task in tasks])
    claimed = actions.claim(session, visitor, cast.campaign, [tasks[0].id, cast.spare_assignment.id])
    assert set(claimed.done) == {tasks[0].id, cast.spare_assignment.id}
    session.refresh(cast.spare_assignment)
    assert cast.spare_assignment.group_id == cast.team.id
    again = actions.claim(session, visitor, cast.campaign, [tasks[0].id])
    assert (again.done, again.already) == ((), (tasks[0].id,))
    assert len(session.scalars(select(AssignmentMove).where(AssignmentMove.verb == AssignmentVerb.CLAIM)).all()) == 2
    with pytest.raises(Invalid, match="认领满2户"):
        actions.claim(session, visitor, cast.campaign, [tasks[1].id])
    actions.give_up(session, visitor, tasks[0].id)
    assert visitors_of(session, [tasks[0].id]) == {}
    with pytest.raises(Missing):
        actions.give_up(session, visitor, tasks[0].id)
    assert claims.allowance(session, visitor, cast.campaign).left == 1
    make_visit(session, cast.spare_assignment, cast.visitor, Outcome.AWAY)
    with pytest.raises(Conflict):
        actions.give_up(session, visitor, cast.spare_assignment.id)


def test_what_a_leader_gives_is_not_counted(session: Session, cast: Cast) -> None:
    cast.campaign.claim_cap = 1
    (task,) = spare(session, cast, 1)
    visitor = acting(session, cast.visitor)
    actions.claim(session, visitor, cast.campaign, [task.id])
    assert claims.allowance(session, visitor, cast.campaign).taken == 1
    with pytest.raises(Missing):
        actions.give_up(session, visitor, cast.assignment.id)
    actions.take_back(session, SYSTEM, [task.id])
    assert claims.allowance(session, visitor, cast.campaign).taken == 0
    actions.give(session, SYSTEM, [cast.spare_assignment.id], [cast.visitor.id])
    assert claims.allowance(session, visitor, cast.campaign).taken == 0


def test_a_companion_stays_when_who_claimed_gives_up(session: Session, cast: Cast) -> None:
    cast.campaign.claim_cap = 1
    (task,) = spare(session, cast, 1)
    actions.claim(session, acting(session, cast.visitor), cast.campaign, [task.id])
    actions.give(session, SYSTEM, [task.id], [cast.visitor.id, cast.partner.id])
    actions.give_up(session, acting(session, cast.visitor), task.id)
    assert visitors_of(session, [task.id]) == {task.id: (cast.partner.id,)}


def test_refused(session: Session, cast: Cast) -> None:
    visitor = acting(session, cast.visitor)
    with pytest.raises(Missing):
        actions.claim(session, visitor, cast.campaign, [cast.spare_assignment.id])
    cast.campaign.claim_cap = 3
    session.flush()
    lost = actions.claim(session, acting(session, cast.team_leader), cast.campaign, [cast.assignment.id])
    assert lost == actions.Claimed((), (), (cast.assignment.id,))
    for who in (cast.other_visitor, cast.leader, cast.coordinator, cast.stranger):
        with pytest.raises(Missing):
            actions.claim(session, acting(session, who), cast.campaign, [cast.spare_assignment.id])
    actions.avoid_household(session, SYSTEM, cast.spare_assignment, cast.visitor.id)
    with pytest.raises(Invalid, match="要回避叶秀珍"):
        actions.claim(session, visitor, cast.campaign, [cast.spare_assignment.id])
    cast.campaign.state = CampaignState.CLOSED
    session.flush()
    with pytest.raises(Missing):
        actions.claim(session, acting(session, cast.partner), cast.campaign, [cast.spare_assignment.id])


def test_the_page_says_where_and_never_who(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.spare_household.category = "困难户"
    session.commit()
    client = sign_in(cast.visitor)
    assert "认领没人走访的户" not in client.page("/assignments/mine").text
    assert client.get("/assignments/claimable").status_code == 404
    cast.campaign.claim_cap = 2
    session.commit()
    assert any(href.startswith("/assignments/claimable") for href, _ in client.page("/assignments/mine").links)
    page = client.page("/assignments/claimable")
    assert "祠堂街" in page.text
    assert "困难户" in page.text
    assert cast.spare_household.name not in page.html
    assert cast.spare_household.phone
    assert not re.search(rf"\*{cast.spare_household.phone[-4:]}|{cast.spare_household.phone}", page.html)
    assert client.get(f"/assignments/{cast.spare_assignment.id}").status_code == 404
    data = {"campaign": cast.campaign.id, "assignment": cast.spare_assignment.id}
    assert client.post("/assignments/claimable", data=data).status_code == 303
    page = client.page("/assignments/claimable")
    assert "已认领 1 户" in page.text
    assert cast.spare_household.name in page.text
    late = sign_in(cast.partner)
    assert late.post("/assignments/claimable", data=data).status_code == 303
    told = late.page("/assignments/claimable")
    assert "祠堂街" in told.text
    assert "刚被别人认领" in told.text
    assert cast.spare_household.name not in told.html
    assert client.post(f"/assignments/{cast.spare_assignment.id}/give-up", data=data).status_code == 303
    assert "已退回" in client.page("/assignments/claimable").text


def test_too_many_keeps_the_choice(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.campaign.claim_cap = 1
    tasks = spare(session, cast, 2)
    session.commit()
    data = {"campaign": cast.campaign.id, "assignment": [task.id for task in tasks]}
    answer = sign_in(cast.visitor).post("/assignments/claimable", data=data)
    assert answer.status_code == 422
    assert answer.text.count(" checked") == 2
    assert "您还可以认领1户" in answer.text


def test_the_page_costs_the_same_with_more_rows(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.campaign.claim_cap = 9
    visitor = acting(session, cast.visitor)
    actions.claim(session, visitor, cast.campaign, [spare(session, cast, 1)[0].id])
    session.commit()
    client = sign_in(cast.visitor)
    client.page("/assignments/claimable")
    with counted_queries() as one:
        client.page("/assignments/claimable")
    actions.claim(session, visitor, cast.campaign, [task.id for task in spare(session, cast, 2)])
    spare(session, cast, 2)
    session.commit()
    with counted_queries() as three:
        client.page("/assignments/claimable")
    assert len(three) == len(one) <= 14
