"""Co-units' own parts, and issues about somebody."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.feedback.actions import save_feedback
from hengli_visits.feedback.queries import visible as visible_feedback
from hengli_visits.issues import queries
from hengli_visits.issues.steps import Part, Verb
from hengli_visits.models import Account, Feedback, Issue, IssueState, IssueUnit, Role
from tests.cast import Cast
from tests.factories import grant
from tests.feedback.test_actions import item, make_visit
from tests.issues.making import actor_for, make_issue, make_situation, open_one, step
from tests.pages import SignIn
from tests.racing import at_once, posting


def part_of(session: Session, issue_id: int) -> IssueUnit:
    return session.scalars(select(IssueUnit).where(IssueUnit.issue_id == issue_id)).one()


def test_a_part_is_due_with_the_whole_unless_said_otherwise(session: Session, cast: Cast) -> None:
    issue = make_situation(session, cast, "part open")
    assert part_of(session, issue.id).due_at == issue.due_at
    day = clock.today() + timedelta(days=3)
    step(session, cast, issue, "handler", Verb.SET_PART, part_due_on=day)
    assert clock.town_time(part_of(session, issue.id).due_at or clock.now()).date() == day
    with pytest.raises(Invalid) as refusal:
        step(session, cast, issue, "handler", Verb.SET_PART, part_due_on=day + timedelta(days=30))
    assert refusal.value.field == "part_due_on"
    with pytest.raises(Invalid):
        step(session, cast, issue, "handler", Verb.SET_PART, co_unit_id=cast.other_unit.id)


def test_an_open_part_waits_for_its_unit(session: Session, cast: Cast, sign_in: SignIn) -> None:
    grant(session, cast.stranger, Role.HANDLER, organisation_id=cast.committee.id)
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    assert session.scalar(queries.needing(actor_for(session, cast.stranger))) == 0
    step(session, cast, issue, "handler", Verb.SET_PART)
    assert session.scalar(queries.needing(actor_for(session, cast.stranger))) == 1
    session.commit()
    assert "通知沿渠的住户。" in sign_in(cast.handler).page(f"/issues/{issue.id}").text
    step(session, cast, issue, "handler", Verb.ANSWER)
    session.commit()
    page = sign_in(cast.coordinator).page(f"/issues/{issue.id}/moves/approve")
    assert "还没有办结的协办部分：长巷村民委员会" in page.text
    step(session, cast, issue, "coordinator", Verb.REWORK)
    step(session, cast, issue, "stranger", Verb.CLOSE_PART)
    assert session.scalar(queries.needing(actor_for(session, cast.stranger))) == 0
    assert part_of(session, issue.id).done_note == "都通知到了。"


def test_a_part_is_closed_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for person in (cast.stranger, cast.other_visitor):
        grant(session, person, Role.HANDLER, organisation_id=cast.committee.id)
    issue = make_situation(session, cast, "part open")
    session.commit()
    address = f"/issues/{issue.id}/moves/close_part"
    clients = [sign_in(cast.stranger), sign_in(cast.other_visitor)]
    given = {"co_unit_id": cast.committee.id, "note": "通知了。"}
    assert at_once([posting(client, address, **given) for client in clients]) == {303: 1, 409: 1}
    session.rollback()
    with pytest.raises(Conflict) as refusal:
        step(session, cast, issue, "stranger", Verb.CLOSE_PART)
    assert refusal.value.params["unit"] == cast.committee.name


def test_an_extension_is_decided_once_by_two_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_situation(session, cast, "extension asked")
    session.commit()
    clients = [sign_in(cast.coordinator), sign_in(cast.coordinator)]
    address = f"/issues/{issue.id}/moves"
    answers = at_once(
        [
            posting(clients[0], f"{address}/grant_extension", note=""),
            posting(clients[1], f"{address}/refuse_extension", note="请按期办结。"),
        ]
    )
    assert answers == {303: 1, 409: 1}


# about whom


def test_whom_it_is_about_finds_nothing_of_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    save_feedback(session, actor_for(session, cast.visitor), make_visit(session, cast), [item(cast)])
    issue = session.scalars(select(Issue)).one()
    step(session, cast, issue, "coordinator", Verb.ABOUT, about_unit_id=None, about_member_id="温永然")
    leader = actor_for(session, cast.leader)
    assert queries.parts_of(session, leader, issue.id) == frozenset()
    with pytest.raises(Missing):
        queries.get_issue(session, leader, issue.id)
    assert session.scalar(queries.needing(leader)) == 0
    for person, reads in ((cast.leader, False), (cast.coordinator, True)):
        found = session.scalars(select(Feedback.id).where(visible_feedback(actor_for(session, person)))).all()
        assert bool(found) == reads
    session.commit()
    for address in (f"/households/{cast.household.id}", f"/assignments/{cast.assignment.id}", "/issues", "/notices"):
        assert issue.title not in sign_in(cast.leader).page(address).text, address
    step(session, cast, issue, "coordinator", Verb.ABOUT, about_unit_id=None, about_member_id="")
    assert queries.parts_of(session, leader, issue.id)


def test_a_unit_it_is_about_neither_sees_nor_handles_it(session: Session, cast: Cast) -> None:
    grant(session, cast.area_lead, Role.HANDLER, organisation_id=cast.other_unit.id)
    issue = open_one(session, cast)
    step(session, cast, issue, "coordinator", Verb.ABOUT)
    assert queries.parts_of(session, actor_for(session, cast.area_lead), issue.id) == frozenset()
    for given in ({"lead_unit_id": cast.other_unit.id}, {"co_unit_ids": [cast.other_unit.id]}):
        with pytest.raises(Invalid) as refusal:
            step(session, cast, issue, "coordinator", Verb.DISPATCH, **given)
        assert refusal.value.field == next(iter(given))


def test_whom_it_is_about_is_not_said_twice(session: Session, cast: Cast) -> None:
    issue = open_one(session, cast)
    unit = cast.other_unit.id
    for given, changes in ((None, False), (unit, True), (unit, False), (None, True)):
        data = {"about_unit_id": given, "about_member_id": ""}
        if changes:
            step(session, cast, issue, "coordinator", Verb.ABOUT, **data)
            continue
        with pytest.raises(Invalid) as refusal:
            step(session, cast, issue, "coordinator", Verb.ABOUT, **data)
        assert refusal.value.field == "about_unit_id"


def test_who_has_it_in_hand_is_told_off_first(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    for unit in (cast.unit, cast.committee):
        with pytest.raises(Invalid) as refusal:
            step(session, cast, issue, "coordinator", Verb.ABOUT, about_unit_id=unit.id)
        assert refusal.value.field == "about_unit_id"
    step(session, cast, issue, "coordinator", Verb.REDIRECT, lead_unit_id=cast.other_unit.id, co_unit_ids=[])
    step(session, cast, issue, "coordinator", Verb.ABOUT, about_unit_id=cast.unit.id)
    assert queries.parts_of(session, actor_for(session, cast.handler), issue.id) <= {Part.HANDLED}
    assert issue.contacted_at is None


def test_somebody_of_the_office_is_left(session: Session, cast: Cast) -> None:
    issue = open_one(session, cast)
    with pytest.raises(Invalid) as refusal:
        step(session, cast, issue, "coordinator", Verb.ABOUT, about_unit_id=None, about_member_id="统建文")
    assert refusal.value.field == "about_member_id"
    grant(session, cast.stranger, Role.COORDINATOR)
    session.get_one(Account, cast.stranger.id).disabled_at = clock.now()
    session.flush()
    with pytest.raises(Invalid):
        step(session, cast, issue, "coordinator", Verb.ABOUT, about_unit_id=None, about_member_id="统建文")
    session.get_one(Account, cast.stranger.id).disabled_at = None
    session.flush()
    step(session, cast, issue, "coordinator", Verb.ABOUT, about_unit_id=None, about_member_id="统建文")
    assert queries.parts_of(session, actor_for(session, cast.coordinator), issue.id) == frozenset()


@pytest.mark.parametrize("name", ["没有这个人", "叶秀珍 "])
def test_a_member_is_found_by_name_or_phone(session: Session, cast: Cast, name: str) -> None:
    issue = open_one(session, cast)
    given = {"about_unit_id": None, "about_member_id": name}
    if name.strip() == cast.visitor.name:
        step(session, cast, issue, "coordinator", Verb.ABOUT, **given)
        assert issue.about_member_id == cast.visitor.id
        return
    with pytest.raises(Invalid) as refusal:
        step(session, cast, issue, "coordinator", Verb.ABOUT, **given)
    assert refusal.value.field == "about_member_id"


def test_a_units_page_says_nothing_of_whom_it_is_about(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    step(session, cast, issue, "coordinator", Verb.ABOUT)
    session.commit()
    assert "城市管理分局" not in sign_in(cast.handler).page(f"/issues/{issue.id}").text
    assert "城市管理分局" in sign_in(cast.coordinator).page(f"/issues/{issue.id}").text
