"""Runs migrations in the app's own engine. One transaction per migration, so that a killed one leaves nothing half."""

from alembic import context
from flask import current_app

from hengli_visits.extensions import db
from hengli_visits.orm import Base, UtcDateTime
from hengli_visits.search_index import is_index

config = context.config


def _include(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    return not (is_index(name) or (kind == "table" and name == "alembic_version"))


def _render(kind: str, item: object, _context: object) -> str | bool:
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run_migrations() -> None:
    """Bring the database to the wanted version."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=_include,
            render_item=_render,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    db.engine.dispose()


if context.is_offline_mode():
    raise RuntimeError("migrations run online only")
if not current_app:
    raise RuntimeError("run migrations through `flask db`")
run_migrations()
