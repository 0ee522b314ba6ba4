"""Two at once, on both databases: a household has one owner, a plan is applied once."""

from collections import Counter
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.queries import actor_of
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments.actions import note_absence, order_share_out, work_out
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.assignments.distribute.levels import Terms
from hengli_visits.assignments.forms import write_seen
from hengli_visits.assignments.keycodes import write
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.models import (
    AssignmentMove,
    AssignmentVisitor,
    Visit,
)
from tests.cast import Cast
from tests.factories import make_assignment, make_household
from tests.pages import SignIn
from tests.racing import at_once, counted, posting


def test_a_household_goes_to_one_of_two_pairs(session: Session, cast: Cast, sign_in: SignIn) -> None:
    seen = write_seen({cast.spare_assignment.id: ()})
    pairs = [(cast.leader, cast.visitor), (cast.team_leader, cast.partner)]
    cast.spare_assignment.group_id = cast.team.id
    session.commit()
    sent = [(sign_in(leader), member) for leader, member in pairs]
    found = at_once(posting(c, "/assignments/give", members=[m.id], seen=seen) for c, m in sent)
    assert found == {303: 2}
    session.rollback()
    own = select(AssignmentVisitor.member_id).where(AssignmentVisitor.assignment_id == cast.spare_assignment.id)
    assert len(session.scalars(own).all()) == 1


def test_of_two_who_claim_one_household_one_gets_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.campaign.claim_cap = 5
    session.commit()
    clients = [sign_in(person) for person in (cast.visitor, cast.partner, cast.team_leader)]
    data = {"campaign": cast.campaign.id, "assignment": cast.spare_assignment.id}
    assert at_once(posting(client, "/assignments/claimable", **data) for client in clients) == {303: 3}
    session.rollback()
    own = select(AssignmentVisitor.member_id).where(AssignmentVisitor.assignment_id == cast.spare_assignment.id)
    assert len(session.scalars(own).all()) == 1
    pages = [client.page("/assignments/claimable").text for client in clients]
    assert sum("已认领 1 户" in text for text in pages) == 1
    assert sum("刚被别人认领" in text for text in pages) == 2


def test_nobody_claims_more_than_the_cap_from_two_phones(session: Session, cast: Cast, sign_in: SignIn) -> None:
    cast.campaign.claim_cap = 2
    tasks = [
        make_assignment(session, cast.campaign, make_household(session, cast.village), cast.team) for _ in range(4)
    ]
    session.commit()
    sent = [(sign_in(cast.visitor), task) for task in tasks]
    data = {"campaign": cast.campaign.id}
    found = at_once(posting(c, "/assignments/claimable", **data, assignment=task.id) for c, task in sent)
    assert found == {303: 2, 422: 2}


def test_a_household_is_handed_over_or_given_never_both(session: Session, cast: Cast, sign_in: SignIn) -> None:
    absence = note_absence(session, SYSTEM, cast.visitor.id, starts_on=clock.today())
    seen = write_seen({cast.assignment.id: (cast.visitor.id, cast.partner.id)})
    session.commit()
    one, other = sign_in(cast.leader), sign_in(cast.team_leader)
    found = at_once([
        posting(one, f"/absences/{absence.id}/hand-over", seen=seen, **{f"to-{cast.assignment.id}": "0"}),
        posting(other, "/assignments/give", seen=seen, members=[cast.team_leader.id]),
    ])  # fmt: skip
    assert found == {303: 2}
    session.rollback()
    verbs = session.scalars(select(AssignmentMove.verb).where(AssignmentMove.assignment_id == cast.assignment.id)).all()
    assert len(verbs) == 1
    own = select(AssignmentVisitor.member_id).where(AssignmentVisitor.assignment_id == cast.assignment.id)
    assert len(session.scalars(own).all()) == 1


def test_a_plan_is_applied_once_and_what_is_given_meanwhile_has_one_owner(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    more = [
        make_assignment(session, cast.campaign, make_household(session, cast.village, door_number=number), cast.group)
        for number in range(1, 9)
    ]
    person = actor_of(session, cast.leader.id)
    wishes = Wishes(groups=(cast.group.id,), terms=Terms(pairs=False))
    plan = order_share_out(session, person, cast.campaign, wishes)
    work_out(session, person, plan)
    session.commit()
    first, second, third = sign_in(cast.leader), sign_in(cast.coordinator), sign_in(cast.coordinator)
    taken = [one.id for one in more[:4]]
    seen = write_seen(dict.fromkeys(taken, ()))
    address = f"/assignments/share-out/{plan.id}/application"
    found = at_once(
        [
            posting(first, address),
            posting(second, address),
            posting(third, "/assignments/give", seen=seen, members=cast.partner.id),
        ]
    )
    assert found == {303: 2, 409: 1}
    session.rollback()
    session.refresh(plan)
    lost = set(plan.outline["lost"])
    owners = visitors_of(session, [one.id for one in more])
    assert set(owners) == {one.id for one in more}
    assert lost <= set(taken)
    assert all(owners[id_] == (cast.partner.id,) for id_ in lost)
    moves = Counter(session.scalars(select(AssignmentMove.assignment_id)))
    assert all(moves[one.id] == 1 for one in more)


def test_a_household_that_two_clerks_enter_at_once_is_saved_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    clerks = [sign_in(cast.leader), sign_in(cast.team_leader), sign_in(cast.visitor)]
    line = {"day": "2026-06-29", "time": "0905", "code": write(cast.assignment.id), "outcome": "1"}
    address = f"/campaigns/{cast.campaign.id}/key-in"
    assert at_once(posting(client, address, **line, uuid=str(uuid4())) for client in clerks) == {303: 1, 422: 2}
    assert counted(session, Visit) == 1
