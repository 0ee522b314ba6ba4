"""sharing out: plans, leave, who shall not meet whom, stand-ins, reminders, more verbs of assignments

Moves are made anew from a copy on both databases: a CHECK cannot be changed in place on SQLite.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

VERBS = ("target", "untarget", "to_group", "give", "take_back", "visit", "confirm", "refuse")
MORE_VERBS = {
    "share": "give",
    "swap": "give",
    "claim": "give",
    "hand_over": "give",
    "hand_back": "give",
    "undo": "take_back",
}
"""New words, with the old word that comes nearest."""
MOVE = "id, assignment_id, at, actor_id, verb, before, after, note, batch"
STATES = ("working", "ready", "applying", "applied", "undone", "discarded", "failed")


def upgrade() -> None:
    """Add tables, columns and words; what is there keeps its meaning. What an even share-out of before gave counts as
    shared out, not as given by hand: only that left moves with a batch. It has no plan and is not undone as one any
    more."""
    op.add_column("campaigns", sa.Column("sharing", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("campaigns", sa.Column("claim_cap", sa.Integer(), server_default="0", nullable=False))
    _make_moves_anew((*VERBS, *MORE_VERBS))
    op.execute("update assignment_moves set verb = 'share' where verb = 'give' and batch is not null")
    _create_plans()
    _create_absences()
    op.create_table(
        "nudges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        _refers("nudges", "campaign_id", "campaigns"),
        _refers("nudges", "member_id", "members"),
        _refers("nudges", "by_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
    )
    op.create_index(op.f("ix_nudges_campaign_id"), "nudges", ["campaign_id"])
    op.create_index("ix_nudges_member_at", "nudges", ["member_id", "at"])


def downgrade() -> None:
    """Back to fewer words: the new verbs become the old ones that come nearest, and the tables go. A role that somebody
    held for another stays with them."""
    for table in ("nudges", "stand_ins", "avoidances", "absences", "share_out_rows", "share_outs"):
        op.drop_table(table)
    for word, old in MORE_VERBS.items():
        op.execute(f"update assignment_moves set verb = '{old}' where verb = '{word}'")
    _make_moves_anew(VERBS)
    op.drop_column("campaigns", "claim_cap")
    op.drop_column("campaigns", "sharing")


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def _refers(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
    )


def _make_moves_anew(verbs: tuple[str, ...]) -> None:
    op.execute("create table kept_moves as select * from assignment_moves")
    op.drop_table("assignment_moves")
    op.create_table(
        "assignment_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("verb", _word("assignmentverb", verbs), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=True),
        _refers("assignment_moves", "actor_id", "members"),
        _refers("assignment_moves", "assignment_id", "assignments", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_moves")),
    )
    op.execute(f"insert into assignment_moves ({MOVE}) select {MOVE} from kept_moves")
    op.drop_table("kept_moves")
    op.create_index(op.f("ix_assignment_moves_assignment_id"), "assignment_moves", ["assignment_id"])
    op.create_index(op.f("ix_assignment_moves_batch"), "assignment_moves", ["batch"])
    op.create_index("ix_assignment_moves_verb_at", "assignment_moves", ["verb", "at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "select setval(pg_get_serial_sequence('assignment_moves', 'id'),"
            " greatest((select max(id) from assignment_moves), 1))"
        )


def _create_plans() -> None:
    op.create_table(
        "share_outs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("state", _word("sharestate", STATES), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("outline", sa.JSON(), nullable=False),
        sa.Column("failure", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        _refers("share_outs", "campaign_id", "campaigns"),
        _refers("share_outs", "created_by_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_outs")),
    )
    op.create_index(op.f("ix_share_outs_campaign_id"), "share_outs", ["campaign_id"])
    op.create_table(
        "share_out_rows",
        sa.Column("share_out_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("visitors", sa.JSON(), nullable=False),
        sa.Column("was_group_id", sa.Integer(), nullable=True),
        sa.Column("was_visitors", sa.JSON(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        _refers("share_out_rows", "share_out_id", "share_outs", "CASCADE"),
        _refers("share_out_rows", "assignment_id", "assignments", "CASCADE"),
        _refers("share_out_rows", "group_id", "groups", "CASCADE"),
        sa.PrimaryKeyConstraint("share_out_id", "assignment_id", name=op.f("pk_share_out_rows")),
    )
    op.create_index(op.f("ix_share_out_rows_assignment_id"), "share_out_rows", ["assignment_id"])
    op.create_index("ix_share_out_rows_group", "share_out_rows", ["share_out_id", "group_id"])


def _create_absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", _word("absencereason", ("away", "ill", "other")), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_absences_days")),
        _refers("absences", "member_id", "members"),
        _refers("absences", "noted_by_id", "members"),
        _refers("absences", "ended_by_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_member_id"), "absences", ["member_id"])
    op.create_table(
        "avoidances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(household_id is null) <> (other_id is null)", name=op.f("ck_avoidances_one_other")),
        _refers("avoidances", "member_id", "members"),
        _refers("avoidances", "household_id", "households"),
        _refers("avoidances", "other_id", "members"),
        _refers("avoidances", "noted_by_id", "members"),
        _refers("avoidances", "lifted_by_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avoidances")),
    )
    for column in ("member_id", "household_id", "other_id"):
        op.create_index(op.f(f"ix_avoidances_{column}"), "avoidances", [column])
    op.create_table(
        "stand_ins",
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("for_id", sa.Integer(), nullable=False),
        _refers("stand_ins", "grant_id", "role_grants", "CASCADE"),
        _refers("stand_ins", "for_id", "members"),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_stand_ins")),
    )
    op.create_index(op.f("ix_stand_ins_for_id"), "stand_ins", ["for_id"])
