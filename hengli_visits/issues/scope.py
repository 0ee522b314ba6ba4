"""Through which clauses issues are found, and what an actor is to one: one clause per part, used for both."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, False_, and_, exists, false, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from hengli_visits.actor import Actor
from hengli_visits.issues.rules import HIDDEN_FROM_UNITS, MOVES
from hengli_visits.issues.steps import Part, Verb
from hengli_visits.issues.table.terms import OPENING
from hengli_visits.models import (
    Account,
    Area,
    Assignment,
    AssignmentVisitor,
    Campaign,
    CampaignState,
    Group,
    Issue,
    IssueState,
    IssueUnit,
    Member,
    Move,
    Role,
    RoleGrant,
)

TELLING = (CampaignState.RUNNING, CampaignState.CLOSED)
"""Campaigns whose visitors still tell residents the answer: what was raised outlives the visiting itself."""
RETURNS_OF_OFFICE = 1
"""So many returns the coordinator decides alone; further ones need the area lead, where there is one."""
EXTENSIONS_OF_OFFICE = 1
"""Likewise so many extensions of a round."""
ACTORS = 64
"""So many actors' clauses are kept."""
HANDLING = tuple(v.value for v in (Verb.SIGN, Verb.CONTACT, Verb.NOTE, Verb.ANSWER, Verb.CLOSE_PART))
"""What somebody did who has handled an issue."""


def _in_led_areas(actor: Actor) -> ColumnElement[bool]:
    if not actor.led_area_paths:
        return false()
    areas = select(Area.id).where(or_(*(Area.path.like(f"{path}%") for path in actor.led_area_paths)))
    return Issue.area_id.in_(areas)


def _visits_household(actor: Actor) -> ColumnElement[bool]:
    if not actor.groups:
        return false()
    mine = (
        select(Assignment.household_id)
        .join(AssignmentVisitor, AssignmentVisitor.assignment_id == Assignment.id)
        .join(Campaign, Campaign.id == Assignment.campaign_id)
        .where(
            AssignmentVisitor.member_id == actor.id,
            Assignment.removed_at.is_(None),
            Assignment.campaign_id.in_(select(Group.campaign_id).where(Group.id.in_(sorted(actor.groups)))),
            Campaign.state.in_(TELLING),
        )
    )
    return or_(Issue.household_id.in_(mine), and_(Issue.household_id.is_(None), Issue.raised_by_id == actor.id))


@cache
def _has_area_lead() -> ColumnElement[bool]:
    """Issues in whose area somebody answers as area lead, can sign in, and is not whom it is about. Told by sets that do
    not depend on the issue: the database makes each once and not for every row."""
    own, led = aliased(Area), aliased(Area)
    answering = (
        own.path.startswith(led.path),
        RoleGrant.area_id == led.id,
        RoleGrant.role == Role.AREA_LEAD,
        Account.member_id == RoleGrant.member_id,
        Account.disabled_at.is_(None),
        Member.id == RoleGrant.member_id,
        Member.active,
    )
    led_by = select(own.id, Member.id).where(*answering)
    led_at_all = select(own.id).where(*answering)
    several = led_at_all.group_by(own.id).having(func.count(Member.id.distinct()) > 1)
    apart = or_(
        Issue.about_member_id.is_(None),
        Issue.area_id.in_(several),
        tuple_(Issue.area_id, Issue.about_member_id).not_in(led_by),
    )
    return and_(Issue.area_id.in_(led_at_all), apart)


def _handled(actor: Actor) -> ColumnElement[bool]:
    """Worked for a unit on the issue or on the one that it was merged into, or acts for a unit of that one."""
    worked = exists().where(
        or_(Move.issue_id == Issue.id, Move.issue_id == Issue.main_issue_id),
        Move.actor_id == actor.id,
        Move.verb.in_(HANDLING),
    )
    if not actor.units:
        return worked
    units, main = sorted(actor.units), aliased(Issue)
    leads = exists().where(main.id == Issue.main_issue_id, main.lead_unit_id.in_(units))
    helps = exists().where(IssueUnit.issue_id == Issue.main_issue_id, IssueUnit.organisation_id.in_(units))
    return or_(worked, leads, helps)


def _handles(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    """Leads for a unit, helps, helps with a part that is open."""
    if not actor.units:
        return false(), false(), false()
    units = sorted(actor.units)
    shown = Issue.state.not_in(HIDDEN_FROM_UNITS)
    helped = select(IssueUnit.issue_id).where(IssueUnit.organisation_id.in_(units))
    helping = Issue.id.in_(helped)
    holding = Issue.id.in_(helped.where(IssueUnit.part != "", IssueUnit.done_at.is_(None)))
    return shown & Issue.lead_unit_id.in_(units), shown & helping, shown & holding


def is_about(actor: Actor) -> ColumnElement[bool]:
    """Issues about the actor, or about a unit for which the actor handles issues: whatever else they are, they do not
    get to see them."""
    member = and_(Issue.about_member_id.is_not(None), Issue.about_member_id == actor.id)
    if not actor.units:
        return member
    return or_(member, and_(Issue.about_unit_id.is_not(None), Issue.about_unit_id.in_(sorted(actor.units))))


def _judges(
    office: ColumnElement[bool], area: ColumnElement[bool], count: InstrumentedAttribute[int], of_office: int
) -> ColumnElement[bool]:
    """Who decides: the office the first ones, the area lead further ones, where there is one."""
    return or_(and_(office, or_(count < of_office, ~_has_area_lead())), and_(area, count >= of_office))


@lru_cache(maxsize=ACTORS)
def clauses(actor: Actor) -> Mapping[Part, ColumnElement[bool]]:
    """For each part the clause that finds the issues to which the actor is it. Who an issue is about is nothing to it.
    A request asks this many times; the clauses of an actor are put together once."""
    office: ColumnElement[bool] = true() if actor.is_coordinator else false()
    area = _in_led_areas(actor)
    lead, helping, holding = _handles(actor)
    shared = exists().where(IssueUnit.issue_id == Issue.id)
    found = {
        Part.COORDINATOR: office,
        Part.AREA_LEAD: area,
        Part.LEADER: Issue.group_id.in_(sorted(actor.led_groups)) if actor.led_groups else false(),
        Part.VISITOR: _visits_household(actor),
        Part.RAISER: Issue.raised_by_id == actor.id,
        Part.HANDLER: lead,
        Part.CO_HANDLER: helping,
        Part.RETURN_JUDGE: _judges(office, area, Issue.returns, RETURNS_OF_OFFICE + 1),
        Part.PARK_JUDGE: or_(and_(office, ~_has_area_lead()), area),
        Part.EXTENSION_JUDGE: or_(
            _judges(office, area, Issue.extensions, EXTENSIONS_OF_OFFICE),
            and_(or_(office, area), Issue.extension_until.is_(None)),
        ),
        Part.PART_SETTER: and_(or_(office, lead), shared),
        Part.PART_HOLDER: holding,
        Part.HANDLED: _handled(actor),
    }
    about = is_about(actor)
    return {
        part: clause if part is Part.HANDLED or isinstance(clause, False_) else and_(clause, ~about)
        for part, clause in found.items()
    }


def visible(actor: Actor) -> ColumnElement[bool]:
    """Issues that the actor may see: all for coordinators, those of led areas and led groups, those raised by oneself
    or of households that are now one's own, and for units those that they lead or help with from 待签收 on. To have
    handled one once opens nothing, and whom an issue is about does not see it."""
    return or_(false(), *(clause for part, clause in clauses(actor).items() if part in OPENING))


def waits_for(actor: Actor, states: Iterable[IssueState] = tuple(IssueState)) -> ColumnElement[bool]:
    """Issues whose next step is the actor's turn, read from the table of moves."""
    wanted = set(states)
    own = clauses(actor)
    found = []
    for step in MOVES:
        sources = [state for state in step.sources if state in wanted]
        if step.duty and sources:
            barred = or_(false(), *(own[part] for part in step.barred))
            turn = step.turn() if step.turn is not None else true()
            found.append(and_(Issue.state.in_(sources), or_(*(own[part] for part in step.duty)), ~barred, turn))
    return or_(false(), *found)


@lru_cache(maxsize=ACTORS)
def columns(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The clauses as columns named after their parts, to be read together with an issue."""
    return tuple(or_(clause, literal(False)).label(part.value) for part, clause in clauses(actor).items())


def parts_in(row: Any) -> frozenset[Part]:
    """What the actor is to an issue by a row that was read with `columns`."""
    return frozenset(part for part in Part if getattr(row, part.value))
