"""The kinds of roster: their fields and the header words that offices use for them.

Words stand as `columns.normalise` leaves them: half-width, lower case, without brackets, spaces and signs.
A word of two fields (编号) means the one that no other column holds.
"""

import re
from dataclasses import replace

from hengli_visits.imports.cleaning import CATEGORIES, OTHER_CATEGORIES
from hengli_visits.imports.columns import MANY, TWO_ROWS, ColumnMap, Field, Layout, match_row, normalise, score
from hengli_visits.imports.workbook import Row
from hengli_visits.wording import N_

SERIAL = Field("serial", N_("序号"), ("序号", "编号", "序", "no", "号", "行号"))
REMARKS = Field("remarks", N_("备注"), ("备注", "说明", "备考", "备注说明", "其他", "其它", "附注"))
PHONES = (
    "联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "联络电话", "移动电话", "联系号码", "联系手机",
    "本人电话", "手机电话", "电话手机",
)  # fmt: skip
SECOND_PHONES = (
    "备用电话",
    "第二电话",
    "电话2",
    "联系电话2",
    "手机2",
    "其他电话",
    "固定电话",
    "座机",
    "固话",
    "家庭电话",
    "住宅电话",
)
VILLAGES = (
    "村", "社区", "村社区", "村居", "村委", "村委会", "居委会", "村居委会", "村名", "村别", "所在村", "所在村社区", "所属村", "所属村社区", "所在社区", "所属社区",
    "所属村居", "所在村居", "居住村", "居住村社区", "居住社区", "行政村", "片区村", "辖区", "属地", "属地村社区", "村名称",
)  # fmt: skip
DOORS = ("门牌", "门牌号", "门牌号码", "门号")
ADDRESSES = (
    "地址", "住址", "家庭住址", "家庭地址", "详细地址", "居住地址", "现住址", "现居住地址", "现居住地", "住所", *DOORS, "门牌地址",
    "户址", "居住地", "通讯地址", "联系地址", "家庭详细住址",
)  # fmt: skip
PLACES = (
    Field("hamlet", N_("自然村"), ("自然村", "自然村名", "自然村名称", "村民小组", "村小组", "居民小组", "村组")),
    Field("street", N_("街巷"), ("街巷", "路名", "街", "巷", "路", "街路巷", "路街巷", "街道名称", "道路", "道路名称", "小区", "小区名称", "街巷名称", "小区名", "路巷")),
    Field("house", N_("门牌号"), DOORS),
    Field("building", N_("楼栋"), ("楼栋", "栋", "幢", "楼号", "栋号", "座", "楼栋号", "幢号", "楼", "楼宇", "楼幢", "栋座")),
    Field("unit", N_("单元"), ("单元", "单元号", "梯")),
    Field("room", N_("房号"), ("房号", "室", "房间号", "房", "室号", "房间", "房室号", "房屋号", "室房")),
    Field("location", N_("经纬度"), ("经纬度", "坐标", "gps坐标", "gps", "经纬坐标", "位置坐标", "地理坐标", "经度纬度", "纬度经度", "定位", "定位坐标", "地图坐标")),
)  # fmt: skip
"""What addresses and locations may be put together from, or taken apart into."""

NAME_PARTS = (Field("surname", N_("姓"), ("姓", "姓氏")), Field("given", N_("名"), ("名",)))
LATITUDE = Field("latitude", N_("纬度"), ("纬度", "lat", "latitude", "北纬", "坐标纬度"))
LONGITUDE = Field("longitude", N_("经度"), ("经度", "lng", "lon", "longitude", "东经", "坐标经度"))

MEMBERS = Layout(
    "members",
    N_("党员花名册"),
    (
        SERIAL,
        Field("name", N_("姓名"), ("姓名", "党员姓名", "名字", "党员", "党员名字", "走访员", "走访员姓名", "党员名称"), required=True, parts=("surname", "given")),
        *NAME_PARTS,
        Field("gender", N_("性别"), ("性别", "男女")),
        Field("man", N_("男"), ("性别男",)),
        Field("woman", N_("女"), ("性别女",)),
        Field(
            "branch",
            N_("所属党支部"),
            ("所属党支部", "党支部", "支部", "所在党支部", "所在支部", "所属支部", "党组织", "所属党组织", "所在党组织", "支部名称", "党支部名称",
             "组织关系所在支部", "组织关系", "党组织名称", "组织关系所在党支部"),
        ),
        Field("standing", N_("党员类别"), ("党员类别", "类别", "党员类型", "党员身份", "人员类别", "政治面貌", "党籍", "是否正式")),
        Field("phone", N_("联系电话"), PHONES),
        Field("second_phone", N_("备用电话"), (*SECOND_PHONES, *PHONES)),
        Field("village", N_("居住村(社区)"), VILLAGES),
        Field("born", N_("出生年月"), ("出生年月", "出生日期", "生日", "出生", "出生年月日", "出生时间", "出生月份")),
        Field("staff_number", N_("工号"), ("工号", "党员编号", "人员编号", "员工号", "工作证号", "证件编号", "职工号", "编号")),
        REMARKS,
    ),
)  # fmt: skip

HOUSEHOLDS = Layout(
    "households",
    N_("走访户名册"),
    (
        SERIAL,
        Field("code", N_("户编号"), ("户编号", "户号", "户编码", "住户编号", "家庭编号", "走访户编号", "户口编号", "编码", "户代码", "代码", "编号")),
        Field(
            "name",
            N_("户主姓名"),
            ("户主姓名", "户主", "姓名", "户主名", "户主名字", "住户姓名", "户名", "走访户", "走访对象", "群众姓名", "住户", "家庭户主", "户主名称", "户主姓名称", "屋主", "户长", "屋主姓名", "户长姓名",
             "家长姓名", "业主姓名", "户代表", "户主代表"),
            required=True,
            parts=("surname", "given"),
        ),
        *NAME_PARTS,
        Field(
            "size",
            N_("家庭人口数"),
            ("家庭人口数", "人口", "人口数", "家庭人口", "人数", "家庭人数", "在家人数", "户人口", "户人口数", "常住人口", "人口数量", "家庭成员数", "几口人", "户籍人口", "常住人数", "人口总数", "总人口", "人口合计", "家庭成员",
             "家庭成员人数", "同住人数", "居住人数", "实住人口", "家庭总人口", "在册人口", "家庭情况人口", "家庭人口情况"),
        ),
        Field("village", N_("所属村(社区)"), VILLAGES),
        Field("address", N_("家庭住址"), ADDRESSES),
        Field("phone", N_("联系电话"), (*PHONES, "户主电话", "户主手机", "户主联系电话")),
        Field("second_phone", N_("备用电话"), (*SECOND_PHONES, *PHONES)),
        Field("category", N_("户类别"), ("户类别", "类别", "户类型", "家庭类别", "家庭类型", "类型", "住户类别", "住户类型", "困难类别", "户别", "对象类别", "走访类别", "人员类别",
                                          "困难类型", "人群类别", "重点人群", "家庭属性", "群众类别", "户情")),
        Field("category_mark", N_("户类别(打勾)"), ("户类别打勾",)),
        Field("relation", N_("与户主关系"), ("与户主关系", "户主关系", "关系", "家庭关系", "与户主的关系", "同户主关系")),
        *PLACES,
        LATITUDE,
        LONGITUDE,
        REMARKS,
    ),
)  # fmt: skip

ENTERPRISES = Layout(
    "enterprises",
    N_("走访企业名册"),
    (
        SERIAL,
        Field("code", N_("企业编号"), ("企业编号", "企业编码", "单位编号", "统一社会信用代码", "社会信用代码", "信用代码", "组织机构代码", "代码", "编号")),
        Field(
            "name",
            N_("企业名称"),
            ("企业名称", "企业", "单位名称", "公司名称", "名称", "企业名", "厂名", "公司", "单位", "工厂名称", "商户名称", "企业全称", "公司全称"),
            required=True,
        ),
        Field("village", N_("所在村(社区)"), VILLAGES),
        Field("address", N_("地址"), (*ADDRESSES, "企业地址", "公司地址", "厂址", "经营地址", "注册地址", "单位地址", "生产地址", "企业详细地址", "住所地")),
        *PLACES,
        Field("industry", N_("行业"), ("行业", "所属行业", "行业类别", "行业类型", "产业", "主营业务", "经营范围", "主要产品", "类别")),
        Field("size", N_("员工人数"), ("员工人数", "员工数", "人数", "职工人数", "从业人数", "用工人数", "职工数", "员工", "从业人员", "员工总数", "员工规模", "从业人员数", "在职人数", "职工总数")),
        Field("contact", N_("联系人"), ("联系人", "联系人姓名", "负责人", "法人", "法人代表", "法定代表人", "负责人姓名", "企业负责人", "企业联系人", "老板", "法定代表人姓名",
                                         "厂长", "总经理", "经营者", "业主", "联络人", "企业法人", "法人姓名", "对接人")),
        Field("phone", N_("联系电话"), (*PHONES, "联系人电话", "负责人电话", "联系人手机", "企业电话", "公司电话", "法人电话", "联系人联系电话")),
        Field("second_phone", N_("备用电话"), (*SECOND_PHONES, *PHONES)),
        LATITUDE,
        LONGITUDE,
        REMARKS,
    ),
)  # fmt: skip

GROUPS = Layout(
    "groups",
    N_("分组名单"),
    (
        SERIAL,
        Field("group", N_("组别"), ("组别", "大组", "组", "组名", "组名称", "分组", "走访组", "工作组", "所在组", "所属组"), required=True),
        Field("group_leader", N_("组长"), ("组长", "组长姓名", "大组长", "组负责人", "大组组长")),
        Field("group_leader_phone", N_("组长电话"), ("组长电话", "组长联系电话", "组长手机", "组长手机号", "大组长电话", "组长联系方式", "组长电话号码")),
        Field("team", N_("工作小组"), ("工作小组", "小组", "小组名称", "小组别", "小组名", "走访小组", "小组编号")),
        Field("team_leader", N_("小组长"), ("小组长", "小组长姓名", "小组组长", "小组负责人")),
        Field(
            "team_leader_phone",
            N_("小组长电话"),
            ("小组长电话", "小组长联系电话", "小组长手机", "小组长手机号", "小组长联系方式", "小组组长电话", "小组长电话号码"),
        ),
        Field("members", N_("成员"), ("成员", "组员", "小组成员", "走访员", "成员姓名", "组员姓名", "成员名单", "走访人员", "组员名单", "小组成员姓名", "姓名", "人员姓名", "党员姓名", "人员", "名单",
                                   "人员名单", "走访员姓名", "小组人员")),
        Field("role", N_("组内职务"), ("组内职务", "职务", "身份", "角色", "分工", "组内分工", "组内身份", "岗位", "小组职务")),
        Field("phone", N_("联系电话"), (*PHONES, "组员电话", "成员电话")),
        Field(
            "villages",
            N_("负责村(社区)"),
            ("负责村", "负责村社区", "责任村", "责任村社区", "走访村", "挂点村", "包干村", "负责社区", "走访村社区", "挂点村社区", "负责区域", "走访区域", "负责范围",
             "联系村", "联系村社区", *VILLAGES),
        ),
        REMARKS,
    ),
)  # fmt: skip

ASSIGNMENTS = Layout(
    "assignments",
    N_("走访分派表"),
    (
        SERIAL,
        Field("household", N_("户主姓名"), ("户主姓名", "户主", "户主名", "户主名字", "住户姓名", "住户", "户名", "走访户", "走访对象", "群众姓名", "家庭户主", "屋主", "户长")),
        Field("code", N_("户编号"), ("户编号", "户号", "户编码", "住户编号", "家庭编号", "走访户编号", "户代码", "编号")),
        Field("village", N_("所属村(社区)"), VILLAGES),
        Field("address", N_("家庭住址"), ADDRESSES),
        *PLACES,
        Field("household_phone", N_("户主电话"), ("户主电话", "户主手机", "户主联系电话", "户主手机号", "住户电话", *PHONES)),
        Field(
            "visitors",
            N_("走访员"),
            ("走访员", "走访员姓名", "走访人", "走访人员", "走访人姓名", "走访人员姓名", "走访党员", "走访干部", "姓名", "党员", "党员姓名", "责任人", "责任党员", "包户干部", "包户党员", "联系干部",
             "联系党员", "帮扶干部", "帮扶人", "入户人员", "入户党员", "包干人", "包户人", "联户党员", "网格员", "负责人", "分派给", "走访成员"),
        ),
        Field(
            "phones",
            N_("走访员电话"),
            ("走访员电话", "走访员手机", "走访员手机号", "走访员联系电话", "走访员联系方式", "走访人电话", "走访人联系电话", "走访人员电话", "走访人员联系电话", "走访党员电话", "走访干部电话", "党员电话", "党员手机",
             "责任人电话", "责任人联系电话", "包户干部电话", "包户党员电话", "联系干部电话", "帮扶干部电话", "网格员电话", "负责人电话", *PHONES),
        ),
        Field("staff_numbers", N_("走访员工号"), ("走访员工号", "工号", "走访员编号", "党员编号", "走访人工号", "人员编号", "走访党员编号", "员工号")),
        Field("team", N_("小组"), ("小组", "工作小组", "走访小组", "小组名称", "小组名", "组别", "走访组", "所在小组", "所属小组", "组", "分组")),
        REMARKS,
    ),
    any_of=(("household", "code"), ("visitors", "phones", "staff_numbers")),
)  # fmt: skip

LAYOUTS = (MEMBERS, HOUSEHOLDS, ENTERPRISES, GROUPS, ASSIGNMENTS)


GOOD_SCORE = 6
EXPLICIT = re.compile(r"走访|包户|联户|分派|帮扶|入户|包干")
REGISTER = ("size", "category", "latitude", "location")


def is_register(header: Row) -> bool:
    """Whether a header that names households and people beside them is that of a register of households after all."""
    visitors = match_row(header, ASSIGNMENTS).index("visitors")
    said = header.cell(visitors) if visitors is not None else None
    held = match_row(header, HOUSEHOLDS).columns.values()
    return not (isinstance(said, str) and EXPLICIT.search(said)) or len(set(REGISTER) & set(held)) > 1


def likelier(header: Row, layout: Layout) -> Layout | None:
    """Another kind of roster whose words clearly fit a header row better than those of `layout`, if there is one."""
    scores = {other.name: score(match_row(header, other)) for other in LAYOUTS}
    if layout is HOUSEHOLDS and scores[layout.name] >= GOOD_SCORE:
        # A register of households often says as well who looks after each.
        del scores[ASSIGNMENTS.name]
    best = max((other for other in LAYOUTS if other.name in scores), key=lambda other: scores[other.name])
    return best if scores[best.name] >= scores[layout.name] + 3 else None


def tidied(columns: ColumnMap, layout: Layout) -> ColumnMap:
    """The columns of assignments with a telephone that does not say whose it is taken for that of the person nearest to
    its left; that is unsure."""
    if layout is not ASSIGNMENTS:
        return columns
    people = {index: name for index, name in columns.columns.items() if name in ("household", "visitors")}
    held = dict(columns.columns)
    changed = set()
    for index, name in columns.columns.items():
        before = [one for one in people if one < index]
        if normalise(columns.headers.get(index, "")) not in PHONES or not before:
            continue
        whose = "household_phone" if people[max(before)] == "household" else "phones"
        if whose != name and (whose in MANY or whose not in held.values()):
            held[index] = whose
            changed.add(index)
    return replace(columns, columns=held, unsure=columns.unsure | changed)


def marked(columns: ColumnMap, layout: Layout) -> ColumnMap:
    """The columns with those that are called by a category each, to be ticked (低保户, 困难户, 是否党员户)."""
    if layout is not HOUSEHOLDS:
        return columns
    named = {
        index: category
        for index, text in columns.headers.items()
        if columns.columns.get(index, "category") == "category" and (category := category_of(text))
    }
    asked = any("是否" in columns.headers[index] for index in named)
    if len(named) < 2 and not asked:
        return columns
    return replace(columns, columns=dict(sorted({**columns.columns, **dict.fromkeys(named, "category_mark")}.items())))


def category_of(header: str) -> str | None:
    """The category that the last part of a header names."""
    word = normalise(header.rpartition(TWO_ROWS)[2]).removeprefix("是否").removesuffix("户")
    full = next((one for one in (word, f"{word}户") if one in CATEGORIES), None)
    return full or OTHER_CATEGORIES.get(word) or OTHER_CATEGORIES.get(f"{word}户")
