"""The index of signs: exact on both databases, kept by every kind of write, and held against the rows."""

import random
import unicodedata
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from hengli_visits import clock, search_index
from hengli_visits.extensions import db
from hengli_visits.feedback.queries import holds_words
from hengli_visits.grams import LONGEST, folded, marked, pairs, terms
from hengli_visits.issues.listing import holds_words as issue_holds
from hengli_visits.models import Feedback, Handling, Issue, IssueState, Nature
from tests.cast import Cast
from tests.feedback.test_actions import make_visit
from tests.issues.making import make_issue

SIGNS = "排水渠堵了路灯Aa1２ＡB，。 \n🚰👨‍👩‍👧㎡%_'\"\\*()&|!:é"
SEEDS = range(3)


def _row(visit: Any, words: str, answer: str = "") -> dict[str, Any]:
    return {
        "uuid": uuid4(),
        "visit_id": visit.id,
        "campaign_id": visit.campaign_id,
        "position": 0,
        "nature": Nature.APPEAL,
        "words": words,
        "answer": answer,
        "handling": Handling.NOTED,
        "created_at": clock.now(),
    }


def _found(session: Session, wanted: str) -> set[str]:
    return set(session.scalars(select(Feedback.words).where(holds_words(wanted))))


@pytest.mark.parametrize("seed", SEEDS)
def test_finds_exactly_what_holds_the_terms(session: Session, cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    visit = make_visit(session, cast)
    texts = {"".join(chance.choices(SIGNS, k=chance.randrange(1, 30))) for _ in range(150)}
    session.execute(insert(Feedback), [_row(visit, words) for words in texts])
    for _ in range(60):
        wanted = "".join(chance.choices(SIGNS, k=chance.randrange(1, 6)))
        if chance.random() < 0.5:
            source = chance.choice(sorted(texts))
            at = chance.randrange(len(source))
            wanted = source[at : at + chance.randrange(1, 8)]
        expected = {words for words in texts if all(term in folded(words) for term in terms(wanted))}
        assert _found(session, wanted) == (expected if terms(wanted) else set()), repr(wanted)


def test_folds_alike_on_both_sides(session: Session, cast: Cast) -> None:
    visit = make_visit(session, cast)
    session.execute(insert(Feedback), [_row(visit, "ＡＢc座　12\n号，㎡"), _row(visit, "抽水，水渠", "已清理")])
    assert _found(session, "abC座") == _found(session, "座 12") == _found(session, "号,m2") == {"ＡＢc座　12\n号，㎡"}
    assert _found(session, "已清") == {"抽水，水渠"}
    assert _found(session, "抽水渠") == _found(session, "渠已") == set()


def test_every_kind_of_write_is_indexed_at_once(app: Flask, session: Session, cast: Cast) -> None:
    visit = make_visit(session, cast)
    session.execute(insert(Feedback), [_row(visit, "成批写入的排水渠"), _row(visit, "要删去的排水渠")])
    session.add(Feedback(**_row(visit, "一条排水渠")))
    session.flush()
    assert len(_found(session, "排水渠")) == 3
    session.execute(update(Feedback).where(Feedback.words.startswith("成批")).values(words="改成了路灯"))
    session.execute(delete(Feedback).where(Feedback.words.startswith("要删")))
    session.execute(text("UPDATE feedback SET answer = '已装路灯' WHERE words LIKE '一条%'"))
    assert _found(session, "排水") == {"一条排水渠"}
    assert _found(session, "路灯") == {"改成了路灯", "一条排水渠"}
    assert list(search_index.drift(session.connection())) == []
    session.rollback()
    assert _found(session, "路灯") == set()


def test_issues_by_number_title_and_words(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.TRIAGE)
    for wanted in (issue.number, issue.number[-4:], issue.title[1:4], "浸到屋里", "hl-"):
        assert session.scalars(select(Issue.id).where(issue_holds(wanted))).all() == [issue.id], wanted
    for wanted in ("%", "__", "浸到%里", "浸屋", ""):
        assert session.scalars(select(Issue.id).where(issue_holds(wanted))).all() == [], wanted


def test_down_and_up_indexes_what_is_there(session: Session, cast: Cast) -> None:
    visit = make_visit(session, cast)
    session.add(Feedback(**_row(visit, "排水渠堵了")))
    session.commit()
    session.close()
    downgrade(revision="0005")
    assert not [name for name in inspect(db.engine).get_table_names() if search_index.is_index(name)]
    assert not [column for column in inspect(db.engine).get_columns("feedback") if column["name"] == "grams"]
    upgrade()
    assert _found(session, "水渠") == {"排水渠堵了"}
    with db.engine.connect() as connection:
        assert list(search_index.drift(connection)) == []


def test_commands_tell_drift_and_mend_it(app: Flask, session: Session, cast: Cast) -> None:
    visit = make_visit(session, cast)
    session.add(Feedback(**_row(visit, "排水渠堵了")))
    session.commit()
    run = app.test_cli_runner()
    assert run.invoke(args=["search", "check"]).exit_code == 0
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER feedback_grams_changed")
            connection.exec_driver_sql("UPDATE feedback SET words = '路灯坏了'")
            assert list(search_index.drift(connection)) == [("feedback", "the triggers are not those of this program")]
            for made in [search_index.triggers("feedback")["feedback_grams_changed"]]:
                connection.exec_driver_sql(made)
            assert list(search_index.drift(connection)) == [("feedback", "the index does not say what the rows say")]
        else:
            connection.exec_driver_sql("UPDATE feedback SET words = '路灯坏了'")
            connection.exec_driver_sql("DROP INDEX ix_feedback_grams")
    told = run.invoke(args=["search", "check"])
    assert told.exit_code == 1
    assert "feedback" in told.output
    assert run.invoke(args=["search", "rebuild"]).exit_code == 0
    assert run.invoke(args=["search", "check"]).exit_code == 0
    session.rollback()
    assert _found(session, "路灯") == {"路灯坏了"}
    assert _found(session, "水渠") == set()


@pytest.mark.parametrize("plane", range(0, 0x30000, 0x10000))
def test_every_sign_has_its_token(plane: int) -> None:
    seen = set()
    for code in range(plane, plane + 0x10000, 97):
        sign = chr(code)
        if unicodedata.category(sign) != "Cs" and not sign.isspace():
            seen |= set(pairs(f"水{sign}"))
    assert all(len(pair) == 2 and pair.startswith("水") for pair in seen)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  排水  渠道 排水 ", ["排水", "渠道"]),
        ("ＡＢＣ", ["abc"]),
        ("a\x07b\x1fc", ["ab", "c"]),
        ("", []),
        ("长" * 100, ["长" * LONGEST]),
        ("一1 二2 三3 四4 五5 六6", ["一1", "二2", "三3", "四4", "五5"]),
    ],
)
def test_terms(typed: str, expected: list[str]) -> None:
    assert terms(typed) == expected


@pytest.mark.parametrize(
    ("words", "wanted", "expected"),
    [
        ("排水渠堵了", ["水渠"], [("排", False), ("水渠", True), ("堵了", False)]),
        ("ＡＢ座水，水", ["b座", "水"], [("Ａ", False), ("Ｂ座水", True), ("，", False), ("水", True)]),
        ("哈哈哈", ["哈哈"], [("哈哈哈", True)]),
        ("没有", ["路灯"], [("没有", False)]),
        ("", ["路灯"], []),
    ],
)
def test_marks(words: str, wanted: list[str], expected: list[tuple[str, bool]]) -> None:
    assert marked(words, wanted) == expected


def test_a_long_text_is_cut_around_its_hit() -> None:
    pieces = marked("前" * 500 + "排水渠" + "后" * 500, ["排水渠"], 20)
    assert ("排水渠", True) in pieces
    assert pieces[0] == pieces[-1] == ("…", False)
    assert len("".join(piece for piece, _ in pieces)) == 42
