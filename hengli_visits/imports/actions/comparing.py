"""A roster's records against what stands in the database now."""

from collections.abc import Callable, Collection, Container, Sequence
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits.assignments.avoidances import in_force
from hengli_visits.imports import queries
from hengli_visits.imports.assignment_matching import AssignmentMatcher
from hengli_visits.imports.campaign import covering, load_groups, load_people, load_targets
from hengli_visits.imports.household_matching import HouseholdMatcher
from hengli_visits.imports.matching import Standing, Verdict, match_areas, match_branches
from hengli_visits.imports.member_matching import match_members
from hengli_visits.imports.newcomers import villages_of
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.team_matching import TeamMatcher
from hengli_visits.models import HouseholdKind, RosterKind
from hengli_visits.wording import N_

Match = Callable[[Sequence[Any]], list[Verdict]]

PORTION = 2_000
"""Rows that are looked at together, where a roster may be long."""
IN_PORTIONS = {RosterKind.HOUSEHOLDS: HouseholdKind.FAMILY, RosterKind.ENTERPRISES: HouseholdKind.ENTERPRISE}


def portion_of(kind: RosterKind) -> int | None:
    """How many records of a roster are compared at once; None: all of them, since each may bear on the others."""
    return PORTION if kind in IN_PORTIONS else None


class Comparison:
    """Compares the records of one roster, `portion_of` at once. `founded` are villages that will stand by then; `codes`
    all codes of the roster."""

    def __init__(
        self,
        session: Session,
        kind: RosterKind,
        campaign_id: int | None,
        founded: Collection[str] = (),
        codes: Container[str] = (),
    ) -> None:
        self._session = session
        self._known = {area.name for area in queries.load_villages(session)} | set(founded)
        self._match = self._matching(kind, campaign_id, codes)

    def verdicts(self, records: Sequence[Any]) -> list[Verdict]:
        """What importing each record would do. A record of a village that neither stands nor is founded is refused, and
        stands in no other's way."""
        verdicts = [Verdict() for _ in records]
        for record, verdict in zip(records, verdicts, strict=True):
            for name in villages_of(record):
                if name not in self._known:
                    why = N_("“%(name)s”还不是本镇的村(社区)。如确实要新建，请勾选它。")
                    verdict.refuse(N_("村(社区)"), name, reason(why, name=name))
        good = [number for number, verdict in enumerate(verdicts) if not verdict.problems]
        found = self._match([records[number] for number in good])
        for number, verdict in zip(good, found, strict=True):
            verdicts[number] = verdict
        return verdicts

    def _matching(self, kind: RosterKind, campaign_id: int | None, codes: Container[str]) -> Match:
        session = self._session
        if kind in IN_PORTIONS:
            return self._households(HouseholdMatcher(IN_PORTIONS[kind], codes))
        whole: dict[RosterKind, Match] = {
            RosterKind.AREAS: lambda some: match_areas(some, queries.load_areas(session)),
            RosterKind.BRANCHES: lambda some: match_branches(some, queries.load_branches(session)),
            RosterKind.MEMBERS: lambda some: match_members(some, queries.load_members(session)),
            RosterKind.GROUPS: lambda some: TeamMatcher(
                load_people(session), load_groups(session, campaign_id or 0)
            ).match(some),
            RosterKind.ASSIGNMENTS: lambda some: match_assignments(session, campaign_id or 0, some),
        }
        return whole[kind]

    def _households(self, matcher: HouseholdMatcher) -> Match:
        def match(records: Sequence[Any]) -> list[Verdict]:
            codes = {record.code for record in records if record.code}
            names = {record.name for record in records if not record.code}
            return matcher.match(records, queries.load_households(self._session, codes, names))

        return match


def match_assignments(session: Session, campaign_id: int, records: Sequence[Any]) -> list[Verdict]:
    """A roster of assignments against one campaign."""
    households: dict[int, Standing] = {}
    for start in range(0, len(records), PORTION):
        some = records[start : start + PORTION]
        codes = {record.code for record in some if record.code}
        names = {record.household for record in some if not record.code}
        households |= {one.id: one for one in queries.load_households(session, codes, names)}
    matcher = AssignmentMatcher(
        list(households.values()),
        load_people(session),
        load_groups(session, campaign_id),
        load_targets(session, campaign_id),
        covering(session, campaign_id),
        in_force(session),
    )
    return matcher.match(records)
