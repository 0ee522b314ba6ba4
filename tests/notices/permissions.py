"""Who may use which page of notices."""

from tests.permissions import PEOPLE, Row

ROWS = [
    Row("notices.index", lambda _cast, _made: "/notices", allowed=PEOPLE),
    Row(
        "notices.read",
        lambda _cast, _made: "/notices/read",
        allowed=PEOPLE,
        method="POST",
        data=lambda _cast, _made: {"until": "2026-06-29T02:00:00+00:00"},
        bad=lambda _cast, _made: {"until": "gestern"},
    ),
]
