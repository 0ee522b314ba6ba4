"""What importing a roster of assignments would do: which household and whom each row means, and what is not yet so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hengli_visits.actor import SYSTEM
from hengli_visits.assignments.avoidances import InForce
from hengli_visits.assignments.rules import MOST_VISITORS, group_for
from hengli_visits.imports.assignments import AssignmentRow
from hengli_visits.imports.matching import Standing, Verdict
from hengli_visits.imports.namesakes import People
from hengli_visits.imports.reasons import Finding, Reason, reason
from hengli_visits.imports.team_matching import StandingGroup
from hengli_visits.imports.visitors import Home, VisitorFinder
from hengli_visits.models import RowState
from hengli_visits.wording import N_

HOUSEHOLD, VISITORS, TEAM = N_("走访户"), N_("走访员"), N_("小组")


@dataclass(frozen=True, slots=True)
class Target:
    """An assignment as it stands. `removed`: its household is no target any more."""

    id: int
    group_id: int | None
    visitors: tuple[int, ...] = ()
    visited: bool = False
    removed: bool = False


@dataclass(slots=True)
class AssignmentMatcher:
    """Goes through the rows of one file against one campaign. `targets` are its assignments by household, `covering`
    the one group that covers a village, by the village's name, `avoided` who shall not go where or with whom."""

    households: Sequence[Standing]
    people: People
    groups: Sequence[StandingGroup]
    targets: Mapping[int, Target]
    covering: Mapping[str, int]
    avoided: InForce = field(default_factory=InForce)
    codes: dict[str, Standing] = field(default_factory=dict)
    names: dict[str, list[Standing]] = field(default_factory=dict)
    by_id: dict[int, StandingGroup] = field(default_factory=dict)
    tops: dict[int, int] = field(default_factory=dict)
    seats: dict[int, dict[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.households:
            self.codes[one.values["code"]] = one
            self.names.setdefault(one.values["name"], []).append(one)
        own = {group.name: group.id for group in self.groups if group.parent is None}
        for group in self.groups:
            self.by_id[group.id] = group
            self.tops[group.id] = own[group.parent] if group.parent else group.id
            for member in group.members:
                self.seats.setdefault(member, {})[group.id] = self.tops[group.id]

    def match(self, rows: Sequence[AssignmentRow]) -> list[Verdict]:
        """One verdict per row. Rows of the same household are taken together: its visitors are all whom they name, and
        none of them is given when one row cannot be taken. `fields` hold household, visitors, group and, when the row
        says it, the team to which the household goes."""
        verdicts = [Verdict() for _ in rows]
        finder = VisitorFinder(self.people, self.seats, self.tops, self.by_id)
        found = [self.household(row, verdict) for row, verdict in zip(rows, verdicts, strict=True)]
        together: dict[int, tuple[Standing, list[tuple[AssignmentRow, Verdict]]]] = {}
        for own, row, verdict in zip(found, rows, verdicts, strict=True):
            if own is not None:
                together.setdefault(own.id, (own, []))[1].append((row, verdict))
        for household, several in together.values():
            self.settle(household, several, finder)
        return verdicts

    def household(self, row: AssignmentRow, verdict: Verdict) -> Standing | None:
        """The household that a row means: by its code, else by its name and what the row says of its place."""
        own = self.by_code(row, verdict) if row.code else self.by_name(row, verdict)
        if own is not None and own.gone:
            verdict.refuse(HOUSEHOLD, own.values["name"], reason(N_("户籍册里已移出，请先在户籍册里恢复。")))
            return None
        return own

    def by_code(self, row: AssignmentRow, verdict: Verdict) -> Standing | None:
        """A code with another household's name is refused, unless the address is that household's."""
        own = self.codes.get(row.code or "")
        if own is None:
            verdict.refuse(
                N_("编号"), row.code, reason(N_("户籍册里没有编号 %(code)s，请先导入这一户。"), code=row.code)
            )
            return None
        name = own.values["name"]
        if not row.household or row.household == name:
            return own
        if not (row.street or row.door) or place(row) != place(own):
            why = N_("编号 %(code)s 在户籍册里是“%(owner)s”的，不是“%(name)s”的，请核对。")
            verdict.refuse(N_("编号"), row.code, reason(why, code=row.code, owner=name, name=row.household))
            return None
        why = N_("户籍册里这一户的名字是“%(owner)s”，编号和地址都对得上，按这一户分派。")
        verdict.warnings.append(Finding(HOUSEHOLD, row.household, reason(why, owner=name)))
        return own

    def by_name(self, row: AssignmentRow, verdict: Verdict) -> Standing | None:
        """The one household of that name in the village and at the address that the row gives."""
        namesakes = [one for one in self.names.get(row.household, []) if not one.gone]
        if not namesakes:
            gone = self.names.get(row.household, [])
            why = reason(N_("户籍册里没有“%(name)s”，请先导入这一户。"), name=row.household)
            if not gone:
                verdict.refuse(HOUSEHOLD, row.household, why)
            return gone[0] if gone else None
        here = [one for one in namesakes if row.village in (None, one.values["village"])]
        if row.street or row.door:
            here = [one for one in here if place(one) == place(row)]
        if len(here) == 1:
            return here[0]
        if here:
            why = reason(
                N_("户籍册里有 %(count)s 户“%(name)s”，分不清是哪一户，请填写户编号。"),
                count=len(here),
                name=row.household,
            )
        else:
            why = reason(N_("户籍册里有“%(name)s”，但村或地址对不上，请核对，或填写户编号。"), name=row.household)
        verdict.refuse(HOUSEHOLD, row.household, why)
        return None

    def settle(self, household: Standing, rows: list[tuple[AssignmentRow, Verdict]], finder: VisitorFinder) -> None:
        """Decide all rows of one household."""
        target = self.targets.get(household.id)
        known = target is not None and not target.removed
        group_id = target.group_id if target else self.covering.get(household.values["village"])
        team: StandingGroup | None = None
        wanted: list[int] = []
        for row, verdict in rows:
            team = self.team(row, group_id, verdict) or team
            wanted += finder.find(row, Home(group_id, team, target.visitors if target else ()), verdict)
        visitors = tuple(dict.fromkeys(wanted))
        if any(verdict.problems for _, verdict in rows):
            why = reason(N_("这一户另有一行没有采用，要一起改好才分派。"))
            for row, verdict in rows:
                if not verdict.problems:
                    verdict.refuse(VISITORS, "、".join(row.visitors), why)
            return
        where = self.place_for(visitors, group_id, team)
        if not isinstance(where, Reason) and not (target and known and self.stands(target, visitors, where)):
            where = self.kept_apart(household, visitors, finder) or where
        for _, verdict in rows:
            if isinstance(where, Reason):
                verdict.refuse(VISITORS, finder.said(visitors), where)
                continue
            self.decide(verdict, household, target if known else None, visitors, where, finder)
            verdict.fields["team"] = where if team and where == team.id else None
            self.tell(verdict, target, known, len(rows), finder)

    def team(self, row: AssignmentRow, group_id: int | None, verdict: Verdict) -> StandingGroup | None:
        """The group or team of the campaign that a row names, in full or as its own group calls it (第2小组); a warning
        when there is none of that name."""
        if row.team is None:
            return None
        found = [one for one in self.groups if one.name == row.team]
        if not found:
            top = self.tops.get(group_id or 0)
            ends = [one for one in self.groups if one.name.endswith(row.team)]
            found = ends if len(ends) == 1 else [one for one in ends if self.tops[one.id] == top]
        if len(found) == 1:
            return found[0]
        why = N_("活动里没有叫“%(team)s”的小组，按走访员所在的小组分派。")
        verdict.warnings.append(Finding(TEAM, row.team, reason(why, team=row.team)))
        return None

    def place_for(self, visitors: tuple[int, ...], group_id: int | None, team: StandingGroup | None) -> int | Reason:
        """The group to which the household goes with these visitors, or why they cannot have it."""
        if len(visitors) > MOST_VISITORS:
            return reason(
                N_("一户最多 %(most)s 位走访员，这里有 %(count)s 位。"), most=MOST_VISITORS, count=len(visitors)
            )
        seats = [self.seats[one] for one in visitors]
        top = self.tops[group_id] if group_id else None
        if team and all(team.id in own for own in seats) and top in (None, self.tops[team.id]):
            return team.id
        found = group_for(SYSTEM, seats, group_id, top)
        if found is not None:
            return found
        if group_id and top and not any(top in own.values() for own in seats):
            return reason(N_("这一户归%(group)s，走访员不在这个组里。"), group=self.by_id[top].name)
        return reason(N_("这几位走访员不在同一个组里，不能一起走访一户。"))

    def stands(self, target: Target, visitors: tuple[int, ...], group_id: int) -> bool:
        """Whether it is so already: then nothing is given, and nothing refused."""
        return set(target.visitors) == set(visitors) and target.group_id == group_id

    def kept_apart(self, household: Standing, visitors: tuple[int, ...], finder: VisitorFinder) -> Reason | None:
        """Why these visitors may not go there, or not together (回避)."""
        for place_, one in enumerate(visitors):
            if self.avoided.visit(one, household.id):
                why = N_("这一户要回避%(name)s，请换一位走访员，或先解除回避。")
                return reason(why, name=finder.said([one]))
            for other in visitors[place_ + 1 :]:
                if self.avoided.together(one, other):
                    why = N_("%(names)s要回避，不能一起走访，请换一人，或先解除回避。")
                    return reason(why, names=finder.said([one, other]))
        return None

    def decide(
        self,
        verdict: Verdict,
        household: Standing,
        target: Target | None,
        visitors: tuple[int, ...],
        group_id: int,
        finder: VisitorFinder,
    ) -> None:
        """What is not yet so."""
        verdict.fields = {"household": household.id, "visitors": visitors, "group": group_id}
        if target is None:
            return
        verdict.target = target.id
        if set(target.visitors) != set(visitors):
            verdict.changes["visitors"] = [finder.said(target.visitors), finder.said(visitors)]
        if target.group_id != group_id:
            before = self.by_id.get(target.group_id or 0)
            verdict.changes["team"] = [before.name if before else "", self.by_id[group_id].name]
        verdict.state = RowState.CHANGED if verdict.changes else RowState.SAME

    def tell(self, verdict: Verdict, target: Target | None, known: bool, rows: int, finder: VisitorFinder) -> None:
        """What is worth a look in a row that is taken."""
        said = finder.said(verdict.fields["visitors"])
        if not known:
            verdict.warnings.append(Finding(HOUSEHOLD, "", reason(N_("这一户还不在走访名单里，导入时一并列入。"))))
        elif target and target.visited and "visitors" in verdict.changes:
            verdict.warnings.append(
                Finding(VISITORS, said, reason(N_("这一户已经走访过。走访记录不变，以后由新的走访员负责。")))
            )
        if rows > 1:
            why = N_("名册里这一户写了 %(count)s 行，走访员合在一起：%(names)s。")
            verdict.warnings.append(Finding(VISITORS, said, reason(why, count=rows, names=said)))


def place(one: AssignmentRow | Standing) -> tuple[str, str]:
    """Street and door."""
    return (one.values["street"], one.values["door"]) if isinstance(one, Standing) else (one.street, one.door)
