"""A test client that reads every page it gets and fails on a careless one: one h1, a title, a label for each input,
no unknown variable, no inline script or style, no id twice, no link to nowhere."""

import re
from collections import Counter
from contextvars import Context
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any, Protocol

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hengli_visits.accounts.actions import open_device
from hengli_visits.models import Member, RoleGrant

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "use",
    "path",
}
UNSHOWN = ("script", "style", "template")
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}


class Page(HTMLParser):
    """What a test wants to know of a page; `faults` lists what is careless about it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.inputs: list[dict[str, str]] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self._label_depth = 0
        self._silent = 0
        self._link: str | None = None
        self._link_text = ""
        self.feed(html)
        self.close()
        self._check()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        self.counts[tag] += 1
        if "id" in a:
            self.ids[a["id"]] += 1
        for name in a:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"inline {name} on <{tag}>")
        self._watch(tag, a)
        if tag in UNSHOWN:
            self._silent += 1
        if tag not in VOID:
            self._open.append(tag)

    def _watch(self, tag: str, a: dict[str, str]) -> None:
        if tag == "script" and "src" not in a:
            self.faults.append("inline script")
        if tag == "label":
            self._label_depth += 1
            self.labelled.add(a.get("for", ""))
        if tag in ("input", "select", "textarea") and a.get("type") not in UNLABELLED:
            self.inputs.append(a | {"_tag": tag, "_inside_label": "1" if self._label_depth else ""})
        if tag == "img" and "alt" not in a:
            self.faults.append("img without alt")
        if tag == "form":
            self.forms.append(a)
        if tag == "a":
            self._link, self._link_text = a.get("href", ""), a.get("aria-label", "")
            if a.get("href", "x") in ("", "#"):
                self.faults.append("link to nowhere")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag == "label":
            self._label_depth -= 1
        if tag in UNSHOWN:
            self._silent -= 1
        if tag == "a" and self._link is not None:
            self.links.append((self._link, " ".join(self._link_text.split())))
            if not self._link_text.strip():
                self.faults.append(f"link without text: {self._link}")
            self._link = None
        if tag in self._open:
            while self._open.pop() != tag:
                self.faults.append(f"<{tag}> closes over an open element")
        else:
            self.faults.append(f"</{tag}> without its start")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += data
            if self._link is not None:
                self._link_text += data

    def _check(self) -> None:
        if self.counts["h1"] != 1:
            self.faults.append(f"{self.counts['h1']} h1")
        if self.counts["title"] != 1 or self.counts["main"] != 1:
            self.faults.append("one title and one main wanted")
        self.faults += [f"id {name!r} twice" for name, times in self.ids.items() if times > 1]
        for a in self.inputs:
            named = (
                a["_inside_label"] or a.get("aria-label") or a.get("aria-labelledby") or a.get("id") in self.labelled
            )
            if not named:
                self.faults.append(f"no label for {a['_tag']} {a.get('name')!r}")
        for sign in ("{{", "{%", "Undefined", "None</", ">None<"):
            if sign in self.html:
                self.faults.append(f"{sign!r} on the page")
        if re.search(r"%\(\w+\)s", self.text):
            self.faults.append("a place in a text was not filled")

    def value(self, name: str) -> str:
        """The value of an input field."""
        return next(a.get("value", "") for a in self.inputs if a.get("name") == name)


page_of = lru_cache(maxsize=32)(Page)
"""A page that was read lately is not read again."""


class PageClient(FlaskClient):
    """A Flask test client that checks each HTML answer and can give it as a `Page`."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make a request; an HTML answer with a fault fails the test. It runs in a context of its own: inside the test's
        app context, requests would share `g` and the database session."""
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 307, 308):
            page = page_of(response.get_data(as_text=True))
            assert not page.faults, f"{response.request.path}: {page.faults}"
        return response

    def page(self, url: str, status: int = 200) -> Page:
        """GET a page that answers with `status`."""
        response = self.get(url)
        assert response.status_code == status, f"{url}: {response.status_code}"
        return page_of(response.get_data(as_text=True))


class SignIn(Protocol):
    """Signs a member in (None: nobody) and gives the client."""

    def __call__(self, member: Member | None) -> PageClient: ...


def sign_in_factory(app: Flask, session: Session) -> SignIn:
    """Make the `sign_in` of a test: a device row in the database, its token in the client's cookie."""
    app.test_client_class = PageClient

    def sign_in(member: Member | None) -> PageClient:
        client = app.test_client()
        assert isinstance(client, PageClient)
        if member is not None:
            roles = frozenset(session.scalars(select(RoleGrant.role).where(RoleGrant.member_id == member.id)))
            token = open_device(session, member.id, roles)
            session.commit()
            with client.session_transaction() as cookie:
                cookie["device"] = token
        return client

    return sign_in
