"""The table of moves as a page of the documentation."""

from collections.abc import Iterator

from hengli_visits.issues.picture.reading import who_of
from hengli_visits.issues.steps import Step, Way
from hengli_visits.issues.table import MOVES
from hengli_visits.models import IssueState

HEAD = """# 一个问题的一生

这一页由 `flask issues diagram` 从流转表（`hengli_visits/issues/table/`）生成，请不要手改；测试会核对它是不是最新的。

![一个问题的办理流程](issue-life.svg)

实线框是进行中的状态，绿色的是没有波折时走的路，虚线框里不再有人要做什么。“状态不变”的步骤不画在图里。
"""


def _entered(step: Step) -> str:
    required = [field.label + ("（申请挂账时）" if field.given else "") for field in step.fields if field.missing]
    free = [field.label for field in step.fields if not field.missing]
    told = "、".join(required)
    if free and step.way is Way.FORM:
        told += ("；" if told else "") + "可填 " + "、".join(free)
    return told or "—"


def _row(step: Step, state: IssueState) -> str:
    target = step.target.label if step.target not in (None, state) else "状态不变"
    why = f" *{step.condition.sentence}*" if step.condition else ""
    return f"| {step.verb.label} | {who_of(step)} | {_entered(step)}{why} | {target} |"


def _section(state: IssueState) -> Iterator[str]:
    rows = [_row(step, state) for step in MOVES if state in step.sources and len(step.sources) < len(IssueState) - 1]
    if rows:
        yield f"\n## {state.label}\n"
        yield "| 步骤 | 谁 | 要填什么（*不行的时候怎么说*） | 去向 |"
        yield "|---|---|---|---|"
        yield from rows


def _anywhere() -> Iterator[str]:
    yield "\n## 任何状态\n"
    yield "| 步骤 | 谁 | 要填什么 | 去向 |"
    yield "|---|---|---|---|"
    for step in MOVES:
        if len(step.sources) >= len(IssueState) - 1:
            yield f"| {step.verb.label} | {who_of(step)} | {_entered(step)} | 状态不变 |"


def markdown() -> str:
    """The page: the picture, and for each state who may do what, what must be entered and where it leads."""
    lines = [HEAD.rstrip()]
    for state in IssueState:
        lines.extend(_section(state))
    lines.extend(_anywhere())
    return "\n".join(lines) + "\n"
