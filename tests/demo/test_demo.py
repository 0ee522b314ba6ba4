"""The demonstration as `flask demo load` makes it: its numbers, and that everything in it keeps the rules."""

import re
import stat
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.passwords import verify
from hengli_visits.accounts.queries import actor_of
from hengli_visits.assignments.rules import state_after
from hengli_visits.demo import sign_ins
from hengli_visits.demo.agenda import following_day, without_evening
from hengli_visits.demo.courses import Telling
from hengli_visits.demo.loading import SEED
from hengli_visits.demo.this_year import FATES, ROUND, VILLAGE
from hengli_visits.demo.town import places_of
from hengli_visits.demo.visiting import plan_calls, rates
from hengli_visits.issues.queries import needing
from hengli_visits.issues.rules import FINAL, MOVES
from hengli_visits.issues.workdays import Calendar, add_working_days
from hengli_visits.models import (
    Account,
    Area,
    AreaKind,
    Assignment,
    AssignmentState,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Group,
    Handling,
    Household,
    HouseholdKind,
    Issue,
    IssueState,
    Member,
    Organisation,
    OrganisationKind,
    Outcome,
    Photo,
    Revisit,
    RoleGrant,
    Sector,
    Supervision,
    Visit,
)
from tests.conftest import MONDAY
from tests.demo import facts
from tests.demo.facts import count, member_of

REACHABLE = {step.target for step in MOVES if step.target}
pytestmark = pytest.mark.timeout(300)
HEAD = ("角色 Role", "姓名 Name", "手机号 Phone", "密码 Password", "先看什么 What to try first")


def test_the_town(session: Session) -> None:
    branch = Organisation.kind == OrganisationKind.BRANCH
    assert count(session, Area.id, Area.kind != AreaKind.TOWN) == 17
    assert count(session, Organisation.id, branch) == 154
    assert count(session, Organisation.id, branch, Organisation.sector == Sector.NEW) == 106
    assert count(session, Member.id) == 1724
    assert count(session, Household.id, Household.kind == HouseholdKind.FAMILY) == 1575
    assert count(session, Household.id, Household.kind == HouseholdKind.ENTERPRISE) == 240


def test_two_campaigns(session: Session, campaign: Campaign) -> None:
    other = session.scalars(select(Campaign).where(Campaign.id != campaign.id)).one()
    assert (campaign.state, other.state) == (CampaignState.RUNNING, CampaignState.CLOSED)
    assert (campaign.starts_on, other.name) == (clock.today() - timedelta(days=9), "情系群众周")
    assert 18 <= (campaign.ends_on - clock.today()).days <= 28
    groups = select(func.count(Group.id)).where(Group.parent_id.is_(None))
    assert session.scalar(groups.where(Group.campaign_id == campaign.id)) == 17
    assert session.scalar(groups.where(Group.campaign_id == other.id)) == 20
    assert count(session, Group.id, Group.campaign_id == other.id, Group.parent_id.is_not(None)) == 91


def test_every_group_has_leaders_and_two_or_three_teams(session: Session, campaign: Campaign) -> None:
    led = set(session.scalars(select(RoleGrant.group_id)))
    groups = session.scalars(select(Group).where(Group.campaign_id == campaign.id)).all()
    assert all(group.id in led for group in groups)
    teams = Counter(group.parent_id for group in groups if group.parent_id)
    assert set(teams.values()) == {2, 3}
    seats = facts.seats_in_teams(session, campaign)
    assert len(seats) == len(set(seats)) > 1680


def test_every_household_has_visitors_of_its_village(session: Session, campaign: Campaign) -> None:
    rows = facts.homes_of(session, campaign)
    assert len({id_ for id_, _, _ in rows}) == 1575
    assert all(home == own for _, home, own in rows)
    assert set(Counter(id_ for id_, _, _ in rows).values()) <= {2, 3}


def test_two_thirds_are_visited(session: Session, campaign: Campaign) -> None:
    states = Counter(session.scalars(select(Assignment.state).where(Assignment.campaign_id == campaign.id)))
    assert set(states) == set(AssignmentState)
    assert 0.6 <= states[AssignmentState.VISITED] / 1575 <= 0.7
    outcomes = Counter(session.scalars(select(Visit.outcome).where(Visit.campaign_id == campaign.id)))
    assert set(outcomes) == set(Outcome)
    assert 0.74 <= outcomes[Outcome.MET] / outcomes.total() <= 0.82


def test_visits_lie_in_spare_hours_of_the_last_nine_days(session: Session, campaign: Campaign) -> None:
    for at, received in session.execute(
        select(Visit.visited_at, Visit.received_at).where(Visit.campaign_id == campaign.id)
    ):
        local = clock.town_time(at)
        assert 1 <= (clock.today() - local.date()).days <= 9
        assert at < received <= MONDAY
        assert local.hour >= 18 or local.weekday() >= 5
        assert 9 <= local.hour <= 22


def test_states_follow_from_visits(session: Session) -> None:
    visits, refused = facts.outcomes_of(session), facts.refused_ones(session)
    assert refused
    for assignment_id, state in session.execute(select(Assignment.id, Assignment.state)):
        expected = state_after(visits.get(assignment_id, []), [Outcome.MET.value])
        assert state == (AssignmentState.AGAIN if assignment_id in refused else expected)


def test_some_visits_are_revised_voided_and_clashing(session: Session) -> None:
    assert count(session, Visit.id, Visit.revision > 1) >= 5
    assert count(session, Visit.id, Visit.voided_at.is_not(None)) == 1
    assert count(session, Visit.id, Visit.clashing.is_(True)) == 1
    assert count(session, Photo.id) >= 10


def test_issues_stand_in_every_state_that_there_is(session: Session, campaign: Campaign) -> None:
    states = Counter(session.scalars(select(Issue.state).where(Issue.campaign_id == campaign.id)))
    assert set(states) == REACHABLE
    assert states[IssueState.CLOSED] >= 15
    last_year = set(session.scalars(select(Issue.state).where(Issue.campaign_id != campaign.id)))
    assert last_year <= set(FINAL)


def test_some_issues_are_late_and_some_nearly(session: Session) -> None:
    open_ones = session.scalars(select(Issue).where(Issue.state.not_in(FINAL))).all()
    assert all(issue.step_due_at and issue.amber_at and issue.amber_at <= issue.step_due_at for issue in open_ones)
    late = [issue for issue in open_ones if issue.step_due_at and issue.step_due_at < MONDAY]
    amber = [
        issue
        for issue in open_ones
        if issue.step_due_at and issue.amber_at and issue.amber_at <= MONDAY < issue.step_due_at
    ]
    assert len(late) >= 4
    assert amber
    assert len(late) + len(amber) < len(open_ones) / 2
    assert all(issue.step_due_at is None for issue in session.scalars(select(Issue).where(Issue.state.in_(FINAL))))


def test_something_lies_over_some_issues(session: Session) -> None:
    rows = session.scalars(select(Issue)).all()
    assert any(issue.extension_until for issue in rows)
    assert any(issue.extensions for issue in rows)
    assert {Supervision.REMINDED, Supervision.WRITTEN} <= {issue.supervision for issue in rows}


def test_deadlines_follow_from_the_limits(session: Session) -> None:
    sent = session.scalars(select(Issue).where(Issue.dispatched_at.is_not(None))).all()
    for issue in sent:
        assert issue.dispatched_at
        if issue.limit_hours is not None:
            assert issue.due_at == issue.dispatched_at + timedelta(hours=issue.limit_hours)
        elif issue.limit_days is not None:
            due = issue.original_due_at or issue.due_at
            assert due == add_working_days(issue.dispatched_at, issue.limit_days, Calendar())
    assert sent


def test_moves_follow_each_other(session: Session) -> None:
    moves = facts.moves_of(session)
    for own in moves.values():
        assert own[0].from_state is None
        for before, after in pairwise(own):
            assert after.from_state == before.to_state
            assert before.at <= after.at <= MONDAY
    current = {row.id: row.state for row in session.execute(select(Issue.id, Issue.state))}
    assert {issue_id: own[-1].to_state for issue_id, own in moves.items()} == current


def test_nobody_revisits_what_they_handled(session: Session) -> None:
    handlers = facts.handlers_of(session)
    rows = session.execute(select(Issue.lead_unit_id, Revisit.revisitor_id).join(Revisit, Revisit.issue_id == Issue.id))
    told = list(rows)
    assert len(told) > 20
    assert not [one for one in told if one[1] in handlers.get(one[0] or 0, ())]


def test_what_people_said_fits_where_they_live(session: Session) -> None:
    rows = facts.said_where(session)
    assert {row.handling for row in rows} == set(Handling)
    for words, _, village, street in rows:
        assert "{" not in words
        if named := re.match(r"(.{2,3}村)(?:祠堂|往镇|排水)", words):
            assert named[1] == village
        if named := re.match(r"(.{1,4}[路街巷])(?:路口|晚上|两边|四楼|垃圾|出租)", words):
            assert named[1] == street


def test_one_sign_in_per_role_that_works(demo: Flask, session: Session) -> None:
    known = sign_ins.kept(demo.config["VISITS"].instance)
    assert [one.role for one in known] == ["走访员", "小组长", "组长", "统筹员", "承办人", "挂点领导", "管理员"]
    for one in known:
        account = session.scalars(select(Account).join(Member).where(Member.phone == one.phone)).one()
        assert verify(account.password_hash, one.password)
        assert not account.must_change
    assert len({one.password for one in known}) == len(known)
    path = Path(demo.config["VISITS"].instance) / sign_ins.NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_visitor_has_a_round_of_every_kind(demo: Flask, session: Session, campaign: Campaign) -> None:
    visitor = member_of(demo, session, "走访员")
    own = session.scalars(
        select(Assignment)
        .join(AssignmentVisitor)
        .where(AssignmentVisitor.member_id == visitor.id, Assignment.campaign_id == campaign.id)
    ).all()
    assert len(own) == ROUND == len(FATES)
    assert {one.state for one in own} == set(AssignmentState)
    assert any(one.appointment_at and one.appointment_at > MONDAY for one in own)
    assert (session.scalar(needing(actor_of(session, visitor.id))) or 0) >= 1
    homes = select(Assignment.id).where(Assignment.household_id.in_([one.household_id for one in own]))
    assert count(session, Visit.id, Visit.campaign_id != campaign.id, Visit.assignment_id.in_(homes))


def test_the_handler_has_issues_of_every_kind(demo: Flask, session: Session) -> None:
    actor = actor_of(session, member_of(demo, session, "承办人").id)
    (unit,) = actor.units
    own = session.scalars(select(Issue).where(Issue.lead_unit_id == unit)).all()
    assert {issue.state for issue in own} >= {
        IssueState.DISPATCHED,
        IssueState.RETURN_REVIEW,
        IssueState.IN_PROGRESS,
        IssueState.ANSWER_REVIEW,
        IssueState.REVISIT_DUE,
        IssueState.REDO,
        IssueState.CLOSED,
    }
    working = [issue for issue in own if issue.state is IssueState.IN_PROGRESS]
    assert any(issue.step_due_at and issue.step_due_at < MONDAY for issue in working)
    assert any(
        issue.amber_at and issue.step_due_at and issue.amber_at < MONDAY < issue.step_due_at for issue in working
    )
    assert not actor.groups


def test_leaders_and_leads_have_something_to_do(demo: Flask, session: Session) -> None:
    for role in ("小组长", "组长", "统筹员"):
        assert session.scalar(needing(actor_of(session, member_of(demo, session, role).id)))
    leader = actor_of(session, member_of(demo, session, "组长").id)
    to_confirm = (Assignment.state == AssignmentState.UNREACHABLE) & Assignment.confirmed_at.is_(None)
    assert count(session, Assignment.id, Assignment.group_id.in_(leader.led_groups), to_confirm)
    lead = actor_of(session, member_of(demo, session, "挂点领导").id)
    village = session.scalars(select(Area.path).where(Area.name == VILLAGE)).one()
    assert village in lead.led_area_paths


def test_a_second_load_is_refused(demo: Flask) -> None:
    before = sign_ins.kept(demo.config["VISITS"].instance)
    done = demo.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 1
    assert "演示数据只能装进空的数据库" in done.output
    assert sign_ins.kept(demo.config["VISITS"].instance) == before


def test_show_lines_the_table_up(demo: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    done = demo.test_cli_runner().invoke(args=["demo", "show"])
    assert "http://127.0.0.1:8123/" in done.output
    lines = [line for line in done.output.splitlines() if line.strip()]
    head = lines[1]
    assert all(word in head for word in HEAD)
    at = sign_ins.width(head[: head.index("先看什么")])
    people = [line for line in lines[3:] if "1990769" in line]
    assert len(people) == 7
    for line in people:
        first = line.split("  ")[-1].strip()
        assert sign_ins.width(line[: line.rindex(first)]) == at


def test_the_plan_works_out_at_any_time(session: Session, campaign: Campaign) -> None:
    places = places_of(session, campaign)
    pair = max(Counter(place.visitors for place in places).items(), key=lambda item: item[1])[0]
    own = dict(zip((place.id for place in places if place.visitors == pair), FATES, strict=True))
    for ahead in range(7):
        for hour in (0, 10, 18, 23):
            now = MONDAY + timedelta(days=ahead, hours=hour - 10)
            rng = Random(f"{SEED}{ahead}{hour}")
            share = rates(dict.fromkeys(place.village for place in places), rng)
            calls = plan_calls(places, following_day(now), share, rng, own, without_evening(now))
            telling = Telling(calls, following_day(now), rng, pair=frozenset(pair))
            assert len(telling.stories()) > 70
            assert max(call.saved_at for call in calls) < now
