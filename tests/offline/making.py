"""Files as a phone exports them, for the tests of this slice."""

import base64
import io
import json
from typing import Any
from uuid import UUID, uuid4

from hengli_visits import clock
from hengli_visits.models import Assignment, Issue, Member
from hengli_visits.visits.content import VisitContent
from hengli_visits.visits.pictures import sha256
from tests.visits.making import content


def photo(data: bytes, **change: Any) -> dict[str, Any]:
    """A photo in a record."""
    text = base64.b64encode(data).decode()
    return {"id": str(uuid4()), "sha256": sha256(data), "type": "image/jpeg", "data": text} | change


def visit_record(
    assignment: Assignment, what: VisitContent | None = None, uuid: UUID | None = None, **change: Any
) -> dict[str, Any]:
    """A visit in a file. `photos`, `title` … replace what is there; `based_on` goes into the envelope."""
    sent = {
        "assignment": assignment.id,
        "based_on": change.pop("based_on", None),
        "sent_at": clock.now().isoformat(),
        "content": (what or content()).as_json(),
    }
    given = {
        "kind": "visit",
        "uuid": str(uuid or uuid4()),
        "title": "钟林锡 · 二巷 1号",
        "envelope": sent,
        "photos": [],
    }
    return given | change


def revisit_record(issue: Issue, told: Any, uuid: UUID | None = None, **change: Any) -> dict[str, Any]:
    """A revisit in a file."""
    sent = {"issue": issue.id, "sent_at": clock.now().isoformat(), "content": told}
    given = {"kind": "revisit", "uuid": str(uuid or uuid4()), "title": "钟林锡", "envelope": sent, "photos": []}
    return given | change


def outbox(member: Member, /, *records: Any, **change: Any) -> bytes:
    """The file that this member's phone exports. `exported_at` … replace what is there."""
    told = {
        "format": "hengli-visits-outbox",
        "version": 1,
        "exported_at": clock.now().isoformat(),
        "member": {"id": member.id, "name": member.name},
        "records": list(records),
    } | change
    return json.dumps(told, ensure_ascii=False).encode()


def body(data: bytes) -> dict[str, Any]:
    """The same as bytes, as the test client takes them: of large forms it forgets its own temporary files."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.json"\r\n\r\n'
    return {"data": head + data + b"\r\n--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def form(data: bytes) -> dict[str, Any]:
    """The form with which a file is brought."""
    return {"file": (io.BytesIO(data), "待上传.json")}
