"""What triage begins with: categories from the words, units from the catalogue, what was learned, likely duplicates."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.campaigns.catalogue import SUBJECTS
from hengli_visits.issues import learning
from hengli_visits.issues.categorising import Model, Sample, Sureness, sureness_of
from hengli_visits.issues.duplicates import Case, likely, shared_words, signs_of
from hengli_visits.issues.proposing import propose_for
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.triaging import likely_duplicates
from hengli_visits.models import Feedback, Handling, Household, Issue, IssueState, Move, Nature, Urgency
from tests.campaigns.permissions import line
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import make_category
from tests.issues.making import WORDS, actor_for, make_issue, open_one, step
from tests.visits.making import content, put, said

KNOWN = {"水利排涝": ("排水渠", "水浸", "井盖"), "环境卫生": ("垃圾", "厕所"), "社会治安": ("被偷", "打架")}


def test_known_words_speak_before_anything_is_learned() -> None:
    best, *rest = Model(KNOWN).guess("排水渠又堵了，水浸到屋里。")
    assert (best.category, best.sureness) == ("水利排涝", Sureness.VERY)
    assert best.signs == ("排水渠", "水浸")
    assert sum(one.chance for one in (best, *rest)) == pytest.approx(1)


def test_nothing_known_gives_no_guess_and_small_words_no_certainty() -> None:
    model = Model(KNOWN)
    assert model.guess("ABC 123") == []
    assert model.guess("") == []
    model = Model({subject.name: subject.words for subject in SUBJECTS})
    model.learn([Sample("希望早点把垃圾桶换掉。", "环境卫生")])
    assert all(one.sureness is Sureness.HARDLY for one in model.guess("希望早点把事情办了。"))


def test_decisions_and_corrections_are_learned() -> None:
    model = Model(KNOWN)
    before = {one.category: one.chance for one in model.guess("荔枝树的落果烂在地上")}
    assert before == {} or before["环境卫生"] < 0.5
    model.learn([Sample("荔枝树下落果烂了一地", "环境卫生")] * 3)
    best = model.guess("荔枝树的落果烂在地上")[0]
    assert best.category == "环境卫生"
    assert "荔枝" in "".join(best.signs)
    model.learn([Sample("荔枝树下落果烂了一地", "社会治安", 2.0)] * 9)
    assert model.guess("荔枝树的落果烂在地上")[0].category == "社会治安"


def test_only_what_may_be_chosen_is_guessed() -> None:
    guesses = Model(KNOWN).guess("垃圾堵了排水渠", {"环境卫生", "社会治安"})
    assert [one.category for one in guesses] == ["环境卫生", "社会治安"]
    assert Model(KNOWN).guess("垃圾", set()) == []
    assert Model({}).guess("垃圾") == []


def test_the_scale_follows_what_would_have_been_right() -> None:
    clear, doubtful = Model(KNOWN), Model(KNOWN)
    good = [Sample("垃圾没人收", "环境卫生"), Sample("排水渠堵了", "水利排涝"), Sample("车被偷了", "社会治安")] * 30
    bad = [Sample(one.words, list(KNOWN)[(at // 3) % 3]) for at, one in enumerate(good)]
    for model, samples in ((clear, good), (doubtful, bad)):
        model.learn(samples)
        model.calibrate(samples)
    assert clear.scale > doubtful.scale
    assert sureness_of(0.74) is Sureness.FAIRLY


def test_the_catalogue_and_the_words_fill_a_proposal(session: Session, cast: Cast) -> None:
    line(session, cast)
    cast.category.words = ["排水渠", "水浸"]
    issue = open_one(session, cast, category_id=None)
    session.refresh(issue, ["area"])
    proposed = propose_for(session, [issue])[0][issue.id]
    assert (proposed.category_id, proposed.noted, proposed.complete) == (cast.category.id, False, True)
    assert proposed.guess
    assert "排水渠" in proposed.guess.signs
    unit = proposed.unit
    assert unit
    assert (unit.lead_unit_id, unit.co_unit_ids, unit.limit_days) == (cast.committee.id, (cast.unit.id,), 7)
    issue.about_unit_id = cast.committee.id
    unit = propose_for(session, [issue])[0][issue.id].unit
    assert unit
    assert (unit.lead_unit_id, unit.co_unit_ids) == (cast.unit.id, ())


def test_what_a_visitor_noted_stays_and_a_clearer_one_is_named(session: Session, cast: Cast) -> None:
    cast.category.words = ["排水渠", "水浸"]
    other = make_category(session, cast.campaign, "环境卫生", cast.other_unit)
    issue = open_one(session, cast, category_id=other.id)
    session.refresh(issue, ["area"])
    proposed = propose_for(session, [issue])[0][issue.id]
    assert (proposed.category_id, proposed.better, proposed.complete) == (other.id, cast.category, False)
    assert proposed.categories[0] == other


def test_a_category_out_of_use_is_not_proposed(session: Session, cast: Cast) -> None:
    cast.category.words, cast.category.active = ["排水渠", "水浸"], False
    issue = open_one(session, cast, category_id=None)
    session.refresh(issue, ["area"])
    proposed = propose_for(session, [issue])[0][issue.id]
    assert cast.category.id not in proposed.guesses
    assert cast.category not in proposed.categories


def test_the_limit_of_the_catalogue_is_frozen(session: Session, cast: Cast) -> None:
    def days(**entered: object) -> tuple[int | None, int | None]:
        issue = step(session, cast, open_one(session, cast), "coordinator", Verb.DISPATCH, **entered)
        return issue.limit_days, issue.limit_hours

    assert days(limit_days=7) == (7, None)
    assert days() == (cast.campaign.ordinary_days, None)
    assert days(limit_days="") == (cast.campaign.ordinary_days, None)
    assert days(limit_days=7, urgency=Urgency.URGENT) == (None, cast.campaign.urgent_hours)
    with pytest.raises(Exception, match="1 到"):
        days(limit_days=0)


def _learned(session: Session) -> float:
    return sum(learning.model_of(session).sayings.values())


def test_the_model_is_built_once_and_renewed_with_what_came(session: Session, cast: Cast) -> None:
    assert _learned(session) == 0
    make_issue(session, cast, IssueState.DISPATCHED)
    assert _learned(session) == learning.DECIDED
    with counted_queries() as statements:
        assert _learned(session) == learning.DECIDED
    assert len(statements) == 3
    put(session, cast.visitor, cast.assignment, content(feedback=(said("路灯坏了。", handling=Handling.NOTED),)))
    session.scalars(select(Feedback)).one().category_id = cast.category.id
    session.flush()
    assert _learned(session) == learning.DECIDED + learning.NOTED
    for move in session.scalars(select(Move)):
        session.delete(move)
    session.flush()
    assert _learned(session) == learning.NOTED
    cast.category.words = ["渠"]
    session.flush()
    assert "渠" in learning.model_of(session).words


def test_a_correction_counts_twice(session: Session, cast: Cast) -> None:
    told = (said(WORDS, handling=Handling.FOLLOW_UP, nature=Nature.APPEAL),)
    put(session, cast.visitor, cast.assignment, content(feedback=told))
    feedback = session.scalars(select(Feedback)).one()
    feedback.category_id = cast.village_category.id
    issue = session.get_one(Issue, feedback.issue_id)
    step(session, cast, issue, "coordinator", Verb.DISPATCH)
    assert learning.model_of(session).sayings == {cast.category.name: learning.CORRECTED}


NOON = datetime(2026, 6, 29, 4, tzinfo=UTC)


def case(id_: int, words: str, **values: object) -> Case:
    given: dict[str, object] = {
        "number": f"HL-{id_}", "title": words[:10], "area_id": 1, "campaign_id": 1, "category": "1",
        "state": IssueState.TRIAGE, "raised_at": NOON, "latitude": 23.02, "longitude": 113.97,
    } | values  # fmt: skip
    return Case(id=id_, words=words, **given)  # type: ignore[arg-type]


OTHERS = [case(n, words) for n, words in enumerate(("路灯坏了三盏", "厕所没人打扫", "半夜有人打架", "自来水发黄"), 50)]


def test_a_likely_duplicate_tells_why() -> None:
    near = case(2, "村口的排水渠堵了，水都漫出来。", raised_at=NOON - timedelta(days=3), longitude=113.9712)
    found = likely(case(1, "排水渠堵了好几天，一下雨就浸。"), [near, *OTHERS])
    assert [one.case.id for one in found] == [2]
    assert (found[0].metres, found[0].days_earlier, found[0].same_category) == (123, 3, True)
    assert "排水渠堵" in found[0].shared


@pytest.mark.parametrize(
    "other",
    [case(2, "排水渠堵了，一下雨就浸。", area_id=9), case(2, "排水渠堵了，一下雨就浸。", raised_at=NOON - timedelta(days=61)),
     case(2, "电表箱的门坏了"), case(2, "……"), case(1, "排水渠堵了，一下雨就浸。")],
    ids=["another village", "long ago", "something else", "no words", "itself"],
)  # fmt: skip
def test_what_is_no_duplicate(other: Case) -> None:
    assert likely(case(1, "排水渠堵了，一下雨就浸。"), [other, *OTHERS]) == []


def test_shared_words_are_those_that_tell_something() -> None:
    weights = dict.fromkeys(signs_of("沙井盖不见了"), 1.0)
    assert shared_words("沙井盖不见了，很危险", "那个沙井盖又坏了", weights) == ("沙井盖",)
    assert shared_words("", "", {}) == ()


def test_duplicates_are_found_in_one_query_and_within_scope(session: Session, cast: Cast) -> None:
    issue = open_one(session, cast)
    twin = open_one(session, cast, cast.second_assignment, words="渠给杂物堵住了，下大雨水浸到屋里。")
    open_one(session, cast, cast.other_assignment, words=WORDS)
    gone = open_one(session, cast, words=WORDS)
    step(session, cast, gone, "coordinator", Verb.WITHDRAW)
    old = open_one(session, cast, words=WORDS)
    old.state, old.closed_at = IssueState.CLOSED, clock.now() - timedelta(days=31)
    session.flush()
    leader, stranger = actor_for(session, cast.leader), actor_for(session, cast.other_leader)
    with counted_queries() as statements:
        found = likely_duplicates(session, leader, [issue, twin])
    assert len(statements) == 1
    assert {id_: [one.case.id for one in twins] for id_, twins in found.items()} == {
        issue.id: [twin.id],
        twin.id: [issue.id],
    }
    assert likely_duplicates(session, stranger, [issue]) == {issue.id: []}
    assert likely_duplicates(session, leader, []) == {}


def test_a_household_without_position_or_none_at_all(session: Session, cast: Cast) -> None:
    issue = session.scalars(
        select(Issue).where(Issue.id == open_one(session, cast).id).options(joinedload(Issue.area))
    ).one()
    session.get_one(Household, issue.household_id).latitude = None
    alone = open_one(session, cast, household_id=None)
    found = likely_duplicates(session, actor_for(session, cast.coordinator), [issue])[issue.id]
    assert [(one.case.id, one.metres, one.same_household) for one in found] == [(alone.id, None, False)]
