"""The program's own templates: 情况通报 and 工作总结 as public documents. The office downloads them to change them."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from docx.document import Document as Word
from docx.shared import Pt

from hengli_visits.models import PaperKind
from hengli_visits.papers import layout
from hengli_visits.papers.layout import FIRST, SECOND, SIGNED, TITLE, add, add_picture, add_table

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


def _preface(document: Word) -> None:
    add(document, "{%p if 前言 %}")
    add(document, "{{ 前言 }}")
    add(document, "{%p endif %}")


def _circular(document: Word) -> None:
    captions = Captions(document)
    add(document, "关于{{ 活动全称 }}情况的通报", TITLE)
    add(document, "")
    add(document, "各村（社区）、各责任单位：").paragraph_format.first_line_indent = 0
    _preface(document)
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
    add(document, "请有关单位对照上表抓紧办理，并及时向住户反馈。已到期的事项，请说明原因和办结时间。")
    _sign(document)


class Captions:
    """Numbers charts and tables as they come."""

    def __init__(self, document: Word) -> None:
        """Begin at one."""
        self.document, self.charts, self.tables = document, 0, 0

    def picture(self, placeholder: str, text: str) -> None:
        """The next chart."""
        self.charts += 1
        add_picture(self.document, placeholder, f"图{self.charts}　{text}")

    def table(self, text: str, listing: str, columns: Sequence[tuple[str, str, int]]) -> None:
        """The next table."""
        self.tables += 1
        add_table(self.document, f"表{self.tables}　{text}", listing, columns)


def _summary(document: Word) -> None:
    captions = Captions(document)
    add(document, "{{ 活动全称 }}工作总结", TITLE)
    add(document, "")
    _preface(document)
    add(document, "一、基本情况", FIRST)
    add(
        document,
        "{{ 活动全称 }}{% if 主题 %}以“{{ 主题 }}”为主题，{% endif %}在{{ 范围 }}开展。现将{{ 期间 }}的工作总结如下。",
    )
    _progress(document, captions)
    captions.picture("{{ 图_每日走访 }}", "每日走访次数")
    captions.table(
        "每日走访次数",
        "每日",
        [("日期", "日期", 52), ("走访（次）", "走访", 52), ("累计（次）", "累计", 52)],
    )
    add(document, "二、群众反映", FIRST)
    _said(document, captions)
    add(document, "三、解决问题", FIRST)
    _issues(document, captions)
    add(document, "四、典型事例", FIRST)
    _cases(document)
    add(document, "五、存在的问题和下一步打算", FIRST)
    _left(document, captions)
    add(
        document,
        "下一步，对未办结的事项逐件明确责任单位和完成时间，办结一件、回访一件、销号一件；对挂账的事项按期复核。",
    )
    _sign(document)


def _progress(document: Word, captions: Captions) -> None:
    add(
        document,
        "应走访{{ 应走访户数 }}户，已走访{{ 已走访户数 }}户，走访率{{ 走访率 }}；需再访{{ 需再访户数 }}户，无法走访"
        "{{ 无法走访户数 }}户，待走访{{ 待走访户数 }}户。期间共走访{{ 走访次数 }}次。各村（社区）情况见图1和表1。",
    )
    captions.picture("{{ 图_各村走访 }}", "各村（社区）走访户数")
    captions.table(
        "各村（社区）走访情况",
        "各村",
        [
            ("村（社区）", "村", 36), ("应走访", "应走访", 20), ("已走访", "已走访", 20), ("走访率", "走访率", 22),
            ("意见", "意见", 18), ("问题", "问题", 18), ("未办结", "未办结", 22),
        ],
    )  # fmt: skip


def _said(document: Word, captions: Captions) -> None:
    add(
        document,
        "期间共收集意见建议{{ 意见总数 }}条，其中当场答复{{ 当场答复数 }}条，记录在案{{ 记录在案数 }}条，需要跟进"
        "{{ 需要跟进数 }}条。",
    )
    captions.table("意见建议的性质", "各性质", [("性质", "名称", 60), ("条数", "条数", 48), ("占比", "占比", 48)])


def _issues(document: Word, captions: Captions) -> None:
    add(document, "（一）总体情况", SECOND)
    add(
        document,
        "期间共提出问题{{ 问题总数 }}件，已办结{{ 已办结数 }}件，未办结{{ 未办结数 }}件，其中本步已超期{{ 超期数 }}件。"
        "另有挂账{{ 挂账数 }}件、不予受理{{ 不予受理数 }}件、并单{{ 并单数 }}件、撤回{{ 撤回数 }}件，均不计入已办结。",
    )
    captions.picture("{{ 图_问题类别 }}", "问题的类别")
    captions.table(
        "问题的类别",
        "各类别",
        [("类别", "名称", 60), ("件数", "件数", 48), ("占比", "占比", 48)],
    )
    add(document, "（二）办理质量", SECOND)
    add(
        document,
        "响应率{{ 响应率 }}，按期办结率{{ 按期办结率 }}，解决率{{ 解决率 }}，满意率{{ 满意率 }}。算法和件数见下表。",
    )
    captions.table(
        "办理指标",
        "指标",
        [("指标", "名称", 40), ("算法", "公式", 62), ("分子", "分子", 16), ("分母", "分母", 16), ("比率", "比率", 22)],
    )
    add(document, "各项指标均不计挂账、不予受理、并单和撤回的问题。")
    add(document, "（三）各单位办理情况", SECOND)
    captions.table(
        "各责任单位办理情况",
        "各单位",
        [
            ("单位", "单位", 51), ("问题", "问题", 20), ("未办结", "未办结", 20), ("超期", "超期", 20), ("期内到期", "到期", 22),
            ("按期办结", "按期办结", 23),
        ],
    )  # fmt: skip


def _cases(document: Word) -> None:
    add(document, "{%p for 例 in 事例 %}")
    add(document, "（{{ 例.序号 }}）{{ 例.标题 }}", SECOND)
    add(document, "{{ 例.村 }}住户反映：{{ 例.反映 }}")
    add(
        document,
        "{% if 例.单位 %}{{ 例.单位 }}{% endif %}办理情况：{{ 例.措施 }}{% if 例.评价 %}回访时住户表示{{ 例.评价 }}。{% endif %}",
    )
    add(document, "{%p endfor %}")
    add(document, "{%p if not 事例 %}")
    add(document, "期间暂无可以公开的事例。")
    add(document, "{%p endif %}")


def _left(document: Word, captions: Captions) -> None:
    add(document, "尚有{{ 未办结数 }}件问题未办结，下表列出最急的{{ 未办结列出数 }}件。")
    captions.table(
        "尚未办结的事项",
        "未办结事项",
        [
            ("序号", "序号", 15),
            ("问题", "问题", 45),
            ("村（社区）", "村", 28),
            ("责任单位", "单位", 26),
            ("状态", "状态", 18),
            ("期限", "期限", 24),
        ],
    )


def _sign(document: Word) -> None:
    add(document, "")
    add(document, "走访工作领导小组办公室", SIGNED)
    add(document, "{{ 成文日期 }}", SIGNED).paragraph_format.right_indent = Pt(4 * layout.SANHAO)
