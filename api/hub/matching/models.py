"""The linkage model of a partition: the default until an operator promotes another (`api.hub.modelling`)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.models import activate, active_model_id, read_model
from api.hub.storage.partitions import Partition
from api.service.database import Database
from matcher.defaults import default_model
from matcher.model import LinkageModel
from matcher.profile import profile_named
from matcher.tables import ScoringTables


@dataclass(frozen=True, eq=False)
class NumberedModel:
    """A model with its number in the database and its tables, which searches know again by identity: keep it."""

    id: int
    model: LinkageModel
    tables: ScoringTables = field(init=False)

    def __post_init__(self) -> None:
        """Make the tables."""
        object.__setattr__(self, "tables", self.model.tables())


class Shelf:
    """Models that were read before; a model never changes once it is stored."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._read: dict[int, NumberedModel] = {}

    def active(self, conn: Connection, partition_id: int) -> NumberedModel | None:
        """The model that a partition is matched with, None before its first match; ModelError when it is unusable."""
        model_id = active_model_id(conn, partition_id)
        if model_id is not None and model_id not in self._read:
            self._read[model_id] = NumberedModel(model_id, read_model(conn, model_id))
        return None if model_id is None else self._read[model_id]


def model_for(database: Database, partition: Partition, now: datetime, shelf: Shelf | None = None) -> NumberedModel:
    """The partition's model; the default of its profile is stored on first use.

    Raises:
        InputError, ModelError: this release cannot use the profile or the model.
        StorageError: the database failed.
    """
    shelf = shelf or Shelf()
    with database.read() as conn:
        found = shelf.active(conn, partition.id)
    if found is None:
        database.retrying(lambda conn: _store_default(conn, partition, now))
        with database.read() as conn:
            found = shelf.active(conn, partition.id)
    assert found is not None
    return found


def _store_default(conn: Connection, partition: Partition, now: datetime) -> None:
    # Two processes may come here at once: the second one waits, and then finds the first one's model.
    hold(conn, RECORDS)
    if active_model_id(conn, partition.id) is None:
        activate(conn, partition.id, default_model(profile_named(partition.profile)), now)
