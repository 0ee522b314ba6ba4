"""Signing in, by a card or by a password."""

from tests.e2e.person import Person

PASSWORD = "竹影清风第九盏灯亮了"


def open_card(who: Person, link: str) -> None:
    who.go(link)
    who.fill("设一个密码", PASSWORD)
    who.press("设好密码并登录")


def sign_in(who: Person, phone: str, password: str = PASSWORD) -> None:
    who.fill("手机号或编号", phone)
    who.page.locator("input[type=password]").fill(password)
    who.press("登录", "main")
