"""What became of an issue: each step taken by the person whose turn it was, through the same actions as the pages."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from hengli_visits import clock
from hengli_visits.demo.agenda import at_desk, lately
from hengli_visits.demo.courses import Story
from hengli_visits.demo.overlays import Overlays
from hengli_visits.demo.visiting import make_uuid
from hengli_visits.issues.actions import record_revisit
from hengli_visits.models import (
    Contentment,
    Feedback,
    Issue,
    Manner,
    Result,
    Solved,
    Urgency,
    Visit,
)
from hengli_visits.visits.actions import void_visit

COMPLEX = ("排水渠", "河涌", "宅基地", "没有路灯", "征地", "牌坊")
INSTRUCTIONS = ("", "", "请三天内到现场看一看。", "请先打电话给住户。", "同类的反映有几户，请一并处理。")
CONTACTS = ("电话里问清了地点和时间。", "约好到现场看。", "住户说晚上在家。")
CONTENT = (
    (Contentment.CONTENT, ""),
    (Contentment.CONTENT, "住户说没想到这么快。"),
    (Contentment.CONTENT, ""),
    (Contentment.FAIRLY, "住户说等的时间长了一点。"),
    (Contentment.CONTENT, "住户连声道谢。"),
    (Contentment.UNRATED, ""),
    (Contentment.FAIRLY, ""),
    (Contentment.DISCONTENT, "住户说做是做了，希望以后有人常来看看。"),
)

Step = Callable[[Story, Issue], None]


class Following(Overlays):
    """Takes the steps of stories while history is played."""

    def begin(self, story: Story) -> None:
        """Put down the steps of a story whose visit has just been saved."""
        issue_id = self._session.scalars(select(Feedback.issue_id).where(Feedback.uuid == story.said.uuid)).one()
        delays = [delay * self._rng.uniform(0.7, 1.3) for _, delay in story.course.steps]
        end = self._history.until - timedelta(minutes=15)
        start = self._history.moment
        if story.course.urgent:
            start = lately(self._history.until)
            moments = [start + timedelta(minutes=35 * number) for number in range(len(delays))]
        else:
            moments = at_desk(start, end, delays, every_day=story.course.at_once)
        for (name, _), moment in zip(story.course.steps, moments, strict=True):
            step: Step = getattr(self, f"_{name}")
            self._history.put(moment, self._act(step, story, issue_id))

    def _act(self, step: Step, story: Story, issue_id: int | None) -> Callable[[], None]:
        return lambda: step(story, self._session.get_one(Issue, issue_id))

    # taking on

    def _dispatch(self, story: Story, issue: Issue) -> None:
        leader = self._units.leaders.get(issue.group_id or 0)
        urgency = Urgency.ORDINARY
        if story.course.urgent:
            urgency = Urgency.URGENT
        elif any(word in issue.words for word in COMPLEX):
            urgency = Urgency.COMPLEX
        lead = self._lead_unit(story, issue)
        village = self._units.committees[issue.area_id]
        shares = any(name == "share" for name, _ in story.course.steps)
        helping = [village] if (shares or urgency is Urgency.COMPLEX) and village != lead else []
        self._go(
            leader if leader and self._rng.random() < 0.25 else self._office(issue),
            issue,
            "dispatch",
            category_id=issue.category_id,
            urgency=urgency,
            lead_unit_id=lead,
            co_unit_ids=helping,
            note=self._rng.choice(INSTRUCTIONS),
        )

    def _lead_unit(self, story: Story, issue: Issue) -> int:
        name = self._units.by_name.get(story.said.saying.category)
        return name if name is not None else self._units.committees[issue.area_id]

    def _refuse(self, story: Story, issue: Issue) -> None:
        saying = story.said.saying
        self._go(
            self._office(issue),
            issue,
            "refuse",
            not_accepted=saying.not_accepted,
            proper_route=saying.aside_words,
            resident_told_on=clock.today(),
        )

    def _solve(self, story: Story, issue: Issue) -> None:
        self._go(story.call.author, issue, "solve_on_the_spot", done=story.said.saying.reply)

    def _confirm(self, story: Story, issue: Issue) -> None:
        leader = self._units.leaders.get(issue.group_id or 0, self._staff.coordinator)
        self._go(leader, issue, "close_on_the_spot", note="电话问过住户，属实。")

    # the unit

    def _sign(self, story: Story, issue: Issue) -> None:
        self._go(self._handler(issue), issue, "sign")

    def _give_back(self, story: Story, issue: Issue) -> None:
        saying = story.said.saying
        other = self._units.by_name.get(saying.aside_unit, self._units.committees[issue.area_id])
        self._go(self._handler(issue), issue, "return", note=saying.aside_words, to_unit_id=other)

    def _agree(self, story: Story, issue: Issue) -> None:
        saying = story.said.saying
        other = self._units.by_name.get(saying.aside_unit, self._units.committees[issue.area_id])
        self._go(self._office(issue), issue, "agree_return", lead_unit_id=other, note="情况属实，改由对方办理。")

    def _insist(self, story: Story, issue: Issue) -> None:
        self._go(self._office(issue), issue, "refuse_return", note="按职责仍由你们牵头，需要配合的单位我们来协调。")

    def _contact(self, story: Story, issue: Issue) -> None:
        self._go(
            self._handler(issue),
            issue,
            "contact",
            contacted_at=clock.now() - timedelta(minutes=8),
            contact_manner=Manner.PHONE,
            note=self._rng.choice(CONTACTS),
        )

    def _note(self, story: Story, issue: Issue) -> None:
        self._go(self._handler(issue), issue, "note", note=story.said.saying.progress)

    def _answer(self, story: Story, issue: Issue) -> None:
        saying = story.said.saying
        self._go(
            self._handler(issue),
            issue,
            "answer",
            result=saying.result or Result.SOLVED,
            done=saying.done,
            reply=saying.reply,
            contacted_at=clock.now() - timedelta(hours=1),
            contact_manner=Manner.PHONE,
        )

    def _release(self, story: Story, issue: Issue) -> None:
        self._go(self._office(issue), issue, "release_identity", note="要上门量尺寸，住户在电话里同意了。")

    # the office again, and the resident

    def _approve(self, story: Story, issue: Issue) -> None:
        self._go(self._office(issue), issue, "approve", note="")

    def _rework(self, story: Story, issue: Issue) -> None:
        self._go(self._office(issue), issue, "rework", note="请写明是哪一天做完的，并附上现场的情况。")

    def _revisit(self, story: Story, issue: Issue) -> None:
        contentment, comment = CONTENT[self._closings % len(CONTENT)]
        self._closings += 1
        partly = issue.result is Result.PARTLY or contentment is Contentment.DISCONTENT
        self._tell(story, issue, Solved.PARTLY if partly else Solved.YES, contentment, comment)

    def _not_solved(self, story: Story, issue: Issue) -> None:
        self._tell(story, issue, Solved.NO, Contentment.DISCONTENT, "住户说这两天又是老样子，希望再派人来看。")

    def _miss(self, story: Story, issue: Issue) -> None:
        self._tell(story, issue, None, None, "打了两次电话没有人接。")

    def _tell(
        self, story: Story, issue: Issue, solved: Solved | None, contentment: Contentment | None, comment: str
    ) -> None:
        revisitor, uuid = self._people(self._revisitor(story, issue)), make_uuid(self._rng)
        manner = self._rng.choice((Manner.PHONE, Manner.DOOR))
        record_revisit(
            self._session,
            revisitor,
            issue,
            uuid=uuid,
            at=clock.now() - timedelta(minutes=6),
            manner=manner if solved else Manner.PHONE,
            reached=solved is not None,
            solved=solved,
            contentment=contentment,
            comment=comment,
        )

    def _redispatch(self, story: Story, issue: Issue) -> None:
        self._go(
            self._office(issue),
            issue,
            "redo_dispatch",
            note="上次只做了一半，请再到现场，住户在家的时候去。",
            lead_unit_id=issue.lead_unit_id,
            co_unit_ids=[],
        )

    def _reopen(self, story: Story, issue: Issue) -> None:
        self._go(self._office(issue), issue, "reopen", note="住户来电话，说昨天又出现了同样的情况。")

    def _withdraw(self, story: Story, issue: Issue) -> None:
        self._go(
            self._office(issue),
            issue,
            "withdraw",
            said_by="住户本人",
            said_on=clock.today(),
            note="住户来电话说已经自己处理好了，不用再办。",
        )

    def _void(self, story: Story, issue: Issue) -> None:
        visit = self._session.scalars(select(Visit).where(Visit.uuid == story.call.uuid)).one()
        void_visit(self._session, self._people(story.call.author), visit, "记错了户，已另外登记。")
