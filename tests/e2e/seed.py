"""A small town for the tests in a browser: the cast, and something on every page; names and words as long as they come."""

import atexit
import pickle
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock, create_app
from hengli_visits.accounts.actions import issue_card, open_device
from hengli_visits.actor import SYSTEM
from hengli_visits.assignments.actions import avoid_household, avoid_member, end_absence, hand_over, note_absence
from hengli_visits.config import Config
from hengli_visits.extensions import db
from hengli_visits.imports.actions import apply_batch, read_roster
from hengli_visits.issues.actions import draw_sample, make_link, record_check
from hengli_visits.issues.spot_checks import Wishes
from hengli_visits.models import (
    Absence,
    Assignment,
    AssignmentState,
    CampaignState,
    Contentment,
    DeliveryState,
    Handling,
    Issue,
    IssueState,
    Manner,
    Member,
    Nature,
    Nudge,
    Organisation,
    OrganisationKind,
    Outcome,
    RoleGrant,
    Sector,
    Solved,
)
from hengli_visits.search import sound
from hengli_visits.visits import photos
from hengli_visits.visits.pictures import develop, opened_album
from hengli_visits.voices.actions import keep_search
from hengli_visits.voices.queries.searching import Sought
from tests.api.making import make_key
from tests.campaigns.permissions import line
from tests.cast import Cast, build_cast
from tests.e2e.person import Person
from tests.factories import join, make_assignment, make_campaign, make_category, make_household, make_member
from tests.imports.books import book
from tests.issues.making import PATHS, actor_for, make_issue
from tests.notices.making import add_channel, add_delivery
from tests.visits.making import as_actor, content, jpeg, put, said, wordings

LONG_NAME = "东莞市横沥镇长巷村股份经济联合社第十三经营管理部"
LONG_WORDS = "村口那条排水渠一到雨天就满，水浸到屋里来，" * 4 + "详见https://example.cn/" + "paishuiqu" * 12
SECRET = "k" * 32
MANY = 28


@dataclass(frozen=True)
class Seeded:
    """The cast in a migrated database, and the app that made it: it signs people in by their cookie."""

    cast: Cast
    app: Flask

    def cookie(self, who: str) -> str:
        """The cookie of a device in which this person of the cast is signed in."""
        member: Member = getattr(self.cast, who)
        with self.app.app_context(), Session(db.engine) as session:
            roles = frozenset(session.scalars(select(RoleGrant.role).where(RoleGrant.member_id == member.id)))
            token = open_device(session, member.id, roles)
            session.commit()
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer
        return str(signer.dumps({"device": token}))

    def card(self, who: str) -> str:
        """The path of a sign-in card for this person of the cast."""
        member: Member = getattr(self.cast, who)
        with self.app.app_context(), Session(db.engine) as session:
            token = issue_card(session, SYSTEM, member.id)
            session.commit()
        return f"/cards/{token}"

    def enter(self, somebody: Person, who: str, path: str = "/") -> None:
        """Sign somebody in as this person of the cast, and open a page."""
        somebody.context.add_cookies([{"name": "visits", "value": self.cookie(who), "url": somebody.base}])
        somebody.go(path)

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            db.engine.dispose()


def _app(instance: Path) -> Flask:
    return create_app(Config(SECRET, f"sqlite:///{instance / 'app.db'}", instance, None, 0, secure_cookies=False))


def seed(instance: Path) -> Seeded:
    """Give an instance the small town, which each test process makes once; its key is known, so that cookies can be made
    for it."""
    made, cast = _made()
    shutil.copytree(made, instance, dirs_exist_ok=True)
    return Seeded(pickle.loads(cast), _app(instance))


@cache
def _made() -> tuple[Path, bytes]:
    """The folder of an instance with the small town, and the people of its cast as a pickle."""
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="town-", dir=memory if memory.is_dir() else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder), pickle.dumps(_make(Path(folder)))


def _make(instance: Path) -> Cast:
    """Migrate and fill the database of an instance."""
    (instance / "uploads").mkdir()
    (instance / "secret_key").write_text(SECRET)
    app = _app(instance)
    with app.app_context():
        upgrade()
        with Session(db.engine, expire_on_commit=False) as session:
            cast = build_cast(session)
            _fill(session, cast, instance)
            session.commit()
        # Whoever closes the last connection writes the log into the file, which then is all there is to copy.
        db.engine.dispose()
    return cast


def _fill(session: Session, cast: Cast, instance: Path) -> None:
    for state in PATHS:
        make_issue(session, cast, state, words=LONG_WORDS if state == "triage" else "路灯坏了三盏。")
    _answers(session, cast)
    _households(session, cast)
    _visits(session, cast, instance)
    _voices(session, cast)
    _second_campaign(session, cast)
    line(session, cast)
    _rosters(session, cast)
    _people(session, cast)
    _changes(session, cast)
    _channels(session, cast)
    make_key(session, cast)
    session.add(Organisation(kind=OrganisationKind.BRANCH, name="长巷村党支部", sector=Sector.VILLAGE))


def _answers(session: Session, cast: Cast) -> None:
    """A link that waits for its resident, and a sample with something found in it."""
    due = session.scalars(select(Issue).where(Issue.state == IssueState.REVISIT_DUE)).one()
    make_link(session, actor_for(session, cast.visitor), due, Manner.DOOR)
    make_issue(session, cast, IssueState.CLOSED, words=LONG_WORDS)
    coordinator = actor_for(session, cast.coordinator)
    check = draw_sample(session, coordinator, Wishes(), 5)
    issue = session.scalars(select(Issue).where(Issue.state == IssueState.CLOSED)).first()
    assert issue
    record_check(
        session, coordinator, check, issue,
        reached=True, solved=Solved.NO, contentment=Contentment.DISCONTENT, comment=LONG_WORDS,
    )  # fmt: skip


def _households(session: Session, cast: Cast) -> None:
    cast.household.pinyin, cast.household.initials = sound(cast.household.name)
    pair = (cast.visitor, cast.partner)
    for number in range(MANY):
        name = LONG_NAME if number == 0 else f"钟{number}妹"
        household = make_household(session, cast.village, name, category="困难户", latitude=23.02, longitude=113.97)
        make_assignment(session, cast.campaign, household, cast.team, pair if number % 2 else ())
        join(session, cast.group, make_member(session, f"温{number}"))


def _assignment(session: Session, cast: Cast, position: int) -> Assignment:
    team = select(Assignment).where(Assignment.group_id == cast.team.id, Assignment.visitors.any())
    return session.scalars(team.order_by(Assignment.id.desc()).offset(position).limit(1)).one()


def _visits(session: Session, cast: Cast, instance: Path) -> None:
    """A visit with all that a visit can have; one of each other outcome; one that two people wrote at once."""
    told = (
        said(LONG_WORDS),
        said("医保卡怎么激活？", nature=Nature.QUESTION, handling=Handling.ANSWERED, answer="教了她。"),
    )
    full = content(feedback=told, companions=(cast.partner.id,), remarks=LONG_WORDS, companions_text="村委会黄主任")
    visit = put(session, cast.visitor, cast.assignment, full).visit
    put(session, cast.visitor, cast.assignment, content(feedback=told[:1]), visit.uuid, based_on=1)
    _photo(session, cast, instance, visit.uuid)
    for position, outcome in enumerate((Outcome.AWAY, Outcome.DECLINED, Outcome.MOVED, Outcome.EMPTY)):
        put(session, cast.visitor, _assignment(session, cast, position), content(outcome))
    later = clock.now() + timedelta(days=1)
    put(session, cast.visitor, _assignment(session, cast, 4), content(Outcome.APPOINTED, appointment_at=later))
    clash = put(session, cast.visitor, _assignment(session, cast, 5), content()).visit
    put(session, cast.visitor, _assignment(session, cast, 5), content(remarks="另一份"), clash.uuid)
    assert len(wordings(session, clash)) == 2
    assert _assignment(session, cast, 2).state is AssignmentState.UNREACHABLE


def _voices(session: Session, cast: Cast) -> None:
    """Something that two residents say, and searches that are kept."""
    for assignment in (cast.assignment, cast.second_assignment):
        words = f"{LONG_WORDS}排水渠又给杂物堵了。"
        put(session, cast.visitor, assignment, content(feedback=(said(words),)))
    for member in (cast.coordinator, cast.visitor):
        keep_search(session, actor_for(session, member), "排水渠和水沟的事" * 3, Sought(q="排水渠"))


def _photo(session: Session, cast: Cast, instance: Path, uuid: UUID) -> None:
    visit = put(session, cast.visitor, cast.second_assignment, content()).visit
    with opened_album(instance / "uploads") as album:
        photos.add_photo(session, as_actor(session, cast.visitor), visit, album, uuid4(), develop(jpeg(800, 600)))


def _second_campaign(session: Session, cast: Cast) -> None:
    draft = make_campaign(session, "情系群众周", state=CampaignState.DRAFT, full_name=LONG_NAME, theme=LONG_WORDS[:100])
    make_category(session, draft, "水利排涝", cast.unit)
    make_assignment(session, draft, cast.household)
    make_campaign(session, "送温暖", state=CampaignState.CLOSED)


def _people(session: Session, cast: Cast) -> None:
    """Somebody on leave, somebody who was reminded, somebody who left with households in hand."""
    now, household = clock.now(), make_household(session, cast.village, "钟留守")
    gone = make_member(session, "温已走", active=False)
    make_assignment(session, cast.campaign, household, cast.group, (gone,))
    session.add(Absence(member_id=cast.team_leader.id, starts_on=clock.today(), noted_at=now))
    session.add(Nudge(campaign_id=cast.campaign.id, member_id=cast.other_visitor.id, by_id=cast.coordinator.id, at=now))


def _changes(session: Session, cast: Cast) -> None:
    """Somebody on leave with a household that waits, somebody back with one that was handed over, a group's leader on
    leave; households to take up; a household that avoids somebody."""
    cast.campaign.claim_cap = 3
    gone, back = make_member(session, "温请假"), make_member(session, "温销假")
    join(session, cast.team, gone, back)
    for member in (gone, back):
        task = make_assignment(session, cast.campaign, make_household(session, cast.village), cast.team, (member,))
        absence = note_absence(session, SYSTEM, member.id, starts_on=clock.today())
        if member is back:
            hand_over(session, SYSTEM, absence, {task.id: cast.partner.id}, seen={task.id: (back.id,)})
            end_absence(session, SYSTEM, absence)
    note_absence(session, SYSTEM, cast.leader.id, starts_on=clock.today())
    avoid_household(session, SYSTEM, cast.assignment, gone.id)
    avoid_member(session, SYSTEM, gone.id, cast.visitor.id)


def _rosters(session: Session, cast: Cast) -> None:
    """One roster that waits to be imported and one that was."""
    actor = actor_for(session, cast.coordinator)
    head: list[object] = ["户编号", "户主", "村", "家庭住址", "联系电话"]
    rows: list[list[object]] = [["XT-001", "甲", "新田村", "一巷1号", "19900000001"], ["", "", "不知道", "", "12"]]
    near = cast.household
    rows.append(["CX-902", "钟林西", "长巷村", near.street + near.door, near.phone])
    read_roster(session, actor, None, f"{LONG_NAME}名册.xlsx", book(("名册", [head, *rows])))
    known: list[list[object]] = [["CX-901", "甲乙", "长巷村", "一巷1号", "19900000002"]]
    done = read_roster(session, actor, None, "长巷村.xlsx", book(("名册", [head, *known])))
    apply_batch(session, actor, done, villages={}, town=None)


def _channels(session: Session, cast: Cast) -> None:
    """The coordinator's own channel and one of the unit, with a delivery in each state."""
    own = add_channel(session, cast.coordinator, name=LONG_NAME[:40], secret="s", kinds=["triage"])
    unit = add_channel(session, unit=cast.unit, active=False)
    for n, state in enumerate(DeliveryState):
        for channel in (own, unit):
            body = "HL-2026-0001 · 水利排涝 · 长巷村。请签收。"
            error = "robot_guard:310000" if state in (DeliveryState.FAILED, DeliveryState.WAITING) else ""
            add_delivery(session, channel, state, f"move:{n}", body=body, error=error, sent_at=clock.now())
