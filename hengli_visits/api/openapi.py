"""The OpenAPI 3.1 document, made of the resources' own description. Pure."""

from collections.abc import Callable, Sequence
from typing import Any

from hengli_visits.api.asking import LIST, OF_FIGURES, Parameter
from hengli_visits.api.fields import Resource, Schema
from hengli_visits.api.figures import FIGURES
from hengli_visits.api.resources import CAMPAIGNS, RESOURCES
from hengli_visits.api.rules import LARGEST_PAGE, PER_MINUTE
from hengli_visits.wording import N_

BASE = "/api/v1"
VERSION = "1.0.0"
Say = Callable[[str], str]
TEXT_HEADER = {"schema": {"type": "string"}}
PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
PROBLEMS: dict[str, tuple[str, dict[str, Any]]] = {
    "401": (N_("密钥不对、已到期或已停用。"), {"WWW-Authenticate": TEXT_HEADER}),
    "403": (N_("这个密钥没有这一项权限。"), {}),
    "404": (N_("没有，或者不在密钥的范围内。"), {}),
    "422": (N_("参数不对。"), {}),
    "429": (N_("用得太密了，请按 Retry-After 的秒数等一等。"), {"Retry-After": {"schema": {"type": "integer"}}}),
}
WRONG = {"400": N_("这个请求不完整。"), "503": N_("系统暂时忙，请按 Retry-After 的秒数等一等。")}


def lists_of(resource: Resource) -> tuple[Parameter, ...]:
    """What the list of a resource is narrowed by: campaigns lie in no village and are no part of another one."""
    return tuple(one for one in LIST if resource is not CAMPAIGNS or one.name not in ("campaign", "area"))


def _schema(resource: Resource, say: Say) -> Schema:
    properties = {one.name: {**one.schema, "description": _says(one, say)} for one in resource.fields}
    return {
        "type": "object",
        "title": say(resource.title),
        "properties": properties,
        "required": [one.name for one in resource.fields if one.scope is None],
        "additionalProperties": False,
    }


def _says(one: Any, say: Say) -> str:
    return say(one.says) if one.scope is None else f"{say(one.says)} ({one.scope.value})"


def _parameters(parameters: Sequence[Parameter], say: Say) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "in": "query", "required": one.required, "schema": one.schema, "description": say(one.says)}
        for one in parameters
    ]


def _answers(schema: Schema, say: Say, *, links: bool = False) -> dict[str, Any]:
    headers = {"ETag": TEXT_HEADER} | ({"Link": TEXT_HEADER} if links else {})
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    found: dict[str, Any] = {
        "200": {"description": "OK", "headers": headers, "content": {"application/json": {"schema": schema}}},
        "304": {"description": "Not Modified"},
    }
    for status, (text, more) in PROBLEMS.items():
        found[status] = {"description": say(text), "headers": more, "content": problem}
    for status, text in WRONG.items():
        found[status] = {"description": say(text), "content": problem}
    return found


def _operation(name: str, title: str, scope: str, parameters: list[dict[str, Any]], answers: Any) -> dict[str, Any]:
    match = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}
    return {
        "get": {
            "operationId": name,
            "summary": title,
            "description": f"scope: {scope}",
            "parameters": [*parameters, match],
            "responses": answers,
        }
    }


def _paths(resource: Resource, say: Say) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/{resource.name}"}
    page = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": one, "maxItems": LARGEST_PAGE}},
        "required": ["items"],
        "additionalProperties": False,
    }
    key = {"name": "id", "in": "path", "required": True, "schema": resource.key}
    name, title, scope = resource.name, say(resource.title), resource.scope.value
    listed = _parameters(lists_of(resource), say)
    return {
        f"{BASE}/{name}": _operation(f"list_{name}", title, scope, listed, _answers(page, say, links=True)),
        f"{BASE}/{name}/{{id}}": _operation(f"get_{name}", title, scope, [key], _answers(one, say)),
    }


def document(say: Say) -> dict[str, Any]:
    """The whole document, with texts as `say` translates them."""
    paths: dict[str, Any] = {}
    for resource in RESOURCES:
        paths |= _paths(resource, say)
    one = {"$ref": "#/components/schemas/figures"}
    asked = _parameters(OF_FIGURES, say)
    paths[f"{BASE}/figures"] = _operation(
        "get_figures", say(FIGURES.title), FIGURES.scope.value, asked, _answers(one, say)
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": say(N_("横沥走访数据接口")),
            "version": VERSION,
            "description": say(N_("只读。每个密钥每分钟最多 %(n)s 次。")) % {"n": PER_MINUTE},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "problem": PROBLEM,
                **{resource.name: _schema(resource, say) for resource in (*RESOURCES, FIGURES)},
            },
        },
    }
