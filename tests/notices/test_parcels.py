"""Messages as each robot wants them, signed; and what their answers mean."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from hengli_visits.models import ChannelKind
from hengli_visits.notices.outcome import Outcome, Reason, Verdict
from hengli_visits.notices.parcels import (
    Note,
    Parcel,
    dingtalk_sign,
    feishu_sign,
    fitting,
    judge,
    plain,
    split_body,
    webhook_sign,
    write,
)

AT = datetime(2026, 6, 29, 2, 0, tzinfo=UTC)
NOTE = Note("3:move:7", "交给您单位的问题", "HL-2026-0001 · 水利排涝 · 长巷村。请签收。", "https://z.example/issues/1")
OTHER = Note("3:move:8", "退回重新办理", "HL-2026-0002 · 环境卫生 · 石涌村。请重新办理。")


def parcel(kind: ChannelKind, *notes: Note, secret: str = "") -> Parcel:
    return Parcel(kind, "https://…", secret, notes or (NOTE,), AT)


def content(one: Parcel) -> Any:
    return json.loads(write(one).body)


def test_signatures_are_those_that_openssl_computes() -> None:
    """`openssl dgst -sha256 -mac HMAC -macopt hexkey:…`, of 钉钉's and 飞书's texts to sign."""
    assert dingtalk_sign("SECthis is secret", 1577262236757) == "J2qBKLynGZv5uMXAkGgdbSkX8S8Dbkqw1VOS3Ie+DF0="
    assert feishu_sign("demo", 1599360473) == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
    signature = "8065520e8ececd52bb822089cc42b7ab50b6b901f9bd3c2717a5b6666fe38b22"
    assert webhook_sign("geheim", 1782698400, b"{}") == f"sha256={signature}"


def test_dingtalk_has_its_signature_in_the_address_encoded_once() -> None:
    letter = write(parcel(ChannelKind.DINGTALK, secret="SECthis is secret"))
    milliseconds = int(AT.timestamp() * 1000)
    sign = dingtalk_sign("SECthis is secret", milliseconds)
    encoded = sign.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    assert letter.query == f"timestamp={milliseconds}&sign={encoded}"
    assert write(parcel(ChannelKind.DINGTALK)).query == ""
    message = content(parcel(ChannelKind.DINGTALK))
    assert message["msgtype"] == "markdown"
    assert message["markdown"]["title"] == "横沥走访：交给您单位的问题"
    assert "[查看](https://z.example/issues/1)" in message["markdown"]["text"]


def test_feishu_has_its_signature_in_the_body() -> None:
    message = content(parcel(ChannelKind.FEISHU, secret="demo"))
    seconds = int(AT.timestamp())
    assert (message["timestamp"], message["sign"]) == (str(seconds), feishu_sign("demo", seconds))
    assert message["msg_type"] == "post"
    post = message["content"]["post"]["zh_cn"]
    assert post["title"] == "横沥走访：交给您单位的问题"
    assert post["content"][0][1] == {"tag": "a", "text": "查看", "href": "https://z.example/issues/1"}
    assert "sign" not in content(parcel(ChannelKind.FEISHU))


def test_wecom_gets_markdown_with_everything_of_a_bundle() -> None:
    message = content(parcel(ChannelKind.WECOM, NOTE, OTHER))
    assert message["msgtype"] == "markdown"
    text = message["markdown"]["content"]
    for part in ("横沥走访：2 条消息", NOTE.title, OTHER.title, "HL-2026-0001", "HL-2026-0002"):
        assert part in text


def test_a_webhook_gets_one_notice_with_its_key_signed() -> None:
    letter = write(parcel(ChannelKind.WEBHOOK, secret="geheim"))
    assert json.loads(letter.body) == {"key": NOTE.key, "title": NOTE.title, "text": NOTE.text, "link": NOTE.link}
    stamp = int(AT.timestamp())
    assert letter.headers["Idempotency-Key"] == NOTE.key
    assert letter.headers["X-Visits-Timestamp"] == str(stamp)
    assert letter.headers["X-Visits-Signature"] == webhook_sign("geheim", stamp, letter.body)
    assert "X-Visits-Signature" not in write(parcel(ChannelKind.WEBHOOK)).headers


def test_no_word_becomes_markup() -> None:
    bad = Note("1:a", "[点我](https://evil.example)", "<@all> *x* `y` # z")
    for kind in (ChannelKind.WECOM, ChannelKind.DINGTALK):
        message = content(parcel(kind, bad))["markdown"]
        text = message["text" if kind is ChannelKind.DINGTALK else "content"]
        assert "](" not in text
        assert "<@" not in text


@pytest.mark.parametrize("kind", [ChannelKind.WECOM, ChannelKind.DINGTALK, ChannelKind.FEISHU])
def test_a_bundle_fits_into_what_a_robot_takes(kind: ChannelKind) -> None:
    long = [Note(f"1:{n}", "标题" * 60, "长" * 400, "https://z.example/issues/1") for n in range(30)]
    number = fitting(kind, long)
    assert 1 <= number <= 10
    assert len(write(parcel(kind, *long[:number])).body) < 20_000
    short = [Note(f"1:{n}", "标题", "短") for n in range(30)]
    assert fitting(kind, short) == 10
    if kind is ChannelKind.WECOM:
        assert len(content(parcel(kind, *long[:number]))["markdown"]["content"].encode()) <= 4096


def test_a_single_notice_that_is_too_long_is_cut_between_signs() -> None:
    huge = Note("1:a", "标题", "长" * 9000)
    assert fitting(ChannelKind.WECOM, [huge]) == 1
    text = content(parcel(ChannelKind.WECOM, huge))["markdown"]["content"]
    assert len(text.encode()) <= 4096
    assert text.endswith("长…")


def test_a_webhook_gets_each_notice_alone_and_nothing_is_nothing() -> None:
    assert fitting(ChannelKind.WEBHOOK, [NOTE, OTHER]) == 1
    assert fitting(ChannelKind.WECOM, []) == 0


def test_a_link_is_the_last_line_of_a_body() -> None:
    assert split_body("请签收。\nhttps://z.example/issues/1") == ("请签收。", "https://z.example/issues/1")
    assert split_body("请签收。\n尽快。") == ("请签收。\n尽快。", "")
    assert split_body("请签收。") == ("请签收。", "")


def test_mail_is_plain_text() -> None:
    text = plain(parcel(ChannelKind.EMAIL, NOTE, OTHER))
    assert text.splitlines()[:3] == [NOTE.title, NOTE.text, NOTE.link]
    assert OTHER.text in text


ROBOT_ANSWERS = [
    (ChannelKind.WECOM, b'{"errcode":0,"errmsg":"ok"}', Verdict.ARRIVED, None),
    (ChannelKind.WECOM, b'{"errcode":93000,"errmsg":"invalid webhook url"}', Verdict.REFUSED, Reason.ROBOT_GONE),
    (ChannelKind.WECOM, b'{"errcode":45009,"errmsg":"api freq out of limit"}', Verdict.NOT_NOW, Reason.LIMIT),
    (ChannelKind.WECOM, b'{"errcode":-1,"errmsg":"system busy"}', Verdict.NOT_NOW, Reason.LIMIT),
    (ChannelKind.WECOM, b'{"errcode":40008,"errmsg":"invalid message type"}', Verdict.REFUSED, Reason.ROBOT),
    (ChannelKind.DINGTALK, b'{"errcode":0,"errmsg":"ok"}', Verdict.ARRIVED, None),
    (ChannelKind.DINGTALK, b'{"errcode":310000,"errmsg":"sign not match"}', Verdict.REFUSED, Reason.ROBOT_GUARD),
    (ChannelKind.DINGTALK, b'{"errcode":300001,"errmsg":"token is not exist"}', Verdict.REFUSED, Reason.ROBOT_GONE),
    (ChannelKind.DINGTALK, b'{"errcode":130101,"errmsg":"send too fast"}', Verdict.NOT_NOW, Reason.LIMIT),
    (ChannelKind.FEISHU, b'{"code":0,"msg":"success","StatusCode":0}', Verdict.ARRIVED, None),
    (ChannelKind.FEISHU, b'{"StatusCode":0,"StatusMessage":"success"}', Verdict.ARRIVED, None),
    (ChannelKind.FEISHU, b'{"code":19001,"msg":"param invalid"}', Verdict.REFUSED, Reason.ROBOT_GONE),
    (ChannelKind.FEISHU, b'{"code":19021,"msg":"sign match fail"}', Verdict.REFUSED, Reason.ROBOT_GUARD),
    (ChannelKind.FEISHU, b'{"code":9499,"msg":"Bad Request"}', Verdict.REFUSED, Reason.ROBOT),
    (ChannelKind.FEISHU, b'{"code":11232,"msg":"frequency limited"}', Verdict.NOT_NOW, Reason.LIMIT),
    (ChannelKind.FEISHU, b'{"code":0,"StatusCode":19001}', Verdict.REFUSED, Reason.ROBOT_GONE),
    (ChannelKind.WECOM, b"<html>login</html>", Verdict.UNCLEAR, Reason.ANSWER),
    (ChannelKind.WECOM, b"", Verdict.UNCLEAR, Reason.ANSWER),
    (ChannelKind.WECOM, b"[0]", Verdict.UNCLEAR, Reason.ANSWER),
    (ChannelKind.WECOM, b'{"code":0}', Verdict.UNCLEAR, Reason.ANSWER),
    (ChannelKind.WECOM, b'{"errcode":"0"}', Verdict.UNCLEAR, Reason.ANSWER),
    (ChannelKind.WECOM, b'{"errcode":false}', Verdict.UNCLEAR, Reason.ANSWER),
    (ChannelKind.WECOM, b"\xff\xfe", Verdict.UNCLEAR, Reason.ANSWER),
    (ChannelKind.WECOM, b"[" * 60_000, Verdict.UNCLEAR, Reason.ANSWER),
]


@pytest.mark.parametrize(("kind", "body", "verdict", "reason"), ROBOT_ANSWERS)
def test_an_answer_with_a_code_in_a_200_is_a_failure(
    kind: ChannelKind, body: bytes, verdict: Verdict, reason: Reason | None
) -> None:
    outcome = judge(kind, 200, body)
    assert (outcome.verdict, outcome.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.ARRIVED),
        (202, Verdict.ARRIVED),
        (204, Verdict.ARRIVED),
        (301, Verdict.REFUSED),
        (307, Verdict.REFUSED),
        (400, Verdict.REFUSED),
        (401, Verdict.REFUSED),
        (404, Verdict.REFUSED),
        (410, Verdict.REFUSED),
        (408, Verdict.NOT_NOW),
        (429, Verdict.NOT_NOW),
        (500, Verdict.NOT_NOW),
        (503, Verdict.NOT_NOW),
        (502, Verdict.UNCLEAR),
        (504, Verdict.UNCLEAR),
    ],
)
@pytest.mark.parametrize("kind", [ChannelKind.WEBHOOK, ChannelKind.WECOM])
def test_statuses(kind: ChannelKind, status: int, verdict: Verdict) -> None:
    assert judge(kind, status, b'{"errcode":0}').verdict is verdict


def test_who_asks_to_be_left_alone_is_left_alone_for_an_hour_at_most() -> None:
    assert judge(ChannelKind.WEBHOOK, 429, b"", "120") == Outcome(Verdict.NOT_NOW, Reason.LIMIT, "429", 120)
    assert judge(ChannelKind.WEBHOOK, 503, b"", "999999").wait == 3600
    assert judge(ChannelKind.WEBHOOK, 503, b"", "Wed, 21 Oct 2026 07:28:00 GMT").wait == 0
    assert judge(ChannelKind.DINGTALK, 200, b'{"errcode":130101}').wait == 600
