"""Two sides change places: each gets the households of the other."""

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.actions.giving import Given, Seen, group_finder
from hengli_visits.assignments.actions.targeting import open_campaign
from hengli_visits.assignments.avoidances import refuse_avoided
from hengli_visits.assignments.changes import Change, hold, write
from hengli_visits.assignments.exchange import Hands, crossed, exchanged
from hengli_visits.assignments.finding import OPEN_STATES
from hengli_visits.assignments.rules import MOST_VISITORS
from hengli_visits.assignments.scope import led
from hengli_visits.errors import Invalid
from hengli_visits.models import AssignmentVerb
from hengli_visits.wording import N_


def swap(
    session: Session,
    actor: Actor,
    seen: Seen,
    *,
    first: Hands = (),
    second: Hands = (),
    batch: UUID | None = None,
) -> Given:
    """Let two sides change places on the assignments of `seen`, all of it or nothing: when somebody changed one of them
    meanwhile, none changes and those are reported as lost. Without `first` and `second` the sides are the two sets of
    visitors that the assignments have. With them, `second` goes where `first` went and the other way round, except
    where somebody has been meanwhile (reported as `already`). Writes a SWAP move each, joined by `batch`. Missing when
    the actor leads none of them; Invalid when there are no two sides, or when somebody is not of the other side's
    group, or one side is to avoid a household of the other; Conflict once the campaign is closed."""
    held = hold(session, seen, led(actor))
    campaign_id = open_campaign(session, held)
    lost = [id_ for id_ in seen if id_ not in held or set(seen[id_]) != set(held[id_].visitors)]
    if lost:
        return Given((), (), tuple(sorted(lost)))
    named = bool(first or second)
    passed = [id_ for id_, row in held.items() if named and row.state not in OPEN_STATES]
    visitors = {id_: held[id_].visitors for id_ in held if id_ not in passed}
    plan = exchanged(visitors, first, second) if named else crossed(visitors)
    if not plan or set(first) & set(second) or bool(first) != bool(second):
        raise Invalid(N_("没有两方可以对调。请选正好属于两方走访员的户。"))
    if any(len(members) > MOST_VISITORS for members in plan.values()):
        raise Invalid(N_("对调以后有的户会超过%(most)s人走访。"), most=MOST_VISITORS)
    refuse_avoided(session, plan)
    find_group = group_finder(session, actor, campaign_id, {m for members in plan.values() for m in members})
    changes = [
        Change(held[id_], find_group(held[id_], members) if members else held[id_].group_id, held[id_].due_on, members)
        for id_, members in plan.items()
    ]
    write(session, actor, AssignmentVerb.SWAP, changes, batch=batch or uuid4())
    return Given(tuple(plan), tuple(passed), ())
