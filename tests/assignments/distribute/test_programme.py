"""Programmes in whole numbers: exact, also where the continuous form is not."""

from itertools import product

from hypothesis import given, settings, strategies as st

from hengli_visits.assignments.distribute.programme import Programme

COEFFICIENTS = st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    COEFFICIENTS,
    st.lists(st.integers(1, 8), min_size=3, max_size=3),
    st.lists(st.integers(-9, 3), min_size=4, max_size=4),
)
def test_equals_brute_force(rows: list[list[int]], limits: list[int], costs: list[int]) -> None:
    programme = Programme()
    for _row, limit in zip(rows, limits, strict=False):
        programme.row(None, limit)
    for column in range(4):
        programme.column(*((number, row[column]) for number, row in enumerate(rows) if row[column]), most=2)
    solution = programme.solve(costs)
    assert solution is not None
    assert solution.proved
    allowed = [
        values
        for values in product(range(3), repeat=4)
        if all(
            sum(a * b for a, b in zip(row, values, strict=True)) <= limit
            for row, limit in zip(rows, limits, strict=False)
        )
    ]
    best = min(sum(a * b for a, b in zip(costs, values, strict=True)) for values in allowed)
    assert programme.cost(costs, solution.amounts) == best


def test_what_cannot_be_has_no_solution() -> None:
    programme = Programme()
    row = programme.row(3, 3)
    programme.column((row, 2), most=5)
    assert programme.solve([1]) is None


def test_a_bound_on_all_columns_holds() -> None:
    programme = Programme()
    row = programme.row(1, 1)
    programme.column((row, 1))
    programme.column((row, 1))
    programme.bind([5, 1], 4)
    solution = programme.solve([0, 9])
    assert solution is not None
    assert solution.chosen == [1]
