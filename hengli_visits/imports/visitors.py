"""Whom a roster means by the visitors it names: by staff number, phone and name, among the groups of a campaign."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hengli_visits.imports.assignments import AssignmentRow
from hengli_visits.imports.matching import Verdict
from hengli_visits.imports.namesakes import People, Person
from hengli_visits.imports.reasons import Finding, Reason, reason
from hengli_visits.imports.team_matching import StandingGroup
from hengli_visits.wording import N_

VISITORS = N_("走访员")


@dataclass(frozen=True, slots=True)
class Clue:
    """What a row says of one visitor."""

    name: str | None
    phone: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Home:
    """Where a household is: its group, the team that the row names, and those who visit it now."""

    group_id: int | None
    team: StandingGroup | None = None
    visitors: tuple[int, ...] = ()


@dataclass(slots=True)
class VisitorFinder:
    """Finds members of a campaign. `seats` are the groups of each with the top-level group above, `tops` that of each
    group."""

    people: People
    seats: Mapping[int, Mapping[int, int]]
    tops: Mapping[int, int]
    groups: Mapping[int, StandingGroup]

    def find(self, row: AssignmentRow, home: Home, verdict: Verdict) -> list[int]:
        """The members whom a row names (ids). One who is not on the roster, in no group of the campaign, or not to be
        told from a namesake is a problem of the row."""
        found = []
        for clue in clues(row, self.people.phones):
            person, why = self.one(clue, home)
            if person is None:
                verdict.refuse(VISITORS, clue.name or clue.phone or clue.number, why or reason(""))
                continue
            if person.id not in self.seats:
                said = reason(N_("%(name)s 不在这个活动的任何小组里，请先编入小组。"), name=person.name)
                verdict.refuse(VISITORS, person.name, said)
                continue
            if why:
                verdict.warnings.append(Finding(VISITORS, person.name, why))
            found.append(person.id)
        return found

    def one(self, clue: Clue, home: Home) -> tuple[Person | None, Reason | None]:
        """One member with what to say about it, or why there is none."""
        if clue.number:
            return self.by_number(clue)
        owners = self.people.phones.get(clue.phone, []) if clue.phone else []
        own = [one for one in owners if clue.name in (None, one.name)]
        if len(own) == 1:
            return own[0], None
        if owners and clue.name:
            why = N_("电话 %(phone)s 在党员册里是 %(owner)s 的，不是 %(name)s 的。")
            return None, reason(why, phone=clue.phone, owner=owners[0].name, name=clue.name)
        if own or clue.name is None:
            why = N_("党员册里有几个人用电话 %(phone)s，请写上姓名。") if own else N_("党员册里没有电话 %(phone)s。")
            return None, reason(why, phone=clue.phone)
        return self.by_name(clue, home)

    def by_number(self, clue: Clue) -> tuple[Person | None, Reason | None]:
        """The member with a staff number; another name beside it is a contradiction."""
        own = self.people.numbers.get(clue.number or "")
        if own is None:
            return None, reason(N_("党员册里没有工号 %(number)s。"), number=clue.number)
        if clue.name and own.name != clue.name:
            why = N_("工号 %(number)s 在党员册里是 %(owner)s 的，不是 %(name)s 的。")
            return None, reason(why, number=clue.number, owner=own.name, name=clue.name)
        return own, None

    def by_name(self, clue: Clue, home: Home) -> tuple[Person | None, Reason | None]:
        """The one of a name who visits the household already, else who can have it at all: of several the one in the
        named team, in the household's own group, else in the campaign. Never a guess between two who could."""
        namesakes = self.people.names.get(clue.name or "", [])
        if not namesakes:
            return None, reason(N_("党员册里没有 %(name)s。"), name=clue.name)
        if len(namesakes) == 1:
            phone = clue.phone if namesakes[0].phones else None
            note = N_("党员册里 %(name)s 的电话不是 %(phone)s，请核对。")
            return namesakes[0], reason(note, name=clue.name, phone=phone) if phone else None
        standing = [one for one in namesakes if one.id in home.visitors]
        if len(standing) == 1:
            return standing[0], None
        team, top = home.team, self.tops[home.group_id] if home.group_id else None
        circles = (
            [one for one in namesakes if team and team.id in self.seats.get(one.id, {})],
            [one for one in namesakes if top and top in self.seats.get(one.id, {}).values()],
            [one for one in namesakes if one.id in self.seats],
        )
        near = next((one for one in circles if one), [])
        count = len(namesakes)
        if len(near) == 1:
            groups = "、".join(self.groups[one].name for one in self.seats[near[0].id])
            why = N_("党员册里有 %(count)s 位 %(name)s，取了%(group)s的一位，请核对。")
            return near[0], reason(why, count=count, name=clue.name, group=groups)
        why = N_("党员册里有 %(count)s 位 %(name)s，分不清是哪一位，请写上电话或工号。")
        return None, reason(why, count=count, name=clue.name)

    def said(self, ids: Iterable[int]) -> str:
        """The names of members, for reading."""
        return "、".join(sorted(self.people.named(ids)))


def clues(row: AssignmentRow, phones: Mapping[str, Sequence[Person]]) -> list[Clue]:
    """What a row says of each of its visitors. Names, phones and staff numbers go together in their order where there
    are as many of each; otherwise a phone goes to the one of the named whose it is."""
    many = max(len(row.visitors), len(row.staff_numbers)) or len(row.phones)
    numbers = row.staff_numbers if len(row.staff_numbers) == many else ()
    paired = dict(enumerate(row.phones)) if len(row.phones) == many else {}
    if not paired and row.visitors:
        for phone in row.phones:
            owners = {one.name for one in phones.get(phone, ())}
            free = (at for at in range(many) if at not in paired)
            paired[next((at for at, name in enumerate(row.visitors) if name in owners), next(free, many))] = phone
    return [
        Clue(
            row.visitors[at] if len(row.visitors) > at else None,
            paired.get(at),
            numbers[at] if numbers else None,
        )
        for at in range(many)
    ]
