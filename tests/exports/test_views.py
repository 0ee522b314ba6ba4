"""The page of an export, the download, and what the audit says of it."""

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.exports.folder import fresh_file
from hengli_visits.models import AuditEntry
from tests.cast import Cast
from tests.exports.files import FULL, export
from tests.pages import SignIn


def entries(session: Session) -> list[AuditEntry]:
    """What the audit holds of exports."""
    session.rollback()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == "export.make").order_by(AuditEntry.id)))


def test_the_download(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    with sign_in(cast.coordinator).post("/exports/members", data={"format": "csv"}) as response:
        headers = response.headers
        assert headers["Content-Type"] == "text/csv; charset=utf-8"
        assert f"filename*=UTF-8''{quote('党员花名册20260629.csv')}" in headers["Content-Disposition"]
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert int(headers["Content-Length"]) == len(response.get_data())
    assert list((app.config["VISITS"].instance / "exports").iterdir()) == [], "the file is gone"


def test_the_audit_tells_what_was_taken_but_nothing_of_residents(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    export(client, f"families?area={cast.village.id}&q=钟林锡&category=困难户&page=3&nonsense=1", "csv", **FULL)
    export(client, "assignments?state=waiting&q=钟林锡")
    first, second = entries(session)
    assert (first.object_kind, first.object_id, first.actor_id) == ("export", "families", cast.coordinator.id)
    assert first.data == {
        "format": "csv",
        "rows": 1,
        "filters": [f"area={cast.village.id}", "category", "q"],
        "masked": False,
        "purpose": "mend",
    }
    assert (second.data["rows"], second.data["masked"], second.data["purpose"]) == (1, True, None)
    assert second.data["filters"] == ["q", "state=waiting"]


def test_looking_at_the_page_writes_nothing(session: Session, cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.coordinator).page("/exports/families")
    assert "共 4 行" in page.text
    assert "带完整电话" in page.text
    assert entries(session) == []


@pytest.mark.parametrize("address", ["nonsense", "groups", "groups?campaign=999999", "assignments?campaign=999999"])
def test_what_is_not_there(address: str, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.coordinator).page(f"/exports/{address}", 404)


def test_a_narrowed_list_says_so_and_offers_all(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    page = client.page(f"/exports/families?area={cast.village.id}&kind=family")
    assert "共 3 行" in page.text
    assert "只导出列表里筛选出来的这些" in page.text
    assert ("/exports/families?kind=family", "改为导出全部") in page.links
    actions = [form["action"] for form in page.forms if form.get("method") == "post"]
    assert f"/exports/families?area={cast.village.id}&kind=family" in actions
    for whole in ("families", "families?kind=family", "issues?tab=all", f"assignments?campaign={cast.campaign.id}"):
        assert "只导出列表里筛选出来的这些" not in client.page(f"/exports/{whole}").text
    assert ("/exports/issues", "改为导出全部") in client.page("/exports/issues?tab=need").links


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("/households", "families"),
        ("/households?kind=family&q=钟", "families"),
        ("/members", "members"),
        ("/areas", "areas"),
        ("/organisations?kind=unit", "units"),
        ("/campaigns/{campaign}/groups", "groups"),
        ("/assignments", "assignments"),
    ],
)
def test_lists_lead_to_their_export_and_back(page: str, what: str, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    address = page.format(campaign=cast.campaign.id)
    link = next(href for href, text in client.page(address).links if text == "导出")
    assert link.startswith(f"/exports/{what}")
    back = client.page(link).links
    assert any(href.split("?")[0] == address.split("?")[0] and text == "返回" for href, text in back)


def test_who_may_not_export_sees_no_button(session: Session, cast: Cast, sign_in: SignIn) -> None:
    for who in (cast.visitor, cast.handler):
        assert not [href for href, _ in sign_in(who).page("/issues").links if href.startswith("/exports")]


def test_the_folder_is_the_programs_alone_and_cleared_of_what_was_left(tmp_path: Path) -> None:
    with fresh_file(tmp_path, "csv") as path:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == path.parent.parent.stat().st_mode & 0o777 == 0o700
    assert not path.exists()
    left = tmp_path / "exports" / "killed"
    left.mkdir()
    (left / "export.csv").write_text("住户")
    with fresh_file(tmp_path, "csv"):
        assert left.exists(), "somebody may be writing it"
    os.utime(left, (0, 0))
    with fresh_file(tmp_path, "csv"):
        assert not left.exists()
