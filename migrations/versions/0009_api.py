"""keys with which other systems read, and channels of theirs"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OWNER = "fk_channels_token_id_api_tokens"


def upgrade() -> None:
    """One table, and one more kind of owner of a channel."""
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_in", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_api_tokens_area_id_areas")),
        sa.ForeignKeyConstraint(["made_by_id"], ["members.id"], name=op.f("fk_api_tokens_made_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_index(op.f("ix_api_tokens_area_id"), "api_tokens", ["area_id"])
    with op.batch_alter_table("channels") as batch:
        batch.add_column(sa.Column("token_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(OWNER, "api_tokens", ["token_id"], ["id"])
        batch.create_index(op.f("ix_channels_token_id"), ["token_id"])


def downgrade() -> None:
    """Without them; what was on its way to other systems goes with their channels."""
    op.execute("DELETE FROM deliveries WHERE channel_id IN (SELECT id FROM channels WHERE token_id IS NOT NULL)")
    op.execute("DELETE FROM channels WHERE token_id IS NOT NULL")
    with op.batch_alter_table("channels") as batch:
        batch.drop_index(op.f("ix_channels_token_id"))
        batch.drop_constraint(OWNER, type_="foreignkey")
        batch.drop_column("token_id")
    op.drop_index(op.f("ix_api_tokens_area_id"), table_name="api_tokens")
    op.drop_table("api_tokens")
