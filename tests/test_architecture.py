"""The import rules of docs/architecture.md, read from the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import configure_mappers

from hengli_visits.orm import Base
from hengli_visits.slices import ORDER

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hengli_visits"
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "services", "service", "common", "misc"}
TOP_LAYERS: dict[str, float] = {
    "wording": 0, "clock": 0, "config": 0, "errors": 0, "orm": 0, "extensions": 0,
    "grams": 0, "search_index": 0,
    "models": 1,
    "actor": 2, "aside": 2, "audit": 2, "paging": 2, "reader": 2, "restoring": 2, "search": 2, "spreadsheets": 2,
    "turns": 2,
    "formats": 2.5, "forms": 4.5, "assets": 7, "compression": 7, "gate": 7, "error_pages": 7,
    "slices": 9, "navigation": 9, "demo": 9, "jobs": 9, "cli": 9, "": 10,
}  # fmt: skip
SLICE_LAYERS = {"rules": 3, "queries": 4, "forms": 5, "actions": 6, "views": 8, "commands": 8, "__init__": 3}
ALGORITHM_LAYER = 3
PURE = {"rules", "queries", "actions"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package, dotted without the package's own name, with its syntax tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        yield ".".join(parts), ast.parse(path.read_text(), str(path))


def layer(name: str) -> float:
    """The level of a module. A sixth file of a slice is an algorithm and stands with the rules."""
    parts = name.split(".")
    if parts[0] in ORDER:
        return SLICE_LAYERS.get(parts[1], ALGORITHM_LAYER) if len(parts) > 1 else SLICE_LAYERS["__init__"]
    return TOP_LAYERS[parts[0]]


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported, dotted, typing-only imports left out."""
    guarded = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "hengli_visits" or node.module.removeprefix("hengli_visits.") in ORDER:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own(names: Iterator[str]) -> Iterator[str]:
    """Of imported names those of the package that are modules, without its own name."""
    for name in names:
        if name.startswith("hengli_visits."):
            inner = name.removeprefix("hengli_visits.")
            path = PACKAGE / inner.replace(".", "/")
            if path.with_suffix(".py").exists() or path.is_dir():
                yield inner


ALL = list(modules())


@pytest.mark.parametrize(("name", "tree"), ALL, ids=[name or "hengli_visits" for name, _ in ALL])
def test_imports_own_level_or_lower(name: str, tree: ast.Module) -> None:
    for target in own(imports(tree)):
        assert layer(target) <= layer(name), f"{name} ({layer(name)}) imports {target} ({layer(target)})"


@pytest.mark.parametrize(("name", "tree"), ALL, ids=[name or "hengli_visits" for name, _ in ALL])
def test_slices_import_lower_slices_only(name: str, tree: ast.Module) -> None:
    slice_ = name.split(".", maxsplit=1)[0]
    if slice_ not in ORDER:
        return
    for target in own(imports(tree)):
        other = target.split(".")[0]
        if other in ORDER:
            assert ORDER.index(other) <= ORDER.index(slice_), f"{name} imports {target}"


@pytest.mark.parametrize(("name", "tree"), ALL, ids=[name or "hengli_visits" for name, _ in ALL])
def test_core_knows_no_flask_and_never_commits(name: str, tree: ast.Module) -> None:
    if layer(name) <= SLICE_LAYERS["actions"] and not {"extensions", "forms", "formats"} & set(name.split(".")):
        foreign = [n for n in imports(tree) if n.split(".")[0].startswith(("flask", "wtforms"))]
        assert not foreign, f"{name} imports {foreign}"
    if {"views", "commands", "cli", "jobs"} & set(name.split(".")):
        return
    commits = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert not commits, f"{name} commits in line {commits}"


@pytest.mark.parametrize(("name", "tree"), ALL, ids=[name or "hengli_visits" for name, _ in ALL])
def test_no_import_inside_functions_and_no_empty_names(name: str, tree: ast.Module) -> None:
    assert not FORBIDDEN_NAMES & set(name.split("."))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [n.lineno for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{name}.{function.name} imports in line {inner}"


@pytest.mark.parametrize(("name", "tree"), ALL, ids=[name or "hengli_visits" for name, _ in ALL])
def test_public_functions_of_the_core_have_docstrings(name: str, tree: ast.Module) -> None:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if isinstance(node, ast.ClassDef) and name.startswith("models"):
                continue
            assert ast.get_docstring(node), f"{name}.{node.name} has no docstring"


def test_every_relationship_raises_when_not_loaded() -> None:
    configure_mappers()
    lazy = {
        f"{mapper.class_.__name__}.{relation.key}": relation.lazy
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
    }
    assert {key: value for key, value in lazy.items() if value != "raise"} == {}


def test_markup_is_never_trusted() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        assert "|safe" not in path.read_text().replace(" ", ""), path
    for name, tree in ALL:
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
        assert not [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "Markup"], name
