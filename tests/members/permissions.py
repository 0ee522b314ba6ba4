"""Who may use the pages of members."""

from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.permissions import Row

OFFICE = ("coordinator",)
KEEPERS = ("coordinator", "administrator")
SEERS = ("coordinator", "leader", "team_leader")
GOOD = {"name": "新来的", "gender": "man", "standing": "full", "active": "y"}


def _phone(_session: Session, cast: Cast) -> None:
    cast.visitor.second_phone = "0769-83700000"


ROWS = [
    Row("members.index", lambda c, m: "/members", OFFICE),
    Row("members.show", lambda c, m: f"/members/{c.visitor.id}", SEERS),
    Row("members.new", lambda c, m: "/members/new", OFFICE),
    Row(
        "members.new",
        lambda c, m: "/members/new",
        OFFICE,
        method="POST",
        data=lambda c, m: GOOD | {"phone": "13900000001"},
        bad=lambda c, m: GOOD | {"name": "", "phone": "123"},
    ),
    Row("members.edit", lambda c, m: f"/members/{c.visitor.id}/edit", OFFICE),
    Row(
        "members.edit",
        lambda c, m: f"/members/{c.visitor.id}/edit",
        OFFICE,
        method="POST",
        data=lambda c, m: GOOD,
        bad=lambda c, m: GOOD | {"phone": c.partner.phone},
    ),
    Row(
        "members.reveal_phone",
        lambda c, m: f"/members/{c.visitor.id}/phone",
        SEERS,
        method="POST",
        prepare=_phone,
        works=200,
    ),
    Row("members.organisations", lambda c, m: "/organisations?kind=unit", KEEPERS),
    Row("members.new_organisation", lambda c, m: "/organisations/new?kind=unit", KEEPERS),
    Row(
        "members.new_organisation",
        lambda c, m: "/organisations/new?kind=unit",
        KEEPERS,
        method="POST",
        data=lambda c, m: {"name": "应急管理分局"},
        bad=lambda c, m: {"name": c.unit.name},
    ),
    Row("members.edit_organisation", lambda c, m: f"/organisations/{c.unit.id}/edit", KEEPERS),
    Row(
        "members.edit_organisation",
        lambda c, m: f"/organisations/{c.unit.id}/edit",
        KEEPERS,
        method="POST",
        data=lambda c, m: {"name": "农林水务局", "active": "y"},
        bad=lambda c, m: {"name": c.other_unit.name},
    ),
]
