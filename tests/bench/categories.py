"""How well categories are proposed and duplicates found, and what it costs.

`python -m tests.bench.categories [--rows 50000]`

Categories: the town's labelled sample (群众意见样例.csv, each wording once: villages and streets in it are taken out, so
that no variant of a held-out saying was learned) and `sayings.csv`, 120 sayings that a maker wrote for this bench
in other words and labelled by the same 17 categories. Nothing that is asked was learned: one saying left out at a
time, or five parts each left out in turn. Beside them the rule on the phone (`propose_category`), whose words were
chosen with the sample in view, and the largest category. Numbers of the model itself (MU, DISCOUNT …) were chosen on the
same sayings.

Duplicates: `pairs.csv`, 24 pairs of sayings about one thing in different words and 24 about different things of
the same category (the hard ones), labelled by hand; both in one village, once on one
street and three days apart, once without a known place and 20 days apart. Each first
saying looks for its twin among all others of the file as if they had been raised in the same village."""

import argparse
import csv
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from flask_migrate import upgrade
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hengli_visits import clock, create_app
from hengli_visits.campaigns.catalogue import SUBJECTS, clean_words, propose_category
from hengli_visits.config import Config
from hengli_visits.demo.sayings import sayings
from hengli_visits.extensions import db
from hengli_visits.issues import duplicates, learning
from hengli_visits.issues.categorising import Model, Sample, Sureness
from hengli_visits.issues.duplicates import Case, Comparison, likely
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Category, Issue, IssueState, Move
from tests.cast import build_cast

HERE = Path(__file__).parent
KNOWN = {subject.name: clean_words(subject.words) for subject in SUBJECTS}
CATEGORIES = [Category(id=n, name=name, words=words, active=True) for n, (name, words) in enumerate(KNOWN.items())]
Answer = tuple[Sample, list[tuple[str, float]]]
"""A saying that was asked, and the categories with their chances, the likeliest first."""


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def town() -> list[Sample]:
    """The town's sample, each wording once, without villages and streets."""
    return [Sample(one.template.format(village="", street=""), one.category) for one in sayings()]


def fresh() -> list[Sample]:
    """The sayings that were written for this bench."""
    return [Sample(row["内容"], row["类别"]) for row in rows("sayings.csv")]


def trained(samples: Sequence[Sample]) -> Model:
    model = Model(KNOWN)
    model.learn(samples)
    model.calibrate(samples)
    return model


def ask(model: Model, sample: Sample) -> Answer:
    return sample, [(guess.category, guess.chance) for guess in model.guess(sample.words)]


def by_words(sample: Sample) -> Answer:
    """The rule on the phone."""
    found = propose_category(CATEGORIES, sample.words)[0]
    return sample, [(found.name, 1.0)] if found else []


def five_parts(samples: Sequence[Sample], share: float = 1.0, seed: int = 1) -> list[Answer]:
    """Each fifth is asked of a model that learned `share` of the other four."""
    mixed = list(samples)
    Random(seed).shuffle(mixed)
    found: list[Answer] = []
    for part in range(5):
        rest = [one for at, one in enumerate(mixed) if at % 5 != part]
        model = trained(rest[: round(share * len(rest))])
        found += [ask(model, one) for one in mixed[part::5]]
    return found


def one_left_out(samples: Sequence[Sample]) -> list[Answer]:
    return [ask(trained([other for other in samples if other is not one]), one) for one in samples]


def say(name: str, answers: Iterable[Answer]) -> None:
    answers = list(answers)
    tops = [[category for category, _chance in ranked] for _sample, ranked in answers]
    first = sum(top[:1] == [sample.category] for (sample, _r), top in zip(answers, tops, strict=True))
    second = sum(sample.category in top[:2] for (sample, _r), top in zip(answers, tops, strict=True))
    brier = sum(
        sum((chance - (category == sample.category)) ** 2 for category, chance in ranked) if ranked else 1.0
        for sample, ranked in answers
    ) / len(answers)
    silent = sum(not ranked for _sample, ranked in answers)
    n = len(answers)
    print(f"  {name:<44} {n:4}  {first / n:6.1%}  {second / n:6.1%}  {silent / n:6.1%}  {brier:.3f}")


def say_sureness(answers: Iterable[Answer]) -> None:
    """How often it was right when it said that it was sure, against the chance that it gave."""
    groups: dict[Sureness, list[tuple[bool, float]]] = {word: [] for word in Sureness}
    for sample, ranked in answers:
        if ranked:
            word = learning_word(ranked[0][1])
            groups[word].append((ranked[0][0] == sample.category, ranked[0][1]))
    for word, told in groups.items():
        if told:
            right, said = (sum(column) / len(told) for column in zip(*told, strict=True))
            print(f"  {word.label:<12} {len(told):4}  right {right:6.1%}  said {said:6.1%}")


def learning_word(chance: float) -> Sureness:
    from_ = {Sureness.VERY: 0.75, Sureness.FAIRLY: 0.5, Sureness.HARDLY: 0.0}
    return next(word for word, least in from_.items() if chance >= least)


def measure_categories() -> None:
    sample, others = town(), fresh()
    largest = Counter(one.category for one in sample + others).most_common(1)[0][0]
    print(f"categories: {len(sample)} wordings of the town, {len(others)} written for this bench")
    print(f"  {'':<44}    n   top-1   top-2  silent  Brier")
    say("town: largest category", [(one, [(largest, 1.0)]) for one in sample])
    say("town: rule on the phone (made with it in view)", map(by_words, sample))
    say("town: model, one left out", one_left_out(sample))
    say("bench: largest category", [(one, [(largest, 1.0)]) for one in others])
    say("bench: rule on the phone", map(by_words, others))
    say("bench: model, categories' words alone", [ask(Model(KNOWN), one) for one in others])
    say("bench: model, learned from the town", [ask(trained(sample), one) for one in others])
    both = sample + others
    say("both: rule on the phone", map(by_words, both))
    answers: list[Answer] = []
    for share in (0.25, 0.5, 1.0):
        answers = [one for seed in (1, 2, 3) for one in five_parts(both, share, seed)]
        say(f"both: model, five parts, {share:.0%} of the rest", answers)
    print("sureness, both, five parts:")
    say_sureness(answers)


def cases(days_apart: int, street: str) -> tuple[list[Case], list[tuple[bool, int, int]]]:
    """All sayings of the pairs as cases of one village, and the pairs by their ids."""
    noon = datetime(2026, 6, 29, 4, tzinfo=UTC)
    ids: dict[str, int] = {}
    found, pairs = [], []
    for row in rows("pairs.csv"):
        for side, days in (("甲", 0), ("乙", days_apart)):
            if row[side] not in ids:
                ids[row[side]] = len(ids) + 1
                found.append(
                    Case(
                        ids[row[side]], "", row[side][:12], row[side], 1, 1, row["类别"], IssueState.TRIAGE,
                        noon - timedelta(days=days), street=street, latitude=None, longitude=None,
                    )
                )  # fmt: skip
        pairs.append((row["同一件"] == "1", ids[row["甲"]], ids[row["乙"]]))
    return found, pairs


def measure_duplicates(days_apart: int, street: str) -> None:
    everything, pairs = cases(days_apart, street)
    by_id = {case.id: case for case in everything}
    print(f"duplicates: {sum(same for same, *_ in pairs)} pairs that are, {sum(not s for s, *_ in pairs)} that are not,"
          f" among {len(everything)} sayings of one village, {days_apart} days apart, {'same street' if street else 'place unknown'}")  # fmt: skip
    print("  from score   found of those that are   shown of those that are not   precision   twin first")
    chosen, most = duplicates.LEAST, 5
    for least in (0.4, 0.45, 0.5, 0.55, 0.6):
        duplicates.LEAST = least
        shown = {id_: [one.case.id for one in likely(by_id[id_], everything, most)] for _same, id_, _twin in pairs}
        hits = [twin in shown[one] for same, one, twin in pairs if same]
        slips = [twin in shown[one] for same, one, twin in pairs if not same]
        twins = {frozenset((one, twin)) for same, one, twin in pairs if same}
        all_shown = {frozenset((one, other)) for one, others in shown.items() for other in others}
        first = [shown[one][:1] == [twin] for same, one, twin in pairs if same]
        precision = len(all_shown & twins) / max(1, len(all_shown))
        mark = " <" if least == chosen else ""
        print(f"  {least:10.2f}   {sum(hits) / len(hits):21.0%}   {sum(slips) / len(slips):27.0%}   {precision:9.0%}"
              f"   {sum(first) / len(first):10.0%}{mark}")  # fmt: skip
    duplicates.LEAST = chosen
    village = [Case(n, "", one.words, one.words, 1, 1, "", IssueState.TRIAGE, datetime(2026, 6, 29, tzinfo=UTC))
               for n, one in enumerate((town() + fresh()) * 4)][: duplicates.MOST_CANDIDATES]  # fmt: skip
    took = timed(lambda: likely(village[0], village))
    ready = Comparison(village)
    many = timed(lambda: [ready.likely(case.id) for case in village[:30]])
    print(f"  one issue against {len(village)} candidates: {took * 1000:.0f} ms, 30 more {many * 1000:.0f} ms")


def timed(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def fill(session: Session, count: int) -> None:
    """Issues that were dispatched, in so many different words that the vocabulary grows."""
    cast, chance, pool = build_cast(session), Random(7), town() + fresh()
    names = {name: Category(campaign_id=cast.campaign.id, name=name, words=words) for name, words in KNOWN.items()}
    session.add_all(category for name, category in names.items() if name not in ("水利排涝", "村务公开"))
    session.flush()
    ids = {row.name: row.id for row in session.execute(select(Category.id, Category.name))}
    now = clock.now()
    issues, moves = [], []
    for number in range(1, count + 1):
        one, other = chance.choice(pool), chance.choice(pool)
        words = one.words + other.words[: chance.randrange(8)] + chr(0x4E00 + chance.randrange(8000))
        issues.append({
            "id": number, "number": f"HL-{number}", "campaign_id": cast.campaign.id, "area_id": cast.village.id,
            "raised_by_id": cast.visitor.id, "title": words[:12], "words": words, "state": IssueState.DISPATCHED,
            "raised_at": now, "opened_at": now,
        })  # fmt: skip
        moves.append({
            "id": number, "issue_id": number, "at": now, "verb": Verb.DISPATCH.value, "to_state": IssueState.DISPATCHED,
            "data": {"category_id": ids[one.category]},
        })  # fmt: skip
    for start in range(0, count, 5000):
        session.execute(insert(Issue), issues[start : start + 5000])
        session.execute(insert(Move), moves[start : start + 5000])
    session.commit()


def measure_model(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "uploads").mkdir()
        app = create_app(Config("k" * 32, f"sqlite:///{path / 'app.db'}", path, None, 0, secure_cookies=False))
        with app.app_context():
            upgrade()
            with Session(db.engine) as session:
                fill(session, count)
                tracemalloc.start()
                learning.model_of(session)
                grown = tracemalloc.get_traced_memory()[0] / 2**20
                tracemalloc.stop()
                learning.forget()
                built = timed(lambda: learning.model_of(session))
                again = timed(lambda: learning.model_of(session))
                latest = session.scalars(select(Move).order_by(Move.id.desc()).limit(1)).one()
                session.add_all(
                    Move(issue_id=latest.issue_id, at=latest.at, verb=latest.verb, to_state=latest.to_state,
                         data=latest.data) for _ in range(100)
                )  # fmt: skip
                session.flush()
                renewed = timed(lambda: learning.model_of(session))
                model = learning.model_of(session)
                asked = timed(lambda: model.guess("排水渠给杂物堵了，一下大雨水就浸到屋里来。"))
            db.engine.dispose()
    print(f"the model on {count:,} dispatched issues (it takes the latest {learning.MOST:,} in):")
    print(f"  built {built:.2f} s, {grown:.0f} MB; {len(model.everywhere):,} signs")
    print(f"  nothing new {again * 1000:.1f} ms, 100 new rows {renewed * 1000:.1f} ms, one guess {asked * 1000:.1f} ms")


def main() -> None:
    """Measure all three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    rows_wanted = parser.parse_args().rows
    measure_categories()
    measure_duplicates(3, "二巷")
    measure_duplicates(20, "")
    measure_model(rows_wanted)


if __name__ == "__main__":
    main()
