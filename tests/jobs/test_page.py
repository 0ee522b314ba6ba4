"""What administrators see of the regular jobs, and the commands."""

import os
import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits import clock, jobs
from hengli_visits.extensions import db
from hengli_visits.models import BatchState, JobRun
from hengli_visits.turns import Job
from tests.cast import Cast
from tests.conftest import Clock
from tests.imports.importing import read
from tests.pages import SignIn

SILENT = "10 分钟没有见到定时任务在运行"


def test_the_page_says_that_nobody_runs_them(cast: Cast, sign_in: SignIn, standing_clock: Clock) -> None:
    admin = sign_in(cast.administrator)
    assert SILENT in admin.page("/jobs").text
    jobs.run_due(jobs.JOBS, "runner")
    page = admin.page("/jobs")
    assert SILENT not in page.text
    assert "清理到期的临时文件" in page.text
    assert "正常" in page.text
    standing_clock.time += timedelta(minutes=10, seconds=1)
    text = admin.page("/jobs").text
    assert SILENT in text
    assert "最后一次见到是 6月29日 10:00" in text


def test_the_page_says_what_failed(cast: Cast, sign_in: SignIn, session: Session) -> None:
    due = clock.now() + timedelta(minutes=4)
    session.add(JobRun(name="tidy", due_at=due, ended_at=clock.now(), failures=3, error="OSError hengli_visits/x.py:7"))
    session.commit()
    text = sign_in(cast.administrator).page("/jobs").text
    assert "连续失败 3 次" in text
    assert "OSError hengli_visits/x.py:7" in text
    assert "6月29日 10:04" in text


def test_once_does_what_is_due_and_tells_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["jobs", "once"])
    assert done.exit_code == 0
    assert done.output == "".join(f"{job.name}: done\n" for job in jobs.JOBS)
    assert runner.invoke(args=["jobs", "once"]).output == ""
    listed = runner.invoke(args=["jobs", "list"]).output
    assert "every 1:00:00  last 2026-06-29 10:00:00  next 2026-06-29 11:00:00" in listed

    def fall(*_: object) -> None:
        raise OSError("a secret")

    monkeypatch.setitem(app.extensions, "visits_jobs", (Job("falls", timedelta(hours=1), fall),))
    failed = runner.invoke(args=["jobs", "once"])
    assert (failed.exit_code, failed.output) == (1, "falls: OSError\n")
    assert "failed 1 times: OSError" in runner.invoke(args=["jobs", "list"]).output


def test_what_is_kept_for_a_while_only_is_deleted_without_anybody_looking(
    app: Flask, session: Session, cast: Cast, standing_clock: Clock
) -> None:
    config = app.config["VISITS"]
    names = ["户编号", "户主", "村", "家庭住址", "联系电话", "人口"]
    batch = read(session, [names, ["CX-90000", "甲", "长巷村", "九巷1号", "", 4]])
    session.commit()
    outbox, exports, roster = config.uploads / "outbox", config.instance / "exports" / "x", config.uploads / "rosters"
    for folder in (outbox, exports, roster):
        folder.mkdir(parents=True, exist_ok=True)
    old, fresh = outbox / "1-old.json", outbox / "1-new.json"
    left, kept = exports / "export.csv", roster / batch.id.hex
    for path in (old, fresh, left, kept):
        path.write_text("x")
    standing_clock.time += timedelta(days=6)
    for path, age in ((old, timedelta(days=1, seconds=1)), (fresh, timedelta(hours=23))):
        laid = (clock.now() - age).timestamp()
        os.utime(path, (laid, laid))
    os.utime(exports, (time.time() - 3700,) * 2)
    jobs.run_due(jobs.JOBS, "runner")
    assert (old.exists(), fresh.exists(), left.exists(), kept.exists()) == (False, True, False, True)
    standing_clock.time += timedelta(days=1, seconds=1)
    jobs.run_due(jobs.JOBS, "runner")
    session.refresh(batch)
    assert (batch.state, kept.exists()) == (BatchState.DISCARDED, False)
    fresh.unlink(missing_ok=True)
    db.session.remove()
