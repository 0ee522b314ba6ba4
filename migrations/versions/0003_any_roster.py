"""rosters of assignments; batches that are read, applied and undone step by step; what columns were said to hold

The two tables are made anew from copies on both databases: a CHECK cannot be changed in place on SQLite.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = ("areas", "branches", "members", "households", "enterprises", "groups")
STATES = ("read", "applied", "discarded")
BATCH = "id, kind, campaign_id, file_name, sha256, state, created_at, created_by_id, applied_at, sheets, outline, new, changed, same, bad, skipped"
ROW = "id, batch_id, sheet, number, state, label, data, changes, notes"


def upgrade() -> None:
    """Make the tables anew with more words and columns; every batch and row stays."""
    _put_aside()
    _make(
        (*KINDS, "assignments"),
        ("reading", "read", "applying", "applied", "undone", "discarded", "failed"),
        (
            sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("failure", sa.JSON(), nullable=True),
            sa.Column("choices", sa.JSON(), nullable=False),
            sa.Column("made", sa.JSON(), nullable=False),
        ),
        (
            sa.Column("target_id", sa.Integer(), nullable=True),
            sa.Column("before", sa.JSON(), nullable=True),
            sa.Column("twin", sa.JSON(), nullable=True),
            sa.Column("choice", _word("twinchoice", ("merge", "keep")), nullable=True),
        ),
    )
    op.execute(
        f"insert into import_batches ({BATCH}, choices, made) select {BATCH}, '{{}}', '{{}}' from kept_batches"
    )
    _bring_back_rows()
    op.create_table(
        "column_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _word("columnchoicekind", (*KINDS, "assignments")), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["chosen_by_id"], ["members.id"], name=op.f("fk_column_choices_chosen_by_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_choices")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_column_choices_kind_key")),
    )


def downgrade() -> None:
    """Back to fewer words: batches that have no word there go, undone ones count as applied no more."""
    op.drop_table("column_choices")
    op.execute("update import_batches set state = 'discarded' where state in ('undone', 'failed', 'reading')")
    op.execute("update import_batches set state = 'read' where state = 'applying'")
    op.execute("delete from import_batches where kind = 'assignments'")
    _put_aside()
    _make(KINDS, STATES, (), ())
    op.execute(f"insert into import_batches ({BATCH}) select {BATCH} from kept_batches")
    _bring_back_rows()


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def _put_aside() -> None:
    op.execute("create table kept_batches as select * from import_batches")
    op.execute("create table kept_rows as select * from import_rows")
    op.drop_table("import_rows")
    op.drop_table("import_batches")


def _make(
    kinds: tuple[str, ...],
    states: tuple[str, ...],
    batch: tuple[sa.Column[object], ...],
    row: tuple[sa.Column[object], ...],
) -> None:
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _word("rosterkind", kinds), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", _word("batchstate", states), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        *batch,
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("outline", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("new", "changed", "same", "bad", "skipped")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_import_batches_campaign_id_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["members.id"], name=op.f("fk_import_batches_created_by_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
    )
    op.create_table(
        "import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", _word("rowstate", ("new", "changed", "same", "bad")), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        *row,
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_import_rows_batch_id_import_batches"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
    )
    op.create_index("ix_import_rows_batch_state", "import_rows", ["batch_id", "state"])


def _bring_back_rows() -> None:
    op.execute(
        f"insert into import_rows ({ROW}) select {ROW} from kept_rows where batch_id in (select id from import_batches)"
    )
    op.drop_table("kept_rows")
    op.drop_table("kept_batches")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "select setval(pg_get_serial_sequence('import_rows', 'id'), greatest((select max(id) from import_rows), 1))"
        )
