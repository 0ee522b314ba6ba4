"""Which ledgers and documents there are, who may have them, and of which days they tell. Pure."""

from datetime import date, datetime, timedelta

from hengli_visits.actor import Actor
from hengli_visits.exports.rules import Purpose
from hengli_visits.models import PaperKind as K
from hengli_visits.papers.wishes import Wishes
from hengli_visits.wording import N_

LEDGERS = (K.VISITS, K.SAID, K.ISSUES, K.DUTIES, K.RECTIFIED, K.PARKED, K.SUPERVISED, K.DAILY, K.WEEKLY)
DOCUMENTS = (K.CIRCULAR, K.SUMMARY)
WITH_RESIDENTS = (K.VISITS, K.SAID)
"""Ledgers in which residents stand: names, doors and phones are masked unless somebody may and wants to have them."""
REPORTS = (K.DAILY, K.WEEKLY)
"""Ledgers of figures by village, for one day or one week."""
LIFE = timedelta(days=1)
"""A file that was made can be fetched for so long."""
MANY = 3000
"""So many rows at most are written while somebody waits for the page."""

HOLDS = {
    K.VISITS: N_("每次走访一行：时间、户、走访人、结果和情况。"),
    K.SAID: N_("住户说的每一条：性质、类别、内容、怎样处理。"),
    K.ISSUES: N_("要跟进的问题：编号、内容、现在到哪一步、是否超期。"),
    K.DUTIES: N_("交办的问题由谁主办、谁协办、谁承办、什么时候到期。"),
    K.RECTIFIED: N_("交办的问题办得怎样：措施、是否按期、回访结果、是否销号。"),
    K.PARKED: N_("暂时办不了的问题：原因、临时措施、什么时候再看。"),
    K.SUPERVISED: N_("被催办、督办、通报的问题，延期和超期的天数。"),
    K.DAILY: N_("一天里各村走访、意见和问题的数字。"),
    K.WEEKLY: N_("一周里各村走访、意见和问题的数字。"),
    K.CIRCULAR: N_("公文格式的通报：进度、意见、办理、事例和未办结事项。"),
    K.SUMMARY: N_("公文格式的总结：全过程的数字、图表、事例和下一步。"),
}
"""What each holds, in one sentence."""

BY = {
    K.VISITS: N_("按走访时间"),
    K.SAID: N_("按走访时间"),
    K.ISSUES: N_("按提出时间"),
    K.DUTIES: N_("按交办时间"),
    K.RECTIFIED: N_("按交办时间"),
    K.PARKED: N_("按提出时间"),
    K.SUPERVISED: N_("按督办时间"),
}
"""Which moment of a row the period of a ledger goes by."""


def may_order(actor: Actor, kind: K) -> bool:
    """Whether the actor may have this: coordinators everything; area leads everything about their villages; leaders the
    ledgers of their groups; a unit its own 整改清单."""
    if actor.is_coordinator or actor.is_area_lead:
        return True
    return (actor.is_leader and kind in LEDGERS) or (actor.is_handler and kind is K.RECTIFIED)


def kinds_for(actor: Actor) -> list[K]:
    """All that the actor may have."""
    return [kind for kind in K if may_order(actor, kind)]


def may_unmask(actor: Actor, kind: K) -> bool:
    """Whether a ledger may hold whole names, doors and phones of residents: coordinators of all, leaders of households
    of their groups. The same as of exports."""
    return kind in WITH_RESIDENTS and (actor.is_coordinator or actor.is_leader)


PURPOSES = (Purpose.CALL, Purpose.REPORT, Purpose.KEEP)
"""What a ledger with whole names can be for: it is printed, and never imported again."""


def purpose_of(word: str) -> str:
    """A purpose as a paper says it; nothing for one that there is not any more."""
    return next((one.label for one in Purpose if one.value == word), "")


def may_keep_templates(actor: Actor) -> bool:
    """Whether the actor may replace the templates of documents, which hold no data."""
    return actor.is_coordinator or actor.is_administrator


def days_of(kind: K, since: date | None, until: date | None, today: date) -> tuple[date | None, date | None]:
    """The first and last day of which a paper tells: a day for a daily report, the week from Monday to Sunday around a
    day for a weekly one, else as it was asked for; None: from the beginning, to the end."""
    if kind is K.DAILY:
        return (until or today,) * 2
    if kind is K.WEEKLY:
        monday = (until or today) - timedelta(days=(until or today).weekday())
        return monday, monday + timedelta(days=6)
    return since, until


def is_over(done_at: datetime | None, now: datetime) -> bool:
    """Whether a file that was made has died."""
    return done_at is not None and now >= done_at + LIFE


def hidden_name(name: str) -> str:
    """A resident's name of which only the beginning can be read: 钟林锡 → 钟**."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def file_name(kind: K, wishes: Wishes, made: date) -> str:
    """What a file is called, without its ending: of which days it tells, and whether residents stand in it."""
    since, until = (f"{day:%Y%m%d}" if day else "" for day in (wishes.since, wishes.until))
    days = (
        since
        if since == until
        else f"{since}-{until}"
        if since and until
        else f"{since}起"
        if since
        else f"截至{until}"
    )
    hidden = ("（脱敏）" if wishes.purpose is None else "（完整）") if kind in WITH_RESIDENTS else ""
    return f"{kind.label}{days if since or until else f'截至{made:%Y%m%d}'}{hidden}"
