"""Which households the rows of a roster mean, portion by portion."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hengli_visits.imports.matching import (
    ENTERPRISE_FIELDS,
    FAMILY_FIELDS,
    Claims,
    Standing,
    Verdict,
    index_by,
    with_place,
)
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.rosters import EnterpriseRow, HouseholdRow
from hengli_visits.models import HouseholdKind
from hengli_visits.wording import N_


@dataclass(slots=True)
class HouseholdMatcher:
    """Families or enterprises by code, else by name, village, street and door (then phone); portion by portion of a
    file. `codes` are all codes that the file says: what they stand for is no other row's. `taken` are the households
    that rows of earlier portions are."""

    kind: HouseholdKind
    codes: Container[str]
    taken: set[int] = field(default_factory=set)

    def match(self, records: Sequence[HouseholdRow | EnterpriseRow], standing: Sequence[Standing]) -> list[Verdict]:
        """What importing each record would do. `standing` are the households of either kind (a code belongs to one
        household of the town) that have a code or a name of theirs."""
        fields = FAMILY_FIELDS if self.kind is HouseholdKind.FAMILY else ENTERPRISE_FIELDS
        codes = {one.values["code"]: one for one in standing}
        places = index_by(
            (one for one in standing if one.values["kind"] == self.kind and one.values["code"] not in self.codes),
            place_key,
        )
        verdicts, claims = [Verdict() for _ in records], Claims(taken=self.taken)
        for row, record in enumerate(records):
            if record.code and (own := codes.get(record.code)):
                claims.claim(row, own)
            elif not record.code:
                here = places.get((record.name, record.village, record.street, record.door), [])
                claim_by_place(record, row, claims, here, verdicts[row])
        for row, (record, verdict) in enumerate(zip(records, verdicts, strict=True)):
            own = claims.found.get(row)
            if own is not None and not verdict.problems:
                self.settle(record, own, verdict, fields)
        return verdicts

    def settle(
        self, record: HouseholdRow | EnterpriseRow, own: Standing, verdict: Verdict, fields: Sequence[str]
    ) -> None:
        """Decide a row that is this household, unless something speaks against it."""
        if own.values["kind"] != self.kind:
            why = reason(N_("这个编号在户籍册里是“%(name)s”的，请核对。"), name=own.values["name"])
            verdict.refuse(N_("编号"), record.code, why)
        elif own.gone:
            verdict.refuse(N_("编号"), record.code, reason(N_("户籍册里已移出，请先在户籍册里恢复。")))
        elif is_stranger(record, own):
            other = N_("这个编号在户籍册里是“%(name)s”（%(address)s）的，名称和地址都对不上，请核对。")
            place = own.values["street"] + own.values["door"] or own.values["address"]
            verdict.refuse(N_("编号"), record.code, reason(other, name=own.values["name"], address=place))
        else:
            verdict.settle(own, with_place(record, own, fields))


def is_stranger(record: HouseholdRow | EnterpriseRow, own: Standing) -> bool:
    """Whether a record shares only its code with the household that stands: its visits would pass to somebody else."""
    return all(is_other(record, values) for values in own.readings())


def is_other(record: HouseholdRow | EnterpriseRow, values: Mapping[str, Any]) -> bool:
    """Whether neither the name nor the place is the same."""
    here, there = (record.street, record.door), (values["street"], values["door"])
    return record.name != values["name"] and any(here) and any(there) and here != there


def place_key(standing: Standing) -> tuple[str, ...]:
    """What identifies a household without a code."""
    values = standing.values
    return values["name"], values["village"], values["street"], values["door"]


def claim_by_place(
    record: HouseholdRow | EnterpriseRow, row: int, claims: Claims, here: list[Standing], verdict: Verdict
) -> None:
    """Find a household without a code among those of its name and address; of several, the one with its phone."""
    free = claims.free(here)
    if len(free) > 1 or not (record.street or record.door):
        free = [one for one in free if one.values["phone"] == record.phone]
    if len(free) == 1:
        claims.claim(row, free[0])
    elif free:
        why = reason(N_("户籍册里有 %(count)s 户同名同址，分不清是哪一户，请填写编号。"), count=len(free))
        verdict.refuse(N_("名称"), record.name, why)
