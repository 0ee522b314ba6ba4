"""What triage begins with: for each issue the likely category, and for each category who should get it, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hengli_visits.campaigns.dispatching import Ground, Proposal, propose, way_up
from hengli_visits.issues.categorising import Guess, Model, Sureness
from hengli_visits.issues.learning import model_of
from hengli_visits.models import Area, Category, DispatchRule, Issue, Organisation, OrganisationKind


@dataclass(frozen=True)
class Proposed:
    """What is proposed for an issue. `categories` are those that may be chosen, the chosen one first, then the likelier
    before the others; `category_id` is the one that was noted (`noted`), or the likeliest when none was. `units`: category → who."""

    categories: tuple[Category, ...]
    category_id: int | None
    noted: bool
    guesses: Mapping[int, Guess]
    units: Mapping[int, Proposal]

    @property
    def guess(self) -> Guess | None:
        """What is said of the category that is chosen."""
        return self.guesses.get(self.category_id or 0)

    @property
    def better(self) -> Category | None:
        """A category that fits the words better than the one that was noted, and about which there is no doubt."""
        best = max(self.guesses, key=lambda one: self.guesses[one].chance, default=None)
        if best in (None, self.category_id) or self.guesses[best].sureness is Sureness.HARDLY:
            return None
        return next(one for one in self.categories if one.id == best)

    @property
    def unit(self) -> Proposal | None:
        """Who should get it, with the category that is chosen."""
        return self.units.get(self.category_id or 0)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to be chosen, and the words do not speak clearly for another category."""
        sure = self.noted or (self.guess is not None and self.guess.sureness is not Sureness.HARDLY)
        return sure and self.better is None and self.unit is not None and self.unit.lead_unit_id is not None


@dataclass(frozen=True)
class Grounds:
    """What proposals are made from, read once for many issues. `units`: id → name of those in use."""

    categories: Sequence[Category]
    rules: Sequence[DispatchRule]
    units: Mapping[int, str]
    committees: Mapping[int, int]
    areas: Mapping[int, str]


def grounds_of(session: Session, categories: Sequence[Category]) -> Grounds:
    """The grounds for proposals in any area. Three queries."""
    ids = [category.id for category in categories]
    rules = session.scalars(select(DispatchRule).where(DispatchRule.category_id.in_(ids)).order_by(DispatchRule.id))
    units = session.execute(
        select(Organisation.id, Organisation.name, Organisation.area_id)
        .where(Organisation.kind == OrganisationKind.UNIT, Organisation.active)
        .order_by(Organisation.area_id.is_not(None), Organisation.id)
    ).all()
    committees: dict[int, int] = {}
    for unit in units:
        if unit.area_id is not None:
            committees.setdefault(unit.area_id, unit.id)
    areas = {row.id: row.name for row in session.execute(select(Area.id, Area.name))}
    return Grounds(categories, list(rules), {unit.id: unit.name for unit in units}, committees, areas)


def units_for(
    grounds: Grounds, categories: Iterable[Category], area: Area, barred: Collection[int] = ()
) -> dict[int, Proposal]:
    """For each category who should get it in an area, never one of `barred`. Pure."""
    allowed = grounds.units.keys() - set(barred)
    ground = Ground(way_up(area.path), grounds.areas, grounds.committees.get(area.id), allowed)
    return {category.id: propose(category, grounds.rules, ground) for category in categories}


def categories_of(session: Session, issues: Collection[Issue]) -> list[Category]:
    """The categories that may be chosen for these issues, and those that they have. One query."""
    return list(
        session.scalars(
            select(Category)
            .where(
                Category.campaign_id.in_({issue.campaign_id for issue in issues}),
                or_(Category.active, Category.id.in_({issue.category_id for issue in issues if issue.category_id})),
            )
            .order_by(Category.position, Category.id)
        )
    )


def propose_for(session: Session, issues: Sequence[Issue]) -> tuple[dict[int, Proposed], Grounds]:
    """What is proposed for each of these issues (their areas are loaded), by id, and from what. Seven queries."""
    grounds = grounds_of(session, categories_of(session, issues))
    model = model_of(session)
    return {issue.id: _proposed(issue, grounds, model) for issue in issues}, grounds


def _proposed(issue: Issue, grounds: Grounds, model: Model) -> Proposed:
    own = [one for one in grounds.categories if one.campaign_id == issue.campaign_id]
    usable = {one.name: one.id for one in own if one.active or one.id == issue.category_id}
    guesses = {usable[guess.category]: guess for guess in model.guess(issue.words, usable.keys())}
    likeliest = max(guesses, key=lambda one: guesses[one].chance, default=None)
    chosen = issue.category_id if issue.category_id in usable.values() else likeliest
    chances = {one: guess.chance for one, guess in guesses.items()}
    ranked = sorted(
        (one for one in own if one.id in usable.values()),
        key=lambda one: (one.id != chosen, -chances.get(one.id, 0.0), one.position, one.id),
    )
    barred = () if issue.about_unit_id is None else (issue.about_unit_id,)
    noted = issue.category_id is not None and chosen == issue.category_id
    return Proposed(tuple(ranked), chosen, noted, guesses, units_for(grounds, ranked, issue.area, barred))
