"""Whom the rows of a members' roster mean, among all who are and were on the roster."""

import re
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from typing import Any

from hengli_visits.imports.cleaning import clean_title
from hengli_visits.imports.matching import (
    MEMBER_FIELDS,
    PHONE_TAKEN,
    Claims,
    Standing,
    Verdict,
    differences,
    index_by,
)
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.rosters import MemberRow
from hengli_visits.wording import N_

PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]+")


def match_members(records: Sequence[MemberRow], standing: Sequence[Standing]) -> list[Verdict]:
    """Members by staff number, else by phone with name, else by name and branch where nothing contradicts."""
    verdicts = [Verdict() for _ in records]
    numbers = {one.values["staff_number"]: one for one in standing if one.values["staff_number"]}
    phones = {one.values["phone"]: one for one in standing if one.values["phone"]}
    claims = Claims()
    for row, record in enumerate(records):
        if record.staff_number and (own := numbers.get(record.staff_number)):
            claims.claim(row, own)
    for row, record in enumerate(records):
        own = phones.get(record.phone) if record.phone and row not in claims.found else None
        if own and claims.free([own]) and is_named(record, own) and not contradicts(record, own):
            claims.claim(row, own)
    names = index_by(standing, lambda one: one.values["name"])
    again = names_again(standing)
    for row, record in enumerate(records):
        if row not in claims.found and not (record.phone and record.phone in phones):
            claim_by_name(record, row, claims, names.get(record.name) or again(record.name), verdicts[row])
    used: dict[str, str] = {}
    for row, (record, verdict) in enumerate(zip(records, verdicts, strict=True)):
        if not verdict.problems:
            settle_member(record, verdict, claims.found.get(row), phones, used)
    return verdicts


def names_again(standing: Sequence[Standing]) -> Callable[[str], list[Standing]]:
    """Finds members by the name with which they come back from a file; gone through when one is first asked for. What
    is Chinese characters alone comes back as it is."""
    others = [one for one in standing if not PLAIN_NAME.fullmatch(one.values["name"])]

    @cache
    def index() -> dict[Hashable, list[Standing]]:
        return index_by(others, lambda one: one.reread(one.values)["name"] if one.reread else "")

    return lambda name: index().get(name, [])


def is_named(record: MemberRow, standing: Standing) -> bool:
    """Whether the member has the name that a row says."""
    name = standing.values["name"]
    if record.name == name or PLAIN_NAME.fullmatch(name):
        return bool(record.name == name)
    return any(record.name == values["name"] for values in standing.readings())


def is_branch(own: str | None, said: str | None) -> bool:
    """Whether a row says the name of a branch, as a file brings it."""
    return own == said or (own is not None and said is not None and clean_title(own).value == said)


def contradicts(record: MemberRow, standing: Standing) -> bool:
    """Whether both have a staff number, and not the same."""
    number = standing.values["staff_number"]
    return bool(record.staff_number and number and record.staff_number != number)


def claim_by_name(record: MemberRow, row: int, claims: Claims, namesakes: list[Standing], verdict: Verdict) -> None:
    """Find a member by name and branch, or without a branch by the name alone; the month of birth must not contradict.
    Several who could be meant are reported."""
    free = [one for one in claims.free(namesakes) if not contradicts(record, one)]
    fits = [one for one in free if is_branch(one.values["branch"], record.branch)]
    if not fits and record.branch is None and len(free) == 1 and (not record.phone or not free[0].values["phone"]):
        fits = free
    fits = [one for one in fits if not (record.born and one.values["born"]) or one.values["born"] == record.born]
    if len(fits) > 1:
        fits = [one for one in fits if one.values["born"] == record.born] or fits
    if len(fits) == 1:
        claims.claim(row, fits[0])
    elif fits:
        why = N_("党员册里有 %(count)s 位同名的，分不清是哪一位，请填写联系电话或工号。")
        verdict.refuse(N_("姓名"), record.name, reason(why, count=len(fits)))


def settle_member(
    record: MemberRow,
    verdict: Verdict,
    own: Standing | None,
    phones: dict[Any, Standing],
    used: dict[str, str],
) -> None:
    """Decide one member's row. A phone that somebody else has, and a person who was taken off the roster, are
    problems."""
    other = phones.get(record.phone) if record.phone else None
    if other and (own is None or other.id != own.id):
        why = reason(PHONE_TAKEN, name=other.values["name"])
        return verdict.refuse(N_("联系电话"), record.phone, why)
    if record.phone and record.phone in used:
        why = reason(N_("这个电话在名册里也是 %(name)s 的，请核对。"), name=used[record.phone])
        return verdict.refuse(N_("联系电话"), record.phone, why)
    if own and own.gone:
        return verdict.refuse(N_("姓名"), record.name, reason(N_("党员册里已标为不在册，请先在党员册里恢复。")))
    if record.phone:
        used[record.phone] = record.name
    if own:
        verdict.settle(own, differences(record, own, MEMBER_FIELDS))
    return None
