"""交办单 and 督办单: what stands on them, as a page and as .docx."""

import re
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from sqlalchemy import update
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.issues import papers, queries
from hengli_visits.issues.documents.filling import FOLDER, docx_of
from hengli_visits.issues.documents.making import FALLBACK, MARGINS
from hengli_visits.issues.papers import PaperKind
from hengli_visits.issues.steps import Verb
from hengli_visits.issues.workdays import Calendar
from hengli_visits.models import Issue, IssueState, IssueUnit, Supervision, Urgency
from tests.cast import Cast
from tests.conftest import Clock
from tests.issues.making import WORDS, actor_for, make_issue, open_one, step
from tests.pages import PageClient, SignIn

NASTY = "{{ number }} {% for %} <w:p/> & \"'\n第二行\x08\x0b\ud7ff"


def pressed(session: Session, cast: Cast, level: Supervision = Supervision.WRITTEN) -> Issue:
    """An issue that is pressed on. Committed."""
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    issue.supervision, issue.supervised_at = level, clock.now()
    part = {"part": "清理渠边杂草", "due_at": clock.now() + timedelta(days=2)}
    session.execute(update(IssueUnit).where(IssueUnit.issue_id == issue.id).values(part))
    session.commit()
    return issue


def paper(session: Session, cast: Cast, issue: Issue, kind: PaperKind = PaperKind.ASSIGNMENT) -> papers.Paper:
    """A paper of an issue as the coordinator prints it."""
    loaded = queries.get_issue(session, actor_for(session, cast.coordinator), issue.id)
    return papers.paper_of(kind, loaded, "统建文", clock.now(), Calendar({}))


def facts(made: papers.Paper) -> dict[str, str]:
    return {fact.label: fact.text for fact in made.facts}


def fetch(client: PageClient, issue: Issue, kind: str = "assignment") -> tuple[str, bytes]:
    """The .docx: what it is called, and the file."""
    response = client.post(f"/issues/{issue.id}/papers/{kind}", data={"form": "docx"})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    name, body = unquote(response.headers["Content-Disposition"]), response.get_data()
    response.close()
    return name, body


def texts(body: bytes) -> tuple[str, str]:
    """All text of the form, and of the footer."""
    document = Document(BytesIO(body))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    lines = [paragraph.text for paragraph in document.paragraphs]
    return "\n".join(lines + cells), document.sections[0].footer.paragraphs[0].text


def test_what_stands_on_them(session: Session, cast: Cast) -> None:
    issue = pressed(session, cast)
    session.expire_all()
    told = facts(paper(session, cast, issue))
    assert told == {
        "类别": "水利排涝",
        "紧急程度": "一般",
        "主办单位": "农林水务局",
        "协办单位": "长巷村民委员会",
        "反映时间": "2026年6月29日 08:00",
        "交办时间": "2026年6月29日 10:00",
        "办理时限": "5 个工作日",
        "办结期限": "2026年7月6日 17:30前",
        "地点": f"长巷村二巷{cast.household.door}",
        "住户": papers.HIDDEN,
        "群众反映": WORDS,
        "交办意见": "请尽快到现场看看。",
        "协办分工": "长巷村民委员会：清理渠边杂草（2026年7月1日前）",
    }
    told = facts(paper(session, cast, issue, PaperKind.SUPERVISION))
    assert told["督办级别"] == "书面督办"
    assert told["超期情况"] == "办理中，尚未超期"
    assert told["督办要求"] == papers.ASKED[Supervision.WRITTEN]
    assert told["答复期限"] == "2026年7月1日下班前书面答复统筹办公室。"


def test_late_urgent_second_round_extended(session: Session, cast: Cast, standing_clock: Clock) -> None:
    issue = open_one(session, cast)
    step(session, cast, issue, "coordinator", Verb.DISPATCH, urgency=Urgency.URGENT, co_unit_ids=[], note="")
    issue.round, issue.original_due_at, issue.supervision = 2, clock.now(), Supervision.REMINDED
    issue.step_due_at = clock.now() + timedelta(hours=2)
    session.commit()
    standing_clock.time += timedelta(days=3)
    session.expire_all()
    told = facts(paper(session, cast, issue))
    assert (told["紧急程度"], told["办理时限"], told["协办单位"]) == ("紧急，第 2 轮", "24 小时", "无")
    assert "已同意延期" in told["办结期限"]
    assert told["交办意见"].startswith("请按职责办理")
    assert "协办分工" not in told
    assert facts(paper(session, cast, issue, PaperKind.SUPERVISION))["超期情况"] == "待签收，已超期 3 天"


def test_whose_it_is_only_when_released_and_never_the_phone(session: Session, cast: Cast) -> None:
    issue = pressed(session, cast)
    cast.household.contact = "钟小妹"
    step(session, cast, issue, "coordinator", Verb.RELEASE_IDENTITY)
    session.commit()
    for kind in PaperKind:
        made = paper(session, cast, issue, kind)
        assert facts(made)["住户"] == "钟林锡（联系人 钟小妹）"
        assert (cast.household.phone or "x") not in str(made)


def test_there_is_none_before_a_unit_has_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = make_issue(session, cast)
    session.commit()
    client = sign_in(cast.coordinator)
    for kind in ("assignment", "supervision", "nonsense"):
        assert client.post(f"/issues/{issue.id}/papers/{kind}").status_code == 404
    assert "交办单" not in client.page(f"/issues/{issue.id}").text
    step(session, cast, issue, "coordinator", Verb.DISPATCH)
    session.commit()
    assert "督办单" not in client.page(f"/issues/{issue.id}").text
    assert client.post(f"/issues/{issue.id}/papers/assignment").status_code == 200
    assert client.post(f"/issues/{issue.id}/papers/supervision").status_code == 404


@pytest.mark.parametrize("kind", PaperKind)
def test_page_and_file_say_the_same(session: Session, cast: Cast, sign_in: SignIn, kind: PaperKind) -> None:
    issue = pressed(session, cast)
    client = sign_in(cast.handler)
    response = client.post(f"/issues/{issue.id}/papers/{kind.value}")
    assert response.status_code == 200
    name, body = fetch(client, issue, kind.value)
    text, foot = texts(body)
    session.rollback()
    made = paper(session, cast, issue, kind)
    for fact in made.facts:
        assert fact.label in response.text
        assert fact.label in text
        assert fact.text.split("\n")[0] in text
    assert name.endswith(f"{kind.label}-{issue.number}.docx")
    for shown in (response.text, foot):
        for mark in (issue.number, "打印人：何工", "2026年6月29日 10:00"):
            assert mark in shown
    assert cast.household.name not in response.text + text + foot


def test_what_people_wrote_is_text_only(session: Session, cast: Cast) -> None:
    issue = pressed(session, cast)
    issue.words = NASTY
    session.flush()
    session.expire_all()
    body = docx_of(paper(session, cast, issue))
    text, _foot = texts(body)
    assert "{{ number }} {% for %} <w:p/> & \"'\n第二行" in text
    with zipfile.ZipFile(BytesIO(body)) as file:
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(file.read(name))


def _fonts(part: Any) -> set[str]:
    return {one.get(qn("w:eastAsia")) for one in part.iter(qn("w:rFonts"))}


@pytest.mark.parametrize("kind", PaperKind)
def test_page_and_letters_of_an_official_document(kind: PaperKind) -> None:
    document = Document(str(FOLDER / f"{kind.value}.docx"))
    section = document.sections[0]
    assert abs((section.page_width or 0) - Mm(210)) < Mm(0.1)
    assert abs((section.page_height or 0) - Mm(297)) < Mm(0.1)
    for side, width in MARGINS.items():
        assert abs(getattr(section, f"{side}_margin") - Mm(width)) < Mm(0.1)
    used = _fonts(document.element.body) | _fonts(section.footer._element)
    assert used == set(FALLBACK)
    with zipfile.ZipFile(FOLDER / f"{kind.value}.docx") as file:
        table = file.read("word/fontTable.xml").decode()
    assert re.findall(r'w:altName w:val="(\w+)"', table)[-3:] == list(FALLBACK.values())


def test_names_of_files_and_addresses_hold_nothing_that_was_said(session: Session, cast: Cast, sign_in: SignIn) -> None:
    issue = pressed(session, cast)
    name, body = fetch(sign_in(cast.coordinator), issue)
    assert issue.title not in name
    properties = Document(BytesIO(body)).core_properties
    assert (properties.title, properties.author) == (f"交办单 {issue.number}", "")
