"""Reading an exported file: whatever it holds ends in records or in a sentence."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from hengli_visits import clock
from hengli_visits.errors import Invalid
from hengli_visits.models import Member
from hengli_visits.offline import outbox as reading
from hengli_visits.offline.outbox import Kind, read_outbox
from tests.offline.making import outbox, photo

ANNA = Member(id=12, name="叶秀珍")
RECORD: dict[str, Any] = {"kind": "visit", "uuid": str(uuid4()), "title": "一户", "envelope": {}}


def test_what_a_phone_exports_is_read() -> None:
    sent = photo(b"picture")
    data = outbox(ANNA, RECORD | {"photos": [sent]}, RECORD | {"kind": "revisit", "photos": [sent]})
    box = read_outbox(b"\xef\xbb\xbf" + data)
    visit, revisit = box.records
    assert (box.member_id, box.member_name, box.exported_at) == (12, "叶秀珍", clock.now())
    assert (visit.kind, visit.uuid, visit.title) == (Kind.VISIT, UUID(RECORD["uuid"]), "一户")
    assert [one.read() for one in visit.photos] == [b"picture"]
    assert (revisit.kind, revisit.photos) == (Kind.REVISIT, ())
    assert [len(record.problems) + len(record.spoiled) for record in box.records] == [0, 0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "已损坏"),
        (b"{", "已损坏"),
        (b"\xff\xfe", "已损坏"),
        (b"[" * 100_000, "已损坏"),
        (b'{"a":' * 100_000, "已损坏"),
        (b"9" * 5000, "已损坏"),
        (b'{"format": NaN}', "已损坏"),
        (b"[]", "不是走访员从手机里导出的"),
        (b"null", "不是走访员从手机里导出的"),
        (b"{}", "不是走访员从手机里导出的"),
        (outbox(ANNA, RECORD, format="other"), "不是走访员从手机里导出的"),
        (outbox(ANNA, RECORD, version=2), "另一个版本"),
        (outbox(ANNA, RECORD, version=True), "另一个版本"),
        (outbox(ANNA, RECORD, member=None), "是谁、什么时候"),
        (outbox(ANNA, RECORD, member={"id": 2**40}), "是谁、什么时候"),
        (outbox(ANNA, RECORD, member={"id": "12"}), "是谁、什么时候"),
        (outbox(ANNA, RECORD, exported_at="9999-12-31T23:59:59-14:00"), "是谁、什么时候"),
        (outbox(ANNA), "没有记录"),
        (outbox(ANNA, records={"a": 1}), "没有记录"),
        (outbox(ANNA, *[1] * 501), "最多 500 条记录"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        read_outbox(data)
    assert refused.value.field == "file"


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [RECORD | {"photos": [photo(b"x")] * 20}] * 16
    with pytest.raises(Invalid, match="最多 300 张照片"):
        read_outbox(outbox(ANNA, *many))
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(Invalid, match="分几次导出"):
        read_outbox(outbox(ANNA, RECORD))


@pytest.mark.parametrize(
    "spoiled",
    [None, 1, [], "x", {}, RECORD | {"kind": "x"}, RECORD | {"uuid": 7}, RECORD | {"envelope": [[]]}, RECORD | {"uuid": "x" * 36}],
)  # fmt: skip
def test_a_record_that_is_none_leaves_the_others(spoiled: object) -> None:
    bad, good = read_outbox(outbox(ANNA, spoiled, RECORD)).records
    assert [str(error) for error in bad.problems] == ["没有读懂这条记录。"]
    assert good.problems == ()


def test_titles_are_only_for_the_eye() -> None:
    titles = ("a\x00b\ud800", "x" * 500, None, ["a"], "  多  空 格 ")
    data = json.dumps(json.loads(outbox(ANNA)) | {"records": [RECORD | {"title": title} for title in titles]}).encode()
    assert [record.title for record in read_outbox(data).records] == ["ab", "x" * 80, "", "", "多 空 格"]


def test_photos_that_cannot_be_tried_are_told_and_the_others_stay() -> None:
    good = photo(b"picture")
    wrong: list[Any] = [None, [], {"id": 1}, good | {"data": 5}, good | {"id": "x"}]
    (record,) = read_outbox(outbox(ANNA, RECORD | {"photos": [good, *wrong]})).records
    assert len(record.photos) == 1
    assert {str(error) for error in record.spoiled} == {"有一张照片没有读懂，收不了。"}
    (record,) = read_outbox(outbox(ANNA, RECORD | {"photos": "x"})).records
    assert (record.photos, len(record.spoiled)) == ((), 1)
    (record,) = read_outbox(outbox(ANNA, RECORD | {"photos": [good] * 21})).records
    assert (len(record.photos), str(record.spoiled[0])) == (20, "一次走访最多20张照片。")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"data": "?"}, "没有读懂"),
        ({"data": "é"}, "没有读懂"),
        ({"data": "YWJj"}, "损坏"),
        ({"sha256": "0" * 64}, "损坏"),
    ],
)
def test_a_photo_that_is_not_what_was_written(change: dict[str, Any], words: str) -> None:
    (record,) = read_outbox(outbox(ANNA, RECORD | {"photos": [photo(b"picture") | change]})).records
    with pytest.raises(Invalid, match=words):
        record.photos[0].read()
