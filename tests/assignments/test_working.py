"""Large plans are worked out and applied aside: once, in the name of who ordered them, with what went wrong told."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import aside
from hengli_visits.assignments import actions
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.assignments.views import working
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.models import AssignmentMove, CampaignState, ShareOut, ShareState
from tests.assignments.making import acting
from tests.assignments.permissions import ASKED
from tests.cast import Cast
from tests.pages import SignIn


def order(session: Session, cast: Cast) -> ShareOut:
    leader = acting(session, cast.leader)
    plan = actions.order_share_out(session, leader, cast.campaign, Wishes(groups=(cast.group.id,)))
    session.commit()
    return plan


def state_of(session: Session, plan: ShareOut) -> ShareState:
    return session.scalars(select(ShareOut.state).where(ShareOut.id == plan.id)).one()


def test_a_plan_is_worked_out_and_applied_aside(session: Session, cast: Cast, app: Flask) -> None:
    plan = order(session, cast)
    working.work(session, plan.id)
    assert state_of(session, plan) is ShareState.READY
    assert aside.progress(working.place(), plan.id) > 0
    working.work(session, plan.id)
    assert state_of(session, plan) is ShareState.READY
    actions.order_apply(session, acting(session, cast.coordinator), plan, None)
    session.commit()
    working.work(session, plan.id)
    assert state_of(session, plan) is ShareState.APPLIED
    assert visitors_of(session, [cast.spare_assignment.id])
    move = session.scalars(select(AssignmentMove).where(AssignmentMove.batch == plan.id)).one()
    assert move.actor_id == cast.coordinator.id


def test_what_cannot_be_applied_stands_as_before_and_says_why(session: Session, cast: Cast, app: Flask) -> None:
    plan = order(session, cast)
    working.work(session, plan.id)
    actions.order_apply(session, acting(session, cast.leader), plan, None)
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    working.work(session, plan.id)
    session.refresh(plan)
    assert plan.state is ShareState.READY
    assert plan.failure
    assert "已经结束" in plan.failure["message"]
    assert visitors_of(session, [cast.spare_assignment.id]) == {}


def test_a_large_plan_is_left_and_come_back_to(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr(working, "MANY", 0)
    monkeypatch.setattr(aside, "start", lambda place, id_, *_command: started.append(id_))
    client = sign_in(cast.leader)
    answer = client.post("/assignments/share-out", data=ASKED | {"group": cast.group.id})
    plan = session.scalars(select(ShareOut)).one()
    assert started == [plan.id]
    assert "再做一遍" in client.page(answer.location).text
    told = client.get(f"{answer.location}/progress").get_json()
    assert told["state"] == "stuck"
    assert client.post(f"{answer.location}/resume").status_code == 303
    assert started == [plan.id, plan.id]
    aside.note_progress(working.place(), plan.id, 40)
    page = client.page(answer.location)
    assert "过后再回来看" in page.text
    assert client.get(f"{answer.location}/progress").get_json() == {
        "state": "working", "said": "40%", "done": 40, "total": 100,
    }  # fmt: skip
    working.work(session, plan.id)
    assert "就这样分派" in client.page(answer.location).text
    assert client.post(f"{answer.location}/application").status_code == 303
    assert started == [plan.id] * 3
    session.expire_all()
    working.work(session, plan.id)
    assert "看走访任务" in client.page(answer.location).text
