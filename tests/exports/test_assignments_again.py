"""The list of assignments that is taken away can be changed at the desk and brought again."""

import pytest
from sqlalchemy.orm import Session

from hengli_visits.models import RosterKind, RowState
from tests.cast import Cast
from tests.exports.files import export
from tests.imports.importing import figures, read, reasons, rows_of
from tests.pages import SignIn


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
def test_as_it_is_it_changes_nothing(session: Session, cast: Cast, sign_in: SignIn, format_: str) -> None:
    """A household that nobody visits yet is reported: the file says of no one who shall go."""
    session.commit()
    client = sign_in(cast.coordinator)
    data = export(client, f"assignments?campaign={cast.campaign.id}", format_)
    session.rollback()
    batch = read(session, data, None, campaign=cast.campaign)
    assert batch.kind is RosterKind.ASSIGNMENTS
    assert [row.changes for row in rows_of(session, batch, RowState.CHANGED)] == []
    assert reasons(session, batch) == ["没有填写走访员。"]
    assert figures(batch) == (0, 0, 3, 1, 0)
