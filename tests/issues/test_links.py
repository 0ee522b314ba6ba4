"""Links with which residents answer for themselves."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.queries import hash_token
from hengli_visits.errors import Conflict, Forbidden
from hengli_visits.issues import actions, links
from hengli_visits.issues.steps import Verb
from hengli_visits.models import (
    AuditEntry,
    Contentment,
    Household,
    Issue,
    IssueState,
    Manner,
    Member,
    Move,
    ResidentLink,
    Revisit,
    Role,
    Solved,
)
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import grant
from tests.issues.making import WORDS, actor_for, make_issue, step, tell
from tests.pages import PageClient, SignIn
from tests.racing import at_once, counted, posting

GOOD = {"solved": "yes", "contentment": "content"}
CLOSED = "这个链接已经关闭"
BROKEN = "这个链接不完整，或者已经关闭"
USED = "您的评价已收到"


def made(session: Session, cast: Cast, who: str = "visitor") -> tuple[Issue, str]:
    """An issue whose answer is to be told, and the secret of a link for it. Committed."""
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    secret = actions.make_link(session, actor_for(session, getattr(cast, who)), issue, Manner.DOOR)
    session.commit()
    return issue, secret


def closed(client: PageClient, secret: str, *, used: bool = False) -> str:
    """What the page of a link says that is good no more."""
    shown = [client.get(f"/r/{secret}"), client.post(f"/r/{secret}", data=GOOD)]
    assert [one.status_code for one in shown] == [410, 410]
    texts = {one.text for one in shown}
    assert len(texts) == 1
    text = texts.pop()
    assert (CLOSED if used else BROKEN) in text
    assert (USED in text) is used
    return text


def test_a_link_is_made_shown_once_and_answered(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    session.commit()
    client = sign_in(cast.visitor)
    assert f"/issues/{issue.id}/links" in dict(client.page(f"/issues/{issue.id}/revisits").links)
    page = client.post(f"/issues/{issue.id}/links", data={"manner": "door"}).text
    secret = page.split("/r/")[1].split("<")[0].strip()
    assert len(secret) >= 43
    assert issue.number in page
    assert '<svg class="account-qr"' in page
    link = session.scalars(select(ResidentLink)).one()
    assert link.secret_hash == hash_token(secret)
    assert link.expires_at == clock.now() + timedelta(days=14)
    assert secret not in client.page(f"/issues/{issue.id}").html
    assert secret not in client.page(f"/issues/{issue.id}/links").html

    stranger = sign_in(None)
    first = stranger.get(f"/r/{secret}")
    assert first.status_code == 200
    assert (first.headers["Referrer-Policy"], first.headers["Cache-Control"]) == ("strict-origin", "no-store")
    assert "noindex" in first.headers["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in first.text
    assert "Set-Cookie" not in first.headers
    assert "<script" not in first.text
    answer = stranger.post(f"/r/{secret}", data=GOOD | {"comment": "多谢"})
    assert answer.status_code == 200
    assert "收到了，谢谢您" in answer.text
    session.rollback()
    revisit = session.scalars(select(Revisit)).one()
    assert (revisit.revisitor_id, revisit.manner, revisit.reached) == (cast.visitor.id, Manner.DOOR, True)
    assert (revisit.solved, revisit.contentment, revisit.comment) == (Solved.YES, Contentment.CONTENT, "多谢")
    assert (revisit.link_id, revisit.round, revisit.late) == (link.id, 1, False)
    assert session.scalars(select(Issue.state)).one() is IssueState.CLOSED
    move = session.scalars(select(Move).order_by(Move.id.desc())).first()
    assert move is not None
    assert (move.verb, move.actor_id, move.note) == ("revisit_close", None, "多谢")
    story = sign_in(cast.leader).page(f"/issues/{issue.id}").text
    assert "住户本人（链接）" in story
    assert "回访方式" not in story
    audit = set(session.scalars(select(AuditEntry.action)))
    assert {"link.make", "link.use"} <= audit


def test_not_solved_is_done_again(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, secret = made(session, cast)
    data = {"solved": "no", "contentment": "discontent", "comment": "还在漏"}
    assert "会重新办理" in sign_in(None).post(f"/r/{secret}", data=data).text
    session.rollback()
    assert session.scalars(select(Issue.state).where(Issue.id == issue.id)).one() is IssueState.REDO
    for person in (cast.coordinator, cast.visitor):
        assert issue.title in sign_in(person).page("/notices").text, "the maker is told too: it was not them"
    late = {"uuid": "0" * 31 + "1", "at": "2026-06-29T10:00", "manner": "phone", "reached": "no"}
    refused = sign_in(cast.partner).post(f"/issues/{issue.id}/revisits", data=late)
    assert refused.status_code == 409
    assert "住户刚刚做了“回访未解决”" in refused.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "问题解决了吗：请选一项。"),
        (GOOD | {"solved": "perhaps"}, ""),
        (GOOD | {"contentment": "discontent"}, "还想说什么：不满意的，请写一写原因。"),
        (GOOD | {"comment": "长" * 1001}, "最多写 1000 个字"),
    ],
)
def test_what_is_missing_is_said_and_the_link_stays_good(
    session: Session, cast: Cast, sign_in: SignIn, data: dict[str, str], sentence: str
) -> None:
    _issue, secret = made(session, cast)
    client = sign_in(None)
    response = client.post(f"/r/{secret}", data=data)
    assert response.status_code == 422
    assert sentence in response.text
    assert counted(session, Revisit) == 0
    assert client.post(f"/r/{secret}", data=GOOD).status_code == 200


def test_the_page_says_nothing_of_a_person(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, secret = made(session, cast)
    page = sign_in(None).page(f"/r/{secret}")
    for text in (issue.number, cast.category.name, cast.unit.name, "2026年6月29日"):
        assert text in page.text
    people: list[Household | Member] = [cast.household, cast.visitor, cast.handler, cast.coordinator]
    hidden = [one.name for one in people] + [one.phone for one in people if one.phone]
    hidden += [WORDS, issue.title, issue.reply, issue.done, cast.household.door, cast.village.name]
    assert [text for text in hidden if text in page.html] == []


def test_gone_links_look_alike(session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock) -> None:
    client = sign_in(None)
    unknown = closed(client, "x" * 43)
    _issue, secret = made(session, cast)
    client.post(f"/r/{secret}", data=GOOD)
    closed(client, secret, used=True)
    for spoil in ("revoke", "round", "moved", "old"):
        issue, secret = made(session, cast)
        if spoil == "revoke":
            link = session.scalars(select(ResidentLink.id).where(ResidentLink.issue_id == issue.id)).one()
            sign_in(cast.partner).post(f"/issues/{issue.id}/links/{link}/removal")
        elif spoil == "round":
            tell(session, cast, issue, solved=Solved.NO)
            step(session, cast, issue, "coordinator", Verb.REDO_DISPATCH)
            for who, verb in (("handler", Verb.SIGN), ("handler", Verb.ANSWER), ("coordinator", Verb.APPROVE)):
                step(session, cast, issue, who, verb)
            assert (issue.state, issue.round) == (IssueState.REVISIT_DUE, 2)
        elif spoil == "moved":
            tell(session, cast, issue)
        else:
            standing_clock.time += links.LIFE
        session.commit()
        assert closed(client, secret) == unknown, spoil
    assert counted(session, Revisit) == 3


def test_two_taps_at_once_are_one_revisit(session: Session, cast: Cast, sign_in: SignIn) -> None:
    _issue, secret = made(session, cast)
    assert at_once(posting(sign_in(None), f"/r/{secret}", **GOOD) for _ in range(4)) == {200: 1, 410: 3}
    assert counted(session, Revisit) == 1


def test_a_tap_and_a_revisit_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, secret = made(session, cast)
    form = {"uuid": "0" * 31 + "1", "at": "2026-06-29T10:00", "manner": "phone", "reached": "yes", **GOOD}
    taps = [posting(sign_in(None), f"/r/{secret}", **GOOD)]
    taps.append(posting(sign_in(cast.partner), f"/issues/{issue.id}/revisits", **form))
    assert at_once(taps) in ({200: 1, 409: 1}, {303: 1, 410: 1})
    assert counted(session, Revisit) == 1


def test_never_by_a_handler(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    grant(session, cast.coordinator, Role.HANDLER, organisation_id=cast.unit.id)
    session.commit()
    for person in (cast.handler, cast.coordinator):
        with pytest.raises(Forbidden):
            actions.make_link(session, actor_for(session, person), issue, Manner.PHONE)
        session.commit()
        assert sign_in(person).post(f"/issues/{issue.id}/links", data={"manner": "phone"}).status_code == 404
    assert counted(session, ResidentLink) == 0


def test_who_has_become_a_handler_meanwhile_has_no_link_any_more(session: Session, cast: Cast, sign_in: SignIn) -> None:
    _issue, secret = made(session, cast)
    grant(session, cast.visitor, Role.HANDLER, organisation_id=cast.unit.id)
    session.commit()
    response = sign_in(None).post(f"/r/{secret}", data=GOOD)
    assert response.status_code == 410
    assert USED not in response.text
    assert counted(session, Revisit) == 0


def test_a_maker_who_has_left_does_not_silence_the_resident(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, secret = made(session, cast, "leader")
    issue.group_id = cast.other_group.id
    session.commit()
    assert sign_in(None).post(f"/r/{secret}", data=GOOD).status_code == 200


def test_only_so_many_wait_and_those_of_others_are_not_revoked(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue, _secret = made(session, cast)
    actor = actor_for(session, cast.partner)
    for _ in range(links.MOST_WAITING - 1):
        actions.make_link(session, actor, issue, Manner.PHONE)
    with pytest.raises(Conflict):
        actions.make_link(session, actor, issue, Manner.PHONE)
    session.commit()
    other, _ = made(session, cast)
    link = session.scalars(select(ResidentLink.id).where(ResidentLink.issue_id == other.id)).one()
    client = sign_in(cast.visitor)
    assert client.post(f"/issues/{issue.id}/links/{link}/removal").status_code == 404
    assert client.post(f"/issues/{other.id}/links/{link}/removal").status_code == 303
    assert "已经不能用了" in client.post(f"/issues/{other.id}/links/{link}/removal", follow_redirects=True).text
    page = client.page(f"/issues/{issue.id}")
    assert page.text.count("前有效") == links.MOST_WAITING


def test_no_secret_in_the_log(session: Session, cast: Cast, sign_in: SignIn, caplog: pytest.LogCaptureFixture) -> None:
    _issue, secret = made(session, cast)
    with caplog.at_level(logging.DEBUG):
        sign_in(None).post(f"/r/{secret}", data=GOOD)
        sign_in(None).get(f"/r/{secret}")
    assert secret not in caplog.text
