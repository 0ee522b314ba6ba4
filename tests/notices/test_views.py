"""The page 消息: what it says, where it leads, and how it is marked as read."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import confirm_unreachable, nudge, take_back
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Account, AuditEntry, IssueState, Outcome
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.issues.making import PATHS, actor_for, make_issue, step
from tests.notices.test_queries import hand, log_visit
from tests.pages import Page, SignIn

PEOPLE = ("coordinator", "area_lead", "leader", "team_leader", "visitor", "partner", "handler", "other_visitor")


def _until(page: Page) -> str:
    found = re.search(r'name="until"[^>]* value="([^"]+)"', page.html)
    assert found
    return found[1]


def busy_day(session: Session, cast: Cast, standing_clock: Clock) -> None:
    """Something of each kind."""
    for state in PATHS:
        make_issue(session, cast, state)
    rework = make_issue(session, cast, IssueState.ANSWER_REVIEW)
    step(session, cast, rework, "coordinator", Verb.REWORK)
    hand(session, cast, cast.spare_assignment, to=cast.visitor)
    standing_clock.time += timedelta(minutes=1)
    hand(session, cast, cast.spare_assignment, cast.second_assignment, to=cast.partner)
    standing_clock.time += timedelta(minutes=1)
    take_back(session, actor_for(session, cast.leader), [cast.spare_assignment.id])
    log_visit(session, cast.assignment, cast.visitor, Outcome.DECLINED)
    confirm_unreachable(session, actor_for(session, cast.leader), cast.assignment, agreed=False, note="傍晚再去。")
    log_visit(session, cast.second_assignment, cast.partner, Outcome.EMPTY)
    everybody = [cast.visitor.id, cast.partner.id]
    nudge(session, actor_for(session, cast.coordinator), cast.campaign, everybody, "请抓紧。")
    for flag in ("clashing", "late", "stray", "clock_doubtful"):
        log_visit(session, cast.assignment, cast.visitor, Outcome.MET, **{flag: True})
    session.commit()


@pytest.mark.parametrize("person", PEOPLE)
def test_every_notice_leads_to_a_page_its_reader_may_see(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock, person: str
) -> None:
    busy_day(session, cast, standing_clock)
    client = sign_in(getattr(cast, person))
    page = client.page("/notices")
    kinds = ("/issues/", "/visits/", "/assignments/")
    links = {href for href, _ in page.links if href.startswith(kinds)}
    links.discard("/assignments/mine")
    assert bool(links) == (person != "other_visitor")
    for href in links:
        client.page(href)


def test_a_reminder_leads_to_the_round_of_its_campaign(session: Session, cast: Cast, sign_in: SignIn) -> None:
    nudge(session, actor_for(session, cast.leader), cast.campaign, [cast.visitor.id], "有难处请<告诉>我。")
    session.commit()
    client = sign_in(cast.visitor)
    page = client.page("/notices")
    assert "温永然提醒您：还有 2 户没走完。“有难处请<告诉>我。”" in page.text
    link = f"/assignments/mine?campaign={cast.campaign.id}"
    assert (link, "走访提醒") in page.links
    client.page(link)


def test_clock_skew_is_said_in_words(session: Session, cast: Cast, sign_in: SignIn) -> None:
    log_visit(session, cast.assignment, cast.visitor, Outcome.MET, clock_doubtful=True)
    session.commit()
    text = sign_in(cast.leader).page("/notices").text
    assert "手机时间不准的走访" in text
    assert "请核对走访时间：记的是 6月29日 10:00。" in text


def test_a_unit_is_not_told_who_lives_there(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    busy_day(session, cast, standing_clock)
    text = sign_in(cast.handler).page("/notices").text
    assert cast.household.name not in text
    assert cast.visitor.name not in text


def test_reading_all_leaves_what_came_later(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    make_issue(session, cast)
    session.commit()
    client = sign_in(cast.coordinator)
    seen = client.page("/notices")
    assert "1 条未读" in seen.text
    standing_clock.time += timedelta(minutes=1)
    make_issue(session, cast)
    session.commit()
    answer = client.post("/notices/read", data={"until": _until(seen)})
    assert (answer.status_code, answer.location) == (303, "/notices")
    assert "1 条未读" in client.page("/notices").text
    session.rollback()
    assert session.query(AuditEntry).filter_by(action="notice.read").count() == 1


def test_a_moment_that_is_none_is_refused(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    for until in ("", "gestern", "2026-06-29T10:00:00"):
        answer = client.post("/notices/read", data={"until": until})
        assert answer.status_code == 422
        assert "请刷新后再试" in answer.get_data(as_text=True)
    session.expire_all()
    assert session.get_one(Account, cast.coordinator.id).notices_read_at is None


def test_nothing_yet(session: Session, cast: Cast, sign_in: SignIn) -> None:
    assert "还没有消息" in sign_in(cast.stranger).page("/notices").text


def test_days_have_their_headings(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock) -> None:
    make_issue(session, cast)
    standing_clock.time += timedelta(days=1)
    make_issue(session, cast)
    session.commit()
    text = sign_in(cast.coordinator).page("/notices").text
    assert text.index("今天") < text.index("6月29日")
    assert clock.today().day == 30


def test_costs_the_same_for_one_and_for_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    costs = []
    for more in (1, 2):
        for _ in range(more):
            make_issue(session, cast)
        session.commit()
        with counted_queries() as statements:
            client.page("/notices")
        costs.append(len(statements))
    assert costs[0] == costs[1]
