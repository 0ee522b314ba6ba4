"""Keys for tests, and requests made with them."""

from contextvars import Context
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hengli_visits import clock
from hengli_visits.api import actions
from hengli_visits.api.rules import FURTHER, LONGEST_LIFE, Wishes
from hengli_visits.models import ApiScope, ApiToken, Area, Role
from tests.cast import Cast
from tests.issues.making import actor_for

USUAL = tuple(scope for scope in ApiScope if scope not in FURTHER)
HOOK = "https://data.example.com/hook"


def make_key(
    session: Session, cast: Cast, scopes: tuple[ApiScope, ...] = USUAL, area: Area | None = None
) -> tuple[ApiToken, str]:
    """A key as an administrator makes it, for what residents said and who they are one who is coordinator too.
    Committed."""
    maker = actor_for(session, cast.administrator)
    if set(scopes) & set(FURTHER):
        maker = replace(maker, roles=maker.roles | {Role.COORDINATOR})
    until = clock.today() + LONGEST_LIFE
    wishes = Wishes("镇数据平台", "数据汇总", scopes, area.id if area else None, until)
    made = actions.make(session, maker, wishes)
    session.commit()
    return made


def get(app: Flask, path: str, key: str | None, **options: Any) -> TestResponse:
    """A request of another system."""
    headers = dict(options.pop("headers", {})) | ({"Authorization": f"Bearer {key}"} if key is not None else {})
    # In a context of its own, as a request that comes from outside has it: no session is left over from the last one.
    return Context().run(lambda: app.test_client().open(f"/api/v1/{path}", headers=headers, **options))


def items(app: Flask, path: str, key: str) -> list[dict[str, Any]]:
    """The items of a page that must work."""
    answer = get(app, path, key)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found
