"""How fast figures, lists and search are with many visits: each page beside the bare SQL that it needs, on PostgreSQL.

`python -m tests.bench.overview [--visits 1000000 --issues 200000 --campaigns 10 --rounds 20]`. Visits are two per
household and campaign; the pages show one of the campaigns, `--campaigns 1` puts everything into it."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from hengli_visits.extensions import db
from hengli_visits.models import Role
from tests.bench.town import Town
from tests.cast import build_cast
from tests.conftest import make_app
from tests.databases import running_server
from tests.factories import (
    grant,
    join,
    make_area,
    make_campaign,
    make_category,
    make_group,
    make_member,
    make_unit,
)

PAGES = (
    "/overview?campaign={campaign}",
    "/overview?campaign={campaign}&area={area}&since={day}",
    "/overview/visits?campaign={campaign}",
    "/overview/feedback?campaign={campaign}",
    "/overview/issues?campaign={campaign}",
    "/overview/comparison?campaign={campaign}",
    "/overview/map?campaign={campaign}",
    "/overview/issues/list?campaign={campaign}&measure=on_time",
    "/overview/revisits?campaign={campaign}&measure=solved",
    "/overview/groups/{group}",
    "/overview/areas/{area}?campaign={campaign}",
    "/assignments?campaign={campaign}",
    "/workload?campaign={campaign}",
    "/households",
    "/visits",
    "/visits?campaign={campaign}&outcome=met",
    "/feedback",
    "/feedback?campaign={campaign}&nature=appeal",
    "/feedback?q=路灯",
    "/issues",
    "/issues?tab=all&q=路灯",
    "/search?q=路灯",
)
LED = ("/overview", "/assignments", "/workload", "/visits", "/feedback", "/issues", "/search?q=路灯")
AREA_LED = ("/overview", "/visits", "/feedback", "/issues", "/search?q=路灯")
HANDLED = ("/issues", "/search?q=路灯")
Statement = tuple[str, Any]


def main() -> None:
    """Fill a database and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("visits", 1_000_000), ("issues", 200_000), ("campaigns", 10), ("rounds", 20)):
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    with running_server(shared_buffers="1GB") as server, tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder), server.empty_database("figures"))
        with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            began = time.perf_counter()
            cast = build_cast(session)
            places = fill(session, cast, given)
            print(f"filled in {time.perf_counter() - began:.0f} s: {sizes(session)}")
            for who, member, pages in (
                ("coordinator", cast.coordinator, PAGES),
                ("leader of a group of 60", places["leader"], LED),
                ("area lead", places["area_lead"], AREA_LED),
                ("handler", places["handler"], HANDLED),
            ):
                print(who)
                client = app.test_client()
                client.set_cookie("visits", Town(cast, app).cookie(member))
                for page in pages:
                    measure(client, page.format(**places), given.rounds)
            db.engine.dispose()


def fill(session: Session, cast: Any, given: argparse.Namespace) -> dict[str, Any]:
    """Rows by `generate_series`: 17 villages with a group of three teams each, twenty people in a team, who visit its
    households; and everything that happened."""
    homes = given.visits // given.campaigns // 2
    areas = [cast.village, cast.other_village, *(make_area(session, f"村{n}", parent=cast.town) for n in range(15))]
    units = [make_unit(session, f"单位{n}") for n in range(15)]
    people = [make_member(session, f"党员{n}") for n in range(20 * TEAMS)]
    session.execute(text(HOUSEHOLDS), {"homes": homes, "areas": [a.id for a in areas]})
    first = session.scalar(text("select min(id) from households where code like 'B%'"))
    last: tuple[Any, list[Any]] | None = None
    for number in range(given.campaigns):
        campaign = make_campaign(session, f"活动{number}")
        groups = [make_group(session, campaign, f"组{number}-{area.id}", areas=(area,)) for area in areas]
        teams = [make_group(session, campaign, f"小组{number}-{g.id}-{n}", parent=g) for n in range(3) for g in groups]
        for place, member in enumerate(people):
            join(session, teams[place % len(teams)], member)
        categories = [make_category(session, campaign, f"类别{n}", units[n]) for n in range(15)]
        terms = {
            "campaign": campaign.id, "homes": homes, "first": first, "issues": given.issues // given.campaigns,
            "teams": [t.id for t in teams], "people": [m.id for m in people], "areas": [a.id for a in areas],
            "categories": [c.id for c in categories], "units": [u.id for u in units],
        }  # fmt: skip
        for statement in CAMPAIGN:
            session.execute(text(statement), terms)
        last = campaign, groups
    assert last is not None
    campaign, groups = last
    leader, area_lead, handler = (make_member(session, name) for name in ("组长", "挂点", "承办"))
    grant(session, leader, Role.GROUP_LEADER, group_id=groups[3].id)
    grant(session, area_lead, Role.AREA_LEAD, area_id=areas[3].id)
    grant(session, handler, Role.HANDLER, organisation_id=units[0].id)
    session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    people_here = {"leader": leader, "area_lead": area_lead, "handler": handler}
    here = {"campaign": campaign.id, "area": areas[3].id, "group": groups[3].id}
    return here | people_here | {"day": campaign.starts_on.isoformat()}


TEAMS = 51
HOUSEHOLDS = """
insert into households (kind, code, name, pinyin, initials, area_id, street, street_order, door, address, contact,
  category, industry, latitude, longitude, remarks, listed, created_at, updated_at)
select 'family', 'B' || n, '户' || n, '', '', (:areas)[1 + n % array_length(:areas, 1)], '二巷', '二巷', n || '号', '',
  '', '普通户', '', 23.0 + (n % 997) / 20000.0, 113.9 + (n % 1009) / 20000.0, '', true, now(), now()
from generate_series(1, :homes) n"""

CAMPAIGN = (
    """
insert into assignments (campaign_id, household_id, group_id, state, last_visit_at, last_outcome, created_at)
select :campaign, :first + n - 1, (:teams)[1 + n % array_length(:teams, 1)],
  (array['visited','visited','visited','again','waiting','unreachable'])[1 + n % 6],
  now() - (n % 240) * interval '1 hour' - (n * 13 % 3600) * interval '1 second', (array['met','met','met','away','appointed','moved'])[1 + n % 6], now()
from generate_series(1, :homes) n""",
    """
insert into assignment_visitors (assignment_id, member_id, position, since)
select a.id, (:people)[1 + (a.household_id - :first + 1) % array_length(:people, 1)], 0, now() from assignments a
where a.campaign_id = :campaign""",
    """
insert into visits (uuid, assignment_id, campaign_id, author_id, outcome, manner, visited_at, received_at, remarks,
  companions_text, answers, revision, late, stray, clock_doubtful, clashing, void_reason)
select gen_random_uuid(), a.id, :campaign, (:people)[1 + (a.household_id - :first + 1) % array_length(:people, 1)],
  (array['met','met','away','appointed','declined','empty'])[1 + (a.id + k) % 6],
  (array['door','door','phone','talk'])[1 + (a.id + k) % 4],
  now() - ((a.id * 7 + k * 3) % 240) * interval '1 hour' - (a.id * 13 % 3600) * interval '1 second',
  now() - ((a.id * 7 + k * 3) % 240) * interval '1 hour' - (a.id * 13 % 3600 - 600) * interval '1 second', '', '', '{}', 1, false, false, false, false, ''
from assignments a, generate_series(0, 1) k where a.campaign_id = :campaign""",
    """
insert into issues (number, campaign_id, area_id, household_id, group_id, raised_by_id, title, words, category_id,
  urgency, state, round, returns, lead_unit_id, identity_released, raised_at, opened_at, dispatched_at, contacted_at,
  answered_at, approved_at, due_at, step_due_at, amber_at, done, reply, proper_route, extensions)
select 'B-' || :campaign || '-' || n, :campaign, h.area_id, h.id, (:teams)[1 + (n % :homes + 1) % array_length(:teams, 1)],
  (:people)[1 + (n % :homes + 1) % array_length(:people, 1)], '路灯不亮', '门前的路灯不亮了。',
  (:categories)[1 + n % array_length(:categories, 1)], 'ordinary',
  (array['triage','dispatched','in_progress','answer_review','revisit_due','closed','closed','parked','withdrawn'])[1 + n % 9],
  1, 0, (:units)[1 + n % array_length(:units, 1)], false, now() - (n % 40) * interval '1 day', now(),
  now() - (n % 35) * interval '1 day', now() - (n % 33) * interval '1 day', now() - (n % 31) * interval '1 day',
  now() - (n % 30) * interval '1 day', now() - (n % 30 - 5) * interval '1 day', now() - (n % 30 - 5) * interval '1 day',
  now() - (n % 30 - 3) * interval '1 day', '', '', '', 0
from generate_series(1, :issues) n join households h on h.id = :first + n % :homes""",
    """
insert into feedback (uuid, visit_id, campaign_id, position, nature, category_id, words, handling, answer, created_at)
select gen_random_uuid(), v.id, :campaign, 0,
  (array['appeal','opinion','suggestion','question','praise'])[1 + v.id % 5],
  (:categories)[1 + v.id % array_length(:categories, 1)], '门前的路灯不亮了。',
  (array['noted','answered','follow_up'])[1 + v.id % 3], '', v.received_at
from visits v where v.campaign_id = :campaign and v.id % 3 = 0""",
    """
insert into revisits (uuid, issue_id, round, revisitor_id, at, manner, reached, solved, contentment, comment, late)
select gen_random_uuid(), i.id, 1, i.raised_by_id, i.approved_at, 'door', true,
  (array['yes','yes','partly','no'])[1 + i.id % 4], (array['content','fairly','discontent','unrated'])[1 + i.id % 4], '',
  false from issues i where i.campaign_id = :campaign and i.state = 'closed'""",
)


def sizes(session: Session) -> str:
    """So many rows of what matters."""
    tables = ("households", "assignments", "visits", "feedback", "issues", "revisits")
    return ", ".join(f"{session.scalar(text(f'select count(*) from {name}')):,} {name}" for name in tables)


@contextmanager
def noted() -> Iterator[list[Statement]]:
    """Collects the statements run inside with what they were given."""
    found: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, given: Any, *_rest: object) -> None:
        found.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def measure(client: FlaskClient, address: str, rounds: int) -> None:
    """Print what a page takes beside its statements run one after the other without anything else."""
    with noted() as statements:
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    pages, bare = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        client.get(address)
        pages.append(time.perf_counter() - began)
        bare.append(run(statements))
    each = [(run([one]), one[0]) for one in statements]
    worst, what = max(each)
    ratio = statistics.median(pages) / statistics.median(bare)
    print(f"{p95(pages):6.0f} ms p95, median {1000 * statistics.median(pages):5.0f}; bare SQL {p95(bare):5.0f} p95,"
          f" median {1000 * statistics.median(bare):5.0f} ({len(statements)} statements); {ratio:.1f} times  {address}")  # fmt: skip
    print(f"          slowest {1000 * worst:.0f} ms: {' '.join(what.split())[:160]}")


def run(statements: Sequence[Statement]) -> float:
    """Seconds that statements take when nothing is made of their rows."""
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        began = time.perf_counter()
        for statement, given in statements:
            cursor.execute(statement, given)
            if cursor.description:
                cursor.fetchall()
        return time.perf_counter() - began
    finally:
        connection.close()


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile in milliseconds."""
    return 1000 * sorted(seconds)[max(0, round(0.95 * len(seconds)) - 1)]


if __name__ == "__main__":
    main()
