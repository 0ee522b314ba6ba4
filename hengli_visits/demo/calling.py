"""Calls put down in the history: each visit saved by its author, with photos, second thoughts and what follows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments.actions import confirm_unreachable
from hengli_visits.assignments.rules import UNREACHABLE
from hengli_visits.demo.agenda import at_desk
from hengli_visits.demo.courses import Story
from hengli_visits.demo.following import Following
from hengli_visits.demo.history import History
from hengli_visits.demo.people import People
from hengli_visits.demo.pictures import draw
from hengli_visits.demo.visiting import Call, make_uuid
from hengli_visits.models import Assignment, AssignmentState, Category, Handling, Manner
from hengli_visits.visits.actions import put_visit
from hengli_visits.visits.content import Position, Said, VisitContent
from hengli_visits.visits.photos import add_photo
from hengli_visits.visits.pictures import Album, develop

CONFIRMED, REFUSED = 0.55, 0.12
"""Shares of the 无法走访 on which a leader has decided: agreed, or asked to go again."""
AGAIN = ("请周末上午再去一次，他们白天上班。", "换个人去试试，李书记认识这一家。", "先打个电话，问问什么时候方便。")
LATER_THOUGHT = "补记：走的时候户主又说，谢谢大家常来。"
OTHER_WORDS = "在另一部手机上也记了一份，时间是估的。"


class Calling:
    """Saves calls while history is played."""

    def __init__(
        self,
        session: Session,
        history: History,
        people: People,
        album: Album,
        rng: Random,
        leader_of: Callable[[int], int],
    ) -> None:
        self._session = session
        self._history = history
        self._people = people
        self._album = album
        self._rng = rng
        self._leader_of = leader_of
        self._categories: dict[tuple[int, str], int] = {}
        self._contents: dict[UUID, VisitContent] = {}

    def put(self, campaign_id: int, calls: Iterable[Call], stories: Sequence[Story], following: Following) -> None:
        """Put calls down at the moments at which they are saved; the stories begin there."""
        rows = self._session.execute(select(Category.name, Category.id).where(Category.campaign_id == campaign_id))
        self._categories.update({(campaign_id, name): id_ for name, id_ in rows})
        told: dict[UUID, list[Story]] = {}
        for story in stories:
            told.setdefault(story.call.uuid, []).append(story)
        for call in calls:
            self._history.put(call.saved_at, self._saving(campaign_id, call, told.get(call.uuid, []), following))

    def _saving(
        self, campaign_id: int, call: Call, stories: Sequence[Story], following: Following
    ) -> Callable[[], None]:
        def save() -> None:
            self._save(call, self._content(campaign_id, call))
            for story in stories:
                following.begin(story)

        return save

    def _save(self, call: Call, content: VisitContent) -> None:
        author = self._people(call.author)
        saved = put_visit(self._session, author, call.place.id, call.uuid, content, client_now=clock.now())
        for kind in call.photos:
            picture = develop(draw(kind, self._rng))
            add_photo(self._session, author, saved.visit, self._album, make_uuid(self._rng), picture)
        if call.outcome in UNREACHABLE and not call.undecided:
            self._await_leader(call)

    def _content(self, campaign_id: int, call: Call) -> VisitContent:
        if call.uuid not in self._contents:
            self._contents[call.uuid] = self._make_content(campaign_id, call)
        return self._contents[call.uuid]

    def _make_content(self, campaign_id: int, call: Call) -> VisitContent:
        return VisitContent(
            outcome=call.outcome,
            visited_at=call.at,
            manner=call.manner,
            appointment_at=call.appointment,
            remarks=call.remarks,
            companions=tuple(sorted(one for one in call.place.visitors if one != call.author)),
            position=self._position(call),
            feedback=tuple(
                Said(
                    uuid=one.uuid,
                    nature=one.saying.nature,
                    words=one.words,
                    handling=one.handling,
                    category=self._categories[campaign_id, one.saying.category],
                    answer=one.saying.reply if one.handling is Handling.ANSWERED else "",
                )
                for one in call.said
            ),
        )

    def _position(self, call: Call) -> Position | None:
        if not call.located or call.place.position is None or call.manner is not Manner.DOOR:
            return None
        latitude, longitude = call.place.position
        return Position(
            round(latitude + self._rng.uniform(-2e-4, 2e-4), 6),
            round(longitude + self._rng.uniform(-2e-4, 2e-4), 6),
            self._rng.choice((8.0, 12.0, 20.0, 35.0)),
        )

    def _await_leader(self, call: Call) -> None:
        """Most of what cannot be visited is looked at by the leader in the next days."""
        chance = self._rng.random()
        if chance >= CONFIRMED + REFUSED:
            return
        moment = at_desk(self._history.moment, self._history.until, [self._rng.uniform(0.3, 1.2)])[0]
        agreed, note = chance < CONFIRMED, self._rng.choice(AGAIN)
        self._history.put(moment, lambda: self._decide(call, agreed=agreed, note="" if agreed else note))

    def _decide(self, call: Call, *, agreed: bool, note: str) -> None:
        assignment = self._session.get_one(Assignment, call.place.id)
        self._session.refresh(assignment, ["state", "confirmed_at"])
        if assignment.state is AssignmentState.UNREACHABLE:
            leader = self._people(self._leader_of(assignment.group_id or 0))
            confirm_unreachable(self._session, leader, assignment, agreed, note)

    def revise(self, campaign_id: int, call: Call) -> None:
        """Put down that the author adds a line an hour later."""
        content = replace(self._content(campaign_id, call), remarks=f"{call.remarks}{LATER_THOUGHT}")
        self._history.put(call.saved_at + timedelta(minutes=50), lambda: self._again(call, content, based_on=1))

    def clash(self, campaign_id: int, call: Call) -> None:
        """Put down that the author's other phone sends another wording of the same visit, which knows of no first."""
        content = replace(
            self._content(campaign_id, call), remarks=OTHER_WORDS, visited_at=call.at + timedelta(hours=1)
        )
        self._history.put(call.saved_at + timedelta(hours=12), lambda: self._again(call, content, based_on=None))

    def _again(self, call: Call, content: VisitContent, *, based_on: int | None) -> None:
        author = self._people(call.author)
        put_visit(self._session, author, call.place.id, call.uuid, content, based_on=based_on, client_now=clock.now())
