"""抽查: random samples of ended issues."""

import hashlib
from collections import Counter
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.errors import Conflict, Forbidden, Invalid, Missing
from hengli_visits.issues import actions, spot_checks
from hengli_visits.issues.sampling import draw, new_seed
from hengli_visits.issues.spot_checks import Wishes, figures_of
from hengli_visits.issues.steps import Verb
from hengli_visits.models import (
    AuditEntry,
    Contentment,
    Issue,
    IssueState,
    Move,
    Role,
    Solved,
    SpotCheck,
    SpotCheckItem,
)
from tests.cast import Cast
from tests.conftest import Clock
from tests.counting import counted_queries
from tests.factories import grant, make_member
from tests.issues.making import actor_for, by, make_issue, open_one, step, tell
from tests.pages import SignIn
from tests.racing import at_once, posting

CONTENT: dict[str, Any] = {"reached": True, "solved": Solved.YES, "contentment": Contentment.CONTENT, "comment": ""}
SAID = {"reached": "yes", "solved": "no", "contentment": "fairly"}


def test_a_draw_is_the_same_again_whatever_the_order() -> None:
    ids = list(range(1, 200))
    assert draw(ids, 20, 7) == draw(reversed(ids), 20, 7)
    assert draw(ids, 20, 7) != draw(ids, 20, 8)
    assert draw(ids, 500, 7) == ids
    assert draw([], 5, 7) == []
    by_hand = sorted(ids, key=lambda one: hashlib.sha256(f"7:{one}".encode()).hexdigest())[:20]
    assert draw(ids, 20, 7) == sorted(by_hand)
    assert draw(range(1, 11), 3, 20260629) == [2, 3, 9], "as sha256sum has it"


def test_each_issue_is_as_likely_as_every_other() -> None:
    """Chi-squared of how often each of 40 was drawn in 4,000 samples of 10; 39 degrees, p = 0.001 at 72.1. Draws without
    replacement vary less than that by (1 - 10/40), so the bound is generous."""
    drawn = Counter(one for seed in range(4000) for one in draw(range(40), 10, seed))
    assert sum((drawn[one] - 1000) ** 2 / 1000 for one in range(40)) < 72.1


def test_each_set_is_as_likely_as_every_other() -> None:
    """All 15 pairs of six, 6,000 samples; 14 degrees, p = 0.001 at 36.1."""
    drawn = Counter(tuple(draw(range(6), 2, seed)) for seed in range(6000))
    assert set(drawn) == set(combinations(range(6), 2))
    assert sum((times - 400) ** 2 / 400 for times in drawn.values()) < 36.1


def test_wishes_are_kept_as_they_were() -> None:
    wishes = Wishes(campaign=1, since=clock.today(), until=clock.today(), on_the_spot=True)
    assert Wishes.read(wishes.written() | {"ids": [1], "left_out": 2}) == wishes
    assert Wishes.read({}) == Wishes()


def test_seeds_are_nobodys_choice() -> None:
    assert len({new_seed() for _ in range(50)}) > 45
    assert all(0 <= new_seed() < 2**31 for _ in range(50))


def item(**values: object) -> SpotCheckItem:
    """An item as a sample finds it."""
    return SpotCheckItem(**({"checked_at": clock.now(), "reached": True} | values))


def test_figures_have_the_right_denominators() -> None:
    found = figures_of(
        [
            item(solved=Solved.YES, contentment=Contentment.CONTENT),
            item(solved=Solved.PARTLY, contentment=Contentment.FAIRLY),
            item(solved=Solved.NO, contentment=Contentment.DISCONTENT),
            item(solved=Solved.YES, contentment=Contentment.UNRATED),
            item(reached=False, solved=None, contentment=None),
            SpotCheckItem(),
        ]
    )
    told = (found.size, found.checked, found.reached, found.solved, found.partly, found.rated, found.content)
    assert told == (6, 5, 4, 2, 1, 3, 2)


def on_the_spot(session: Session, cast: Cast, closer: str = "leader") -> Issue:
    """An issue that was solved on the spot."""
    issue = make_issue(session, cast, IssueState.ON_THE_SPOT)
    return step(session, cast, issue, closer, Verb.CLOSE_ON_THE_SPOT)


def test_filters(session: Session, cast: Cast, standing_clock: Clock) -> None:
    first = make_issue(session, cast, IssueState.CLOSED)
    spot = on_the_spot(session, cast)
    standing_clock.time += timedelta(days=2)
    late = open_one(session, cast, cast.other_assignment)
    for move in (by("coordinator", Verb.DISPATCH, lead_unit_id=cast.other_unit.id), by("other_handler", Verb.SIGN),
                 by("other_handler", Verb.ANSWER), by("coordinator", Verb.APPROVE)):  # fmt: skip
        move(session, cast, late)
    tell(session, cast, late, "other_visitor")
    make_issue(session, cast, IssueState.REVISIT_DUE)
    actor, day = actor_for(session, cast.coordinator), clock.today()
    session.flush()
    for wishes, found in (
        (Wishes(), {first, spot, late}),
        (Wishes(campaign=cast.campaign.id + 1), set()),
        (Wishes(area=cast.other_village.id), {late}),
        (Wishes(unit=cast.unit.id), {first}),
        (Wishes(since=day), {late}),
        (Wishes(until=day - timedelta(days=2)), {first, spot}),
        (Wishes(on_the_spot=True), {spot}),
    ):
        assert spot_checks.population(session, actor, wishes) == (sorted(i.id for i in found), 0), wishes


def test_what_one_had_a_hand_in_is_left_out_and_said(session: Session, cast: Cast, sign_in: SignIn) -> None:
    other = make_issue(session, cast, IssueState.CLOSED)
    mine = make_issue(session, cast, IssueState.REVISIT_DUE)
    tell(session, cast, mine, "coordinator")
    handled = make_issue(session, cast, IssueState.REVISIT_DUE)
    grant(session, cast.coordinator, Role.HANDLER, organisation_id=cast.other_unit.id)
    session.add(Move(issue_id=handled.id, at=clock.now(), actor_id=cast.coordinator.id, verb="note",
                     from_state=handled.state, to_state=handled.state, round=1, data={}))  # fmt: skip
    tell(session, cast, handled)
    spot = on_the_spot(session, cast, "coordinator")
    raised = make_issue(session, cast, IssueState.CLOSED, raised_by_id=cast.coordinator.id)
    actor = actor_for(session, cast.coordinator)
    check = actions.draw_sample(session, actor, Wishes(), 100)
    session.commit()
    assert [one.issue_id for one in check.items] == [other.id]
    assert (check.population, check.size, check.wishes["left_out"]) == (1, 1, 4)
    assert "4 件，抽取人自己反映、办理或回访过" in sign_in(cast.coordinator).page(f"/spot-checks/{check.id}").text
    second = make_member(session, "统二")
    grant(session, second, Role.COORDINATOR)
    everything = actions.draw_sample(session, actor_for(session, second), Wishes(), 100)
    assert {one.issue_id for one in everything.items} == {other.id, mine.id, handled.id, spot.id, raised.id}
    session.commit()
    for issue in (mine, handled, spot, raised):
        with pytest.raises(Forbidden):
            actions.record_check(session, actor, everything, issue, **CONTENT)
        page = sign_in(cast.coordinator).page(f"/spot-checks/{everything.id}/issues/{issue.id}")
        assert "请由别的统筹员抽查" in page.text
        assert not [one for one in page.inputs if one.get("name") == "reached"]


def test_the_sample_can_be_drawn_again(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for _ in range(6):
        make_issue(session, cast, IssueState.CLOSED)
    check = actions.draw_sample(session, actor_for(session, cast.coordinator), Wishes(area=cast.village.id), 3)
    session.commit()
    assert draw(check.wishes["ids"], check.size, check.seed) == [one.issue_id for one in check.items]
    client = sign_in(cast.coordinator)
    page = client.page(f"/spot-checks/{check.id}")
    for text in (str(check.seed), "一致", "6 件", "长巷村"):
        assert text in page.text
    items = [one.issue_id for one in check.items]
    check.seed = next(seed for seed in range(100) if draw(check.wishes["ids"], 3, seed) != items)
    session.commit()
    assert "不一致" in client.page(f"/spot-checks/{check.id}").text


@pytest.mark.parametrize(
    ("size", "wishes", "field"),
    [
        (0, Wishes(), "size"),
        (101, Wishes(), "size"),
        (5, Wishes(unit=1_000_000), "size"),
        (5, Wishes(since=clock.today() + timedelta(days=1)), "since"),
        (5, Wishes(until=clock.today() - timedelta(days=900)), "until"),
        (5, Wishes(since=clock.today(), until=clock.today() - timedelta(days=1)), "until"),
    ],
)
def test_what_cannot_be_drawn(session: Session, cast: Cast, size: int, wishes: Wishes, field: str) -> None:
    make_issue(session, cast, IssueState.CLOSED)
    with pytest.raises(Invalid) as refused:
        actions.draw_sample(session, actor_for(session, cast.coordinator), wishes, size)
    assert refused.value.field == field
    with pytest.raises(Missing):
        actions.draw_sample(session, actor_for(session, cast.leader), Wishes(), 5)


def drawn(session: Session, cast: Cast) -> tuple[SpotCheck, Issue]:
    """A sample of one. Committed."""
    issue = make_issue(session, cast, IssueState.CLOSED)
    check = actions.draw_sample(session, actor_for(session, cast.coordinator), Wishes(), 1)
    session.commit()
    return check, issue


def test_unsolved_is_opened_again_from_the_sample(
    session: Session, cast: Cast, sign_in: SignIn, standing_clock: Clock
) -> None:
    check, issue = drawn(session, cast)
    client = sign_in(cast.coordinator)
    address, reopen = f"/spot-checks/{check.id}/issues/{issue.id}", f"/issues/{issue.id}/moves/reopen"
    assert reopen not in dict(client.page(f"/spot-checks/{check.id}").links)
    assert client.post(address, data=SAID | {"contentment": "discontent"}).status_code == 422
    assert client.post(address, data=SAID).status_code == 303
    session.rollback()
    assert session.scalars(select(Issue.state)).one() is IssueState.CLOSED
    assert "issue.spot_check" in session.scalars(select(AuditEntry.action)).all()
    page = client.page(f"/spot-checks/{check.id}")
    assert reopen in dict(page.links)
    now = standing_clock.time
    standing_clock.time += timedelta(days=31)
    late = sign_in(cast.coordinator).page(f"/spot-checks/{check.id}")
    assert reopen not in dict(late.links)
    assert "请作为新问题登记" in late.text
    standing_clock.time = now
    assert client.post(reopen, data={"note": "抽查发现没有解决。"}).status_code == 303
    assert reopen not in dict(client.page(f"/spot-checks/{check.id}").links)
    assert "重办" in client.page(f"/spot-checks/{check.id}").text


def test_who_was_not_reached_is_tried_again_and_an_answer_stands(session: Session, cast: Cast) -> None:
    check, issue = drawn(session, cast)
    actor = actor_for(session, cast.coordinator)
    actions.record_check(session, actor, check, issue, reached=False, solved=None, contentment=None, comment="没人接")
    actions.record_check(session, actor, check, issue, **CONTENT)
    with pytest.raises(Conflict):
        actions.record_check(session, actor, check, issue, **(CONTENT | {"solved": Solved.NO}))
    session.commit()
    row = session.scalars(select(SpotCheckItem).execution_options(populate_existing=True)).one()
    assert (row.reached, row.solved, row.comment) == (True, Solved.YES, "")


def test_two_ask_at_once(session: Session, cast: Cast, sign_in: SignIn) -> None:
    check, issue = drawn(session, cast)
    clients = [sign_in(cast.coordinator) for _ in range(3)]
    address = f"/spot-checks/{check.id}/issues/{issue.id}"
    assert at_once(posting(one, address, **SAID) for one in clients) == {303: 1, 409: 2}


def test_pages_cost_the_same_with_one_and_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    check, _issue = drawn(session, cast)
    client = sign_in(cast.coordinator)
    costs = []
    for more in (0, 2):
        for _ in range(more):
            make_issue(session, cast, IssueState.CLOSED)
            check = actions.draw_sample(session, actor_for(session, cast.coordinator), Wishes(), 3)
        session.commit()
        for address in ("/spot-checks", f"/spot-checks/{check.id}"):
            client.page(address)
            with counted_queries() as queries:
                client.page(address)
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
