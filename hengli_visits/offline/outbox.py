"""The file into which a phone exports what it could not send: read with care, since anybody may have written it.

{"format": "hengli-visits-outbox", "version": 1, "exported_at": …, "member": {"id", "name"}, "records": [{"kind", "uuid",
"title", "envelope": the body that the phone would have sent, "photos": [{"id", "sha256", "type", "data": base64}]}]}
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from hengli_visits.errors import Invalid
from hengli_visits.reader import UNSTORABLE, is_id, read_moment, read_uuid
from hengli_visits.visits.rules import MOST_PHOTOS
from hengli_visits.wording import N_, Word

FORMAT = "hengli-visits-outbox"
VERSION = 1
LARGEST = 60 * 1024 * 1024
MOST_RECORDS = 500
MOST_PHOTOS_OF_FILE = 300
LONGEST_TITLE = 80
FIELD = "file"
"""The field of the form beside which everything stands that is wrong with a file as a whole."""


class Kind(Word):
    """What a record is."""

    VISIT = "visit", N_("走访")
    REVISIT = "revisit", N_("回访")


@dataclass(frozen=True)
class SentPhoto:
    """A photo in a file, still in its text form."""

    id: UUID
    sha256: str
    data: str

    def read(self) -> bytes:
        """The bytes of the picture. Raises Invalid when they are not those that the phone wrote."""
        try:
            data = base64.b64decode(self.data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Invalid(N_("有一张照片没有读懂，收不了。")) from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise Invalid(N_("有一张照片在文件里损坏了，收不了。"))
        return data


@dataclass(frozen=True)
class Record:
    """One record of a file. `title` is what the phone calls it, for the eye alone; `problems` tell why the record cannot
    be taken at all, `spoiled` what is wrong with its photos."""

    kind: Kind
    uuid: UUID
    title: str
    envelope: Mapping[str, Any]
    photos: tuple[SentPhoto, ...] = ()
    problems: tuple[Invalid, ...] = ()
    spoiled: tuple[Invalid, ...] = ()


@dataclass(frozen=True)
class Outbox:
    """A file that was read. `sha256` is of its bytes."""

    member_id: int
    member_name: str
    exported_at: datetime
    records: tuple[Record, ...]
    sha256: str


def _bad(message: str, **params: Any) -> Invalid:
    return Invalid(message, field=FIELD, **params)


def read_outbox(data: bytes) -> Outbox:
    """The outbox in the bytes of a file. Raises Invalid (`file`) with a sentence when it is none, or too much of one;
    what is wrong with a single record stands with that record."""
    if len(data) > LARGEST:
        raise _bad(N_("文件超过 %(limit)s MB，请在手机上分几次导出。"), limit=LARGEST // 1024 // 1024)
    raw = _parsed(data)
    if not isinstance(raw, Mapping) or raw.get("format") != FORMAT:
        raise _bad(N_("这不是走访员从手机里导出的记录文件。"))
    if raw.get("version") != VERSION or isinstance(raw["version"], bool):
        raise _bad(N_("这个文件是另一个版本导出的，请刷新手机上的页面后再导出一次。"))
    member, exported_at = raw.get("member"), read_moment(raw.get("exported_at"))
    if not isinstance(member, Mapping) or not is_id(member.get("id")) or exported_at is None:
        raise _bad(N_("文件里没有写明是谁、什么时候导出的，请重新导出一次。"))
    return Outbox(
        member_id=member["id"],
        member_name=_label(member.get("name")),
        exported_at=exported_at,
        records=_records(raw.get("records")),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _bad(N_("文件已损坏或不是导出的记录文件，请重新导出一次。")) from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _label(value: object) -> str:
    """Text of the phone for the eye: without what cannot be shown, not too long."""
    return " ".join(UNSTORABLE.sub("", value).split())[:LONGEST_TITLE] if isinstance(value, str) else ""


def _records(raw: object) -> tuple[Record, ...]:
    if not isinstance(raw, list) or not raw:
        raise _bad(N_("文件里没有记录。"))
    if len(raw) > MOST_RECORDS:
        raise _bad(N_("一个文件最多 %(most)s 条记录，请在手机上分几次导出。"), most=MOST_RECORDS)
    records = tuple(_record(one) for one in raw)
    if sum(len(one.photos) for one in records) > MOST_PHOTOS_OF_FILE:
        raise _bad(N_("一个文件最多 %(most)s 张照片，请在手机上分几次导出。"), most=MOST_PHOTOS_OF_FILE)
    return records


def _record(raw: object) -> Record:
    told: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    kind = next((kind for kind in Kind if kind.value == told.get("kind")), None)
    uuid, envelope = read_uuid(told.get("uuid")), told.get("envelope")
    problems = []
    if kind is None or uuid is None or not isinstance(envelope, Mapping):
        problems.append(Invalid(N_("没有读懂这条记录。")))
    photos, spoiled = _photos(told.get("photos")) if kind is not Kind.REVISIT else ((), ())
    return Record(
        kind=kind or Kind.VISIT,
        uuid=uuid or UUID(int=0),
        title=_label(told.get("title")),
        envelope=envelope if isinstance(envelope, Mapping) else {},
        photos=photos,
        problems=tuple(problems),
        spoiled=spoiled,
    )


def _photos(raw: object) -> tuple[tuple[SentPhoto, ...], tuple[Invalid, ...]]:
    """The photos of a record that can be tried, and what is wrong with the others."""
    if raw is None:
        return (), ()
    if not isinstance(raw, list):
        return (), (Invalid(N_("照片没有读懂，收不了。")),)
    photos, spoiled = [], []
    for one in raw[:MOST_PHOTOS]:
        told: Mapping[str, Any] = one if isinstance(one, Mapping) else {}
        id_, sha256, data = read_uuid(told.get("id")), told.get("sha256"), told.get("data")
        if id_ is None or not isinstance(sha256, str) or not isinstance(data, str):
            spoiled.append(Invalid(N_("有一张照片没有读懂，收不了。")))
        else:
            photos.append(SentPhoto(id_, sha256.lower(), data))
    if len(raw) > MOST_PHOTOS:
        spoiled.append(Invalid(N_("一次走访最多%(most)s张照片。"), most=MOST_PHOTOS))
    return tuple(photos), tuple(spoiled)
