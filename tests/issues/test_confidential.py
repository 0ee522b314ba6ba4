"""A unit learns what and where, not who: everything that a handler can open is read for the resident's name, phone and,
outside the issue's own pages, door. Made from the map of addresses, so that a new page is read without being named here.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from typing import Any

from docx import Document
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hengli_visits import clock
from hengli_visits.issues.papers import PaperKind
from hengli_visits.issues.rules import MOVES, UNITS
from hengli_visits.issues.steps import Verb
from hengli_visits.models import Issue, IssueState, Member, Role, Supervision
from tests.cast import Cast
from tests.factories import grant, make_household, make_member
from tests.issues.making import PATHS, make_issue, step
from tests.pages import PageClient, SignIn

NAME, CONTACT, DOOR = "欧阳春燕", "司徒小妹", "九百七十三号"
PHONES = ("13800138973", "0769-83379731")
OWN_PAGE = re.compile(r"/issues/\d+(/.*)?")
"""Here a unit reads where: what is to be mended must be found."""
OF_UNITS = [step.verb.value for step in MOVES if set(step.who) & set(UNITS)]
OUTSIDE = {"static"}


def hide(session: Session, cast: Cast) -> None:
    """Give the household a name, phones and a door that occur nowhere else."""
    house = cast.household
    house.name, house.contact, house.door = NAME, CONTACT, DOOR
    house.phone, house.second_phone = PHONES
    session.flush()


def leaks(text: str, *, door: bool) -> list[str]:
    """What of the resident stands in a text."""
    masked = [f"{phone[:3]}****{phone[-4:]}" for phone in PHONES]
    secrets = [NAME, NAME[1:], CONTACT, *PHONES, *masked, *([] if door else [DOOR])]
    return [secret for secret in secrets if secret in text]


def text_of(response: TestResponse) -> str:
    """All that can be read in an answer, and in its headers."""
    body = response.get_data()
    response.close()
    if body[:2] == b"PK":
        document = Document(BytesIO(body))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        body = "\n".join(
            [*cells, *(p.text for p in document.paragraphs), document.sections[0].footer.paragraphs[0].text]
        ).encode()
    return body.decode(errors="replace") + str(response.headers)


def fill(rule: Rule, known: dict[str, list[Any]], app: Flask) -> Iterator[str]:
    """Every address of a rule whose places are all known."""
    if rule.arguments <= known.keys():
        names = sorted(rule.arguments)
        for values in product(*(known[name] for name in names)):
            yield app.url_map.bind("").build(rule.endpoint, dict(zip(names, values, strict=True)))


def addresses(app: Flask, cast: Cast, issues: list[Issue]) -> Iterator[tuple[str, str]]:
    """(method, address) of everything that can be asked for these issues, their household and their lists."""
    known: dict[str, list[Any]] = {
        "issue_id": [issue.id for issue in issues],
        "verb": OF_UNITS,
        "kind": [kind.value for kind in PaperKind],
        "household_id": [cast.household.id],
        "assignment_id": [cast.assignment.id],
        "campaign_id": [cast.campaign.id],
        "group_id": [cast.team.id],
        "member_id": [cast.visitor.id],
        "what": ["issues", "families", "feedback"],
    }
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in OUTSIDE and "GET" in (rule.methods or ()):
            yield from (("GET", address) for address in fill(rule, known, app))
    for issue in issues:
        papers = [f"/issues/{issue.id}/papers/{kind.value}" for kind in PaperKind]
        yield from product(("POST", "DOCX"), papers)
        yield "POST", f"/issues/{issue.id}/phone"
    yield "POST", f"/households/{cast.household.id}/phone"
    yield from (("POST", f"/exports/{what}?tab=all") for what in ("issues", "families", "feedback"))
    yield "POST", "/pack"
    yield from (("GET", f"/issues?tab=all&q={text}") for text in (NAME, CONTACT, DOOR, PHONES[0], "排水渠"))
    yield from (("GET", f"/issues?tab={tab}") for tab in ("all", "sign", "in_hand", "amber", "late", "need", "ended"))


def ask(client: PageClient, method: str, address: str) -> TestResponse:
    if method == "GET":
        return client.get(address)
    if address == "/pack":
        return client.post(address, json={})
    return client.post(address, data={"form": "docx"} if method == "DOCX" else {"format": "csv"})


def found(app: Flask, cast: Cast, client: PageClient, *issues: Issue) -> list[str]:
    """What leaks where, to somebody who handles the issues."""
    wrong = []
    for method, address in addresses(app, cast, list(issues)):
        door = OWN_PAGE.fullmatch(address.split("?")[0]) is not None
        response = ask(client, method, address)
        assert response.status_code != 500, address
        leaked = leaks(text_of(response), door=door or f"q={DOOR}" in address)
        leaked = [secret for secret in leaked if f"q={secret}" not in address and NAME not in address]
        if leaked:
            wrong.append(f"{method} {address}: {leaked}")
    return wrong


def unit_people(session: Session, cast: Cast) -> list[Member]:
    """A handler of the lead unit and one of the co-unit."""
    helper = make_member(session, "助理")
    grant(session, helper, Role.HANDLER, organisation_id=cast.committee.id)
    return [cast.handler, helper]


def test_no_page_tells_a_unit_who_it_is(app: Flask, session: Session, cast: Cast, sign_in: SignIn) -> None:
    hide(session, cast)
    issues = [make_issue(session, cast, state) for state in PATHS]
    for issue in issues:
        issue.supervision, issue.supervised_at = Supervision.WRITTEN, clock.now()
    people = unit_people(session, cast)
    session.commit()
    for person in people:
        assert found(app, cast, sign_in(person), *issues) == [], person.name


def test_the_test_would_see_it(app: Flask, session: Session, cast: Cast, sign_in: SignIn) -> None:
    """What was released is found: the search itself works."""
    hide(session, cast)
    issue = make_issue(session, cast, IssueState.IN_PROGRESS)
    helper = unit_people(session, cast)[1]
    step(session, cast, issue, "coordinator", Verb.RELEASE_IDENTITY)
    session.commit()
    shown = "\n".join(found(app, cast, sign_in(helper), issue))
    assert f"GET /issues/{issue.id}: " in shown
    assert f"POST /issues/{issue.id}/papers/assignment: ['{NAME}'" in shown
    assert f"DOCX /issues/{issue.id}/papers/assignment: ['{NAME}'" in shown
    assert PHONES[0] in shown


def test_a_unit_reads_where_on_the_issue_alone(session: Session, cast: Cast, sign_in: SignIn) -> None:
    hide(session, cast)
    issue = make_issue(session, cast, IssueState.DISPATCHED)
    session.commit()
    client = sign_in(cast.handler)
    assert DOOR in client.page(f"/issues/{issue.id}").text
    assert DOOR in client.post(f"/issues/{issue.id}/papers/assignment").text
    for address in ("/issues", "/notices"):
        assert re.search("排水渠", client.page(address).text)
        assert DOOR not in client.page(address).text


def test_another_household_of_the_same_name_is_not_found_by_it(session: Session, cast: Cast, sign_in: SignIn) -> None:
    """Searching does not tell either: a unit that guesses a name gets what anybody gets who guesses wrong."""
    hide(session, cast)
    make_household(session, cast.village, "别人")
    make_issue(session, cast, IssueState.IN_PROGRESS)
    session.execute(update(Issue).values(title="排水渠堵了"))
    session.commit()
    client = sign_in(cast.handler)
    for guess in (NAME, CONTACT, PHONES[0], DOOR, "乱写"):
        assert "没有找到这样的问题" in client.page(f"/issues?tab=all&q={guess}").text
