"""Every figure of the pages beside the overview recounted on the demonstration, and the links of its numbers walked."""

import re
from collections import defaultdict

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.accounts.actions import open_device
from hengli_visits.accounts.queries import actor_of
from hengli_visits.extensions import db
from hengli_visits.models import Area, Campaign, Group, RoleGrant
from tests.conftest import MONDAY
from tests.demo.facts import member_of
from tests.reports.parts import check_feedback, check_issues, check_map, check_measures, check_visits, spans_of
from tests.reports.recount import Part, Rows
from tests.reports.test_views import Numbers, listed

pytestmark = pytest.mark.timeout(600)
PAGES = (
    "/overview",
    "/overview/visits",
    "/overview/feedback",
    "/overview/issues",
    "/overview/comparison",
    "/overview/map",
)


def test_every_figure_follows_from_the_rows(demo: Flask, session: Session, campaign: Campaign) -> None:
    with clock.told_by(lambda: MONDAY):
        rows = Rows.load(session)
        village = session.scalars(select(Area.id).where(Area.name == "长巷村")).one()
        group = session.scalars(
            select(Group.id).where(Group.campaign_id == campaign.id, Group.name == "长巷村组")
        ).one()
        actor = actor_of(session, member_of(demo, session, "统筹员").id)
        for span in spans_of(campaign.id, village, group):
            part = Part(rows, actor, span)
            check_measures(session, part)
            check_issues(session, part)
            check_visits(session, part, campaign)
            check_feedback(session, part)
            check_map(session, part)
    session.rollback()


def some_of_each_kind(numbers: dict[str, int]) -> dict[str, int]:
    """Of the links that differ in nothing but which village, group, person or day they name: the largest numbers and the
    smallest. Each single link of these pages is walked in a small town (tests/reports)."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for address in sorted(numbers, key=lambda address: numbers[address]):
        kinds[re.sub(r"=[\d-]+", "=0", address)].append(address)
    return {address: numbers[address] for alike in kinds.values() for address in {*alike[:1], *alike[-2:]}}


def test_numbers_lead_to_the_rows_they_count(demo: Flask, session: Session) -> None:
    with clock.told_by(lambda: MONDAY):
        lead = member_of(demo, session, "挂点领导")
        roles = frozenset(session.scalars(select(RoleGrant.role).where(RoleGrant.member_id == lead.id)))
        session.rollback()
        with Session(db.engine) as writing:
            token = open_device(writing, lead.id, roles)
            writing.commit()
        client = demo.test_client()
        with client.session_transaction() as cookie:
            cookie["device"] = token
        numbers: dict[str, int] = {}
        for address in PAGES:
            numbers |= Numbers(client.get(address).get_data(as_text=True)).found
        assert len(numbers) > 150
        for address, number in some_of_each_kind(numbers).items():
            with listed(demo) as totals:
                client.get(address)
            assert totals == [number], address
