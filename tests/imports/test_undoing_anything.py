"""Whatever stands in the town and whatever a roster of any kind says: imported and undone, everything is as it was."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.imports.actions import apply_batch, choose_twins, read_roster, undo_batch
from hengli_visits.imports.obstacles import obstacles
from hengli_visits.models import Household, ImportBatch, Member, Organisation, OrganisationKind, RosterKind, TwinChoice
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import join, make_assignment, make_group, make_household, make_member
from tests.imports.books import book
from tests.imports.undone import everything

FAMILY_NAMES, GIVEN = "钟袁黎温苏", "林锡国强海西"
VILLAGES = ("长巷村", "石涌村", "新田村", "旧田村")
LISTS: dict[RosterKind, Callable[[random.Random, Session], bytes]] = {}


def name(chance: random.Random) -> str:
    return chance.choice(FAMILY_NAMES) + chance.choice(GIVEN) + chance.choice(GIVEN)


def phone(chance: random.Random) -> str:
    return chance.choice(("", f"138{chance.randrange(40):08d}"))


def grow(session: Session, cast: Cast, chance: random.Random) -> None:
    """More of everything than the cast."""
    branch = Organisation(kind=OrganisationKind.BRANCH, name="长巷村党支部", area_id=cast.village.id)
    session.add(branch)
    session.flush()
    for _ in range(chance.randrange(12)):
        member = make_member(session, name(chance), branch_id=chance.choice((None, branch.id)))
        if chance.random() < 0.5:
            join(session, chance.choice((cast.team, cast.other_group)), member)
    for _ in range(chance.randrange(12)):
        household = make_household(session, chance.choice((cast.village, cast.other_village)), name(chance))
        if chance.random() < 0.5:
            make_assignment(session, cast.campaign, household, chance.choice((cast.group, cast.other_group)))
    make_group(session, cast.campaign, "旧组", areas=(cast.village,))
    session.commit()


def areas(chance: random.Random, _session: Session) -> bytes:
    lines = [f"{one},{chance.choice('ABCD')}{n},{22.9 + n / 100},113.9" for n, one in enumerate(VILLAGES[2:])]
    return "\n".join(["name,code,latitude,longitude", "长巷村,CX,23.01,113.95", *lines]).encode()


def branches(chance: random.Random, _session: Session) -> bytes:
    lines = [f"{chance.choice(VILLAGES[:2])}第{n}党支部,村(社区),石涌村" for n in range(chance.randrange(1, 4))]
    return "\n".join(["name,kind,village", "长巷村党支部,村(社区),石涌村", *lines]).encode()


def people(chance: random.Random, session: Session) -> bytes:
    known = list(session.scalars(select(Member).order_by(Member.id)))
    rows: list[list[object]] = [["姓名", "所属党支部", "联系电话", "出生年月", "居住村"]]
    some = chance.sample(known, min(len(known), 8))
    rows += [[one.name, "", one.phone, "1975.08", chance.choice(VILLAGES)] for one in some]
    rows += [
        [name(chance), f"{chance.choice(VILLAGES)}党支部", phone(chance), "", chance.choice(VILLAGES)]
        for _ in range(chance.randrange(8))
    ]
    return book(("名册", rows))


def homes(chance: random.Random, session: Session) -> bytes:
    known = list(session.scalars(select(Household).order_by(Household.id)))
    rows: list[list[object]] = [["户编号", "户主", "村", "家庭住址", "联系电话", "人口"]]
    for one in chance.sample(known, min(len(known), 8)):
        village = "长巷村" if one.code.startswith("CX") else "石涌村"
        label = chance.choice((one.name, name(chance)))
        rows.append([chance.choice((one.code, "")), label, village, one.street + one.door, phone(chance), 5])
    for number in range(chance.randrange(8)):
        code = chance.choice(("", f"K-{number}"))
        rows.append([code, name(chance), chance.choice(VILLAGES), f"二巷{chance.randrange(9)}号", phone(chance), ""])
    return book(("名册", rows))


def firms(chance: random.Random, _session: Session) -> bytes:
    rows: list[list[object]] = [["企业名称", "所在村", "地址", "联系人", "联系电话"]]
    for number in range(chance.randrange(1, 6)):
        label = chance.choice(("力泰制衣厂", "东莞力泰制衣有限公司", f"厂{number}号"))
        rows.append([label, chance.choice(VILLAGES), f"工业路{number}号", name(chance), phone(chance)])
    return book(("名册", rows))


def teams(chance: random.Random, session: Session) -> bytes:
    known = list(session.scalars(select(Member.name).order_by(Member.id)))
    rows: list[list[object]] = [["组别", "组长", "小组", "小组长", "成员", "负责村"]]
    for number in range(chance.randrange(1, 4)):
        some = chance.sample(known, min(len(known), 4))
        rows.append(
            [
                chance.choice(("长巷村组", "旧组", "新组")),
                some[0],
                f"新{number}小组",
                some[1],
                "、".join(some[2:]),
                chance.choice(VILLAGES[:2]),
            ]
        )
    return book(("名册", rows))


def tasks(chance: random.Random, session: Session) -> bytes:
    homes_ = list(session.scalars(select(Household).order_by(Household.id)))
    visitors = ["叶秀珍", "方光润", "黄润", "苏慧"]
    rows: list[list[object]] = [["户编号", "户主", "走访员"]]
    some = chance.sample(homes_, min(len(homes_), 8))
    rows += [[one.code, one.name, "、".join(chance.sample(visitors, 2))] for one in some]
    return book(("名册", rows))


LISTS |= {
    RosterKind.AREAS: areas,
    RosterKind.BRANCHES: branches,
    RosterKind.MEMBERS: people,
    RosterKind.HOUSEHOLDS: homes,
    RosterKind.ENTERPRISES: firms,
    RosterKind.GROUPS: teams,
    RosterKind.ASSIGNMENTS: tasks,
}


def bring(session: Session, cast: Cast, chance: random.Random, kind: RosterKind) -> ImportBatch:
    """Read and import one roster with choices as they come."""
    of_campaign = cast.campaign if kind in (RosterKind.GROUPS, RosterKind.ASSIGNMENTS) else None
    batch = read_roster(session, SYSTEM, kind, "名册", LISTS[kind](chance, session), campaign=of_campaign)
    choose_twins(session, SYSTEM, batch, {}, chance.choice((None, *TwinChoice)))
    session.commit()
    villages = {one["name"]: one["code"] for one in batch.outline["villages"] if chance.random() < 0.7}
    apply_batch(session, SYSTEM, batch, villages=villages, undecided_new=chance.random() < 0.5)
    session.commit()
    return batch


@pytest.mark.parametrize("seed", range(4))
def test_undoing_restores_exactly(session: Session, cast: Cast, standing_clock: Clock, seed: int) -> None:
    chance = random.Random(seed)
    grow(session, cast, chance)
    steps, written = [], 0
    for kind in chance.sample(list(RosterKind), len(RosterKind)):
        standing_clock.time += timedelta(minutes=chance.randrange(1, 90))
        before = everything(session)
        batch = bring(session, cast, chance, kind)
        written += batch.new + batch.changed
        steps.append((kind, batch, before))
    assert written > 10
    for kind, batch, before in reversed(steps):
        assert obstacles(session, batch) == [], kind
        undo_batch(session, SYSTEM, batch)
        session.commit()
        now = everything(session)
        assert {table: rows for table, rows in now.items() if rows != before[table]} == {}, kind
