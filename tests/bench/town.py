"""A town of any size for the measurements: its database, who is in it, and the cookies that sign them in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock, create_app
from hengli_visits.accounts.actions import open_device
from hengli_visits.config import Config
from hengli_visits.extensions import db
from hengli_visits.models import CampaignState, Handling, Household, Member, Nature, Outcome, RoleGrant
from hengli_visits.visits.content import Said
from tests.cast import Cast, build_cast
from tests.factories import join, make_assignment, make_campaign, make_group, make_household, make_member
from tests.visits.making import content, put, said

SECRET = "k" * 32
WORDS = (
    "村口那条排水渠一到雨天就满，水浸到屋里来，想请村里早点清一清。",
    "巷子里的路灯坏了三盏，晚上老人家出门看不清路。",
    "新农合的报销比例今年有没有变，想问清楚。",
    "儿子在镇上找工作，有没有招工的消息。",
)
REMARKS = "家中两位老人，子女在外务工，身体尚好；屋后围墙有裂缝，已提醒雨天注意。"


@dataclass(frozen=True)
class Town:
    """The cast in a migrated database, and the app that made it."""

    cast: Cast
    app: Flask

    @contextmanager
    def database(self) -> Iterator[Session]:
        """The town's database, past the server."""
        engine = db.engine
        with Session(engine.execution_options(deferred=True), expire_on_commit=False) as session:
            yield session

    def cookie(self, member: Member) -> str:
        """The value of the cookie of a device in which a member is signed in."""
        with Session(db.engine) as session:
            roles = frozenset(session.scalars(select(RoleGrant.role).where(RoleGrant.member_id == member.id)))
            token = open_device(session, member.id, roles)
            session.commit()
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer
        return str(signer.dumps({"device": token}))


@contextmanager
def new_town(instance: Path, url: str | None = None) -> Iterator[Town]:
    """Migrate a database (SQLite in the instance folder when no address is given) and settle the cast in it."""
    (instance / "uploads").mkdir(exist_ok=True)
    (instance / "secret_key").write_text(SECRET)
    config = Config(SECRET, url or f"sqlite:///{instance / 'app.db'}", instance, None, 0, secure_cookies=False)
    app = create_app(config)
    with app.app_context():
        upgrade()
        with Session(db.engine, expire_on_commit=False) as session:
            cast = build_cast(session)
            session.commit()
        try:
            yield Town(cast, app)
        finally:
            db.engine.dispose()


def add_visitor(session: Session, cast: Cast, name: str, households: int) -> Member:
    """Another visitor, with a team and households of their own."""
    team = make_group(session, cast.campaign, f"{name}的小组", parent=cast.group, areas=(cast.village,))
    member = make_member(session, name)
    join(session, team, member)
    for number in range(households):
        make_assignment(session, cast.campaign, _household(session, cast, number), team, (member,))
    return member


def add_seasoned_visitor(session: Session, cast: Cast, name: str, households: int) -> Member:
    """A visitor whose households have a history: each three visits in a campaign that is over and three in the one that
    runs, the last by the visitor; on each second visit something was said, half of that needs follow-up."""
    before = make_campaign(session, f"{name}去年的活动", starts_on=clock.today() - timedelta(days=300))
    earlier = make_group(session, before, f"{name}去年的小组", areas=(cast.village,))
    team = make_group(session, cast.campaign, f"{name}的小组", parent=cast.group, areas=(cast.village,))
    member, partner = make_member(session, name), make_member(session, f"{name}的同伴")
    for group in (earlier, team):
        join(session, group, member, partner)
    for number in range(households):
        household = _household(session, cast, number)
        past = make_assignment(session, before, household, earlier, (partner,))
        now = make_assignment(session, cast.campaign, household, team, (member, partner))
        for count in range(6):
            writer = member if count == 5 else partner
            feedback = _feedback(number + count) if count % 2 else ()
            what = content(
                Outcome.MET if count % 3 else Outcome.AWAY,
                visited_at=clock.now() - timedelta(days=250 - 80 * count if count < 3 else 8 - count, hours=number % 9),
                remarks=REMARKS,
                feedback=feedback,
            )
            put(session, writer, past if count < 3 else now, what)
    before.state = CampaignState.CLOSED
    session.flush()
    return member


def _household(session: Session, cast: Cast, number: int) -> Household:
    surname, given = "钟袁黎何叶方温苏"[number % 8], "林锡国强桂兰海彬秀珍"[number % 9 : number % 9 + 2]
    return make_household(
        session,
        cast.village,
        f"{surname}{given}",
        category="困难户" if number % 5 == 0 else "普通户",
        street=("二巷", "祠堂街", "河西路", "新村一路")[number % 4],
        latitude=23.02 + number / 10_000,
        longitude=113.97,
    )


def _feedback(number: int) -> tuple[Said, ...]:
    words = WORDS[number % len(WORDS)]
    if number % 4 < 2:
        return (said(words),)
    return (said(words, nature=Nature.QUESTION, handling=Handling.ANSWERED, answer="当场向住户作了说明。"),)
