"""What residents speak of: the categories a campaign begins with, and how one is proposed from what was said."""

from collections.abc import Iterable
from dataclasses import dataclass

from hengli_visits.models import Category
from hengli_visits.search import tidy


@dataclass(frozen=True)
class Subject:
    """A category before it is one: its name, its lead unit (None: the village's own committee) and its words."""

    name: str
    unit: str | None
    words: tuple[str, ...]


def _subject(name: str, unit: str | None, words: str) -> Subject:
    return Subject(name, unit, tuple(words.split()))


SUBJECTS = (
    _subject("道路交通", "交通运输分局", "水泥路 修路 路面 开裂 坑洼 减速带 斑马线 红绿灯 路灯 公交 班次 乱停车 停车位 停车 路口 货柜车 车速 让行"),
    _subject("供水供电", "供水分公司", "停水 没水 水压 自来水 水费 水表 电表 电线 停电 跳闸 用电 电压 电价 电费 变压器 供水 供电"),
    _subject("环境卫生", "城市管理分局", "垃圾 垃圾桶 垃圾分类 装修垃圾 保洁 清扫 打扫 厕所 公共厕所 卫生死角 灭鼠 灭蚊 蚊子 老鼠 登革热 臭得很 污渍 牛皮癣 环卫"),
    _subject("水利排涝", "农林水务局", "排水 排水渠 排水沟 水沟 水渠 河涌 发黑发臭 偷排 水浸 内涝 积水 下水道 沙井盖 井盖 鱼塘 护栏 清淤 防洪"),
    _subject("教育入学", "教育管理中心", "学校 入学 积分入学 学位 小学 初中 读书 放学 老师 孩子 子女 四点半课堂 课后托管 校车 学费"),
    _subject("医疗卫生", "社区卫生服务中心", "医院 门诊 医生 看病 开药 慢性病 药费 医保 医保卡 报销 血压 体检 疫苗 打针 家庭医生"),
    _subject("社会保障", "社会保障分局", "社保 低保 高龄津贴 津贴 养老金 退休金 残疾证 残疾 救助 五保 补缴 参保 资格认证 认证"),
    _subject("劳动就业", "人力资源分局", "工作 找工作 就业 失业 工资 拖欠 欠薪 劳动合同 工伤 加班 辞退 培训 培训班 手工活 技能"),
    _subject("住房与土地", "自然资源分局", "宅基地 建房 报建 红线 采光 征地 补偿款 拆迁 土地 房产证 危房 老屋 屋顶 漏水 违建 租金"),
    _subject("社会治安", "公安分局", "打架 偷 被偷 盗窃 小偷 诈骗 巡逻 摄像头 监控 治安 赌博 吸毒 闹事 派出所 报警 户口"),
    _subject("消防安全", "应急管理分局", "消防 消防栓 消防通道 灭火器 起火 着火 火灾 充电 楼梯口 飞线 煤气 液化气 安全出口 烟雾报警"),
    _subject("噪音与污染", "生态环境分局", "噪音 噪声 吵 睡不着 冲压 音响 大声 广场舞 味道 呛 废气 烟囱 粉尘 油烟 污染 烧东西 废水"),
    _subject("企业服务", "经济发展局", "企业 招工 招聘会 物流 限行 交货 技改 补贴 贷款 融资 税 订单 营业执照 厂房 扩产 审批 申报"),
    _subject("文体设施", "文化服务中心", "篮球场 球场 健身器材 健身 公园 图书室 图书馆 文化站 广场 牌坊 文物 戏台 活动室 运动"),
    _subject("养老托幼", "社会事务局", "独居老人 孤寡老人 老人饭堂 饭堂 居家照料 照料 卧床 中风 养老院 护理 托儿 托幼 日托 热水器 洗澡 陪护"),
    _subject("村务公开", None, "账目 分红 公开 公告栏 公示 村务 村账 财务 贴出来 集体资产 出租的钱 用到哪里 村民代表 选举 股份"),
    _subject("表扬感谢", None, "感谢 谢谢 满意 表扬 点赞 很好 好多了 辛苦 热心 感激 态度好 第二天就有人 锦旗"),
)  # fmt: skip
"""The categories of a new campaign. Source of names and units: the town's own sample of what residents said in 2010;
the words are those of such sayings and of everyday speech."""


def clean_words(words: Iterable[str]) -> list[str]:
    """Characteristic words as they are stored: tidied, each once, none empty, in their order."""
    return [word for word in dict.fromkeys(tidy(one) for one in words) if word]


def _found(category: Category, said: str) -> list[str]:
    """The words of a category that were said; one inside a longer one does not count again."""
    found = sorted({word for word in category.words if word and word in said}, key=lambda word: (-len(word), word))
    kept: list[str] = []
    for word in found:
        if not any(word in longer for longer in kept):
            kept.append(word)
    return kept


def propose_category(categories: Iterable[Category], words: str) -> tuple[Category | None, list[str]]:
    """The active category that fits best what was said, with the words that speak for it, the longest first. Each word
    counts the square of its length, so 公共厕所 outweighs two words of two characters. None and no words when nothing
    was found or two categories fit equally well."""
    said = tidy(words)
    scores: list[tuple[int, Category, list[str]]] = []
    for category in categories:
        found = _found(category, said) if category.active else []
        if found:
            scores.append((sum(len(word) ** 2 for word in found), category, found))
    best = max((score for score, _category, _found_words in scores), default=0)
    winners = [(category, found) for score, category, found in scores if score == best]
    return winners[0] if len(winners) == 1 else (None, [])
