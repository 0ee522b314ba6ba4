"""催办: who is reminded, who is not and why, that it happens once, and what the pages say."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import Nudged, nudge
from hengli_visits.assignments.nudges import Skip, deadline
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.groups.actions import leave
from hengli_visits.models import Absence, Assignment, AssignmentMove, AuditEntry, CampaignState, Member, Nudge
from tests.assignments.making import acting
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_household, make_member
from tests.pages import Page, SignIn
from tests.racing import at_once, posting


def sent(session: Session, cast: Cast, who: str, *whom: Member, words: str = "") -> Nudged:
    return nudge(session, acting(session, getattr(cast, who)), cast.campaign, [one.id for one in whom], words)


def names(nudged: Nudged) -> tuple[list[str], dict[str, Skip | None]]:
    return (
        [one.load.member.name for one in nudged.done],
        {one.load.member.name: one.skip for one in nudged.skipped},
    )


def away(session: Session, member: Member, first: int, last: int | None, *, ended: bool = False) -> None:
    """Note a leave from so many days from today to so many."""
    today = clock.today()
    absence = Absence(
        member_id=member.id,
        starts_on=today + timedelta(days=first),
        ends_on=None if last is None else today + timedelta(days=last),
        noted_at=clock.now(),
        ended_at=clock.now() if ended else None,
    )
    session.add(absence)
    session.flush()


def test_a_reminder_is_one_row_and_moves_nothing(session: Session, cast: Cast) -> None:
    done = sent(session, cast, "leader", cast.visitor, cast.partner, words="请抓紧。")
    assert names(done) == (["叶秀珍", "方光润"], {})
    rows = session.scalars(select(Nudge).order_by(Nudge.member_id)).all()
    told = {(one.member_id, one.by_id, one.campaign_id, one.households, one.words, one.at) for one in rows}
    told_to = (cast.visitor.id, cast.partner.id)
    assert told == {(id_, cast.leader.id, cast.campaign.id, 2, "请抓紧。", clock.now()) for id_ in told_to}
    assert session.scalar(select(func.count(AssignmentMove.id))) == 0
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "nudge.send")).one()
    assert (entry.actor_id, sorted(entry.data["members"])) == (cast.leader.id, sorted(told_to))
    assert "请抓紧" not in str(entry.data)


def test_nobody_is_reminded_twice_within_a_day_whoever_does_it(
    session: Session, cast: Cast, standing_clock: Clock
) -> None:
    sent(session, cast, "leader", cast.visitor)
    standing_clock.time += timedelta(hours=23, minutes=59)
    again = sent(session, cast, "coordinator", cast.visitor, cast.partner)
    assert names(again) == (["方光润"], {"叶秀珍": Skip.LATELY})
    standing_clock.time += timedelta(minutes=1)
    assert names(sent(session, cast, "team_leader", cast.visitor))[0] == ["叶秀珍"]
    assert session.scalar(select(func.count(Nudge.id))) == 3


@pytest.mark.parametrize(
    ("first", "last", "ended", "told"),
    [(0, 0, False, False), (-3, None, False, False), (-3, -1, False, True), (1, 4, False, True), (-3, 3, True, True)],
)
def test_who_is_on_leave_today_is_left_in_peace(
    session: Session, cast: Cast, first: int, last: int | None, ended: bool, told: bool
) -> None:
    away(session, cast.visitor, first, last, ended=ended)
    done, skipped = names(sent(session, cast, "leader", cast.visitor))
    assert (done, skipped) == ((["叶秀珍"], {}) if told else ([], {"叶秀珍": Skip.AWAY}))


def test_who_cannot_go_or_need_not_is_passed_over(session: Session, cast: Cast) -> None:
    join(session, cast.team, cast.leader)
    actor = acting(session, cast.leader)
    make_assignment(session, cast.campaign, make_household(session, cast.village), cast.team, (cast.leader,))
    leave(session, actor, cast.team, cast.visitor.id)
    found = names(sent(session, cast, "leader", cast.visitor, cast.leader, cast.team_leader))
    assert found == ([], {"叶秀珍": Skip.GONE, "温永然": Skip.SELF, "苏慧": Skip.NOTHING})
    assert session.scalar(select(func.count(Nudge.id))) == 0
    assert session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "nudge.send")) == 0


def test_only_those_for_whom_one_answers(session: Session, cast: Cast) -> None:
    for who, whom in (
        ("leader", cast.other_visitor),
        ("other_leader", cast.visitor),
        ("area_lead", cast.visitor),
        ("visitor", cast.partner),
        ("stranger", cast.visitor),
        ("leader", cast.stranger),
    ):
        with pytest.raises(Missing):
            sent(session, cast, who, cast.visitor, whom)
    with pytest.raises(Missing):
        sent(session, cast, "leader")
    assert session.scalar(select(func.count(Nudge.id))) == 0


def test_a_campaign_that_does_not_run_and_too_many_words(session: Session, cast: Cast) -> None:
    with pytest.raises(Invalid):
        sent(session, cast, "leader", cast.visitor, words="快" * 201)
    sent(session, cast, "leader", cast.visitor, words="快" * 200)
    for state in (CampaignState.DRAFT, CampaignState.CLOSED):
        cast.campaign.state = state
        session.flush()
        with pytest.raises(Conflict):
            sent(session, cast, "leader", cast.partner)


def test_until_when(session: Session, cast: Cast, standing_clock: Clock) -> None:
    actor, ids = acting(session, cast.leader), [cast.visitor.id]
    assert deadline(session, actor, cast.campaign, ids) == cast.campaign.ends_on
    day = clock.today() + timedelta(days=3)
    cast.assignment.due_on = day
    assert deadline(session, actor, cast.campaign, ids) == cast.campaign.ends_on
    cast.second_assignment.due_on = day
    assert deadline(session, actor, cast.campaign, ids) == day
    standing_clock.time += timedelta(days=4)
    assert deadline(session, actor, cast.campaign, ids) is None


def _form(page: Page, **changes: str) -> dict[str, str]:
    kept = dict(re.findall(r'<input type="hidden" name="(campaign|members|back)" value="([^"]*)"', page.html))
    words = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page.html, re.DOTALL)
    assert words
    return kept | {"words": words[1]} | changes


def _ask(cast: Cast, *members: Member) -> str:
    return f"/assignments/nudge?campaign={cast.campaign.id}" + "".join(f"&member={one.id}" for one in members)


def test_the_page_shows_whom_and_how_many_and_sends_what_it_showed(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    away(session, cast.partner, 0, 2)
    session.commit()
    client = sign_in(cast.leader)
    page = client.page(_ask(cast, cast.visitor, cast.partner))
    assert "提醒 1 人" in page.text
    assert "还有 2 户" in page.text
    assert "不提醒：请假中" in page.text
    form = _form(page)
    assert form["words"] == "请在7月19日前走完。有难处请告诉我。"
    answers = [client.post("/assignments/nudge", data=form) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    text = client.page("/workload").text
    assert "已提醒 1 人" in text
    assert "1 人没有提醒（一天内已经提醒过）：叶秀珍" in text
    assert "上次催办 6月29日 温永然" in " ".join(text.split())
    session.rollback()
    assert session.scalars(select(Nudge.member_id)).all() == [cast.visitor.id]


def test_all_who_have_something_left(session: Session, cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.leader).page(f"/assignments/nudge?campaign={cast.campaign.id}&all=1&which=left")
    assert _form(page)["members"].split() == [str(cast.visitor.id), str(cast.partner.id)]
    page = sign_in(cast.coordinator).page(f"/assignments/nudge?campaign={cast.campaign.id}&all=1&which=left")
    assert "提醒 3 人" in page.text


def test_too_many_words_come_back_as_typed(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    form = _form(client.page(_ask(cast, cast.visitor)), words="快" * 201)
    answer = client.post("/assignments/nudge", data=form)
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "快" * 201 in text
    assert "最多200字" in text
    assert session.scalar(select(func.count(Nudge.id))) == 0


def test_nobody_chosen_and_others(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    answer = client.get(f"{_ask(cast)}&back=/workload?which=left")
    assert answer.location == "/workload?which=left"
    assert "请先勾选要提醒的人" in client.page("/workload").text
    for address in (_ask(cast, cast.other_visitor), _ask(cast, cast.visitor, cast.stranger)):
        assert client.get(address).status_code == 404
    for who in (cast.area_lead, cast.visitor, cast.stranger, cast.handler):
        assert sign_in(who).get(_ask(cast, cast.visitor)).status_code == 404
    for members in ("", "x", f"{cast.visitor.id} {cast.other_visitor.id}", "99999999999"):
        data = {"campaign": cast.campaign.id, "members": members, "words": ""}
        assert client.post("/assignments/nudge", data=data).status_code == 404
    assert client.get(f"{_ask(cast, cast.visitor)}&back=//evil.example").status_code == 200


def test_a_campaign_that_is_over_says_so(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    client = sign_in(cast.leader)
    page = client.page(_ask(cast, cast.visitor))
    assert "活动没有在进行" in page.text
    assert "发出提醒" not in page.text
    data = {"campaign": cast.campaign.id, "members": str(cast.visitor.id), "words": "快"}
    assert client.post("/assignments/nudge", data=data).status_code == 409


def test_costs_the_same_for_one_and_for_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    costs = []
    for _ in range(2):
        session.commit()
        address = f"/assignments/nudge?campaign={cast.campaign.id}&all=1&which=left"
        with counted_queries() as statements:
            client.page(address)
        costs.append(len(statements))
        for number in range(3):
            member = make_member(session, f"温{number}")
            join(session, cast.team, member)
            make_assignment(session, cast.campaign, make_household(session, cast.village), cast.team, (member,))
    assert costs[0] == costs[1] <= 16
    session.rollback()
    assert session.scalar(select(func.count(Assignment.id))) == 7


def test_two_leaders_and_a_double_click_at_once_are_one_reminder_each(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    data = {"campaign": cast.campaign.id, "members": f"{cast.visitor.id} {cast.partner.id}", "words": "请抓紧。"}
    leader = cast.leader
    clients = [sign_in(who) for who in (leader, leader, cast.coordinator, cast.team_leader)]
    assert at_once(posting(client, "/assignments/nudge", **data) for client in clients) == {303: 4}
    session.rollback()
    assert sorted(session.scalars(select(Nudge.member_id))) == sorted((cast.visitor.id, cast.partner.id))
