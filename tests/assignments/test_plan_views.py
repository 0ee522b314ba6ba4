"""The pages of a plan of sharing out, from asking for it to undoing it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import (
    AssignmentMove,
    CampaignState,
    Member,
    ShareOut,
)
from tests.assignments.making import fill, planned
from tests.assignments.permissions import ASKED
from tests.cast import Cast
from tests.counting import counted_queries
from tests.factories import join, make_assignment, make_group, make_household, make_member
from tests.pages import SignIn


def people_of(session: Session, cast: Cast, count: int) -> list[Member]:
    people = [make_member(session, f"走访{number}") for number in range(count)]
    join(session, cast.group, *people)
    return people


def test_the_pages_from_asking_to_undoing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    fill(session, cast)
    people_of(session, cast, 4)
    client = sign_in(cast.leader)
    assert "算一个方案" in client.page("/assignments/share-out").text
    answer = client.post("/assignments/share-out", data=ASKED | {"group": cast.group.id, "mix_experience": "y"})
    assert answer.status_code == 303
    page = client.page(answer.location)
    assert "还没有分派下去" in page.text
    assert "将要分派" in page.text
    plan = UUID(answer.location.rsplit("/", 1)[-1])
    group_id = next(iter(session.get_one(ShareOut, plan).outline["groups"]))
    part = client.page(f"{answer.location}/groups/{group_id}")
    assert "移给" in part.text
    assert client.post(f"{answer.location}/application").status_code == 303
    done = client.page(answer.location)
    assert "看走访任务" in done.text
    moves = select(func.count()).select_from(AssignmentMove).where(AssignmentMove.batch == plan)
    session.rollback()
    given = session.scalar(moves)
    assert given
    session.rollback()
    assert client.post(f"{answer.location}/application").location == answer.location
    assert session.scalar(moves) == given
    assert client.post(f"{answer.location}/discarding").status_code == 409
    assert client.post(f"{answer.location}/undo").status_code == 303
    assert client.post(f"{answer.location}/undo").status_code == 303
    assert client.post(f"{answer.location}/application").status_code == 409
    assert "已撤销" in client.page(answer.location).text


def test_what_is_wrong_with_wishes_stands_beside_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    answer = client.post("/assignments/share-out", data=ASKED)
    assert answer.status_code == 422
    assert "请至少选一个小组" in answer.text
    wrong = {"spread": "0", "cap": "-1", "oldest": "7", "enterprise": "0", "far": "-3"}
    answer = client.post("/assignments/share-out", data=ASKED | {"group": cast.group.id} | wrong)
    assert answer.status_code == 422
    assert answer.text.count("请填1到20的整数。") == 2
    assert "请填大于0、不超过100的数" in answer.text
    assert 'value="-3"' in answer.text
    assert client.post("/assignments/share-out", data=ASKED | {"group": cast.other_group.id + 99}).status_code == 404


def test_a_group_without_people_is_told(session: Session, cast: Cast, sign_in: SignIn) -> None:
    empty = make_group(session, cast.campaign, "空组")
    make_assignment(session, cast.campaign, make_household(session, cast.village), empty)
    client = sign_in(cast.coordinator)
    answer = client.post("/assignments/share-out", data=ASKED | {"group": empty.id}, follow_redirects=True)
    assert "空组没有能走访的组员，1 户没有分。" in answer.text
    assert "就这样分派" not in answer.text
    answer = client.post(f"{answer.request.path}/discarding", follow_redirects=True)
    assert "方案已放弃" in answer.text


def test_a_due_date_in_the_past_is_refused_and_nothing_given(session: Session, cast: Cast, sign_in: SignIn) -> None:
    plan = planned(session, cast)
    session.commit()
    client = sign_in(cast.leader)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    answer = client.post(f"/assignments/share-out/{plan.id}/application", data={"due_on": yesterday})
    assert answer.status_code == 422
    assert "期限不能早于今天" in answer.text
    cast.campaign.state = CampaignState.CLOSED
    session.commit()
    assert "这个活动已经结束" in client.page("/assignments/share-out").text
    assert client.post(f"/assignments/share-out/{plan.id}/application").status_code == 409


def test_a_part_costs_the_same_whatever_it_holds(session: Session, cast: Cast, sign_in: SignIn) -> None:
    counts = []
    for more in (0, 3):
        fill(session, cast, more)
        plan = planned(session, cast, pairs=False)
        group_id = next(iter(plan.outline["groups"]))
        session.commit()
        client = sign_in(cast.leader)
        for address in (f"/assignments/share-out/{plan.id}", f"/assignments/share-out/{plan.id}/groups/{group_id}"):
            client.page(address)
            with counted_queries() as queries_made:
                client.page(address)
            counts.append(len(queries_made))
    assert counts[:2] == counts[2:]


def test_the_map_of_a_plan_shows_who_would_get_what(session: Session, cast: Cast, sign_in: SignIn) -> None:
    more = fill(session, cast)
    household = session.get_one(type(cast.household), more[0].household_id)
    household.latitude, household.longitude = 23.02, 113.97
    plan = planned(session, cast, pairs=False)
    group_id = next(iter(plan.outline["groups"]))
    session.commit()
    client = sign_in(cast.leader)
    told = client.get(f"/assignments/share-out/{plan.id}/groups/{group_id}/points").get_json()
    (point,) = told["points"]
    assert point["id"] == more[0].id
    assert point["hand"] in {hand["key"] for hand in told["hands"]}
    assert not point["change"]
    assert "phone" not in point
    assert "地图" in client.page(f"/assignments/share-out/{plan.id}/groups/{group_id}").text
