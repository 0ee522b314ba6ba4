"""An index by which the visits of a period of a campaign are found.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    op.create_index("ix_visits_campaign_visited", "visits", ["campaign_id", "visited_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_visits_campaign_visited", table_name="visits")
