"""what is sent from the door: households added there, revisits that come late, what a phone tells of its outbox

Columns are added and dropped by plain ALTER TABLE. Batch mode would build the tables anew on SQLite, where dropping
the old one deletes what hangs on its rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there keeps its meaning."""
    op.add_column("households", sa.Column("door_uuid", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_households_door_uuid"), "households", ["door_uuid"], unique=True)
    op.add_column("revisits", sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("devices", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("devices", sa.Column("oldest_unsent_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop the columns. Late revisits go with theirs: without it they would count."""
    op.drop_column("devices", "oldest_unsent_at")
    op.drop_column("devices", "told_at")
    op.execute("delete from revisits where late")
    op.drop_column("revisits", "late")
    op.drop_index(op.f("ix_households_door_uuid"), table_name="households")
    op.drop_column("households", "door_uuid")
