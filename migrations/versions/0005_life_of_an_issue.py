"""the whole life of an issue: parked, merged, extended, pressed on; parts of co-units; the dispatch catalogue, links for
residents, spot checks, ways out for notices, regular jobs

Columns are added and dropped by plain ALTER TABLE: batch mode would build the tables anew on SQLite, where dropping the
old one deletes what hangs on its rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SOLVED = ("yes", "partly", "no")
CONTENTMENT = ("content", "fairly", "discontent", "unrated")
TABLES = (
    "job_runs",
    "spot_check_items",
    "spot_checks",
    "deliveries",
    "channels",
    "dispatch_rules",
    "resident_links",
)


def upgrade() -> None:
    """Add tables and columns; what is there keeps its meaning: nothing was parked, merged, extended or pressed on."""
    _create_tables()
    op.add_column("campaigns", sa.Column("written_days", sa.Integer(), server_default="2", nullable=False))
    op.add_column("campaigns", sa.Column("circular_days", sa.Integer(), server_default="5", nullable=False))
    op.add_column("issue_units", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    _add_reference("issue_units", "done_by_id", "members")
    _add_word("issues", "park_cause", "parkcause", ("funds", "policy", "legacy", "season"))
    op.add_column("issues", sa.Column("interim", sa.Text(), server_default="", nullable=False))
    op.add_column("issues", sa.Column("review_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_issues_review_on"), "issues", ["review_on"])
    op.add_column("issues", sa.Column("extension_until", sa.Date(), nullable=True))
    op.add_column("issues", sa.Column("extensions", sa.Integer(), server_default="0", nullable=False))
    _add_word("issues", "supervision", "supervision", ("reminded", "written", "circulated"))
    for name in MOMENTS:
        op.add_column("issues", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _add_reference("issues", "about_unit_id", "organisations")
    _add_reference("issues", "about_member_id", "members")
    _add_reference("revisits", "link_id", "resident_links")
    op.create_index(op.f("ix_revisits_link_id"), "revisits", ["link_id"], unique=True)


def downgrade() -> None:
    """Back to what was known before. Issues that are parked or merged become what they were: in progress, to be taken
    on. What residents said by a link stays as a revisit of who gave it."""
    op.drop_index(op.f("ix_revisits_link_id"), table_name="revisits")
    op.drop_index(op.f("ix_issues_review_on"), table_name="issues")
    op.execute("update issues set state = 'in_progress', step_due_at = due_at where state = 'parked'")
    op.execute("update issues set state = 'triage', main_issue_id = null where state = 'merged'")
    for table, names in COLUMNS.items():
        for name in names:
            op.drop_column(table, name)
    for table in TABLES:
        op.drop_table(table)


MOMENTS = ("original_due_at", "supervised_at", "amber_told_at", "overdue_told_at")
COLUMNS = {
    "revisits": ("link_id",),
    "issues": (
        "about_member_id",
        "about_unit_id",
        *MOMENTS,
        "supervision",
        "extensions",
        "extension_until",
        "review_on",
        "interim",
        "park_cause",
    ),
    "issue_units": ("done_by_id", "due_at"),
    "campaigns": ("circular_days", "written_days"),
}


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def _add_word(table: str, column: str, name: str, words: tuple[str, ...]) -> None:
    """A column with its CHECK, which SQLite takes only together with the column."""
    allowed = ", ".join(f"'{word}'" for word in words)
    op.execute(
        f"alter table {table} add column {column} varchar(24) constraint ck_{table}_{name} check ({column} in ({allowed}))"
    )


def _add_reference(table: str, column: str, other: str) -> None:
    """A column with its foreign key, which SQLite takes only together with the column."""
    op.execute(
        f"alter table {table} add column {column} integer"
        f" constraint fk_{table}_{column}_{other} references {other} (id)"
    )


def _create_tables() -> None:
    op.create_table('job_runs',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('holder', sa.String(length=80), nullable=False),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job_runs'))
    )
    op.create_table('channels',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', _word("channelkind", ('wecom', 'dingtalk', 'feishu', 'email', 'webhook')), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('secret', sa.String(length=200), nullable=False),
    sa.Column('pace', _word("pace", ('each', 'digest')), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['members.id'], name=op.f('fk_channels_made_by_id_members')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_channels_member_id_members')),
    sa.ForeignKeyConstraint(['unit_id'], ['organisations.id'], name=op.f('fk_channels_unit_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels'))
    )
    op.create_index(op.f("ix_channels_member_id"), "channels", ['member_id'])
    op.create_index(op.f("ix_channels_unit_id"), "channels", ['unit_id'])

    op.create_table('spot_checks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('drawn_by_id', sa.Integer(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('population', sa.Integer(), nullable=False),
    sa.Column('wishes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['drawn_by_id'], ['members.id'], name=op.f('fk_spot_checks_drawn_by_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_checks'))
    )
    op.create_table('deliveries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', _word("deliverystate", ('waiting', 'sending', 'sent', 'failed', 'unclear')), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_deliveries_channel_id_channels'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    sa.UniqueConstraint('channel_id', 'key', name=op.f('uq_deliveries_channel_id_key'))
    )
    op.create_index(op.f("ix_deliveries_channel_id"), "deliveries", ['channel_id'])
    op.create_index("ix_deliveries_state_next", "deliveries", ['state', 'next_try_at'])

    op.create_table('dispatch_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=True),
    sa.Column('lead_unit_id', sa.Integer(), nullable=False),
    sa.Column('co_unit_ids', sa.JSON(), nullable=False),
    sa.Column('limit_days', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_dispatch_rules_area_id_areas'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['category_id'], ['categories.id'], name=op.f('fk_dispatch_rules_category_id_categories'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lead_unit_id'], ['organisations.id'], name=op.f('fk_dispatch_rules_lead_unit_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispatch_rules')),
    sa.UniqueConstraint('category_id', 'area_id', name=op.f('uq_dispatch_rules_category_id_area_id'))
    )
    op.create_index(op.f("ix_dispatch_rules_area_id"), "dispatch_rules", ['area_id'])

    op.create_table('resident_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('manner', _word("manner", ('door', 'phone', 'talk')), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_resident_links_issue_id_issues'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['members.id'], name=op.f('fk_resident_links_made_by_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resident_links')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_resident_links_secret_hash'))
    )
    op.create_index(op.f("ix_resident_links_issue_id"), "resident_links", ['issue_id'])

    op.create_table('spot_check_items',
    sa.Column('spot_check_id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_by_id', sa.Integer(), nullable=True),
    sa.Column('reached', sa.Boolean(), nullable=True),
    sa.Column('solved', _word("solved", ('yes', 'partly', 'no')), nullable=True),
    sa.Column('contentment', _word("contentment", ('content', 'fairly', 'discontent', 'unrated')), nullable=True),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['checked_by_id'], ['members.id'], name=op.f('fk_spot_check_items_checked_by_id_members')),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_spot_check_items_issue_id_issues')),
    sa.ForeignKeyConstraint(['spot_check_id'], ['spot_checks.id'], name=op.f('fk_spot_check_items_spot_check_id_spot_checks'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('spot_check_id', 'issue_id', name=op.f('pk_spot_check_items'))
    )
    op.create_index(op.f("ix_spot_check_items_issue_id"), "spot_check_items", ['issue_id'])
