"""From the campaign down to the visitors: villages to groups, households of a group to its teams, of a team to its
people."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hengli_visits.assignments.distribute.pairing import Person, pair_up
from hengli_visits.assignments.distribute.placing import place
from hengli_visits.assignments.distribute.problem import House, Taker, Window, Wish
from hengli_visits.assignments.distribute.stretches import share_line
from hengli_visits.assignments.distribute.windows import windows_of

Street = tuple[tuple[int, int], str]


class Level(StrEnum):
    """How far down households are shared out."""

    GROUP = "group"
    TEAM = "team"
    VISITOR = "visitor"


@dataclass(frozen=True)
class Team:
    """A group or a team of one: who can go for it, in the order of its roster, and the ids of the villages it covers."""

    id: int
    parent_id: int | None
    members: tuple[int, ...]
    covers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Held:
    """A household that somebody has already and keeps."""

    id: int
    group_id: int | None
    weight: int
    street: Street
    members: tuple[int, ...]


@dataclass(frozen=True)
class Terms:
    """What is asked for: down to which level, in twos or alone, which wishes come first, by how much loads may differ,
    how much one can carry at most, and whom to put together."""

    level: Level = Level.VISITOR
    pairs: bool = True
    order: tuple[Wish, ...] = (Wish.WHOLE, Wish.NEAR, Wish.AGAIN)
    spread: int = 1
    cap: int | None = None
    mix_experience: bool = True
    mix_gender: bool = False


@dataclass(frozen=True)
class Town:
    """All that sharing out looks at. `houses` are those to give, with the group that has them (None: none yet); `open`
    are the ids of the groups and teams about which it may decide; `near` holds the villages of each member, `apart` the
    assignments that a member shall not have."""

    houses: tuple[tuple[House, int | None], ...]
    teams: tuple[Team, ...]
    people: dict[int, Person]
    held: tuple[Held, ...] = ()
    open: frozenset[int] = frozenset()
    near: dict[int, frozenset[int]] = field(default_factory=dict)
    apart: dict[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Placed:
    """Where a household shall go: the group or team, and who visits (nobody when only groups were asked for)."""

    group_id: int
    members: tuple[int, ...]


@dataclass
class Plan:
    """Where each household shall go that has a place; who goes together in each group; the households without a place,
    by why (`nobody`: with the group that has no people); and the groups whose plan is not proved to be the best."""

    placed: dict[int, Placed] = field(default_factory=dict)
    parties: dict[int, list[tuple[int, ...]]] = field(default_factory=dict)
    homeless: list[int] = field(default_factory=list)
    nobody: dict[int, int] = field(default_factory=dict)
    full: list[int] = field(default_factory=list)
    shunned: list[int] = field(default_factory=list)
    unproved: list[int] = field(default_factory=list)


class _Sharing:
    """One run, level after level; what a member got in one counts in the next."""

    def __init__(self, town: Town, terms: Terms) -> None:
        self.town, self.terms, self.plan = town, terms, Plan()
        self.waiting: dict[int | None, dict[int, House]] = defaultdict(dict)
        for house, group_id in town.houses:
            self.waiting[group_id][house.id] = house
        self.teams = {team.id: team for team in town.teams}
        self.kept: dict[int | None, int] = defaultdict(int)
        self.held: dict[int, dict[int, tuple[int, Street]]] = defaultdict(dict)
        for one in town.held:
            self.kept[one.group_id] += one.weight
            for member in one.members:
                self.held[member][one.id] = (one.weight, one.street)

    def below(self, group_id: int) -> list[Team]:
        """The teams of a group that somebody can go for; and the group itself for those who are in no team of it."""
        teams = [team for team in self.town.teams if team.parent_id == group_id]
        if not teams:
            return []
        inside = {member for team in teams for member in team.members}
        own = self.teams[group_id]
        direct = Team(own.id, None, tuple(member for member in own.members if member not in inside))
        return [team for team in (*teams, direct) if team.members]

    def of_group(self, group_id: int | None) -> list[House]:
        """The households to give that a group or team has."""
        return list(self.waiting[group_id].values())

    def move(self, house: House, old: int | None, new: int) -> None:
        """Put a household into a group or team."""
        del self.waiting[old][house.id]
        self.waiting[new][house.id] = house

    def weight_of(self, group_id: int) -> int:
        """The weight that a group or team has, what waits for visitors counted in."""
        return self.kept[group_id] + self._waiting_weight(group_id)

    def to_groups(self) -> None:
        """Give households without a group to the groups that cover their village."""
        homeless = self.of_group(None)
        if not homeless:
            return
        tops = [team for team in self.town.teams if team.parent_id is None]
        heads = [self._heads(team) for team in tops]
        takers = [
            Taker((), sum(map(self.weight_of, self._with_teams(team))), count, near=team.covers)
            for team, count in zip(tops, heads, strict=True)
        ]
        found = place(homeless, takers, self.terms.spread)
        for house in homeless:
            if house.id in found:
                self.move(house, None, tops[found[house.id]].id)
            else:
                self.plan.homeless.append(house.id)

    def _with_teams(self, team: Team) -> list[int]:
        return [other.id for other in self.town.teams if team.id in (other.id, other.parent_id)]

    def _heads(self, team: Team) -> int:
        return len({member for id_ in self._with_teams(team) for member in self.teams[id_].members})

    def to_teams(self, group_id: int) -> None:
        """Share the households of a group out to its teams, so that the loads of their people can become even: what a
        team can take is what its people can, and somebody who has much already takes nothing from the others' share."""
        houses, teams = self.of_group(group_id), self.below(group_id)
        if not houses or all(team.id == group_id for team in teams):
            return
        parties = [[self._taker(party) for party in self.parties(team.members)] for team in teams]
        waiting = [0 if team.id == group_id else self._waiting_weight(team.id) for team in teams]
        weight = sum(waiting) + sum(house.weight for house in houses)
        each = iter(windows_of(weight, [taker for own in parties for taker in own], self.terms.spread))
        takers, windows = [], []
        for team, own, more in zip(teams, parties, waiting, strict=True):
            bounds = [_reach(taker, next(each)) for taker in own]
            takers.append(self._team_taker(team, sum(taker.base for taker in own) + more))
            windows.append(Window(sum(low for low, _ in bounds), sum(high for _, high in bounds)))
        found = share_line(houses, takers, windows, self.terms.order)
        for house in houses:
            if house.id in found.plan:
                self.move(house, group_id, teams[found.plan[house.id]].id)
        if not found.proved:
            self.plan.unproved.append(group_id)

    def _team_taker(self, team: Team, base: int) -> Taker:
        near = _union(self.town.near.get(member, frozenset()) for member in team.members)
        return Taker(team.members, base, near=near)

    def _waiting_weight(self, group_id: int) -> int:
        return sum(house.weight for house in self.waiting[group_id].values())

    def to_visitors(self, team_id: int, members: Sequence[int]) -> None:
        """Share the households of a team out among its people."""
        houses = self.of_group(team_id)
        if not houses:
            return
        if not members:
            self.plan.nobody.update((house.id, team_id) for house in houses)
            return
        parties = self.plan.parties[team_id] = self.parties(members)
        takers = [self._taker(party) for party in parties]
        shunned = {house.id for house in houses if all(house.id in taker.apart for taker in takers)}
        self.plan.shunned += shunned
        houses = [house for house in houses if house.id not in shunned]
        windows = windows_of(sum(house.weight for house in houses), takers, self.terms.spread)
        found = share_line(houses, takers, windows, self.terms.order)
        if not found.proved:
            self.plan.unproved.append(team_id)
        for house in houses:
            if house.id not in found.plan:
                self.plan.full.append(house.id)
                continue
            party = parties[found.plan[house.id]]
            self.plan.placed[house.id] = Placed(team_id, party)
            for member in party:
                self.held[member][house.id] = (house.weight, (house.village, house.street))

    def settle_groups(self) -> None:
        """Let those that came to another group and found no visitors go there all the same."""
        before = {house.id: group_id for house, group_id in self.town.houses}
        decided = {*self.plan.placed, *self.plan.nobody, *self.plan.full, *self.plan.shunned}
        for group_id, houses in self.waiting.items():
            if group_id is not None:
                moved = (id_ for id_ in houses if before[id_] != group_id and id_ not in decided)
                self.plan.placed |= {id_: Placed(group_id, ()) for id_ in moved}

    def parties(self, members: Sequence[int]) -> list[tuple[int, ...]]:
        """Who goes together."""
        if not self.terms.pairs:
            return [(member,) for member in members]
        return pair_up(
            [self.town.people[member] for member in members],
            experience=self.terms.mix_experience,
            gender=self.terms.mix_gender,
        )

    def _taker(self, party: tuple[int, ...]) -> Taker:
        has = {id_: one for member in party for id_, one in self.held[member].items()}
        return Taker(
            party,
            sum(weight for weight, _ in has.values()),
            cap=self.terms.cap,
            near=_union(self.town.near.get(member, frozenset()) for member in party),
            streets=frozenset(street for _, street in has.values()),
            apart=_union(self.town.apart.get(member, frozenset()) for member in party),
        )


def _reach(taker: Taker, window: Window) -> tuple[int, int]:
    return max(taker.base, window.floor), max(taker.base, window.ceiling)


def _union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset[int]().union(*sets)


def distribute(town: Town, terms: Terms, step: Callable[[int, int], None] = lambda _done, _of: None) -> Plan:
    """Share the households of a town out, down to the level asked for. Every household gets a place or stands among
    those without, with the reason. A household whose group is not `open` is left alone. `step` is told after each group
    how many of how many are through."""
    run = _Sharing(town, terms)
    run.to_groups()
    tops = [team for team in town.teams if team.parent_id is None]
    if terms.level is not Level.GROUP:
        for team in tops:
            if team.id in town.open:
                run.to_teams(team.id)
    if terms.level is Level.VISITOR:
        for done, team in enumerate(town.teams):
            if team.id in town.open:
                run.to_visitors(team.id, _roster(run, team))
            step(done, len(town.teams))
    run.settle_groups()
    return run.plan


def _roster(run: _Sharing, team: Team) -> Sequence[int]:
    """Who can go for a team; for a group with teams, those in none of them, or all when nobody is left."""
    if team.parent_id is not None or not any(other.parent_id == team.id for other in run.town.teams):
        return team.members
    below = run.below(team.id)
    direct = next((own.members for own in below if own.id == team.id), ())
    return direct or tuple(dict.fromkeys(member for own in below for member in own.members))
