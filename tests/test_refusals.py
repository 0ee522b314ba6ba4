"""Every endpoint answers 404 to everybody for whom it does not work, and with the sign-in page when signed out."""

from sqlalchemy.orm import Session

from tests.alternating import alternating
from tests.cast import Cast
from tests.pages import SignIn
from tests.permissions import PEOPLE, Row
from tests.test_permissions import GUARDED, name_of, prepare, send


@alternating(("row",), [(row,) for row in GUARDED], name_of)
def test_refused(row: Row, session: Session, cast: Cast, sign_in: SignIn) -> None:
    made = prepare(row, session, cast)
    client = sign_in(None)
    response = client.open(row.address(cast, made), method=row.method)
    assert response.status_code in (302, 401), "signed out"
    if response.status_code == 302:
        assert response.location.startswith("/sign-in")
    for person in PEOPLE:
        if person not in row.allowed:
            status = send(sign_in(getattr(cast, person)), row, cast, made)
            assert status == 404, f"{person}: {status}"
