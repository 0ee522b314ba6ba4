"""What became of one try to bring a message to somebody else's server."""

from dataclasses import dataclass
from enum import Enum

from hengli_visits.wording import N_, Word


class Verdict(Enum):
    """ARRIVED: the other side said so. NOT_NOW: certainly nothing arrived, and it is worth trying again. REFUSED: certainly
    nothing arrived, and trying again does not help. UNCLEAR: it was sent off and nobody knows."""

    ARRIVED = 1
    NOT_NOW = 2
    REFUSED = 3
    UNCLEAR = 4


class Reason(Word):
    """Why a message did not arrive, or why nobody knows; `%(code)s` is what the other side answered."""

    NAME = "name", N_("找不到对方的服务器")
    CONNECT = "connect", N_("连不上对方的服务器")
    TLS = "tls", N_("对方的安全证书没有通过检查")
    ADDRESS = "address", N_("这个地址不允许使用")
    REDIRECT = "redirect", N_("对方要转到别的地址，没有跟过去")
    STATUS = "status", N_("对方没有接收（%(code)s）")
    LIMIT = "limit", N_("发得太密，对方让等一等（%(code)s）")
    ROBOT_GONE = "robot_gone", N_("机器人的地址不对，或机器人已被移除（%(code)s）")
    ROBOT_GUARD = "robot_guard", N_("没有通过机器人的安全设置：加签密钥、关键词或 IP（%(code)s）")
    ROBOT = "robot", N_("机器人没有接收（%(code)s）")
    ANSWER = "answer", N_("对方的回答看不懂")
    SILENCE = "silence", N_("发出去了，对方没有回答")
    CUT = "cut", N_("发出去时连接断了")
    DIED = "died", N_("发送中途程序停了")
    MAIL_OFF = "mail_off", N_("本系统没有设置发邮件的服务器")
    MAIL_LOGIN = "mail_login", N_("发邮件的服务器不认本系统的账号")
    MAILBOX = "mailbox", N_("收件的邮箱地址被退回（%(code)s）")
    STALE = "stale", N_("等得太久，不再发送")


@dataclass(frozen=True)
class Outcome:
    """A verdict with its reason. `wait`: seconds that the other side asked to be left alone."""

    verdict: Verdict
    reason: Reason | None = None
    code: str = ""
    wait: int = 0

    @property
    def told(self) -> str:
        """The reason as a row keeps it: "status:503"; empty when it arrived."""
        if self.reason is None:
            return ""
        return f"{self.reason.value}:{self.code}" if self.code else self.reason.value


ARRIVED = Outcome(Verdict.ARRIVED)


def refused(reason: Reason, code: object = "") -> Outcome:
    """Nothing arrived and nothing will."""
    return Outcome(Verdict.REFUSED, reason, str(code))


def not_now(reason: Reason, code: object = "", wait: int = 0) -> Outcome:
    """Nothing arrived; later it may."""
    return Outcome(Verdict.NOT_NOW, reason, str(code), wait)


def unclear(reason: Reason, code: object = "") -> Outcome:
    """It was sent off, and nobody knows."""
    return Outcome(Verdict.UNCLEAR, reason, str(code))


def read_reason(told: str) -> tuple[Reason | None, str]:
    """The reason and the code that a row keeps; None for an empty or unknown one."""
    name, _, code = told.partition(":")
    return next((reason for reason in Reason if reason.value == name), None), code
