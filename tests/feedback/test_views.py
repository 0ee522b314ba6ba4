"""The page of what residents said."""

import pytest
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.feedback.actions import save_feedback
from hengli_visits.models import Handling, Nature, Visit
from tests.cast import Cast
from tests.counting import counted_queries
from tests.feedback.test_actions import item, make_visit
from tests.issues.making import actor_for
from tests.pages import SignIn


def say(session: Session, cast: Cast, words: str, **values: object) -> Visit:
    visit = make_visit(session, cast)
    save_feedback(session, actor_for(session, cast.visitor), visit, [item(cast, words=words, **values)])
    return visit


def test_the_list_costs_the_same_with_one_and_three(session: Session, cast: Cast, sign_in: SignIn) -> None:
    say(session, cast, "一")
    session.commit()
    client = sign_in(cast.leader)
    client.page("/feedback")
    with counted_queries() as one:
        client.page("/feedback")
    say(session, cast, "二")
    say(session, cast, "三")
    session.commit()
    with counted_queries() as three:
        client.page("/feedback")
    assert len(one) == len(three)


def test_who_reads_what(session: Session, cast: Cast, sign_in: SignIn) -> None:
    say(session, cast, "渠道堵了")
    say(session, cast, "作废的话").voided_at = clock.now()
    visit = make_visit(session, cast, cast.other_assignment, author_id=cast.other_visitor.id)
    save_feedback(session, actor_for(session, cast.other_visitor), visit, [item(cast, words="路灯坏了")])
    session.commit()
    expected = {
        "coordinator": {"渠道堵了", "路灯坏了"},
        "leader": {"渠道堵了"},
        "team_leader": {"渠道堵了"},
        "area_lead": {"渠道堵了"},
        "other_leader": {"路灯坏了"},
    }
    for person, words in expected.items():
        page = sign_in(getattr(cast, person)).page("/feedback")
        assert {w for w in ("渠道堵了", "路灯坏了", "作废的话") if w in page.text} == words, person
        assert (cast.household.phone or "x") not in page.html


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"渠道堵了", "谢谢大家"}),
        ("nature=praise", {"谢谢大家"}),
        ("handling=follow_up", {"渠道堵了"}),
        ("category=水利排涝", {"渠道堵了"}),
        ("category={category}", {"渠道堵了"}),
        ("area={other_village}", set()),
        ("group={team}&campaign={campaign}", {"渠道堵了", "谢谢大家"}),
        ("q=已转达", {"谢谢大家"}),
        ("q=%25", set()),
        ("nature=nonsense&page=7", {"渠道堵了", "谢谢大家"}),
    ],
)
def test_filters(session: Session, cast: Cast, sign_in: SignIn, query: str, found: set[str]) -> None:
    say(session, cast, "渠道堵了")
    say(
        session,
        cast,
        "谢谢大家",
        nature=Nature.PRAISE,
        handling=Handling.ANSWERED,
        answer="已转达",
        category_id=cast.village_category.id,
    )
    session.commit()
    ids = {name: getattr(row, "id", "") for name, row in vars(cast).items()}
    text = sign_in(cast.coordinator).page(f"/feedback?{query.format(**ids)}").text
    assert {words for words in ("渠道堵了", "谢谢大家") if words in text} == found


def test_a_group_and_days_are_told_and_taken_off(session: Session, cast: Cast, sign_in: SignIn) -> None:
    say(session, cast, "排水渠")
    session.commit()
    today = clock.today()
    address = f"/feedback?group={cast.group.id}&since={today}&until={today}"
    off = {text.strip(): href for href, text in sign_in(cast.leader).page(address).links}
    assert off[cast.group.name] == f"/feedback?since={today}&until={today}"
    assert off["6月29日说的"] == f"/feedback?group={cast.group.id}"
    assert "一个小组的" in sign_in(cast.other_leader).page(address).text
