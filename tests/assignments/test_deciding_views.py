"""The pages on which leaders and coordinators decide: giving, sharing out, targets."""

import re
import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import actions
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.assignments.forms import write_seen
from hengli_visits.extensions import db
from hengli_visits.models import Assignment, Outcome
from tests.assignments.making import acting, make_visit
from tests.assignments.permissions import ASKED
from tests.cast import Cast
from tests.factories import join, make_assignment, make_group, make_household, make_member
from tests.pages import Page, SignIn


def seen_of(assignment: Assignment, *members: int) -> str:
    return f"{assignment.id}:{','.join(map(str, members))}"


def hidden(page: Page, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.html)
    assert found
    return found[1]


def test_giving_keeps_what_was_chosen_when_something_is_wrong(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    page = client.page(f"/assignments/give?assignment={cast.spare_assignment.id}&assignment={cast.assignment.id}")
    assert "分派 2 户" in page.text
    assert "已分 2 户 · 已访 0" in page.text
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    data = {"seen": hidden(page, "seen"), "members": [cast.partner.id], "due_on": yesterday, "back": "/assignments?q=x"}
    answer = client.post("/assignments/give", data=data)
    assert answer.status_code == 422
    assert "期限不能早于今天" in answer.text
    assert f'value="{yesterday}"' in answer.text
    assert f'value="{cast.partner.id}" id="members-1" checked' in answer.text
    answer = client.post("/assignments/give", data=data | {"due_on": ""})
    assert (answer.status_code, answer.location) == (303, "/assignments?q=x")
    session.rollback()
    assert visitors_of(session, [cast.spare_assignment.id])[cast.spare_assignment.id] == (cast.partner.id,)
    answer = client.post("/assignments/give", data=data | {"due_on": "", "members": [cast.other_visitor.id]})
    assert answer.status_code == 422
    assert "不都是这些走访户所在小组的成员" in answer.text
    assert client.post("/assignments/give", data={"seen": "nonsense", "members": [1]}).status_code == 404
    away = client.post("/assignments/give", data=data | {"due_on": "", "back": "https://elsewhere.example/"})
    assert away.location.startswith("/assignments")


def test_nothing_selected_is_said(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    assert "请先勾选" in client.get("/assignments/give", follow_redirects=True).text
    page = client.page(f"/assignments/give?all=1&campaign={cast.campaign.id}&only=unassigned")
    assert "分派 1 户" in page.text


def test_households_of_two_groups_first_get_one(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    both = f"assignment={cast.assignment.id}&assignment={cast.other_assignment.id}"
    page = client.page(f"/assignments/give?{both}")
    assert "请先划给一个小组" in page.text
    data = {"seen": hidden(page, "seen"), "group": cast.other_group.id}
    assert client.post("/assignments/to-group", data=data).status_code == 303
    session.rollback()
    session.refresh(cast.assignment)
    assert cast.assignment.group_id == cast.other_group.id
    assert visitors_of(session, [cast.assignment.id]) == {}


def test_who_was_slower_is_told_which(session: Session, cast: Cast, sign_in: SignIn) -> None:
    slow, quick = sign_in(cast.leader), sign_in(cast.team_leader)
    page = slow.page(f"/assignments/give?assignment={cast.assignment.id}&assignment={cast.spare_assignment.id}")
    seen = seen_of(cast.assignment, cast.visitor.id, cast.partner.id)
    assert quick.post("/assignments/give", data={"seen": seen, "members": [cast.team_leader.id]}).status_code == 303
    answer = slow.post(
        "/assignments/give", data={"seen": hidden(page, "seen"), "members": [cast.partner.id]}, follow_redirects=True
    )
    assert "已分派 1 户" in answer.text
    assert "钟林锡 等 1 户刚被别人调整过" in answer.text
    session.rollback()
    assert visitors_of(session, [cast.assignment.id])[cast.assignment.id] == (cast.team_leader.id,)


def test_two_leaders_at_the_same_time_one_wins_per_household(app: Flask, session: Session, cast: Cast) -> None:
    ids = [cast.assignment.id, cast.second_assignment.id]
    for number in range(10):
        household = make_household(session, cast.village, door_number=number)
        ids.append(make_assignment(session, cast.campaign, household, cast.team).id)
    leader, team_leader = acting(session, cast.leader), acting(session, cast.team_leader)
    session.commit()
    seen = visitors_of(session, ids)
    session.rollback()
    start = threading.Barrier(2)
    results: dict[int, actions.Given] = {}
    engine = db.engine

    def give(actor: object, some: list[int], member: int) -> None:
        with Session(engine) as own:
            start.wait()
            results[member] = actions.give(own, actor, some, [member], seen=seen)  # type: ignore[arg-type]
            own.commit()

    threads = [
        threading.Thread(target=give, args=(leader, ids[:8], cast.visitor.id)),
        threading.Thread(target=give, args=(team_leader, ids[4:][::-1], cast.partner.id)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = results[cast.visitor.id], results[cast.partner.id]
    assert set(first.done) | set(second.done) == set(ids)
    assert not set(first.done) & set(second.done)
    assert set(first.lost) | set(second.lost) == set(ids[4:8])
    session.rollback()
    now = visitors_of(session, ids)
    assert {id_ for id_, members in now.items() if members == (cast.visitor.id,)} == set(first.done)


def test_targets_are_chosen_by_village_and_taken_off_again(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for number in range(3):
        make_household(session, cast.village, category="低保户", door_number=number)
    make_visit(session, cast.assignment, cast.visitor, Outcome.MET)
    client = sign_in(cast.coordinator)
    address = f"/campaigns/{cast.campaign.id}/targets"
    page = client.page(f"{address}?area={cast.village.id}")
    assert "符合条件的有 6 户" in page.text
    assert "列入 3 户" in page.text
    answer = client.post(address, data={"area": [], "category": ["低保户"]})
    assert answer.status_code == 422
    assert "请至少选一个村" in answer.text
    assert client.post(address, data={"area": [cast.village.id], "category": ["低保户"]}).status_code == 303
    assert "名单里现在有 7 户" in client.page(address).text
    answer = client.post(f"{address}/removal", data={"area": [cast.village.id]}, follow_redirects=True)
    assert "已移出 5 户" in answer.text
    assert client.get("/campaigns/999/targets").status_code == 404


def test_targets_without_a_group_are_told_and_placed(session: Session, cast: Cast, sign_in: SignIn) -> None:
    lost = make_assignment(session, cast.campaign, make_household(session, cast.village))
    session.commit()
    client = sign_in(cast.coordinator)
    assert "1 户，分给负责所在村的小组" in client.page("/assignments/share-out").text
    assert "分给负责所在村的小组" not in sign_in(cast.leader).page("/assignments/share-out").text
    answer = client.post("/assignments/share-out", data=ASKED | {"homeless": "y", "level": "group"})
    assert client.post(f"{answer.location}/application").status_code == 303
    session.rollback()
    session.refresh(lost)
    assert lost.group_id == cast.group.id
    assert "分给负责所在村的小组" not in client.page("/assignments/share-out").text


def test_a_member_who_left_is_no_longer_offered(session: Session, cast: Cast, sign_in: SignIn) -> None:
    gone = make_member(session, "离组的人")
    join(session, cast.team, gone)
    gone.active = False
    page = sign_in(cast.leader).page(f"/assignments/give?assignment={cast.assignment.id}")
    assert "离组的人" not in page.text


def test_the_page_for_giving_marks_folds_and_does_not_guess(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Other teams than the household's are folded away once there are many people; two of one name differ; those whom
    the household avoids are marked and still refused; no group is chosen beforehand."""
    other = make_group(session, cast.campaign, "长巷村第9小组", parent=cast.group)
    people = [make_member(session, f"同名{n % 7}", phone=f"1380000{n:04d}") for n in range(14)]
    for person in people:
        join(session, other, person)
    actions.avoid_household(session, SYSTEM, cast.assignment, cast.team_leader.id)
    session.commit()
    client = sign_in(cast.leader)
    page = client.page(f"/assignments/give?assignment={cast.assignment.id}")
    assert "长巷村第9小组 · 14 人" in page.text
    assert page.html.count('<details class="disclosure" open>') == 1
    assert "138****0003" in page.text
    assert "要回避" in page.text
    assert "请选择" in page.text.split("划给别的小组")[-1]
    data = {"seen": write_seen({cast.assignment.id: (cast.visitor.id, cast.partner.id)})}
    refused = client.post("/assignments/to-group", data=data | {"group": ""})
    assert refused.status_code == 422
    assert "请选一个小组" in refused.get_data(as_text=True)
    assert client.post("/assignments/give", data=data | {"members": [cast.team_leader.id]}).status_code == 422
