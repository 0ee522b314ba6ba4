"""what people say: the index for searching, kept searches, words of themes

The index is made by the program's own definition of it (hengli_visits/search_index.py): it holds nothing that the rows do
not, and a change of that definition comes with a migration that makes it anew.
"""

import sqlalchemy as sa
from alembic import op

from hengli_visits import search_index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index what is there; nobody keeps a search yet, and words are found by the first run of the job."""
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("sought", sa.JSON(), nullable=False),
        sa.Column("seen_feedback", sa.Integer(), nullable=False),
        sa.Column("seen_issue", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_saved_searches_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("member_id", "name", name=op.f("uq_saved_searches_member_id_name")),
    )
    op.create_table(
        "theme_words",
        sa.Column("word", sa.String(length=12), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_theme_words")),
    )
    search_index.build(op.get_bind())


def downgrade() -> None:
    """Without the index, kept searches and words."""
    search_index.drop(op.get_bind())
    op.drop_table("theme_words")
    op.drop_table("saved_searches")
