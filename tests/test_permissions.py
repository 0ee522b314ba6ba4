"""Every endpoint works for whom it should, answers 422 to bad input, and sending twice does no harm. Whom it refuses is
in test_refusals.py."""

import importlib
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits.slices import ORDER
from tests.alternating import alternating
from tests.cast import Cast
from tests.pages import PageClient, SignIn
from tests.permissions import PEOPLE, Row


def _rows() -> list[Row]:
    rows: list[Row] = []
    for name in ORDER:
        try:
            module = importlib.import_module(f"tests.{name}.permissions")
        except ModuleNotFoundError as error:
            if error.name not in (f"tests.{name}", f"tests.{name}.permissions"):
                raise
            continue
        rows += module.ROWS
    return rows


ROWS = _rows()
GUARDED = [row for row in ROWS if not row.public]
ALLOWED = [(row, person) for row in GUARDED for person in PEOPLE if person in row.allowed]


def name_of(row: Row) -> str:
    """How a test of this row is called."""
    return f"{row.method} {row.endpoint}"


def send(client: PageClient, row: Row, cast: Cast, made: Any, data: Any = None) -> int:
    """Make the row's request, with the form that works or with `data`, and give the status."""
    address = row.address(cast, made)
    if data is None and row.json is not None:
        return client.open(address, method=row.method, json=row.json(cast, made)).status_code
    if data is None and row.data is not None:
        data = row.data(cast, made)
    response = client.open(address, method=row.method, data=data, headers=row.headers)
    response.close()
    return response.status_code


def prepare(row: Row, session: Session, cast: Cast) -> Any:
    """Make what the row wants to find, and commit."""
    made = row.prepare(session, cast)
    session.commit()
    return made


def test_every_endpoint_has_its_row(sqlite_app: Flask) -> None:
    wanted = {
        (rule.endpoint, method)
        for rule in sqlite_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    told = {(row.endpoint, row.method) for row in ROWS}
    assert wanted - told == set(), "endpoints without a row"
    assert told - wanted == set(), "rows without an endpoint"


@alternating(("row", "person"), ALLOWED, lambda row, person: f"{name_of(row)} {person}")
def test_works_bad_twice(row: Row, person: str, session: Session, cast: Cast, sign_in: SignIn) -> None:
    made = prepare(row, session, cast)
    client = sign_in(getattr(cast, person))
    if row.bad is not None:
        assert send(client, row, cast, made, row.bad(cast, made)) == 422, "bad input"
    assert send(client, row, cast, made) == row.status, "works"
    if row.method != "GET":
        second = send(client, row, cast, made)
        assert second in (*row.again, row.status), f"sent twice: {second}"
