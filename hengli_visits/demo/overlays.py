"""What lies over a story of the demonstration, or stops it: extension, supervision, parking, co-units' parts, merging."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from hengli_visits import clock
from hengli_visits.demo.acting import Acting
from hengli_visits.demo.agenda import town_moment
from hengli_visits.demo.courses import Story
from hengli_visits.issues.actions import press_late
from hengli_visits.models import Issue, IssueState, IssueUnit, Manner, ParkCause, Result

LOOKS = (time(9, 5), time(14, 35))
PARKED_DAYS = 60
EXTENDED_DAYS = 10
WAITING = (IssueState.TRIAGE, IssueState.DISPATCHED, IssueState.IN_PROGRESS, IssueState.ANSWER_REVIEW)


class Overlays(Acting):
    """Steps that do not move an issue straight on."""

    def watch(self, begin: date, until: datetime) -> None:
        """Twice a working day the program looks for what is late, as it does where it is installed."""
        for number in range((clock.town_time(until).date() - begin).days + 1):
            for at in LOOKS:
                self._history.put(town_moment(begin + timedelta(days=number), at), self._press)

    def _press(self) -> None:
        press_late(self._session, clock.now())

    def _lead(self, issue: Issue) -> int:
        """Who answers for the village; the coordinator where nobody does."""
        leads = (lead for lead, areas in self._staff.leads.items() if issue.area_id in {area.id for area in areas})
        return next(leads, self._staff.coordinator)

    def _ask_extension(self, story: Story, issue: Issue) -> None:
        due = clock.town_time(issue.due_at or clock.now()).date()
        self._go(
            self._handler(issue),
            issue,
            "ask_extension",
            extension_until=due + timedelta(days=EXTENDED_DAYS),
            note="材料要下个星期才到货，到货后两天可以做完。",
        )

    def _grant_extension(self, story: Story, issue: Issue) -> None:
        self._go(self._office(issue), issue, "grant_extension", note="同意，请先把情况告诉住户。")

    def _supervise(self, story: Story, issue: Issue) -> None:
        self._go(
            self._lead(issue), issue, "supervise", supervision="written", note="住户催了两次，请分管同志到现场看一看。"
        )

    def _share(self, story: Story, issue: Issue) -> None:
        village = self._units.committees[issue.area_id]
        if self._session.get(IssueUnit, (issue.id, village)) is not None:
            self._go(self._handler(issue), issue, "set_part", co_unit_id=village, part="通知附近住户，施工时留出通道。")

    def _ask_parking(self, story: Story, issue: Issue) -> None:
        self._go(
            self._handler(issue),
            issue,
            "answer",
            result=Result.TO_PARK,
            park_cause=ParkCause.FUNDS,
            interim="先做临时处理，每个月到现场看一次。",
            review_on=clock.today() + timedelta(days=PARKED_DAYS),
            done="到现场看过，要列入明年的工程计划才能彻底解决。",
            reply="这件事要用明年的经费，我们已经列入计划，在那以前先做临时处理。",
            contacted_at=clock.now() - timedelta(hours=1),
            contact_manner=Manner.DOOR,
        )

    def _park(self, story: Story, issue: Issue) -> None:
        self._go(self._lead(issue), issue, "park", review_on=issue.review_on, note="同意挂账，复核时请带上经费的进展。")

    def _merge(self, story: Story, issue: Issue) -> None:
        """Into another one that says the same and is still under way; where there is none it stays as it is."""
        main = self._session.scalar(
            select(Issue)
            .where(
                Issue.campaign_id == issue.campaign_id,
                Issue.title == issue.title,
                Issue.id != issue.id,
                Issue.state.in_(WAITING),
                Issue.main_issue_id.is_(None),
            )
            .order_by(Issue.area_id != issue.area_id, Issue.id.desc())
            .limit(1)
        )
        if main is not None:
            self._go(
                self._office(issue), issue, "merge", main_issue_id=main.number, note="反映的是同一件事，一并处理。"
            )
