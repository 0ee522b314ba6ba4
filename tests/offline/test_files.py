"""收下导出的记录: from the upload by way of the preview to what became of each record."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.queries import actor_of
from hengli_visits.assignments.actions import take_back
from hengli_visits.models import (
    Assignment,
    AssignmentVisitor,
    AuditEntry,
    Campaign,
    CampaignState,
    GroupMember,
    Household,
    Outcome,
    Photo,
    Visit,
)
from hengli_visits.offline.actions import files as actions
from hengli_visits.offline.outbox import read_outbox
from hengli_visits.offline.queries.files import preview
from hengli_visits.offline.rules import Standing
from hengli_visits.visits.pictures import Album
from tests.cast import Cast
from tests.counting import counted_queries
from tests.offline.making import outbox, photo, visit_record
from tests.offline.taking import bring, counts, files_of, take, token_of
from tests.pages import SignIn
from tests.visits.doorstep import as_json, newcomer
from tests.visits.making import content, jpeg, put, said, wordings


def test_the_preview_says_what_is_in_the_file_and_writes_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    known, changed = (put(session, cast.visitor, cast.assignment, content()).visit for _ in range(2))
    session.commit()
    data = outbox(
        cast.visitor,
        visit_record(cast.second_assignment, content(Outcome.AWAY), title="袁国强", photos=[photo(jpeg())]),
        visit_record(cast.assignment, uuid=known.uuid),
        visit_record(cast.assignment, content(Outcome.AWAY), changed.uuid, based_on=1),
        visit_record(cast.assignment, title="", envelope={"assignment": cast.assignment.id}),
        exported_at=(clock.now() - timedelta(hours=20)).isoformat(),
    )
    before, client = counts(session), sign_in(cast.leader)
    text = client.page(bring(client, cast.team, data)).text
    for words in (
        "叶秀珍导出的记录",
        "6月28日 14:00导出，共 4 条",
        "袁国强",
        "不在家",
        "1 张",
        "第 4 条",
        "收下这 3 条",
    ):
        assert words in text, words
    for standing in Standing:
        assert standing.label in text
    assert counts(session) == before == [2, 2, 0]


def test_costs_the_same_for_one_record_and_for_three(session: Session, cast: Cast) -> None:
    member = actor_of(session, cast.visitor.id)
    seen = []
    for many in (1, 3):
        records = [visit_record(cast.assignment, photos=[photo(jpeg())]) for _ in range(many)]
        with counted_queries() as queries:
            preview(session, member, read_outbox(outbox(cast.visitor, *records)))
        seen.append(len(queries))
    assert seen == [2, 2]


def test_the_visit_is_the_members_and_the_audit_names_who_brought_it(
    session: Session, cast: Cast, sign_in: SignIn
) -> None:
    picture, uuid = photo(jpeg(300, 200)), uuid4()
    record = visit_record(cast.assignment, content(feedback=[said()]), uuid, photos=[picture])
    data = outbox(cast.visitor, record)
    page = take(sign_in(cast.leader), cast.group, data)
    assert "收下 1 条" in page.text
    assert (f"/visits/{uuid}", record["title"]) in page.links
    visit = session.scalars(select(Visit)).one()
    assert (visit.uuid, visit.author_id, visit.late, visit.stray) == (uuid, cast.visitor.id, False, False)
    assert (visit.clock_off, visit.clock_doubtful) == (None, False)
    kept = session.scalars(select(Photo)).one()
    assert (str(kept.id), kept.author_id, kept.width) == (picture["id"], cast.visitor.id, 300)
    assert Album(current_app.config["VISITS"].uploads).holds(kept.id)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "outbox.take").order_by(AuditEntry.id))
    told = {"sha256": read_outbox(data).sha256, "member_id": cast.visitor.id, "fate": "taken"}
    assert [(one.actor_id, one.object_kind, one.object_id, one.data) for one in entries] == [
        (cast.leader.id, "visit", str(uuid), told),
        (cast.leader.id, "photo", picture["id"], told),
    ]
    made = session.scalars(select(AuditEntry).where(AuditEntry.action == "visit.create")).one()
    assert (made.actor_id, made.address) == (cast.visitor.id, "127.0.0.1")


def test_twice_changes_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    data = outbox(cast.visitor, visit_record(cast.assignment, photos=[photo(jpeg())]))
    client = sign_in(cast.leader)
    take(client, cast.team, data)
    before = counts(session)
    address = bring(client, cast.team, data)
    assert "已经有了" in client.page(address).text
    assert "1 张，都已收到" in client.page(address).text
    page = take(client, cast.team, data)
    assert "1 条以前已收到" in page.text
    assert counts(session) == before == [1, 1, 1]


def test_a_second_press_finds_what_became_of_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    address = bring(client, cast.team, outbox(cast.visitor, visit_record(cast.assignment)))
    for _ in range(2):
        response = client.post(files_of(cast.team), data={"token": token_of(address)})
        assert (response.status_code, response.location) == (303, address)
        assert "收下 1 条" in client.page(address).text
    assert counts(session) == [1, 1, 0]
    assert not list((current_app.config["VISITS"].uploads / "outbox").glob(f"*{token_of(address)}.json"))


def test_what_the_phone_sent_meanwhile_gets_its_photos_only(session: Session, cast: Cast, sign_in: SignIn) -> None:
    what = content()
    visit = put(session, cast.visitor, cast.assignment, what).visit
    session.commit()
    pictures = [photo(jpeg(60 + number, 40)) for number in range(2)]
    page = take(
        sign_in(cast.leader),
        cast.team,
        outbox(cast.visitor, visit_record(cast.assignment, what, visit.uuid, photos=pictures)),
    )
    assert "以前已收到" in page.text
    assert "收下 2 张" in page.text
    assert counts(session) == [1, 1, 2]


def test_a_later_wording_becomes_the_next_revision(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    session.commit()
    record = visit_record(cast.assignment, content(Outcome.AWAY), visit.uuid, based_on=1)
    assert "更新了以前的内容" in take(sign_in(cast.leader), cast.team, outbox(cast.visitor, record)).text
    session.rollback()
    assert [one.number for one in wordings(session, visit)] == [1, 2]


def test_other_content_is_kept_beside_and_leads_to_the_choice(session: Session, cast: Cast, sign_in: SignIn) -> None:
    visit = put(session, cast.visitor, cast.assignment, content()).visit
    session.commit()
    data = outbox(cast.visitor, visit_record(cast.assignment, content(remarks="手机上的"), visit.uuid))
    client = sign_in(cast.leader)
    pages = [take(client, cast.team, data) for _ in range(2)]
    assert all("与服务器上的内容不同，两份都留下，请选定" in page.text for page in pages)
    assert counts(session) == [1, 2, 0]
    link = next(href for href, _ in pages[0].links if href.startswith("/visits/"))
    assert "以哪一份为准？" in client.page(link).text


def test_one_bad_record_blocks_no_other(session: Session, cast: Cast, sign_in: SignIn) -> None:
    broken = content(feedback=[said()]).as_json()
    broken["feedback"][0]["words"] = ""
    del broken["outcome"]
    bad = visit_record(cast.assignment, title="坏的一条")
    bad["envelope"]["content"] = broken
    foreign = visit_record(cast.other_assignment, title="别人的户")
    written_by_another = visit_record(cast.assignment, title="别人写的")
    written_by_another["envelope"]["sender"] = cast.partner.id
    nonsense = {"kind": "visit", "title": "看不懂"}
    good = visit_record(cast.assignment, title="好的一条")
    page = take(
        sign_in(cast.leader), cast.team, outbox(cast.visitor, bad, foreign, 7, written_by_another, nonsense, good)
    )
    for words in (
        "收下 1 条 · 5 条没有收下",
        "请选这次走访的情况。",
        "请写下群众说了什么。",
        "这一户从来不归这位走访员",
        "这条记录是另一位走访员的",
        "没有读懂这条记录。",
    ):
        assert words in page.text, words
    session.rollback()
    assert session.scalars(select(Visit.uuid)).all() == [UUID(good["uuid"])]


def test_a_collision_is_told_and_the_next_goes_on(
    session: Session, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = actions.take_record, []

    def collide_once(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise IntegrityError("INSERT", {}, ValueError("unique"))
        return real(*given)

    monkeypatch.setattr(actions, "take_record", collide_once)
    records = [visit_record(cast.assignment) for _ in range(2)]
    page = take(sign_in(cast.leader), cast.team, outbox(cast.visitor, *records))
    assert "请再收一次" in page.text
    assert counts(session)[0] == 1


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda sent: sent | {"sha256": "0" * 64}, "在文件里损坏了"),
        (lambda sent: sent | {"data": "???"}, "没有读懂"),
        (lambda sent: photo(b"text"), "不是能读的照片"),
        (lambda sent: 5, "没有读懂"),
    ],
)
def test_a_bad_photo_keeps_neither_the_visit_nor_the_other_photos_back(
    spoil: Any, words: str, session: Session, cast: Cast, sign_in: SignIn
) -> None:
    record = visit_record(cast.assignment, photos=[spoil(photo(jpeg())), photo(jpeg(80, 40))])
    page = take(sign_in(cast.leader), cast.team, outbox(cast.visitor, record))
    assert "收下 1 张" in page.text
    assert words in page.text
    assert counts(session) == [1, 1, 1]


def test_more_photos_than_a_visit_may_have(session: Session, cast: Cast, sign_in: SignIn) -> None:
    record = visit_record(cast.assignment, photos=[photo(jpeg(40 + number, 40)) for number in range(22)])
    page = take(sign_in(cast.leader), cast.team, outbox(cast.visitor, record))
    assert "一次走访最多20张照片。" in page.text
    assert counts(session) == [1, 1, 20]


def test_late_and_stray_as_for_the_member(session: Session, cast: Cast, sign_in: SignIn) -> None:
    take_back(session, actor_of(session, cast.leader.id), [cast.assignment.id])
    session.execute(update(Campaign).values(state=CampaignState.CLOSED))
    session.commit()
    records = (visit_record(assignment) for assignment in (cast.assignment, cast.second_assignment))
    take(sign_in(cast.leader), cast.team, outbox(cast.visitor, *records))
    session.rollback()
    told = session.execute(select(Visit.late, Visit.stray).order_by(Visit.id)).all()
    assert [tuple(row) for row in told] == [(True, True), (True, False)]


def test_who_left_the_group_may_still_hand_over_what_they_saw(session: Session, cast: Cast, sign_in: SignIn) -> None:
    mine = GroupMember.member_id == cast.visitor.id
    session.execute(update(GroupMember).where(mine).values(left_at=clock.now()))
    session.commit()
    assert (
        "收下 1 条"
        in take(sign_in(cast.team_leader), cast.team, outbox(cast.visitor, visit_record(cast.assignment))).text
    )


def test_a_household_at_the_door_comes_with_its_visit(session: Session, cast: Cast, sign_in: SignIn) -> None:
    told = newcomer(cast)
    record = visit_record(cast.assignment, title="卢带好")
    record["envelope"] |= {"assignment": None, "household": as_json(told)}
    data, client = outbox(cast.visitor, record), sign_in(cast.leader)
    for words in ("收下 1 条", "1 条以前已收到"):
        assert words in take(client, cast.team, data).text
    session.rollback()
    household = session.scalars(select(Household).where(Household.door_uuid == told.uuid)).one()
    visitors = select(AssignmentVisitor.member_id).join(Assignment).where(Assignment.household_id == household.id)
    assert session.scalars(visitors).all() == [cast.visitor.id]


def test_clock_skew_of_a_file_out_of_the_future(session: Session, cast: Cast, sign_in: SignIn) -> None:
    now, client = clock.now(), sign_in(cast.leader)
    ahead = outbox(cast.visitor, visit_record(cast.assignment), exported_at=(now + timedelta(hours=2)).isoformat())
    assert "手机时间不准" in client.page(bring(client, cast.team, ahead)).text
    old = outbox(cast.visitor, visit_record(cast.assignment), exported_at=(now - timedelta(days=2)).isoformat())
    for data in (ahead, old):
        take(client, cast.team, data)
    session.rollback()
    told = session.execute(select(Visit.clock_off, Visit.clock_doubtful).order_by(Visit.id)).all()
    assert [tuple(row) for row in told] == [(7200, True), (None, False)]


def test_another_name_than_on_the_roster_is_pointed_out(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, record = sign_in(cast.leader), visit_record(cast.assignment)
    other = outbox(cast.visitor, record, member={"id": cast.visitor.id, "name": "叶秀真"})
    assert "名字对不上" in client.page(bring(client, cast.team, other)).text
    assert "名字对不上" not in client.page(bring(client, cast.team, outbox(cast.visitor, record))).text
