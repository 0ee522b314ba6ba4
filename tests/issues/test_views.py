"""Pages of issues."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.formats import masked, time_input
from hengli_visits.issues.steps import Verb
from hengli_visits.models import AuditEntry, Issue, IssueState, Urgency
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.issues.making import good_data, make_issue, open_one, step
from tests.pages import Page, SignIn


def test_the_list_costs_the_same_with_one_and_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    for person in (cast.coordinator, cast.handler, cast.visitor):
        client = sign_in(person)
        client.page("/issues?tab=all")
        with counted_queries() as one:
            client.page("/issues?tab=all")
        make_issue(session, cast, IssueState.REVISIT_DUE)
        make_issue(session, cast, IssueState.IN_PROGRESS)
        session.commit()
        with counted_queries() as three:
            client.page("/issues?tab=all")
        assert len(one) == len(three)


def test_each_role_finds_what_waits_for_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for state in (IssueState.TRIAGE, IssueState.DISPATCHED, IssueState.ANSWER_REVIEW, IssueState.REVISIT_DUE):
        make_issue(session, cast, state, title=f"题目-{state.label}")
    session.commit()
    waiting = {
        "coordinator": {"待受理", "待审核"},
        "leader": {"待受理"},
        "handler": {"待签收"},
        "visitor": {"待回访"},
        "area_lead": {"待受理", "待签收", "待审核", "待回访"},
        "stranger": set(),
    }
    for person, states in waiting.items():
        page = sign_in(getattr(cast, person)).page("/issues")
        shown = {text.removeprefix("题目-") for _href, text in page.links if text.startswith("题目-")}
        assert shown == states, person


def test_time_left_and_late_are_said_in_words(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    make_issue(session, cast, IssueState.IN_PROGRESS)
    urgent = open_one(session, cast)
    step(session, cast, urgent, "coordinator", Verb.DISPATCH, urgency=Urgency.URGENT)
    session.commit()
    page = sign_in(cast.handler).page("/issues?tab=all")
    assert "还剩 5 个工作日" in page.text
    assert "还剩 24 小时" in page.text
    standing_clock.time = standing_clock.time.replace(month=7, day=8)
    page = sign_in(cast.handler).page("/issues?tab=late")
    assert "已超 2 天" in page.text
    assert "已超 8 天" in page.text


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=triage", {1, 3}),
        ("state=dispatched", {2}),
        ("tab=all&state=nonsense", {1, 2, 3}),
        ("area={other_village}", {3}),
        ("unit={unit}", {2}),
        ("category=水利排涝", {1, 2}),
        ("category={village_category}", {3}),
        ("due=overdue", set()),
        ("urgency=complex", {2}),
        ("q=0002", {2}),
        ("q=ＨＬ-2026-0003", {3}),
        ("q=路灯", {3}),
        ("q=%25", set()),
        ("q=_", set()),
        ("group={team}", {1, 2}),
        ("campaign={campaign}&page=99", {1, 2, 3}),
    ],
)
def test_filters(session: Session, cast: Cast, sign_in: SignIn, query: str, found: set[int]) -> None:
    open_one(session, cast)
    step(session, cast, open_one(session, cast), "coordinator", Verb.DISPATCH, urgency=Urgency.COMPLEX)
    open_one(session, cast, cast.other_assignment, words="路灯坏了。", category_id=cast.village_category.id)
    session.commit()
    ids = {name: getattr(row, "id", "") for name, row in vars(cast).items()}
    page = sign_in(cast.coordinator).page(f"/issues?{query.format(**ids)}")
    numbers = {int(href.rsplit("/", 1)[1]) for href, _text in page.links if href.removeprefix("/issues/").isdigit()}
    order = list(session.scalars(select(Issue.id).order_by(Issue.id)))
    assert numbers == {order[n - 1] for n in found}


def test_a_unit_sees_where_and_what_but_not_who(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    page = sign_in(cast.handler).page(f"/issues/{issue.id}")
    assert cast.household.door in page.text
    assert cast.household.name not in page.html
    assert masked(cast.household.phone) not in page.html
    assert (cast.household.phone or "x") not in page.html
    step(session, cast, issue, "coordinator", Verb.RELEASE_IDENTITY)
    session.commit()
    client = sign_in(cast.handler)
    page = client.page(f"/issues/{issue.id}")
    assert cast.household.name in page.text
    assert (cast.household.phone or "x") not in page.html
    assert (cast.household.phone or "x") in client.post(f"/issues/{issue.id}/phone").get_data(as_text=True)
    session.rollback()
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    wanted = ["issue.view", "issue.release_identity", "household.reveal_phone", "issue.reveal_phone"]
    assert actions[-4:] == wanted, "the second look within half an hour is none"


def test_who_asked_to_withdraw_is_not_told_to_units(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    step(session, cast, issue, "coordinator", Verb.WITHDRAW, said_by="住户的女儿钟小妹")
    session.commit()
    assert "钟小妹" not in sign_in(cast.handler).page(f"/issues/{issue.id}").text
    assert "钟小妹" in sign_in(cast.leader).page(f"/issues/{issue.id}").text


def test_one_primary_step_and_the_whole_story(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.REDO)
    step(session, cast, issue, "coordinator", Verb.REDO_DISPATCH)
    session.commit()
    page = sign_in(cast.handler).page(f"/issues/{issue.id}")
    assert page.html.count("button-primary") == 1
    for word in (
        "签收",
        "申请退单",
        "第 2 轮",
        "第 1 轮",
        "重新交办",
        "渠口还没清。",
        "回访未解决",
        "审核通过",
        "走访反映",
    ):
        assert word in page.text
    page = sign_in(cast.other_leader).page("/issues/999999", 404)


def test_the_dispatch_form_proposes_the_unit_of_the_category(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = open_one(session, cast, category_id=cast.village_category.id)
    session.commit()
    page = sign_in(cast.coordinator).page(f"/issues/{issue.id}/moves/dispatch")
    assert f'<option selected value="{cast.committee.id}">' in page.html
    assert f'<option selected value="{cast.village_category.id}">' in page.html


def test_bad_input_keeps_what_was_typed(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    typed = {"done": "清走了杂物。", "result": "solved", "contacted_at": "gestern"}
    response = sign_in(cast.handler).post(f"/issues/{issue.id}/moves/answer", data=typed)
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    for text in ("清走了杂物。", "请写下要告诉住户的话。", "请选择怎样联系的。", "有几处需要改一下", "有误："):
        assert text in html


def test_what_the_rules_refuse_stands_beside_its_field(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    session.commit()
    data = {"note": "不归我们。", "to_unit_id": cast.unit.id}
    response = sign_in(cast.handler).post(f"/issues/{issue.id}/moves/return", data=data)
    assert response.status_code == 422
    assert "请选择另一个单位。" in response.get_data(as_text=True)


def test_the_second_of_two_reads_who_was_faster(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.ANSWER_REVIEW)
    step(session, cast, issue, "coordinator", Verb.REWORK)
    session.commit()
    response = sign_in(cast.coordinator).post(f"/issues/{issue.id}/moves/approve", data={})
    assert response.status_code == 409
    assert "统建文刚刚做了“退回返工”，这个问题现在是“办理中”" in response.get_data(as_text=True)


def test_an_area_lead_sees_who_it_is_but_not_the_phone(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    page = sign_in(cast.area_lead).page(f"/issues/{issue.id}")
    assert "钟林锡" in page.text
    assert "显示电话" not in page.text
    assert "显示电话" in sign_in(cast.leader).page(f"/issues/{issue.id}").text


def test_who_hands_an_issue_on_comes_back_to_the_list(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.RETURN_REVIEW)
    step(session, cast, issue, "coordinator", Verb.REFUSE_RETURN)
    step(session, cast, issue, "handler", Verb.RETURN)
    session.commit()
    client = sign_in(cast.area_lead)
    response = client.post(f"/issues/{issue.id}/moves/agree_return", data=good_data(cast, Verb.AGREE_RETURN))
    assert response.location == f"/issues/{issue.id}"
    assert client.page("/issues").text


def test_an_extension_to_a_day_of_rest_is_told(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    client, data = sign_in(cast.handler), {"extension_until": "2026-07-11", "note": "要等材料。"}
    answer = client.post(f"/issues/{issue.id}/moves/ask_extension", data=data)
    assert answer.status_code == 303
    assert "7月11日是休息日，改为下一个工作日7月13日" in client.page(answer.location or "").text


@pytest.mark.parametrize("days", ["abc", "0", "366", "1.5"])
def test_a_wrong_number_of_days_is_told_once(session: Session, cast: Cast, sign_in: SignIn, days: str) -> None:
    issue = open_one(session, cast)
    session.commit()
    answer = sign_in(cast.coordinator).post(f"/issues/{issue.id}/moves/dispatch", data={"limit_days": days})
    lines = [text for href, text in Page(answer.get_data(as_text=True)).links if href == "#limit_days"]
    assert (answer.status_code, lines) == (422, ["办理期限（工作日）：请填 1 到 365 之间的整数。"])


def test_asking_to_park_marks_what_is_needed(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    client = sign_in(cast.handler)
    text = "".join(client.page(f"/issues/{issue.id}/moves/answer").text.split())
    for name in ("挂账原因", "期间措施", "下次复核"):
        assert f"{name}必填" in text


def test_a_refusal_tells_by_whom_and_leads_back(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    session.commit()
    address = f"/issues/{issue.id}/moves/dispatch"
    for person, heading in ((cast.coordinator, "现在不能做这一步"), (cast.leader, "别人刚刚改过")):
        answer = sign_in(person).get(address)
        assert answer.status_code == 409
        page = Page(answer.get_data(as_text=True))
        assert f"{heading} · 横沥走访" in page.html
        assert (f"/issues/{issue.id}", "回到这个问题") in page.links
        assert any(href == "/issues" for href, _text in page.links)


def test_times_are_read_on_the_towns_clock(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    session.commit()
    data = {"contacted_at": time_input(clock.now()), "contact_manner": "phone"}
    assert sign_in(cast.handler).post(f"/issues/{issue.id}/moves/contact", data=data).status_code == 303
    session.rollback()
    assert session.get_one(Issue, issue.id, populate_existing=True).contacted_at == clock.now()


def test_a_group_is_told_and_taken_off(session: Session, cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.coordinator).page(f"/issues?tab=all&group={cast.group.id}")
    assert {text.strip(): href for href, text in page.links}[cast.group.name] == "/issues?tab=all"
