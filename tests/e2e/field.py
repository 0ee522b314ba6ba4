"""What leaders and visitors do with a phone, and what handlers and the office do with the issue that comes of it."""

import re

from playwright.sync_api import expect

from tests.e2e.office import VILLAGE
from tests.e2e.person import Person

SAID = "巷口的路灯坏了三盏，晚上出门看不见路。"
ASKED = "医保卡怎么在手机上激活？"
REPLY = "路灯已经换好，晚上都亮了，谢谢您告诉我们。"


def make_card(who: Person, name: str) -> str:
    """Open a sign-in card for a member of the village's group; returns the link that the QR code holds."""
    who.turn_to("活动")
    who.press("双千", "main")
    who.press("分组")
    who.press(f"{VILLAGE}组")
    while not who.page.get_by_role("link", name=name, exact=True).count():
        who.press("下一页")
    who.press(name)
    who.press("开登录卡")
    expect(who.page.get_by_role("img", name="登录卡的二维码")).to_be_visible()
    return who.page.get_by_label("把这个链接只发给本人").input_value()


def share_out(who: Person) -> None:
    """The leader has a plan made, looks at who would get what, and gives the village's households to pairs."""
    who.see("走访户未分派 121")
    who.turn_to("走访任务")
    who.press("自动分派")
    who.press("算一个方案")
    who.see("还没有分派下去")
    who.press("就这样分派")
    who.see("已分派 121 户")


def pick_visitor(who: Person, leader: str) -> str:
    """Somebody else who got households; returns the name."""
    who.follow(who.page.locator(".plan-part").first)
    pairs = who.page.locator(".share-names").all_inner_texts()
    return next(pair.split("、")[0] for pair in pairs if leader not in pair)


def log_visit(who: Person) -> None:
    """A visit with two things said: one to follow up, one answered on the spot."""
    who.follow(who.page.locator(".card-title a").first)
    who.press("记录走访")
    who.tap("已见面")
    first, second = "[data-said]:nth-child(1)", "[data-said]:nth-child(2)"
    who.tap("诉求", first)
    who.page.keyboard.type(SAID)
    who.tap("需要跟进", first)
    who.tap("再加一条")
    who.tap("咨询", second)
    who.page.keyboard.type(ASKED)
    who.tap("当场答复", second)
    who.fill("怎样答复的", "教她在手机上一步步激活了。", second)
    who.save_visit(SAID, "待受理", ASKED, "教她在手机上一步步激活了。")


def open_issue(who: Person) -> None:
    who.turn_to("问题")
    who.follow(who.page.locator("tbody a").first)
    who.see(SAID)


def dispatch(who: Person) -> None:
    open_issue(who)
    who.press("交办")
    expect(who.page.get_by_label("主办单位", exact=False).first).to_have_value(re.compile(r"\d+"))
    who.press("交办", "form")
    who.see("待签收")


def work_on(who: Person) -> None:
    """The handler signs, speaks with the resident and answers."""
    open_issue(who)
    who.press("签收")
    who.press("登记首次联系")
    who.tap("电话")
    who.press("登记首次联系", "form")
    who.press("提交办理结果")
    who.tap("已解决")
    who.fill("做了什么", "换了三盏路灯。")
    who.fill("给住户的话", REPLY)
    who.press("提交办理结果", "form")
    who.see("待审核")


def approve(who: Person) -> None:
    open_issue(who)
    who.see(REPLY)
    who.press("审核通过")
    who.press("审核通过", "form")
    who.see("待回访")


def revisit(who: Person) -> None:
    """The visitor tells the resident, who is content."""
    who.turn_to("消息")
    who.see("请回访")
    open_issue(who)
    who.press("回访住户")
    who.see(REPLY)
    who.tap("联系上了")
    who.tap("是")
    who.tap("满意")
    who.save_revisit("已办结")
