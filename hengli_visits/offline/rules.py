"""When a phone counts as quiet, and for whose records a leader answers. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from hengli_visits.actor import Actor
from hengli_visits.wording import N_, Word

QUIET_AFTER = timedelta(days=2)
"""Who was not heard of for so long may need a call."""


class Which(Word):
    """Whose phones are listed."""

    ALL = "all", N_("全部")
    WAITING = "waiting", N_("有待上传的")
    QUIET = "quiet", N_("两天没联系的")


class Standing(Word):
    """How a record of a file stands to what is here already."""

    NEW = "new", N_("新的")
    HERE = "here", N_("已经有了")
    CHANGED = "changed", N_("与服务器上的不同")
    UNFIT = "unfit", N_("收不下")


class Fate(Word):
    """What became of a record of a file."""

    TAKEN = "taken", N_("已收下")
    CHANGED = "changed", N_("已收下，更新了以前的内容")
    BEFORE = "before", N_("以前已收到")
    CLASH = "clash", N_("与服务器上的内容不同，两份都留下，请选定")
    LATE = "late", N_("已收下，留在问题的经过里，没有改变状态")
    REFUSED = "refused", N_("没有收下")


def quiet_since(now: datetime) -> datetime:
    """Whose last contact lies before this moment is quiet."""
    return now - QUIET_AFTER


def on_behalf(taker: Actor, member: Actor) -> Actor:
    """The member as whom `taker` takes in a file of theirs: with the member's own households, but only with those led
    groups that the taker answers for too. A file is written by whoever holds it: it must not reach further. The units
    stay, for who handles an issue may not tell the resident of it."""
    led = member.led_groups if taker.is_coordinator else member.led_groups & taker.led_groups
    return replace(
        member,
        roles=frozenset(),
        led_area_paths=(),
        led_groups=led,
        address=taker.address,
        request_id=taker.request_id,
    )
