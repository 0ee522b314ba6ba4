"""A file holds what the list shows to who takes it: nobody else's rows, phones masked, the page's filters."""

import pytest
from sqlalchemy.orm import Session

from hengli_visits.imports.reading import guess_kind, open_file
from hengli_visits.models import Handling, HouseholdKind, Member, Role, RosterKind
from tests.cast import Cast
from tests.counting import counted_queries
from tests.exports.files import FULL, cells, export, lines, records
from tests.factories import grant, join, make_assignment, make_household, make_member
from tests.pages import SignIn
from tests.visits.making import content, put, said


def codes(data: bytes) -> set[str]:
    """Which households a .csv names."""
    return {row["户编号"] for row in records(lines(data))}


def test_a_leader_takes_the_own_groups_households(cast: Cast, sign_in: SignIn) -> None:
    own = {cast.household.code, cast.second_household.code, cast.spare_household.code}
    assert codes(export(sign_in(cast.leader), "assignments", "csv")) == own
    assert codes(export(sign_in(cast.other_leader), "assignments", "csv")) == {cast.other_household.code}
    assert codes(export(sign_in(cast.team_leader), "assignments", "csv")) == own - {cast.spare_household.code}
    assert codes(export(sign_in(cast.area_lead), "assignments", "csv")) == own
    assert codes(export(sign_in(cast.coordinator), "assignments", "csv")) == own | {cast.other_household.code}


def test_visits_and_feedback_of_other_groups_are_absent(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for who, assignment, words in (
        (cast.visitor, cast.assignment, "排水渠堵了"),
        (cast.other_visitor, cast.other_assignment, "路灯坏了"),
    ):
        put(session, who, assignment, content(feedback=(said(words, handling=Handling.NOTED),)))
    session.commit()
    for what in ("visits", "feedback"):
        assert codes(export(sign_in(cast.leader), what, "csv")) == {cast.household.code}
        assert codes(export(sign_in(cast.coordinator), what, "csv")) == {cast.household.code, cast.other_household.code}
    (row,) = records(lines(export(sign_in(cast.leader), "feedback", "csv")))
    assert (row["原话"], row["记录人"]) == ("排水渠堵了", "叶秀珍")


def test_issues_of_other_groups_are_absent(session: Session, cast: Cast, sign_in: SignIn) -> None:
    put(session, cast.visitor, cast.assignment, content(feedback=(said("排水渠堵了"),)))
    put(session, cast.other_visitor, cast.other_assignment, content(feedback=(said("路灯坏了"),)))
    session.commit()

    def words(address: str, who: Member) -> set[str]:
        return {row["原话"] for row in records(lines(export(sign_in(who), address, "csv")))}

    assert words("issues", cast.leader) == {"排水渠堵了"}
    assert words("issues?tab=all", cast.coordinator) == {"排水渠堵了", "路灯坏了"}
    assert words(f"issues?tab=triage&area={cast.village.id}", cast.coordinator) == {"排水渠堵了"}
    assert words("issues?tab=working", cast.coordinator) == set()
    data = export(sign_in(cast.coordinator), "issues?tab=all")
    assert cast.household.name not in str(cells(data)), "residents stand on the issue's own page"


def test_groups_that_one_does_not_lead_are_absent(cast: Cast, sign_in: SignIn) -> None:
    address = f"groups?campaign={cast.campaign.id}"

    def names(data: bytes) -> list[tuple[str, str]]:
        return [(row["组别"], row["工作小组"]) for row in records(lines(data))]

    own = [("长巷村组", "长巷村第1小组")]
    assert names(export(sign_in(cast.leader), address, "csv")) == own
    assert names(export(sign_in(cast.other_leader), address, "csv")) == [("石涌村组", "")]
    (team,) = records(lines(export(sign_in(cast.team_leader), address, "csv")))
    assert (team["组长"], team["小组长"], team["成员"]) == ("", "苏慧", "叶秀珍、方光润")


def test_filters_of_the_page(session: Session, cast: Cast, sign_in: SignIn) -> None:
    make_household(session, cast.village, "力泰制衣厂", code="CX-Q001", kind=HouseholdKind.ENTERPRISE)
    session.commit()
    client = sign_in(cast.coordinator)
    assert codes(export(client, "families?category=困难户", "csv")) == {cast.household.code}
    assert codes(export(client, f"families?area={cast.other_village.id}", "csv")) == {cast.other_household.code}
    assert codes(export(client, "families?q=钟林锡&kind=enterprise", "csv")) == {cast.household.code}
    assert codes(export(client, f"assignments?group={cast.team.id}&q=袁国强", "csv")) == {cast.second_household.code}
    (firm,) = records(lines(export(client, "enterprises", "csv")))
    assert firm["企业编号"] == "CX-Q001"


NARROWED = (
    "only=unassigned", "only=late", "only=to_confirm", "only=clashing", "state=waiting", "outcome=met", "q=叶秀珍",
    "category=困难户", "street=二巷", "day=2026-06-29", "group=0", "side=odd", "side=even", "from=1&to=1000",
)  # fmt: skip


@pytest.mark.parametrize("narrowed", NARROWED)
def test_every_filter_of_the_tasks_narrows_assignments_and_their_visits(
    narrowed: str, session: Session, cast: Cast, sign_in: SignIn
) -> None:
    for visitor, assignment in ((cast.visitor, cast.assignment), (cast.other_visitor, cast.other_assignment)):
        put(session, visitor, assignment, content())
    session.commit()
    for who in (cast.coordinator, cast.leader):
        client = sign_in(who)
        found = codes(export(client, f"assignments?{narrowed}", "csv"))
        assert f"共 {len(found)} 行" in client.page(f"/exports/assignments?{narrowed}").text
        visited = codes(export(client, f"visits?{narrowed}", "csv"))
        assert visited == found & {cast.household.code, cast.other_household.code}


def test_a_file_of_assignments_is_known_as_one(cast: Cast, sign_in: SignIn) -> None:
    for format_ in ("xlsx", "csv"):
        assert (
            guess_kind(open_file(export(sign_in(cast.coordinator), "assignments", format_))) is RosterKind.ASSIGNMENTS
        )


PHONES = ("families", "members", "groups", "assignments")


@pytest.mark.parametrize("what", PHONES)
def test_phones_are_masked_unless_asked_for_with_a_purpose(what: str, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    address = f"{what}?campaign={cast.campaign.id}"
    phone = cast.visitor.phone if what == "members" else cast.leader.phone if what == "groups" else cast.household.phone
    assert phone
    masked = f"{phone[:3]}****{phone[-4:]}"
    plain = export(client, address, "csv").decode()
    assert masked in plain
    assert phone not in plain
    assert phone in export(client, address, "csv", **FULL).decode()
    assert client.post(f"/exports/{address}", data={"format": "csv", "full": "y"}).status_code == 422
    assert phone not in export(client, address, "csv", purpose="mend").decode(), "a purpose alone unmasks nothing"


def test_a_leader_sees_whole_phones_of_led_households_alone(session: Session, cast: Cast, sign_in: SignIn) -> None:
    grant(session, cast.leader, Role.AREA_LEAD, area_id=cast.other_village.id)
    session.commit()
    rows = {row["户编号"]: row for row in records(lines(export(sign_in(cast.leader), "assignments", "csv", **FULL)))}
    assert rows[cast.household.code]["联系电话"] == cast.household.phone
    assert "****" in rows[cast.other_household.code]["联系电话"]


def test_an_area_lead_is_not_offered_whole_phones_and_gets_none(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.area_lead)
    assert "带完整电话" not in client.page("/exports/assignments").text
    assert str(cast.household.phone) not in export(client, "assignments", "csv", **FULL).decode()


@pytest.mark.parametrize(
    "what", ["families", "members", "branches", "areas", "groups", "assignments", "visits", "feedback", "issues"]
)
def test_as_many_queries_for_one_row_as_for_three(what: str, session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    address = f"{what}?campaign={cast.campaign.id}"

    def one_more(number: int) -> None:
        household = make_household(session, cast.village, f"钟{number}")
        member = make_member(session, "成员")
        join(session, cast.team, member)
        assignment = make_assignment(session, cast.campaign, household, cast.team, (member, cast.visitor))
        put(session, cast.visitor, assignment, content(feedback=(said("路灯坏了"),)))
        session.commit()

    def count() -> int:
        with counted_queries() as statements:
            export(client, address)
        return len(statements)

    one_more(1)
    export(client, address)
    before = count()
    one_more(2)
    one_more(3)
    assert count() == before
