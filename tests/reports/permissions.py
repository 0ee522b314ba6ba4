"""Who may use which page of reports."""

from tests.permissions import PEOPLE, Row

ROWS = [
    Row(
        "reports.workload",
        lambda _cast, _made: "/workload",
        allowed=("coordinator", "leader", "team_leader", "other_leader"),
    ),
    Row("reports.home", lambda _cast, _made: "/", allowed=PEOPLE, works=302),
    Row(
        "reports.overview",
        lambda _cast, _made: "/overview",
        allowed=("coordinator", "area_lead", "leader", "team_leader", "other_leader"),
    ),
]
