"""What residents say, and what becomes of it: the town's sample of opinions, each with a credible answer."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hengli_visits.models import Nature, NotAccepted, Result

FOLDER = Path(__file__).parent
SAMPLES = FOLDER / "rosters" / "群众意见样例.csv"
ANSWERS = FOLDER / "sayings.csv"
VILLAGE = re.compile(r"^[\u4e00-\u9fff]{2,3}村(?=祠堂|往镇|排水)")
STREET = re.compile(r"^[\u4e00-\u9fff]{1,3}(?:路|街|巷)(?=路口|晚上|两边|四楼|垃圾|出租)")
PUNCTUATION = str.maketrans(",?", "，？")
RETURNED = "退单"
ENTERPRISE = "企业"


@dataclass(frozen=True)
class Saying:
    """One opinion. `template` has places for the village or street of whoever says it; `care` are the categories of
    households that it suits (empty: any). `aside` is 退单 or a reason not to accept it, with `aside_words` and, for a
    return, the unit it should go to (村(社区): the village's own committee)."""

    template: str
    nature: Nature
    category: str
    on_the_spot: bool
    care: tuple[str, ...]
    progress: str
    done: str
    reply: str
    result: Result | None
    aside: str
    aside_words: str
    aside_unit: str

    def said(self, village: str, street: str) -> str:
        """The words as a resident of this village and street says them."""
        return self.template.format(village=village, street=street)

    @property
    def needs_street(self) -> bool:
        """Whether only somebody with a street can say it."""
        return "{street}" in self.template

    @property
    def not_accepted(self) -> NotAccepted | None:
        """Why it would not be accepted, if it is such a matter."""
        return next((reason for reason in NotAccepted if reason.label == self.aside), None)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _template(words: str) -> str:
    return STREET.sub("{street}", VILLAGE.sub("{village}", words)).translate(PUNCTUATION)


def _result(label: str) -> Result | None:
    return next((result for result in Result if result.label == label), None)


@cache
def sayings() -> tuple[Saying, ...]:
    """All sayings of the sample, each once, in its order."""
    answers = {row["关键词"]: row for row in _rows(ANSWERS)}
    found: dict[str, Saying] = {}
    for row in _rows(SAMPLES):
        answer = next(answer for key, answer in answers.items() if key in row["内容"])
        template = _template(row["内容"])
        found.setdefault(
            template,
            Saying(
                template=template,
                nature=next(nature for nature in Nature if nature.label == row["性质"]),
                category=row["问题类别"],
                on_the_spot=row["可当场解决"] == "是",
                care=tuple(answer["户类别"].split()),
                progress=answer["进展"],
                done=answer["做了什么"],
                reply=answer["给住户的话"],
                result=_result(answer["结果"]),
                aside=answer["另途"],
                aside_words=answer["另途说明"],
                aside_unit=answer["另途单位"],
            ),
        )
    return tuple(found.values())


def suits(saying: Saying, care: str, street: str) -> bool:
    """Whether a household of this category (企业 for an enterprise) and street may say it."""
    if saying.needs_street and not street:
        return False
    if care == ENTERPRISE or ENTERPRISE in saying.care:
        return care in saying.care
    return not saying.care or care in saying.care
