"""What an even share-out would do, in figures to look at before it is applied."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hengli_visits.actor import Actor
from hengli_visits.assignments.roster import Waiting, candidates, led_groups, pools_of, tasks_of, waiting
from hengli_visits.assignments.sharing import Pool, share_pools
from hengli_visits.models import Group


@dataclass(frozen=True)
class Share:
    """What a visitor, or several who go together, would have: before, after, and along which streets."""

    names: tuple[str, ...]
    group_id: int
    before: int
    after: int
    streets: tuple[str, ...]


@dataclass(frozen=True)
class Village:
    """How many households of a village wait for visitors, and how many would get some."""

    name: str
    waiting: int
    given: int


@dataclass(frozen=True)
class Preview:
    """A plan with its figures. `left` counts households that stay without visitors because their team has no members.
    `digest` names the plan: two previews with the same digest do the same."""

    plan: dict[int, tuple[int, ...]]
    shares: Sequence[tuple[Group, Sequence[Share]]]
    villages: Sequence[Village]
    left: int
    digest: str

    @property
    def most(self) -> int:
        """The largest load afterwards."""
        return max((share.after for _, shares in self.shares for share in shares), default=0)


def preview(session: Session, actor: Actor, campaign_id: int, chosen: Collection[int], *, pairs: bool) -> Preview:
    """Share the unassigned households of the chosen groups out evenly, without writing anything. Groups that the actor
    does not lead are passed over."""
    groups = led_groups(session, actor, campaign_id)
    within = [group.id for group in groups if group.id in chosen or group.parent_id in chosen]
    rosters = candidates(session, campaign_id, within)
    households = waiting(session, actor, campaign_id, within)
    pools = pools_of(groups, chosen, rosters, households, pairs=pairs)
    tasks = tasks_of(session, campaign_id)
    plan = share_pools(pools, tasks)
    names = {one.member_id: one.name for roster in rosters.values() for one in roster}
    homes = {one.member_id: one.group_id for roster in rosters.values() for one in roster}
    shares = _shares(pools, plan, tasks, names, homes, households)
    return Preview(
        plan=plan,
        shares=[(group, own) for group in groups if (own := [s for s in shares if s.group_id == group.id])],
        villages=_villages(households, plan),
        left=len(households) - len(plan),
        digest=hashlib.sha256(repr(sorted(plan.items())).encode()).hexdigest()[:32],
    )


def _shares(
    pools: Sequence[Pool],
    plan: dict[int, tuple[int, ...]],
    tasks: dict[int, frozenset[int]],
    names: dict[int, str],
    homes: dict[int, int],
    households: Sequence[Waiting],
) -> list[Share]:
    streets: dict[tuple[int, ...], dict[str, None]] = {}
    for one in sorted(households, key=lambda w: w.place):
        if one.place.id in plan:
            streets.setdefault(plan[one.place.id], {})[one.street or one.village] = None
    got = Counter(plan.values())
    hands = dict.fromkeys(hands for pool in pools for hands in pool.hands)
    shares = []
    for members in hands:
        before = len(frozenset[int]().union(*(tasks.get(member_id, frozenset()) for member_id in members)))
        shares.append(
            Share(
                names=tuple(names[member_id] for member_id in members),
                group_id=homes[members[0]],
                before=before,
                after=before + got[members],
                streets=tuple(streets.get(members, ())),
            )
        )
    return shares


def _villages(households: Sequence[Waiting], plan: dict[int, tuple[int, ...]]) -> list[Village]:
    found: dict[tuple[tuple[int, int], str], list[bool]] = {}
    for one in households:
        found.setdefault((one.place.village, one.village), []).append(one.place.id in plan)
    return [Village(name, len(given), sum(given)) for (_, name), given in sorted(found.items())]
