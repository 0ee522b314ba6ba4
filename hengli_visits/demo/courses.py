"""How far the issues of the demonstration have come, and which visit raised each. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from hengli_visits import clock
from hengli_visits.demo.sayings import ENTERPRISE, RETURNED, Saying, sayings, suits
from hengli_visits.demo.visiting import Call, Said, make_uuid
from hengli_visits.models import Handling, Nature, Outcome

ROADS = "道路交通"
"""The category whose unit's handler has a sign-in: it has an issue of every kind."""

TAKEN = (("dispatch", 0.4), ("sign", 0.4))
WORKED_ON = (*TAKEN, ("contact", 0.3), ("note", 0.7))
ANSWERED = (*WORKED_ON, ("answer", 0.7))
TOLD = (*ANSWERED, ("approve", 0.3))
SOLVED = (("solve", 0.3),)


@dataclass(frozen=True)
class Course:
    """What happened to `count` issues that were raised between `days` (first and last) days ago: steps, each with the
    working days before it. `at_once`: the office worked through the weekend. `urgent`: dispatched less than a day ago,
    whenever it was raised. `asides`: only such matters; `own`: raised by the visitor, or in the team, that has a
    sign-in; `roads`: so many of them about roads; `words`: only what holds one of these."""

    days: tuple[int, int]
    count: int
    steps: tuple[tuple[str, float], ...] = ()
    at_once: bool = False
    urgent: bool = False
    asides: tuple[str, ...] = ()
    own: str = ""
    roads: int = 0
    words: tuple[str, ...] = ()

    @property
    def solved(self) -> bool:
        """Whether the visitor saw to it on the spot."""
        return self.steps[:1] == SOLVED


SHARED = ("塑胶厂", "河涌", "公交", "诈骗", "牌坊", "四点半", "培训班", "摩托车", "医生每个月")
"""What several villages say of one and the same thing."""
NOT_FOR_US = ("诉讼", "仲裁", "信访", "纪检")

COURSES = (
    Course((5, 8), 1, TOLD, own="visitor"),
    Course((5, 8), 1, (*TOLD, ("revisit", 0.6)), own="visitor"),
    Course((2, 4), 1, WORKED_ON[:3], own="visitor"),
    Course((1, 4), 2, own="team"),
    Course((1, 3), 1, SOLVED, own="team"),
    Course((3, 8), 3, (("refuse", 0.8),), asides=NOT_FOR_US),
    Course((2, 4), 2, (("dispatch", 0.4), ("give_back", 0.3)), asides=(RETURNED,), roads=1),
    Course((4, 7), 1, (("dispatch", 0.4), ("give_back", 0.3), ("agree", 0.5)), asides=(RETURNED,)),
    Course((4, 7), 1, (("dispatch", 0.4), ("give_back", 0.3), ("insist", 0.5), ("sign", 0.3)), asides=(RETURNED,)),
    Course((2, 3), 1, (*TAKEN, ("contact", 0.2)), urgent=True, roads=1),
    Course((2, 3), 1, TAKEN, urgent=True),
    Course((1, 2), 4, (("dispatch", 0.3),), roads=1),
    Course((5, 7), 2, (("dispatch", 0.3),), roads=1),
    Course((1, 3), 4, TAKEN, roads=1),
    Course((2, 5), 4, WORKED_ON[:3], roads=1),
    Course((4, 7), 5, WORKED_ON, roads=1),
    Course((9, 9), 3, WORKED_ON, at_once=True, roads=1),
    Course((6, 8), 1, (*ANSWERED, ("rework", 0.4))),
    Course((3, 6), 1, (*WORKED_ON[:3], ("release", 0.4))),
    Course((4, 7), 5, ANSWERED, roads=1),
    Course((5, 8), 6, TOLD, roads=1),
    Course((6, 8), 1, (*TOLD, ("miss", 0.6))),
    Course((7, 9), 2, (*TOLD, ("not_solved", 0.6)), roads=1),
    Course((8, 9), 1, (*TOLD, ("not_solved", 0.5), ("redispatch", 0.3), ("sign", 0.3))),
    Course((8, 9), 1, (*TOLD, ("revisit", 0.5), ("reopen", 0.6))),
    Course((6, 9), 13, (*TOLD, ("revisit", 0.7)), roads=2),
    Course((8, 9), 1, (*TOLD, ("miss", 0.3), ("miss", 0.6), ("miss", 0.6))),
    Course((1, 3), 2, SOLVED),
    Course((3, 8), 4, (*SOLVED, ("confirm", 0.5))),
    Course((4, 8), 1, (*TAKEN, ("withdraw", 0.8))),
    Course((2, 6), 1, (("void", 0.5),)),
    Course((1, 1), 4),
    Course((4, 5), 2),
    Course((5, 8), 2, (*WORKED_ON, ("ask_parking", 0.5), ("park", 0.4))),
    Course((4, 6), 1, (*WORKED_ON, ("ask_parking", 0.5))),
    Course((4, 6), 2, (*WORKED_ON[:3], ("ask_extension", 0.4)), roads=1),
    Course((5, 7), 2, (*WORKED_ON[:3], ("ask_extension", 0.4), ("grant_extension", 0.4))),
    Course((5, 7), 1, (*WORKED_ON[:3], ("supervise", 1.5))),
    Course((3, 6), 3, (*TAKEN, ("share", 0.2), ("contact", 0.3))),
    Course((1, 2), 5, (("merge", 0.2),), words=SHARED),
)
"""Every state that the table of moves can reach, by believable ways; pinned ones first."""

ON_THE_SPOT = 3
NOTED = 24
PRAISED = 5


@dataclass(frozen=True)
class Story:
    """A call on which something was said that an issue follows up, and how far that has come."""

    call: Call
    said: Said
    course: Course


@dataclass
class Telling:
    """Hands sayings out to calls: nobody says the same in one village twice, seldom two things on one call."""

    calls: Sequence[Call]
    today: date
    rng: Random
    courses: Sequence[Course] = COURSES
    pair: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        self._met = [call for call in self.calls if call.outcome is Outcome.MET]
        self._in: dict[Course, list[Call]] = {}
        self._spoken: set[tuple[str, str]] = set()
        self._times: Counter[str] = Counter()
        self._busy: set[int] = set()
        self._teams = {call.place.group_id for call in self.calls if self.pair.issuperset(call.place.visitors)}

    def stories(self) -> list[Story]:
        """The stories of all courses."""
        return [self._story(course, number) for course in self.courses for number in range(course.count)]

    def extras(self) -> None:
        """What is not followed up: answered on the spot, noted, praise."""
        for saying in sayings():
            if saying.on_the_spot:
                praise = saying.nature is Nature.PRAISE
                for _ in range(PRAISED if praise else ON_THE_SPOT):
                    self._try(Handling.NOTED if praise else Handling.ANSWERED, [saying])
        soft = [one for one in sayings() if one.nature in (Nature.SUGGESTION, Nature.OPINION) and not one.on_the_spot]
        for _ in range(NOTED):
            self._try(Handling.NOTED, soft)

    def say_enterprises(self, times: int) -> None:
        """What enterprises have to say, noted or answered."""
        own = [saying for saying in sayings() if ENTERPRISE in saying.care]
        for _ in range(times):
            self._try(Handling.NOTED, own)

    def _try(self, handling: Handling, wanted: Sequence[Saying]) -> None:
        found = self._pick(wanted, self._met)
        if found:
            self._say(*found, handling)

    def _story(self, course: Course, number: int) -> Story:
        wanted = [one for one in sayings() if self._fits(one, course, number)]
        if course not in self._in:
            self._in[course] = [call for call in self._met if self._in_course(call, course)]
        found = self._pick(wanted, self._in[course])
        if found is None:
            raise LookupError(f"nobody to say it: {course}")
        return Story(found[0], self._say(*found, Handling.FOLLOW_UP), course)

    def _fits(self, saying: Saying, course: Course, number: int) -> bool:
        if course.solved:
            return saying.on_the_spot and saying.nature not in (Nature.PRAISE, Nature.QUESTION)
        if saying.on_the_spot:
            return False
        if course.words:
            return any(word in saying.template for word in course.words)
        if course.asides:
            return saying.aside in course.asides and (number >= course.roads or saying.category == ROADS)
        return (saying.category == ROADS) == (number < course.roads) or (not course.roads and saying.category != ROADS)

    def _in_course(self, call: Call, course: Course) -> bool:
        ago = (self.today - clock.town_time(call.at).date()).days
        if not course.days[0] <= ago <= course.days[1]:
            return False
        mine = self.pair.issuperset(call.place.visitors)
        if course.own == "visitor":
            return mine
        return not mine and (not course.own or call.place.group_id in self._teams)

    def _pick(self, wanted: Sequence[Saying], calls: Sequence[Call]) -> tuple[Call, Saying] | None:
        """The least used saying for which there is somebody to say it on one of these calls."""
        order = sorted(self.rng.sample(wanted, len(wanted)), key=lambda one: self._times[one.template])
        open_calls = [call for call in calls if call.place.id not in self._busy]
        for saying in order:
            able = [
                call
                for call in open_calls
                if suits(saying, call.place.care, call.place.street)
                and (saying.template, call.place.village) not in self._spoken
            ]
            if able:
                return self.rng.choice(able), saying
        return None

    def _say(self, call: Call, saying: Saying, handling: Handling) -> Said:
        self._times[saying.template] += 1
        self._spoken.add((saying.template, call.place.village))
        if self.rng.random() < 0.93:
            self._busy.add(call.place.id)
        said = Said(make_uuid(self.rng), saying, saying.said(call.place.village, call.place.street), handling)
        call.said.append(said)
        return said
