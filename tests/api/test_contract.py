"""Every operation of the OpenAPI document with valid, invalid and random parameters: no 5xx, and each answer is what the
document says."""

import json
import random
import string
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy.orm import Session

from hengli_visits.api.resources import RESOURCES
from hengli_visits.api.rules import PER_MINUTE
from hengli_visits.models import ApiScope, ApiToken
from tests.api.making import get, make_key
from tests.cast import Cast
from tests.issues.making import make_issue
from tests.visits.making import content, put, said

TRIES = 12
SCOPES = (tuple(ApiScope), tuple(one for one in ApiScope if one not in (ApiScope.WORDS, ApiScope.RESIDENTS)))
ODD = ("", " ", "0", "-1", "1e3", "9" * 30, "null", "\0", "%", "'", "汉", "🙂", "2026-13-01", "[]", "a" * 400, "\x7f")


def _document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = get(app, "openapi.json", None).get_json()
    return found


def _check(document: dict[str, Any], operation: dict[str, Any], answer: Any) -> None:
    status = str(answer.status_code)
    assert answer.status_code < 500, answer.get_data(as_text=True)
    assert status in operation["responses"], f"{status} is not in the document"
    told = operation["responses"][status]
    for name in told.get("headers", {}):
        assert name in answer.headers or name == "Link", name
    if "content" not in told:
        assert answer.get_data() == b""
        return
    schema = told["content"][answer.mimetype]["schema"] | {"components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(json.loads(answer.get_data()))


def _value(schema: dict[str, Any], cast: Cast, name: str, chance: random.Random) -> str:
    if chance.random() < 0.3:
        return chance.choice(ODD)
    if name == "campaign":
        return str(cast.campaign.id)
    if name == "area":
        return str(chance.choice((cast.village.id, cast.other_village.id, 999)))
    if schema.get("format") == "date-time":
        return chance.choice(("2026-06-01T00:00:00Z", "2026-06-01T08:00:00.123456789+08:00", "1999-12-31t23:59:59z"))
    if schema.get("format") == "date":
        return chance.choice(("2026-06-01", "2026-06-30", "1900-01-01"))
    if schema["type"] == "integer":
        return str(chance.randint(1, 200))
    return "".join(chance.choices(string.printable, k=chance.randint(1, 40)))


def _requests(
    path: str, operation: dict[str, Any], cast: Cast, keys: list[str], chance: random.Random
) -> list[tuple[str, dict[str, str]]]:
    asked = [one for one in operation["parameters"] if one["in"] == "query"]
    needed = {one["name"]: str(cast.campaign.id) for one in asked if one["required"]}
    found = [(path.replace("{id}", key), needed) for key in keys or [""]]
    for _ in range(TRIES):
        some = chance.sample(asked, chance.randint(0, len(asked)))
        query = {one["name"]: _value(one["schema"], cast, one["name"], chance) for one in some}
        key = chance.choice([*keys, str(uuid4()), "0", "x", "9" * 40, "汉"])
        found.append((path.replace("{id}", key), query))
    found.append((path.replace("{id}", "1"), {"unknown": "1"}))
    return found


@pytest.mark.parametrize("scopes", SCOPES, ids=["everything", "usual"])
@pytest.mark.parametrize("seed", [1, 2])
def test_answers_are_what_the_document_says(
    app: Flask, session: Session, cast: Cast, scopes: tuple[ApiScope, ...], seed: int
) -> None:
    put(session, cast.visitor, cast.assignment, content(feedback=[said()]))
    make_issue(session, cast)
    token, key = make_key(session, cast, scopes, cast.village if seed == 2 else None)
    document, chance = _document(app), random.Random(seed)
    assert {path.count("{id}") for path in document["paths"]} == {0, 1}
    statuses = set[int]()
    for path, methods in document["paths"].items():
        session.rollback()
        session.get_one(ApiToken, token.id, populate_existing=True).used = 0
        session.commit()
        short = path.removeprefix("/api/v1/")
        name = short.partition("/")[0]
        keys = [str(one["id"]) for one in get(app, name, key).get_json()["items"]] if "{id}" in short else []
        assert len(keys) > 0 or "{id}" not in short
        for address, query in _requests(short, methods["get"], cast, keys, chance):
            answer = get(app, address, key, query_string=query)
            _check(document, methods["get"], answer)
            statuses.add(answer.status_code)
        _check(document, methods["get"], get(app, short.replace("{id}", "1"), "wrong"))
    assert statuses >= {200, 404, 422}
    session.rollback()
    session.get_one(ApiToken, token.id, populate_existing=True).used = PER_MINUTE
    session.commit()
    _check(document, document["paths"]["/api/v1/visits"]["get"], get(app, "visits", key))


def test_the_document_is_one_and_names_every_field(sqlite_app: Flask) -> None:
    document = _document(sqlite_app)
    assert document["openapi"] == "3.1.0"
    for resource in RESOURCES:
        schema = document["components"]["schemas"][resource.name]
        Draft202012Validator.check_schema(schema)
        assert list(schema["properties"]) == [one.name for one in resource.fields] or set(schema["properties"]) == {
            one.name for one in resource.fields
        }
    ids = [methods["get"]["operationId"] for methods in document["paths"].values()]
    assert len(ids) == len(set(ids))
