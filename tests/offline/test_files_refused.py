"""收下导出的记录: who may not, files that are gone, broken, hostile or too large, and records that claim too much."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hengli_visits.accounts.queries import actor_of
from hengli_visits.models import GroupMember, Member, Role
from hengli_visits.offline.outbox import LARGEST
from hengli_visits.offline.rules import on_behalf
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import grant
from tests.offline.making import body, outbox, visit_record
from tests.offline.taking import bring, counts, files_of, refused, take, token_of
from tests.pages import SignIn
from tests.visits.making import content, put

OUTSIDE = ("kind", "uuid", "title", "envelope", "photos")
INSIDE = ("assignment", "based_on", "sender", "content", "household")


def test_whose_file_may_be_taken_where(session: Session, cast: Cast, sign_in: SignIn) -> None:
    others = outbox(cast.other_visitor, visit_record(cast.other_assignment))
    unknown = outbox(Member(id=999_999, name="?"), visit_record(cast.assignment))
    for person, group in ((cast.leader, cast.group), (cast.team_leader, cast.team)):
        client = sign_in(person)
        for data in (others, unknown):
            assert "不是本组走访员导出的" in refused(client, group, data)
        assert client.get(files_of(cast.other_group)).status_code == 404
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
    for response in (client.get(address), client.post(files_of(cast.team), data={"token": token_of(address)})):
        assert response.status_code == 422
        assert "这个文件不在了" in response.text
    assert counts(session)[0] == 0


def test_no_longer_the_members_leader(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """What was allowed when the file came is asked again when it is taken in."""
    client = sign_in(cast.leader)
    address = bring(client, cast.team, outbox(cast.visitor, visit_record(cast.assignment)))
    session.query(GroupMember).filter_by(member_id=cast.visitor.id).delete()
    session.commit()
    for response in (client.get(address), client.post(files_of(cast.team), data={"token": token_of(address)})):
        assert response.status_code == 422
        assert "不是本组走访员导出的" in response.text


def test_a_file_that_is_not_wanted_is_deleted(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    address = bring(client, cast.team, outbox(cast.visitor, visit_record(cast.assignment)))
    response = client.post(files_of(cast.team), data={"token": token_of(address), "drop": "1"})
    assert (response.status_code, response.location) == (303, files_of(cast.team))
    assert "这个文件不在了" in client.page(address, 422).text
    assert counts(session)[0] == 0


def test_after_a_day_the_file_is_gone(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock) -> None:
    client, data = sign_in(cast.coordinator), outbox(cast.visitor, visit_record(cast.assignment))
    address = bring(client, cast.team, data)
    standing_clock.time += timedelta(hours=25)
    bring(sign_in(cast.leader), cast.team, data)
    assert "这个文件不在了" in sign_in(cast.coordinator).page(address, 422).text


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
    response = client.post(files_of(cast.team), **body(large))
    assert "收下这 1 条" in client.page(response.location).text
    response = client.post(files_of(cast.team), **body(b" " * (LARGEST + 1)))
    assert response.status_code == 422
    assert "分几次导出" in response.text
    response = client.post(files_of(cast.team), **body(b" " * (LARGEST + 200_000)))
    assert response.status_code == 413
    assert "文件太大了" in response.text


def test_no_file_is_asked_for(session: Session, cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.leader).post(files_of(cast.team), data={})
    assert response.status_code == 422
    assert "请选择一个文件。" in response.text
