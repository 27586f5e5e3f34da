"""Linkage models: defaults, estimates of the nights, and which one a partition is matched with."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from api.hub.storage.partitions import set_model
from api.hub.storage.run_tables import runs
from api.hub.storage.tables import candidates, models, partitions
from matcher.model import LinkageModel
from matcher.model_file import model_from_json, model_to_json

KEPT_ESTIMATES = 30
"""The newest so many estimates of a partition stay, whether anything names them or not."""


class StoredModel(NamedTuple):
    """A model without its tables: of an estimate, the partition and run it was made after and what it reports."""

    id: int
    profile_digest: str
    origin: str
    partition_id: int | None
    run_id: int | None
    report: Mapping[str, Any]
    created_at: datetime


_FIELDS = [models.c[name] for name in StoredModel._fields]


def add_model(conn: Connection, model: LinkageModel, now: datetime) -> int:
    """Keep a model; gives its number."""
    return _add(conn, model, now)


def add_estimate(
    conn: Connection, model: LinkageModel, partition_id: int, run_id: int | None, report: Mapping[str, Any],
    now: datetime,
) -> int:  # fmt: skip
    """Keep what was estimated after a run, or made by an operator from the model in use; gives its number."""
    text = json.dumps(report, sort_keys=True)
    return _add(conn, model, now, partition_id=partition_id, run_id=run_id, report=text)


def read_model(conn: Connection, model_id: int) -> LinkageModel:
    """The model of a number; ModelError when this release cannot use it."""
    return model_from_json(content_of(conn, model_id), f"model {model_id} of the database")


def content_of(conn: Connection, model_id: int) -> str:
    """The text of a model that is there, as it was stored."""
    return str(conn.execute(select(models.c.content).where(models.c.id == model_id)).scalar_one())


def stored_model(conn: Connection, model_id: int) -> StoredModel | None:
    """What is known of a model, None when there is none of the number."""
    row = conn.execute(select(*_FIELDS).where(models.c.id == model_id)).first()
    return None if row is None else _stored(row)


def shared_model(conn: Connection, profile_digest: str) -> int | None:
    """The first model of a profile that is no partition's estimate, by number; None when there is none."""
    of_all = (models.c.profile_digest == profile_digest, models.c.partition_id.is_(None))
    number = conn.execute(select(models.c.id).where(*of_all).order_by(models.c.id).limit(1)).scalar()
    return None if number is None else int(number)


def estimates(conn: Connection, partition_id: int) -> list[StoredModel]:
    """The estimates of a partition, the newest first."""
    query = select(*_FIELDS).where(models.c.partition_id == partition_id).order_by(models.c.id.desc())
    return [_stored(row) for row in conn.execute(query)]


def estimate_of_run(conn: Connection, run_id: int) -> StoredModel | None:
    """What was estimated after a run, None before."""
    row = conn.execute(select(*_FIELDS).where(models.c.run_id == run_id).order_by(models.c.id).limit(1)).first()
    return None if row is None else _stored(row)


def model_in_use(conn: Connection, partition_id: int) -> tuple[int | None, str | None]:
    """The model that a partition is matched with, and the text of its photo space; None before they are there."""
    query = select(partitions.c.model_id, partitions.c.photo_space).where(partitions.c.id == partition_id)
    row = conn.execute(query).first()
    return (None, None) if row is None else (row.model_id, row.photo_space)


def activate(conn: Connection, partition_id: int, model: LinkageModel, now: datetime) -> int:
    """Keep a model and match a partition with it from now on; gives its number."""
    model_id = add_model(conn, model, now)
    set_model(conn, partition_id, model_id)
    return model_id


def prune(conn: Connection, partition_id: int, kept: int = KEPT_ESTIMATES) -> int:
    """Drop old estimates of a partition that no partition, candidate or run names; gives how many went."""
    dropped = 0
    for old in estimates(conn, partition_id)[kept:]:
        if not _is_named(conn, old.id):
            conn.execute(delete(models).where(models.c.id == old.id))
            dropped += 1
    return dropped


def _is_named(conn: Connection, model_id: int) -> bool:
    return any(
        conn.execute(select(table.c.id).where(table.c.model_id == model_id).limit(1)).first() is not None
        for table in (partitions, runs, candidates)
    )


def _add(conn: Connection, model: LinkageModel, now: datetime, **more: Any) -> int:
    values = {
        "profile_digest": model.profile.digest.hex(), "origin": model.origin, "content": model_to_json(model),
        "created_at": now, **more,
    }  # fmt: skip
    return int(conn.execute(insert(models).values(**values).returning(models.c.id)).scalar_one())


def _stored(row: Any) -> StoredModel:
    return StoredModel._make(row)._replace(report=json.loads(row.report) if row.report else {})
