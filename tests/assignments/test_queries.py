"""Who finds which assignments, how lists are filtered, what a household's page knows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM, Actor
from hengli_visits.assignments import actions, queries, rounds, story, targets, tasks, walks
from hengli_visits.errors import Missing
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    CampaignState,
    GroupMember,
    HouseholdKind,
    Issue,
    IssueState,
    Outcome,
)
from tests.assignments.making import acting, make_feedback, make_visit
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import make_assignment, make_campaign, make_household


def seen(session: Session, actor: Actor) -> set[int]:
    return set(session.scalars(select(Assignment.id).where(queries.visible(actor))))


def test_everybody_finds_what_is_theirs(session: Session, cast: Cast) -> None:
    own = {cast.assignment.id, cast.second_assignment.id}
    here = own | {cast.spare_assignment.id}
    every = here | {cast.other_assignment.id}
    expected = {
        "coordinator": every,
        "area_lead": here,
        "leader": here,
        "team_leader": own,
        "visitor": own,
        "partner": own,
        "other_leader": {cast.other_assignment.id},
        "other_visitor": {cast.other_assignment.id},
        "administrator": set(),
        "handler": set(),
        "stranger": set(),
    }
    found = {name: seen(session, acting(session, getattr(cast, name))) for name in expected}
    assert found == expected


def _close(session: Session, cast: Cast) -> None:
    cast.campaign.state = CampaignState.CLOSED


def _draft(session: Session, cast: Cast) -> None:
    cast.campaign.state = CampaignState.DRAFT


def _leave(session: Session, cast: Cast) -> None:
    for membership in session.scalars(select(GroupMember).where(GroupMember.member_id == cast.visitor.id)):
        membership.left_at = clock.now()


def _remove(session: Session, cast: Cast) -> None:
    actions.untarget(session, SYSTEM, [cast.assignment.id])


def _reassign(session: Session, cast: Cast) -> None:
    actions.give(session, SYSTEM, [cast.assignment.id], [cast.partner.id])


@pytest.mark.parametrize("end", [_close, _draft, _leave, _remove, _reassign])
def test_a_visitor_loses_what_is_no_longer_theirs(
    session: Session, cast: Cast, end: Callable[[Session, Cast], None]
) -> None:
    actor = acting(session, cast.visitor)
    assert queries.get_assignment(session, actor, cast.assignment.id).household.name == "钟林锡"
    end(session, cast)
    session.flush()
    with pytest.raises(Missing):
        queries.get_assignment(session, acting(session, cast.visitor), cast.assignment.id)


def test_own_list_in_walking_order_and_by_words(session: Session, cast: Cast) -> None:
    pair = (cast.visitor, cast.partner)
    for name, street, door, initials in (
        ("张三", "一巷", 11, "zs"),
        ("李四", "一巷", 2, "ls"),
        ("王五", "二巷", 1, "ww"),
    ):
        household = make_household(
            session, cast.village, name, street=street, door=f"{door}号", door_number=door, initials=initials
        )
        make_assignment(session, cast.campaign, household, cast.team, pair)
    actor = acting(session, cast.visitor)

    def names(words: str = "", state: AssignmentState | None = None) -> list[str]:
        page = walks.walk_page(session, walks.my_walk(session, actor, cast.campaign.id, state, words), 1)
        return [row.household.name for row in page.items]

    assert names()[:3] == ["李四", "张三", "王五"]
    assert names("zs") == ["张三"]
    assert names("王五") == ["王五"]
    assert "李四" in names("2")
    assert "张三" not in names("2")
    assert names("１１号") == ["张三"]
    assert names("一巷 11") == ["张三"]
    assert names(state=AssignmentState.VISITED) == []
    assert names("%") == []
    assert [c.name for c in rounds.my_campaigns(session, actor)] == [cast.campaign.name]
    assert rounds.my_counts(session, actor, cast.campaign)[AssignmentState.WAITING] == 5
    company = rounds.my_company(session, actor, cast.campaign)
    assert (company.partners, company.group) == (("方光润",), "长巷村第1小组")


def test_last_words_are_of_the_latest_visit_with_any(session: Session, cast: Cast) -> None:
    earlier = make_campaign(session, "情系群众周", state=CampaignState.CLOSED)
    past = make_assignment(session, earlier, cast.household)
    make_feedback(session, make_visit(session, past, cast.partner, Outcome.MET, day=-90), "屋顶漏水")
    found = rounds.last_words(session, [cast.household.id, cast.second_household.id])
    assert {id_: (last.words, last.campaign) for id_, last in found.items()} == {
        cast.household.id: ("屋顶漏水", "情系群众周")
    }
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY, day=-2, remarks="邻居说周末在")
    make_visit(session, cast.assignment, cast.visitor, Outcome.AWAY, day=-1)
    voided = make_visit(session, cast.assignment, cast.visitor, Outcome.MET, remarks="写错了")
    voided.voided_at = clock.now()
    session.flush()
    assert rounds.last_words(session, [cast.household.id])[cast.household.id].words == "邻居说周末在"
    assert rounds.last_words(session, []) == {}


def test_appointments_of_today(session: Session, cast: Cast) -> None:
    for assignment, hours in ((cast.assignment, 9), (cast.second_assignment, 24)):
        visit = make_visit(session, assignment, cast.visitor, Outcome.APPOINTED)
        visit.appointment_at = clock.now() + timedelta(hours=hours)
        session.flush()
        actions.record_visit(session, assignment.id, SYSTEM)
    expected = rounds.my_appointments(session, acting(session, cast.visitor), cast.campaign)
    assert [row.id for row in expected] == [cast.assignment.id]


def test_the_leaders_list_by_every_filter(session: Session, cast: Cast, standing_clock: Clock) -> None:
    leader = acting(session, cast.leader)
    cast.second_assignment.due_on = clock.today() - timedelta(days=1)
    make_visit(session, cast.assignment, cast.visitor, Outcome.MOVED)
    actions.record_visit(session, cast.assignment.id, SYSTEM)
    session.flush()

    def found(**filters: object) -> set[int]:
        wanted = tasks.Wanted(cast.campaign.id, **filters)  # type: ignore[arg-type]
        page = tasks.task_page(session, leader, wanted, 1)
        ids = {row.id for row in page.items}
        assert set(tasks.led_ids(session, leader, wanted)) == ids
        return ids

    first, second, spare = cast.assignment.id, cast.second_assignment.id, cast.spare_assignment.id
    assert found() == {first, second, spare}
    assert found(group_id=cast.team.id) == {first, second}
    assert found(group_id=cast.group.id) == {first, second, spare}
    assert found(group_id=tasks.NO_GROUP) == set()
    assert found(area_id=cast.village.id, street="祠堂街") == {spare}
    assert found(area_id=cast.other_village.id) == set()
    cast.household.door_number, cast.second_household.door_number, cast.spare_household.door_number = 7, 12, None
    session.flush()
    assert found(side=tasks.Side.ODD) == {first}
    assert found(side=tasks.Side.EVEN) == {second}
    assert found(door_from=8) == {second}
    assert found(door_to=7) == {first}
    assert found(door_from=12, door_to=7) == {first, second}
    assert found(door_from=8, door_to=11) == set()
    assert found(category="困难户") == {first}
    assert found(state=AssignmentState.UNREACHABLE) == {first}
    assert found(visitor_id=cast.partner.id) == {first, second}
    assert found(only=tasks.Only.UNASSIGNED) == {spare}
    assert found(only=tasks.Only.LATE) == {second}
    assert found(only=tasks.Only.TO_CONFIRM) == {first}
    assert found(words="钟海彬") == {spare}
    assert found(words="方光润") == {first, second}
    counts = tasks.only_counts(session, leader, tasks.Wanted(cast.campaign.id, only=tasks.Only.LATE))
    assert (counts[None], counts[tasks.Only.UNASSIGNED], counts[tasks.Only.LATE]) == (3, 1, 1)
    offers = tasks.offers(
        session, leader, tasks.Wanted(cast.campaign.id, group_id=cast.team.id, area_id=cast.village.id)
    )
    assert [name for _, name in offers.groups] == ["长巷村组", "长巷村第1小组"]
    assert [name for _, name in offers.streets] == ["二巷", "祠堂街"]
    assert {name for _, name in offers.visitors} == {"叶秀珍", "方光润"}
    assert [name for _, name in offers.areas] == ["长巷村"]


def test_an_area_lead_looks_and_does_not_decide(session: Session, cast: Cast) -> None:
    lead = acting(session, cast.area_lead)
    wanted = tasks.Wanted(cast.campaign.id)
    assert tasks.task_page(session, lead, wanted, 1).total == 3
    assert tasks.led_ids(session, lead, wanted) == []
    assert [c.id for c in tasks.campaigns_with_tasks(session, lead)] == [cast.campaign.id]
    assert tasks.campaigns_with_tasks(session, acting(session, cast.stranger)) == []


def test_a_household_remembers(session: Session, cast: Cast) -> None:
    earlier = make_campaign(session, "情系群众周", state=CampaignState.CLOSED)
    past = make_assignment(session, earlier, cast.household)
    issue = Issue(
        number="HL-1",
        campaign_id=earlier.id,
        area_id=cast.village.id,
        household_id=cast.household.id,
        raised_by_id=cast.partner.id,
        title="屋顶漏水",
        words="屋顶漏水",
        raised_at=clock.now(),
        opened_at=clock.now(),
    )
    session.add(issue)
    session.flush()
    make_feedback(session, make_visit(session, past, cast.partner, Outcome.MET, day=-90), "屋顶漏水", issue.id)
    gone = make_feedback(session, make_visit(session, cast.assignment, cast.visitor, Outcome.MET), "删掉了")
    gone.removed_at = clock.now()
    session.flush()
    session.expire_all()
    visits = story.earlier_visits(session, [cast.household.id])[cast.household.id]
    assert [visit.assignment.campaign.name for visit in visits] == ["双千", "情系群众周"]
    assert [[item.words for item in visit.feedback] for visit in visits] == [[], ["屋顶漏水"]]
    assert story.open_issues(session, [cast.household.id]) == {cast.household.id: [issue]}
    issue.state = IssueState.CLOSED
    session.flush()
    assert story.open_issues(session, [cast.household.id]) == {cast.household.id: []}


def test_the_history_says_names(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    actions.give(session, leader, [cast.spare_assignment.id], [cast.visitor.id], due_on=clock.today())
    actions.take_back(session, leader, [cast.spare_assignment.id])
    back, given = story.histories(session, [cast.spare_assignment.id])[cast.spare_assignment.id]
    assert (given.actor, given.visitors, given.group, given.due_on) == (
        "温永然",
        ("叶秀珍",),
        "长巷村第1小组",
        clock.today(),
    )
    assert back.visitors == ()


def test_targets_by_village_kind_and_category(session: Session, cast: Cast) -> None:
    make_household(session, cast.village, "五金厂", kind=HouseholdKind.ENTERPRISE, category="")
    here = targets.Selection((cast.village.id,))
    assert len(targets.selected_households(session, here)) == 4
    assert len(targets.selected_targets(session, cast.campaign.id, here)) == 3
    assert targets.selected_households(session, targets.Selection()) == []
    factories = targets.Selection((cast.village.id,), (HouseholdKind.ENTERPRISE,))
    assert len(targets.selected_households(session, factories)) == 1
    poor = targets.Selection((cast.village.id, cast.other_village.id), (), ("困难户",))
    assert targets.selected_households(session, poor) == [cast.household.id]
    villages = {
        village.name: (village.households, village.targets) for village in targets.villages(session, cast.campaign.id)
    }
    assert villages == {"长巷村": (4, 3), "石涌村": (1, 1)}
    assert ("困难户", 1) in targets.categories(session)
