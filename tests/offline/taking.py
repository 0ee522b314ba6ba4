"""A leader brings a file of the outbox, looks at it and takes it in."""

from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hengli_visits.models import Group, Photo, Visit, VisitRevision
from tests.offline.making import form
from tests.pages import Page, PageClient


def files_of(group: Group) -> str:
    """Where files are brought to a group."""
    return f"/groups/{group.id}/outbox-files"


def bring(client: PageClient, group: Group, data: bytes) -> str:
    """Bring a file; the address of its preview."""
    response = client.post(files_of(group), data=form(data))
    assert response.status_code == 303, Page(response.text).text
    return response.location


def token_of(address: str) -> str:
    """What tells a file in the address of its preview."""
    return parse_qs(urlsplit(address).query)["file"][0]


def take(client: PageClient, group: Group, data: bytes) -> Page:
    """Bring a file and take it in; the page that tells what became of it."""
    preview = bring(client, group, data)
    response = client.post(files_of(group), data={"token": token_of(preview)})
    assert (response.status_code, response.location) == (303, preview)
    return client.page(preview)


def refused(client: PageClient, group: Group, data: bytes) -> str:
    """The sentences beside the file."""
    response = client.post(files_of(group), data=form(data))
    assert response.status_code == 422
    assert 'href="#file"' in response.text
    return Page(response.text).text


def counts(session: Session) -> list[int]:
    """How many visits, wordings and photos there are."""
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in (Visit, VisitRevision, Photo)]
