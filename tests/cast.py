"""The fixed cast: a town of two villages, one running campaign with a group each, one person per role, a stranger."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hengli_visits.models import Area, Assignment, Campaign, Category, Group, Household, Member, Organisation, Role
from tests.factories import (
    grant,
    join,
    make_area,
    make_assignment,
    make_campaign,
    make_category,
    make_group,
    make_household,
    make_member,
    make_unit,
)


@dataclass
class Cast:
    """Everything of 长巷村 has the plain name, everything of 石涌村 begins with `other_`."""

    town: Area
    village: Area
    other_village: Area
    unit: Organisation
    other_unit: Organisation
    committee: Organisation
    other_committee: Organisation
    campaign: Campaign
    category: Category
    village_category: Category
    group: Group
    team: Group
    other_group: Group
    administrator: Member
    coordinator: Member
    area_lead: Member
    leader: Member
    team_leader: Member
    visitor: Member
    partner: Member
    other_leader: Member
    other_visitor: Member
    handler: Member
    other_handler: Member
    stranger: Member
    household: Household
    second_household: Household
    spare_household: Household
    other_household: Household
    assignment: Assignment
    second_assignment: Assignment
    spare_assignment: Assignment
    other_assignment: Assignment


def build_cast(session: Session) -> Cast:
    """Make the cast. `visitor` and `partner` of `team` share `assignment` and `second_assignment`;
    `spare_assignment` belongs to `group` but to no visitor yet; `other_visitor` of `other_group` has
    `other_assignment`. `area_lead` answers for 长巷村. Flushes, does not commit."""
    town = make_area(session, "横沥镇", code="TOWN")
    village = make_area(session, "长巷村", parent=town, code="CX")
    other_village = make_area(session, "石涌村", parent=town, code="SY")
    unit = make_unit(session, "农林水务局")
    other_unit = make_unit(session, "城市管理分局")
    committee = make_unit(session, "长巷村民委员会", area=village)
    other_committee = make_unit(session, "石涌村民委员会", area=other_village)
    people = {
        key: make_member(session, name)
        for key, name in {
            "administrator": "管一民",
            "coordinator": "统建文",
            "area_lead": "挂明远",
            "leader": "温永然",
            "team_leader": "苏慧",
            "visitor": "叶秀珍",
            "partner": "方光润",
            "other_leader": "祁锡卫",
            "other_visitor": "黄润",
            "handler": "何工",
            "other_handler": "陈城",
            "stranger": "路过",
        }.items()
    }
    campaign = make_campaign(session)
    group = make_group(session, campaign, "长巷村组", areas=(village,))
    team = make_group(session, campaign, "长巷村第1小组", parent=group, areas=(village,))
    other_group = make_group(session, campaign, "石涌村组", areas=(other_village,))
    grant(session, people["administrator"], Role.ADMINISTRATOR)
    grant(session, people["coordinator"], Role.COORDINATOR)
    grant(session, people["area_lead"], Role.AREA_LEAD, area_id=village.id)
    grant(session, people["leader"], Role.GROUP_LEADER, group_id=group.id)
    grant(session, people["team_leader"], Role.TEAM_LEADER, group_id=team.id)
    grant(session, people["other_leader"], Role.GROUP_LEADER, group_id=other_group.id)
    grant(session, people["handler"], Role.HANDLER, organisation_id=unit.id)
    grant(session, people["other_handler"], Role.HANDLER, organisation_id=other_unit.id)
    join(session, team, people["visitor"], people["partner"], people["team_leader"])
    join(session, other_group, people["other_visitor"])
    household = make_household(session, village, "钟林锡", category="困难户")
    second_household = make_household(session, village, "袁国强")
    spare_household = make_household(session, village, "钟海彬", street="祠堂街")
    other_household = make_household(session, other_village, "黎桂兰", category="独居老人户")
    pair = (people["visitor"], people["partner"])
    return Cast(
        town=town,
        village=village,
        other_village=other_village,
        unit=unit,
        other_unit=other_unit,
        committee=committee,
        other_committee=other_committee,
        campaign=campaign,
        category=make_category(session, campaign, "水利排涝", unit),
        village_category=make_category(session, campaign, "村务公开"),
        group=group,
        team=team,
        other_group=other_group,
        **people,
        household=household,
        second_household=second_household,
        spare_household=spare_household,
        other_household=other_household,
        assignment=make_assignment(session, campaign, household, team, pair),
        second_assignment=make_assignment(session, campaign, second_household, team, pair),
        spare_assignment=make_assignment(session, campaign, spare_household, group),
        other_assignment=make_assignment(session, campaign, other_household, other_group, (people["other_visitor"],)),
    )
