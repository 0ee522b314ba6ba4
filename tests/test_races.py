"""Two at once, on both databases: limits hold, nothing is done twice, nothing is lost."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.issues.steps import Verb
from hengli_visits.members.rules import REVEALS
from hengli_visits.models import (
    Account,
    AuditEntry,
    CampaignMove,
    CampaignState,
    GroupMember,
    Issue,
    IssueState,
    Move,
    Outcome,
    Photo,
    Revisit,
    Role,
)
from hengli_visits.visits.pictures import sha256
from hengli_visits.visits.rules import MOST_PHOTOS
from tests.cast import Cast
from tests.factories import grant, make_assignment, make_household, make_member
from tests.issues.making import make_issue
from tests.pages import SignIn
from tests.racing import at_once, counted, posting, putting
from tests.visits.making import content, jpeg, put, said


def not_reached(uuid: object) -> dict[str, Any]:
    return {"uuid": str(uuid), "at": "2026-06-29T10:00", "manner": "phone", "reached": "no"}


def test_the_third_failed_try_closes_whoever_makes_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    session.commit()
    people = (cast.visitor, cast.partner, cast.leader, cast.team_leader)
    address = f"/issues/{issue.id}/revisits"
    assert at_once(posting(sign_in(p), address, **not_reached(uuid4())) for p in people) == {303: 3, 409: 1}
    assert counted(session, Revisit) == 3
    assert session.scalar(select(Issue.state)) is IssueState.CLOSED


def test_a_revisit_sent_many_times_is_one(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    session.commit()
    clients, uuid = [sign_in(cast.visitor) for _ in range(4)], uuid4()
    data = not_reached(uuid) | {"reached": "yes", "solved": "yes", "contentment": "content"}
    assert at_once(posting(client, f"/issues/{issue.id}/revisits", **data) for client in clients) == {303: 4}
    assert counted(session, Revisit) == 1


def test_the_first_contact_is_noted_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    clients = [sign_in(cast.handler) for _ in range(4)]
    data = {"contacted_at": "2026-06-29T09:30", "contact_manner": "phone"}
    address = f"/issues/{issue.id}/moves/contact"
    assert at_once(posting(client, address, **data) for client in clients) == {303: 1, 409: 3}
    session.rollback()
    assert len(session.scalars(select(Move).where(Move.verb == Verb.CONTACT)).all()) == 1


def test_a_visit_is_revised_while_the_office_takes_its_issue_on(session: Session, cast: Cast, sign_in: SignIn) -> None:
    one = said("排水渠堵了。")
    visit = put(session, cast.visitor, cast.assignment, content(feedback=[one])).visit
    session.commit()
    issue_id = session.scalars(select(Issue.id)).one()
    wanted = content(feedback=[said("排水渠堵了两个月。", uuid=one.uuid)], visited_at=visit.visited_at).as_json()
    phone, office = sign_in(cast.visitor), sign_in(cast.coordinator)
    data = {"category_id": cast.category.id, "urgency": "ordinary", "lead_unit_id": cast.unit.id}
    body = {"assignment": cast.assignment.id, "based_on": 1, "content": wanted}
    found = at_once([
        posting(office, f"/issues/{issue_id}/moves/dispatch", **data),
        lambda: phone.put(f"/visits/{visit.uuid}", json=body),
    ])  # fmt: skip
    assert found == {303: 1, 200: 1}


def test_issues_get_numbers_of_their_own(session: Session, cast: Cast, sign_in: SignIn) -> None:
    tasks = [
        make_assignment(session, cast.campaign, make_household(session, cast.village), cast.team, (cast.visitor,))
        for _ in range(6)
    ]
    session.commit()
    bodies = [{"assignment": task.id, "content": content(feedback=[said()]).as_json()} for task in tasks]
    sent = [(sign_in(cast.visitor), body) for body in bodies]
    found = at_once(putting(client, f"/visits/{uuid4()}", json=body) for client, body in sent)
    assert found == {201: 6}
    session.rollback()
    assert sorted(session.scalars(select(Issue.number))) == [f"HL-2026-{n:04d}" for n in range(1, 7)]


def test_nobody_looks_at_more_phones_than_an_hour_allows(session: Session, cast: Cast, sign_in: SignIn) -> None:
    entry = {"at": clock.now(), "actor_id": cast.visitor.id, "action": "household.reveal_phone"}
    session.add_all(AuditEntry(**entry) for _ in range(REVEALS - 2))
    session.commit()
    clients = [sign_in(cast.visitor) for _ in range(6)]
    found = at_once(posting(client, f"/households/{cast.household.id}/phone") for client in clients)
    assert found == {200: 2, 429: 4}


def test_two_administrators_do_not_shut_each_other_out(session: Session, cast: Cast, sign_in: SignIn) -> None:
    second = make_member(session, "管二")
    grant(session, second, Role.ADMINISTRATOR)
    session.commit()
    first, other = sign_in(cast.administrator), sign_in(second)
    found = at_once([
        posting(first, f"/accounts/{second.id}/disable"),
        posting(other, f"/accounts/{cast.administrator.id}/disable"),
    ])  # fmt: skip
    assert found[303] == 1 or found[302] == 1
    session.rollback()
    left = select(func.count()).where(
        Account.member_id.in_([second.id, cast.administrator.id]), Account.disabled_at.is_(None)
    )
    assert session.scalar(left) == 1


def test_a_visit_takes_no_more_photos_than_it_may(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    row = {"visit_id": visit.id, "author_id": cast.visitor.id, "width": 1, "height": 1, "size": 1, "thumbnail": b"x"}
    row |= {"sent_sha256": "x", "received_at": clock.now()}
    session.add_all(Photo(id=uuid4(), **row) for _ in range(MOST_PHOTOS - 1))
    session.commit()
    pictures = [jpeg(40 + n, 30) for n in range(4)]
    sent = [(sign_in(cast.visitor), picture) for picture in pictures]
    address = f"?visit={visit.uuid}"
    found = at_once(
        putting(client, f"/photos/{uuid4()}{address}", data=picture, headers={"X-Content-SHA256": sha256(picture)})
        for client, picture in sent
    )
    assert found == {201: 1, 422: 3}
    assert counted(session, Photo) == MOST_PHOTOS


def test_a_member_gets_one_place_in_a_campaign(session: Session, cast: Cast, sign_in: SignIn) -> None:
    clients = [sign_in(cast.coordinator) for _ in range(4)]
    groups = [cast.team, cast.other_group, cast.group, cast.other_group]
    sent = zip(clients, groups, strict=True)
    found = at_once(posting(c, f"/groups/{g.id}/members", member=[cast.stranger.id]) for c, g in sent)
    assert found == {303: 4}
    session.rollback()
    places = select(GroupMember).where(GroupMember.member_id == cast.stranger.id, GroupMember.left_at.is_(None))
    assert len(session.scalars(places).all()) == 1


def test_a_campaign_is_closed_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    clients = [sign_in(cast.coordinator) for _ in range(3)]
    address = f"/campaigns/{cast.campaign.id}/moves"
    assert at_once(posting(client, address, to="closed") for client in clients) == {303: 1, 409: 2}
    session.rollback()
    session.refresh(cast.campaign)
    assert cast.campaign.state is CampaignState.CLOSED
    assert counted(session, CampaignMove) == 1


def test_two_visits_at_once_leave_the_state_of_the_later_one(session: Session, cast: Cast, sign_in: SignIn) -> None:
    base = clock.now() - timedelta(hours=2)
    told = [content(Outcome.AWAY, visited_at=base), content(Outcome.MOVED, visited_at=base + timedelta(hours=1))]
    sent = [(sign_in(person), one) for person, one in zip((cast.visitor, cast.partner), told, strict=True)]
    body = {"assignment": cast.assignment.id}
    found = at_once(
        putting(client, f"/visits/{uuid4()}", json=body | {"content": one.as_json()}) for client, one in sent
    )
    assert found == {201: 2}
    session.rollback()
    session.refresh(cast.assignment)
    assert cast.assignment.last_outcome == "moved"
