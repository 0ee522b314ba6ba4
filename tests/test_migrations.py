"""The schema from migrations equals the schema from models, up and down, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from hengli_visits import clock
from hengli_visits.assignments import actions
from hengli_visits.assignments.wishes import Wishes
from hengli_visits.extensions import db
from hengli_visits.models import Assignment, AssignmentMove, AssignmentVerb, Campaign, Household, IssueState, Revisit
from hengli_visits.orm import Base
from hengli_visits.search_index import is_index
from tests.assignments.making import acting
from tests.cast import Cast
from tests.issues.making import make_issue, tell


def _of_models(_object: object, name: str | None, *_rest: object) -> bool:
    """The search index is made of the rows and is none of the models' tables; tests/test_search_index.py looks at it."""
    return not is_index(name)


def test_migration_head_equals_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        opts = {"compare_type": True, "render_as_batch": True, "include_object": _of_models}
        context = MigrationContext.configure(connection, opts=opts)
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_migration_down_and_up(app: Flask) -> None:
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_what_is_there_outlives_the_way_down_and_up_from_the_door(session: Session, cast: Cast) -> None:
    issue = make_issue(session, cast, IssueState.REVISIT_DUE)
    kept, late = (tell(session, cast, issue, reached=False) for _ in range(2))
    late.late = True
    session.commit()
    households = session.scalars(select(Household.id).order_by(Household.id)).all()
    assignments = session.scalars(select(Assignment.id).order_by(Assignment.id)).all()
    kept_id = kept.id
    session.close()
    downgrade(revision="0001")
    assert "door_uuid" not in {column["name"] for column in inspect(db.engine).get_columns("households")}
    upgrade()
    assert session.scalars(select(Household.id).order_by(Household.id)).all() == households
    assert session.scalars(select(Assignment.id).order_by(Assignment.id)).all() == assignments
    assert [(row.id, row.late) for row in session.scalars(select(Revisit))] == [(kept_id, False)]


def test_moves_of_sharing_out_outlive_the_way_down_and_up(session: Session, cast: Cast) -> None:
    leader = acting(session, cast.leader)
    plan = actions.order_share_out(session, leader, cast.campaign, Wishes(groups=(cast.group.id,)))
    actions.work_out(session, leader, plan)
    given = actions.apply_share_out(session, leader, plan)
    actions.give(session, leader, [cast.assignment.id], [cast.team_leader.id])
    cast.campaign.claim_cap = 3
    session.commit()
    before = [
        (move.id, move.verb, move.after) for move in session.scalars(select(AssignmentMove).order_by(AssignmentMove.id))
    ]
    assert given.done
    session.close()
    downgrade(revision="0003")
    assert "share_outs" not in inspect(db.engine).get_table_names()
    upgrade()
    after = [
        (move.id, move.verb, move.after) for move in session.scalars(select(AssignmentMove).order_by(AssignmentMove.id))
    ]
    assert after == before
    assert {verb for _id, verb, _after in after} >= {AssignmentVerb.SHARE, AssignmentVerb.GIVE}
    assert set(session.scalars(select(Campaign.claim_cap))) == {0}
    session.add(AssignmentMove(assignment_id=given.done[0], at=clock.now(), verb=AssignmentVerb.SWAP))
    session.flush()
