"""How an assignment stands, said in words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from hengli_visits import clock
from hengli_visits.assignments.onward import rank
from hengli_visits.assignments.stale import Stale
from hengli_visits.assignments.story import KEYED_IN, Step
from hengli_visits.assignments.tasks import Offers, Only, Wanted
from hengli_visits.formats import moment, short_day, word
from hengli_visits.models import Assignment, AssignmentState, AssignmentVerb, Household, HouseholdKind, Outcome, Visit

EVENING = 18


def appointment(at: datetime) -> str:
    """A coming moment as one says it: 今晚 19:30, 明天 9:00, 7月4日 19:30."""
    moment = clock.town_time(at)
    time = f"{moment.hour}:{moment:%M}"
    days = (moment.date() - clock.today()) // timedelta(days=1)
    if days == 0:
        return _("今晚 %(time)s", time=time) if moment.hour >= EVENING else _("今天 %(time)s", time=time)
    if days == 1:
        return _("明晚 %(time)s", time=time) if moment.hour >= EVENING else _("明天 %(time)s", time=time)
    return f"{short_day(moment)} {time}"


def is_late(assignment: Assignment) -> bool:
    """Whether the due date has passed while somebody still has to go."""
    going = assignment.state in (AssignmentState.WAITING, AssignmentState.AGAIN)
    return going and assignment.due_on is not None and assignment.due_on < clock.today()


def standing(assignment: Assignment) -> tuple[str, str]:
    """(words, kind of the `state` macro) for where an assignment stands."""
    if assignment.state == AssignmentState.VISITED:
        return _("已访 · %(day)s", day=short_day(assignment.last_visit_at)), "done"
    if assignment.state == AssignmentState.UNREACHABLE:
        outcome = word(Outcome(assignment.last_outcome)) if assignment.last_outcome else word(assignment.state)
        if assignment.confirmed_at:
            return _("%(outcome)s，不再走访", outcome=outcome), "stop"
        return _("%(outcome)s，等组长确认", outcome=outcome), "stop"
    text = _again(assignment) if assignment.state == AssignmentState.AGAIN else _waiting(assignment)
    if is_late(assignment):
        return _("%(text)s · 已逾期", text=text), "late"
    return text, "again" if assignment.state == AssignmentState.AGAIN else "wait"


def why_stale(told: Stale) -> str:
    """Why a household counts as stale: 走访员已离组, 分派16天未走访, 16天没有再去."""
    parts = [_("走访员已离组")] if told.abandoned else []
    if told.days is not None and told.visited:
        parts.append(_("%(n)s天没有再去", n=told.days))
    elif told.days is not None:
        parts.append(_("分派%(n)s天未走访", n=told.days))
    return " · ".join(parts)


def _waiting(assignment: Assignment) -> str:
    if assignment.due_on and not is_late(assignment):
        return _("待访 · %(day)s前", day=short_day(assignment.due_on))
    return word(AssignmentState.WAITING)


def _again(assignment: Assignment) -> str:
    away = assignment.last_outcome == Outcome.AWAY
    if assignment.appointment_at:
        when = appointment(assignment.appointment_at)
        return _("不在家，约%(when)s", when=when) if away else _("约好%(when)s", when=when)
    if away:
        return _("不在家，需再访")
    if assignment.last_outcome == Outcome.APPOINTED:
        return _("约时间再访")
    return _("需再访")


PLAIN_CATEGORIES = ("", "普通户")
CARE_CATEGORIES = ("困难户", "低保户", "独居老人户")


def tags_of(household: Household) -> list[tuple[str, str]]:
    """(text, kind) of the tags beside a household's name: what asks for attention at the door."""
    if household.kind == HouseholdKind.ENTERPRISE:
        return [(_("企业"), "plain")]
    if household.category in PLAIN_CATEGORIES:
        return []
    return [(household.category, "care" if household.category in CARE_CATEGORIES else "plain")]


def address_line(household: Household) -> str:
    """Street and door in one line; what the office wrote when there are none."""
    parts = [part for part in (household.street, household.door) if part]
    return " ".join(parts) or household.address


def titled(household: Household) -> str:
    """Name and address in one line, as a record on a phone is called: 钟林锡 · 一巷 3号."""
    return " · ".join(part for part in (household.name, address_line(household)) if part)


def findable(household: Household) -> str:
    """What a household is found by on a list that a phone keeps, one part a line: door number, door, name, 拼音,
    initials, street and door, code. The same as `finding.matches` looks at."""
    number = "" if household.door_number is None else str(household.door_number)
    names = (household.name, household.pinyin, household.initials, household.street + household.door, household.code)
    return "\n".join((number, household.door, *names))


def rank_mark(assignment: Assignment) -> str:
    """By which rank a household is gone to next, for the script on a phone; nothing when not today."""
    found = rank(assignment, clock.today())
    return "" if found is None else str(found)


def who_where(assignment: Assignment) -> str:
    """Where and who, as one says it on the way: 二巷 19号 陈锦."""
    household = assignment.household
    return " ".join(part for part in (address_line(household), household.name) if part)


def size_line(household: Household) -> str:
    """How many live or work there; nothing when it is not known."""
    if not household.size:
        return ""
    if household.kind == HouseholdKind.ENTERPRISE:
        return _("%(n)s 名员工", n=household.size)
    return _("%(n)s 人", n=household.size)


DATED = (AssignmentVerb.GIVE, AssignmentVerb.SHARE)
"""Moves that may set a due date."""
CHANGING = (AssignmentVerb.SWAP, AssignmentVerb.UNDO, AssignmentVerb.HAND_OVER, AssignmentVerb.HAND_BACK)
"""Moves of which one wants to know who went before."""
EMPTYING = (AssignmentVerb.UNDO, AssignmentVerb.TAKE_BACK)


def _who(step: Step) -> str:
    """Who goes after a move; where it matters, who went before."""
    now = "、".join(name for name in step.visitors if name)
    before = "、".join(name for name in step.before if name)
    if step.move.verb in CHANGING and before and now and before != now:
        return _("由%(before)s改为%(now)s", before=before, now=now)
    if step.move.verb in EMPTYING and before and not now:
        return _("不再由%(before)s走访", before=before)
    return now


def went(visit: Visit) -> str:
    """Who went on a visit (author and companions loaded): its author first, unless they entered it for others."""
    names = [companion.member.name for companion in visit.companions]
    author = [] if visit.answers.get(KEYED_IN) else [visit.author.name]
    return "、".join(name for name in (*author, *names, visit.companions_text) if name)


def keyed_by(visit: Visit) -> str:
    """Who entered a visit for those who went, said in words; nothing for a visit told by who went."""
    return _("由%(name)s代录", name=visit.author.name) if visit.answers.get(KEYED_IN) else ""


def told(step: Step) -> dict[str, str | None]:
    """An entry of the time line for a move."""
    move = step.move
    parts = [
        _who(step),
        step.group if move.verb in (AssignmentVerb.TARGET, AssignmentVerb.TO_GROUP) else "",
        word(AssignmentState(move.after["state"])) if move.after.get("state") else "",
        _("%(day)s前", day=short_day(step.due_on)) if step.due_on and move.verb in DATED else "",
        move.note,
    ]
    return {
        "title": word(move.verb),
        "text": " · ".join(part for part in parts if part) or None,
        "when": moment(move.at),
        "who": step.actor or None,
        "kind": "again" if move.verb == AssignmentVerb.REFUSE else "done",
    }


Chip = dict[str, Any]
Link = Callable[..., str]
CHIP_STATES = (
    AssignmentState.WAITING,
    AssignmentState.AGAIN,
    AssignmentState.VISITED,
    AssignmentState.UNREACHABLE,
)


def state_chips(counts: Mapping[AssignmentState, int], current: str | None, link: Link) -> list[Chip]:
    """The chips of one's own list, `current` empty for 全部; 无法走访 only when there is one."""
    chips: list[Chip] = [
        {"href": link(state=s.value, q=None), "text": word(s), "count": counts[s], "current": current == s}
        for s in CHIP_STATES
        if counts[s] or s != AssignmentState.UNREACHABLE
    ]
    total = sum(counts.values())
    return [*chips, {"href": link(state="all", q=None), "text": _("全部"), "count": total, "current": current == ""}]


def only_chips(wanted: Wanted, counts: Mapping[Only | None, int], link: Link) -> list[Chip]:
    """全部, and what needs somebody's hand, as far as there is any; and the day that was asked for."""
    every: Chip = {"href": link(only=None), "text": _("全部"), "count": counts[None], "current": wanted.only is None}
    chips = [every] + [
        {"href": link(only=only.value), "text": word(only), "count": counts[only], "current": wanted.only == only}
        for only in Only
        if counts[only] or only in (Only.UNASSIGNED, wanted.only)
    ]
    if wanted.day:
        text = _("%(day)s走访的", day=short_day(wanted.day))
        chips.append({"href": link(day=None), "text": text, "icon": "x"})
    if wanted.left:
        chips.append({"href": link(left=None), "text": _("还没走完的"), "icon": "x"})
    return chips


def off_chips(wanted: Wanted, offers: Offers, link: Link) -> list[Chip]:
    """What else a list of tasks is narrowed by, each to be taken off: also what has no field or stands in folded ones."""
    named = ((offers.groups, "group", wanted.group_id), (offers.areas, "area", wanted.area_id))
    parts = [
        (name, next((text for id_, text in found if id_ == value), _("一个小组的") if value else _("未划小组")))
        for found, name, value in named
        if value is not None
    ]
    words = (("street", wanted.street), ("category", wanted.category))
    parts += [(name, text) for name, text in words if text.strip()]
    chosen = (("side", wanted.side), ("state", wanted.state), ("outcome", wanted.outcome))
    parts += [(name, word(value)) for name, value in chosen if value is not None]
    chips: list[Chip] = [
        {"href": link(**{name: None, "page": None}), "text": text, "icon": "x"} for name, text in parts
    ]
    if wanted.door_from is not None or wanted.door_to is not None:
        doors = _("%(from)s 至 %(to)s 号", **{"from": wanted.door_from or "", "to": wanted.door_to or ""})
        chips.append({"href": link(**{"from": None, "to": None, "page": None}), "text": doors, "icon": "x"})
    if wanted.since or wanted.until:
        first, last = wanted.since and short_day(wanted.since), wanted.until and short_day(wanted.until)
        days = _("%(from)s 至 %(to)s走访到的", **{"from": first or _("开始"), "to": last or _("现在")})
        if first == last:
            days = _("%(day)s走访到的", day=first)
        chips.append({"href": link(since=None, until=None, page=None), "text": days, "icon": "x"})
    return chips


def by_street(rows: Sequence[Assignment]) -> list[tuple[str, list[Assignment]]]:
    """Households in walking order under the headings of their streets, with the village when there are several."""
    several = len({row.household.area_id for row in rows}) > 1

    def heading(row: Assignment) -> str:
        street = row.household.street or _("其他住址")
        return f"{row.household.area.name} · {street}" if several else street

    return [(name, list(part)) for name, part in groupby(rows, heading)]
