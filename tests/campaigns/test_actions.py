"""Setting campaigns up, starting and ending them."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.campaigns import actions
from hengli_visits.campaigns.catalogue import SUBJECTS
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.models import (
    AuditEntry,
    Campaign,
    CampaignMove,
    CampaignState,
    Category,
    Organisation,
    Outcome,
    Role,
)
from tests.assignments.making import make_visit
from tests.cast import Cast
from tests.factories import grant, make_assignment, make_campaign, make_group, make_unit

DATES: dict[str, Any] = {"starts_on": date(2026, 6, 28), "ends_on": date(2026, 7, 31)}


def categories(session: Session, campaign: Campaign) -> list[Category]:
    query = select(Category).where(Category.campaign_id == campaign.id).order_by(Category.position)
    return list(session.scalars(query))


def test_a_campaign_begins_with_the_usual_categories_and_units(session: Session) -> None:
    there = make_unit(session, "农林水务局")
    campaign = actions.create_campaign(session, SYSTEM, name=" 双千 ", **DATES, ordinary_days=7)
    assert (campaign.name, campaign.state, campaign.counted) == ("双千", CampaignState.DRAFT, ["met"])
    assert (campaign.ordinary_days, campaign.complex_days) == (7, 15)
    made = categories(session, campaign)
    assert [one.name for one in made] == [subject.name for subject in SUBJECTS]
    assert {one.name for one in made if one.by_area} == {"村务公开", "表扬感谢"}
    assert next(one for one in made if one.name == "水利排涝").unit_id == there.id
    actions.create_campaign(session, SYSTEM, name="情系群众周", **DATES)
    units = {subject.unit for subject in SUBJECTS if subject.unit}
    assert session.scalar(select(func.count()).select_from(Organisation)) == len(units)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "双千"}, "name"),
        ({"ends_on": date(2026, 6, 27)}, "ends_on"),
        ({"counted": []}, "counted"),
        ({"sign_days": 0}, "sign_days"),
        ({"urgent_hours": 1000}, "urgent_hours"),
        ({"written_days": 3, "circular_days": 3}, "circular_days"),
        ({"written_days": 5}, "circular_days"),
        ({"claim_cap": 51}, "claim_cap"),
        ({"claim_cap": -1}, "claim_cap"),
    ],
)
def test_what_cannot_be_is_refused(session: Session, fields: dict[str, Any], field: str) -> None:
    make_campaign(session, "双千")
    with pytest.raises(Invalid) as refusal:
        actions.create_campaign(session, SYSTEM, **({"name": "情系群众周"} | DATES | fields))
    assert refusal.value.field == field


def test_what_counts_stays_once_there_are_such_visits(session: Session, cast: Cast) -> None:
    visit = make_visit(session, cast.assignment, cast.visitor, Outcome.DECLINED)
    actions.edit_campaign(session, SYSTEM, cast.campaign, counted=[Outcome.MET, Outcome.EMPTY])
    with pytest.raises(Invalid) as refusal:
        actions.edit_campaign(session, SYSTEM, cast.campaign, counted=[Outcome.MET, Outcome.DECLINED])
    assert refusal.value.field == "counted"
    visit.voided_at = visit.received_at
    session.flush()
    actions.edit_campaign(session, SYSTEM, cast.campaign, counted=[Outcome.MET, Outcome.DECLINED])


def test_editing_changes_what_is_given(session: Session) -> None:
    campaign = actions.create_campaign(session, SYSTEM, name="双千", **DATES)
    actions.edit_campaign(session, SYSTEM, campaign, theme="服务基层", counted=[Outcome.MET, Outcome.MOVED])
    assert (campaign.theme, campaign.counted, campaign.name) == ("服务基层", ["met", "moved"], "双千")
    with pytest.raises(Invalid):
        actions.edit_campaign(session, SYSTEM, campaign, ends_on=date(2026, 1, 1))
    with pytest.raises(TypeError):
        actions.edit_campaign(session, SYSTEM, campaign, state=CampaignState.RUNNING)


def test_starting_says_what_is_missing(session: Session, cast: Cast) -> None:
    campaign = make_campaign(session, "情系群众周", state=CampaignState.DRAFT)

    def start() -> None:
        actions.move_campaign(session, SYSTEM, campaign, CampaignState.RUNNING)

    with pytest.raises(Conflict, match="走访对象"):
        start()
    make_assignment(session, campaign, cast.household)
    with pytest.raises(Conflict, match="分组"):
        start()
    group = make_group(session, campaign, "第1组")
    with pytest.raises(Conflict, match="组长"):
        start()
    team = make_group(session, campaign, "第1组第1小组", parent=group)
    grant(session, cast.leader, Role.TEAM_LEADER, group_id=team.id)
    start()
    assert campaign.state == CampaignState.RUNNING
    assert campaign.started_at is not None


def test_every_step_leaves_a_move(session: Session, cast: Cast) -> None:
    campaign = cast.campaign
    with pytest.raises(Conflict):
        actions.move_campaign(session, SYSTEM, campaign, CampaignState.ARCHIVED)
    actions.move_campaign(session, SYSTEM, campaign, CampaignState.CLOSED)
    assert bool(campaign.closed_at)
    with pytest.raises(Invalid):
        actions.move_campaign(session, SYSTEM, campaign, CampaignState.RUNNING, " ")
    actions.move_campaign(session, SYSTEM, campaign, CampaignState.RUNNING, "还有两户没走完")
    assert not bool(campaign.closed_at)
    actions.move_campaign(session, SYSTEM, campaign, CampaignState.CLOSED)
    actions.move_campaign(session, SYSTEM, campaign, CampaignState.ARCHIVED)
    moves = session.scalars(select(CampaignMove).order_by(CampaignMove.id)).all()
    assert [move.to_state.value for move in moves] == ["closed", "running", "closed", "archived"]
    assert moves[1].note == "还有两户没走完"
    with pytest.raises(Conflict):
        actions.edit_campaign(session, SYSTEM, campaign, theme="晚了")


def test_a_state_that_changed_meanwhile_is_a_conflict(session: Session, cast: Cast) -> None:
    session.execute(
        update(Campaign)
        .where(Campaign.id == cast.campaign.id)
        .values(state=CampaignState.CLOSED)
        .execution_options(synchronize_session=False)
    )
    with pytest.raises(Conflict):
        actions.move_campaign(session, SYSTEM, cast.campaign, CampaignState.CLOSED)


def test_categories_are_added_and_changed(session: Session, cast: Cast) -> None:
    made = actions.save_category(
        session, SYSTEM, cast.campaign, None, name="殡葬管理", words=["坟", " 坟 ", ""], unit_id=cast.unit.id
    )
    assert (made.words, made.unit_id, made.by_area) == (["坟"], cast.unit.id, False)
    assert made.position > cast.village_category.position
    actions.save_category(session, SYSTEM, cast.campaign, made, name="殡葬", by_area=True, unit_id=cast.unit.id)
    assert (made.name, made.unit_id, made.by_area) == ("殡葬", None, True)
    with pytest.raises(Invalid):
        actions.save_category(session, SYSTEM, cast.campaign, made, name="水利排涝", by_area=True)
    with pytest.raises(Invalid):
        actions.save_category(session, SYSTEM, cast.campaign, None, name="别的")
    assert session.scalar(select(func.count()).where(AuditEntry.action == "category.edit")) == 1


def test_only_coordinators_set_up(session: Session, cast: Cast) -> None:
    leader = Actor(id=cast.leader.id, name="温永然", led_groups=frozenset({cast.group.id}))
    with pytest.raises(Missing):
        actions.create_campaign(session, leader, name="私设", **DATES)
    with pytest.raises(Missing):
        actions.move_campaign(session, leader, cast.campaign, CampaignState.CLOSED)
