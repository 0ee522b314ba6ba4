"""Steps for many issues at once: which may be, what is shown before, what becomes of each."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.issues.steps import Kind, Step, Verb, Way
from hengli_visits.issues.table import MOVES
from hengli_visits.issues.together import SAME_WORDS, STEPS, Became, for_many
from hengli_visits.models import AuditEntry, Issue, IssueState, Move
from tests.campaigns.permissions import line
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_category, make_member
from tests.issues.making import PATHS, make_issue, open_one, step
from tests.pages import Page, PageClient, SignIn
from tests.racing import at_once, posting

TEXTS = (Kind.TEXT, Kind.LINE)
WRITTEN = [step for step in MOVES if any(one.missing and one.kind in TEXTS for one in step.fields)]
REFUSED = [step for step in MOVES if not for_many(step)]


def test_what_may_be_done_for_many() -> None:
    assert set(STEPS) == {
        Verb.DISPATCH, Verb.CLOSE_ON_THE_SPOT, Verb.SIGN, Verb.APPROVE, Verb.GRANT_EXTENSION, Verb.REMIND,
    }  # fmt: skip


@pytest.mark.parametrize("step", WRITTEN, ids=[step.verb.value for step in WRITTEN])
def test_a_step_that_wants_something_written_is_never_for_many(step: Step) -> None:
    """But for a reminder: it has the same words for all, and is refused without them."""
    assert for_many(step) == (step.verb in SAME_WORDS)


def test_requests_made_by_hand_are_refused(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Each other step of the table, for issues in the states in which it might be taken, by who might take it."""
    states = {state for step in REFUSED if step.way is Way.FORM for state in step.sources} & set(PATHS)
    issues = [make_issue(session, cast, state) for state in sorted(states)]
    session.commit()
    before = session.scalar(select(func.count(Move.id)))
    ids = [one.id for one in issues]
    for person in (cast.coordinator, cast.handler):
        client = sign_in(person)
        for other in REFUSED:
            sent = {"issue": ids, "listed": ids, "note": "一样的话", "done": "一样的话", "reply": "一样的话"}
            assert client.post(f"/issues/together/{other.verb.value}", data=sent).status_code == 404, other.verb
        page = client.page("/issues/together?" + "&".join(f"issue={id_}" for id_ in ids))
        offered = {form["action"].rsplit("/", 1)[1] for form in page.forms if "/together/" in form.get("action", "")}
        offered |= {href.partition("verb=")[2].partition("&")[0] for href, _text in page.links if "verb=" in href}
        assert offered <= {verb.value for verb in STEPS}
    session.rollback()
    assert session.scalar(select(func.count(Move.id))) == before


def results(session: Session, client: PageClient, location: str | None) -> tuple[Page, dict[str, list[int]]]:
    """The page that tells what became of each, and what is kept of it."""
    page = client.page(location or "")
    session.rollback()
    data = session.scalars(select(AuditEntry.data).where(AuditEntry.action == "issue.together")).all()[-1]
    return page, {one.value: data[one.value] for one in Became}


def entered(cast: Cast, *issues: Issue, **values: object) -> dict[str, object]:
    """What the page before sends for dispatching."""
    found: dict[str, object] = {"issue": [one.id for one in issues], "listed": [one.id for one in issues]}
    for one in issues:
        found |= {f"category_id-{one.id}": cast.category.id, f"lead_unit_id-{one.id}": cast.unit.id}
    return found | values


def test_the_list_offers_to_choose(session: Session, cast: Cast, sign_in: SignIn) -> None:
    make_issue(session, cast, IssueState.DISPATCHED)
    make_issue(session, cast, IssueState.CLOSED)
    session.commit()
    for person, boxes in ((cast.coordinator, 1), (cast.leader, 1), (cast.handler, 1), (cast.visitor, 0)):
        page = sign_in(person).page("/issues?tab=all")
        picks = [one for one in page.inputs if one.get("name") == "issue"]
        assert len(picks) == boxes, person.name
        assert ("一起办" in page.text) == bool(boxes)


def test_looking_at_many_costs_the_same_with_one_and_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issues = [open_one(session, cast, words=words) for words in ("渠堵了。", "路灯坏了三盏。", "厕所没人打扫。")]
    session.commit()
    client = sign_in(cast.coordinator)
    client.page(f"/issues/together?issue={issues[0].id}")
    with counted_queries() as one:
        client.page(f"/issues/together?issue={issues[0].id}")
    with counted_queries() as three:
        client.page("/issues/together?" + "&".join(f"issue={issue.id}" for issue in issues))
    assert len(one) == len(three) <= 22


def test_each_is_shown_with_what_is_proposed(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Ticked is what is complete and has no likely duplicate; the rest stands there to be looked at."""
    line(session, cast)
    cast.category.words = ["排水渠", "水浸"]
    make_category(session, cast.campaign, "社会治安").words = ["打架", "巡逻"]
    good = open_one(session, cast, words="排水渠堵了，水浸。")
    unknown = open_one(session, cast, category_id=None, words="嗯嗯。")
    elsewhere = open_one(session, cast, words="巷口有人打架，要巡逻。")
    twins = [open_one(session, cast, cast.second_assignment, words=f"村口河边护栏断了{n}。") for n in "两三"]
    session.commit()
    all_ = [good, unknown, elsewhere, *twins]
    page = sign_in(cast.coordinator).page("/issues/together?" + "&".join(f"issue={one.id}" for one in all_))
    ticked = {int(one["value"]) for one in page.inputs if one.get("name") == "issue" and "checked" in one}
    assert ticked == {good.id}
    assert "水利排涝 → 长巷村民委员会，协办 农林水务局 · 7 个工作日" in " ".join(page.text.split())
    assert "派单目录：水利排涝 × 长巷村" in page.text
    assert "按原话更像“社会治安”" in page.text
    assert "可能和“村口河边护栏断了" in page.text
    assert "先选好类别和单位" in page.text


def test_many_are_dispatched_and_each_is_told(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issues = [open_one(session, cast, title=title) for title in "甲乙丙丁"]
    done, changed, overtaken, last = issues
    hidden = open_one(session, cast, cast.other_assignment, title="戊")
    step(session, cast, overtaken, "coordinator", Verb.DISPATCH)
    session.commit()
    client = sign_in(cast.leader)
    sent = entered(cast, *issues, hidden)
    sent |= {f"lead_unit_id-{changed.id}": cast.other_unit.id, f"limit_days-{changed.id}": "9"}
    sent |= {f"co_unit_ids-{changed.id}": [cast.committee.id]}
    answer = client.post("/issues/together/dispatch", data=sent | {"back": "/issues?tab=triage"})
    assert answer.status_code == 303
    page, kept = results(session, client, answer.location)
    assert kept == {
        "done": [done.id, changed.id, last.id],
        "overtaken": [overtaken.id],
        "refused": [],
        "gone": [hidden.id],
    }
    assert "3 个已办，2 个没有办成" in page.text
    assert "统建文在" in page.text
    assert "做了“交办”" in page.text
    assert "戊" not in page.text
    assert any(href == "/issues?tab=triage" for href, _text in page.links)
    rows = {row.id: row for row in session.execute(select(Issue.id, Issue.state, Issue.lead_unit_id, Issue.limit_days))}
    assert rows[changed.id][1:] == (IssueState.DISPATCHED, cast.other_unit.id, 9)
    assert rows[hidden.id][1] is IssueState.TRIAGE
    assert sign_in(cast.coordinator).get(answer.location or "").status_code == 404
    assert "统建文" not in str(session.scalars(select(AuditEntry.data)).all())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("lead_unit_id", "", "请选择主办单位。"),
        ("limit_days", "abc", "请填 1 到 365 之间的整数。"),
        ("limit_days", "366", "请填 1 到 365 之间的整数。"),
    ],
)
def test_nothing_is_done_while_a_line_is_wrong(
    session: Session, cast: Cast, sign_in: SignIn, name: str, value: str, sentence: str
) -> None:
    good, wrong = (open_one(session, cast, title=title) for title in "甲乙")
    session.commit()
    client = sign_in(cast.coordinator)
    sent = entered(cast, good, wrong) | {f"limit_days-{good.id}": "9", f"{name}-{wrong.id}": value}
    answer = client.post("/issues/together/dispatch", data=sent)
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert f"乙：{sentence}" in page.text
    assert (f"#{name}-{wrong.id}", f"乙：{sentence}") in page.links
    assert [one["value"] for one in page.inputs if one.get("name") == f"limit_days-{good.id}"] == ["9"]
    session.rollback()
    assert set(session.scalars(select(Issue.state))) == {IssueState.TRIAGE}
    put_right = sent | {f"lead_unit_id-{wrong.id}": cast.unit.id, f"limit_days-{wrong.id}": ""}
    assert client.post("/issues/together/dispatch", data=put_right).status_code == 303


def test_reminding_many_wants_words_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issues = [make_issue(session, cast, state) for state in (IssueState.DISPATCHED, IssueState.IN_PROGRESS)]
    session.commit()
    client = sign_in(cast.coordinator)
    ids = {"issue": [one.id for one in issues], "listed": [one.id for one in issues]}
    empty = client.post("/issues/together/remind", data=ids)
    assert empty.status_code == 422
    assert "请写下催办的话" in Page(empty.get_data(as_text=True)).text
    answer = client.post("/issues/together/remind", data=ids | {"note": "住户在等，请本周内回复。"})
    _page, kept = results(session, client, answer.location)
    assert kept["done"] == [one.id for one in issues]
    notes = session.scalars(select(Move.note).where(Move.verb == Verb.REMIND.value)).all()
    assert notes == ["住户在等，请本周内回复。"] * 2
    again = client.post("/issues/together/remind", data=ids | {"note": "再催一次。"})
    assert results(session, client, again.location)[1]["overtaken"] == [one.id for one in issues]


def test_approving_many(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issues = [make_issue(session, cast, IssueState.ANSWER_REVIEW) for _ in range(2)]
    session.commit()
    client = sign_in(cast.coordinator)
    page = client.page("/issues/together?" + "&".join(f"issue={one.id}" for one in issues))
    assert "一起办：审核通过" in page.text
    answer = client.post("/issues/together/approve", data={"issue": [one.id for one in issues]})
    assert results(session, client, answer.location)[1]["done"] == [one.id for one in issues]
    assert set(session.scalars(select(Issue.state))) == {IssueState.REVISIT_DUE}


def test_nothing_chosen(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast, IssueState.CLOSED)
    session.commit()
    client = sign_in(cast.coordinator)
    assert client.get("/issues/together?back=/issues?tab=all").location == "/issues?tab=all"
    assert client.get(f"/issues/together?issue={issue.id}").status_code == 303
    assert client.post("/issues/together/approve", data={}).status_code == 422


def test_two_at_once_dispatch_each_issue_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issues = [open_one(session, cast) for _ in range(3)]
    session.commit()
    sent = entered(cast, *issues)
    clients = [sign_in(person) for person in (cast.coordinator, cast.leader, cast.team_leader)]
    assert at_once(posting(client, "/issues/together/dispatch", **sent) for client in clients) == {303: 3}
    session.rollback()
    kept = session.scalars(select(AuditEntry.data).where(AuditEntry.action == "issue.together")).all()
    assert sorted(id_ for data in kept for id_ in data["done"]) == [one.id for one in issues]
    assert sum(len(data["overtaken"]) for data in kept) == 6
    dispatched = select(func.count(Move.id)).where(Move.verb == Verb.DISPATCH.value)
    assert session.scalar(dispatched) == 3


def test_who_acts_for_nobody_has_nothing_to_do_here(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = open_one(session, cast)
    newcomer = make_member(session, "新来")
    session.commit()
    for person in (cast.visitor, newcomer, cast.administrator):
        client = sign_in(person)
        assert client.get(f"/issues/together?issue={issue.id}").status_code == 404
        assert client.post("/issues/together/dispatch", data=entered(cast, issue)).status_code == 404
