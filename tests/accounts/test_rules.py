"""Rules of accounts without a database: names, passwords, pauses, who may grant what, QR codes."""

from datetime import UTC, datetime, timedelta

import pytest
import segno
from hypothesis import given, strategies as st

from hengli_visits.accounts import passwords, pausing
from hengli_visits.accounts.qr import draw
from hengli_visits.accounts.rules import (
    device_kind,
    device_words,
    grantable,
    masked_name,
    may_grant,
    may_manage,
    sign_in_name,
)
from hengli_visits.actor import Actor
from hengli_visits.models import DeviceKind, Role

OWN = ("叶秀珍", "yexiuzhen", "19900000001", None, "DY0017")
START = datetime(2026, 6, 29, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("19900000001", "19900000001"),
        ("１９９ ００００ ０００１", "19900000001"),
        ("+86 199-0000-0001", "19900000001"),
        ("+８６１９９０００００００１", "19900000001"),
        ("008619900000001", "19900000001"),
        ("8619900000001", "19900000001"),
        (" DY 0017 ", "dy0017"),
        ("8612345", "8612345"),
    ],
)
def test_sign_in_name(typed: str, wanted: str) -> None:
    assert sign_in_name(typed) == wanted


@pytest.mark.parametrize(
    "password",
    [
        "门前两棵荔枝树下喝茶",
        "correct horse",
        "  spaces count  ",
        "x" * 3 + "q7!" * 4,
        "😀🍵🌳🏠🚪📖🖊️🌙☀️",
        "a" * 60 + "b7 k" * 17,
    ],
)
def test_password_policy_accepts_everything_long_and_rare(password: str) -> None:
    assert 10 <= len(password) <= 128
    assert passwords.fault(password, OWN) is None


@pytest.mark.parametrize(
    ("password", "part"),
    [
        ("短", "太短"),
        ("123456789", "太短"),
        ("z" * 129, "太长"),
        ("1234567890", "太常见"),
        ("Qwertyuiop", "太常见"),
        ("ｐａｓｓｗｏｒｄ１２", "太常见"),
        ("iloveyou2024!", "太常见"),
        ("government", "太常见"),
        ("aaaaabbbbbccccc", "太常见"),
        ("0987654321", "太常见"),
        ("横沥走访横沥走访横沥", "姓名"),
        ("Hengli2024", "姓名"),
        ("hengli123456", "姓名"),
        ("yexiuzhen2010", "姓名"),
        ("叶秀珍19900000001", "姓名"),
        ("DY0017dy0017", "姓名"),
    ],
)
def test_password_policy_says_what_to_do(password: str, part: str) -> None:
    sentence = passwords.fault(password, OWN)
    assert sentence is not None
    assert part in sentence
    assert sentence.endswith("。")


def test_password_policy_list_is_long_enough() -> None:
    assert len(passwords.COMMON) >= 3000
    assert sum(len(word) >= passwords.SHORTEST for word in passwords.LISTED) >= 3000


@pytest.mark.usefixtures("own_parameters")
def test_hash_params() -> None:
    stored = passwords.make_hash("门前两棵荔枝树下喝茶")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify(stored, "门前两棵荔枝树下喝茶")
    assert not passwords.verify(stored, "门前两棵荔枝树下喝茶 ")
    assert not passwords.verify(None, "nobody has this password")
    assert not passwords.verify("garbage", "x")
    assert not passwords.is_outdated(stored)


def _tries(*minutes: float) -> list[datetime]:
    return [START + timedelta(minutes=m) for m in minutes]


def test_lockout_after_five_within_fifteen_minutes() -> None:
    assert pausing.paused_until(_tries(0, 1, 2, 3)) is None
    assert pausing.paused_until(_tries(0, 4, 8, 12, 16)) is None
    assert pausing.paused_until(_tries(0, 1, 2, 3, 4)) == START + timedelta(minutes=19)


def test_lockout_doubles_to_an_hour() -> None:
    minutes: list[float] = []
    lengths = []
    start = 0.0
    for _ in range(4):
        minutes += [start] * 5
        end = pausing.paused_until(_tries(*minutes))
        assert end is not None
        lengths.append(end - START - timedelta(minutes=start))
        start = (end - START) / timedelta(minutes=1)
    assert lengths == [timedelta(minutes=m) for m in (15, 30, 60, 60)]


@given(st.lists(st.floats(min_value=5, max_value=18.9), max_size=30))
def test_lockout_is_not_prolonged_by_tries_during_it(during: list[float]) -> None:
    assert pausing.paused_until(_tries(0, 1, 2, 3, 4, *during)) == START + timedelta(minutes=19)


@given(st.lists(st.floats(min_value=0, max_value=1000), max_size=40))
def test_lockout_never_lasts_longer_than_an_hour(minutes: list[float]) -> None:
    end = pausing.paused_until(_tries(*minutes))
    assert end is None or end <= max(_tries(*minutes)) + pausing.LONGEST_PAUSE


def test_keys_tell_nothing() -> None:
    keys = pausing.keys_of("s" * 32, 7, "10.0.0.1", "secret words")
    assert len({keys.account, keys.address, keys.password}) == 3
    assert keys.account == pausing.account_key("s" * 32, 7) != pausing.account_key("t" * 32, 7)
    assert len(keys.password) == 5
    assert pausing.address_key("s", "2001:db8::1") == pausing.address_key("s", "2001:db8::ffff:1")
    assert pausing.address_key("s", "2001:db8:0:1::1") != pausing.address_key("s", "2001:db8::1")
    assert pausing.address_key("s", "not an address") != pausing.address_key("s", "")


def test_device_kind_is_the_strictest() -> None:
    assert device_kind(frozenset()) is DeviceKind.FIELD
    assert device_kind(frozenset({Role.GROUP_LEADER, Role.TEAM_LEADER})) is DeviceKind.FIELD
    assert device_kind(frozenset({Role.GROUP_LEADER, Role.HANDLER})) is DeviceKind.OFFICE
    assert device_kind(frozenset(Role)) is DeviceKind.ADMINISTRATION


def test_who_may_grant_what() -> None:
    administrator = Actor(id=1, name="", roles=frozenset({Role.ADMINISTRATOR}))
    coordinator = Actor(id=2, name="", roles=frozenset({Role.COORDINATOR}))
    leader = Actor(id=3, name="", roles=frozenset({Role.GROUP_LEADER}), led_groups=frozenset({4, 5}))
    assert grantable(administrator) == tuple(Role)
    assert set(grantable(coordinator)) == set(Role) - {Role.ADMINISTRATOR, Role.COORDINATOR}
    assert grantable(leader) == ()
    assert may_grant(leader, Role.TEAM_LEADER, 5)
    assert not may_grant(leader, Role.TEAM_LEADER, 6)
    assert not may_grant(leader, Role.GROUP_LEADER, 4)
    assert may_manage(coordinator, frozenset({Role.HANDLER}))
    assert not may_manage(coordinator, frozenset({Role.HANDLER, Role.COORDINATOR}))
    assert not may_manage(leader, frozenset())


def test_words_for_people_and_browsers() -> None:
    assert masked_name("叶秀珍") == "叶*"
    wechat = (
        "Mozilla/5.0 (Linux; Android 13; V2203A) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8"
    )
    assert device_words(wechat) == ("安卓手机", "微信")
    assert device_words("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/120 Safari/537.36 Edg/120") == (
        "Windows 电脑",
        "Edge 浏览器",
    )
    assert device_words("") == ("其他设备", "其他浏览器")


def test_qr_is_the_code_itself() -> None:
    text = "https://visits.example.cn/cards/" + "a" * 43
    code = draw(text)
    matrix = segno.make_qr(text, error="m").matrix
    assert code.size == len(matrix) + 8
    dark = 0
    for stroke in code.path.split("M")[1:]:
        x, rest = stroke.split(" ", 1)
        y, length = rest.split("v")[0].split("h")
        for i in range(int(length)):
            assert matrix[int(y) - 4][int(x) - 4 + i]
            dark += 1
    assert dark == sum(map(sum, matrix))
