"""Assignments that somebody selected, who may get them and where else they may go."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.assignments.absences import away_until
from hengli_visits.assignments.avoidances import in_force
from hengli_visits.assignments.roster import Candidate, candidates, led_groups
from hengli_visits.assignments.tasks import chosen
from hengli_visits.errors import require
from hengli_visits.models import Assignment, Group

FEW = 12
"""So many people at most are shown without folding teams away."""


@dataclass(frozen=True)
class Choice:
    """The chosen assignments of one campaign; the groups that the actor leads there; the members by team who may visit
    all of the chosen: those of their one top-level group, nobody when they are of several or of none; of these the ones on
    leave today, with their last day of leave (None: open), and the ones whom one of the chosen is to avoid."""

    rows: Sequence[Assignment]
    campaign_id: int
    groups: Sequence[Group]
    teams: Sequence[tuple[Group, Sequence[Candidate]]]
    away: Mapping[int, date | None] = field(default_factory=dict)
    avoided: frozenset[int] = frozenset()

    @property
    def visitors(self) -> dict[int, tuple[int, ...]]:
        """The visitors of each now."""
        return {row.id: tuple(visitor.member_id for visitor in row.visitors) for row in self.rows}

    @property
    def namesakes(self) -> frozenset[str]:
        """Names that several of those who may visit have."""
        people = {one.member_id: one.name for _group, people in self.teams for one in people}
        return frozenset(name for name, count in Counter(people.values()).items() if count > 1)

    def is_near(self, group: Group, ticked: Collection[int]) -> bool:
        """Whether a team is to be seen at once: one of the chosen is in it, or one of those `ticked`; all when there
        are few people in all."""
        own = {one.member_id for team, people in self.teams if team.id == group.id for one in people}
        few = sum(len(people) for _team, people in self.teams) <= FEW
        return few or any(row.group_id == group.id for row in self.rows) or not own.isdisjoint(ticked)

    @property
    def names(self) -> dict[int, str]:
        """The names of the visitors now, and of those who may visit."""
        here = {one.member_id: one.name for _group, people in self.teams for one in people}
        return here | {visitor.member_id: visitor.member.name for row in self.rows for visitor in row.visitors}

    @property
    def given_to(self) -> list[int]:
        """The visitors whom all of the chosen share now."""
        now = set(self.visitors.values())
        return list(now.pop()) if len(now) == 1 else []


def choose_tasks(session: Session, actor: Actor, ids: Iterable[int]) -> Choice:
    """Load a choice. Raises `Missing` when the actor decides about none of the assignments, or when they are of
    different campaigns."""
    rows = chosen(session, actor, ids)
    campaigns = {row.campaign_id for row in rows}
    require(len(campaigns) == 1)
    campaign_id = campaigns.pop()
    groups = led_groups(session, actor, campaign_id)
    family = _family(rows, groups)
    rosters = candidates(session, campaign_id, [group.id for group in family])
    away = away_until(session, [one.member_id for people in rosters.values() for one in people], clock.today())
    teams = [(group, rosters[group.id]) for group in family if group.id in rosters]
    members = {one.member_id for people in rosters.values() for one in people}
    homes = {row.household_id for row in rows}
    avoided = frozenset(member for member, home in in_force(session, members).households if home in homes)
    return Choice(rows, campaign_id, groups, teams, away, avoided)


def _family(rows: Sequence[Assignment], groups: Sequence[Group]) -> list[Group]:
    tops = {row.group.parent_id or row.group.id if row.group else None for row in rows}
    top = tops.pop()
    return [group for group in groups if not tops and top is not None and top in (group.id, group.parent_id)]
