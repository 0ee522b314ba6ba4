"""Reads of areas and households."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from hengli_visits.actor import Actor
from hengli_visits.errors import Missing, require
from hengli_visits.households import rules
from hengli_visits.models import (
    Area,
    Assignment,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Feedback,
    Group,
    Household,
    HouseholdKind,
    Issue,
    IssueState,
    Member,
    Visit,
)
from hengli_visits.paging import Page, paginate
from hengli_visits.search import ESCAPE, name_clause, pattern, street_order

LAST_DOOR = 10**7
"""Stands for a door without a number, after all others."""
LATEST = 5
SETTLED = (
    IssueState.ON_THE_SPOT, IssueState.NOT_ACCEPTED, IssueState.MERGED, IssueState.CLOSED, IssueState.WITHDRAWN,
)  # fmt: skip
"""States in which nothing more happens with an issue."""


def propose_code(session: Session, area: Area, kind: HouseholdKind) -> str:
    """The next free code of an area, after the pattern of the town's rosters (HQ-001)."""
    prefix = rules.code_prefix(area.code, kind)
    begins = Household.code.startswith(prefix, autoescape=True, escape=ESCAPE)
    return rules.code_after(prefix, list(session.scalars(select(Household.code).where(begins))))


def needed_by(actor: Actor) -> ColumnElement[bool]:
    """Households whose name and phone the actor needs: all for coordinators, for leaders those of their groups'
    assignments, for visitors those of their own assignments while the campaign runs and they are in one of its
    groups."""
    if actor.is_coordinator:
        return true()
    clauses: list[ColumnElement[bool]] = []
    target = and_(Assignment.household_id == Household.id, Assignment.removed_at.is_(None))
    if actor.led_groups:
        clauses.append(exists().where(target, Assignment.group_id.in_(sorted(actor.led_groups))))
    if actor.groups:
        campaigns = (
            select(Group.campaign_id)
            .join(Campaign, Campaign.id == Group.campaign_id)
            .where(Group.id.in_(sorted(actor.groups)), Campaign.state == CampaignState.RUNNING)
        )
        mine = select(AssignmentVisitor.assignment_id).where(AssignmentVisitor.member_id == actor.id)
        clauses.append(exists().where(target, Assignment.id.in_(mine), Assignment.campaign_id.in_(campaigns)))
    return and_(Household.removed_at.is_(None), or_(*clauses)) if clauses else false()


def visible(actor: Actor) -> ColumnElement[bool]:
    """Households that the actor may see: those that they need, and for area leads all in the areas they answer for."""
    if not actor.led_area_paths or actor.is_coordinator:
        return needed_by(actor)
    areas = select(Area.id).where(or_(*(Area.path.like(f"{path}%") for path in actor.led_area_paths)))
    return or_(needed_by(actor), and_(Household.area_id.in_(areas), Household.removed_at.is_(None)))


def matches(words: str) -> ColumnElement[bool]:
    """Households whose name, 拼音, initials, contact, address or code hold the words; a short number alone is a door
    number."""
    plain = unicodedata.normalize("NFKC", words).strip()
    anywhere = pattern(words)
    code = Household.code.ilike(anywhere, escape=ESCAPE)
    if plain.isascii() and plain.isdigit() and len(plain) <= 6:
        return or_(Household.door_number == int(plain), Household.door.like(f"{plain}%"), code)
    return or_(
        name_clause(Household, words),
        code,
        (Household.street + Household.door).ilike(anywhere, escape=ESCAPE),
        Household.contact.ilike(anywhere, escape=ESCAPE),
    )


@dataclass(frozen=True)
class Wanted:
    """What is looked for in the book; None and empty mean all."""

    text: str = ""
    area_id: int | None = None
    street: str = ""
    kind: HouseholdKind | None = None
    category: str = ""
    removed: bool = False
    unlisted: bool = False

    @property
    def clauses(self) -> list[ColumnElement[bool]]:
        """What a household must meet."""
        found: list[ColumnElement[bool]] = [
            Household.removed_at.is_not(None) if self.removed else Household.removed_at.is_(None)
        ]
        if self.text.strip():
            found.append(matches(self.text))
        if self.area_id is not None:
            found.append(Household.area_id == self.area_id)
        if self.street:
            found.append(Household.street == self.street)
        if self.kind is not None:
            found.append(Household.kind == self.kind)
        if self.category:
            found.append(Household.category == self.category)
        if self.unlisted:
            found.append(~Household.listed)
        return found


def book(actor: Actor, wanted: Wanted) -> Select[Household]:
    """What is wanted of the book, in the order in which one walks; the area is joined. Raises `Missing` for who may not
    see it all."""
    require(rules.may_edit(actor))
    return (
        select(Household)
        .join(Household.area)
        .where(*wanted.clauses)
        .order_by(
            Area.position,
            Area.id,
            Household.kind.desc(),
            Household.street_order,
            func.coalesce(Household.door_number, LAST_DOOR),
            Household.door,
            Household.id,
        )
    )


def page_of_households(session: Session, actor: Actor, wanted: Wanted, number: int) -> Page[Household]:
    """A page of the book with areas. Two queries. Raises `Missing` for who may not see it all."""
    return paginate(session, book(actor, wanted).options(contains_eager(Household.area)), number)


class Facets(NamedTuple):
    """What one may choose from: how many there are of each kind, how many were added at the door, categories and, once a
    village is chosen, streets."""

    kinds: dict[HouseholdKind, int]
    unlisted: int
    categories: Sequence[str]
    streets: Sequence[str]


def facets(session: Session, wanted: Wanted) -> Facets:
    """The choices for the village, words and removal that are wanted, whatever else is chosen. One query."""
    base = replace(wanted, street="", kind=None, category="", unlisted=False)
    street = Household.street if wanted.area_id is not None else literal("")
    rows = session.execute(
        select(Household.kind, Household.category, street, func.count(Household.id), Household.listed)
        .where(*base.clauses)
        .group_by(Household.kind, Household.category, street, Household.listed)
    ).all()
    kinds = {kind: sum(row[3] for row in rows if row[0] == kind) for kind in HouseholdKind}
    categories = sorted({row[1] for row in rows if row[1]} | ({wanted.category} - {""}))
    streets = sorted({row[2] for row in rows if row[2]} | ({wanted.street} - {""}), key=street_order)
    return Facets(kinds, sum(row[3] for row in rows if not row[4]), categories, streets)


def villages(session: Session) -> list[Area]:
    """The areas in which households lie: all below the town. One query."""
    query = select(Area).where(Area.parent_id.is_not(None)).order_by(Area.position, Area.id)
    return list(session.scalars(query))


def town(session: Session) -> Area | None:
    """The root of the area tree, None before there is one."""
    return session.scalar(select(Area).where(Area.parent_id.is_(None)).order_by(Area.id).limit(1))


def get_household(session: Session, actor: Actor, household_id: int) -> Household:
    """A household with its area. Raises `Missing` outside the actor's scope."""
    return _get(session, household_id, visible(actor))


def get_needed(session: Session, actor: Actor, household_id: int) -> Household:
    """A household whose phone the actor may see. Raises `Missing` for all others, area leads among them."""
    return _get(session, household_id, needed_by(actor))


def is_needed(session: Session, actor: Actor, household_id: int) -> bool:
    """Whether the actor may see the phone of a household that they may see. At most one query."""
    if actor.is_coordinator or not actor.led_area_paths:
        return True
    return session.scalar(select(Household.id).where(Household.id == household_id, needed_by(actor))) is not None


def _get(session: Session, household_id: int, clause: ColumnElement[bool]) -> Household:
    household = session.scalar(
        select(Household).where(Household.id == household_id, clause).options(joinedload(Household.area))
    )
    if household is None:
        raise Missing
    return household


def doubles_of(session: Session, household: Household) -> Sequence[Household]:
    """Of a household that was added at the door those in the book that may be the same: of that name in its village, or
    with its phone number. With areas; at most five. One query, for who keeps the book."""
    alike = and_(Household.area_id == household.area_id, Household.name == household.name)
    if household.phone:
        alike = or_(alike, Household.phone == household.phone, Household.second_phone == household.phone)
    query = (
        select(Household)
        .where(alike, Household.listed, Household.removed_at.is_(None), Household.id != household.id)
        .options(joinedload(Household.area))
        .order_by(Household.id)
        .limit(LATEST)
    )
    return session.scalars(query).all()


class Past(NamedTuple):
    """What a household's page tells besides the household: its assignments, latest visits and open issues."""

    assignments: Sequence[Assignment]
    visits: Sequence[tuple[Visit, int]]
    issues: Sequence[Issue]


def past_of(session: Session, household_id: int) -> Past:
    """A household's assignments with campaign, group and visitors, newest campaign first; its latest visits, each with
    its author and how many things were said; its open issues. Four queries, for who may see the household."""
    assignments = session.scalars(
        select(Assignment)
        .join(Assignment.campaign)
        .where(Assignment.household_id == household_id, Assignment.removed_at.is_(None))
        .options(
            contains_eager(Assignment.campaign),
            joinedload(Assignment.group),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    ).all()
    said = select(func.count(Feedback.id)).where(Feedback.visit_id == Visit.id, Feedback.removed_at.is_(None))
    visits = session.execute(
        select(Visit, said.scalar_subquery())
        .join(Assignment, Assignment.id == Visit.assignment_id)
        .options(joinedload(Visit.author).load_only(Member.name))
        .where(Assignment.household_id == household_id, Visit.voided_at.is_(None))
        .order_by(Visit.visited_at.desc(), Visit.id.desc())
        .limit(LATEST)
    ).all()
    issues = session.scalars(
        select(Issue)
        .where(Issue.household_id == household_id, Issue.state.not_in(SETTLED))
        .order_by(Issue.raised_at.desc(), Issue.id.desc())
        .limit(LATEST)
    ).all()
    return Past(assignments, [(visit, count) for visit, count in visits], issues)


class AreaRow(NamedTuple):
    """An area with what lies in it, its own parts not counted."""

    area: Area
    depth: int
    families: int
    enterprises: int
    members: int


def area_tree(session: Session, actor: Actor) -> list[AreaRow]:
    """The area tree, parents before their parts, with counts. Two queries. Raises `Missing` for who may not see it."""
    require(rules.may_see_areas(actor))
    inside = select(
        Household.area_id,
        func.count(case((Household.kind == HouseholdKind.FAMILY, 1))).label("families"),
        func.count(case((Household.kind == HouseholdKind.ENTERPRISE, 1))).label("enterprises"),
    )
    inside = inside.where(Household.removed_at.is_(None)).group_by(Household.area_id)
    counts = inside.subquery()
    people = select(func.count(Member.id)).where(Member.area_id == Area.id, Member.active).scalar_subquery()
    rows = session.execute(
        select(Area, counts.c.families, counts.c.enterprises, people)
        .outerjoin(counts, counts.c.area_id == Area.id)
        .options(selectinload(Area.aliases))
        .order_by(Area.position, Area.id)
    ).all()
    below: dict[int | None, list[AreaRow]] = {}
    for area, families, enterprises, members in rows:
        row = AreaRow(area, area.path.count("/") - 2, families or 0, enterprises or 0, members)
        below.setdefault(area.parent_id, []).append(row)
    return list(_walk(below, None))


def _walk(below: dict[int | None, list[AreaRow]], parent_id: int | None) -> list[AreaRow]:
    found: list[AreaRow] = []
    for row in below.get(parent_id, []):
        found += [row, *_walk(below, row.area.id)]
    return found


def get_area(session: Session, actor: Actor, area_id: int) -> Area:
    """An area with its other names. Raises `Missing` for who may not see the tree."""
    require(rules.may_see_areas(actor))
    area = session.scalar(select(Area).where(Area.id == area_id).options(selectinload(Area.aliases)))
    if area is None:
        raise Missing
    return area
