"""ledgers and documents that were ordered, and the office's own templates"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = (
    "visits", "said", "issues", "duties", "rectified", "parked", "supervised", "daily", "weekly", "circular", "summary",
)  # fmt: skip
STATES = ("working", "ready", "failed")


def _word(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    """Two tables of their own."""
    op.create_table(
        "papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _word("paperkind", KINDS), nullable=False),
        sa.Column("state", _word("paperstate", STATES), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("failure", sa.JSON(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_papers_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["ordered_by_id"], ["members.id"], name=op.f("fk_papers_ordered_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
    )
    op.create_index("ix_papers_ordered", "papers", ["ordered_by_id", "ordered_at"])
    op.create_table(
        "paper_templates",
        sa.Column("kind", _word("paperkind", KINDS), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["members.id"], name=op.f("fk_paper_templates_uploaded_by_id_members")
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_paper_templates")),
    )


def downgrade() -> None:
    """Without them; files that were made lie in the uploads until they are cleared."""
    op.drop_table("paper_templates")
    op.drop_index("ix_papers_ordered", table_name="papers")
    op.drop_table("papers")
