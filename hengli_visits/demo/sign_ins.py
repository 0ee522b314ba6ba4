"""The demonstration's sign-ins: one per role, with passwords of their own, kept beside the database."""

import json
import os
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from hengli_visits.accounts.actions import check_new_password, open_account, set_password
from hengli_visits.models import Member

NAME = "demo-sign-ins.txt"
WORDS = (
    "amber", "apple", "autumn", "bamboo", "basil", "birch", "breeze", "bridge", "brook", "canal", "candle", "cedar",
    "cherry", "cloud", "clover", "copper", "coral", "cotton", "crane", "creek", "daisy", "dawn", "delta", "dune",
    "eagle", "ember", "fern", "field", "finch", "forest", "garden", "ginger", "glacier", "grove", "harbor", "hazel",
    "heron", "honey", "indigo", "iris", "island", "ivory", "jade", "jasmine", "juniper", "kite", "lagoon", "lantern",
    "lavender", "lemon", "lilac", "lily", "lotus", "maple", "marble", "meadow", "melon", "mint", "misty", "moss",
    "mulberry", "nectar", "oasis", "ocean", "olive", "orange", "orchid", "osprey", "otter", "papaya", "pearl",
    "pebble", "pepper", "pine", "plum", "pond", "poplar", "prairie", "quartz", "quiet", "rain", "raven", "reed",
    "ribbon", "ridge", "river", "robin", "saffron", "sage", "sail", "sand", "shell", "silver", "sky", "sparrow",
    "spring", "star", "stone", "storm", "summer", "sunny", "swallow", "swan", "tea", "thyme", "tiger", "timber",
    "topaz", "tulip", "valley", "velvet", "violet", "walnut", "water", "wheat", "willow", "winter", "wren", "yellow",
    "zephyr",
)  # fmt: skip


@dataclass(frozen=True)
class SignIn:
    """One sign-in, with what to try first, in both languages."""

    role: str
    role_english: str
    name: str
    phone: str
    password: str
    first: str
    first_english: str


def make_password() -> str:
    """Three words and a number: easy to read aloud and to type on a phone."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(3)), str(secrets.randbelow(90) + 10)])


def open_sign_in(
    session: Session, member_id: int, role: str, role_english: str, first: str, first_english: str
) -> SignIn:
    """Give a member a password and say it."""
    member = session.get_one(Member, member_id)
    password = make_password()
    check_new_password(session, member_id, password)
    set_password(session, open_account(session, member_id), password)
    return SignIn(role, role_english, member.name, member.phone or "", password, first, first_english)


def keep(instance: Path, sign_ins: Iterable[SignIn]) -> None:
    """Write the sign-ins into the instance folder, whole or not at all, for the owner's eyes only."""
    path = instance / NAME
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        for one in sign_ins:
            file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def kept(instance: Path) -> list[SignIn]:
    """The sign-ins that were kept; none where no demonstration was loaded."""
    path = instance / NAME
    if not path.exists():
        return []
    return [SignIn(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]


def width(text: str) -> int:
    """How many columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with aligned columns; the first row is the head."""
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, "  ".join("─" * w for w in widths))
    return [line.rstrip() for line in lines]


def as_table(sign_ins: Iterable[SignIn]) -> list[str]:
    """The sign-ins for a terminal, each in two lines: Chinese, and English below."""
    rows: list[Sequence[str]] = [
        ("角色 Role", "姓名 Name", "手机号 Phone", "密码 Password", "先看什么 What to try first")
    ]
    for one in sign_ins:
        rows.append((one.role, one.name, one.phone, one.password, one.first))
        rows.append((one.role_english, "", "", "", one.first_english))
    return table(rows)
