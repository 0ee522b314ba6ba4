"""What there is to say about a plan: its figures, and in words what could not be met and why."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

from hengli_visits.assignments.distribute.levels import Level, Placed, Plan
from hengli_visits.assignments.distribute.pairing import mixes_experience, mixes_gender
from hengli_visits.assignments.snapshot import Snapshot
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.wording import N_

NAMED = 5
"""So many people are named at most; the others are counted."""

Note = dict[str, Any]


def note(message: str, **params: Any) -> Note:
    """A sentence with its values, as a plan keeps it."""
    return {"message": message, "params": params}


def rows_of(snapshot: Snapshot, plan: Plan) -> list[dict[str, Any]]:
    """The rows of a plan as their table holds them, but for the plan's id. What stays as it is has none."""
    houses = {house.id: house for house, _ in snapshot.town.houses}
    return [
        {
            "assignment_id": id_,
            "group_id": placed.group_id,
            "visitors": list(placed.members),
            "was_group_id": snapshot.before[id_][0],
            "was_visitors": list(snapshot.before[id_][1]),
            "weight": houses[id_].weight,
            "near": any(houses[id_].village[1] in snapshot.town.near.get(m, ()) for m in placed.members),
            "again": not houses[id_].last.isdisjoint(placed.members),
            "by_hand": False,
        }
        for id_, placed in sorted(plan.placed.items())
        if not _stays(snapshot, id_, placed)
    ]


def _stays(snapshot: Snapshot, id_: int, placed: Placed) -> bool:
    group_id, visitors = snapshot.before[id_]
    return (placed.group_id, frozenset(placed.members)) == (group_id, frozenset(visitors))


class Party(TypedDict):
    """Those who go together for a group, as a plan keeps them: the weight that stays with them whatever the plan says
    (`kept`), and all that any of them has now (`now`)."""

    members: list[int]
    kept: int
    now: int


def parties_of(snapshot: Snapshot, plan: Plan) -> dict[int, list[Party]]:
    """Who goes together in each group, in the order in which they were formed."""
    weights = {house.id: house.weight for house, _ in snapshot.town.houses}
    kept: dict[int, dict[int, int]] = defaultdict(dict)
    for one in snapshot.town.held:
        for member in one.members:
            kept[member][one.id] = one.weight
    now = {member: dict(has) for member, has in kept.items()}
    for id_, (_group_id, visitors) in snapshot.before.items():
        stays = id_ in plan.placed and _stays(snapshot, id_, plan.placed[id_])
        for member in visitors:
            now.setdefault(member, {})[id_] = weights[id_]
            if stays:
                kept[member][id_] = weights[id_]
    return {
        group_id: [
            Party(members=list(members), kept=_together(kept, members), now=_together(now, members))
            for members in parties
        ]
        for group_id, parties in plan.parties.items()
    }


def _together(has: Mapping[int, Mapping[int, int]], members: Iterable[int]) -> int:
    """The weight that any of these has; what two have together counts once."""
    return sum({id_: weight for member in members for id_, weight in has.get(member, {}).items()}.values())


class Given(NamedTuple):
    """What of a plan's row the figures count."""

    visitors: tuple[int, ...]
    weight: int
    near: bool
    again: bool


def figures(rows: Collection[Given], parties: Sequence[Party]) -> dict[str, int]:
    """The figures of one group: households and their weight, how many went to somebody of the same village, how many to
    who was there last time, the least and the largest load of those who go, and how many of them get something."""
    got: Counter[tuple[int, ...]] = Counter()
    for row in rows:
        got[row.visitors] += row.weight
    loads = [party["kept"] + got[tuple(party["members"])] for party in parties]
    return {
        "households": len(rows),
        "weight": sum(row.weight for row in rows),
        "near": sum(row.near for row in rows),
        "again": sum(row.again for row in rows),
        "least": min(loads, default=0),
        "most": max(loads, default=0),
        "takers": sum(bool(got[tuple(party["members"])]) for party in parties),
    }


def notes_of(snapshot: Snapshot, plan: Plan, wishes: Wishes, groups: Mapping[int, str]) -> list[Note]:
    """What could not be met, and why; the weightiest first."""
    return [
        *_left(plan, wishes, groups),
        *_excused(snapshot, wishes),
        *_missed(snapshot, plan, wishes, groups),
        *(note(N_("%(group)s的方案不错，但没有证明是最好的。"), group=groups[id_]) for id_ in plan.unproved),
    ]


def _left(plan: Plan, wishes: Wishes, groups: Mapping[int, str]) -> Iterator[Note]:
    if plan.homeless:
        yield note(N_("%(n)s 户所在的村没有小组负责，没有分。"), n=len(plan.homeless))
    for group_id, count in Counter(plan.nobody.values()).items():
        yield note(N_("%(group)s没有能走访的组员，%(n)s 户没有分。"), group=groups[group_id], n=count)
    if plan.full and wishes.terms.cap is None:
        yield note(N_("%(n)s 户没有分：要回避的户隔在中间，连不成一段，请手工分派。"), n=len(plan.full))
    elif plan.full:
        yield note(N_("%(n)s 户没有分：每人最多 %(cap)s 户，人手不够。"), n=len(plan.full), cap=wishes.terms.cap)
    if plan.shunned:
        yield note(N_("%(n)s 户没有分：组里的人都要回避。"), n=len(plan.shunned))


def _excused(snapshot: Snapshot, wishes: Wishes) -> Iterator[Note]:
    away = [id_ for id_ in snapshot.away if id_ in snapshot.seated]
    old = [id_ for id_ in snapshot.old if id_ in snapshot.seated and id_ not in snapshot.away]
    if away:
        yield note(N_("%(n)s 人在请假，没有分给他们：%(names)s%(more)s。"), n=len(away), **_named(away, snapshot.names))
    if old:
        yield note(
            N_("%(n)s 人已满 %(age)s 岁，没有分给他们：%(names)s%(more)s。"),
            n=len(old), age=wishes.oldest, **_named(old, snapshot.names),
        )  # fmt: skip


def _named(ids: Collection[int], names: Mapping[int, str]) -> dict[str, str]:
    """The first few names, and a sign that there are more."""
    return {
        "names": "、".join(names[id_] for id_ in list(ids)[:NAMED]),
        "more": " …" if len(ids) > NAMED else "",
    }


def _missed(snapshot: Snapshot, plan: Plan, wishes: Wishes, groups: Mapping[int, str]) -> Iterator[Note]:
    if wishes.terms.level is not Level.VISITOR:
        return
    houses = {house.id: house for house, _ in snapshot.town.houses}
    placed = [(houses[id_], one.members) for id_, one in plan.placed.items()]
    far = sum(not any(house.village[1] in snapshot.town.near.get(m, ()) for m in members) for house, members in placed)
    if far:
        yield note(N_("%(n)s 户没有给到本村或挂钩支部的人：他们在这些组里不够分，或整街更要紧。"), n=far)
    others = sum(bool(house.last) and house.last.isdisjoint(members) for house, members in placed)
    if others:
        yield note(N_("%(n)s 户换了人：上次去的人不在这个组、不能去，或那样就分不匀。"), n=others)
    streets: dict[tuple[Any, Any], set[tuple[int, ...]]] = defaultdict(set)
    for house, members in placed:
        streets[house.village, house.street].add(members)
    cut = sum(len(parties) > 1 for parties in streets.values())
    if cut:
        yield note(N_("%(cut)s 条街巷由几对人分着走，%(whole)s 条整条归一对人。"), cut=cut, whole=len(streets) - cut)
    yield from _uneven(snapshot, plan, wishes, groups)
    if wishes.terms.pairs:
        yield from _unmixed(snapshot, plan, wishes)


def _uneven(snapshot: Snapshot, plan: Plan, wishes: Wishes, groups: Mapping[int, str]) -> Iterator[Note]:
    """Groups whose loads differ by more than was asked for: somebody had much already, or households count differently."""
    weights = {house.id: house.weight for house, _ in snapshot.town.houses}
    got: Counter[tuple[int, ...]] = Counter()
    for id_, placed in plan.placed.items():
        if not _stays(snapshot, id_, placed):
            got[placed.members] += weights[id_]
    for group_id, parties in parties_of(snapshot, plan).items():
        loads = [party["kept"] + got[tuple(party["members"])] for party in parties]
        if any(got[tuple(party["members"])] for party in parties) and max(loads) - min(loads) > wishes.terms.spread:
            yield note(
                N_("%(group)s最多和最少差 %(n)s 户：有人原来就分得多，或几户算一户分不匀。"),
                group=groups[group_id], n=max(loads) - min(loads),
            )  # fmt: skip


def _unmixed(snapshot: Snapshot, plan: Plan, wishes: Wishes) -> Iterator[Note]:
    people = snapshot.town.people
    going = {placed.members for placed in plan.placed.values()}
    parties = [[people[member] for member in members] for members in sorted(going) if members]
    pairs = [party for party in parties if len(party) > 1]
    alone = [party[0].id for party in parties if len(party) == 1]
    if alone:
        yield note(
            N_("%(n)s 人一个人走，没有能搭档的人：%(names)s%(more)s。"), n=len(alone), **_named(alone, snapshot.names)
        )
    same = sum(not any(mixes_experience(one, two) for one in party for two in party) for party in pairs)
    if wishes.terms.mix_experience and same:
        yield note(N_("%(all)s 对里有 %(n)s 对不是一老一新：组里走访过的人和新人不一样多。"), all=len(pairs), n=same)
    unmixed = sum(not any(mixes_gender(one, two) for one in party for two in party) for party in pairs)
    if wishes.terms.mix_gender and unmixed:
        yield note(N_("%(all)s 对里有 %(n)s 对不是一男一女：组里男女不一样多。"), all=len(pairs), n=unmixed)
