"""The program's own templates: 情况通报 and 工作总结 as public documents. The office downloads them to change them."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

from docx.document import Document as Word

from hengli_visits.models import PaperKind
from hengli_visits.papers import layout
from hengli_visits.papers.layout import FIRST, SECOND, TITLE, Column, add, add_picture, add_signature, add_table

SIGNER = "走访工作领导小组办公室"
SUM, WHOLE, NONE = "合计", "100.0%", "—"
FIXED = datetime(2026, 1, 1, tzinfo=UTC)
"""When the templates were made, as they say themselves: the same bytes each time."""


@cache
def standard(kind: PaperKind) -> bytes:
    """The template of a kind of document."""
    document = layout.new_document()
    told = document.core_properties
    told.title, told.author, told.comments = kind.label, "", ""
    told.created = told.modified = FIXED
    (_circular if kind is PaperKind.CIRCULAR else _summary)(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _when(document: Word, condition: str, *texts: str) -> None:
    """Paragraphs that are there when a template's condition holds."""
    with _if(document, condition):
        for text in texts:
            add(document, text)


@contextmanager
def _if(document: Word, condition: str) -> Iterator[None]:
    add(document, f"{{%p if {condition} %}}")
    yield
    add(document, "{%p endif %}")


def _circular(document: Word) -> None:
    captions = Captions(document)
    add(document, "关于{{ 活动全称 }}情况的通报", TITLE)
    add(document, "")
    add(document, "各村（社区）、各责任单位：").paragraph_format.first_line_indent = 0
    _when(document, "前言", "{{ 前言 }}")
    add(document, "现将{{ 范围 }}{{ 期间 }}的走访情况通报如下。")
    add(document, "一、走访进度", FIRST)
    _progress(document, captions)
    add(document, "二、意见建议", FIRST)
    _said(document, captions)
    add(document, "三、问题办理", FIRST)
    _issues(document, captions)
    add(document, "四、典型事例", FIRST)
    _cases(document)
    add(document, "五、尚未办结的事项", FIRST)
    _left(document, captions)
    _when(document, "未办结事项", "请有关单位对照上表抓紧办理，并及时向住户反馈。已到期的事项，请说明原因和办结时间。")
    add_signature(document, SIGNER, "{{ 成文日期 }}")


class Captions:
    """Figures and tables of a document, each with its title, left out where there is nothing to show. Their numbers are
    put in when it is known which ones there are."""

    def __init__(self, document: Word) -> None:
        """Nothing is there yet."""
        self.document = document

    def picture(self, placeholder: str, text: str, *, when: str) -> None:
        """A chart."""
        with _if(self.document, when):
            add_picture(self.document, placeholder, f"图1　{text}")

    def table(self, text: str, listing: str, columns: Sequence[Column], *, when: str = "", note: str = "") -> None:
        """A table, and what has to be known to read it."""
        with _if(self.document, when or listing):
            add_table(self.document, f"表1　{text}", listing, columns, note)


def _summary(document: Word) -> None:
    captions = Captions(document)
    add(document, "{{ 活动全称 }}工作总结", TITLE)
    add(document, "")
    _when(document, "前言", "{{ 前言 }}")
    add(document, "一、基本情况", FIRST)
    add(
        document,
        "{{ 活动全称 }}{% if 主题 %}以“{{ 主题 }}”为主题，{% endif %}在{{ 范围 }}开展。现将{{ 期间 }}的工作总结如下。",
    )
    _progress(document, captions)
    captions.picture("{{ 图_每日走访 }}", "每日走访次数", when="每日")
    captions.table(
        "每日走访次数",
        "每日",
        [
            Column("日期", "日期", 52, SUM),
            Column("走访（次）", "走访", 52, "{{ 走访次数 }}"),
            Column("累计（次）", "累计", 52, NONE),
        ],
    )
    add(document, "二、群众反映", FIRST)
    _said(document, captions)
    add(document, "三、解决问题", FIRST)
    _issues(document, captions)
    add(document, "四、典型事例", FIRST)
    _cases(document)
    add(document, "五、存在的问题和下一步打算", FIRST)
    _left(document, captions)
    _when(
        document,
        "未办结数 or 挂账数",
        "下一步，{% if 未办结数 %}对未办结的事项逐件明确责任单位和完成时间，办结一件、回访一件、销号一件{% endif %}"
        "{% if 未办结数 and 挂账数 %}；{% endif %}{% if 挂账数 %}对挂账的事项按期复核{% endif %}。",
    )
    add_signature(document, SIGNER, "{{ 成文日期 }}")


def _progress(document: Word, captions: Captions) -> None:
    """How far the visits are: in the period and by its end, else since the beginning. Each number with its day."""
    now = "需再访{{ 需再访户数 }}户，无法走访{{ 无法走访户数 }}户，待走访{{ 待走访户数 }}户"
    with _if(document, "有期间"):
        add(
            document,
            "期内走访到{{ 期内走访户数 }}户，共走访{{ 走访次数 }}次。截至{{ 期末 }}，累计已走访{{ 已走访户数 }}户，占应走访"
            "{{ 应走访户数 }}户的{{ 走访率 }}（按每户最近一次走访的日期计）。{% if 期末已过 %}截至{{ 截至 }}，{% endif %}应走访的户中"
            + now
            + "。",
        )
    with _if(document, "not 有期间"):
        add(
            document,
            "截至{{ 截至 }}，应走访{{ 应走访户数 }}户，已走访{{ 已走访户数 }}户，走访率{{ 走访率 }}；"
            + now
            + "。共走访"
            "{{ 走访次数 }}次。",
        )
    captions.picture("{{ 图_各村走访 }}", "各村（社区）累计走访户数（截至{{ 期末 }}）", when="各村")
    name, all_, done = Column("村（社区）", "村", 34, SUM), "{{ 应走访户数 }}", "{{ 已走访户数 }}"
    captions.table(
        "各村（社区）走访情况（截至{{ 期末 }}）",
        "各村",
        [
            name, Column("应走访", "应走访", 20, all_), Column("已走访", "已走访", 20, done),
            Column("走访率", "走访率", 22, "{{ 走访率 }}"), Column("意见", "意见", 20, "{{ 意见总数 }}"),
            Column("问题", "问题", 20, "{{ 问题总数 }}"), Column("未办结", "未办结", 20, "{{ 未办结数 }}"),
        ],
        when="各村 and not 有期间",
    )  # fmt: skip
    captions.table(
        "各村（社区）走访情况",
        "各村",
        [
            name, Column("应走访", "应走访", 16, all_), Column("期内走访", "期内走访", 18, "{{ 期内走访户数 }}"),
            Column("累计走访", "已走访", 18, done), Column("走访率", "走访率", 17, "{{ 走访率 }}"),
            Column("期内意见", "意见", 18, "{{ 意见总数 }}"), Column("期内问题", "问题", 18, "{{ 问题总数 }}"),
            Column("未办结", "未办结", 17, "{{ 未办结数 }}"),
        ],
        when="各村 and 有期间",
        note="注：应走访和未办结截至{{ 截至 }}，累计走访和走访率截至{{ 期末 }}。",
    )  # fmt: skip


def _said(document: Word, captions: Captions) -> None:
    _when(document, "not 意见总数", "期间没有收集到意见建议。")
    _when(
        document,
        "意见总数",
        "期间共收集意见建议{{ 意见总数 }}条，其中当场答复{{ 当场答复数 }}条，记录在案{{ 记录在案数 }}条，需要跟进"
        "{{ 需要跟进数 }}条。",
    )
    columns = [
        Column("性质", "名称", 60, SUM),
        Column("条数", "条数", 48, "{{ 意见总数 }}"),
        Column("占比", "占比", 48, WHOLE),
    ]
    captions.table("意见建议的性质", "各性质", columns, when="意见总数")


def _issues(document: Word, captions: Captions) -> None:
    add(document, "（一）总体情况", SECOND)
    _when(document, "not 问题总数", "期间没有提出问题。")
    _when(
        document,
        "问题总数",
        "期间共提出问题{{ 问题总数 }}件。截至{{ 截至 }}，已办结{{ 已办结数 }}件，未办结{{ 未办结数 }}件"
        "{% if 当场办结待确认数 %}（其中{{ 当场办结待确认数 }}件已当场办结，待确认）{% endif %}"
        "{% if 超期数 %}，其中本步已超期{{ 超期数 }}件{% endif %}。"
        "{% if 挂账数 or 不予受理数 or 并单数 or 撤回数 %}另有挂账{{ 挂账数 }}件、不予受理{{ 不予受理数 }}件、并单"
        "{{ 并单数 }}件、撤回{{ 撤回数 }}件，均不计入已办结。{% endif %}",
    )
    captions.picture("{{ 图_问题类别 }}", "问题的类别", when="各类别")
    columns = [
        Column("类别", "名称", 60, SUM),
        Column("件数", "件数", 48, "{{ 问题总数 }}"),
        Column("占比", "占比", 48, WHOLE),
    ]
    captions.table("问题的类别", "各类别", columns)
    add(document, "（二）办理质量", SECOND)
    _quality(document, captions)
    add(document, "（三）各单位办理情况", SECOND)
    _when(document, "not 各单位", "期间没有提出或者到期的问题。")
    captions.table(
        "各责任单位办理情况（截至{{ 截至 }}）",
        "各单位",
        [
            Column("单位", "单位", 51, SUM), Column("问题", "问题", 20, "{{ 问题总数 }}"),
            Column("未办结", "未办结", 20, "{{ 未办结数 }}"), Column("超期", "超期", 20, "{{ 超期数 }}"),
            Column("期内到期", "到期", 22, "{{ 到期数 }}"), Column("按期办结", "按期办结", 23, "{{ 按期办结数 }}"),
        ],
    )  # fmt: skip


def _quality(document: Word, captions: Captions) -> None:
    """The rates, and which of them there are none of."""
    _when(document, "not 指标", "期内没有交办、到期或者回访的问题。")
    _when(
        document,
        "指标",
        f'{{% if 响应率 == "{NONE}" %}}期内没有交办的问题{{% else %}}响应率{{{{ 响应率 }}}}{{% endif %}}，'
        f'{{% if 按期办结率 == "{NONE}" %}}期内没有到期的问题{{% else %}}按期办结率{{{{ 按期办结率 }}}}{{% endif %}}，'
        f'{{% if 解决率 == "{NONE}" %}}没有问到结果的回访{{% else %}}解决率{{{{ 解决率 }}}}{{% endif %}}'
        f'{{% if 满意率 != "{NONE}" %}}，满意率{{{{ 满意率 }}}}{{% endif %}}。算法和件数见下表。',
    )
    captions.table(
        "办理指标",
        "指标",
        [
            Column("指标", "名称", 38, long=True),
            Column("算法", "公式", 70, long=True),
            Column("分子", "分子", 14),
            Column("分母", "分母", 14),
            Column("比率", "比率", 20),
        ],
    )
    _when(document, "指标", "各项指标均不计挂账、不予受理、并单和撤回的问题。")


def _cases(document: Word) -> None:
    add(document, "{%p for 例 in 事例 %}")
    add(document, "（{{ 例.序号 }}）{{ 例.标题 }}", SECOND)
    add(document, "{{ 例.村 }}住户反映：{{ 例.反映 }}")
    add(
        document,
        "{% if 例.单位 %}{{ 例.单位 }}{% endif %}办理情况：{{ 例.措施 }}{% if 例.评价 %}回访时住户表示{{ 例.评价 }}。{% endif %}",
    )
    add(document, "{%p endfor %}")
    _when(document, "not 事例", "期间暂无可以公开的事例。")


def _left(document: Word, captions: Captions) -> None:
    _when(document, "not 未办结事项", "没有尚未办结的问题。")
    _when(
        document,
        "未办结事项",
        "截至{{ 截至 }}，尚有{{ 未办结数 }}件问题未办结"
        "{% if 未办结数 > 未办结列出数 %}，下表列出最急的{{ 未办结列出数 }}件{% else %}，列入下表{% endif %}"
        "{% if 当场办结待确认数 %}。其中{{ 当场办结待确认数 }}件已当场办结，待确认{% endif %}。",
    )
    captions.table(
        "尚未办结的事项",
        "未办结事项",
        [
            Column("编号", "编号", 31),
            Column("问题", "问题", 36, long=True),
            Column("村（社区）", "村", 22),
            Column("责任单位", "单位", 27),
            Column("状态", "状态", 18),
            Column("期限", "期限", 22),
        ],
    )
