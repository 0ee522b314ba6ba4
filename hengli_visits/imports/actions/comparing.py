"""A roster's records against what stands in the database now."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits.imports import queries
from hengli_visits.imports.assignment_matching import AssignmentMatcher
from hengli_visits.imports.matching import (
    Verdict,
    match_areas,
    match_branches,
    match_households,
    match_members,
)
from hengli_visits.imports.newcomers import villages_of
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.team_matching import TeamMatcher
from hengli_visits.models import HouseholdKind, RosterKind
from hengli_visits.wording import N_

MATCHERS: dict[RosterKind, Callable[[Session, Sequence[Any]], list[Verdict]]] = {
    RosterKind.AREAS: lambda session, records: match_areas(records, queries.load_areas(session)),
    RosterKind.BRANCHES: lambda session, records: match_branches(records, queries.load_branches(session)),
    RosterKind.MEMBERS: lambda session, records: match_members(records, queries.load_members(session)),
    RosterKind.HOUSEHOLDS: lambda session, records: match_households(
        records, queries.load_households(session), HouseholdKind.FAMILY
    ),
    RosterKind.ENTERPRISES: lambda session, records: match_households(
        records, queries.load_households(session), HouseholdKind.ENTERPRISE
    ),
}


def compare(
    session: Session, kind: RosterKind, campaign_id: int | None, records: Sequence[Any], founded: Collection[str] = ()
) -> list[Verdict]:
    """What importing each record would do. A record of a village that neither stands nor is `founded` is refused, and
    stands in no other's way."""
    known = {area.name for area in queries.load_villages(session)} | set(founded)
    verdicts = [Verdict() for _ in records]
    for record, verdict in zip(records, verdicts, strict=True):
        for name in villages_of(record):
            if name not in known:
                why = N_("“%(name)s”还不是本镇的村(社区)。如确实要新建，请勾选它。")
                verdict.refuse(N_("村(社区)"), name, reason(why, name=name))
    good = [number for number, verdict in enumerate(verdicts) if not verdict.problems]
    chosen = [records[number] for number in good]
    if kind is RosterKind.ASSIGNMENTS:
        found = match_assignments(session, campaign_id or 0, chosen)
    elif kind is RosterKind.GROUPS:
        groups = queries.load_groups(session, campaign_id or 0)
        found = TeamMatcher(queries.load_people(session), groups).match(chosen)
    else:
        found = MATCHERS[kind](session, chosen)
    for number, verdict in zip(good, found, strict=True):
        verdicts[number] = verdict
    return verdicts


def match_assignments(session: Session, campaign_id: int, records: Sequence[Any]) -> list[Verdict]:
    """A roster of assignments against one campaign."""
    matcher = AssignmentMatcher(
        queries.load_households(session),
        queries.load_people(session),
        queries.load_groups(session, campaign_id),
        queries.load_targets(session, campaign_id),
        queries.covering(session, campaign_id),
    )
    return matcher.match(records)
