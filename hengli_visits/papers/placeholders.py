"""What a template of a document may ask for: the names of single values, of lists with their fields, and of charts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hengli_visits.wording import N_


@dataclass(frozen=True)
class Placeholder:
    """A value that stands in a template as {{ name }}, with an example of what comes there. `what` is a msgid."""

    name: str
    what: str
    example: str | int


@dataclass(frozen=True)
class Listing:
    """A list that a template goes through by {%tr for 行 in name %}, with the fields of its rows."""

    name: str
    what: str
    fields: tuple[Placeholder, ...]


P = Placeholder

SINGLE: tuple[Placeholder, ...] = (
    P("活动", N_("活动简称"), "双千"),
    P("活动全称", N_("活动全称，没有填写时为简称"), "干部入户走访千家万户活动"),
    P("主题", N_("活动主题"), "听民声 解民忧"),
    P("范围", N_("全镇，或选定的村、组"), "全镇"),
    P("期间", N_("统计的起止日期"), "2026年6月28日至7月31日"),
    P("有期间", N_("选了起止日期时为“是”，没有选时为空"), "是"),
    P("期末", N_("累计数字算到哪天：期间的最后一天，没有过完时为生成的日期"), "2026年7月31日"),
    P("期末已过", N_("期间已经过完时为“是”，否则为空"), "是"),
    P("截至", N_("生成的日期，没有期末的数字都截至这一天"), "2026年8月3日"),
    P("成文日期", N_("生成的日期"), "2026年8月3日"),
    P("制表人", N_("谁生成的"), "统建文"),
    P("前言", N_("生成前在页面上写的话，可以不写"), "在镇党委领导下，走访工作有序推进。"),
    P("应走访户数", N_("现在的走访对象"), 1575),
    P("期内走访户数", N_("期间内走到的户，按最近一次走访的日期计"), 310),
    P("已走访户数", N_("到期末累计走到的户，按最近一次走访的日期计"), 1102),
    P("走访率", N_("已走访户数 ÷ 应走访户数"), "70.0%"),
    P("需再访户数", N_("现在不在家或另约时间的"), 84),
    P("无法走访户数", N_("现在拒访、搬离、空户的"), 21),
    P("待走访户数", N_("现在还没有去过的"), 368),
    P("走访次数", N_("期间内走访的次数"), 1340),
    P("意见总数", N_("期间内的意见建议"), 412),
    P("当场答复数", N_("其中当场答复的"), 180),
    P("记录在案数", N_("其中记录在案的"), 95),
    P("需要跟进数", N_("其中需要跟进的"), 137),
    P("问题总数", N_("期间内提出的问题"), 137),
    P("已办结数", N_("其中已办结的"), 98),
    P("未办结数", N_("其中还在办的"), 33),
    P("当场办结待确认数", N_("未办结中已当场办结、等确认的"), 5),
    P("超期数", N_("未办结中本步已超期的"), 4),
    P("挂账数", N_("其中挂账的"), 2),
    P("不予受理数", N_("其中不予受理的"), 3),
    P("撤回数", N_("其中撤回的"), 1),
    P("并单数", N_("其中并单的"), 2),
    P("到期数", N_("期间内到期的件数"), 61),
    P("按期办结数", N_("其中按期办结的件数"), 56),
    P("响应率", N_("指标，见“指标”"), "96.3%"),
    P("按期办结率", N_("指标，见“指标”"), "91.8%"),
    P("解决率", N_("指标，见“指标”"), "93.4%"),
    P("满意率", N_("指标，见“指标”"), "97.1%"),
    P("未办结列出数", N_("“未办结事项”里列了几件"), 20),
)

LISTS: tuple[Listing, ...] = (
    Listing(
        "各村",
        N_("每个村(社区)一行"),
        (
            P("村", N_("名称"), "长巷村"),
            P("应走访", N_("户数"), 118),
            P("期内走访", N_("期间内走到的户数"), 30),
            P("已走访", N_("到期末累计走到的户数"), 109),
            P("走访率", N_("百分比"), "92.4%"),
            P("意见", N_("条数"), 31),
            P("问题", N_("件数"), 12),
            P("未办结", N_("件数"), 3),
        ),
    ),
    Listing(
        "各性质",
        N_("意见建议按性质"),
        (P("名称", N_("性质"), "诉求"), P("条数", N_("条数"), 160), P("占比", N_("百分比"), "38.8%")),
    ),
    Listing(
        "各类别",
        N_("问题按类别，多的在前"),
        (P("名称", N_("类别"), "水利排涝"), P("件数", N_("件数"), 22), P("占比", N_("百分比"), "16.1%")),
    ),
    Listing(
        "各单位",
        N_("每个主办单位一行，未交办的一行"),
        (
            P("单位", N_("名称"), "农林水务局"),
            P("问题", N_("期间内提出的件数"), 20),
            P("未办结", N_("件数"), 4),
            P("超期", N_("件数"), 1),
            P("到期", N_("期间内到期的件数"), 15),
            P("按期办结", N_("其中按期办结的件数"), 14),
        ),
    ),
    Listing(
        "指标",
        N_("每项有数可算的指标一行"),
        (
            P("名称", N_("指标"), "解决率"),
            P("公式", N_("怎样算"), "已解决 ÷ 有答复的回访"),
            P("分子", N_("件数"), 85),
            P("分母", N_("件数"), 91),
            P("比率", N_("百分比"), "93.4%"),
            P("不计", N_("哪些不算在内"), "挂账、不予受理、并单、撤回"),
        ),
    ),
    Listing(
        "每日",
        N_("期间的每一天，期间长时为每几周"),
        (P("日期", N_("月日，或起止日"), "7月4日"), P("走访", N_("次数"), 84), P("累计", N_("次数"), 620)),
    ),
    Listing(
        "事例",
        N_("选定的典型事例"),
        (
            P("序号", N_("一、二、三…"), "一"),
            P("标题", N_("问题"), "二巷排水渠堵塞"),
            P("村", N_("村(社区)"), "长巷村"),
            P("单位", N_("主办单位"), "农林水务局"),
            P("反映", N_("住户反映的事，不含姓名、门牌和电话"), "排水渠给杂物堵了，一下雨就浸水。"),
            P("措施", N_("做了什么"), "清走了渠里的杂物。"),
            P("评价", N_("回访时住户的评价"), "满意"),
        ),
    ),
    Listing(
        "未办结事项",
        N_("还在办的问题，最急的在前，最多 20 件"),
        (
            P("序号", N_("1、2、3…"), 1),
            P("编号", N_("问题编号"), "HL-2026-0288"),
            P("问题", N_("标题"), "五金厂夜间噪音"),
            P("村", N_("村(社区)"), "石涌村"),
            P("单位", N_("主办单位"), "城市管理分局"),
            P("状态", N_("现在到哪一步"), "办理中"),
            P("期限", N_("本步期限"), "7月9日"),
            P("超期", N_("是或空"), "是"),
        ),
    ),
)

CHARTS: tuple[Placeholder, ...] = (
    P("图_各村走访", N_("各村已走访和未走访的户数，条形图"), "（图）"),
    P("图_问题类别", N_("问题按类别，条形图"), "（图）"),
    P("图_每日走访", N_("每天走访的次数，折线图"), "（图）"),
)

NAMES = frozenset(one.name for one in (*SINGLE, *CHARTS))
FIELDS = {one.name: frozenset(each.name for each in one.fields) for one in LISTS}


@dataclass(frozen=True)
class Series:
    """One row of bars, or one line, of a chart."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Drawing:
    """A chart: bars lying one below the other (stacked when there are several series), or a line."""

    title: str
    names: tuple[str, ...]
    series: tuple[Series, ...]
    line: bool = False


@dataclass(frozen=True)
class Content:
    """All that a document says: values by the names of placeholders, rows of lists, charts."""

    values: Mapping[str, str | int]
    lists: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    charts: Mapping[str, Drawing] = field(default_factory=dict)


def example() -> Content:
    """A document's content made of the examples, to try a template with."""
    drawing = Drawing("示例", ("长巷村", "石涌村"), (Series("已走访", (109, 80)),))
    return Content(
        {one.name: one.example for one in SINGLE},
        {one.name: [{each.name: each.example for each in one.fields}] * 2 for one in LISTS},
        {one.name: drawing for one in CHARTS},
    )
