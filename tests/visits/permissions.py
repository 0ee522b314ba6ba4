"""Who may use the addresses of visits and photos."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy.orm import Session

from hengli_visits.assignments.keycodes import write
from hengli_visits.models import Visit
from hengli_visits.visits import photos
from hengli_visits.visits.pictures import develop, opened_album, sha256
from tests.cast import Cast
from tests.factories import join, make_assignment, make_household
from tests.permissions import Row
from tests.visits.making import as_actor, content, jpeg, put, wordings

RECORDERS = ("visitor", "partner", "leader", "team_leader")
CALLERS = (*RECORDERS, "other_leader", "other_visitor")
REVISERS = ("visitor", "leader", "team_leader")
VIEWERS = (*RECORDERS, "coordinator", "area_lead")
PHOTO = jpeg()


def _uuid(_session: Session, _cast: Cast) -> UUID:
    return uuid4()


def _visit(session: Session, cast: Cast) -> Visit:
    return put(session, cast.visitor, cast.assignment, content()).visit


def _photo(session: Session, cast: Cast) -> UUID:
    photo_id = uuid4()
    with opened_album(current_app.config["VISITS"].uploads) as album:
        photos.add_photo(
            session, as_actor(session, cast.visitor), _visit(session, cast), album, photo_id, develop(PHOTO)
        )
    return photo_id


def _clash(session: Session, cast: Cast) -> tuple[UUID, int]:
    visit = _visit(session, cast)
    put(session, cast.visitor, cast.assignment, content(remarks="另写"), visit.uuid)
    return visit.uuid, wordings(session, visit)[1].id


def _form(uuid: UUID, based_on: str = "") -> Mapping[str, Any]:
    return {"uuid": str(uuid), "based_on": based_on, "outcome": "met", "visited_at": "2026-06-29T09:00"}


def _door(cast: Cast, uuid: UUID) -> Mapping[str, Any]:
    place = {"household-name": "卢带好", "household-area": str(cast.village.id)}
    return {**_form(uuid), **place, "household-uuid": str(UUID(int=uuid.int ^ 1))}


def _sheet_of_all(session: Session, cast: Cast) -> tuple[UUID, str]:
    """A household for which everybody who may enter sheets in the campaign may enter one."""
    join(session, cast.other_group, cast.other_leader)
    visitors = (cast.visitor, cast.partner, cast.other_visitor, cast.other_leader)
    household = make_household(session, cast.village)
    return uuid4(), write(make_assignment(session, cast.campaign, household, cast.team, visitors).id)


def _keyed(made: tuple[UUID, str]) -> Mapping[str, Any]:
    uuid, code = made
    return {"code": code, "outcome": "1", "time": "0905", "uuid": str(uuid), "day": "2026-06-29"}


ROWS = [
    Row(
        "visits.index",
        lambda _cast, _made: "/visits",
        allowed=(*CALLERS, "coordinator", "area_lead"),
    ),
    Row("visits.new", lambda c, m: f"/assignments/{c.assignment.id}/visits/new", RECORDERS),
    Row(
        "visits.create",
        lambda c, m: f"/assignments/{c.assignment.id}/visits",
        RECORDERS,
        "POST",
        _uuid,
        data=lambda c, m: _form(m),
        bad=lambda c, m: {"uuid": str(m), "outcome": "", "visited_at": "2026-06-29T09:00"},
    ),
    Row("visits.show", lambda c, m: f"/visits/{m.uuid}", VIEWERS, prepare=_visit),
    Row(
        "visits.put",
        lambda c, m: f"/visits/{m}",
        RECORDERS,
        "PUT",
        _uuid,
        json=lambda c, m: {"assignment": c.assignment.id, "content": content().as_json()},
        works=201,
        again=(200,),
    ),
    Row("visits.doorstep", lambda c, m: f"/campaigns/{c.campaign.id}/doorstep", CALLERS),
    Row("visits.key_in", lambda c, m: f"/campaigns/{c.campaign.id}/key-in", CALLERS),
    Row(
        "visits.key_in",
        lambda c, m: f"/campaigns/{c.campaign.id}/key-in",
        CALLERS,
        "POST",
        _sheet_of_all,
        data=lambda c, m: _keyed(m),
        bad=lambda c, m: {**_keyed(m), "outcome": "9"},
    ),
    Row(
        "visits.keyed_household",
        lambda c, m: f"/campaigns/{c.campaign.id}/key-in/household?code={write(c.assignment.id)}",
        CALLERS,
    ),
    Row(
        "visits.doorstep",
        lambda c, m: f"/campaigns/{c.campaign.id}/doorstep",
        CALLERS,
        "POST",
        _uuid,
        data=_door,
        bad=lambda c, m: {**_door(c, m), "household-name": " "},
    ),
    Row("visits.edit", lambda c, m: f"/visits/{m.uuid}/edit", REVISERS, prepare=_visit),
    Row(
        "visits.edit",
        lambda c, m: f"/visits/{m.uuid}/edit",
        REVISERS,
        "POST",
        _visit,
        data=lambda c, m: _form(m.uuid, "1"),
        bad=lambda c, m: {"based_on": "1", "outcome": "met", "visited_at": "later"},
    ),
    Row("visits.void", lambda c, m: f"/visits/{m.uuid}/void", REVISERS, prepare=_visit),
    Row(
        "visits.void",
        lambda c, m: f"/visits/{m.uuid}/void",
        REVISERS,
        "POST",
        _visit,
        data=lambda c, m: {"reason": "走错门"},
        bad=lambda c, m: {"reason": " "},
        again=(409,),
    ),
    Row(
        "visits.choose",
        lambda c, m: f"/visits/{m[0]}/revisions/{m[1]}/choice",
        ("leader", "team_leader", "coordinator"),
        "POST",
        _clash,
        again=(409,),
    ),
    Row(
        "visits.put_photo",
        lambda c, m: f"/photos/{UUID(int=m.uuid.int ^ 1)}?visit={m.uuid}",
        REVISERS,
        "PUT",
        _visit,
        data=lambda c, m: PHOTO,
        headers={"X-Content-SHA256": sha256(PHOTO)},
        works=201,
        again=(200,),
    ),
    Row("visits.photo", lambda c, m: f"/photos/{m}", VIEWERS, prepare=_photo),
    Row("visits.thumbnail", lambda c, m: f"/photos/{m}/thumbnail", VIEWERS, prepare=_photo),
    Row("visits.remove_photo", lambda c, m: f"/photos/{m}/removal", REVISERS, "POST", _photo, again=(404,)),
]
