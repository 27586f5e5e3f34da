"""The linkage model of a partition: the default until an operator promotes another (`api.hub.modelling`).

What a photo weighs is no part of a stored model, unless an operator has installed a curve of their own: the partition's
photo space says which of the shipped curves it is.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.models import activate, model_in_use, read_model
from api.hub.storage.partitions import Partition
from api.service.database import Database
from matcher.defaults import default_model
from matcher.model import LinkageModel
from matcher.photo_curve import PhotoCurve
from matcher.photo_curve_file import shipped_curve
from matcher.photos import PhotoSpace, photo_space
from matcher.profile import profile_named
from matcher.tables import ScoringTables
from matcher.views import View


@dataclass(frozen=True, eq=False)
class NumberedModel:
    """A model with its number in the database and its tables, which searches know again by identity: keep it.

    The model is as a partition uses it: with the photo curve of its space.
    """

    id: int
    model: LinkageModel
    tables: ScoringTables = field(init=False)

    def __post_init__(self) -> None:
        """Make the tables."""
        object.__setattr__(self, "tables", self.model.tables())


class Shelf:
    """Models that were read before; a model never changes once it is stored, but what photos weigh is told by space."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._read: dict[tuple[int, str | None], NumberedModel] = {}

    def active(self, conn: Connection, partition_id: int) -> NumberedModel | None:
        """The model that a partition is matched with, None before its first match; ModelError when it is unusable."""
        model_id, space = model_in_use(conn, partition_id)
        if model_id is None:
            return None
        if (model_id, space) not in self._read:
            self._read[model_id, space] = _numbered(conn, model_id, None if space is None else photo_space(space))
        return self._read[model_id, space]


def fits(curve: PhotoCurve, space: PhotoSpace) -> bool:
    """Whether a curve is for photo codes of this space."""
    return (curve.embedder, curve.centred) == (space.embedder, space.centred)


def with_curve(model: LinkageModel, space: PhotoSpace | None) -> LinkageModel:
    """A stored model as it weighs photos of a space: by its own curve, or by the one that is shipped for the space.

    Photos weigh nothing when the model's own curve is for another space, and when nobody has one for this. Before there
    is a space there are no photos, and the model stays as it is.
    """
    if space is None or View.PHOTO not in model.profile:
        return model
    curve = model.photo or shipped_curve(space)
    return replace(model, photo=curve if curve is not None and fits(curve, space) else None)


def model_for(database: Database, partition: Partition, now: datetime, shelf: Shelf | None = None) -> NumberedModel:
    """The partition's model, with the photo curve of its space; the default of its profile is stored on first use.

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


def _numbered(conn: Connection, model_id: int, space: PhotoSpace | None) -> NumberedModel:
    used = with_curve(read_model(conn, model_id), space)
    if space is not None and used.photo is None and View.PHOTO in used.profile:
        structlog.get_logger().warning("photos weigh nothing", model=model_id, reason="no curve for their space")
    return NumberedModel(model_id, used)


def _store_default(conn: Connection, partition: Partition, now: datetime) -> None:
    # Two processes may come here at once: the second one waits, and then finds the first one's model.
    hold(conn, RECORDS)
    if model_in_use(conn, partition.id)[0] is None:
        activate(conn, partition.id, default_model(profile_named(partition.profile)), now)
