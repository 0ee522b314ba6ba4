"""Walk lists that came back on paper, entered line by line: which household a line is about, what it says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.assignments import keycodes
from hengli_visits.assignments.scope import own
from hengli_visits.assignments.sheets import Pair, Party, parties
from hengli_visits.assignments.story import KEYED_IN
from hengli_visits.assignments.walking import door_key
from hengli_visits.errors import Invalid, Missing, require
from hengli_visits.models import (
    Assignment,
    AssignmentVisitor,
    AuditEntry,
    Campaign,
    Group,
    Handling,
    Household,
    Outcome,
    Visit,
    VisitCompanion,
)
from hengli_visits.orm import hold_keys
from hengli_visits.reader import Unfit
from hengli_visits.visits.content import VisitContent, read
from hengli_visits.visits.rules import CLOCK_TOLERANCE, may_key_in
from hengli_visits.visits.shorthand import plain, read_clock, read_nature, read_occasion, read_outcome
from hengli_visits.wording import N_

ENTERED = "visit.key_in"
SITTING = timedelta(hours=12)
"""So far back what somebody entered is shown below the line."""
MOST_SHOWN = 50
LONGEST_CODE = 40


def campaign_for_keying(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """The campaign in which the actor may enter sheets now, or `Missing`."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise Missing
    groups = set(session.scalars(select(Group.id).where(Group.campaign_id == campaign_id, Group.id.in_(_seats(actor)))))
    require(may_key_in(campaign.state, leads=bool(groups & actor.led_groups), visits=bool(groups & actor.groups)))
    return campaign


def _seats(actor: Actor) -> list[int]:
    return sorted(actor.led_groups | actor.groups)


def keyable(actor: Actor, campaign_id: int) -> ColumnElement[bool]:
    """The households of a campaign for which the actor may enter visits: those of led groups, and one's own."""
    theirs = Assignment.group_id.in_(sorted(actor.led_groups)) if actor.led_groups else false()
    return (Assignment.campaign_id == campaign_id) & Assignment.removed_at.is_(None) & or_(theirs, own(actor))


def keyable_sheets(session: Session, actor: Actor, campaign_id: int) -> list[Party]:
    """The pairs whose sheets the actor may enter."""
    return parties(session, keyable(actor, campaign_id))


def find_household(
    session: Session, actor: Actor, campaign_id: int, typed: str | None, pair: Pair | None
) -> Assignment:
    """The assignment that a key code names, or, on the sheet of a pair, a door number; with household, area, group and
    visitors. Raises Invalid (`code`) with a sentence when there is none, or more than one."""
    text = plain(typed)[:LONGEST_CODE]
    if not text:
        raise Invalid(N_("请填识别码，在单子的第二栏。"), field="code")
    scope, number = keyable(actor, campaign_id), keycodes.read(text)
    if number is not None and (found := _loaded(session, scope, Assignment.id == number)):
        return found[0]
    if pair is not None and text[0].isdigit():
        return _at_door(session, scope, text, pair)
    if number is not None:
        raise Invalid(N_("这个识别码不是这次活动里归您录入的户，请看是不是拿错了单子。"), field="code")
    raise Invalid(N_("识别码不对，可能抄错或打错了一个字，请再对一下。"), field="code")


def _at_door(session: Session, scope: ColumnElement[bool], text: str, pair: Pair) -> Assignment:
    seats = select(AssignmentVisitor.assignment_id).where(AssignmentVisitor.member_id == pair[0])
    wanted = door_key(text)
    found = [
        one
        for one in _loaded(session, scope, Assignment.id.in_(seats))
        if tuple(sorted(visitor.member_id for visitor in one.visitors)) == pair
        and wanted == door_key(one.household.door, one.household.door_number)
    ]
    if not found:
        raise Invalid(N_("这张单上没有门牌 %(door)s，也不是一个识别码。"), field="code", door=text)
    if len(found) > 1:
        streets = "、".join(f"{one.household.street} {one.household.door}".strip() for one in found[:4])
        raise Invalid(
            N_("这张单上有几户是 %(door)s：%(streets)s。请用识别码。"), field="code", door=text, streets=streets
        )
    return found[0]


def _loaded(session: Session, *which: ColumnElement[bool]) -> Sequence[Assignment]:
    query = (
        select(Assignment)
        .where(*which)
        .options(
            joinedload(Assignment.household).joinedload(Household.area),
            joinedload(Assignment.group),
            selectinload(Assignment.visitors).joinedload(AssignmentVisitor.member),
        )
        .order_by(Assignment.id)
    )
    return session.scalars(query).unique().all()


def visit_that_day(session: Session, assignment_id: int, day: date, uuid: UUID) -> Visit | None:
    """The latest visit to a household on a day of the town, other than that of `uuid`; voided ones do not count. Who else
    asks for the same household and day waits until this transaction ends, so that of two who enter it at once the other
    one sees it."""
    hold_keys(session, f"key-in:{assignment_id}:{day}")
    start = clock.from_town(datetime.combine(day, time()))
    return session.scalars(
        select(Visit)
        .where(
            Visit.assignment_id == assignment_id,
            Visit.visited_at >= start,
            Visit.visited_at < start + timedelta(days=1),
            Visit.voided_at.is_(None),
            Visit.uuid != uuid,
        )
        .order_by(Visit.visited_at.desc(), Visit.id.desc())
    ).first()


@dataclass(frozen=True)
class Line:
    """One line of a sheet, as it was typed; `went` are the ids of who went."""

    day: str | None
    clock: str | None
    outcome: str | None
    went: Collection[int]
    words: str | None = None
    nature: str | None = None
    follow_up: bool = False
    appointment: str | None = None


@dataclass
class _Slips:
    """What is wrong with a line, by its fields."""

    found: dict[str, Invalid] = field(default_factory=dict)

    def note(self, name: str, message: str) -> None:
        self.found.setdefault(name, Invalid(message))


PATHS = {"visited_at": "time", "appointment_at": "appointment", "outcome": "outcome", "companions": "went"}
"""Under which field of the line a field of the content stands."""


def read_line(line: Line, actor: Actor, uuid: UUID) -> VisitContent:
    """The content of a visit that a line tells: its author is the actor, who entered it; those who went go along, the
    actor apart. Raises `Unfit` with a sentence for each field that is wrong, by the names of the line."""
    slips = _Slips()
    raw = _raw(line, actor, uuid, slips)
    if slips.found:
        raise Unfit(slips.found)
    try:
        return read(raw, latest=clock.now() + CLOCK_TOLERANCE)
    except Unfit as unfit:
        raise Unfit({field_of(path): error for path, error in unfit.problems.items()}) from unfit


def _raw(line: Line, actor: Actor, uuid: UUID, slips: _Slips) -> Mapping[str, Any]:
    day, at = read_day(line.day), read_clock(line.clock)
    outcome, nature = read_outcome(line.outcome), read_nature(line.nature)
    if day is None:
        slips.note("day", N_("请填走访日期。"))
    if at is None:
        slips.note("time", N_("请填时间，例如 9:05 或 0905。"))
    if outcome is None:
        slips.note("outcome", N_("请按 1 到 6 里的一个数字。"))
    if nature is None:
        slips.note("nature", N_("请按 1 到 5 里的一个数字，或不填。"))
    if not line.went:
        slips.note("went", N_("请勾选谁去的。"))
    words = (line.words or "").strip()
    if line.follow_up and not words:
        slips.note("words", N_("要跟进的，请写下群众说了什么。"))
    appointment = read_occasion(line.appointment, day) if day and plain(line.appointment) else None
    if plain(line.appointment) and appointment is None and outcome in (Outcome.APPOINTED, Outcome.AWAY):
        slips.note("appointment", N_("请填约好的日期和时间，例如 7-5 19:30。"))
    handling = Handling.FOLLOW_UP if line.follow_up else Handling.NOTED
    said = {"uuid": str(uuid5(uuid, "feedback-0")), "words": words, "handling": handling.value}
    return {
        "outcome": outcome.value if outcome else None,
        "visited_at": datetime.combine(day, at).isoformat() if day and at is not None else None,
        "appointment_at": appointment.isoformat() if appointment else None,
        "companions": sorted(set(line.went) - {actor.id}),
        "answers": {} if actor.id in line.went else {KEYED_IN: True},
        "feedback": [said | {"nature": nature.value if nature else None}] if words else [],
    }


def read_day(text: str | None) -> date | None:
    """A day as a date field holds it; None for what is none."""
    try:
        found = date.fromisoformat(plain(text))
    except ValueError:
        return None
    return found if found.year in range(1970, 2100) else None


def field_of(path: str) -> str:
    """Under which field of a line a field of the content stands; empty for none."""
    head, *rest = path.split(".")
    if head == "feedback" and len(rest) == 2:
        return rest[1] if rest[1] in ("words", "nature") else ""
    return PATHS.get(head, "")


def note_keying(session: Session, actor: Actor, visit: Visit) -> None:
    """Note that a visit was entered from paper, and by whom."""
    audit.record(session, actor, ENTERED, "visit", visit.id, assignment_id=visit.assignment_id)


def keyed_lately(session: Session, actor: Actor, campaign_id: int) -> Sequence[Visit]:
    """What the actor entered from paper in this sitting, the latest first, with household and who went. Three
    queries."""
    entries = session.scalars(
        select(AuditEntry.object_id)
        .where(
            AuditEntry.actor_id == actor.recorded_id,
            AuditEntry.action == ENTERED,
            AuditEntry.at >= clock.now() - SITTING,
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    ids = [int(text) for text in dict.fromkeys(entries)]
    query = (
        select(Visit)
        .where(Visit.id.in_(ids), Visit.campaign_id == campaign_id)
        .options(
            joinedload(Visit.assignment).joinedload(Assignment.household),
            joinedload(Visit.author),
            selectinload(Visit.companions).joinedload(VisitCompanion.member),
            selectinload(Visit.feedback),
        )
    )
    found = {visit.id: visit for visit in session.scalars(query)}
    return [found[id_] for id_ in ids if id_ in found]


def who_went(typed: Collection[int], assignment: Assignment, party: Party | None) -> Collection[int]:
    """Who went to a household: of the pair whose sheet is entered those who are ticked, else its visitors. Raises
    Missing for somebody else than the pair, Invalid (`code`) for a household that nobody has."""
    if party is not None:
        if set(typed) - set(party.pair):
            raise Missing
        return typed
    if not assignment.visitors:
        raise Invalid(N_("这一户还没有分给人，请先分派再录。"), field="code")
    return [visitor.member_id for visitor in assignment.visitors]
