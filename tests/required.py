"""What a test run may do without. With REQUIRE_ALL=1, as .ci/run sets it, it may do without nothing: a test of the
browser or of PostgreSQL that would be skipped fails."""

import os
from collections.abc import Generator
from typing import Any

import pytest

MARKERS = ("browser", "postgresql")


def all_required() -> bool:
    """Whether a missing browser or database server is a failure."""
    return os.environ.get("REQUIRE_ALL", "0") not in ("", "0")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a marked test into a failure when all is required. Expected failures stay what they are."""
    report = yield
    marked = any(item.get_closest_marker(name) for name in MARKERS)
    if report.skipped and marked and all_required() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must not be skipped: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: Any) -> str:
    return str(longrepr[2] if isinstance(longrepr, tuple) else longrepr)
