"""One member for all households of a hand-over, and who would go alone."""

from collections.abc import Mapping

from hengli_visits.assignments.handing import NOBODY, HandOver, Replacement
from hengli_visits.assignments.wishes import read


def everybody(plan: HandOver) -> list[Replacement]:
    """Those who could take some of the households, whom fewest wait for first."""
    people = {one.member_id: one for row in plan.rows for one in row.replacements}
    return sorted(people.values(), key=lambda one: one.load)


def filled(plan: HandOver, member_id: int) -> dict[int, int]:
    """This member (by assignment) for each household that they can take."""
    return {
        row.assignment.id: member_id for row in plan.rows if any(one.member_id == member_id for one in row.replacements)
    }


def left_alone(plan: HandOver, picked: Mapping[str, str]) -> dict[str, int]:
    """By name for how many households somebody would go alone, as the page stands, where the campaign goes in pairs."""
    found: dict[str, int] = {}
    for row in plan.rows:
        to = picked.get(f"to-{row.assignment.id}", "" if row.proposed is None else str(row.proposed))
        if to == str(NOBODY) and len(row.staying) == 1 and read(row.assignment.campaign.sharing).terms.pairs:
            name = row.staying[0].name
            found[name] = found.get(name, 0) + 1
    return found
