"""What is entered with a step, held against the rows it names: each sentence belongs beside its field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from hengli_visits import clock
from hengli_visits.accounts.standing import holds
from hengli_visits.actor import Actor
from hengli_visits.errors import Conflict, Invalid
from hengli_visits.issues.ledger import town_calendar
from hengli_visits.issues.limits import at_close, working_day_from
from hengli_visits.issues.scope import visible
from hengli_visits.issues.steps import Field, Kind, Step, Unnamed, Verb
from hengli_visits.issues.table.terms import EXTENSION_DAYS, FINAL, REVIEW_MONTHS, WITH_UNIT_OR_JUDGED
from hengli_visits.issues.workdays import working_days_between
from hengli_visits.models import (
    Account,
    Category,
    Issue,
    IssueState,
    IssueUnit,
    Member,
    Organisation,
    OrganisationKind,
    Role,
    RoleGrant,
)
from hengli_visits.wording import N_

CHOOSE = N_("请从列出的选项中选择。")
ROW_ID = re.compile(r"[1-9][0-9]{0,8}")
IN_HAND = (*WITH_UNIT_OR_JUDGED, IssueState.PARKED)
"""States in which a unit has an issue in hand."""
Values = dict[str, Any]


def checked(session: Session, actor: Actor, issue: Issue, step: Step, values: Mapping[str, Any]) -> Values:
    """The values of a step with the ids of what was named: the category belongs to the campaign, units are units and
    none is chosen twice or is whom the issue is about, and what each verb wants besides. Raises `Invalid` named after
    the field, `Conflict` for a co-unit's part that somebody has closed already."""
    found = dict(values)
    units: set[int] = set()
    for field in step.fields:
        value = found.get(field.name)
        if field.kind is Kind.CATEGORY:
            _check_category(session, issue, field, value)
        elif field.kind in (Kind.UNIT, Kind.UNITS) and value:
            _check_units(session, issue, step, field, {value} if field.kind is Kind.UNIT else set(value), units)
        elif field.kind is Kind.MEMBER:
            found[field.name] = _member(session, field, value) if value else None
    check = CHECKS.get(step.verb)
    if check is not None:
        check(session, actor, issue, found)
    return found


def _check_category(session: Session, issue: Issue, field: Field, value: int | None) -> None:
    category = session.get(Category, value) if value is not None else None
    if category is None or category.campaign_id != issue.campaign_id:
        raise Invalid(field.missing, field=field.name)


def _check_units(session: Session, issue: Issue, step: Step, field: Field, chosen: set[int], before: set[int]) -> None:
    if chosen & before:
        raise Invalid(N_("主办单位不用再选作协办单位。"), field=field.name)
    before |= chosen
    if issue.about_unit_id in chosen and step.verb is not Verb.ABOUT:
        raise Invalid(N_("这个问题涉及这个单位，不能由它办理。"), field=field.name)
    found = session.scalar(
        select(func.count(Organisation.id)).where(
            Organisation.id.in_(chosen), Organisation.kind == OrganisationKind.UNIT, Organisation.active
        )
    )
    if found != len(chosen):
        raise Invalid(field.missing or CHOOSE, field=field.name)


def _member(session: Session, field: Field, text: str) -> int:
    """The one active member of this name or phone number."""
    named = select(Member.id).where(or_(Member.name == text, Member.phone == text), Member.active).limit(2)
    found = session.scalars(named).all()
    if not found:
        raise Invalid(N_("没有找到这个人，请写全名或登记的手机号。"), field=field.name)
    if len(found) > 1:
        raise Invalid(N_("有同名的人，请写手机号。"), field=field.name)
    return found[0]


def refuse_before(day: date, first: datetime, sentence: str, field: str) -> None:
    """Raise `Invalid` for a day before that of `first` in the town. Days are compared, since an hour is entered from
    memory; a first moment that a fast clock put into tomorrow counts as today."""
    if day < min(clock.town_time(first).date(), clock.today()):
        raise Invalid(sentence, field=field)


def _contact(_session: Session, _actor: Actor, issue: Issue, values: Values) -> None:
    """The unit knows of the issue since it was given to it in this round."""
    at = values.get("contacted_at")
    if at is not None:
        sent = issue.dispatched_at or issue.raised_at
        refuse_before(clock.town_time(at).date(), sent, N_("不能早于交办的日期。"), "contacted_at")


def _answering(session: Session, actor: Actor, issue: Issue, values: Values) -> None:
    _contact(session, actor, issue, values)
    _review(session, actor, issue, values)


def _since_raised(name: str) -> Callable[..., None]:
    def check(_session: Session, _actor: Actor, issue: Issue, values: Values) -> None:
        refuse_before(values[name], issue.raised_at, N_("不能早于反映的日期。"), name)

    return check


def _another_unit(name: str) -> Callable[..., None]:
    def check(_session: Session, _actor: Actor, issue: Issue, values: Values) -> None:
        if values[name] == issue.lead_unit_id:
            raise Invalid(N_("请选择另一个单位。"), field=name)

    return check


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def _review(_session: Session, _actor: Actor, _issue: Issue, values: Values) -> None:
    """Parking is looked at again tomorrow at the earliest, and within three months."""
    day, today = values.get("review_on"), clock.today()
    if day is not None and not today < day <= months_after(today, REVIEW_MONTHS):
        raise Invalid(N_("下次复核最早明天，最迟三个月以内。"), field="review_on")


def _extension(session: Session, _actor: Actor, issue: Issue, values: Values) -> None:
    """The new day lies after the present one, at most 30 working days; it is moved to a working day."""
    calendar, due = town_calendar(session), issue.due_at or clock.now()
    asked = values["extension_until"]
    if asked <= clock.town_time(due).date():
        raise Invalid(N_("要晚于现在的办理期限。"), field="extension_until")
    if (asked - clock.town_time(due).date()).days > EXTENSION_DAYS * 4:
        raise Invalid(N_("最多再延 30 个工作日。"), field="extension_until")
    day = working_day_from(asked, calendar)
    if working_days_between(due, at_close(day), calendar) > EXTENSION_DAYS:
        raise Invalid(N_("最多再延 30 个工作日。"), field="extension_until")
    values["extension_until"] = day


def named_issue(session: Session, actor: Actor, text: str) -> Issue | None:
    """The issue that a number (HL-2026-0001) or an id in digits names, if the actor may see it."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    named = Issue.id == int(text) if ROW_ID.fullmatch(text) else Issue.number == text
    return session.scalar(select(Issue).where(named, visible(actor)))


def _merge(session: Session, actor: Actor, issue: Issue, values: Values) -> None:
    """The main issue: of the same campaign, seen by the actor, not this one, neither merged nor at its end; and this one
    has none of its own."""
    main = named_issue(session, actor, values["main_issue_id"])
    why = _no_main(session, issue, main)
    if why or main is None:
        raise Invalid(why or N_("没有找到这个编号的问题。"), field="main_issue_id")
    values["main_issue_id"] = main.id


def _no_main(session: Session, issue: Issue, main: Issue | None) -> str:
    if main is None or main.campaign_id != issue.campaign_id:
        return N_("没有找到这个编号的问题。")
    if main.id == issue.id:
        return N_("不能并入自己。")
    if main.main_issue_id is not None:
        return N_("那个问题自己已经并入别的问题，请填写它的主单。")
    if main.state in FINAL:
        return N_("那个问题已经结束，不能再并入。")
    if session.scalar(select(Issue.id).where(Issue.main_issue_id == issue.id).limit(1)) is not None:
        return N_("已经有问题并入这一个，它不能再并入别的。")
    helping = session.scalars(select(IssueUnit.organisation_id).where(IssueUnit.issue_id == main.id)).all()
    if issue.about_unit_id is not None and issue.about_unit_id in (main.lead_unit_id, *helping):
        return N_("主单正由这个问题所涉及的单位办理，不能并入。")
    return ""


def _part(session: Session, _actor: Actor, issue: Issue, values: Values) -> None:
    """A part is for a co-unit of the issue, and done no later than the whole."""
    if session.get(IssueUnit, (issue.id, values["co_unit_id"])) is None:
        raise Invalid(N_("请选择协办单位。"), field="co_unit_id")
    day, due = values.get("part_due_on"), issue.due_at
    if day is not None and due is not None and clock.now() < due and day > clock.town_time(due).date():
        raise Invalid(N_("不能晚于办理期限。"), field="part_due_on")


def _closing(session: Session, actor: Actor, issue: Issue, values: Values) -> None:
    """A part is closed once, by its own unit."""
    part = session.scalar(
        select(IssueUnit)
        .where(IssueUnit.issue_id == issue.id, IssueUnit.organisation_id == values["co_unit_id"])
        .options(joinedload(IssueUnit.done_by), joinedload(IssueUnit.organisation))
        .execution_options(populate_existing=True)
    )
    if part is None or part.organisation_id not in actor.units or not part.part:
        raise Invalid(N_("请选择协办单位。"), field="co_unit_id")
    if part.done_at is not None:
        raise Conflict(
            N_("%(who)s已经办结了%(unit)s的协办部分。"),
            by=part.done_by_id,
            who=part.done_by.name if part.done_by else Unnamed.SYSTEM,
            unit=part.organisation.name,
        )


def _about(session: Session, _actor: Actor, issue: Issue, values: Values) -> None:
    """A unit that has the issue in hand is told off first; somebody of the office is left who may see it."""
    unit, member = values["about_unit_id"], values["about_member_id"]
    if (unit, member) == (issue.about_unit_id, issue.about_member_id):
        raise Invalid(N_("没有变化。"), field="about_unit_id")
    helping = session.scalars(select(IssueUnit.organisation_id).where(IssueUnit.issue_id == issue.id)).all()
    if unit is not None and issue.state in IN_HAND and unit in (issue.lead_unit_id, *helping):
        raise Invalid(N_("这个单位正在主办或协办，请先改派。"), field="about_unit_id")
    if not _office_is_left(session, unit, member):
        name = "about_member_id" if member is not None else "about_unit_id"
        raise Invalid(N_("这样就没有统筹员能看到这个问题了，请先增加一位统筹员。"), field=name)


def _office_is_left(session: Session, unit: int | None, member: int | None) -> bool:
    """Whether a coordinator who can sign in is neither this member nor acts for this unit."""
    current = holds(clock.today())
    of_unit = select(RoleGrant.member_id).where(RoleGrant.organisation_id == unit, current)
    office = (
        select(RoleGrant.member_id)
        .join(Account, Account.member_id == RoleGrant.member_id)
        .join(Member, Member.id == RoleGrant.member_id)
        .where(RoleGrant.role == Role.COORDINATOR, current, Account.disabled_at.is_(None), Member.active)
    )
    if member is not None:
        office = office.where(RoleGrant.member_id != member)
    if unit is not None:
        office = office.where(RoleGrant.member_id.not_in(of_unit))
    return session.scalar(office.limit(1)) is not None


CHECKS: dict[Verb, Callable[[Session, Actor, Issue, Values], None]] = {
    Verb.AGREE_RETURN: _another_unit("lead_unit_id"),
    Verb.REDIRECT: _another_unit("lead_unit_id"),
    Verb.RETURN: _another_unit("to_unit_id"),
    Verb.REFUSE: _since_raised("resident_told_on"),
    Verb.WITHDRAW: _since_raised("said_on"),
    Verb.CONTACT: _contact,
    Verb.ANSWER: _answering,
    Verb.PARK: _review,
    Verb.PARK_ON: _review,
    Verb.ASK_EXTENSION: _extension,
    Verb.MERGE: _merge,
    Verb.SET_PART: _part,
    Verb.CLOSE_PART: _closing,
    Verb.ABOUT: _about,
}
"""What single steps want besides what their fields say."""
