"""Reading a waiting batch again as the user says: other columns, another kind of roster, villages by other names. With
`data` None it is only ordered, for work that is done aside."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hengli_visits import audit, clock
from hengli_visits.actor import Actor
from hengli_visits.errors import require
from hengli_visits.households.actions import learn_alias
from hengli_visits.imports import rules
from hengli_visits.imports.actions.ordering import order_read
from hengli_visits.imports.actions.reading import read
from hengli_visits.imports.correction import ColumnSet, column_sets
from hengli_visits.models import Area, Campaign, ColumnChoice, ImportBatch, RosterKind
from hengli_visits.orm import hold_keys


def correct_columns(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    data: bytes | None,
    chosen: Sequence[tuple[ColumnSet, Sequence[str]]],
) -> None:
    """Read a waiting batch again with these fields for its columns, and remember them for every set of headers. Refuses
    (`Conflict`) a batch that was decided meanwhile; raises what `read` raises."""
    _hold(session, actor, batch)
    columns = {sheet: one.chosen(meanings) for one, meanings in chosen for sheet in one.sheets}
    for one, meanings in chosen:
        if one.key:
            _remember(session, actor, batch.kind, one.key, one.lasting(meanings))
    _again(session, actor, batch, data, columns)
    audit.record(session, actor, "import.correct_columns", "import_batch", batch.id, kind=batch.kind.value)
    session.flush()


def _hold(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Hold a waiting batch, so that nobody else reads or imports it meanwhile."""
    require(rules.may_import(actor))
    session.refresh(batch, with_for_update={"of": ImportBatch})
    rules.refuse_decided(batch)


def _again(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    data: bytes | None,
    columns: Mapping[str, Mapping[int, str]] | None,
) -> None:
    """Read a batch again, with these columns unless they are to stay."""
    if columns is not None:
        chosen = {sheet: {str(index): field for index, field in own.items()} for sheet, own in columns.items()}
        batch.choices = batch.choices | {"columns": chosen}
    batch.choices = batch.choices | {"guess": False}
    if data is None:
        order_read(session, actor, batch)
    else:
        read(session, actor, batch, data)


def _remember(session: Session, actor: Actor, kind: RosterKind, key: str, columns: Mapping[str, str]) -> None:
    hold_keys(session, f"columns:{kind.value}:{key}")
    known = session.scalars(
        select(ColumnChoice).where(ColumnChoice.kind == kind, ColumnChoice.key == key)
    ).one_or_none()
    if known is None:
        known = ColumnChoice(kind=kind, key=key)
        session.add(known)
    known.columns, known.chosen_at, known.chosen_by_id = dict(columns), clock.now(), actor.recorded_id
    session.flush()


def forget_columns(session: Session, actor: Actor, batch: ImportBatch, data: bytes | None) -> None:
    """Forget what is remembered for the headers of a waiting batch, and read it again as if for the first time."""
    _hold(session, actor, batch)
    keys = [one.key for one in column_sets(batch.sheets) if one.key]
    session.execute(delete(ColumnChoice).where(ColumnChoice.kind == batch.kind, ColumnChoice.key.in_(keys)))
    _again(session, actor, batch, data, {})
    audit.record(session, actor, "import.forget_columns", "import_batch", batch.id, kind=batch.kind.value)
    session.flush()


def change_kind(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    data: bytes | None,
    kind: RosterKind,
    campaign: Campaign | None = None,
) -> None:
    """Read a waiting batch again as another kind of roster. Raises what `read` raises."""
    _hold(session, actor, batch)
    batch.kind = kind
    batch.campaign_id = campaign.id if campaign else None
    _again(session, actor, batch, data, {})


def learn_villages(
    session: Session, actor: Actor, batch: ImportBatch, data: bytes | None, names: Sequence[tuple[str, Area]]
) -> None:
    """Remember what the user says of names in a waiting batch: which village each means. The batch is read again by
    them. Refuses (`Invalid`) a name that another village has."""
    _hold(session, actor, batch)
    for name, area in names:
        learn_alias(session, actor, area, name)
    _again(session, actor, batch, data, None)
