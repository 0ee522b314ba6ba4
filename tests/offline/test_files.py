"""收下导出的记录: from the upload by way of the preview to what became of each record."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from flask import current_app
from sqlalchemy import func, select, update
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
    Group,
    GroupMember,
    Household,
    Member,
    Outcome,
    Photo,
    Role,
    Visit,
    VisitRevision,
)
from hengli_visits.offline.actions import files as actions
from hengli_visits.offline.outbox import LARGEST, read_outbox
from hengli_visits.offline.queries.files import preview
from hengli_visits.offline.rules import Standing, on_behalf
from hengli_visits.visits.pictures import Album
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import grant
from tests.offline.making import body, form, outbox, photo, visit_record
from tests.pages import Page, PageClient, SignIn
from tests.visits.making import content, jpeg, put, said, wordings
from tests.visits.test_doorstep import as_json, newcomer

OUTSIDE = ("kind", "uuid", "title", "envelope", "photos")
INSIDE = ("assignment", "based_on", "sender", "content", "household")


def _address(group: Group) -> str:
    return f"/groups/{group.id}/outbox-files"


def bring(client: PageClient, group: Group, data: bytes) -> str:
    """Bring a file; the address of its preview."""
    response = client.post(_address(group), data=form(data))
    assert response.status_code == 303, Page(response.text).text
    return response.location


def token_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["file"][0]


def take(client: PageClient, group: Group, data: bytes) -> Page:
    """Bring a file and take it in; the page that tells what became of it."""
    preview = bring(client, group, data)
    response = client.post(_address(group), data={"token": token_of(preview)})
    assert (response.status_code, response.location) == (303, preview)
    return client.page(preview)


def refused(client: PageClient, group: Group, data: bytes) -> str:
    """The sentences beside the file."""
    response = client.post(_address(group), data=form(data))
    assert response.status_code == 422
    assert 'href="#file"' in response.text
    return Page(response.text).text


def counts(session: Session) -> list[int]:
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in (Visit, VisitRevision, Photo)]


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
        response = client.post(_address(cast.team), data={"token": token_of(address)})
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


def test_whose_file_may_be_taken_where(session: Session, cast: Cast, sign_in: SignIn) -> None:
    others = outbox(cast.other_visitor, visit_record(cast.other_assignment))
    unknown = outbox(Member(id=999_999, name="?"), visit_record(cast.assignment))
    for person, group in ((cast.leader, cast.group), (cast.team_leader, cast.team)):
        client = sign_in(person)
        for data in (others, unknown):
            assert "不是本组走访员导出的" in refused(client, group, data)
        assert client.get(_address(cast.other_group)).status_code == 404
    coordinator = sign_in(cast.coordinator)
    assert "不是本组走访员导出的" in refused(coordinator, cast.team, unknown)
    assert "收下 1 条" in take(coordinator, cast.team, others).text
    assert (
        "收下 1 条"
        in take(sign_in(cast.leader), cast.group, outbox(cast.leader, visit_record(cast.spare_assignment))).text
    )


def test_a_forged_file_reaches_no_further_than_who_brings_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    grant(session, cast.visitor, Role.GROUP_LEADER, group_id=cast.other_group.id)
    theirs = put(session, cast.other_visitor, cast.other_assignment, content()).visit
    session.commit()
    forged = [
        visit_record(cast.other_assignment, content(remarks="改掉"), theirs.uuid, based_on=1),
        visit_record(cast.other_assignment),
    ]
    page = take(sign_in(cast.leader), cast.team, outbox(cast.visitor, *forged))
    assert "2 条没有收下" in page.text
    assert not [href for href, _ in page.links if href.startswith("/visits/")]
    assert "收下 2 条" in take(sign_in(cast.coordinator), cast.team, outbox(cast.visitor, *forged)).text


def test_on_behalf_of_a_member_with_more_to_say(session: Session, cast: Cast) -> None:
    grant(session, cast.visitor, Role.COORDINATOR)
    grant(session, cast.visitor, Role.GROUP_LEADER, group_id=cast.other_group.id)
    grant(session, cast.visitor, Role.AREA_LEAD, area_id=cast.village.id)
    member, taker = actor_of(session, cast.visitor.id), actor_of(session, cast.leader.id)
    acting = on_behalf(taker, member)
    assert (acting.id, acting.groups) == (cast.visitor.id, member.groups)
    beyond = (acting.roles, acting.led_groups, acting.led_area_paths)
    assert [len(one) for one in beyond] == [0, 0, 0]
    office = on_behalf(actor_of(session, cast.coordinator.id), member)
    assert office.led_groups == member.led_groups == {cast.other_group.id}


def test_another_ones_file_is_not_found(session: Session, cast: Cast, sign_in: SignIn) -> None:
    address = bring(sign_in(cast.leader), cast.team, outbox(cast.visitor, visit_record(cast.assignment)))
    client = sign_in(cast.team_leader)
    for response in (client.get(address), client.post(_address(cast.team), data={"token": token_of(address)})):
        assert response.status_code == 422
        assert "这个文件不在了" in response.text
    assert counts(session)[0] == 0


def test_no_longer_the_members_leader(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """What was allowed when the file came is asked again when it is taken in."""
    client = sign_in(cast.leader)
    address = bring(client, cast.team, outbox(cast.visitor, visit_record(cast.assignment)))
    session.query(GroupMember).filter_by(member_id=cast.visitor.id).delete()
    session.commit()
    for response in (client.get(address), client.post(_address(cast.team), data={"token": token_of(address)})):
        assert response.status_code == 422
        assert "不是本组走访员导出的" in response.text


def test_a_file_that_is_not_wanted_is_deleted(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    address = bring(client, cast.team, outbox(cast.visitor, visit_record(cast.assignment)))
    response = client.post(_address(cast.team), data={"token": token_of(address), "drop": "1"})
    assert (response.status_code, response.location) == (303, _address(cast.team))
    assert "这个文件不在了" in client.page(address, 422).text
    assert counts(session)[0] == 0


def test_after_a_day_the_file_is_gone(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock) -> None:
    client, data = sign_in(cast.coordinator), outbox(cast.visitor, visit_record(cast.assignment))
    address = bring(client, cast.team, data)
    standing_clock.time += timedelta(hours=25)
    bring(sign_in(cast.leader), cast.team, data)
    assert "这个文件不在了" in sign_in(cast.coordinator).page(address, 422).text


def test_another_name_than_on_the_roster_is_pointed_out(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, record = sign_in(cast.leader), visit_record(cast.assignment)
    other = outbox(cast.visitor, record, member={"id": cast.visitor.id, "name": "叶秀真"})
    assert "名字对不上" in client.page(bring(client, cast.team, other)).text
    assert "名字对不上" not in client.page(bring(client, cast.team, outbox(cast.visitor, record))).text


@pytest.mark.parametrize(
    "data",
    [b"", b"[" * 100_000, b'{"a": "\\u0000"}', b"\x00\x01", b"null", b"{}", b'{"format":"hengli-visits-outbox"}'],
)
def test_hostile_files_end_in_a_sentence(data: bytes, session: Session, cast: Cast, sign_in: SignIn) -> None:
    assert refused(sign_in(cast.leader), cast.team, data)


def test_hostile_records_end_in_a_sentence(session: Session, cast: Cast, sign_in: SignIn) -> None:
    values: tuple[Any, ...] = (
        None,
        True,
        0,
        -1,
        2**63,
        10**30,
        1e308,
        "",
        "a\x00b",
        "\ud800",
        [],
        {},
        [[]],
        [None],
        [1] * 3000,
    )
    records: list[Any] = []
    for value in values:
        records += [visit_record(cast.assignment, **{key: value}) for key in OUTSIDE]
        inside = visit_record(cast.assignment)["envelope"] | {"assignment": None}
        records += [visit_record(cast.assignment, envelope=inside | {key: value}) for key in INSIDE]
    told = json.loads(outbox(cast.visitor)) | {"records": records}
    client, data = sign_in(cast.leader), json.dumps(told).encode()
    client.page(bring(client, cast.team, data))
    assert "条没有收下" in take(client, cast.team, data).text


def test_large_files(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    padding = base64.b64encode(b"x" * 30 * 1024 * 1024).decode()
    large = outbox(cast.visitor, visit_record(cast.assignment), padding=padding)
    response = client.post(_address(cast.team), **body(large))
    assert "收下这 1 条" in client.page(response.location).text
    response = client.post(_address(cast.team), **body(b" " * (LARGEST + 1)))
    assert response.status_code == 422
    assert "分几次导出" in response.text
    response = client.post(_address(cast.team), **body(b" " * (LARGEST + 200_000)))
    assert response.status_code == 413
    assert "文件太大了" in response.text


def test_no_file_is_asked_for(session: Session, cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.leader).post(_address(cast.team), data={})
    assert response.status_code == 422
    assert "请选择一个文件。" in response.text
