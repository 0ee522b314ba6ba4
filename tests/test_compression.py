"""What is sent compressed, and what is not for the sake of secrets."""

import gzip
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from hengli_visits.compression import TELLS_NOTHING
from tests.cast import Cast
from tests.pages import PageClient, SignIn

LIST = "/assignments/mine"


def asked(client: PageClient, path: str, accepted: str = "br", **more: Any) -> TestResponse:
    """The answer to the same person's browser, as it comes over the wire."""
    bare = FlaskClient(client.application, client.application.response_class)
    if cookie := client.get_cookie("visits"):
        bare.set_cookie("visits", cookie.value)
    return bare.open(path, headers={"Accept-Encoding": accepted}, **more)


def opened(answer: TestResponse) -> str:
    """The text of a compressed answer."""
    if answer.headers["Content-Encoding"] == "gzip":
        return gzip.decompress(answer.data).decode()
    return bytes(brotli.decompress(answer.data)).decode()


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip")]
)
def test_pages_come_in_the_best_coding_that_is_accepted(
    cast: Cast, sign_in: SignIn, accepted: str, coding: str
) -> None:
    answer = asked(sign_in(cast.visitor), LIST, accepted)
    assert answer.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
    page = opened(answer)
    assert cast.household.name in page
    assert answer.content_length == len(answer.data) < len(page.encode()) / 2


@pytest.mark.parametrize("accepted", ["", "identity", "br;q=0, gzip;q=0", "zstd"])
def test_other_browsers_get_them_as_they_are(cast: Cast, sign_in: SignIn, accepted: str) -> None:
    answer = asked(sign_in(cast.visitor), LIST, accepted)
    assert "Content-Encoding" not in answer.headers
    assert cast.household.name in answer.text


@pytest.mark.parametrize("query", ["?q=csrf_token%22+value%3D%22IjA", "?q=IjA", "?next=/%22", f"?q={'a' * 200}"])
def test_a_page_that_may_show_what_its_address_says_is_not_compressed(cast: Cast, sign_in: SignIn, query: str) -> None:
    answer = asked(sign_in(cast.visitor), LIST + query)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_the_lists_of_a_round_are_compressed(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    links = {link for link, _ in client.page(LIST).links if link.startswith(LIST)}
    assert links
    for link in links:
        assert asked(client, link).headers["Content-Encoding"] == "br", link


def test_answers_to_what_was_typed_and_errors_are_not_compressed(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.visitor)
    typed = asked(client, f"/assignments/{cast.assignment.id}/visits", method="POST", data={"remarks": "IjA"})
    gone = asked(client, "/assignments/999999")
    assert (typed.status_code, gone.status_code) == (422, 404)
    assert "Content-Encoding" not in typed.headers
    assert "Content-Encoding" not in gone.headers


def test_the_worker_is_compressed(cast: Cast, sign_in: SignIn) -> None:
    nobody = sign_in(None)
    answer = asked(nobody, "/sw.js")
    plain = nobody.get("/sw.js").text
    assert opened(answer) == plain
    assert len(answer.data) < len(plain) / 2
    head = asked(nobody, "/sw.js", method="HEAD")
    assert head.headers["Content-Encoding"] == "br"
    assert head.data == b""


def test_every_token_begins_as_no_harmless_address_does(app: Flask) -> None:
    for _ in range(50):
        with app.test_request_context():
            token = generate_csrf()
        assert not TELLS_NOTHING.fullmatch(token[:2].encode()), token
