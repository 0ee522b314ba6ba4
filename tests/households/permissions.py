"""Who may use the pages of households and areas."""

from sqlalchemy.orm import Session

from hengli_visits.models import AreaAlias
from tests.cast import Cast
from tests.permissions import Row

OFFICE = ("coordinator",)
KEEPERS = ("coordinator", "administrator")
NEEDERS = ("coordinator", "leader", "team_leader", "visitor", "partner")
GOOD = {"kind": "family", "name": "新搬来的", "street": "二巷", "door": "99号"}


def _unlisted(session: Session, cast: Cast) -> int:
    cast.household.listed = False
    session.flush()
    return cast.household.id


def _alias(session: Session, cast: Cast) -> int:
    alias = AreaAlias(area_id=cast.village.id, name="长巷片")
    session.add(alias)
    session.flush()
    return alias.id


ROWS = [
    Row("households.index", lambda c, m: "/households", OFFICE),
    Row("households.show", lambda c, m: f"/households/{c.household.id}", (*NEEDERS, "area_lead")),
    Row("households.new", lambda c, m: "/households/new", OFFICE),
    Row(
        "households.new",
        lambda c, m: "/households/new",
        OFFICE,
        method="POST",
        data=lambda c, m: GOOD | {"area_id": str(c.village.id), "code": "CX-900"},
        bad=lambda c, m: GOOD | {"area_id": "", "phone": "12"},
    ),
    Row("households.edit", lambda c, m: f"/households/{c.household.id}/edit", OFFICE),
    Row(
        "households.edit",
        lambda c, m: f"/households/{c.household.id}/edit",
        OFFICE,
        method="POST",
        data=lambda c, m: GOOD | {"area_id": str(c.village.id), "code": c.household.code},
        bad=lambda c, m: GOOD | {"area_id": str(c.village.id), "code": c.second_household.code},
    ),
    Row("households.remove", lambda c, m: f"/households/{c.household.id}/removal", OFFICE, method="POST"),
    Row(
        "households.put_into_book",
        lambda c, m: f"/households/{m}/listing",
        OFFICE,
        method="POST",
        prepare=_unlisted,
        again=(409,),
    ),
    Row(
        "households.reveal_phone",
        lambda c, m: f"/households/{c.household.id}/phone",
        NEEDERS,
        method="POST",
        works=200,
    ),
    Row("households.areas", lambda c, m: "/areas", KEEPERS),
    Row("households.new_area", lambda c, m: "/areas/new", KEEPERS),
    Row(
        "households.new_area",
        lambda c, m: "/areas/new",
        KEEPERS,
        method="POST",
        data=lambda c, m: {"name": "新四村", "code": "XS", "kind": "village", "aliases": "新四"},
        bad=lambda c, m: {"name": c.village.name, "code": "X", "kind": "village"},
    ),
    Row("households.edit_area", lambda c, m: f"/areas/{c.village.id}/edit", KEEPERS),
    Row(
        "households.edit_area",
        lambda c, m: f"/areas/{c.village.id}/edit",
        KEEPERS,
        method="POST",
        data=lambda c, m: {"name": "长巷村", "code": "CX", "aliases": "长巷\n长巷村委会"},
        bad=lambda c, m: {"name": "长巷村", "code": "SY"},
    ),
    Row(
        "households.forget_alias",
        lambda c, m: f"/areas/{c.village.id}/aliases/{m}/removal",
        KEEPERS,
        method="POST",
        prepare=_alias,
        again=(404,),
    ),
]
