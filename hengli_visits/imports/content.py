"""What a column holds, told by what stands in it: each cell may look like several kinds of thing."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hengli_visits.imports.cleaning import CATEGORIES, GENDERS, OTHER_CATEGORIES, STANDINGS
from hengli_visits.imports.text import half_width, is_absent, plain_text, simplified
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.workbook import Cell, CellError

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷"
    "盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣"
    "巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝佃闻黃陳張劉楊趙吳孫馬鄭謝羅許韓馮鄧蕭葉蘇呂盧鍾譚陸範賈韋鄒龍黎賀顧龔嚴萬錢湯溫葉龐顏莊聶魯嶽歐關蘭寧紀單鮑饒車連麥"
)
DOUBLE_SURNAMES = (
    "欧阳",
    "司徒",
    "司马",
    "上官",
    "诸葛",
    "夏侯",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "歐陽",
)
NOT_NAMES = re.compile(
    r".*(?:[村路街巷道里坊围区镇市省户组队员长书记厂店号栋座楼室房人口年月日]|公司|支部|中心|社区|家庭|老人|电话|姓名|合计|不详|务工|外来|普通|困难|低保|独居|党员|军属)$"
)
SIGNS = re.compile(r"[\s\-()+.·—–]+")
MOBILE = re.compile(r"(?:0{0,2}86)?(1[3-9]\d{9}|0\d{2,3}[2-9]\d{6,7}|[48]00\d{7})(?!\d)")
LIST = re.compile(r"[、,;/\n\s]+")
BRANCH = re.compile(r".*(?:支部|党委|总支|党组|党支部委员会|支部委员会|党组织|联合党支部)(?:\(.*\))?$")
FIRM = re.compile(
    r".{2,}(?:公司|厂|集团|商行|商店|商场|超市|经营部|工作室|合作社|加工场|酒店|饭店|餐厅|诊所|药店|幼儿园|学校|服务部|门市部|分店|事务所|市场|五金店|便利店)(?:\(.*\))?$"
)
MONTH = re.compile(
    r"(?:19|20)?\d{2}\s*[-./年]\s*(?:0?[1-9]|1[0-2])(?:\s*[-./月]\s*\d{1,2})?\s*[月日]?|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-3]\d)?"
)
YEAR = re.compile(r"(?:19|20)\d{2}(?:\.\d{1,2}|(?:0[1-9]|1[0-2])(?:[0-3]\d)?)")
ADDRESS = re.compile(
    r".*(?:[路街巷道坊围里组队楼栋座村]|小区|花园|大道|社区).*(?:\d|[一二三四五六七八九十]).*|.{0,12}\d+[-之\d]*号.*|.{2,}(?:路|街|巷|坊)\d*.*"
)
CREDIT = re.compile(r"9[0-9A-Z]{17}")
IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d\d{3}[\dX]")
CODE = re.compile(r"[A-Z]{1,6}[-_]?\d{1,8}(?:-\d{1,6})?|\d{2,6}-\d{1,6}")
PAIR = re.compile(r"\(?(\d{1,3}\.\d+)°?[NEne]?\s*[,;/、\s]\s*(\d{1,3}\.\d+)°?[NEne]?\)?")
GROUP = re.compile(r"第?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:大组|组|走访组|工作组)|.{2,8}(?:走访组|工作组|大组)")
TEAM = re.compile(r"第?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:小组|小队|分队)|.{0,8}小组")
GENDER_MARK = re.compile(r"[√✓☑■●□☐○\s/]*男[√✓☑■●□☐○\s/]*(?:女[√✓☑■●□☐○\s/]*)?")
PEOPLE = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:人|口|口人)")
SHARE = 0.75
ENOUGH = 2
MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Profile:
    """The kinds of thing that a column's cells look like, with how many of `filled` do."""

    filled: int
    kinds: Counter[str]

    def share(self, kind: str) -> float:
        """How large a part of the filled cells looks like a kind."""
        return self.kinds[kind] / self.filled if self.filled else 0.0

    def is_(self, kind: str) -> bool:
        """Whether the column as a whole looks like a kind."""
        return self.filled >= ENOUGH and self.share(kind) >= SHARE


def profile(cells: Iterable[Cell], villages: Villages) -> Profile:
    """Look at the cells of one column."""
    kinds: Counter[str] = Counter()
    numbers: list[float] = []
    filled = 0
    for cell in cells:
        if cell is None or isinstance(cell, CellError) or is_absent(plain_text(cell)):
            continue
        filled += 1
        kinds.update(kinds_of(cell, villages))
        text = plain_text(cell)
        if text.isdecimal() and len(text) < 7:
            numbers.append(int(text))
    if counts_up(numbers, filled):
        kinds["serial"] = filled
    return Profile(filled, kinds)


def counts_up(numbers: Sequence[float], filled: int) -> bool:
    """Whether numbers go up by one, beginning anew here and there; a word for a total may stand among them."""
    steps = sum(1 for one, two in pairwise(numbers) if two - one == 1)
    return len(numbers) >= ENOUGH and len(numbers) >= SHARE * filled and steps >= 0.7 * (len(numbers) - 1)


def kinds_of(cell: Cell, villages: Villages) -> set[str]:
    """Everything that one cell may be."""
    if isinstance(cell, date):
        return {"month"}
    if isinstance(cell, bool):
        return set()
    text = half_width(plain_text(cell)).strip()
    bare = simplified(re.sub(r"\s+", "", text))
    if isinstance(cell, float | int) or bare.replace(".", "", 1).isdecimal():
        return number_kinds(bare)
    return text_kinds(text, bare, villages)


def number_kinds(text: str) -> set[str]:
    """What a number may be."""
    whole, _, fraction = text.partition(".")
    if not whole.isdecimal() or not (fraction or "0").isdecimal():
        return set()
    kinds = {kind for kind, pattern in NUMBERS if pattern.fullmatch(text)}
    if len(fraction) >= 3 and len(whole) <= 3:
        degrees = float(text)
        kinds |= {"latitude"} if 3 <= degrees <= 54 else {"longitude"} if 73 <= degrees <= 136 else set()
    if not fraction.strip("0") and len(whole) <= 5:
        kinds |= {"count", "few"} if int(whole) <= MOST_PEOPLE else {"count"}
    return kinds


NUMBERS = (("phone", MOBILE), ("month", YEAR), ("identity", IDENTITY), ("credit", CREDIT))
PATTERNS = (
    ("branch", BRANCH), ("month", MONTH), ("credit", CREDIT), ("identity", IDENTITY), ("team", TEAM), ("group", GROUP), ("code", CODE),
)  # fmt: skip


def text_kinds(text: str, bare: str, villages: Villages) -> set[str]:
    """What a text may be; an address only when it is nothing before, a person's name only when it is nothing else."""
    upper = bare.upper()
    kinds = {kind for kind, pattern in PATTERNS if pattern.fullmatch(upper)} | word_kinds(bare)
    if len(bare) <= 60 and "identity" not in kinds and MOBILE.search(SIGNS.sub("", text)):
        kinds.add("phone")
    if len(bare) <= 20 and villages.find(bare):
        kinds.add("village")
    if PAIR.fullmatch(text):
        kinds.add("location")
    if kinds or len(bare) > 60:
        return kinds
    if FIRM.fullmatch(bare):
        return {"firm"}
    if PEOPLE.fullmatch(bare):
        return {"count", "few"}
    return {"address"} if ADDRESS.fullmatch(bare) else name_kinds(text, bare)


def word_kinds(bare: str) -> set[str]:
    """The closed lists that a word may come from."""
    kinds = set()
    if bare.lower() in GENDERS or GENDER_MARK.fullmatch(bare):
        kinds.add("gender")
    if bare in STANDINGS:
        kinds.add("standing")
    if bare in OTHER_CATEGORIES or bare in CATEGORIES or f"{bare}户" in CATEGORIES:
        kinds.add("category")
    return kinds


def name_kinds(text: str, bare: str) -> set[str]:
    """Whether a text is a person's name, or several."""
    if is_name(re.sub(r"\([^()]*\)", "", bare)):
        return {"name"}
    parts = [part for part in LIST.split(re.sub(r"\([^()]*\)", "", text)) if part]
    return {"names"} if len(parts) > 1 and all(map(is_name, parts)) else set()


def is_name(text: str) -> bool:
    """Whether a text looks like a Chinese person's name."""
    if not 2 <= len(text) <= 4 or not all("\u3400" <= character <= "\u9fff" for character in text):
        return False
    if NOT_NAMES.fullmatch(text):
        return False
    return text.startswith(DOUBLE_SURNAMES) or (text[0] in SURNAMES and len(text) <= 3)
