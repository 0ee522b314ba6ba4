"""The main ways through the app, by what the actor does; and what every page needs to know."""

from dataclasses import dataclass

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from hengli_visits.actor import Actor
from hengli_visits.gate import actor_or_none
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
    entries: list[tuple[str, str, str, bool]] = []
    if actor.is_coordinator or actor.is_leader or actor.is_area_lead:
        entries.append(("reports.overview", "grid", N_("总览"), True))
    if actor.is_visitor:
        entries.append(("assignments.mine", "door", N_("走访"), True))
    entries.append(("issues.index", "flag", N_("问题"), True))
    if actor.is_coordinator or actor.is_leader or actor.is_area_lead:
        entries.append(("assignments.index", "list", N_("走访任务"), not actor.is_visitor))
    if actor.is_coordinator or actor.is_leader:
        entries.append(("campaigns.index", "calendar", N_("活动"), False))
        entries.append(("feedback.index", "chat", N_("意见建议"), False))
    if actor.is_coordinator:
        entries.append(("households.index", "book", N_("户籍册"), False))
        entries.append(("members.index", "team", N_("党员册"), False))
        entries.append(("imports.index", "upload", N_("导入名册"), False))
    if actor.is_administrator or actor.is_coordinator:
        entries.append(("accounts.index", "key", N_("账号与角色"), actor.is_administrator))
    if actor.is_administrator and not actor.is_coordinator:
        entries.append(("households.areas", "map", N_("村和社区"), False))
        entries.append(("members.organisations", "building", N_("支部和单位"), False))
    entries.append(("notices.index", "bell", N_("消息"), True))
    entries.append(("accounts.me", "me", N_("我的"), True))
    return entries


def _blueprint(endpoint: str | None) -> str:
    return (endpoint or "").split(".", maxsplit=1)[0]


def ways(app: Flask, actor: Actor) -> list[Way]:
    """The navigation of an actor."""
    return [
        Way(
            endpoint_url=url_for(endpoint),
            icon=icon,
            text=_(text),
            current=request.endpoint == endpoint or g.get("way") == endpoint,
            primary=primary,
        )
        for endpoint, icon, text, primary in _entries(actor)
        if endpoint in app.view_functions
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
    """Give every template `actor`, `preferences` and `navigation`."""

    @app.context_processor
    def _everywhere() -> dict[str, object]:
        actor = actor_or_none()
        if actor is None:
            return {"actor": None, "navigation": [], "preferences": Preferences(language=locale())}
        preferences = Preferences(text_size=actor.text_size.value, language=actor.language.value)
        return {"actor": actor, "navigation": ways(app, actor), "preferences": preferences}
