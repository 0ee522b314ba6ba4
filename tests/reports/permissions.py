"""Who may use which page of reports."""

from tests.permissions import PEOPLE, Row

OVERSEERS = ("coordinator", "area_lead", "leader", "team_leader", "other_leader")
WITH_OWN = ("visitor", "partner", "leader", "team_leader", "other_leader", "other_visitor")
BESIDE = {
    "reports.visiting": "/overview/visits",
    "reports.saying": "/overview/feedback",
    "reports.solving": "/overview/issues",
    "reports.comparison": "/overview/comparison",
    "reports.map": "/overview/map",
    "reports.map_points": "/overview/map/points",
    "reports.issue_rows": "/overview/issues/list",
    "reports.revisit_rows": "/overview/revisits",
}

ROWS = [
    *(
        Row(endpoint, lambda _cast, _made, address=address: address, allowed=OVERSEERS)  # type: ignore[misc]
        for endpoint, address in BESIDE.items()
    ),
    Row(
        "reports.group",
        lambda cast, _made: f"/overview/groups/{cast.team.id}",
        allowed=("coordinator", "leader", "team_leader"),
    ),
    Row(
        "reports.area",
        lambda cast, _made: f"/overview/areas/{cast.village.id}",
        allowed=("coordinator", "area_lead"),
    ),
    Row("reports.mine", lambda _cast, _made: "/me/figures", allowed=WITH_OWN),
    Row(
        "reports.own_issues",
        lambda _cast, _made: "/me/figures/issues",
        allowed=("visitor", "partner", "team_leader", "other_visitor"),
    ),
    Row(
        "reports.workload",
        lambda _cast, _made: "/workload",
        allowed=("coordinator", "leader", "team_leader", "other_leader"),
    ),
    Row("reports.home", lambda _cast, _made: "/", allowed=PEOPLE, works=302),
    Row(
        "reports.overview",
        lambda _cast, _made: "/overview",
        allowed=OVERSEERS,
    ),
]
