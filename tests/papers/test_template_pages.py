"""公文模板: the office brings its own, documents are made by it, and back again."""

import io
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.models import AuditEntry, PaperKind
from hengli_visits.papers.standard import standard
from tests.cast import Cast
from tests.pages import SignIn
from tests.papers.making import data_of, order, text_of
from tests.papers.test_template import saying


def test_an_own_template_and_back(session: Session, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.administrator)
    own = saying("本镇{{ 活动 }}走访了{{ 应走访户数 }}户")
    sent = {"circular-file": (io.BytesIO(own), "本镇.docx")}
    assert client.post("/papers/templates/circular", data=sent).status_code == 303
    page = client.page("/papers/templates").text
    assert "本镇.docx" in page
    assert "恢复系统自带的" in page
    session.rollback()
    text = text_of(data_of(order(session, cast.coordinator, cast.campaign, PaperKind.CIRCULAR)))
    assert text == "本镇双千走访了4户"
    with client.get("/papers/templates/circular/file") as answer:
        assert answer.get_data() == own
    assert client.post("/papers/templates/circular/default").status_code == 303
    with client.get("/papers/templates/circular/file") as answer:
        assert answer.get_data() == standard(PaperKind.CIRCULAR)
    session.rollback()
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("paper_template%"))).all()
    assert sorted(actions) == ["paper_template.replace", "paper_template.restore"]


def test_a_bad_one_is_told_beside_the_field_and_the_old_one_stays(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    answer = client.post(
        "/papers/templates/summary", data={"summary-file": (io.BytesIO(saying("{{ 走访绿 }}")), "总结.docx")}
    )
    assert answer.status_code == 422
    assert "不认识的占位符：走访绿" in answer.get_data(as_text=True)
    assert client.post("/papers/templates/summary", data={}).status_code == 422
    assert "系统自带的模板" in client.page("/papers/templates").text
    large = {"data": bytes(3 * 1024 * 1024), "content_type": "multipart/form-data; boundary=x"}
    assert client.post("/papers/templates/summary", **large).status_code == 413


def test_one_without_a_placeholder_is_taken_when_that_is_meant(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)

    def send(**more: str) -> Any:
        file = (io.BytesIO(saying("没有占位符")), "通报.docx")
        return client.post("/papers/templates/circular", data={"circular-file": file} | more)

    assert "没有占位符也要用" not in client.page("/papers/templates").text
    asked = send()
    assert asked.status_code == 422
    assert "每次生成的内容都会一样" in asked.get_data(as_text=True)
    assert "没有占位符也要用" in asked.get_data(as_text=True)
    assert send(**{"circular-anyway": "y"}).status_code == 303
