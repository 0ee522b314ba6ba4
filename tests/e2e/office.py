"""What the office does at its desk: the first sign-in, rosters, a campaign and its groups, the overview."""

import re
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

import openpyxl

from hengli_visits.clock import TOWN_ZONE
from tests.e2e.person import Person
from tests.e2e.server import ROOT, Live
from tests.e2e.signing_in import open_card, sign_in

DATA = ROOT / "hengli_visits/demo/rosters"
ADMINISTRATOR = ("方光润", "19907690001")
VILLAGE = "长巷村"
UNIT = "交通运输分局"


@dataclass(frozen=True)
class Roster:
    """A sample file, and how its page names what it holds."""

    file: str
    unit: str
    rows: int


HOUSEHOLDS = Roster("双千走访户名册.xlsx", "户", 1575)
MEMBERS = Roster("党员花名册.xlsx", "名党员", 1724)
ENTERPRISES = Roster("走访企业名册.xlsx", "家企业", 240)
GROUPS = Roster("情系群众周分组表.xlsx", "个小组", 91)


def rows_in(roster: Roster) -> int:
    """How many rows the file itself holds below the headers of its sheets, without those that only add up."""
    found = 0
    with closing(openpyxl.load_workbook(DATA / roster.file, read_only=True)) as book:
        for sheet in book:
            rows = [[cell for cell in row if cell not in (None, "")] for row in sheet.iter_rows(values_only=True)]
            header = next(index for index, row in enumerate(rows) if len(row) >= 4)
            found += sum(bool(row) and not str(row[0]).startswith("合计") for row in rows[header + 1 :])
    return found


def number(text: str, pattern: str) -> int:
    """The number that a text gives at a place marked `#`."""
    match = re.search(pattern.replace("#", r"([\d,]+)"), text)
    assert match, f"{pattern} not in {text}"
    return int(match[1].replace(",", ""))


def make_first_administrator(live: Live, who: Person) -> None:
    """What the manual says: a command prints a link, the link asks for a password."""
    name, phone = ADMINISTRATOR
    printed = live.flask("account", "administrator", phone, "--name", name, "--base", live.base)
    link = re.search(r"http\S+", printed)
    assert link
    open_card(who, link[0])


def become_coordinator(who: Person) -> None:
    """With nobody else on the roster, the first administrator coordinates too; a new role asks to sign in again."""
    name, phone = ADMINISTRATOR
    who.turn_to("账号与角色")
    who.press(name)
    who.press("统筹员", "#roles")
    who.press("给这个角色")
    who.see("请重新登录")
    sign_in(who, phone)


def import_roster(who: Person, roster: Roster, campaign: str | None = None) -> None:
    """Upload, look at the preview, import; every row of the file is taken or reported."""
    who.turn_to("导入名册")
    who.attach("名册文件", DATA / roster.file)
    if campaign:
        who.choose("属于哪个活动", campaign)
    who.press("上传并核对")
    told = who.words(".import-sum")
    taken, reported = number(told, "采用 # 行"), number(told, "未采用 # 行")
    assert (taken, reported) == (roster.rows, 0)
    assert taken + reported == rows_in(roster)
    who.press("导入 ", "main", exact=False)
    who.see("导入好了")


def count(who: Person, way: str, wanted: str) -> None:
    """A book of the town says how many it holds."""
    who.turn_to(way)
    who.see(wanted, ".page-head")


def found_campaign(who: Person, name: str, full_name: str) -> None:
    today = datetime.now(TOWN_ZONE).date()
    who.turn_to("活动")
    who.press("新建活动")
    who.fill("活动简称", name)
    who.fill("全称", full_name)
    who.fill("开始日期", today.isoformat())
    who.fill("结束日期", (today + timedelta(days=30)).isoformat())
    who.press("建立活动", "main")


def choose_families(who: Person) -> None:
    """All families of all villages."""
    who.press("选走访对象")
    who.tap("全选")
    who.tap("家庭")
    who.press("看看有多少户")
    who.see("符合条件的有 1,575 户")
    who.press("列入 1,575 户")
    who.press("返回")


def group_by_village(who: Person) -> None:
    who.press("去分组")
    who.tap("按村建组")
    who.press("按村建组", ".confirm-body")
    who.see("17 个组，1,724 名走访员")


def name_leader(who: Person) -> str:
    """The first who lives in the village; returns the name."""
    who.press(f"{VILLAGE}组")
    who.press("选带队的人")
    chosen = who.page.locator(".pick").first
    name = chosen.locator(".pick-title").inner_text().strip()
    who.touch(chosen)
    who.press("设为带队人")
    who.press("返回")
    return name


def start(who: Person) -> None:
    """Begin: the villages' groups have their households since they were made."""
    who.turn_to("活动")
    who.press("双千", "main")
    who.tap("启动活动")
    who.press("启动活动", ".confirm-body")
    who.see("走访员可以开始走访了")


def appoint_handler(who: Person) -> str:
    """Make somebody of the roster the handler of the unit; returns the link of the sign-in card."""
    who.turn_to("账号与角色")
    who.fill("姓名、拼音首字母或手机号", "19907690453")
    who.page.keyboard.press("Enter")
    who.follow(who.page.locator("tbody a").first)
    who.press("承办人", "#roles")
    who.choose("管哪里", UNIT)
    who.press("给这个角色")
    who.press("开登录卡")
    return who.page.get_by_label("把这个链接只发给本人").input_value()


def read_overview(who: Person) -> None:
    who.turn_to("总览")
    told = who.words(".totals")
    assert number(told, "# / 共： 1,575 户") == 1
    assert number(told, "待访 #") == 1574
    assert number(told, "当场答复 #") == 1
    assert number(told, "需跟进 #") == 1
    assert number(told, "# / 共： 1 件") == 1
    assert number(told, "在办 #") == number(told, "超期 #") == 0
    who.see("已办结")
