"""Which households a campaign visits, and in which group they are."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hengli_visits import audit, clock, restoring
from hengli_visits.actor import Actor
from hengli_visits.assignments.changes import Change, Held, hold, write
from hengli_visits.assignments.queries import campaign_open, visited_ids
from hengli_visits.assignments.rules import group_of_area, may_target
from hengli_visits.assignments.scope import led
from hengli_visits.assignments.targets import add_targets, covering_groups
from hengli_visits.errors import Conflict, Invalid, Missing, require
from hengli_visits.models import Area, Assignment, AssignmentVerb, Campaign, Household
from hengli_visits.orm import portions
from hengli_visits.restoring import Undoing
from hengli_visits.wording import N_


def require_open(session: Session, campaign_id: int) -> None:
    """Conflict once a campaign is closed."""
    if not campaign_open(session, campaign_id):
        raise Conflict(N_("这个活动已经结束，名单和分工不能再改。"))


def open_campaign(session: Session, held: Mapping[int, Held]) -> int:
    """The one campaign of what is held. Missing when nothing is, Invalid when it is of several, Conflict once it is
    closed."""
    campaigns = {row.campaign_id for row in held.values()}
    if not campaigns:
        raise Missing
    if len(campaigns) > 1:
        raise Invalid(N_("一次只能处理一个活动的走访任务。"))
    campaign_id = campaigns.pop()
    require_open(session, campaign_id)
    return campaign_id


def target_households(session: Session, actor: Actor, campaign: Campaign, household_ids: Iterable[int]) -> int:
    """Make households targets of a campaign; returns how many were none before. Each gets the one top-level group that
    covers its area, if exactly one does. A removed target comes back. What is a target already, or no household (any
    more), is passed over. Writes a TARGET move each. Conflict once the campaign is closed."""
    require(may_target(actor))
    session.execute(select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    require_open(session, campaign.id)
    return add_targets(session, actor, campaign.id, household_ids)


def untarget(session: Session, actor: Actor, assignment_ids: Iterable[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Take targets out of their campaign; returns the ids (done, refused). Refused is what has visits. The visitors are
    taken away with it. Writes an UNTARGET move each. Conflict once the campaign is closed."""
    require(may_target(actor))
    held = hold(session, assignment_ids, led(actor))
    if not held:
        return (), ()
    open_campaign(session, held)
    refused = visited_ids(session, held)
    changes = [Change(row, row.group_id, row.due_on, ()) for id_, row in held.items() if id_ not in refused]
    write(session, actor, AssignmentVerb.UNTARGET, changes)
    done = tuple(change.held.id for change in changes)
    for portion in portions(done):
        session.execute(update(Assignment).where(Assignment.id.in_(portion)).values(removed_at=clock.now()))
    return done, tuple(sorted(refused))


def place_in_groups(session: Session, actor: Actor, campaign: Campaign) -> int:
    """Give each target that has no group the one top-level group that covers its area, if exactly one does; returns
    how many found theirs. Writes a TO_GROUP move each."""
    require(may_target(actor))
    require_open(session, campaign.id)
    covering = covering_groups(session, campaign.id)
    homeless = session.execute(
        select(Assignment.id, Area.path)
        .join(Household, Household.id == Assignment.household_id)
        .join(Area, Area.id == Household.area_id)
        .where(Assignment.campaign_id == campaign.id, Assignment.group_id.is_(None), Assignment.removed_at.is_(None))
    )
    homes = {id_: group_id for id_, path in homeless if (group_id := group_of_area(path, covering)) is not None}
    held = hold(session, homes, Assignment.group_id.is_(None))
    changes = [Change(row, homes[id_], row.due_on, row.visitors) for id_, row in held.items()]
    write(session, actor, AssignmentVerb.TO_GROUP, changes)
    return len(changes)


def put_back(session: Session, actor: Actor, undoing: Undoing, *, source: object) -> None:
    """Undo what a batch (`source`) wrote of assignments, with one audit entry. That nothing was built on it is the
    caller's to know: a row that something refers to raises the database's `IntegrityError`."""
    require(actor.is_coordinator and undoing.table in ("assignments", "assignment_visitors", "assignment_moves"))
    restoring.put_back(session, undoing)
    verb, gone, changed = f"{undoing.table.rstrip('s')}.put_back", len(undoing.made), len(undoing.changed)
    audit.record(session, actor, verb, "import_batch", source, gone=gone, changed=changed)
