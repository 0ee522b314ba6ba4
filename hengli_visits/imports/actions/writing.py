"""Writing the records of a batch through the slices that own them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.actions import give_each, target_households, to_group
from hengli_visits.errors import Invalid
from hengli_visits.groups.actions import add_leader, add_members, create_group, edit_group
from hengli_visits.households.actions import create_area, enrol_households, locate_area
from hengli_visits.imports import queries
from hengli_visits.imports.campaign import load_targets
from hengli_visits.imports.matching import ENTERPRISE_FIELDS, FAMILY_FIELDS, MEMBER_FIELDS, PLACE_FIELDS, Verdict
from hengli_visits.imports.newcomers import sector_of
from hengli_visits.members.actions import create_organisation, edit_organisation, enrol_members
from hengli_visits.models import (
    Area,
    AreaKind,
    Campaign,
    Group,
    Household,
    HouseholdKind,
    ImportBatch,
    Member,
    Organisation,
    OrganisationKind,
    RosterKind,
    RowState,
    Sector,
)
from hengli_visits.restoring import rows_by_id, table_of
from hengli_visits.search import sound
from hengli_visits.wording import N_

Pair = tuple[Any, Verdict]
TEXTS = frozenset({"remarks", "category", "industry", "contact", "street", "door", "address"})


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes one batch. `pairs` hold the records that are new or changed, with what to do."""

    session: Session
    actor: Actor
    batch: ImportBatch
    at: datetime = field(default_factory=clock.now)

    def write(self, pairs: Sequence[Pair]) -> None:
        """Write all of them."""
        writers: dict[RosterKind, Callable[[Sequence[Pair]], None]] = {
            RosterKind.AREAS: self.areas,
            RosterKind.BRANCHES: self.branches,
            RosterKind.MEMBERS: self.members,
            RosterKind.HOUSEHOLDS: lambda some: self.households(some, HouseholdKind.FAMILY),
            RosterKind.ENTERPRISES: lambda some: self.households(some, HouseholdKind.ENTERPRISE),
            RosterKind.GROUPS: self.groups,
            RosterKind.ASSIGNMENTS: self.assignments,
        }
        if pairs:
            writers[self.batch.kind](pairs)

    def found_town(self, name: str | None) -> Area:
        """The town, founded with this name when it is not there yet."""
        town = queries.load_town(self.session)
        if town is not None:
            return town
        name = (name or "").strip()
        if not 2 <= len(name) <= 30:
            raise Invalid(N_("请填写镇的名称。"), field="town")
        return create_area(
            self.session, self.actor, name=name, kind=AreaKind.TOWN, code=sound(name)[1].upper()[:10] or "ZHEN"
        )

    def village(self, town: Area, record: Any) -> None:
        """Found one village."""
        create_area(
            self.session,
            self.actor,
            name=record.name,
            kind=AreaKind(record.kind),
            code=record.code,
            parent=town,
            latitude=record.latitude,
            longitude=record.longitude,
        )

    def areas(self, pairs: Sequence[Pair]) -> None:
        """Villages of a list; the town stands already."""
        town = self.found_town(None)
        for record, verdict in pairs:
            if verdict.state is RowState.NEW:
                self.village(town, record)
            elif verdict.target:
                locate_area(self.session, self.actor, verdict.target, record.latitude, record.longitude)

    def area_ids(self) -> dict[str, int]:
        """{village: its id}."""
        return {area.name: area.id for area in queries.load_villages(self.session)}

    def branches(self, pairs: Sequence[Pair]) -> None:
        """Branches of a list."""
        areas = self.area_ids()
        for record, verdict in pairs:
            sector, area_id = Sector(record.sector), areas.get(record.village)
            if verdict.state is RowState.NEW:
                create_organisation(
                    self.session,
                    self.actor,
                    kind=OrganisationKind.BRANCH,
                    name=record.name,
                    sector=sector,
                    area_id=area_id,
                )
                continue
            branch = self.session.get_one(Organisation, verdict.target)
            edit_organisation(
                self.session,
                self.actor,
                branch,
                name=branch.name,
                sector=sector,
                area_id=area_id or branch.area_id,
                active=branch.active,
            )

    def branch_ids(self, pairs: Sequence[Pair], areas: dict[str, int]) -> dict[str, int]:
        """{branch: its id}, those that the records name and the town does not have founded first."""
        known = {one.values["name"]: one.id for one in queries.load_branches(self.session)}
        named = dict.fromkeys(record.branch for record, _ in pairs if record.branch)
        for name in named:
            if name not in known:
                sector, village = sector_of(name, list(areas))
                known[name] = create_organisation(
                    self.session,
                    self.actor,
                    kind=OrganisationKind.BRANCH,
                    name=name,
                    sector=sector,
                    area_id=areas.get(village or ""),
                ).id
        return known

    def members(self, pairs: Sequence[Pair]) -> None:
        """People, with the branches that they name."""
        areas = self.area_ids()
        branches = self.branch_ids(pairs, areas)
        columns = {"village": ("area_id", areas), "branch": ("branch_id", branches)}
        self.keep_before(Member, pairs)
        ids = enrol_members(
            self.session,
            self.actor,
            [as_columns(whole(record, MEMBER_FIELDS), columns) for record, verdict in pairs if is_new(verdict)],
            edits(pairs, columns),
            source=self.batch.id,
            at=self.at,
        )
        name_targets(pairs, ids)

    def households(self, pairs: Sequence[Pair], kind: HouseholdKind) -> None:
        """Families or enterprises."""
        columns = {"village": ("area_id", self.area_ids())}
        fields = FAMILY_FIELDS if kind is HouseholdKind.FAMILY else ENTERPRISE_FIELDS
        names = ("code", "door_number", *fields, *PLACE_FIELDS)
        new = [as_columns(whole(record, names), columns) for record, verdict in pairs if is_new(verdict)]
        changed = edits(pairs, columns)
        for record, verdict in pairs:
            if verdict.target and "door" in verdict.changes:
                changed[verdict.target]["door_number"] = record.door_number
        self.keep_before(Household, pairs)
        ids = enrol_households(
            self.session,
            self.actor,
            [one | {"kind": kind} for one in new],
            changed,
            source=self.batch.id,
            at=self.at,
        )
        name_targets(pairs, ids)

    def keep_before(self, model: type[Member | Household], pairs: Sequence[Pair]) -> None:
        """Note what the records that are about to change are now."""
        changed = {verdict.target: verdict for _, verdict in pairs if verdict.target and not is_new(verdict)}
        for raw in rows_by_id(self.session, table_of(model.__tablename__), sorted(changed)):
            changed[raw["id"]].before = raw

    def groups(self, pairs: Sequence[Pair]) -> None:
        """Groups, their teams, and who leads and who is in them."""
        campaign = self.session.get_one(Campaign, self.batch.campaign_id)
        query = select(Group).where(Group.campaign_id == campaign.id).options(selectinload(Group.areas))
        standing = {group.name: group for group in self.session.scalars(query)}
        areas = {area.name: area for area in queries.load_villages(self.session)}
        for record, verdict in pairs:
            covered = [areas[name] for name in record.villages]
            top = self.group(campaign, standing, record.group, covered, None)
            own = top
            if verdict.fields["team"]:
                own = self.group(campaign, standing, verdict.fields["team"], covered, top)
            if leader := verdict.fields["group_leader"]:
                add_leader(self.session, self.actor, top, leader)
            if (leader := verdict.fields["team_leader"]) and own is not top:
                add_leader(self.session, self.actor, own, leader)
            if verdict.fields["members"]:
                add_members(self.session, self.actor, own, verdict.fields["members"])

    def group(
        self, campaign: Campaign, standing: dict[str, Group], name: str, covered: list[Area], parent: Group | None
    ) -> Group:
        """The group or team of that name with these villages among its own, made when it is not there."""
        group = standing.get(name)
        if group is None:
            group = create_group(self.session, self.actor, campaign, name, parent=parent, areas=covered)
            standing[name] = group
        elif more := [area for area in covered if area not in group.areas]:
            edit_group(self.session, self.actor, group, name=group.name, areas=[*group.areas, *more])
        return group

    def assignments(self, pairs: Sequence[Pair]) -> None:
        """Who visits whom: households that are no targets yet are made targets, then each gets its visitors."""
        campaign = self.session.get_one(Campaign, self.batch.campaign_id)
        wanted = {verdict.fields["household"]: verdict.fields for _, verdict in pairs}
        fresh = {verdict.fields["household"] for _, verdict in pairs if is_new(verdict)}
        if fresh:
            target_households(self.session, self.actor, campaign, fresh)
        targets = load_targets(self.session, campaign.id)
        plan = {targets[one].id: fields["visitors"] for one, fields in wanted.items()}
        give_each(self.session, self.actor, plan, batch=self.batch.id)
        teams: dict[int, list[int]] = {}
        for one, fields in wanted.items():
            if fields["team"]:
                teams.setdefault(fields["team"], []).append(targets[one].id)
        for team, ids in teams.items():
            to_group(self.session, self.actor, ids, self.session.get_one(Group, team))


def is_new(verdict: Verdict) -> bool:
    """Whether the row is a record that was not there."""
    return verdict.state is RowState.NEW


def name_targets(pairs: Sequence[Pair], ids: Sequence[int]) -> None:
    """Say of the new rows which record each became."""
    for verdict, id_ in zip((verdict for _, verdict in pairs if is_new(verdict)), ids, strict=True):
        verdict.target = id_


def whole(record: Any, names: Sequence[str]) -> dict[str, Any]:
    """All named fields of a record; texts that are missing are empty."""
    values = {name: getattr(record, name) for name in names}
    return {name: "" if value is None and name in TEXTS else value for name, value in values.items()}


def as_columns(values: dict[str, Any], columns: dict[str, tuple[str, dict[str, int]]]) -> dict[str, Any]:
    """A roster's fields as the table's columns: names of villages and branches become ids."""
    found = {}
    for name, value in values.items():
        column, ids = columns.get(name, (name, None))
        found[column] = value if ids is None else ids[value] if value else None
    return found


def edits(pairs: Sequence[Pair], columns: dict[str, tuple[str, dict[str, int]]]) -> dict[int, dict[str, Any]]:
    """{id: columns to change} of the records that stand already."""
    found: dict[int, dict[str, Any]] = {}
    for _, verdict in pairs:
        if verdict.state is RowState.CHANGED and verdict.target:
            changes = as_columns({name: new for name, (_, new) in verdict.changes.items()}, columns)
            found.setdefault(verdict.target, {}).update(changes)
    return found
