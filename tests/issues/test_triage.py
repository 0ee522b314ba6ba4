"""The triage desk, and the form of dispatching, with what is proposed."""

import json
import re
from html import unescape

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.issues.steps import Verb
from hengli_visits.models import IssueState, IssueUnit, Urgency
from tests.campaigns.permissions import line
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.issues.making import WORDS, open_one, step
from tests.pages import Page, SignIn


def value(page: Page, name: str) -> list[str]:
    """The values of a page's ticked boxes and filled inputs of a name."""
    if hidden := re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', page.html):
        return [unescape(one) for one in hidden]
    inputs = [one for one in page.inputs if one.get("name") == name]
    return [one.get("value", "") for one in inputs if one.get("type") not in ("radio", "checkbox") or "checked" in one]


def wires(html: str) -> list[dict[str, dict[str, object]]]:
    return [json.loads(unescape(text)) for text in re.findall(r'data-proposals="([^"]+)"', html)]


def test_the_desk_costs_the_same_with_one_and_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    open_one(session, cast)
    line(session, cast)
    session.commit()
    for person in (cast.coordinator, cast.leader):
        client = sign_in(person)
        client.page("/issues/triage")
        with counted_queries() as one:
            client.page("/issues/triage")
        open_one(session, cast, words="路灯坏了三盏。")
        open_one(session, cast, cast.second_assignment, words="渠给杂物堵住了。")
        session.commit()
        with counted_queries() as three:
            client.page("/issues/triage")
        assert len(one) == len(three) <= 22


def test_everything_is_filled_in_and_the_next_one_comes(session: Session, cast: Cast, sign_in: SignIn) -> None:
    line(session, cast)
    cast.category.words = ["排水渠", "水浸"]
    first, second = open_one(session, cast, category_id=None), open_one(session, cast, words="村账几时公布？")
    session.commit()
    client = sign_in(cast.coordinator)
    page = client.page("/issues/triage")
    assert "2 个问题待受理" in page.text
    assert cast.household.name in page.text
    assert "派单目录：水利排涝 × 长巷村" in page.text
    assert "因为说到：排水渠" in page.text
    assert value(page, "category_id") == [str(cast.category.id)]
    assert value(page, "co_unit_ids") == [str(cast.unit.id)]
    assert value(page, "limit_days") == ["7"]
    back = value(page, "back")[0]
    assert back == f"/issues/triage?issue={second.id}"
    sent = {"category_id": cast.category.id, "urgency": "ordinary", "lead_unit_id": cast.committee.id}
    sent |= {"co_unit_ids": [cast.unit.id], "limit_days": "7", "back": back}
    answer = client.post(f"/issues/{first.id}/moves/dispatch", data=sent)
    assert (answer.status_code, answer.location) == (303, back)
    page = client.page(back)
    assert "1 个问题待受理" in page.text
    assert f"{first.number} 已交给{cast.committee.name}，" in page.text
    session.rollback()
    session.refresh(first)
    assert (first.state, first.limit_days, first.lead_unit_id) == (IssueState.DISPATCHED, 7, cast.committee.id)
    assert session.scalars(select(IssueUnit.organisation_id)).all() == [cast.unit.id]


def test_each_category_brings_its_own_proposal(session: Session, cast: Cast, sign_in: SignIn) -> None:
    line(session, cast)
    issue = open_one(session, cast)
    session.commit()
    client = sign_in(cast.coordinator)
    for address in ("/issues/triage", f"/issues/{issue.id}/moves/dispatch"):
        wire = wires(client.page(address).html)[0]
        assert wire[str(cast.category.id)] == {
            "lead_unit_id": cast.committee.id,
            "co_unit_ids": [cast.unit.id],
            "limit_days": 7,
            "why": "派单目录：水利排涝 × 长巷村",
        }
        assert wire[str(cast.village_category.id)]["lead_unit_id"] == cast.committee.id
        assert wire[str(cast.village_category.id)]["limit_days"] is None


def test_a_wrong_entry_comes_back_with_what_was_typed(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = open_one(session, cast)
    session.commit()
    client = sign_in(cast.coordinator)
    sent = {"category_id": cast.category.id, "urgency": "ordinary", "lead_unit_id": cast.unit.id, "limit_days": "0"}
    sent |= {"note": "请先去看看。", "back": "/issues/triage"}
    answer = client.post(f"/issues/{issue.id}/moves/dispatch", data=sent)
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert "请填 1 到 365 之间的整数" in page.text
    assert "请先去看看。" in page.html
    assert value(page, "back") == ["/issues/triage"]
    evil = client.post(
        f"/issues/{issue.id}/moves/dispatch", data=sent | {"limit_days": "3", "back": "https://evil.example/"}
    )
    assert evil.location == f"/issues/{issue.id}"


def test_what_is_wrong_at_the_desk_comes_back_to_the_desk(session: Session, cast: Cast, sign_in: SignIn) -> None:
    open_one(session, cast)
    wrong = open_one(session, cast)
    session.commit()
    client = sign_in(cast.coordinator)
    sent = {"category_id": cast.village_category.id, "urgency": "complex", "lead_unit_id": "", "limit_days": "0"}
    sent |= {"co_unit_ids": [cast.other_unit.id], "note": "请先去看看。", "desk": "1"}
    answer = client.post(f"/issues/{wrong.id}/moves/dispatch", data=sent)
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "2 个问题待受理" in page.text
    assert "请选择主办单位" in page.text
    assert "请先去看看。" in page.html
    for name in ("category_id", "urgency", "limit_days"):
        assert value(page, name) == [str(sent[name])]
    assert value(page, "co_unit_ids") == [str(cast.other_unit.id)]
    assert "由所在村(社区)主办" not in re.sub(r'data-proposals="[^"]*"', "", page.html)
    step(session, cast, wrong, "coordinator", Verb.REFUSE)
    session.commit()
    assert client.post(f"/issues/{wrong.id}/moves/dispatch", data=sent).status_code == 409


def test_only_co_units_of_the_category_stand_open(session: Session, cast: Cast, sign_in: SignIn) -> None:
    line(session, cast)
    issue = open_one(session, cast, category_id=cast.village_category.id)
    session.commit()
    client = sign_in(cast.coordinator)
    for category, expected in ((cast.village_category, []), (cast.category, [cast.unit.name])):
        issue.category_id = category.id
        session.commit()
        near = client.page("/issues/triage").html.split("data-proposal-near>")[1].split("</div>")[0]
        assert re.findall(r'option-text">([^<]+)<', near) == expected


def test_merging_shows_into_what(session: Session, cast: Cast, sign_in: SignIn) -> None:
    main, twin = open_one(session, cast, words="渠给杂物堵住了。"), open_one(session, cast)
    session.commit()
    client = sign_in(cast.coordinator)
    address = f"/issues/{twin.id}/moves/merge"
    assert main.words not in client.page(address).text
    assert main.words in client.page(f"{address}?main_issue_id={main.number}").text
    refused = client.post(address, data={"main_issue_id": main.number, "note": "一" * 1001})
    assert refused.status_code == 422
    assert main.words in Page(refused.get_data(as_text=True)).text


def test_urgent_ones_come_first_then_the_next_to_be_due(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    late = open_one(session, cast, title="甲")
    standing_clock.time = standing_clock.time.replace(day=30)
    soon, urgent = open_one(session, cast, title="乙"), open_one(session, cast, title="丙")
    urgent.urgency = Urgency.URGENT
    step(session, cast, open_one(session, cast, title="丁"), "coordinator", Verb.DISPATCH)
    session.commit()
    page = sign_in(cast.coordinator).page(f"/issues/triage?issue={soon.id}")
    assert re.findall(r'desk-title">(.)<', page.html) == ["丙", "甲", "乙"]
    assert [href for href, text in page.links if text.strip() == "上一个"] == [f"/issues/triage?issue={late.id}"]
    assert "下一个" not in [text.strip() for _href, text in page.links]


def test_a_leader_sees_the_own_groups_and_others_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    mine, other = open_one(session, cast, title="甲"), open_one(session, cast, cast.other_assignment, title="乙")
    session.commit()
    page = sign_in(cast.leader).page(f"/issues/triage?issue={other.id}")
    assert f'href="/issues/{mine.id}"' in page.html
    assert "乙" not in page.text
    assert "都受理完了" not in page.text
    sign_in(cast.other_leader).page(f"/issues/triage?issue={mine.id}")
    for person in (cast.visitor, cast.handler, cast.area_lead, cast.stranger, cast.administrator):
        assert sign_in(person).get("/issues/triage").status_code == 404


def test_nothing_waits(session: Session, cast: Cast, sign_in: SignIn) -> None:
    assert "都受理完了" in sign_in(cast.coordinator).page("/issues/triage").text


def test_a_likely_duplicate_leads_to_merging(session: Session, cast: Cast, sign_in: SignIn) -> None:
    main = open_one(session, cast)
    step(session, cast, main, "coordinator", Verb.DISPATCH)
    twin = open_one(session, cast, cast.second_assignment, words="渠给杂物堵住了，下大雨水浸到屋里。")
    session.commit()
    client = sign_in(cast.coordinator)
    page = client.page("/issues/triage")
    assert "可能是同一件事" in page.text
    assert "同村同类" in page.text
    assert "杂物堵" in page.text
    assert page.html.count('data-key="m"') == 1
    form = next(href for href, text in page.links if text.startswith("并入这一个"))
    merging = client.page(form)
    assert value(merging, "main_issue_id") == [main.number]
    answer = client.post(
        f"/issues/{twin.id}/moves/merge",
        data={"main_issue_id": main.number, "back": value(merging, "back")[0]},
    )
    assert (answer.status_code, answer.location) == (303, "/issues/triage")
    session.rollback()
    session.refresh(twin)
    assert (twin.state, twin.main_issue_id) == (IssueState.MERGED, main.id)
    assert "都受理完了" in client.page("/issues/triage").text


def test_a_leader_is_shown_duplicates_and_offered_no_merging(session: Session, cast: Cast, sign_in: SignIn) -> None:
    open_one(session, cast)
    open_one(session, cast, cast.second_assignment, words="渠给杂物堵住了，下大雨水浸到屋里。")
    session.commit()
    page = sign_in(cast.leader).page("/issues/triage")
    assert "可能是同一件事" in page.text
    assert "并入这一个" not in page.text


def test_a_closed_one_is_shown_and_takes_nothing_in(session: Session, cast: Cast, sign_in: SignIn) -> None:
    closed = open_one(session, cast, words=WORDS)
    closed.state, closed.closed_at = IssueState.CLOSED, clock.now()
    open_one(session, cast, cast.second_assignment, words="渠给杂物堵住了，下大雨水浸到屋里。")
    session.commit()
    page = sign_in(cast.coordinator).page("/issues/triage")
    assert closed.number in page.text
    assert "已办结" in page.text
    assert "并入这一个" not in page.text
