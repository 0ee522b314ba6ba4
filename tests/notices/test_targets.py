"""Addresses that notices may not go to, and how much of an address is shown."""

import ipaddress

import pytest

from hengli_visits.config import Outgoing
from hengli_visits.errors import Invalid
from hengli_visits.models import ChannelKind
from hengli_visits.notices.targets import (
    Forbidden,
    Target,
    admitted,
    literal,
    masked,
    read_address,
    read_target,
    resolve,
)

OUTGOING = Outgoing()
NEAR = Outgoing(loopback=True)

NASTY = [
    "",
    "hooks.example.com/a",
    "//hooks.example.com/a",
    "http://hooks.example.com/a",
    "ftp://hooks.example.com/a",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "javascript:alert(1)",
    "https://",
    "https:///a",
    "https://localhost/a",
    "https://LOCALHOST/a",
    "https://localhost./a",
    "https://api.localhost/a",
    "https://printer.local/a",
    "https://metadata.google.internal/a",
    "https://intranet/a",
    "https://127.0.0.1/a",
    "https://127.1/a",
    "https://127.0.1/a",
    "https://2130706433/a",
    "https://0x7f000001/a",
    "https://0x7f.0.0.1/a",
    "https://0177.0.0.1/a",
    "https://017700000001/a",
    "https://127.0.0.1./a",
    "https://0/a",
    "https://0.0.0.0/a",
    "https://10.0.0.5/a",
    "https://172.16.0.1/a",
    "https://172.31.255.255/a",
    "https://192.168.1.1/a",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/a",
    "https://100.100.100.200/a",
    "https://192.0.0.1/a",
    "https://192.0.2.1/a",
    "https://198.18.0.1/a",
    "https://224.0.0.1/a",
    "https://240.0.0.1/a",
    "https://255.255.255.255/a",
    "https://[::1]/a",
    "https://[::]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[::ffff:10.0.0.1]/a",
    "https://[0:0:0:0:0:ffff:7f00:1]/a",
    "https://[::127.0.0.1]/a",
    "https://[64:ff9b::7f00:1]/a",
    "https://[2002:7f00:1::]/a",
    "https://[fe80::1]/a",
    "https://[fe80::1%25eth0]/a",
    "https://[fd00::1]/a",
    "https://[fec0::1]/a",
    "https://[ff02::1]/a",
    "https://[2001:db8::1]/a",
    "https://[::1/a",
    "https://user@hooks.example.com/a",
    "https://hooks.example.com@127.0.0.1/a",
    "https://hooks.example.com:pass@10.0.0.1/a",
    "https://hooks.example.com\\@127.0.0.1/a",
    "https://hooks.example.com:0/a",
    "https://hooks.example.com:99999/a",
    "https://hooks.example.com:port/a",
    "https://hooks..example.com/a",
    "https://-hooks.example.com/a",
    "https://hooks_1.example.com/a",
    "https://hooks.example.com/a#b",
    "https://hooks.example.com/a b",
    "https://hooks.example.com/a\r\nHost: b",
    "https://hooks.example.com/\x00",
    "https://①②⑦.⓪.⓪.①/a",
    "https://１２７.0.0.1/a",
    "https://例子.测试/a",
    "https://hooks.example.com/" + "a" * 500,
]


@pytest.mark.parametrize("address", NASTY)
def test_nasty_addresses_are_refused(address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_address(ChannelKind.WEBHOOK, address, OUTGOING)
    assert refusal.value.field == "address"


@pytest.mark.parametrize("address", [one for one in NASTY if "localhost/" not in one.lower()])
def test_the_switch_for_development_opens_loopback_alone(address: str) -> None:
    try:
        target = read_target(ChannelKind.WEBHOOK, address, NEAR)
    except Invalid:
        return
    number = literal(target.host)
    assert number is not None
    assert number.is_loopback


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://hooks.example.com/a?b=c", Target(True, "hooks.example.com", 443, "/a?b=c")),
        ("https://hooks.example.com", Target(True, "hooks.example.com", 443, "/")),
        ("https://HOOKS.example.com:8443/a", Target(True, "hooks.example.com", 8443, "/a")),
        ("https://8.8.8.8/a", Target(True, "8.8.8.8", 443, "/a")),
        ("https://[2400:3200::1]/a", Target(True, "2400:3200::1", 443, "/a")),
    ],
)
def test_open_addresses_are_read(address: str, target: Target) -> None:
    assert read_target(ChannelKind.WEBHOOK, address, OUTGOING) == target


def test_plain_http_only_to_this_machine_and_only_for_development() -> None:
    target = read_target(ChannelKind.WEBHOOK, "http://127.0.0.1:9000/a", NEAR)
    assert target == Target(False, "127.0.0.1", 9000, "/a")
    for address in ("http://hooks.example.com/a", "http://10.0.0.1/a", "https://10.0.0.1/a"):
        with pytest.raises(Invalid):
            read_target(ChannelKind.WEBHOOK, address, NEAR)


ROBOTS = {
    ChannelKind.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6",
    ChannelKind.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=bc5ea1",
    ChannelKind.FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/9df1c0",
}


@pytest.mark.parametrize("kind", ROBOTS)
def test_robots_live_on_their_own_hosts(kind: ChannelKind) -> None:
    assert read_address(kind, f"  {ROBOTS[kind]} ", OUTGOING) == ROBOTS[kind]
    others = [address for other, address in ROBOTS.items() if other is not kind]
    host = read_target(kind, ROBOTS[kind], OUTGOING).host
    for address in (
        *others,
        ROBOTS[kind].replace(host, f"{host}.example.com"),
        ROBOTS[kind].replace(host, f"example.com/{host}"),
        ROBOTS[kind].replace(host, f"{host}:8443"),
        f"https://{host}/",
        f"https://{host}/cgi-bin/gettoken?corpid=1",
    ):
        with pytest.raises(Invalid):
            read_address(kind, address, OUTGOING)


def test_an_office_with_a_server_of_its_own_names_it() -> None:
    own = Outgoing(robots={"wecom": ("wx.dg.example.gov.cn:8443",)})
    address = "https://wx.dg.example.gov.cn:8443/cgi-bin/webhook/send?key=1"
    assert read_target(ChannelKind.WECOM, address, own).port == 8443
    with pytest.raises(Invalid):
        read_target(ChannelKind.WECOM, ROBOTS[ChannelKind.WECOM], own)


@pytest.mark.parametrize(
    "address", ["", "ye", "ye@", "@example.com", "a b@example.com", "ye@example.com,b@example.com", "ye@例.cn",
                "ye@example.com\nBcc: b@example.com", "<ye@example.com>", "ye@-example.com", "a@b@example.com"],
)  # fmt: skip
def test_what_is_no_mailbox_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        read_address(ChannelKind.EMAIL, address, OUTGOING)


def test_names_that_lead_inside_are_refused_when_they_are_looked_up() -> None:
    target = Target(True, "localhost", 443, "/")
    with pytest.raises(Forbidden):
        resolve(target)
    assert resolve(target, loopback=True).is_loopback


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "2400:3200::1", "2001:4860:4860::8888"])
def test_the_open_internet_is_admitted(text: str) -> None:
    assert admitted(ipaddress.ip_address(text))


def test_addresses_are_shown_in_part() -> None:
    assert masked(ChannelKind.WECOM, ROBOTS[ChannelKind.WECOM]) == "qyapi.weixin.qq.com/…91f6"
    assert masked(ChannelKind.FEISHU, ROBOTS[ChannelKind.FEISHU]) == "open.feishu.cn/…f1c0"
    assert masked(ChannelKind.EMAIL, "yexiuzhen@example.com") == "y***@example.com"
