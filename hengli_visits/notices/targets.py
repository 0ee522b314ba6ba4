"""Which addresses a notice may be sent to: nobody shall make the program speak to the town's inner network.

Source: OWASP's cheat sheet on server-side request forgery; IANA's special-purpose address registries, as Python's
`ipaddress` knows them.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from hengli_visits.config import HOST, MAILBOX, Outgoing
from hengli_visits.errors import Invalid
from hengli_visits.models import ChannelKind
from hengli_visits.wording import N_

PORTS = {"https": 443, "http": 80}
LONGEST = 500
PRINTABLE = re.compile(r"[!-~]+")
NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)", re.IGNORECASE)
"""The last part of a host that some resolvers read as a number: 2130706433, 0x7f.1, 0177.0.0.1."""
PATHS = {
    ChannelKind.WECOM: "/cgi-bin/webhook/send",
    ChannelKind.DINGTALK: "/robot/send",
    ChannelKind.FEISHU: "/open-apis/bot/",
}
WORLD = ipaddress.ip_network("2000::/3")
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")

NOT_HTTPS = N_("地址要以 https:// 开头。")
NOT_ROBOT = N_("这不是这种机器人的地址。请在群里的机器人设置中复制完整的 Webhook 地址。")
NOT_OUTSIDE = N_("不能发到内网或本机的地址。")
NOT_ADDRESS = N_("这个地址不完整，请检查。")
NOT_MAIL = N_("这不像一个邮箱地址，请检查。")
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """A name that leads to a place where notices may not go."""


@dataclass(frozen=True)
class Target:
    """An address in its parts; `path` with its query."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def name(self) -> str:
        """The host with its port, where it is not the usual one, as the header Host says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS["https" if self.secure else "http"] else f"{host}:{self.port}"


def admitted(ip: Ip, *, loopback: bool = False) -> bool:
    """Whether an address lies in the open Internet: not private, loopback, link-local, shared, reserved, multicast, and no
    IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4)."""
    if loopback and ip.is_loopback:
        return True
    if isinstance(ip, ipaddress.IPv6Address) and (ip not in WORLD or ip in SIX_TO_FOUR or ip.scope_id):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def literal(host: str) -> Ip | None:
    """The address that a host is written as; None for a name. Raises `ValueError` for a number in any other form than
    the usual one."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        if NUMERIC.fullmatch(host.rsplit(".", maxsplit=1)[-1]):
            raise
        return None


def read_target(kind: ChannelKind, address: str, outgoing: Outgoing) -> Target:
    """The parts of the address of a robot or a webhook. Raises `Invalid` for one that may not be used, as far as it can
    be told without asking for the name."""
    if not PRINTABLE.fullmatch(address) or "\\" in address or len(address) > LONGEST:
        raise Invalid(NOT_ADDRESS, field="address")
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname or ""
        number = literal(host)
    except ValueError as error:
        raise Invalid(NOT_ADDRESS, field="address") from error
    if not host or "@" in parts.netloc or parts.fragment or port == 0:
        raise Invalid(NOT_ADDRESS, field="address")
    near = outgoing.loopback and (host == "localhost" or (number is not None and number.is_loopback))
    if parts.scheme != "https" and not (near and parts.scheme == "http"):
        raise Invalid(NOT_HTTPS, field="address")
    _check_host(host, number, near=near)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme == "https", host, port or PORTS[parts.scheme], path)
    if kind in PATHS and (target.name not in outgoing.robots.get(kind.value, ()) or not path.startswith(PATHS[kind])):
        raise Invalid(NOT_ROBOT, field="address")
    return target


def _check_host(host: str, number: Ip | None, *, near: bool) -> None:
    if near:
        return
    if number is not None:
        if not admitted(number):
            raise Invalid(NOT_OUTSIDE, field="address")
    elif "." not in host or host.endswith((".localhost", ".local", ".internal")):
        raise Invalid(NOT_OUTSIDE, field="address")
    elif not HOST.fullmatch(host) or ".." in host:
        raise Invalid(NOT_ADDRESS, field="address")


def read_address(kind: ChannelKind, address: str, outgoing: Outgoing) -> str:
    """The address as it is kept. Raises `Invalid` beside `address`."""
    address = address.strip()
    if kind is not ChannelKind.EMAIL:
        read_target(kind, address, outgoing)
    elif len(address) > LONGEST or not address.isascii() or not MAILBOX.fullmatch(address):
        raise Invalid(NOT_MAIL, field="address")
    return address


def resolve(target: Target, *, loopback: bool = False) -> Ip:
    """The one address to connect to. Raises `OSError` when the name is not known, `Forbidden` when any of its addresses
    may not be used: the answer that was looked at is the one that is used."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    ips = [ipaddress.ip_address(str(sockaddr[0])) for *_rest, sockaddr in found]
    if not ips or not all(admitted(ip, loopback=loopback) for ip in ips):
        raise Forbidden
    return ips[0]


def masked(kind: ChannelKind, address: str) -> str:
    """As much of an address as its owner needs to know it again: the host and the last four signs of what is secret; of
    a mailbox the first sign and the domain."""
    if kind is ChannelKind.EMAIL:
        name, _, domain = address.rpartition("@")
        return f"{name[:1]}***@{domain}"
    host = urlsplit(address).netloc
    return f"{host}/…{address[-4:]}"
