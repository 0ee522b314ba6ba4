"""A linear programme in whole numbers, solved and proved by Google OR-Tools.

Its continuous form is solved first (GLOP, the simplex method). Programmes over the arcs of a path come out whole almost
always: all bounds of the path alone form a totally unimodular matrix, and the few rows beside it seldom matter. That
nothing is better is then shown from the dual prices in whole numbers, not believed from rounded ones (weak duality:
whatever the prices, no solution costs less than what they say). What does not come out whole, or is not shown, goes to
branch and bound (SCIP) with a limit on its nodes, never on its time: same input, same result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ortools.linear_solver import pywraplp

FINE = 2**24
"""Prices are rounded to this part of one before anything is shown from them."""
NODES = 3000
"""So many nodes of branch and bound at most; what stands then is taken and said to be unproved."""
WHOLE = 1e-6


@dataclass(frozen=True)
class Solution:
    """How often each column is taken, columns that are not taken left out. `gap` is by how much a better solution might
    be cheaper: 0 is proved to be best."""

    amounts: dict[int, int]
    gap: int

    @property
    def chosen(self) -> list[int]:
        """The columns that are taken, ascending."""
        return list(self.amounts)

    @property
    def proved(self) -> bool:
        """Whether nothing is better."""
        return self.gap == 0


@dataclass
class Programme:
    """Rows (low, high) and columns with their entries (row, whole number), each taken from 0 to `most` times. A bound that
    is None is none."""

    rows: list[tuple[int | None, int | None]] = field(default_factory=list)
    columns: list[tuple[tuple[int, int], ...]] = field(default_factory=list)
    most: list[int] = field(default_factory=list)

    def row(self, low: int | None, high: int | None) -> int:
        """Add a row; returns its number."""
        self.rows.append((low, high))
        return len(self.rows) - 1

    def column(self, *entries: tuple[int, int], most: int = 1) -> int:
        """Add a column; returns its number."""
        self.columns.append(entries)
        self.most.append(most)
        return len(self.columns) - 1

    def bind(self, coefficients: Sequence[int], high: int) -> None:
        """Add a row over all columns: no solution may cost more than this by these coefficients."""
        row = self.row(None, high)
        self.columns = [
            (*entries, (row, value)) if value else entries
            for entries, value in zip(self.columns, coefficients, strict=True)
        ]

    def solve(self, costs: Sequence[int], hint: Solution | None = None) -> Solution | None:
        """The cheapest choice of columns, or the best found; `hint` is one to begin with. None: there is none."""
        if not self.columns:
            return Solution({}, 0) if all((low or 0) <= 0 <= (high or 0) for low, high in self.rows) else None
        model = _Model(self, costs, "GLOP")
        if model.run() == pywraplp.Solver.OPTIMAL:
            values = model.values()
            amounts = _rounded(values)
            if all(abs(value - round(value)) <= WHOLE for value in values) and self._is_best(
                costs, amounts, model.prices()
            ):
                return Solution(amounts, 0)
        return self._branch(costs, hint)

    def cost(self, costs: Sequence[int], amounts: Mapping[int, int]) -> int:
        """What columns cost, taken so often."""
        return sum(costs[number] * times for number, times in amounts.items())

    def _is_best(self, costs: Sequence[int], amounts: Mapping[int, int], prices: Sequence[float]) -> bool:
        """Whether these prices show that nothing costs less than this; in whole numbers."""
        fine = [round(price * FINE) for price in prices]
        bound = 0
        for number, (low, high) in enumerate(self.rows):
            limit = low if fine[number] > 0 else high
            if limit is None:
                fine[number] = 0
            else:
                bound += limit * fine[number]
        for cost, entries, most in zip(costs, self.columns, self.most, strict=True):
            bound += most * min(0, cost * FINE - sum(fine[row] * value for row, value in entries))
        return self.cost(costs, amounts) * FINE - bound < FINE

    def _branch(self, costs: Sequence[int], hint: Solution | None) -> Solution | None:
        model = _Model(self, costs, "SCIP")
        model.solver.SetSolverSpecificParametersAsString(f"limits/nodes = {NODES}\n")
        if hint is not None:
            known = [float(hint.amounts.get(number, 0)) for number in range(len(model.unknowns))]
            model.solver.SetHint(model.unknowns, known)
        status = model.run()
        if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
            return hint
        amounts = _rounded(model.values())
        if status == pywraplp.Solver.OPTIMAL:
            return Solution(amounts, 0)
        bound = model.solver.Objective().BestBound()
        return Solution(amounts, max(1, int(self.cost(costs, amounts) - bound + 1 - WHOLE)))


def _rounded(values: Sequence[float]) -> dict[int, int]:
    return {number: round(value) for number, value in enumerate(values) if round(value)}


class _Model:
    """A programme as the solver's objects."""

    def __init__(self, programme: Programme, costs: Sequence[int], name: str) -> None:
        self.solver = pywraplp.Solver.CreateSolver(name)
        solver, infinity = self.solver, self.solver.infinity()
        new = solver.IntVar if name == "SCIP" else solver.NumVar
        self.unknowns = [new(0, most, "") for most in programme.most]
        self.bounds = [
            solver.Constraint(-infinity if low is None else low, infinity if high is None else high)
            for low, high in programme.rows
        ]
        aim = solver.Objective()
        for unknown, cost, entries in zip(self.unknowns, costs, programme.columns, strict=True):
            if cost:
                aim.SetCoefficient(unknown, cost)
            for row, value in entries:
                self.bounds[row].SetCoefficient(unknown, value)
        aim.SetMinimization()

    def run(self) -> int:
        """The solver's status."""
        status: int = self.solver.Solve()
        return status

    def values(self) -> list[float]:
        """The value of each unknown."""
        return [unknown.solution_value() for unknown in self.unknowns]

    def prices(self) -> list[float]:
        """The dual price of each row."""
        return [bound.dual_value() for bound in self.bounds]
