"""The plan of ten days' visits: who called where and when, and how it went. Pure: same input, same result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from hengli_visits.demo.agenda import MOST_CALLS, WEEKEND, outing, town_moment
from hengli_visits.demo.sayings import ENTERPRISE, Saying
from hengli_visits.models import Handling, Manner, Outcome

DAYS = 9
"""So many days of visits lie behind the demonstration's present, the last one yesterday."""
RATES = (0.44, 0.87)
"""Share of households met in the slowest and in the quickest village."""
RETRIED = 0.1
"""Share of the met who were not at home, or asked for another time, at first."""
UNMET = (
    (None, 0.62),
    (Outcome.AWAY, 0.15),
    (Outcome.APPOINTED, 0.11),
    (Outcome.DECLINED, 0.045),
    (Outcome.MOVED, 0.04),
    (Outcome.EMPTY, 0.035),
)
"""How it stands with those who were not met: mostly nobody has called yet."""
REMARKS = {
    Outcome.MET: (
        "老人耳朵不好，说话要大声一点。", "一家人都在，聊了二十来分钟。", "女主人在家，男主人上夜班。", "住得不错，没有什么困难。",
        "家里刚装修好，很客气。", "老人一个人住，儿子在市区，每周回来。", "租户，住了三年，孩子在村小读书。", "说上次来的同志还记得。",
        "家里有病人，下次来轻一点敲门。", "门口有狗，先喊一声。", "送了便民卡，讲了水电报修的电话。", "户主的弟弟接待，也问了村里的事。",
    ),
    Outcome.AWAY: ("敲门没有人应，邻居说上班去了。", "门锁着，留了联系卡。", "邻居说周末才在家。"),
    Outcome.APPOINTED: ("正要出门，约好再来。", "在做饭，约了吃过饭的时候。", "说白天不方便，晚上可以。"),
    Outcome.DECLINED: ("说不用来了，有事会打电话。", "只在门口说了两句，不愿多谈。"),
    Outcome.MOVED: ("邻居说去年搬到市区去了。", "房子已经卖了，新住户还没有搬来。"),
    Outcome.EMPTY: ("没有人住，门口长了草。", "老屋，村里说空了两年。"),
}  # fmt: skip
AT_FIRMS = {
    Outcome.MET: (
        "行政经理接待，看了车间。", "老板在外地，厂长接待，聊了半小时。", "厂里六成是外省来的工人。", "正在赶订单，约了下次再来座谈。",
        "办公楼二楼会议室，来了三位负责人。", "说这两年镇里服务快了很多。",
    ),
    Outcome.AWAY: ("门卫说负责人外出，留了联系卡。", "周末停工，门口留了电话。"),
    Outcome.APPOINTED: ("在开会，约了下班后。", "负责人在路上，改了时间。"),
    Outcome.DECLINED: ("前台说不接待，收下了联系卡。",),
    Outcome.MOVED: ("厂已经搬到邻镇，门口贴着告示。",),
    Outcome.EMPTY: ("厂房空着，在招租。",),
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """An assignment with what matters at the door. `visitors` are member ids."""

    id: int
    group_id: int
    household_id: int
    area_id: int
    village: str
    street: str
    care: str
    position: tuple[float, float] | None
    visitors: tuple[int, ...]


@dataclass
class Said:
    """One thing said on a call, and how the visitor dealt with it."""

    uuid: UUID
    saying: Saying
    words: str
    handling: Handling


@dataclass
class Call:
    """One attempt at one household. `later` is after how long the visitor saved it; `undecided`: if it says that the
    household cannot be visited, no leader has looked at it yet."""

    uuid: UUID
    place: Place
    at: datetime
    author: int
    outcome: Outcome
    later: timedelta
    manner: Manner = Manner.DOOR
    appointment: datetime | None = None
    remarks: str = ""
    located: bool = False
    undecided: bool = False
    said: list[Said] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)

    @property
    def saved_at(self) -> datetime:
        """When the server gets it."""
        return self.at + self.later


def make_uuid(rng: Random) -> UUID:
    """A random UUID, the same in each load."""
    return UUID(int=rng.getrandbits(128), version=4)


def rates(villages: Iterable[str], rng: Random) -> dict[str, float]:
    """For each village the share of households that were met."""
    names = list(villages)
    rng.shuffle(names)
    low, high = RATES
    return {name: low + (high - low) * number / max(1, len(names) - 1) for number, name in enumerate(names)}


def plan_calls(
    places: Sequence[Place],
    today: date,
    share: Mapping[str, float],
    rng: Random,
    known: Mapping[int, Outcome | None],
    short_day: date | None = None,
) -> list[Call]:
    """All calls up to yesterday, in order of time. Who goes together takes the own households street by street, a few
    on one day. `share` is what part of each village was met; `known` says for single assignments how it went;
    `short_day` as `agenda.outing` has it."""
    rounds: dict[tuple[int, ...], list[Place]] = {}
    for place in places:
        rounds.setdefault(place.visitors, []).append(place)
    calls: list[Call] = []
    for own in rounds.values():
        fates = [(place, known[place.id] if place.id in known else _fate(share[place.village], rng)) for place in own]
        due = [(place, outcome) for place, outcome in fates if outcome is not None]
        portions = [due[start : start + MOST_CALLS] for start in range(0, len(due), MOST_CALLS)]
        for portion, day in zip(portions, _days(today, len(portions), rng), strict=True):
            calls += _outing(portion, day, today, rng, short_day)
    return sorted(calls, key=lambda call: (call.at, call.place.id))


def _fate(rate: float, rng: Random) -> Outcome | None:
    if rng.random() < rate:
        return Outcome.MET
    outcomes, weights = zip(*UNMET, strict=True)
    found: Outcome | None = rng.choices(outcomes, weights)[0]
    return found


def _days(today: date, outings: int, rng: Random) -> list[date]:
    """The days of one round: any single day, or several that lie evenly apart."""
    if outings <= 1:
        return [_day(today, DAYS, 1, rng)] * outings
    return [today - timedelta(days=round(DAYS - 1 - number * (DAYS - 2) / (outings - 1))) for number in range(outings)]


def _day(today: date, earliest: int, latest: int, rng: Random) -> date:
    """A day from `earliest` to `latest` days ago; weekends are the better days, and it began slowly."""
    days = [today - timedelta(days=ago) for ago in range(earliest, latest - 1, -1)]
    weights = [(1.7 if day.weekday() >= 5 else 1.0) * (0.6 if (today - day).days == DAYS else 1.0) for day in days]
    return rng.choices(days, weights)[0]


def _outing(
    portion: Sequence[tuple[Place, Outcome]], day: date, today: date, rng: Random, short_day: date | None
) -> list[Call]:
    calls = []
    for (place, outcome), at in zip(portion, outing(day, len(portion), rng, short_day), strict=True):
        again = (today - day).days > 1 and outcome is Outcome.MET and rng.random() < RETRIED
        if again:
            second = outing(_day(today, (today - day).days - 1, 1, rng), 1, rng, short_day)[0]
            first = make_call(place, at, rng.choice((Outcome.AWAY, Outcome.APPOINTED)), rng)
            first.appointment = second if first.outcome is Outcome.APPOINTED else None
            calls += [first, make_call(place, second, Outcome.MET, rng)]
        else:
            calls.append(make_call(place, at, outcome, rng))
            if outcome is Outcome.APPOINTED:
                calls[-1].appointment = next_time(today, rng)
    return calls


def next_time(today: date, rng: Random) -> datetime:
    """A time in the coming days that suits a household."""
    return town_moment(today + timedelta(days=rng.randint(1, 5)), rng.choice(WEEKEND[2:])) + timedelta(
        minutes=rng.choice((20, 50, 80))
    )


def make_call(place: Place, at: datetime, outcome: Outcome, rng: Random) -> Call:
    """A call as visitors log it: mostly within minutes, now and then an hour later, when there is a network again."""
    later = timedelta(minutes=rng.randint(45, 110) if rng.random() < 0.03 else rng.randint(2, 14))
    bank = AT_FIRMS if place.care == ENTERPRISE else REMARKS
    return Call(
        uuid=make_uuid(rng),
        place=place,
        at=at,
        author=rng.choice(place.visitors),
        outcome=outcome,
        later=later,
        manner=Manner.PHONE if outcome is Outcome.MET and rng.random() < 0.04 else Manner.DOOR,
        remarks=rng.choice(bank[outcome]) if rng.random() < (0.3 if outcome is Outcome.MET else 0.8) else "",
        located=place.position is not None and rng.random() < 0.3,
    )
