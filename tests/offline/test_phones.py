"""走访员的手机: who is listed, what is said of each, in which order."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.groups.queries import count_holding
from hengli_visits.models import Device, DeviceKind, Group, GroupMember, Member
from hengli_visits.offline.queries.phones import Contact, contacts_of, count_phones, page_of_phones
from hengli_visits.offline.rules import QUIET_AFTER, Which, quiet_since
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import join, make_member
from tests.pages import SignIn


def phone(session: Session, member: Member, *, seen: timedelta = timedelta(0), **values: object) -> Device:
    """A device of a member that was last heard of `seen` ago."""
    now = clock.now()
    device = Device(
        member_id=member.id,
        token_hash=uuid4().hex,
        kind=DeviceKind.FIELD,
        created_at=now - timedelta(days=9),
        last_seen_at=now - seen,
        expires_at=now + timedelta(days=80),
        **values,
    )
    session.add(device)
    session.flush()
    return device


def holding(session: Session, member: Member, unsent: int, since: datetime, **values: object) -> Device:
    return phone(session, member, unsent=unsent, oldest_unsent_at=since, told_at=clock.now(), **values)  # type: ignore[arg-type]


def names(session: Session, group: Group, which: Which = Which.ALL) -> list[str]:
    return [member.name for member in page_of_phones(session, group, which, 1).items]


def test_quiet_after_two_days() -> None:
    now = clock.now()
    assert quiet_since(now) == now - QUIET_AFTER == now - timedelta(days=2)


def test_several_phones_of_one_person_are_one_line(session: Session, cast: Cast) -> None:
    now = clock.now()
    hour = timedelta(hours=1)
    holding(session, cast.visitor, 2, now - 30 * hour, seen=5 * hour)
    holding(session, cast.visitor, 1, now - 50 * hour, seen=3 * hour)
    phone(session, cast.visitor, unsent=0, told_at=now, seen=9 * hour)
    holding(session, cast.visitor, 7, now - 90 * hour, seen=hour, ended_at=now)
    known = contacts_of(session, [cast.visitor, cast.partner])
    assert known == {cast.visitor.id: Contact(now - hour, True, 3, now - 50 * hour, now)}


def test_what_a_phone_never_told_is_not_none_waiting(session: Session, cast: Cast) -> None:
    phone(session, cast.visitor)
    phone(session, cast.partner, unsent=0, told_at=clock.now())
    known = contacts_of(session, [cast.visitor, cast.partner])
    assert (known[cast.visitor.id].unsent, known[cast.partner.id].unsent) == (None, 0)
    assert count_holding(session, cast.group) == 0


def test_when_it_waits_the_word_of_that_phone_counts(session: Session, cast: Cast) -> None:
    before = clock.now() - timedelta(hours=8)
    phone(session, cast.visitor, unsent=1, oldest_unsent_at=before, told_at=before)
    phone(session, cast.visitor, unsent=0, told_at=clock.now())
    assert contacts_of(session, [cast.visitor])[cast.visitor.id].told_at == before


def test_signed_out_is_told_from_never_signed_in(session: Session, cast: Cast) -> None:
    phone(session, cast.visitor, ended_at=clock.now())
    known = contacts_of(session, [cast.visitor, cast.partner])
    assert known == {cast.visitor.id: Contact(clock.now(), signed_in=False)}


def test_the_oldest_that_waits_comes_first_then_the_longest_silence(session: Session, cast: Cast) -> None:
    now, day = clock.now(), timedelta(days=1)
    fresh, old, silent = (make_member(session, name) for name in ("新到", "等久", "静久"))
    join(session, cast.group, fresh, old, silent)
    holding(session, old, 1, now - 3 * day)
    holding(session, fresh, 9, now - day, seen=2 * day)
    phone(session, silent, seen=4 * day)
    phone(session, cast.partner, seen=timedelta(hours=1))
    phone(session, cast.team_leader)
    order = ["等久", "新到", cast.visitor.name, "静久", cast.partner.name, cast.team_leader.name]
    assert names(session, cast.group) == order
    assert names(session, cast.group, Which.WAITING) == ["等久", "新到"]
    assert names(session, cast.group, Which.QUIET) == [cast.visitor.name, "静久"]
    assert count_phones(session, cast.group) == {Which.ALL: 6, Which.WAITING: 2, Which.QUIET: 2}
    assert count_holding(session, cast.group) == 2
    assert count_holding(session, cast.team) == 0


def test_who_left_and_who_is_elsewhere_is_not_listed(session: Session, cast: Cast) -> None:
    for member in (cast.visitor, cast.partner, cast.other_visitor):
        holding(session, member, 1, clock.now())
    left = GroupMember.member_id == cast.visitor.id
    session.execute(update(GroupMember).where(left).values(left_at=clock.now()))
    session.execute(update(Member).where(Member.id == cast.partner.id).values(active=False))
    for group in (cast.group, cast.team):
        assert names(session, group) == [cast.team_leader.name]
        assert count_holding(session, group) == 0


def test_the_page_says_it_in_words(session: Session, cast: Cast, sign_in: SignIn) -> None:
    holding(session, cast.visitor, 2, clock.now() - timedelta(days=1))
    phone(session, cast.partner, unsent=0, told_at=clock.now(), ended_at=clock.now())
    phone(session, cast.team_leader)
    join(session, cast.group, make_member(session, "没来过"))
    session.commit()
    client = sign_in(cast.leader)
    page = client.page(f"/groups/{cast.group.id}/phones")
    for words in ("2 条", "最早 6月28日 10:00", "已退出登录", "手机没报告过", "还没有登录过", cast.team.name):
        assert words in page.text
    waiting = client.page(f"/groups/{cast.group.id}/phones?which=waiting")
    assert cast.visitor.name in waiting.text
    assert cast.partner.name not in waiting.text


def test_the_group_leads_there_and_says_how_many_wait(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.team_leader)
    address = f"/groups/{cast.team.id}/phones"
    assert (address, "走访员的手机") in client.page(f"/groups/{cast.team.id}").links
    holding(session, cast.visitor, 2, clock.now())
    session.commit()
    assert (address, "走访员的手机 · 1 人待上传") in client.page(f"/groups/{cast.team.id}").links
    assert client.get(f"/groups/{cast.group.id}/phones").status_code == 404


@pytest.mark.parametrize(("which", "words"), [("waiting", "没有等着上传的记录"), ("quiet", "两天里都联系过")])
def test_nobody_to_look_after(which: str, words: str, session: Session, cast: Cast, sign_in: SignIn) -> None:
    for member in (cast.visitor, cast.partner, cast.team_leader):
        phone(session, member)
    session.commit()
    assert words in sign_in(cast.coordinator).page(f"/groups/{cast.team.id}/phones?which={which}").text


def test_an_unknown_list_is_all_of_them(session: Session, cast: Cast, sign_in: SignIn) -> None:
    assert cast.visitor.name in sign_in(cast.leader).page(f"/groups/{cast.team.id}/phones?which=x&page=9").text


def test_costs_the_same_for_one_and_for_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client, counts = sign_in(cast.leader), []
    session.execute(update(GroupMember).where(GroupMember.member_id != cast.visitor.id).values(left_at=clock.now()))
    holding(session, cast.visitor, 2, clock.now())
    session.commit()
    for _ in range(2):
        with counted_queries() as queries:
            client.page(f"/groups/{cast.group.id}/phones")
        counts.append(len(queries))
        more = [make_member(session, f"众{number}") for number in range(2)]
        join(session, cast.group, *more)
        for member in more:
            holding(session, member, 1, clock.now())
        session.commit()
    assert counts[0] == counts[1]
