"""What is put on its way: what the reader sees on the page 消息, once, at its time, and nothing about anybody."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import give, nudge, take_back
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Account, Delivery, IssueState, Language, Member, Move, Outcome, Pace, Urgency
from hengli_visits.notices.actions import forget_old
from hengli_visits.notices.actions.routing import OVERLAP
from hengli_visits.notices.formats import tell
from hengli_visits.notices.queries import page_of, since
from hengli_visits.notices.rules import KEPT_DELIVERIES, Kind
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.issues.making import PATHS, actor_for, make_issue, step
from tests.notices.making import add_channel, later, route
from tests.notices.test_queries import hand, log_visit

URL = "https://zoufang.example.gov.cn"


def keys(deliveries: list[Delivery]) -> list[str]:
    return [delivery.key.partition(":")[0] for delivery in deliveries]


def test_a_members_channel_carries_what_the_page_shows(session: Session, cast: Cast, standing_clock: Clock) -> None:
    add_channel(session, cast.visitor)
    add_channel(session, cast.other_visitor)
    later(standing_clock, minutes=1)
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    hand(session, cast, cast.spare_assignment, to=cast.visitor)
    nudge(session, actor_for(session, cast.leader), cast.campaign, [cast.visitor.id], "请抓紧，钟林锡家急。")
    shown = page_of(session, actor_for(session, cast.visitor), 1).page.items
    deliveries = route(session, URL)
    assert sorted(d.title for d in deliveries) == sorted(notice.kind.label for notice in shown)
    revisit = next(d for d in deliveries if d.title == Kind.REVISIT.label)
    assert revisit.body.startswith(f"{issue.number} · 水利排涝 · 长巷村。已有答复，请回访住户。期限：7月2日 17:30。")
    assert revisit.body.endswith(f"\n{URL}/issues/{issue.id}")
    assert {d.channel_id for d in deliveries} == {min(d.channel_id for d in deliveries)}


def test_nothing_leaves_about_anybody(session: Session, cast: Cast, standing_clock: Clock) -> None:
    everybody = [value for value in vars(cast).values() if isinstance(value, Member)]
    for member in everybody:
        add_channel(session, member)
    add_channel(session, unit=cast.unit)
    later(standing_clock, minutes=1)
    for state in PATHS:
        make_issue(session, cast, state)
    hand(session, cast, cast.spare_assignment, to=cast.visitor)
    later(standing_clock, minutes=1)
    take_back(session, actor_for(session, cast.leader), [cast.spare_assignment.id])
    log_visit(session, cast.assignment, cast.visitor, Outcome.DECLINED)
    for flag in ("clashing", "late", "stray", "clock_doubtful"):
        log_visit(session, cast.second_assignment, cast.visitor, Outcome.MET, **{flag: True})
    nudge(session, actor_for(session, cast.leader), cast.campaign, [cast.visitor.id], "请抓紧，钟林锡家急。")
    deliveries = route(session, URL)
    assert len({d.title for d in deliveries}) > 12
    households = (cast.household, cast.second_household, cast.spare_household, cast.other_household)
    private = {member.name for member in everybody} | {household.name for household in households}
    private |= {household.street or "?" for household in households} | {"排水渠", "抓紧", "电话"}
    for delivery in deliveries:
        assert not [word for word in private if word in delivery.title + delivery.body], delivery.body


def test_no_notice_twice_however_often_one_looks(session: Session, cast: Cast, standing_clock: Clock) -> None:
    add_channel(session, cast.visitor)
    later(standing_clock, minutes=1)
    hand(session, cast, cast.spare_assignment, to=cast.visitor)
    make_issue(session, cast, IssueState.CLOSED)
    first = route(session)
    assert first
    for _ in range(4):
        later(standing_clock, minutes=4)
        assert len(route(session)) == len(first)


def test_households_that_went_away_meanwhile_make_no_second_notice(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    add_channel(session, cast.team_leader, kinds=[Kind.GIVEN.value])
    later(standing_clock, minutes=1)
    hand(session, cast, cast.spare_assignment, cast.assignment, cast.second_assignment, to=cast.team_leader)
    (notice,) = route(session)
    assert "3 户分派给您走访。" in notice.body
    later(standing_clock, minutes=1)
    give(session, actor_for(session, cast.leader), [cast.second_assignment.id], [cast.visitor.id])
    (still,) = route(session)
    assert still.id == notice.id


def test_what_was_committed_late_is_found_and_what_is_old_is_not(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    channel = add_channel(session, unit=cast.unit)
    later(standing_clock, minutes=30)
    make_issue(session, cast, IssueState.DISPATCHED)
    assert len(route(session)) == 1
    slow = make_issue(session, cast, IssueState.DISPATCHED)
    moves = update(Move).where(Move.issue_id == slow.id)
    session.execute(moves.values(at=clock.now() - OVERLAP + timedelta(seconds=5)))
    later(standing_clock, seconds=4)
    assert len(route(session)) == 2
    before = make_issue(session, cast, IssueState.DISPATCHED)
    session.execute(update(Move).where(Move.issue_id == before.id).values(at=channel.made_at))
    assert len(route(session)) == 2


def test_a_new_channel_tells_nothing_of_before_and_a_resumed_one_nothing_of_the_pause(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    make_issue(session, cast, IssueState.DISPATCHED)
    later(standing_clock, minutes=1)
    channel = add_channel(session, unit=cast.unit, active=False)
    later(standing_clock, minutes=1)
    make_issue(session, cast, IssueState.DISPATCHED)
    assert route(session) == []
    later(standing_clock, minutes=1)
    channel.active, channel.told_until = True, clock.now()
    assert route(session) == []


def test_only_wanted_kinds(session: Session, cast: Cast, standing_clock: Clock) -> None:
    add_channel(session, unit=cast.unit, kinds=[Kind.REWORK.value])
    later(standing_clock, minutes=1)
    issue = make_issue(session, cast, IssueState.ANSWER_REVIEW)
    assert route(session) == []
    step(session, cast, issue, "coordinator", Verb.REWORK)
    assert [d.title for d in route(session)] == [Kind.REWORK.label]


@pytest.mark.parametrize(
    ("now", "pace", "urgency", "due"),
    [
        ("2026-06-29T10:05", Pace.EACH, Urgency.ORDINARY, "2026-06-29T10:05"),
        ("2026-06-29T20:00", Pace.EACH, Urgency.ORDINARY, "2026-06-30T08:30"),
        ("2026-06-29T10:05", Pace.DIGEST, Urgency.ORDINARY, "2026-06-30T08:30"),
        ("2026-06-29T20:00", Pace.EACH, Urgency.URGENT, "2026-06-29T20:00"),
        ("2026-06-29T20:00", Pace.DIGEST, Urgency.URGENT, "2026-06-29T20:00"),
    ],
)
def test_the_time_of_each(
    session: Session, cast: Cast, standing_clock: Clock, now: str, pace: Pace, urgency: Urgency, due: str
) -> None:
    add_channel(session, unit=cast.unit, pace=pace, kinds=[Kind.DISPATCHED.value])
    standing_clock.time = clock.from_town(datetime.fromisoformat(now))
    issue = make_issue(session, cast)
    step(session, cast, issue, "coordinator", Verb.DISPATCH, urgency=urgency)
    (delivery,) = route(session)
    assert delivery.next_try_at == clock.from_town(datetime.fromisoformat(due))


def test_who_cannot_sign_in_any_more_is_told_nothing(session: Session, cast: Cast, standing_clock: Clock) -> None:
    add_channel(session, cast.visitor)
    cast.partner.active = False
    add_channel(session, cast.partner)
    add_channel(session, unit=cast.unit)
    later(standing_clock, minutes=1)
    make_issue(session, cast, IssueState.CLOSED)
    cast.unit.active = False
    session.execute(update(Account).where(Account.member_id == cast.visitor.id).values(disabled_at=clock.now()))
    assert route(session) == []


def test_in_the_readers_language(session: Session, cast: Cast, standing_clock: Clock) -> None:
    add_channel(session, cast.coordinator, kinds=[Kind.ANSWERED.value])
    session.execute(update(Account).where(Account.member_id == cast.coordinator.id).values(language=Language.ENGLISH))
    later(standing_clock, minutes=1)
    make_issue(session, cast, IssueState.ANSWER_REVIEW)
    (delivery,) = route(session)
    assert delivery.title != Kind.ANSWERED.label
    assert delivery.title.isascii()


def test_notices_lead_to_pages_and_say_something(
    session: Session, cast: Cast, app: Flask, standing_clock: Clock
) -> None:
    for state in PATHS:
        make_issue(session, cast, state)
    hand(session, cast, cast.spare_assignment, to=cast.visitor)
    log_visit(session, cast.assignment, cast.visitor, Outcome.DECLINED)
    log_visit(session, cast.second_assignment, cast.visitor, Outcome.MET, late=True)
    urls = app.url_map.bind("")
    for person in (cast.visitor, cast.leader, cast.coordinator, cast.handler):
        for notice in since(session, actor_for(session, person), clock.now() - timedelta(days=1), 500):
            told = tell(notice, Language.CHINESE)
            assert told.text
            assert urls.match(told.path.partition("?")[0], method="GET")


def test_costs_little_when_nothing_is_new(session: Session, cast: Cast, standing_clock: Clock) -> None:
    for member in (cast.visitor, cast.leader, cast.coordinator):
        add_channel(session, member)
    make_issue(session, cast)
    route(session)
    later(standing_clock, minutes=11)
    route(session)
    with counted_queries() as statements:
        route(session)
    assert len(statements) <= 4


def test_old_deliveries_are_forgotten(session: Session, cast: Cast, standing_clock: Clock) -> None:
    add_channel(session, unit=cast.unit)
    later(standing_clock, minutes=1)
    make_issue(session, cast, IssueState.DISPATCHED)
    assert len(route(session)) == 1
    standing_clock.time += KEPT_DELIVERIES
    assert forget_old(session, clock.now()) == 0
    standing_clock.time += timedelta(seconds=1)
    assert forget_old(session, clock.now()) == 1
    assert route(session) == []
