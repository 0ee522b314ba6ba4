"""Writes of areas and households."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock, restoring
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Invalid, require
from hengli_visits.households import rules
from hengli_visits.households.naming import forget_alias, learn_alias, refuse_taken
from hengli_visits.households.queries import propose_code
from hengli_visits.members.queries import count_reveals
from hengli_visits.members.rules import refuse_many, tidy_code
from hengli_visits.models import Area, AreaAlias, AreaKind, Household, HouseholdKind
from hengli_visits.orm import hold_keys, next_ids
from hengli_visits.restoring import Undoing, table_of
from hengli_visits.search import sound, street_order
from hengli_visits.wording import N_

__all__ = [
    "FIELDS", "add_at_door", "create_area", "edit_area", "enrol_households", "forget_alias", "learn_alias",
    "list_household", "locate_area", "put_back", "remove_household", "restore_household", "reveal_phone", "save_household",
]  # fmt: skip
FIELDS = frozenset(
    {
        "kind", "code", "name", "area_id", "street", "door", "door_number", "address", "contact", "phone",
        "second_phone", "category", "size", "industry", "latitude", "longitude", "remarks", "listed",
    }
)  # fmt: skip


def create_area(
    session: Session,
    actor: Actor,
    *,
    name: str,
    kind: AreaKind,
    code: str,
    parent: Area | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    aliases: Sequence[str] = (),
) -> Area:
    """Add a node to the area tree, last among all; its path follows from `parent`. Refuses a name, alias or code that
    another area has (`Invalid`)."""
    require(rules.may_see_areas(actor))
    code = tidy_code(code)
    refuse_taken(session, None, name, code, aliases)
    area = Area(
        name=name,
        kind=kind,
        code=code,
        parent_id=parent.id if parent else None,
        position=(session.scalar(select(func.max(Area.position))) or 0) + 1,
        latitude=latitude,
        longitude=longitude,
        aliases=[AreaAlias(name=alias) for alias in aliases],
    )
    session.add(area)
    session.flush()
    area.path = f"{parent.path if parent else '/'}{area.id}/"
    session.flush()
    audit.record(session, actor, "area.create", "area", area.id)
    return area


def edit_area(session: Session, actor: Actor, area: Area, *, name: str, code: str, aliases: Sequence[str]) -> Area:
    """Rename an area, change its code or its other names (`area.aliases` must be loaded). Codes of households stay.
    Refuses what another area has (`Invalid`)."""
    require(rules.may_see_areas(actor))
    code = tidy_code(code)
    refuse_taken(session, area.id, name, code, aliases)
    area.name, area.code = name, code
    there = {alias.name: alias for alias in area.aliases}
    area.aliases = [there.get(alias) or AreaAlias(name=alias) for alias in dict.fromkeys(aliases)]
    session.flush()
    audit.record(session, actor, "area.edit", "area", area.id)
    return area


def save_household(session: Session, actor: Actor, household: Household | None, **fields: Any) -> Household:
    """Put a household into the book (`household` None) or change one; a field that is not given stays as it is. The
    name gets its 拼音, the door its number, a new household without a code the next free one of its area. Nothing is
    written when nothing differs. Refuses a code that another household has (`Invalid` on `code`), and actors who do not
    keep the book (`Missing`)."""
    require(rules.may_edit(actor))
    if unknown := fields.keys() - FIELDS:
        raise TypeError(f"a household has no {sorted(unknown)}")
    return _save(session, actor, household, fields)


def _save(session: Session, actor: Actor, household: Household | None, fields: dict[str, Any]) -> Household:
    for name in ("phone", "second_phone"):
        if name in fields:
            fields[name] = fields[name] or None
    if "code" in fields:
        fields["code"] = tidy_code(fields["code"])
    if "door" in fields:
        fields.setdefault("door_number", rules.door_number(fields["door"]))
    _settle_code(session, household, fields)
    changed = {name for name, value in fields.items() if household is None or getattr(household, name) != value}
    if household is not None and not changed:
        return household
    verb = "household.create" if household is None else "household.edit"
    if household is None:
        household = Household(created_at=clock.now())
        session.add(household)
    for name in changed:
        setattr(household, name, fields[name])
    if "name" in changed:
        household.pinyin, household.initials = sound(household.name)
    if "street" in changed:
        household.street_order = street_order(household.street)
    household.updated_at = clock.now()
    session.flush()
    audit.record(session, actor, verb, "household", household.id, fields=sorted(changed))
    return household


def add_at_door(
    session: Session,
    actor: Actor,
    door_uuid: UUID,
    *,
    area_id: int,
    name: str,
    street: str = "",
    door: str = "",
    phone: str = "",
    category: str = "",
) -> Household:
    """Add a family that a visitor found and that is in no book: unlisted until a coordinator has looked at it
    (`list_household`). The caller has checked that the actor may, and that this UUID is new."""
    fields = {"area_id": area_id, "name": name, "street": street, "door": door, "phone": phone, "category": category}
    own = {"kind": HouseholdKind.FAMILY, "listed": False, "door_uuid": door_uuid}
    return _save(session, actor, None, fields | own)


def list_household(session: Session, actor: Actor, household: Household) -> None:
    """Put a household that was added at the door into the book, once somebody has looked at it. Refuses (`Conflict`)
    when it stands there already or was taken out meanwhile."""
    require(rules.may_edit(actor))
    done = session.execute(
        update(Household)
        .where(Household.id == household.id, ~Household.listed, Household.removed_at.is_(None))
        .values(listed=True, updated_at=clock.now())
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        raise Conflict(N_("这一户刚刚已经有人处理过了。"))
    session.refresh(household, ["listed", "updated_at"])
    audit.record(session, actor, "household.list", "household", household.id)


def _settle_code(session: Session, household: Household | None, fields: dict[str, Any]) -> None:
    if household is not None and ("code" not in fields or fields["code"] == household.code):
        return
    code = fields.get("code")
    own_id = household.id if household else 0
    other = session.scalar(select(Household.name).where(Household.code == code, Household.id != own_id))
    if code and other is None:
        return
    area_id = household.area_id if household and "area_id" not in fields else fields["area_id"]
    kind = household.kind if household and "kind" not in fields else fields["kind"]
    hold_keys(session, f"household-code:{area_id}")
    free = propose_code(session, session.get_one(Area, area_id), kind)
    if code:
        text = N_("户编号 %(code)s 已经是“%(name)s”的，可以用 %(free)s。")
        raise Invalid(text, field="code", code=code, name=other, free=free)
    fields["code"] = free


def enrol_households(
    session: Session,
    actor: Actor,
    new: Sequence[Mapping[str, Any]],
    changed: Mapping[int, Mapping[str, Any]],
    *,
    source: object,
    at: datetime | None = None,
) -> list[int]:
    """Put many households into the book at once and change others (`changed`: fields by id), with one audit entry for
    all; `source` is the batch they come from, `at` when it was, unless now. Gives the new ones' ids, in their order.
    One without a code gets the next free one of its area. That given codes
    are free is the caller's to know: one that is not raises the database's `IntegrityError`."""
    require(rules.may_edit(actor))
    now, ids = at or clock.now(), list[int]()
    if new:
        times = {"listed": True, "created_at": now, "updated_at": now}
        ids += next_ids(session, table_of("households"), len(new))
        coded = zip(ids, _with_codes(session, new), strict=True)
        session.execute(
            insert(Household).execution_options(render_nulls=True),
            [_with_sound(one) | times | {"id": id_} for id_, one in coded],
        )
    if changed:
        edits = [_with_sound(fields) | {"id": id_, "updated_at": now} for id_, fields in changed.items()]
        session.execute(update(Household), edits)
    if new or changed:
        audit.record(session, actor, "household.enrol", "import_batch", source, new=len(new), changed=sorted(changed))
    return ids


def put_back(session: Session, actor: Actor, undoing: Undoing, *, source: object) -> None:
    """Undo what a batch (`source`) wrote of households or areas, with one audit entry. That nothing was built on it is
    the caller's to know: a row that something refers to raises the database's `IntegrityError`."""
    require(rules.may_edit(actor) and undoing.table in ("households", "areas", "area_aliases"))
    restoring.put_back(session, undoing)
    verb, gone, changed = f"{undoing.table.rstrip('s')}.put_back", len(undoing.made), len(undoing.changed)
    audit.record(session, actor, verb, "import_batch", source, gone=gone, changed=changed)


def _with_codes(session: Session, new: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if all(one["code"] for one in new):
        return [dict(one) for one in new]
    areas = {area.id: area.code for area in session.scalars(select(Area))}
    given = [*session.scalars(select(Household.code)), *(one["code"] for one in new if one["code"])]
    last: dict[str, list[str]] = {}
    coded = []
    for one in new:
        code = one["code"]
        if not code:
            prefix = rules.code_prefix(areas[one["area_id"]], one["kind"])
            code = rules.code_after(prefix, last.get(prefix) or [own for own in given if own.startswith(prefix)])
            last[prefix] = [code]
        coded.append(dict(one) | {"code": code})
    return coded


def _with_sound(fields: Mapping[str, Any]) -> dict[str, Any]:
    sounded = dict(fields)
    if "name" in sounded:
        sounded["pinyin"], sounded["initials"] = sound(sounded["name"])
    if "street" in sounded:
        sounded["street_order"] = street_order(sounded["street"])
    return sounded


def locate_area(session: Session, actor: Actor, area_id: int, latitude: float, longitude: float) -> None:
    """Say where an area's centre is."""
    require(rules.may_see_areas(actor))
    session.execute(update(Area).where(Area.id == area_id).values(latitude=latitude, longitude=longitude))
    audit.record(session, actor, "area.locate", "area", area_id)


def remove_household(session: Session, actor: Actor, household: Household) -> None:
    """Take a household out of the book. Its visits and assignments stay; it is no longer listed, found or targeted.
    Refuses (`Conflict`) when it is already out."""
    require(rules.may_edit(actor))
    _mark_removed(session, household, removed=True)
    audit.record(session, actor, "household.remove", "household", household.id)


def restore_household(session: Session, actor: Actor, household: Household) -> None:
    """Put a household that was taken out back into the book. Refuses (`Conflict`) when it is not out."""
    require(rules.may_edit(actor))
    _mark_removed(session, household, removed=False)
    audit.record(session, actor, "household.restore", "household", household.id)


def _mark_removed(session: Session, household: Household, *, removed: bool) -> None:
    now = clock.now()
    done = session.execute(
        update(Household)
        .where(
            Household.id == household.id,
            Household.removed_at.is_(None) if removed else Household.removed_at.is_not(None),
        )
        .values(removed_at=now if removed else None, updated_at=now)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult
        raise Conflict(N_("这一户刚刚已经有人处理过了。"))
    session.refresh(household, ["removed_at", "updated_at"])


def reveal_phone(session: Session, actor: Actor, household: Household) -> None:
    """Note that the actor looks at a household's phone numbers. Refuses (`TooMany`) above the hourly limit."""
    hold_keys(session, f"reveal:{actor.id}")
    refuse_many(count_reveals(session, actor))
    audit.record(session, actor, "household.reveal_phone", "household", household.id)
