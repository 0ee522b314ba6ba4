"""What importing a roster of groups would do: whom its names mean, and what is not yet so in the campaign."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hengli_visits.imports.matching import Verdict
from hengli_visits.imports.namesakes import People, Person
from hengli_visits.imports.reasons import Finding, Reason, reason
from hengli_visits.imports.teams import TeamRow
from hengli_visits.models import RowState
from hengli_visits.wording import N_


@dataclass(frozen=True, slots=True)
class StandingGroup:
    """A group or team of the campaign: leaders and members by id."""

    id: int
    name: str
    parent: str | None = None
    leaders: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()
    villages: tuple[str, ...] = ()


@dataclass(slots=True)
class TeamMatcher:
    """Goes through the rows of one file against one campaign."""

    people: People
    groups: Sequence[StandingGroup]
    tops: dict[str, StandingGroup] = field(default_factory=dict)
    teams: dict[tuple[str, str], StandingGroup] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)
    led: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for group in self.groups:
            if group.parent is None:
                self.tops[group.name] = group
            else:
                self.teams[group.parent, group.name] = group
            self.places |= dict.fromkeys(group.members, group.name)

    def match(self, rows: Sequence[TeamRow]) -> list[Verdict]:
        """One verdict per row; `fields` name the team and hold the ids of its people."""
        used = Counter(team for _, team in {(row.group, row.team) for row in rows if row.team})
        return [self.match_row(row, used) for row in rows]

    def match_row(self, row: TeamRow, used: Counter[str]) -> Verdict:
        """Leaders must be known, else the row is bad; a member who is not known is left out with a warning."""
        verdict = Verdict()
        top = self.leader(row, "group_leader", N_("组长"), verdict)
        leader = self.leader(row, "team_leader", N_("小组长"), verdict)
        name = self.team_name(row, used)
        clash = self.tops.get(name) if name else None
        if clash or any(parent != row.group and team == name for parent, team in self.teams):
            verdict.refuse(N_("工作小组"), name, reason(N_("活动里别的组已经叫“%(name)s”。"), name=name))
        if verdict.problems:
            return verdict
        standing = self.teams.get((row.group, name)) if name else self.tops.get(row.group)
        inside = standing.members if standing else frozenset[int]()
        named = [self.member(one, row, [*filter(None, (leader, top))], inside, verdict) for one in row.members]
        # The leader of a team goes visiting with it, unless it was led without; that of a group of teams is in none.
        joining_leader = leader if leader and not (standing and leader.id in standing.leaders) else None
        wanted = list(dict.fromkeys(one for one in [joining_leader, *named] if one))
        joining = self.joining(wanted, name or row.group, standing, verdict)
        verdict.fields = {
            "team": name,
            "group_leader": top.id if top else None,
            "team_leader": leader.id if leader else None,
            "members": [one.id for one in joining],
        }
        if standing is None:
            return verdict
        self.compare(row, standing, (top, leader), joining, verdict)
        return verdict

    def compare(
        self,
        row: TeamRow,
        standing: StandingGroup,
        leaders: tuple[Person | None, Person | None],
        joining: list[Person],
        verdict: Verdict,
    ) -> None:
        """What is not yet so in a team that stands. Nobody is taken out of it, no leader replaced without a word."""
        top, leader = leaders
        verdict.target, verdict.state = standing.id, RowState.SAME
        above = self.tops.get(row.group)
        if above and top and top.id not in above.leaders and row.group not in self.led:
            self.led.add(row.group)
            verdict.changes["group_leader"] = [self.said(above.leaders), top.name]
        if leader and leader.id not in standing.leaders and row.team:
            verdict.changes["team_leader"] = [self.said(standing.leaders), leader.name]
        if joining:
            verdict.changes["members"] = [
                self.said(standing.members),
                self.said([*standing.members, *(one.id for one in joining)]),
            ]
        if more := [one for one in row.villages if one not in standing.villages]:
            verdict.changes["villages"] = ["、".join(standing.villages), "、".join([*standing.villages, *more])]
        if verdict.changes:
            verdict.state = RowState.CHANGED

    def team_name(self, row: TeamRow, used: Counter[str]) -> str | None:
        """What the team is called in the campaign, where no two may share a name: with its group's name in front when
        another group of the file has a team of that name too, or when it stands so already."""
        if row.team is None:
            return None
        full = row.team if row.team.startswith(row.group) else f"{row.group}{row.team}"
        return full if used[row.team] > 1 or (row.group, full) in self.teams else row.team

    def leader(self, row: TeamRow, kind: str, title: str, verdict: Verdict) -> Person | None:
        """The leader whom a row names, by phone with name, else by name."""
        name, phone = getattr(row, kind), getattr(row, f"{kind}_phone")
        if name is None:
            return None
        owners = self.people.phones.get(phone, []) if phone else []
        own = [one for one in owners if one.name == name]
        if len(own) == 1:
            return own[0]
        if owners:
            other = N_("电话 %(phone)s 在党员册里是 %(owner)s 的，不是 %(name)s 的。")
            verdict.refuse(title, name, reason(other, phone=phone, owner=owners[0].name, name=name))
            return None
        found, why = self.by_name(name, row, [])
        if (leads := self.leading(row, kind)) and (
            own := [one for one in self.people.names.get(name, []) if one.id in leads]
        ):
            return own[0]
        if found is None and why:
            verdict.refuse(title, name, why)
        elif why:
            verdict.warnings.append(Finding(title, name, why))
        return found

    def leading(self, row: TeamRow, kind: str) -> frozenset[int]:
        """Who leads the group or the team of a row now."""
        place = self.tops.get(row.group) if kind == "group_leader" else self.teams.get((row.group, row.team or ""))
        return place.leaders if place else frozenset()

    def member(
        self, name: str, row: TeamRow, leaders: list[Person], inside: frozenset[int], verdict: Verdict
    ) -> Person | None:
        """The member whom a row names, first of those `inside` the team; a warning when there is nobody, or when there
        are namesakes."""
        if own := next((one for one in self.people.names.get(name, []) if one.id in inside), None):
            return own
        found, why = self.by_name(name, row, leaders)
        if why:
            verdict.warnings.append(Finding(N_("成员"), name, why))
        return found

    def by_name(self, name: str, row: TeamRow, leaders: list[Person]) -> tuple[Person | None, Reason | None]:
        """The one member of a name, with what to say about it; of several the one who lives in the row's villages, else
        the one of its leaders' branch."""
        namesakes = self.people.names.get(name, [])
        if not namesakes:
            return None, reason(N_("党员册里没有 %(name)s。"), name=name)
        if len(namesakes) == 1:
            return namesakes[0], None
        here = [one for one in namesakes if one.village in row.villages]
        branches = {one.branch for one in leaders if one.branch}
        near = [one for one in here or namesakes if one.branch in branches]
        count = len(namesakes)
        if len(here) == 1:
            why = N_("党员册里有 %(count)s 位 %(name)s，取了住在%(village)s的一位，请核对。")
            return here[0], reason(why, count=count, name=name, village=here[0].village)
        if len(near) == 1:
            why = N_("党员册里有 %(count)s 位 %(name)s，取了%(branch)s的一位，请核对。")
            return near[0], reason(why, count=count, name=name, branch=near[0].branch)
        return None, reason(N_("党员册里有 %(count)s 位 %(name)s，分不清是哪一位，没有编入。"), count=count, name=name)

    def joining(
        self, wanted: list[Person], place: str, standing: StandingGroup | None, verdict: Verdict
    ) -> list[Person]:
        """Those who are not in the team yet. Who is in another one stays there, with a warning."""
        found = []
        for person in wanted:
            if standing and person.id in standing.members:
                continue
            other = self.places.get(person.id)
            if other:
                why = reason(N_("%(name)s 已经在%(team)s，没有移动。"), name=person.name, team=other)
                verdict.warnings.append(Finding(N_("成员"), person.name, why))
                continue
            self.places[person.id] = place
            found.append(person)
        return found

    def said(self, ids: Sequence[int] | frozenset[int]) -> str:
        """The names of people, for reading."""
        known = self.people.named(ids)
        return "、".join(known if isinstance(ids, list) else sorted(known))
