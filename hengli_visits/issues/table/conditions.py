"""What must hold besides state and person, and when a step is somebody's turn."""

from datetime import timedelta

from sqlalchemy import ColumnElement

from hengli_visits import clock
from hengli_visits.issues.steps import Condition, Verb
from hengli_visits.issues.table.terms import REOPEN_DAYS
from hengli_visits.models import Issue, Result, Supervision
from hengli_visits.wording import N_

PRESSING_REST = timedelta(days=1)
"""A unit that has been reminded rests so long."""

IN_SIGN_TIME = Condition(
    lambda issue, now: issue.step_due_at is None or now <= issue.step_due_at,
    N_("退单要在签收期限内提出，现在期限已过，请签收后办理或联系统筹员。"),
)
NO_CONTACT_YET = Condition(lambda issue, _now: issue.contacted_at is None, N_("这一轮已经登记过首次联系。"))
RECENTLY_CLOSED = Condition(
    lambda issue, now: (
        issue.closed_at is not None
        and now <= issue.closed_at + timedelta(days=REOPEN_DAYS)
        and issue.main_issue_id is None
    ),
    N_("办结已超过 30 天的，请作为新问题登记；已并入别的问题的，请重新打开主单。"),
)
STILL_HIDDEN = Condition(
    lambda issue, _now: issue.household_id is not None and not issue.identity_released,
    N_("承办单位已经可以看到住户信息。"),
    rivals=(Verb.RELEASE_IDENTITY,),
)
IS_ANSWERED = Condition(
    lambda issue, _now: issue.result is not Result.TO_PARK,
    N_("单位申请的是挂账，要由挂点领导决定，或者退回返工。"),
)
ASKS_TO_PARK = Condition(lambda issue, _now: issue.result is Result.TO_PARK, N_("单位没有申请挂账。"))
MAY_ASK_EXTENSION = Condition(
    lambda issue, now: (
        issue.extension_until is None and issue.limit_hours is None and issue.due_at is not None and now <= issue.due_at
    ),
    N_("已经申请过、已经超期或者紧急的问题，不能申请延期。"),
    rivals=(Verb.ASK_EXTENSION,),
)
EXTENSION_ASKED = Condition(
    lambda issue, _now: issue.extension_until is not None,
    N_("现在没有待批的延期申请。"),
    rivals=(Verb.GRANT_EXTENSION, Verb.REFUSE_EXTENSION),
)
NOT_REMINDED_TODAY = Condition(
    lambda issue, now: issue.supervised_at is None or now >= issue.supervised_at + PRESSING_REST,
    N_("一天之内已经催办过。"),
    rivals=(Verb.REMIND, Verb.SUPERVISE, Verb.OVERDUE, Verb.ESCALATE),
)
CAN_BE_RAISED = Condition(
    lambda issue, _now: issue.supervision is not Supervision.CIRCULATED,
    N_("已经是最高的督办等级。"),
    rivals=(Verb.SUPERVISE, Verb.ESCALATE),
)
IS_SUPERVISED = Condition(lambda issue, _now: issue.supervision is not None, N_("现在没有督办。"), rivals=(Verb.LIFT,))


def answered() -> ColumnElement[bool]:
    """The answer is one, and does not ask for parking."""
    return Issue.result.is_distinct_from(Result.TO_PARK)


def asks_to_park() -> ColumnElement[bool]:
    """The unit asks for parking."""
    return Issue.result == Result.TO_PARK


def extension_asked() -> ColumnElement[bool]:
    """An extension is asked for and not decided."""
    return Issue.extension_until.is_not(None)


def to_be_reviewed() -> ColumnElement[bool]:
    """The day has come on which a parked issue is looked at again."""
    return Issue.review_on <= clock.today()
