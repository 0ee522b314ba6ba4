"""Ordering, waiting and fetching: sent twice, made aside, come to a halt, died after a day, nobody else's."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hengli_visits.errors import Conflict, Missing
from hengli_visits.models import (
    Contentment,
    Issue,
    IssueState,
    IssueUnit,
    Member,
    Paper,
    PaperKind,
    Revisit,
    Role,
    RoleGrant,
)
from hengli_visits.papers import actions, queries
from hengli_visits.papers.wishes import Wishes
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import grant
from tests.issues.making import actor_for, make_issue
from tests.pages import SignIn
from tests.papers.making import ask, data_of, entries, order, rows_of, text_of
from tests.visits.making import content, put, said


def test_from_the_page_to_the_file(session: Session, cast: Cast, sign_in: SignIn) -> None:
    put(session, cast.visitor, cast.assignment, content(feedback=(said(),)))
    session.commit()
    client = sign_in(cast.leader)
    address = ask(client, "visits", cast)
    page = client.page(address)
    assert "可以下载" in page.text
    assert "姓名、门牌和电话已隐去" in page.text
    with client.get(f"{address}/file") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert [row["户主(企业)"] for row in rows_of(answer.get_data())] == ["钟**"]
    assert "下载过" in client.page(address).text
    (noted,) = entries(session, "paper.order")
    assert (noted.data["kind"], noted.data["masked"], noted.data["purpose"]) == ("visits", True, None)
    (fetched,) = entries(session, "paper.fetch")
    assert (fetched.data["rows"], fetched.data["masked"]) == (1, True)


def test_whole_names_want_the_right_and_a_purpose(session: Session, cast: Cast, sign_in: SignIn) -> None:
    put(session, cast.visitor, cast.assignment, content())
    session.commit()
    client = sign_in(cast.leader)
    refused = client.post(f"/papers/new/visits?campaign={cast.campaign.id}", data={"id": str(uuid4()), "full": "y"})
    assert refused.status_code == 422
    address = ask(client, "visits", cast, full="y", purpose="report")
    assert "带完整姓名、门牌和电话" in client.page(address).text
    with client.get(f"{address}/file") as answer:
        assert [row["户主(企业)"] for row in rows_of(answer.get_data())] == ["钟林锡"]
    (fetched,) = entries(session, "paper.fetch")
    assert (fetched.data["masked"], fetched.data["purpose"]) == (False, "report")
    lead = sign_in(cast.area_lead)
    assert "带完整姓名" not in lead.page(f"/papers/new/visits?campaign={cast.campaign.id}").text
    address = ask(lead, "visits", cast, full="y", purpose="report")
    with lead.get(f"{address}/file") as answer:
        assert [row["户主(企业)"] for row in rows_of(answer.get_data())] == ["钟**"], "who may not is not asked"


def test_a_leader_who_is_an_area_lead_elsewhere_unmasks_led_households_alone(session: Session, cast: Cast) -> None:
    grant(session, cast.leader, Role.AREA_LEAD, area_id=cast.other_village.id)
    put(session, cast.visitor, cast.assignment, content())
    put(session, cast.other_visitor, cast.other_assignment, content())
    session.commit()
    rows = rows_of(data_of(order(session, cast.leader, cast.campaign, PaperKind.VISITS, purpose="call")))
    assert sorted(row["户主(企业)"] for row in rows) == ["钟林锡", "黎**"]


SEEN = {
    "coordinator": {"长巷村", "石涌村"}, "area_lead": {"长巷村"}, "leader": {"长巷村"}, "team_leader": {"长巷村"},
    "other_leader": {"石涌村"},
}  # fmt: skip


@pytest.mark.parametrize("who", SEEN)
def test_everybody_gets_what_they_oversee(who: str, session: Session, cast: Cast) -> None:
    put(session, cast.visitor, cast.assignment, content(feedback=(said(),)))
    put(session, cast.other_visitor, cast.other_assignment, content(feedback=(said(),)))
    session.commit()
    for kind in (PaperKind.VISITS, PaperKind.SAID, PaperKind.ISSUES, PaperKind.WEEKLY):
        found = rows_of(data_of(order(session, getattr(cast, who), cast.campaign, kind)))
        assert {row["村(社区)"] for row in found} == SEEN[who], kind


def test_a_unit_gets_its_own_list_alone(session: Session, cast: Cast, sign_in: SignIn) -> None:
    own = make_issue(session, cast, IssueState.IN_PROGRESS)
    make_issue(session, cast)
    other = make_issue(session, cast, IssueState.IN_PROGRESS)
    other.lead_unit_id = cast.other_unit.id
    session.execute(delete(IssueUnit).where(IssueUnit.issue_id == other.id))
    session.commit()
    numbers = {who: [row["编号"] for row in rows_of(data_of(order(session, getattr(cast, who), cast.campaign, PaperKind.RECTIFIED)))]
               for who in ("handler", "other_handler")}  # fmt: skip
    assert numbers == {"handler": [own.number], "other_handler": [other.number]}
    for kind in set(PaperKind) - {PaperKind.RECTIFIED}:
        with pytest.raises(Missing):
            order(session, cast.handler, cast.campaign, kind)
    assert "整改清单" in sign_in(cast.handler).page("/papers").text
    assert "走访台账" not in sign_in(cast.handler).page("/papers").text


def test_the_same_order_sent_twice_is_one(session: Session, cast: Cast, sign_in: SignIn) -> None:
    id_ = str(uuid4())
    client = sign_in(cast.coordinator)
    assert ask(client, "daily", cast, id=id_) == ask(client, "daily", cast, id=id_)
    session.rollback()
    assert len(session.scalars(select(Paper)).all()) == 1
    assert len(entries(session, "paper.order")) == 1
    answer = sign_in(cast.leader).post(f"/papers/new/daily?campaign={cast.campaign.id}", data={"id": id_})
    assert answer.status_code == 409, "somebody else's"


def test_papers_are_nobody_elses(session: Session, cast: Cast, sign_in: SignIn) -> None:
    paper = order(session, cast.leader, cast.campaign, PaperKind.VISITS)
    for who in ("coordinator", "other_leader", "visitor", "stranger"):
        client = sign_in(getattr(cast, who))
        for path in ("", "/file", "/progress"):
            assert client.get(f"/papers/{paper.id}{path}").status_code == 404
    session.rollback()
    for row in session.scalars(select(RoleGrant).where(RoleGrant.member_id == cast.leader.id)):
        session.delete(row)
    session.commit()
    assert sign_in(cast.leader).get(f"/papers/{paper.id}/file").status_code == 404, "the role was taken away"


def test_who_waits_no_more_leaves_no_file(session: Session, cast: Cast) -> None:
    paper = order(session, cast.coordinator, cast.campaign, PaperKind.DAILY, make=False)
    actor = actor_for(session, cast.coordinator)
    assert actions.finish(session, paper.id, rows=1, size=1)
    assert not actions.finish(session, paper.id, rows=2, size=2), "one wins"
    session.commit()
    with pytest.raises(Conflict):
        actions.order(session, actor_for(session, cast.leader), paper.id, PaperKind.DAILY, Wishes(cast.campaign.id))
    assert session.scalar(queries.unfetched(actor, paper.done_at or paper.ordered_at)) == 1


def test_what_is_ready_stands_beside_the_entry(session: Session, cast: Cast, sign_in: SignIn) -> None:
    order(session, cast.coordinator, cast.campaign, PaperKind.DAILY)
    client = sign_in(cast.coordinator)
    with_badge = client.page("/papers").html
    session.rollback()
    for paper in session.scalars(select(Paper)):
        paper.fetched_at = paper.done_at
    session.commit()
    assert len(client.page("/papers").html) < len(with_badge)


@pytest.mark.parametrize("bad", [{"since": "2026-07-02", "until": "2026-07-01"}, {"until": "0001-01-01"}, {"area": "99"},
                                 {"area": "x"}, {"id": "x"}, {"id": ""}, {"since": "x"}])  # fmt: skip
def test_bad_input_keeps_what_was_typed(bad: dict[str, str], cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    data = {"id": str(uuid4()), "preface": "写了很多", "since": "2026-06-20"} | bad
    answer = client.post(f"/papers/new/circular?campaign={cast.campaign.id}", data=data)
    assert answer.status_code == 422
    assert "写了很多" in answer.get_data(as_text=True)


def test_other_campaigns_and_kinds_are_not_there(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    assert client.get("/papers/new/visits?campaign=999").status_code == 404
    assert client.get("/papers/new/nothing").status_code == 404
    assert client.get(f"/papers/{uuid4()}").status_code == 404
    assert client.get("/papers/templates/visits/file").status_code == 404


@pytest.mark.parametrize("kind", [PaperKind.VISITS, PaperKind.RECTIFIED, PaperKind.CIRCULAR], ids=str)
def test_as_many_queries_for_one_row_as_for_three(kind: PaperKind, session: Session, cast: Cast) -> None:
    def count() -> int:
        with counted_queries() as statements:
            order(session, cast.coordinator, cast.campaign, kind)
        return len(statements)

    def one_more(assignment: Any) -> None:
        put(session, cast.visitor, assignment, content(feedback=(said(),)))
        make_issue(session, cast, IssueState.CLOSED)
        session.commit()

    one_more(cast.assignment)
    order(session, cast.coordinator, cast.campaign, kind)
    before = count()
    one_more(cast.second_assignment)
    one_more(cast.assignment)
    assert count() <= before


def test_the_list_costs_the_same_for_one_and_for_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    costs = []
    for number in (1, 2):
        for _ in range(number):
            order(session, cast.coordinator, cast.campaign, PaperKind.DAILY)
        with counted_queries() as statements:
            client.page("/papers")
        costs.append(len(statements))
    assert costs[0] == costs[1]


def case(session: Session, cast: Cast, who: Member, done: str) -> int:
    """A closed issue whose resident is content."""
    issue = make_issue(session, cast, IssueState.CLOSED)
    issue.done, issue.raised_by_id = done, who.id
    session.commit()
    return issue.id


def test_changed_days_keep_what_was_typed_and_the_ticks_that_fit(session: Session, cast: Cast, sign_in: SignIn) -> None:
    kept = case(session, cast, cast.visitor, "到二巷清了渠。")
    gone = case(session, cast, cast.visitor, "修了路灯。")
    session.get_one(Issue, gone).raised_at -= timedelta(days=9)
    session.commit()
    data = {"id": str(uuid4()), "preface": "写了很多", "cases": [str(kept), str(gone)], "since": "2026-06-27"}
    client = sign_in(cast.coordinator)
    first = client.post(f"/papers/new/circular?campaign={cast.campaign.id}", data=data)
    page = first.get_data(as_text=True)
    assert first.status_code == 200
    assert "写了很多" in page
    assert page.count("checked") == 1
    second = client.post(f"/papers/new/circular?campaign={cast.campaign.id}", data=data | {"cases": [str(kept)]})
    assert second.status_code == 303


def test_who_took_whole_files_is_told_to_coordinators_alone(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.leader)
    for more in ({"full": "y", "purpose": "report"}, {}):
        with client.get(f"{ask(client, 'visits', cast, **more)}/file") as answer:
            assert answer.status_code == 200
    assert "下载记录" not in client.page("/papers").text
    page = sign_in(cast.coordinator).page("/papers").text
    assert "下载记录" in page
    assert page.count(cast.leader.name) == 1
    assert "上级要求报送" in page


def test_files_are_named_by_what_they_tell_of(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    day = {"since": "2026-06-20", "until": "2026-06-24", "area": str(cast.village.id)}
    for kind, more, name in (
        ("daily", {"until": "2026-06-20"}, "日报20260620.xlsx"),
        ("weekly", {"until": "2026-06-20"}, "周报20260615-20260621.xlsx"),
        ("visits", day, "走访台账20260620-20260624（脱敏）.xlsx"),
        ("visits", {"full": "y", "purpose": "keep"}, "走访台账截至20260629（完整）.xlsx"),
        ("summary", {"since": "2026-06-20"}, "工作总结20260620起.docx"),
    ):
        with client.get(f"{ask(client, kind, cast, **more)}/file") as answer:
            assert quote(name) in answer.headers["Content-Disposition"]
    assert "长巷村 · 6月20日—6月24日 · 脱敏" in client.page("/papers").text


def test_cases_are_offered_and_chosen(session: Session, cast: Cast, sign_in: SignIn) -> None:
    long = case(session, cast, cast.visitor, "钟林锡门前的渠清了三遍，又加了盖板，请打13800138000。")
    short = case(session, cast, cast.visitor, "清了。")
    unhappy = session.get_one(Issue, case(session, cast, cast.visitor, "这一件说得最长，住户却不满意，不能写。" * 3))
    for revisit in session.scalars(select(Revisit).where(Revisit.issue_id == unhappy.id)):
        revisit.contentment = Contentment.DISCONTENT
    session.commit()
    client = sign_in(cast.coordinator)
    page = client.page(f"/papers/new/circular?campaign={cast.campaign.id}")
    assert "钟林锡" not in page.text
    assert "13800138000" not in page.text
    assert "不能写" not in page.text
    assert all(f'value="{id_}"' in page.html for id_ in (long, short))
    address = ask(client, "circular", cast, preface="各位同志：\n辛苦了。", cases=[str(short)])
    with client.get(f"{address}/file") as answer:
        text = text_of(answer.get_data())
    assert "各位同志：" in text
    assert "清了。" in text
    assert "加了盖板" not in text
    other = {"id": str(uuid4()), "cases": [str(long)], "area": str(cast.other_village.id)}
    refused = client.post(f"/papers/new/circular?campaign={cast.campaign.id}", data=other)
    again = refused.get_data(as_text=True)
    assert (refused.status_code, "重新列出" in again) == (200, True), "nothing is refused: the cases are shown anew"
    assert "还没有可以写的典型事例" in again
    pressed = client.post(f"/papers/new/circular?campaign={cast.campaign.id}", data=other | {"cases": []})
    assert pressed.status_code == 303, "one press more"
    look = client.post(
        f"/papers/new/circular?campaign={cast.campaign.id}", data=other | {"look": "1", "preface": "留着"}
    )
    assert look.status_code == 200
    assert "留着" in look.get_data(as_text=True)
