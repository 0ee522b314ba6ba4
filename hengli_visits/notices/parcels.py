"""Messages in the form that each robot or receiver wants, signed, and what its answer means. Pure.

Sources: developer.work.weixin.qq.com/document/path/91770 (企业微信), open.dingtalk.com custom robots (钉钉),
open.feishu.cn custom bots (飞书). All of them answer HTTP 200 to what they do not take, with a code in the body.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from hengli_visits.models import ChannelKind
from hengli_visits.notices.outcome import ARRIVED, Outcome, Reason, not_now, refused, unclear

APP = "横沥走访"
"""Stands in every message: the keyword that a robot may ask for."""
LOOK = "查看"
MOST = 10
"""Notices in one message of a robot or a mail."""
LARGEST = {ChannelKind.WECOM: 3800, ChannelKind.DINGTALK: 18_000, ChannelKind.FEISHU: 18_000}
"""Bytes of a robot's text: 企业微信 takes 4,096 of markdown, the others messages of 20,000."""
SIGNS = str.maketrans(
    {"[": "［", "]": "］", "<": "＜", ">": "＞", "*": "＊", "`": "’", "#": "＃", "_": "＿", "\\": "＼"}
)
"""What robots would read as a link, a mention or markup."""

LIMITS = {
    ChannelKind.WECOM: {45009: 60, -1: 60},
    ChannelKind.DINGTALK: {130101: 600, 410100: 600, -1: 60},
    ChannelKind.FEISHU: {11232: 60, 99991400: 60},
}
"""Codes that say: later; with the seconds to wait (钉钉 shuts a robot out for ten minutes)."""
GONE = {
    ChannelKind.WECOM: {93000, 40014, 40058},
    ChannelKind.DINGTALK: {300001, 300005, 400013, 400101, 400102, 400106},
    ChannelKind.FEISHU: {19001},
}
GUARDED = {
    ChannelKind.WECOM: set[int](),
    ChannelKind.DINGTALK: {310000},
    ChannelKind.FEISHU: {19021, 19022, 19024},
}
EVENTS = ("issue.moved", "visit.saved")
"""Titles of what is told to other systems: the text is a JSON object of ids and states (the slice api)."""
LATER = {408, 425, 429, 500, 503, 507}
"""HTTP statuses of a server that took nothing and may take it later."""
BETWEEN = {502, 504}
"""A server in between lost the answer: nobody knows what the one behind it did."""
MOST_WAIT = 3600


@dataclass(frozen=True)
class Note:
    """One notice as it leaves: `link` may be empty."""

    key: str
    title: str
    text: str
    link: str = ""


@dataclass(frozen=True)
class Parcel:
    """What goes to one address in one message at one moment. `key` is the same for each try of a notice."""

    kind: ChannelKind
    address: str
    secret: str
    notes: tuple[Note, ...]
    at: datetime

    @property
    def key(self) -> str:
        """The key of the whole: that of its first notice."""
        return self.notes[0].key

    @property
    def title(self) -> str:
        """What the message is headed with."""
        if len(self.notes) == 1:
            return f"{APP}：{self.notes[0].title}"
        return f"{APP}：{len(self.notes)} 条消息"


@dataclass(frozen=True)
class Letter:
    """The body to post, its headers, and what is added to the address's query."""

    body: bytes
    headers: dict[str, str]
    query: str = ""


def split_body(body: str) -> tuple[str, str]:
    """Text and link of a row's body: the link is its last line, if that is one."""
    text, _, last = body.rpartition("\n")
    return (text, last) if last.startswith(("https://", "http://")) else (body, "")


def fitting(kind: ChannelKind, notes: Sequence[Note]) -> int:
    """How many of these notices, from the first on, go into one message: at least one. To a webhook each goes alone."""
    if kind is ChannelKind.WEBHOOK:
        return 1
    size, number = 120, 0
    for note in notes[:MOST]:
        size += len(_markdown(note).encode()) + 2
        if number and size > LARGEST.get(kind, 100_000):
            break
        number += 1
    return number


def _signed(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, hashlib.sha256)


def dingtalk_sign(secret: str, milliseconds: int) -> str:
    """钉钉 加签: HMAC-SHA256 with the secret as key over "timestamp\\nsecret", Base64; still to be URL-encoded, once."""
    return base64.b64encode(_signed(secret.encode(), f"{milliseconds}\n{secret}".encode())).decode()


def feishu_sign(secret: str, seconds: int) -> str:
    """飞书 签名校验: HMAC-SHA256 with "timestamp\\nsecret" as key over nothing, Base64."""
    return base64.b64encode(_signed(f"{seconds}\n{secret}".encode(), b"")).decode()


def webhook_sign(secret: str, seconds: int, body: bytes) -> str:
    """The signature of a webhook: HMAC-SHA256 (hex) with the secret as key over "timestamp.body"."""
    return "sha256=" + _signed(secret.encode(), f"{seconds}.".encode() + body).hex()


def _markdown(note: Note) -> str:
    lines = [f"**{note.title.translate(SIGNS)}**", note.text.translate(SIGNS)]
    return "\n\n".join(lines + ([f"[{LOOK}]({note.link})"] if note.link else []))


def plain(parcel: Parcel) -> str:
    """The message as plain text, for mail."""
    parts = ["\n".join(filter(None, (note.title, note.text, note.link))) for note in parcel.notes]
    return "\n\n".join(parts) + "\n"


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _wecom(parcel: Parcel) -> Letter:
    head = f"### {parcel.title}" if len(parcel.notes) > 1 else f"### {APP}"
    text = _cut("\n\n".join([head, *map(_markdown, parcel.notes)]), 4096)
    return Letter(_json({"msgtype": "markdown", "markdown": {"content": text}}), {})


def _dingtalk(parcel: Parcel) -> Letter:
    head = f"### {parcel.title}" if len(parcel.notes) > 1 else f"### {APP}"
    text = _cut("\n\n".join([head, *map(_markdown, parcel.notes)]), LARGEST[ChannelKind.DINGTALK])
    body = _json({"msgtype": "markdown", "markdown": {"title": parcel.title, "text": text}})
    if not parcel.secret:
        return Letter(body, {})
    milliseconds = int(parcel.at.timestamp() * 1000)
    sign = quote_plus(dingtalk_sign(parcel.secret, milliseconds))
    return Letter(body, {}, f"timestamp={milliseconds}&sign={sign}")


def _feishu(parcel: Parcel) -> Letter:
    rows: list[list[dict[str, str]]] = []
    for note in parcel.notes:
        text = note.text if len(parcel.notes) == 1 else f"{note.title}：{note.text}"
        row = [{"tag": "text", "text": text + (" " if note.link else "")}]
        rows.append(row + ([{"tag": "a", "text": LOOK, "href": note.link}] if note.link else []))
    content: dict[str, Any] = {"post": {"zh_cn": {"title": parcel.title, "content": rows}}}
    message: dict[str, Any] = {"msg_type": "post", "content": content}
    if parcel.secret:
        seconds = int(parcel.at.timestamp())
        message = {"timestamp": str(seconds), "sign": feishu_sign(parcel.secret, seconds)} | message
    return Letter(_json(message), {})


def _webhook(parcel: Parcel) -> Letter:
    (note,) = parcel.notes
    seconds = int(parcel.at.timestamp())
    event = json.loads(note.text) if note.title in EVENTS else None
    if event is not None:
        body = _json({"key": note.key, "event": note.title} | event)
    else:
        body = _json({"key": note.key, "title": note.title, "text": note.text, "link": note.link or None})
    headers = {"Idempotency-Key": note.key, "X-Visits-Timestamp": str(seconds)}
    if parcel.secret:
        headers["X-Visits-Signature"] = webhook_sign(parcel.secret, seconds, body)
    return Letter(body, headers)


def _cut(text: str, size: int) -> str:
    """The text in at most so many bytes, no sign cut in two."""
    raw = text.encode()
    return text if len(raw) <= size else raw[: size - 3].decode(errors="ignore") + "…"


WRITERS = {
    ChannelKind.WECOM: _wecom,
    ChannelKind.DINGTALK: _dingtalk,
    ChannelKind.FEISHU: _feishu,
    ChannelKind.WEBHOOK: _webhook,
}


def write(parcel: Parcel) -> Letter:
    """The letter of a parcel for a robot or a webhook."""
    letter = WRITERS[parcel.kind](parcel)
    return Letter(letter.body, {"Content-Type": "application/json; charset=utf-8"} | letter.headers, letter.query)


def judge(kind: ChannelKind, status: int, body: bytes, retry_after: str = "") -> Outcome:
    """What an answer means: a status of 400 and more is a failure, and so is a code in a robot's 200."""
    if status in BETWEEN:
        return unclear(Reason.STATUS, status)
    if status in LATER:
        wait = min(int(retry_after), MOST_WAIT) if retry_after.isdigit() else 0
        return not_now(Reason.LIMIT if status == 429 else Reason.STATUS, status, wait)
    if 300 <= status < 400:
        return refused(Reason.REDIRECT, status)
    if status >= 400:
        return refused(Reason.STATUS, status)
    return ARRIVED if kind is ChannelKind.WEBHOOK else _robot(kind, body)


def _robot(kind: ChannelKind, body: bytes) -> Outcome:
    codes = _codes(kind, body)
    if not codes:
        return unclear(Reason.ANSWER)
    code = next((one for one in codes if one != 0), 0)
    if code == 0:
        return ARRIVED
    if code in LIMITS[kind]:
        return not_now(Reason.LIMIT, code, LIMITS[kind][code])
    if code in GONE[kind]:
        return refused(Reason.ROBOT_GONE, code)
    return refused(Reason.ROBOT_GUARD if code in GUARDED[kind] else Reason.ROBOT, code)


def _codes(kind: ChannelKind, body: bytes) -> list[int]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return []
    names = ("code", "StatusCode") if kind is ChannelKind.FEISHU else ("errcode",)
    found = [answer.get(name) for name in names] if isinstance(answer, dict) else []
    return [code for code in found if isinstance(code, int) and not isinstance(code, bool)]
