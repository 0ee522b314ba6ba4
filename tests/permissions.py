"""What a row of the permission table says of one endpoint. The rows stand in tests/<slice>/permissions.py as `ROWS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tests.cast import Cast

PEOPLE = (
    "administrator",
    "coordinator",
    "area_lead",
    "leader",
    "team_leader",
    "visitor",
    "partner",
    "other_leader",
    "other_visitor",
    "handler",
    "other_handler",
    "stranger",
)


def _nothing(_session: Session, _cast: Cast) -> Any:
    return None


@dataclass(frozen=True)
class Row:
    """One endpoint with one method.

    `address(cast, made)` gives the URL; `made` is what `prepare(session, cast)` returned (committed before the
    request). `allowed` names the people of the cast for whom it works; for all others the answer is 404, and signed out
    it is the sign-in page. `data(cast, made)` is the form that works (`json` likewise as JSON; bytes are a body, which
    goes with `headers`); `bad` a form for which the answer is 422. `again` lists the statuses that sending the good
    form a second time may give. `works` is the status when it works (default 200 for GET, 303 for POST).
    """

    endpoint: str
    address: Callable[[Cast, Any], str]
    allowed: frozenset[str] | tuple[str, ...]
    method: str = "GET"
    prepare: Callable[[Session, Cast], Any] = _nothing
    data: Callable[[Cast, Any], Mapping[str, Any] | bytes] | None = None
    json: Callable[[Cast, Any], Any] | None = None
    bad: Callable[[Cast, Any], Mapping[str, Any]] | None = None
    again: tuple[int, ...] = (303, 409, 422, 404)
    works: int | None = None
    public: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The status when it works."""
        return self.works or (200 if self.method == "GET" else 303)
