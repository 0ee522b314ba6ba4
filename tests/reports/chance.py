"""A campaign as chance makes it: rows in every combination that the schema allows, the same for the same seed."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.models import (
    Assignment,
    AssignmentState,
    Category,
    Contentment,
    Feedback,
    Group,
    Handling,
    Household,
    Issue,
    IssueState,
    Manner,
    Member,
    Nature,
    Outcome,
    Revisit,
    Solved,
    Visit,
)
from tests.cast import Cast
from tests.factories import join, make_area, make_assignment, make_category, make_group, make_household, make_member

HOUSEHOLDS = 60


class Chance:
    """Adds to the cast's campaign a third village, a group with two teams, and so many households with visits,
    feedback and issues. Moments lie around midnight in the town, around the due dates and around now."""

    def __init__(self, session: Session, cast: Cast, seed: int) -> None:
        self.session, self.cast, self.dice = session, cast, random.Random(seed)
        self.areas = [cast.village, cast.other_village, make_area(session, f"村头村{seed}", parent=cast.town)]
        group = make_group(session, cast.campaign, f"村头村组{seed}", areas=(self.areas[2],))
        teams = [make_group(session, cast.campaign, f"村头村{seed}第{n}小组", parent=group) for n in (1, 2)]
        self.groups: list[Group | None] = [None, cast.group, cast.team, cast.other_group, group, *teams]
        self.people: list[Member] = [cast.visitor, cast.partner, cast.other_visitor]
        for number, team in enumerate((cast.team, cast.group, *teams)):
            person = make_member(session, f"走访员{number}", pinyin=f"zfy{9 - number}")
            join(session, team, person)
            self.people.append(person)
        self.categories: list[Category | None] = [
            None,
            cast.category,
            make_category(session, cast.campaign, f"道路交通{seed}"),
        ]

    def moment(self) -> datetime:
        """Any time of the last three days, often close to the town's midnight, or a little ahead of now."""
        midnight = clock.from_town(datetime.combine(clock.today(), datetime.min.time()))
        near = midnight + timedelta(seconds=self.dice.choice((-1, 0, 1, 60, -3600)))
        return self.dice.choice(
            (near, clock.now() - timedelta(minutes=self.dice.randrange(4320)), clock.now() + timedelta(hours=3))
        )

    def perhaps(self, value: datetime | date) -> datetime | date | None:
        return self.dice.choice((None, value))

    def fill(self) -> None:
        """Make everything and flush."""
        for number in range(HOUSEHOLDS):
            household = make_household(self.session, self.dice.choice(self.areas), f"住户{number}")
            assignment = self._assignment(household)
            for _ in range(self.dice.randrange(3)):
                self._visit(assignment, household)
        self.session.flush()

    def _assignment(self, household: Household) -> Assignment:
        dice = self.dice
        return make_assignment(
            self.session,
            self.cast.campaign,
            household,
            dice.choice(self.groups),
            tuple(dice.sample(self.people, dice.randrange(3))),
            state=dice.choice(tuple(AssignmentState)),
            last_outcome=dice.choice((None, *(o.value for o in Outcome))),
            last_visit_at=self.perhaps(self.moment()),
            due_on=self.perhaps(clock.today() + timedelta(days=dice.randrange(-2, 3))),
            confirmed_at=self.perhaps(clock.now()),
            removed_at=clock.now() if dice.random() < 0.1 else None,
        )

    def _visit(self, assignment: Assignment, household: Household) -> None:
        dice = self.dice
        visit = Visit(
            uuid=UUID(int=dice.getrandbits(128)),
            assignment_id=assignment.id,
            campaign_id=assignment.campaign_id,
            author_id=dice.choice(self.people).id,
            outcome=dice.choice(tuple(Outcome)),
            manner=dice.choice(tuple(Manner)),
            visited_at=self.moment(),
            received_at=clock.now(),
            clashing=dice.random() < 0.2,
            voided_at=clock.now() if dice.random() < 0.2 else None,
        )
        self.session.add(visit)
        self.session.flush()
        for _ in range(dice.randrange(3)):
            self._feedback(visit, assignment, household)

    def _feedback(self, visit: Visit, assignment: Assignment, household: Household) -> None:
        dice = self.dice
        category = dice.choice(self.categories)
        feedback = Feedback(
            uuid=UUID(int=dice.getrandbits(128)),
            visit_id=visit.id,
            campaign_id=visit.campaign_id,
            nature=dice.choice(tuple(Nature)),
            category_id=category.id if category else None,
            words="门前的路灯不亮了。",
            handling=dice.choice(tuple(Handling)),
            created_at=self.moment(),
            removed_at=clock.now() if dice.random() < 0.15 else None,
        )
        self.session.add(feedback)
        self.session.flush()
        if feedback.handling is Handling.FOLLOW_UP:
            feedback.issue_id = self._issue(visit, assignment, household, category).id

    def _issue(self, visit: Visit, assignment: Assignment, household: Household, category: Category | None) -> Issue:
        dice = self.dice
        issue = Issue(
            number=f"HL-2026-{dice.getrandbits(40)}",
            campaign_id=visit.campaign_id,
            area_id=household.area_id,
            household_id=household.id,
            group_id=assignment.group_id,
            raised_by_id=visit.author_id,
            title="路灯不亮",
            words="门前的路灯不亮了。",
            category_id=category.id if category else None,
            state=dice.choice(tuple(IssueState)),
            returns=dice.randrange(3),
            lead_unit_id=dice.choice((None, self.cast.unit.id, self.cast.other_unit.id)),
            raised_at=visit.visited_at - timedelta(days=dice.choice((0, 0, 2, 5, 12, 25, 50))),
            opened_at=clock.now(),
            step_due_at=self.perhaps(self.moment()),
            amber_at=self.perhaps(self.moment()),
            due_at=self.perhaps(self.moment()),
            answered_at=self.perhaps(self.moment()),
            round=dice.randrange(1, 4),
            dispatched_at=self.perhaps(self.moment()),
            contacted_at=self.perhaps(self.moment()),
            approved_at=self.perhaps(self.moment()),
            original_due_at=self.perhaps(self.moment()),
            review_on=self.perhaps(clock.today() + timedelta(days=dice.randrange(-2, 3))),
        )
        self.session.add(issue)
        self.session.flush()
        for _ in range(dice.randrange(3)):
            self._revisit(issue)
        return issue

    def _revisit(self, issue: Issue) -> None:
        dice, reached = self.dice, self.dice.random() < 0.8
        self.session.add(
            Revisit(
                uuid=UUID(int=dice.getrandbits(128)),
                issue_id=issue.id,
                round=dice.randrange(1, issue.round + 1),
                revisitor_id=dice.choice(self.people).id,
                at=self.moment(),
                manner=dice.choice(tuple(Manner)),
                reached=reached,
                solved=dice.choice((None, *Solved)) if reached else None,
                contentment=dice.choice((None, *Contentment)) if reached else None,
                late=dice.random() < 0.15,
            )
        )
