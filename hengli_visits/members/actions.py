"""Writes of the roster of people and organisations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock, restoring
from hengli_visits.actor import Actor
from hengli_visits.errors import Invalid, require
from hengli_visits.members import rules
from hengli_visits.members.queries import count_reveals
from hengli_visits.models import Member, Organisation, OrganisationKind, Sector
from hengli_visits.orm import hold_keys, next_ids
from hengli_visits.restoring import Undoing, table_of
from hengli_visits.search import sound
from hengli_visits.wording import N_

FIELDS = frozenset(
    {
        "staff_number", "name", "gender", "standing", "branch_id", "area_id", "phone", "second_phone", "born",
        "remarks", "active",
    }
)  # fmt: skip


def save_member(session: Session, actor: Actor, member: Member | None, **fields: Any) -> Member:
    """Put a person on the roster (`member` None) or change one; a field that is not given stays as it is. `name` loses
    its spaces and gets its 拼音. Nothing is written when nothing differs. Refuses a phone or a staff number that
    somebody else has (`Invalid` with its field) and actors who do not keep the roster (`Missing`)."""
    require(rules.may_edit(actor))
    fields = _tidied(fields)
    changed = {name for name, value in fields.items() if member is None or getattr(member, name) != value}
    _refuse_taken(session, member, fields, changed)
    if member is not None and not changed:
        return member
    verb = "member.create" if member is None else "member.edit"
    if member is None:
        member = Member(created_at=clock.now())
        session.add(member)
    for name in changed:
        setattr(member, name, fields[name])
    if "name" in changed:
        member.pinyin, member.initials = sound(member.name)
    member.updated_at = clock.now()
    session.flush()
    audit.record(session, actor, verb, "member", member.id, fields=sorted(changed))
    return member


def _tidied(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := fields.keys() - FIELDS:
        raise TypeError(f"a member has no {sorted(unknown)}")
    fields = dict(fields)
    if "name" in fields:
        fields["name"] = "".join(fields["name"].split())
        if not fields["name"]:
            raise Invalid(N_("请填写姓名。"), field="name")
    if "staff_number" in fields:
        fields["staff_number"] = rules.tidy_code(fields["staff_number"])
    for name in ("phone", "second_phone", "staff_number"):
        if name in fields:
            fields[name] = fields[name] or None
    if isinstance(fields.get("born"), date):
        fields["born"] = fields["born"].replace(day=1)
    return fields


def _refuse_taken(session: Session, member: Member | None, fields: dict[str, Any], changed: set[str]) -> None:
    sentences = {
        "phone": N_("这个电话号码已经是 %(name)s 的。"),
        "staff_number": N_("这个编号已经是 %(name)s 的。"),
    }
    for name, text in sentences.items():
        if name in changed and fields[name] is not None:
            other = session.scalar(
                select(Member.name).where(
                    getattr(Member, name) == fields[name], Member.id != (member.id if member else 0)
                )
            )
            if other is not None:
                raise Invalid(text, field=name, name=other)


def enrol_members(
    session: Session,
    actor: Actor,
    new: Sequence[Mapping[str, Any]],
    changed: Mapping[int, Mapping[str, Any]],
    *,
    source: object,
    at: datetime | None = None,
) -> list[int]:
    """Put many people on the roster at once and change others (`changed`: fields by id), with one audit entry for all;
    `source` is the batch they come from, `at` when it was, unless now. Gives the new ones' ids, in their order. That
    phones and staff numbers are free is the caller's to know: one that is
    not raises the database's `IntegrityError`."""
    require(rules.may_edit(actor))
    now, ids = at or clock.now(), list[int]()
    if new:
        times = {"active": True, "created_at": now, "updated_at": now}
        ids += next_ids(session, table_of("members"), len(new))
        session.execute(
            insert(Member).execution_options(render_nulls=True),
            [_with_sound(_tidied(dict(one))) | times | {"id": id_} for id_, one in zip(ids, new, strict=True)],
        )
    if changed:
        edits = [
            _with_sound(_tidied(dict(fields))) | {"id": member_id, "updated_at": now}
            for member_id, fields in changed.items()
        ]
        session.execute(update(Member), edits)
    if new or changed:
        audit.record(session, actor, "member.enrol", "import_batch", source, new=len(new), changed=sorted(changed))
    return ids


def put_back(session: Session, actor: Actor, undoing: Undoing, *, source: object) -> None:
    """Undo what a batch (`source`) wrote of people or organisations, with one audit entry. That nothing was built on it
    is the caller's to know: a row that something refers to raises the database's `IntegrityError`."""
    require(rules.may_edit(actor) and undoing.table in ("members", "organisations"))
    restoring.put_back(session, undoing)
    verb, gone, changed = f"{undoing.table.rstrip('s')}.put_back", len(undoing.made), len(undoing.changed)
    audit.record(session, actor, verb, "import_batch", source, gone=gone, changed=changed)


def _with_sound(fields: dict[str, Any]) -> dict[str, Any]:
    if "name" in fields:
        fields["pinyin"], fields["initials"] = sound(fields["name"])
    return fields


def reveal_phone(session: Session, actor: Actor, member: Member) -> None:
    """Note that the actor looks at a member's phone numbers. Refuses (`TooMany`) above the hourly limit."""
    hold_keys(session, f"reveal:{actor.id}")
    rules.refuse_many(count_reveals(session, actor))
    audit.record(session, actor, "member.reveal_phone", "member", member.id)


def create_organisation(
    session: Session,
    actor: Actor,
    *,
    kind: OrganisationKind,
    name: str,
    sector: Sector | None = None,
    area_id: int | None = None,
) -> Organisation:
    """Add a branch or a unit. A unit with an area is that village's own committee. Refuses a name that its kind
    already has (`Invalid`)."""
    require(rules.may_edit_organisations(actor))
    organisation = Organisation(
        kind=kind, name=_free_name(session, kind, name, None), sector=sector, area_id=area_id, active=True
    )
    session.add(organisation)
    session.flush()
    audit.record(session, actor, "organisation.create", "organisation", organisation.id)
    return organisation


def edit_organisation(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    *,
    name: str,
    sector: Sector | None,
    area_id: int | None,
    active: bool = True,
) -> Organisation:
    """Change a branch or a unit. Refuses a name that its kind already has (`Invalid`)."""
    require(rules.may_edit_organisations(actor))
    organisation.name = _free_name(session, organisation.kind, name, organisation.id)
    organisation.sector = sector
    organisation.area_id = area_id
    organisation.active = active
    session.flush()
    audit.record(session, actor, "organisation.edit", "organisation", organisation.id)
    return organisation


def _free_name(session: Session, kind: OrganisationKind, name: str, own_id: int | None) -> str:
    name = name.strip()
    if not name:
        raise Invalid(N_("请填写名称。"), field="name")
    other = session.scalar(
        select(Organisation.id).where(
            Organisation.kind == kind, Organisation.name == name, Organisation.id != (own_id or 0)
        )
    )
    if other is not None:
        raise Invalid(N_("已经有“%(name)s”了。"), field="name", name=name)
    return name
