"""Rosters at the console."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits.models import Group, Household, Member
from tests.cast import Cast
from tests.factories import make_campaign
from tests.imports.books import DATA, book
from tests.imports.importing import ENTERPRISES, GROUPS, HOUSEHOLDS, MEMBERS, Rows, count


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["import", *arguments])
    return result.exit_code, result.output


def test_the_whole_town(app: Flask, session: Session) -> None:
    make_campaign(session, "周")
    session.commit()
    files = {"areas": "villages.csv", "branches": "branches.csv", "members": MEMBERS, "households": HOUSEHOLDS,
             "enterprises": ENTERPRISES, "groups": GROUPS}  # fmt: skip
    outputs = {kind: run(app, kind, str(DATA / name)) for kind, name in files.items()}
    assert {code for code, _ in outputs.values()} == {0}
    assert "1724 rows = 1724 taken + 0 reported" in outputs["members"][1]
    assert "分不清是哪一位" in outputs["groups"][1]
    session.rollback()
    assert (count(session, Member), count(session, Household), count(session, Group)) == (1724, 1815, 111)
    code, text = run(app, "members", str(DATA / MEMBERS))
    assert (code, "new 0, changed 0, same 1724, skipped 1" in text) == (0, True)


def test_rows_that_are_not_taken_are_told(app: Flask, session: Session, cast: Cast, tmp_path: Path) -> None:
    rows: Rows = [["户编号", "户主", "村", "家庭住址", "联系电话"], ["CX-900", "甲", "长巷村", "一巷1号", "110"],
            ["XT-901", "乙", "新田村", "一巷1号", ""]]  # fmt: skip
    file = tmp_path / "名册.xlsx"
    file.write_bytes(book(("名册", rows)))
    code, text = run(app, "households", str(file), "--preview", "--new-villages")
    assert (code, "reported: 名册, row 2: 联系电话" in text, "new villages: 新田村" in text) == (0, True, True)
    assert "Nothing was written." in text
    code, text = run(app, "households", str(file), "--new-villages", "--all")
    assert (code, "还有 1 行没有采用，所以什么都没有导入" in text) == (1, True)
    session.rollback()
    assert count(session, Household) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("members", "villages.csv"), "Nothing could be read"), (("groups", GROUPS, "--campaign", "没有"), "no campaign"), (("areas", MEMBERS), "缺少")],
)  # fmt: skip
def test_refused_files(app: Flask, session: Session, cast: Cast, arguments: tuple[str, ...], words: str) -> None:
    kind, name, *more = arguments
    code, text = run(app, kind, str(DATA / name), *more)
    assert (code, words in text) == (1, True)
