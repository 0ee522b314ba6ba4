"""The regular jobs: what happened is out within one run of them, and once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hengli_visits import jobs
from hengli_visits.models import ChannelKind, IssueState
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import make_issue
from tests.notices.making import NEAR, add_channel, listed, states
from tests.notices.receivers import receiving


def test_what_happened_is_out_after_one_run(
    app: Flask, session: Session, cast: Cast, standing_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(app.config["VISITS"], outgoing=NEAR, public_url="https://zoufang.example.gov.cn")
    monkeypatch.setitem(app.config, "VISITS", config)
    mine = [job for job in jobs.JOBS if job.name.startswith("notices_")]
    assert [job.name for job in mine] == ["notices_route", "notices_send", "notices_forget"]
    with receiving() as receiver:
        channel = add_channel(session, unit=cast.unit, kind=ChannelKind.WEBHOOK, address=receiver.url())
        standing_clock.time += timedelta(minutes=1)
        issue = make_issue(session, cast, IssueState.DISPATCHED)
        session.commit()
        for _ in range(3):
            assert set(jobs.run_due(mine, "runner").values()) <= {""}
            standing_clock.time += timedelta(seconds=30)
        assert states(listed(session)) == ["sent"]
        (request,) = receiver.received
        assert request.json["link"] == f"https://zoufang.example.gov.cn/issues/{issue.id}"
        assert request.json["text"].startswith(f"{issue.number} · 水利排涝 · 长巷村。请签收。")
        assert request.headers["idempotency-key"].startswith(f"{channel.id}:move:")
