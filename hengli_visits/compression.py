"""Answers in fewer bytes: with Brotli, else gzip, as the browser accepts them.

A page that shows what its address says next to what must stay secret would give the secret away by its length, letter
by letter (BREACH). So such pages stay as they are; docs/decisions/0007-compression.md."""

import gzip
import re

import brotli
from flask import Flask, Response, request

QUALITY = 5
LEAST = 1024
KINDS = frozenset({"text/html", "text/javascript", "application/json", "application/manifest+json"})

TELLS_NOTHING = re.compile(rb"[a-z0-9/?=&_.-]{0,128}")
"""Query strings from which nothing can be shown that a secret on the page could be like: no capitals (every token has
them), no quotes, nothing escaped, no free text."""


def compressed(response: Response) -> Response:
    """The answer with its body compressed, when the browser takes that."""
    response.vary.add("Accept-Encoding")
    accepted = request.accept_encodings
    if accepted["br"] > 0:
        body = brotli.compress(response.get_data(), quality=QUALITY)  # type: ignore[no-untyped-call]
        response.content_encoding = "br"
    elif accepted["gzip"] > 0:
        body = gzip.compress(response.get_data(), 6, mtime=0)
        response.content_encoding = "gzip"
    else:
        return response
    response.set_data(body)
    return response


def _compress_pages(response: Response) -> Response:
    fit = (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and response.mimetype in KINDS
        and not response.direct_passthrough
        and response.content_encoding is None
    )
    if not fit or len(response.get_data()) < LEAST or not TELLS_NOTHING.fullmatch(request.query_string):
        return response
    return compressed(response)


def init_compression(app: Flask) -> None:
    """Compress pages, what scripts fetch for them, the worker and the manifest."""
    app.after_request(_compress_pages)
