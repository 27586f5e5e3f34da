"""Linkage models, and which one a partition is matched with."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from api.hub.storage.partitions import set_model
from api.hub.storage.tables import models, partitions
from matcher.model import LinkageModel
from matcher.model_file import model_from_json, model_to_json


def add_model(conn: Connection, model: LinkageModel, now: datetime) -> int:
    """Keep a model; gives its number."""
    values = {
        "profile_digest": model.profile.digest.hex(), "origin": model.origin, "content": model_to_json(model),
        "created_at": now,
    }  # fmt: skip
    return int(conn.execute(insert(models).values(**values).returning(models.c.id)).scalar_one())


def read_model(conn: Connection, model_id: int) -> LinkageModel:
    """The model of a number; ModelError when this release cannot use it."""
    content = conn.execute(select(models.c.content).where(models.c.id == model_id)).scalar_one()
    return model_from_json(str(content), f"model {model_id} of the database")


def active_model_id(conn: Connection, partition_id: int) -> int | None:
    """The model that a partition is matched with, None before its first match."""
    query = select(partitions.c.model_id).where(partitions.c.id == partition_id)
    found = conn.execute(query).scalar()
    return None if found is None else int(found)


def activate(conn: Connection, partition_id: int, model: LinkageModel, now: datetime) -> int:
    """Keep a model and match a partition with it from now on; gives its number."""
    model_id = add_model(conn, model, now)
    set_model(conn, partition_id, model_id)
    return model_id
