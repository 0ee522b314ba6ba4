"""One e-mail, handed to the office's own mail server."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from hengli_visits.config import Mail
from hengli_visits.notices.outcome import ARRIVED, Outcome, Reason, not_now, refused, unclear
from hengli_visits.notices.parcels import Parcel, plain

SECONDS = 15.0


def letter_of(parcel: Parcel, mail: Mail) -> EmailMessage:
    """The mail of a parcel. Its Message-ID follows from the notices' keys, so that a second copy can be known."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = parcel.title
    message["From"] = mail.sender
    message["To"] = parcel.address
    message["Date"] = format_datetime(parcel.at)
    digest = hashlib.sha256("\n".join(note.key for note in parcel.notes).encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{parseaddr(mail.sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain(parcel))
    return message


def _open(mail: Mail, seconds: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=seconds, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=seconds)
    if mail.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def post(parcel: Parcel, mail: Mail | None, *, seconds: float = SECONDS) -> Outcome:
    """Hand a parcel to the mail server: that it took it is all that can be known. Unclear is only what fails between the
    text and the server's answer to it."""
    if mail is None:
        return refused(Reason.MAIL_OFF)
    try:
        server = _open(mail, seconds)
    except (smtplib.SMTPException, OSError) as error:
        return not_now(Reason.TLS if isinstance(error, ssl.SSLError) else Reason.CONNECT)
    try:
        return _hand_over(server, parcel, mail)
    finally:
        server.close()


def _announce(server: smtplib.SMTP, parcel: Parcel, mail: Mail) -> Outcome | None:
    """Sign in and name sender and receiver; what stands in the way, or None when the text may follow."""
    try:
        if mail.user:
            server.login(mail.user, mail.password)
        server.ehlo_or_helo_if_needed()
        for code, _text in (server.mail(parseaddr(mail.sender)[1]), server.rcpt(parcel.address)):
            if code >= 400:
                return refused(Reason.MAILBOX, code) if code >= 500 else not_now(Reason.STATUS, code)
    except smtplib.SMTPAuthenticationError:
        return not_now(Reason.MAIL_LOGIN)
    except (smtplib.SMTPException, OSError):
        return not_now(Reason.CONNECT)
    return None


def _hand_over(server: smtplib.SMTP, parcel: Parcel, mail: Mail) -> Outcome:
    if (obstacle := _announce(server, parcel, mail)) is not None:
        return obstacle
    try:
        code, _text = server.data(letter_of(parcel, mail).as_bytes())
    except smtplib.SMTPDataError as error:
        code = error.smtp_code
    except TimeoutError:
        return unclear(Reason.SILENCE)
    except (smtplib.SMTPException, OSError):
        return unclear(Reason.CUT)
    if code == 250:
        return ARRIVED
    return refused(Reason.STATUS, code) if code >= 500 else not_now(Reason.STATUS, code)
