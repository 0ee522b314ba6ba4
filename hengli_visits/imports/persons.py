"""What a row, or the lines and sheets around it, say of persons: branch, home, gender, whom to talk to."""

import re

from hengli_visits.imports.cleaning import clean_category, clean_gender, clean_title
from hengli_visits.imports.content import is_name
from hengli_visits.imports.layouts import category_of
from hengli_visits.imports.phones import apart
from hengli_visits.imports.reasons import reason
from hengli_visits.imports.rows import RowReader
from hengli_visits.imports.text import is_absent, plain_text
from hengli_visits.imports.villages import Villages
from hengli_visits.imports.workbook import Cell
from hengli_visits.wording import N_

YES = frozenset(("√", "✓", "✔", "是", "有", "1", "Y", "y", "Yes", "对", "☑", "■", "●", "○", "*", "V", "v"))
CONTACT = re.compile(r"联系人|负责人|法人|老板|业主|厂长|经理")


def take_category(reader: RowReader) -> str | None:
    """The category of a row, from its column, or from the one of several columns that is ticked; of several ticked ones
    the first, the others go to the remarks."""
    ticked = [index for index in reader.columns.indexes("category_mark") if ticks(reader.row.cell(index))]
    if not ticked or reader.columns.index("category") is not None:
        return reader.take("category", clean_category)
    first, *others = [category_of(reader.columns.headers.get(index, "")) for index in ticked]
    reader.extra += filter(None, others)
    reader.note("category_mark", reason(N_("户类别按打勾的列读为“%(after)s”。"), after=first))
    return first


def ticks(cell: Cell) -> bool:
    """Whether a cell says yes."""
    return cell is True or plain_text(cell) in YES


def take_branch(reader: RowReader) -> str | None:
    """The branch of a row, from its column, or from the line or sheet that speaks for many rows."""
    branch = reader.take("branch", clean_title)
    if branch is None and reader.columns.index("branch") is None and reader.place.branch:
        branch = clean_title(reader.place.branch).value
        reader.note("branch", reason(N_("党支部取自小标题或工作表名：%(branch)s。"), branch=branch))
    return branch


def take_home(reader: RowReader, villages: Villages) -> str | None:
    """The village of a member, from its column, or from a sheet or line that is called like a village."""
    village = reader.take("village", villages.resolve)
    if village is None and reader.columns.index("village") is None:
        found = villages.find(reader.place.sheet)
        village = reader.place.section or (next(iter(found)) if len(found) == 1 else None)
        if village:
            reader.note("village", reason(N_("村(社区)取自小标题或工作表名：%(village)s。"), village=village))
    return village


def beside_phone(reader: RowReader) -> str | None:
    """The name beside a phone in a column that says so (负责人及电话), when there is just one."""
    index = reader.columns.index("phone")
    names = [word for word in reader.extra if is_name(word)]
    if index is None or len(names) != 1 or not CONTACT.search(reader.columns.headers.get(index, "")):
        return None
    reader.extra.remove(names[0])
    reader.note("phone", reason(N_("号码旁的姓名取为联系人：%(name)s。"), name=names[0]))
    return names[0]


def take_gender(reader: RowReader) -> str | None:
    """The gender of a row, from its column, or from the one of the columns 男 and 女 that has a mark."""
    columns = [name for name in ("man", "woman") if reader.columns.index(name) is not None]
    if reader.columns.index("gender") is not None or not columns:
        return reader.take("gender", clean_gender)
    marked = [name for name in columns if not is_absent(plain_text(reader.cell(name))) and reader.cell(name) != 0]
    if len(marked) > 1:
        reader.report("man", reason(N_("男、女两列都有内容，请只填一列。")))
        return None
    return marked[0] if marked else None


def take_apart(reader: RowReader, name: str, phone: str) -> None:
    """Tell name and telephone apart where one column holds both and none is for the telephone."""
    if reader.columns.index(phone) is not None:
        return
    cell = reader.cell(name)
    reader.cells[name], reader.cells[phone] = apart(cell)
    if reader.cells[phone] is not None:
        names, phones = plain_text(reader.cells[name]), plain_text(reader.cells[phone])
        reader.note(name, reason(N_("姓名和电话已分开：%(names)s，%(phones)s。"), names=names, phones=phones), cell)
