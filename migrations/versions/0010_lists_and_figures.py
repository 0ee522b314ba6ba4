"""indexes that hold all that lists and figures count, so that tables need not be read for it"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WIDER = {
    "ix_assignments_campaign_state": (
        "assignments",
        ["campaign_id", "state"],
        ["household_id", "group_id", "removed_at", "last_outcome", "last_visit_at"],
    ),
    "ix_visits_campaign_visited": (
        "visits",
        ["campaign_id", "visited_at"],
        ["assignment_id", "outcome", "manner", "voided_at"],
    ),
    "ix_feedback_campaign_created": (
        "feedback",
        ["campaign_id", "created_at"],
        ["visit_id", "nature", "handling", "category_id", "removed_at", "issue_id"],
    ),
}


def upgrade() -> None:
    """Indexes alone."""
    if op.get_bind().dialect.name == "postgresql":  # SQLite knows no further columns in an index
        for name, (table, columns, more) in WIDER.items():
            op.drop_index(name, table_name=table)
            op.create_index(name, table, columns, postgresql_include=more)
    op.create_index("ix_households_id_area", "households", ["id", "area_id"])
    op.create_index("ix_visits_visited", "visits", ["visited_at", "id"])
    for name, columns, which in (
        ("ix_visits_voided", ["id"], sa.text("voided_at IS NOT NULL")),
        ("ix_visits_clashing", ["assignment_id"], sa.text("clashing")),
    ):
        op.create_index(name, "visits", columns, sqlite_where=which, postgresql_where=which)
    op.create_index("ix_issues_state_step_due", "issues", ["state", "step_due_at"])
    op.create_index("ix_issues_campaign_step_due", "issues", ["campaign_id", "step_due_at"])
    for name, column in (("ix_issues_about_member", "about_member_id"), ("ix_issues_about_unit", "about_unit_id")):
        which = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "issues", [column], sqlite_where=which, postgresql_where=which)


def downgrade() -> None:
    """The indexes as they were."""
    for name in (
        "ix_issues_about_unit",
        "ix_issues_about_member",
        "ix_issues_campaign_step_due",
        "ix_issues_state_step_due",
    ):
        op.drop_index(name, table_name="issues")
    for name in ("ix_visits_clashing", "ix_visits_voided", "ix_visits_visited"):
        op.drop_index(name, table_name="visits")
    op.drop_index("ix_households_id_area", table_name="households")
    if op.get_bind().dialect.name == "postgresql":
        for name, (table, columns, _more) in WIDER.items():
            op.drop_index(name, table_name=table)
            op.create_index(name, table, columns)
