"""A household that is in no book, as who stands at its door tells of it: read from the page's form and from a phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from hengli_visits.errors import Invalid
from hengli_visits.members.rules import is_phone, tidy_phone
from hengli_visits.reader import Reader, Unfit, read_uuid
from hengli_visits.wording import N_

LONGEST_NAME, LONGEST_STREET, LONGEST_DOOR, LONGEST_CATEGORY = 80, 60, 40, 30
LONGEST_PHONE = 60
"""Before it is tidied."""


@dataclass(frozen=True)
class Newcomer:
    """A household found at the door. `uuid` is made by the client; `campaign` and `area` are ids."""

    uuid: UUID
    campaign: int
    area: int
    name: str
    street: str = ""
    door: str = ""
    phone: str = ""
    category: str = ""


def read_newcomer(raw: object) -> Newcomer:
    """The household in a JSON value. Raises `Unfit` with a sentence for each field that is wrong ("household.name")."""
    problems: dict[str, Invalid] = {}
    reader = Reader(raw if isinstance(raw, Mapping) else {}, problems, "household.")
    uuid, campaign, area = read_uuid(reader.raw.get("uuid")), reader.whole("campaign"), reader.whole("area")
    if uuid is None:
        reader.refuse("uuid", N_("没有读懂这条记录。"))
    if campaign is None:
        reader.refuse("campaign", N_("没有读懂这是哪一次活动。"))
    if area is None:
        reader.refuse("area", N_("请选择村(社区)。"))
    name = reader.text("name", LONGEST_NAME)
    if not name:
        reader.refuse("name", N_("请填写姓名或名称。"))
    street, door = reader.text("street", LONGEST_STREET), reader.text("door", LONGEST_DOOR)
    phone, category = tidy_phone(reader.text("phone", LONGEST_PHONE)), reader.text("category", LONGEST_CATEGORY)
    if phone and not is_phone(phone):
        reader.refuse("phone", N_("这不像一个电话号码，请检查。手机 11 位，座机写成 0769-83700000。"))
    if problems or uuid is None or campaign is None or area is None:
        raise Unfit(problems)
    return Newcomer(uuid, campaign, area, name, street, door, phone, category)
