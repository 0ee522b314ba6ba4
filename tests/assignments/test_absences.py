"""Leave: noted, told to everybody, its households given back; visits stay and are never refused."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments import absences, actions, returning
from hengli_visits.assignments.changes import visitors_of
from hengli_visits.errors import Conflict, Invalid, Missing
from hengli_visits.groups.actions import leave
from hengli_visits.models import (
    Absence,
    AbsenceReason,
    AssignmentMove,
    AssignmentVerb,
    AuditEntry,
    Member,
    Outcome,
    Visit,
)
from hengli_visits.notices.queries import page_of
from hengli_visits.notices.rules import Kind
from tests.assignments.leaving import back_at, handed, on_leave
from tests.assignments.making import acting, make_visit
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_household, make_member
from tests.pages import SignIn
from tests.visits.making import content, put


def test_leave_is_noted_once_and_does_not_overlap(session: Session, cast: Cast) -> None:
    first = on_leave(session, cast.visitor)
    assert on_leave(session, cast.visitor).id == first.id
    with pytest.raises(Invalid, match="已经记了请假"):
        actions.note_absence(session, SYSTEM, cast.visitor.id, starts_on=clock.today() + timedelta(days=5))
    with pytest.raises(Invalid) as refused:
        actions.note_absence(
            session, SYSTEM, cast.partner.id, starts_on=clock.today(), ends_on=clock.today() - timedelta(days=1)
        )
    assert refused.value.field == "ends_on"
    later = clock.today() + timedelta(days=6)
    assert actions.note_absence(session, SYSTEM, cast.visitor.id, starts_on=later).id != first.id
    assert absences.away_ids(session, clock.today()) == {cast.visitor.id}
    assert absences.away_ids(session, clock.today() + timedelta(days=5)) == {cast.visitor.id}
    assert absences.away_until(session, [cast.visitor.id], later) == {cast.visitor.id: None}
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "absence.note")).all()
    assert len(entries) == 2


def test_who_notes_whose_leave(session: Session, cast: Cast) -> None:
    today = clock.today()
    for who in (cast.leader, cast.team_leader, cast.visitor, cast.coordinator):
        assert absences.get_absent(session, acting(session, who), cast.visitor.id).id == cast.visitor.id
    for who in (cast.other_leader, cast.partner, cast.stranger, cast.area_lead, cast.handler):
        with pytest.raises(Missing):
            actions.note_absence(session, acting(session, who), cast.visitor.id, starts_on=today)
    with pytest.raises(Missing):
        actions.note_absence(session, acting(session, cast.stranger), cast.stranger.id, starts_on=today)
    absence = on_leave(session, cast.visitor)
    with pytest.raises(Missing):
        absences.get_absence(session, acting(session, cast.other_leader), absence.id)


def test_back_again_gets_back_what_still_waits(session: Session, cast: Cast, standing_clock: Clock) -> None:
    third = make_assignment(
        session, cast.campaign, make_household(session, cast.village, "三"), cast.team, (cast.visitor, cast.partner)
    )
    absence = on_leave(session, cast.visitor)
    handed(session, cast, absence, cast.assignment, cast.second_assignment, third)
    with pytest.raises(Conflict):
        actions.hand_back(session, SYSTEM, absence, [third.id])
    standing_clock.time += timedelta(hours=1)
    make_visit(session, cast.assignment, cast.partner, Outcome.AWAY)
    actions.give(session, SYSTEM, [cast.second_assignment.id], [cast.team_leader.id])
    back_at(session, standing_clock, absence)
    leader = acting(session, cast.leader)
    offer = returning.offers_of(session, leader, [absence])[absence.id]
    assert [back.assignment.id for back in offer.free] == [third.id]
    assert {back.assignment.id: back.kept for back in offer.kept} == {
        cast.assignment.id: returning.Kept.VISITED,
        cast.second_assignment.id: returning.Kept.CHANGED,
    }
    assert not returning.offers_of(session, acting(session, cast.other_leader), [absence])[absence.id]
    done = actions.hand_back(session, leader, absence, [third.id, cast.assignment.id])
    assert done == actions.Handed((third.id,), (cast.assignment.id,))
    assert visitors_of(session, [third.id]) == {third.id: (cast.visitor.id, cast.partner.id)}
    moves = session.scalars(select(AssignmentMove).where(AssignmentMove.verb == AssignmentVerb.HAND_BACK)).all()
    assert [move.assignment_id for move in moves] == [third.id]
    with pytest.raises(Missing):
        actions.hand_back(session, leader, absence, [third.id])


def test_an_absence_that_ran_out_still_offers(session: Session, cast: Cast, standing_clock: Clock) -> None:
    absence = on_leave(session, cast.visitor, days=1)
    handed(session, cast, absence, cast.assignment)
    standing_clock.time += timedelta(days=3)
    assert absences.away_ids(session, clock.today()) == set()
    assert returning.offers_of(session, SYSTEM, [absence])[absence.id].free
    assert actions.hand_back(session, SYSTEM, absence, []).done == ()
    assert not returning.offers_of(session, SYSTEM, [absence])[absence.id]
    assert visitors_of(session, [cast.assignment.id]) == {cast.assignment.id: (cast.partner.id,)}


@pytest.mark.parametrize("why", ["left", "avoided"])
def test_what_cannot_go_back(session: Session, cast: Cast, standing_clock: Clock, why: str) -> None:
    absence = on_leave(session, cast.visitor)
    handed(session, cast, absence, cast.assignment)
    if why == "left":
        leave(session, SYSTEM, cast.team, cast.visitor.id)
    else:
        actions.avoid_household(session, SYSTEM, cast.assignment, cast.visitor.id)
    back_at(session, standing_clock, absence)
    offer = returning.offers_of(session, SYSTEM, [absence])[absence.id]
    assert [back.kept.value for back in offer.kept if back.kept] == [why]


def test_a_visit_on_the_absent_members_phone_is_taken_in_and_marked(session: Session, cast: Cast) -> None:
    absence = on_leave(session, cast.visitor)
    row = handed(session, cast, absence, cast.assignment)
    assert row.done
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    assert (visit.stray, visit.author_id) == (True, cast.visitor.id)
    session.refresh(cast.assignment)
    assert cast.assignment.state.value == "visited"
    assert session.scalars(select(Visit)).one().id == visit.id


def kinds(session: Session, member: Member) -> list[Kind]:
    return [notice.kind for notice in page_of(session, acting(session, member), 1).page.items]


def test_everybody_is_told(session: Session, cast: Cast, sign_in: SignIn) -> None:
    person = acting(session, cast.visitor)
    absence = actions.note_absence(
        session, person, cast.visitor.id, starts_on=clock.today(), reason=AbsenceReason.ILL, note="住院"
    )
    assert Kind.LEAVE in kinds(session, cast.leader)
    assert Kind.LEAVE in kinds(session, cast.team_leader)
    assert kinds(session, cast.visitor) == []
    assert Kind.LEAVE not in kinds(session, cast.other_leader)
    pair = (cast.visitor.id, cast.partner.id)
    actions.hand_over(
        session, acting(session, cast.leader), absence, {cast.assignment.id: None}, seen={cast.assignment.id: pair}
    )
    assert kinds(session, cast.partner) == [Kind.COMPANY]
    assert kinds(session, cast.visitor) == [Kind.TAKEN]
    actions.end_absence(session, person, absence)
    assert Kind.BACK in kinds(session, cast.leader)
    session.commit()
    for somebody, words in (
        (cast.leader, "叶秀珍请假，6月29日起。"),
        (cast.leader, "叶秀珍回来了。"),
        (cast.partner, "换了同行的人（请假交接）"),
    ):
        assert words in sign_in(somebody).page("/notices").text
    assert "由叶秀珍、方光润改为方光润" in sign_in(cast.leader).page(f"/assignments/{cast.assignment.id}").text


def test_a_leaders_leave_is_the_offices_to_know(session: Session, cast: Cast) -> None:
    actions.note_absence(session, acting(session, cast.leader), cast.leader.id, starts_on=clock.today())
    assert Kind.LEAVE in kinds(session, cast.coordinator)
    assert kinds(session, cast.leader) == kinds(session, cast.visitor) == []
    actions.note_absence(session, acting(session, cast.leader), cast.partner.id, starts_on=clock.today())
    assert kinds(session, cast.partner) == [Kind.LEAVE]
    assert len(kinds(session, cast.coordinator)) == 1


def test_the_whole_way_on_the_pages(session: Session, cast: Cast, sign_in: SignIn) -> None:
    session.commit()
    member, leader = sign_in(cast.visitor), sign_in(cast.leader)
    own = f"/members/{cast.visitor.id}/leave"
    assert any(href == own for href, _ in member.page("/me").links)
    data = {"starts_on": "2026-06-29", "ends_on": "2026-07-09", "reason": "away"}
    assert member.post(own, data=data).headers["Location"] == own
    page = leader.page(own)
    assert "交接 2 户" in page.text
    (preview,) = {href for href, text in page.links if "交接 2 户" in text}
    shown = leader.page(preview)
    assert "方光润继续走访" in shown.text
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', shown.html)
    choice = {f"to-{cast.assignment.id}": cast.team_leader.id, f"to-{cast.second_assignment.id}": ""}
    bad = leader.post(preview, data={"seen": seen} | choice | {f"to-{cast.assignment.id}": cast.other_visitor.id})
    assert bad.status_code == 422
    assert '<option value="" selected>先不动' in bad.text.replace("\n", "")
    assert leader.post(preview, data={"seen": seen} | choice).status_code == 303
    session.rollback()
    assert visitors_of(session, [cast.assignment.id, cast.second_assignment.id]) == {
        cast.assignment.id: (cast.team_leader.id, cast.partner.id),
        cast.second_assignment.id: (cast.visitor.id, cast.partner.id),
    }
    assert "请假至7月9日" in leader.page(f"/assignments/give?assignment={cast.assignment.id}").text
    absence = session.scalars(select(Absence)).one()
    ended = leader.post(f"/absences/{absence.id}/end")
    assert ended.headers["Location"] == f"/absences/{absence.id}/hand-back"
    assert "由苏慧、方光润还给叶秀珍、方光润" in leader.page(ended.headers["Location"]).text
    assert leader.post(ended.headers["Location"], data={"assignment": cast.assignment.id}).status_code == 303
    assert "没有要交还的户" in leader.page(ended.headers["Location"]).text


def test_reasons_are_for_those_who_lead(session: Session, cast: Cast, sign_in: SignIn) -> None:
    on_leave(session, cast.visitor, None).note = "做手术"
    session.commit()
    assert "做手术" in sign_in(cast.leader).page(f"/members/{cast.visitor.id}/leave").text
    assert sign_in(cast.partner).get(f"/members/{cast.visitor.id}/leave").status_code == 404
    assert "做手术" not in sign_in(cast.partner).page("/assignments/mine").text


@pytest.mark.parametrize("address", ["/absences", "/absences/{}/hand-over", "/absences/{}/hand-back"])
def test_pages_cost_the_same_with_more_rows(session: Session, cast: Cast, sign_in: SignIn, address: str) -> None:
    absence = on_leave(session, cast.visitor)
    tasks = [cast.assignment, cast.second_assignment]

    def more(number: int) -> None:
        member = make_member(session, f"请假{number}")
        join(session, cast.team, member)
        one = on_leave(session, member)
        task = make_assignment(session, cast.campaign, make_household(session, cast.village), cast.team, (member,))
        handed(session, cast, one, task)
        actions.end_absence(session, SYSTEM, one)
        homes = [make_household(session, cast.village) for _ in range(2)]
        pair = (cast.visitor, cast.partner)
        new = [make_assignment(session, cast.campaign, home, cast.team, pair) for home in homes]
        if address.endswith("back"):
            handed(session, cast, absence, *new)

    if address.endswith("back"):
        handed(session, cast, absence, *tasks)
    more(0)
    if address.endswith("back"):
        actions.end_absence(session, SYSTEM, absence)
    session.commit()
    client = sign_in(cast.leader)
    where = address.format(absence.id)
    client.page(where)
    with counted_queries() as one:
        client.page(where)
    session.refresh(absence)
    absence.ended_at = None
    session.flush()
    more(1)
    more(2)
    if address.endswith("back"):
        actions.end_absence(session, SYSTEM, absence)
    session.commit()
    with counted_queries() as three:
        client.page(where)
    assert len(three) == len(one) <= 22


def _selected(html: str, id_: int) -> str:
    field = html.split(f'name="to-{id_}"')[1].split("</select>", maxsplit=1)[0]
    (value,) = re.findall(r'value="(\d*)" selected', field)
    return str(value)


def test_all_of_them_go_to_one_member_at_a_stroke(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Asked for in the address, nothing changes by it; for whom it cannot be, the proposal stands."""
    absence = actions.note_absence(session, SYSTEM, cast.visitor.id, starts_on=clock.today())
    actions.avoid_household(session, SYSTEM, cast.second_assignment, cast.team_leader.id)
    session.commit()
    client, address = sign_in(cast.leader), f"/absences/{absence.id}/hand-over"
    page = client.page(address)
    assert "方光润有 2 户一个人走" in page.text
    page = client.page(f"{address}?all={cast.team_leader.id}")
    assert _selected(page.html, cast.assignment.id) == str(cast.team_leader.id)
    assert _selected(page.html, cast.second_assignment.id) == "0"
    assert "有 1 户不能交给苏慧" in page.text
    assert "方光润有 1 户一个人走" in page.text
    assert client.get(f"{address}?all=x").status_code == 200
    assert client.get(f"{address}?all={cast.stranger.id}").status_code == 200
    assert cast.visitor.id in visitors_of(session, [cast.assignment.id])[cast.assignment.id]
