"""Who keeps keys. What is read with them is public here, for it needs no sign-in: tests/api/test_reading.py holds that
each of these addresses refuses everybody without a key."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.api import actions
from hengli_visits.config import Outgoing
from tests.api.making import HOOK, make_key
from tests.cast import Cast
from tests.issues.making import actor_for
from tests.permissions import Row

KEEPERS = ("administrator",)


def _key(session: Session, cast: Cast) -> int:
    return make_key(session, cast)[0].id


def _hook(session: Session, cast: Cast) -> int:
    token, _secret = make_key(session, cast)
    actor = actor_for(session, cast.administrator)
    return actions.add_hook(session, actor, token, HOOK, "", ("issue.moved",), Outgoing()).id


def _new(_cast: Cast, _made: Any) -> dict[str, Any]:
    until = (clock.today() + timedelta(days=30)).isoformat()
    return {"name": "镇数据平台", "scopes": ["visits"], "area": "", "until": until}


ROWS = [
    Row("api.openapi", lambda _c, _m: "/api/v1/openapi.json", (), public=True),
    Row("api.figures", lambda c, _m: f"/api/v1/figures?campaign={c.campaign.id}", (), public=True),
    Row("api.listed", lambda _c, _m: "/api/v1/visits", (), public=True),
    Row("api.item", lambda c, _m: f"/api/v1/issues/{c.campaign.id}", (), public=True),
    Row("api.tokens", lambda _c, _m: "/keys", KEEPERS, prepare=_key),
    Row("api.guide", lambda _c, _m: "/keys/guide", KEEPERS),
    Row("api.new_token", lambda _c, _m: "/keys/new", KEEPERS),
    Row(
        "api.new_token", lambda _c, _m: "/keys/new", KEEPERS, method="POST", works=200,
        data=_new, bad=lambda c, m: _new(c, m) | {"scopes": ["words"]},
    ),
    Row("api.token", lambda _c, made: f"/keys/{made}", KEEPERS, prepare=_key),
    Row("api.revoke", lambda _c, made: f"/keys/{made}/revocation", KEEPERS, method="POST", prepare=_key),
    Row(
        "api.add_hook", lambda _c, made: f"/keys/{made}/hooks", KEEPERS, method="POST", prepare=_key,
        data=lambda _c, _m: {"address": HOOK, "events": ["visit.saved"]},
        bad=lambda _c, _m: {"address": "https://127.0.0.1/x", "events": ["visit.saved"]},
    ),
    Row("api.remove_hook", lambda _c, made: f"/hooks/{made}/removal", KEEPERS, method="POST", prepare=_hook),
]  # fmt: skip
