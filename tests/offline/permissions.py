"""Who may use the pages of working without a network."""

from tests.cast import Cast
from tests.offline.making import form, outbox, visit_record
from tests.permissions import PEOPLE, Row

SEERS = ("coordinator", "leader", "team_leader")


def _file(cast: Cast) -> dict[str, object]:
    return form(outbox(cast.visitor, visit_record(cast.assignment)))


ROWS = [
    Row("offline.contact", lambda c, m: "/contact", (), "POST", json=lambda c, m: {"unsent": 1}, public=True),
    Row("offline.pack", lambda c, m: "/pack", PEOPLE, "POST", json=lambda c, m: {"have": {}}, works=200),
    Row("offline.outbox", lambda c, m: "/outbox", PEOPLE),
    Row("offline.worker", lambda c, m: "/sw.js", (), public=True),
    Row("offline.manifest", lambda c, m: "/manifest.webmanifest", (), public=True),
    Row("offline.away", lambda c, m: "/away", (), public=True),
    Row("offline.phones", lambda c, m: f"/groups/{c.team.id}/phones", SEERS),
    Row("offline.take_file", lambda c, m: f"/groups/{c.team.id}/outbox-files", SEERS),
    Row(
        "offline.take_file",
        lambda c, m: f"/groups/{c.team.id}/outbox-files",
        SEERS,
        "POST",
        data=lambda c, m: _file(c),
        bad=lambda c, m: form(b"[]"),
        again=(303,),
    ),
]
