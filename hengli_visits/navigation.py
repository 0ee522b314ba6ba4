"""The main ways through the app, by what the actor does; and what every page needs to know."""

from dataclasses import dataclass

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from hengli_visits import clock
from hengli_visits.actor import Actor
from hengli_visits.gate import actor_or_none, session
from hengli_visits.issues.queries import needing
from hengli_visits.issues.rules import may_see_list
from hengli_visits.notices.queries import unread_count
from hengli_visits.papers.queries import unfetched
from hengli_visits.papers.rules import kinds_for
from hengli_visits.wording import N_

FIRST_LANGUAGES = ("zh_CN", "en")


@dataclass(frozen=True)
class Way:
    """One entry of the bottom bar or the side bar. `primary` ones stand in the phone's bottom bar."""

    endpoint_url: str
    icon: str
    text: str
    current: bool
    primary: bool
    badge: int | None = None


def _entries(actor: Actor) -> list[tuple[str, str, str, bool]]:
    """(endpoint, icon, msgid, primary) of everything the actor may open."""
    office, administrator = actor.is_coordinator, actor.is_administrator
    overseeing = office or actor.is_leader or actor.is_area_lead
    following = overseeing or actor.is_visitor or actor.is_handler
    reporting = bool(kinds_for(actor))
    alone = administrator and not office
    entries: list[tuple[object, str, str, str, bool]] = [
        (overseeing, "reports.overview", "grid", N_("总览"), True),
        (actor.is_visitor, "assignments.mine", "door", N_("走访"), True),
        (may_see_list(actor), "issues.index", "flag", N_("问题"), True),
        (overseeing, "assignments.index", "list", N_("走访任务"), not actor.is_visitor),
        (overseeing, "feedback.index", "chat", N_("意见建议"), False),
        (overseeing, "voices.themes", "chart", N_("大家在说"), False),
        (following, "voices.search", "find", N_("查找"), False),
        (reporting, "papers.index", "sheet", N_("报表"), False),
        (office or actor.is_leader, "campaigns.index", "calendar", N_("活动"), False),
        (office, "issues.spot_checks", "shield", N_("抽查"), False),
        (office, "households.index", "book", N_("户籍册"), False),
        (office, "members.index", "team", N_("党员册"), False),
        (office, "imports.index", "upload", N_("导入名册"), False),
        (administrator or office, "accounts.index", "key", N_("账号与角色"), administrator),
        (administrator or office, "calendar.year", "clock", N_("工作日历"), alone),
        (administrator, "api.tokens", "link", N_("数据接口"), False),
        # what coordinators reach by other pages
        (alone, "households.areas", "map", N_("村和社区"), False),
        (alone, "members.organisations", "building", N_("支部和单位"), False),
        (alone and not reporting, "papers.templates", "sheet", N_("公文模板"), False),
        (True, "notices.index", "bell", N_("消息"), True),
        (True, "accounts.me", "me", N_("我的"), True),
    ]
    return [entry for may, *entry in entries if may]  # type: ignore[misc]


OWN_PAGES = {
    "accounts.me",
    "accounts.password",
    "accounts.preferences",
    "notices.channel",
    "notices.channels",
    "notices.deliveries",
    "notices.edit_channel",
    "notices.new_channel",
    "notices.unit",
    "notices.unit_channels",
}
HOMES = {
    "reports": "reports.overview",
    "assignments": "assignments.index",
    "visits": "assignments.index",
    "issues": "issues.index",
    "feedback": "feedback.index",
    "calendar": "calendar.year",
    "voices": "voices.search",
    "campaigns": "campaigns.index",
    "groups": "campaigns.index",
    "households": "households.index",
    "members": "members.index",
    "imports": "imports.index",
    "offline": "campaigns.index",
    "accounts": "accounts.index",
    "notices": "notices.index",
    "papers": "papers.index",
    "api": "api.tokens",
}
"""To which entry a slice's pages belong."""


def _current(endpoint: str, offered: set[str]) -> str:
    """The entry under which the page of `endpoint` stands, of those that are offered."""
    if endpoint in offered:
        return endpoint
    if endpoint in OWN_PAGES:
        return "accounts.me"
    home = HOMES.get(endpoint.split(".", maxsplit=1)[0], "")
    if home == "assignments.index" and "assignments.mine" in offered:
        return "assignments.mine"
    return home


def _badges(actor: Actor) -> dict[str, int]:
    """How much waits for the actor behind an entry: issues, notices, papers that are ready. One query."""
    waiting = {"issues.index": needing(actor), "notices.index": unread_count(actor)}
    if kinds_for(actor):
        waiting["papers.index"] = unfetched(actor, clock.now())
    numbers = session().execute(select(*(query.scalar_subquery() for query in waiting.values()))).one()
    return dict(zip(waiting, numbers, strict=True))


def ways(actor: Actor) -> list[Way]:
    """The navigation of an actor, with what waits for them."""
    entries = _entries(actor)
    current = g.get("way") or _current(request.endpoint or "", {endpoint for endpoint, *_rest in entries})
    badges = {} if g.get("packed") else _badges(actor)
    return [
        Way(
            endpoint_url=url_for(endpoint),
            icon=icon,
            text=_(text),
            current=endpoint == current,
            primary=primary,
            badge=badges.get(endpoint) or None,
        )
        for endpoint, icon, text, primary in entries
    ]


@dataclass(frozen=True)
class Preferences:
    """How this reader wants pages."""

    text_size: str = "m"
    language: str = "zh_CN"
    theme: str = "auto"


def locale() -> str:
    """The language of this request: the account's own, else the browser's choice, Chinese first."""
    actor = actor_or_none()
    if actor is not None:
        return actor.language.value
    return request.accept_languages.best_match(FIRST_LANGUAGES, default="zh_CN") or "zh_CN"


def init_navigation(app: Flask) -> None:
    """Give every template `actor`, `preferences` and `navigation`, and `packed`: the moment at which a page is made for
    a phone to keep (`g.packed`), else None. Such a page holds no token and shows no counts, which would grow stale."""
    app.jinja_env.globals["csrf_token"] = lambda: "" if g.get("packed") else generate_csrf()

    @app.context_processor
    def _everywhere() -> dict[str, object]:
        actor = actor_or_none()
        if actor is None:
            return {"actor": None, "navigation": [], "preferences": Preferences(language=locale()), "packed": None}
        preferences = Preferences(text_size=actor.text_size.value, language=actor.language.value)
        # An error page shows no navigation and must not ask a database that may be what failed.
        if "ways" not in g:
            g.ways = [] if g.get("failed") else ways(actor)
        packed = g.get("packed")
        return {"actor": actor, "navigation": g.ways, "preferences": preferences, "packed": packed}
