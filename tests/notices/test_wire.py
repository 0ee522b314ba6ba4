"""One request to a server that may do anything, and one mail: what is certain, and what is not."""

import ssl
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from hengli_visits.config import Mail, Outgoing
from hengli_visits.models import ChannelKind
from hengli_visits.notices import mail, wire
from hengli_visits.notices.courier import bring
from hengli_visits.notices.outcome import Outcome, Reason, Verdict
from hengli_visits.notices.parcels import Note, Parcel, write
from hengli_visits.notices.targets import Target, read_target
from tests.notices.receivers import (
    Behaviour,
    PostOffice,
    Receiver,
    answers,
    closed_port,
    cuts,
    drips,
    floods,
    hangs,
    post_office,
    receiving,
)

NEAR = Outgoing(loopback=True)
SILENT = hangs(20)
NOTE = Note("3:move:7", "交给您单位的问题", "HL-2026-0001 · 水利排涝 · 长巷村。请签收。")


def parcel(address: str, kind: ChannelKind = ChannelKind.WEBHOOK, secret: str = "") -> Parcel:
    return Parcel(kind, address, secret, (NOTE,), datetime(2026, 6, 29, 2, 0, tzinfo=UTC))


def post(receiver: Receiver, patience: float) -> Outcome:
    """Post a notice to a receiver as a webhook."""
    one = parcel(receiver.url())
    return wire.post(one.kind, read_target(one.kind, one.address, NEAR), write(one), replace(NEAR, patience=patience))


@pytest.mark.parametrize(
    ("behaviour", "verdict", "reason"),
    [
        (answers(200), Verdict.ARRIVED, None),
        (answers(204, b""), Verdict.ARRIVED, None),
        (floods, Verdict.ARRIVED, None),
        (answers(302, b"", "Location: http://127.0.0.1:1/\r\n"), Verdict.REFUSED, Reason.REDIRECT),
        (answers(404), Verdict.REFUSED, Reason.STATUS),
        (answers(503, b"", "Retry-After: 30\r\n"), Verdict.NOT_NOW, Reason.STATUS),
        (answers(504), Verdict.UNCLEAR, Reason.STATUS),
        (SILENT, Verdict.UNCLEAR, Reason.SILENCE),
        (drips, Verdict.UNCLEAR, Reason.CUT),
        (cuts, Verdict.UNCLEAR, Reason.CUT),
    ],
)
def test_behaviours(behaviour: Behaviour, verdict: Verdict, reason: Reason | None) -> None:
    with receiving(behaviour) as receiver:
        began = time.monotonic()
        outcome = post(receiver, 1 if behaviour in (SILENT, drips) else 5)
        assert (outcome.verdict, outcome.reason) == (verdict, reason)
        assert time.monotonic() - began < 10
        assert len(receiver.received) == 1
        assert receiver.received[0].json["key"] == NOTE.key
        assert receiver.received[0].headers["host"] == f"127.0.0.1:{receiver.port}"


def test_what_never_left_is_certain() -> None:
    near = Target(secure=False, host="127.0.0.1", port=closed_port(), path="/")
    letter = write(parcel("http://127.0.0.1/"))
    assert wire.post(ChannelKind.WEBHOOK, near, letter, NEAR) == Outcome(Verdict.NOT_NOW, Reason.CONNECT)
    nobody = Target(secure=True, host="a" * 64 + ".example", port=443, path="/")
    assert wire.post(ChannelKind.WEBHOOK, nobody, letter, NEAR) == Outcome(Verdict.NOT_NOW, Reason.NAME)


def test_a_name_that_leads_inside_gets_nothing() -> None:
    """The address is looked at where the connection is made: a name that changed since it was entered does not help."""
    with receiving() as receiver:
        target = Target(secure=False, host="localhost", port=receiver.port, path="/")
        letter = write(parcel(receiver.url()))
        assert wire.post(ChannelKind.WEBHOOK, target, letter, Outgoing()) == Outcome(Verdict.REFUSED, Reason.ADDRESS)
        assert receiver.received == []
    assert bring(parcel("http://127.0.0.1:1/"), Outgoing()) == Outcome(Verdict.REFUSED, Reason.ADDRESS)


def test_a_certificate_of_somebody_else_gets_nothing(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with receiving(tls=context) as receiver:
        target = Target(secure=True, host="localhost", port=receiver.port, path="/")
        outcome = wire.post(ChannelKind.WEBHOOK, target, write(parcel(receiver.url())), NEAR)
        assert outcome == Outcome(Verdict.NOT_NOW, Reason.TLS)
        assert receiver.received == []


def test_a_server_that_never_ends_its_handshake_is_left() -> None:
    with receiving(hangs(5)) as receiver:
        target = Target(secure=True, host="localhost", port=receiver.port, path="/")
        began = time.monotonic()
        letter = write(parcel(receiver.url()))
        assert wire.post(ChannelKind.WEBHOOK, target, letter, replace(NEAR, patience=0.3)).reason is Reason.TLS
        assert time.monotonic() - began < 4


def test_a_robot_that_is_signed_and_refuses_in_a_200() -> None:
    with receiving(answers(200, b'{"errcode":310000,"errmsg":"sign not match"}')) as receiver:
        near = Outgoing(robots={"dingtalk": (f"127.0.0.1:{receiver.port}",)}, loopback=True)
        address = receiver.url("/robot/send?access_token=bc5ea1")
        outcome = bring(parcel(address, ChannelKind.DINGTALK, "SECx"), near)
        assert outcome == Outcome(Verdict.REFUSED, Reason.ROBOT_GUARD, "310000")
        assert receiver.received[0].path.startswith("/robot/send?access_token=bc5ea1&timestamp=")


def mail_of(office: PostOffice, **values: str) -> Mail:
    given = {"security": "none", "user": "", "password": "", "sender": "横沥走访 <zoufang@example.gov.cn>"} | values
    return Mail("127.0.0.1", office.port, **given)


def test_mail_arrives_in_words() -> None:
    with post_office(PostOffice()) as office:
        one = parcel("ye@example.com", ChannelKind.EMAIL)
        assert mail.post(one, mail_of(office)) == Outcome(Verdict.ARRIVED)
        (letter,) = office.taken
    assert (letter.sender, letter.receiver) == ("zoufang@example.gov.cn", "ye@example.com")
    message = message_from_bytes(letter.data)
    assert str(make_header(decode_header(message["Subject"]))) == "横沥走访：交给您单位的问题"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == mail.letter_of(one, mail_of(office))["Message-ID"]
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert NOTE.text in body.decode()


@pytest.mark.parametrize(
    ("office", "verdict", "reason"),
    [
        (PostOffice({"RCPT": "550 no such user"}), Verdict.REFUSED, Reason.MAILBOX),
        (PostOffice({"RCPT": "451 greylisted"}), Verdict.NOT_NOW, Reason.STATUS),
        (PostOffice({"DATA": "451 not now"}), Verdict.NOT_NOW, Reason.STATUS),
        (PostOffice({"DATA": "554 no"}), Verdict.REFUSED, Reason.STATUS),
        (PostOffice({".": "452 full"}), Verdict.NOT_NOW, Reason.STATUS),
        (PostOffice({".": "554 spam"}), Verdict.REFUSED, Reason.STATUS),
        (PostOffice(cut_at="RCPT"), Verdict.NOT_NOW, Reason.CONNECT),
        (PostOffice(cut_at="."), Verdict.UNCLEAR, Reason.CUT),
    ],
)
def test_mail_that_does_not_arrive(office: PostOffice, verdict: Verdict, reason: Reason) -> None:
    with post_office(office):
        outcome = mail.post(parcel("ye@example.com", ChannelKind.EMAIL), mail_of(office))
    assert (outcome.verdict, outcome.reason) == (verdict, reason)
    assert office.taken == []


def test_mail_without_a_server_or_without_its_encryption_does_not_leave() -> None:
    one = parcel("ye@example.com", ChannelKind.EMAIL)
    assert mail.post(one, None) == Outcome(Verdict.REFUSED, Reason.MAIL_OFF)
    office = PostOffice()
    office.port = closed_port()
    assert mail.post(one, mail_of(office)) == Outcome(Verdict.NOT_NOW, Reason.CONNECT)
    with post_office(PostOffice()) as plain:
        assert mail.post(one, mail_of(plain, security="starttls")).verdict is Verdict.NOT_NOW
        assert plain.taken == []
