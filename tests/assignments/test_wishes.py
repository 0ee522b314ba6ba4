"""What is wished for, as it is kept, and what a household weighs."""

from hengli_visits.assignments.distribute.levels import Terms
from hengli_visits.assignments.wishes import Weights, Wishes, kilometres, read, weight_of, written
from hengli_visits.models import (
    HouseholdKind,
)


def test_wishes_are_kept_as_they_were_asked_for() -> None:
    wishes = Wishes(groups=(3,), terms=Terms(spread=4, cap=9), oldest=None, weights=Weights(3, ("困难户",), 1.5))
    assert read(written(wishes)) == wishes
    assert read({}) == Wishes()


def test_a_household_counts_by_what_it_is() -> None:
    weights = Weights(enterprise=3, heavy=("困难户",), far=2.0)
    assert weight_of(HouseholdKind.FAMILY, "普通户", None, weights) == 1
    assert weight_of(HouseholdKind.FAMILY, "困难户", 2.5, weights) == 3
    assert weight_of(HouseholdKind.ENTERPRISE, "", 1.0, weights) == 3
    assert round(kilometres(23.0262, 113.9718, 23.0431, 113.9532), 2) == 2.67
