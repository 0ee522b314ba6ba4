"""Who may use the pages of working without a network."""

from tests.cast import Cast
from tests.offline.making import form, outbox, visit_record
from tests.permissions import Row

SEERS = ("coordinator", "leader", "team_leader")


def _file(cast: Cast) -> dict[str, object]:
    return form(outbox(cast.visitor, visit_record(cast.assignment)))


ROWS = [
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
