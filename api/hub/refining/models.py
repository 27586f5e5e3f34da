"""The model that candidates of a masked comparison are weighed with: the one that ships with the masked profile."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.matching.models import NumberedModel, with_curve
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.models import add_model, read_model, shared_model
from api.service.database import Database
from matcher.defaults import default_model
from matcher.errors import BatchError
from matcher.photos import PhotoSpace, photo_space
from matcher.profile import EncodingProfile


class MaskedModels:
    """Models by masked profile, and by the space that photos are of: what a photo weighs is told by its space.

    Args:
        database: where a model is stored before it is first used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[tuple[bytes, str | None], NumberedModel] = {}

    def of(self, profile: EncodingProfile, space: str | None, now: datetime) -> NumberedModel:
        """The model of a masked profile for photos of a space; None for pairs without photos to compare.

        Raises:
            ModelError: this release cannot use the model that is stored.
            StorageError: the database failed.
        """
        key = profile.digest, space
        if key not in self._kept:
            number = self._number(profile, now)
            with self._database.read() as conn:
                model = read_model(conn, number)
            self._kept[key] = NumberedModel(number, with_curve(model, _space(space)))
        return self._kept[key]

    def _number(self, profile: EncodingProfile, now: datetime) -> int:
        with self._database.read() as conn:
            known = shared_model(conn, profile.digest.hex())
        return self._database.retrying(lambda conn: _stored(conn, profile, now)) if known is None else known


def _stored(conn: Connection, profile: EncodingProfile, now: datetime) -> int:
    # Two processes may come here at once: the second one waits, and then finds the first one's model.
    hold(conn, RECORDS)
    known = shared_model(conn, profile.digest.hex())
    return add_model(conn, default_model(profile), now) if known is None else known


def _space(text: str | None) -> PhotoSpace | None:
    try:
        return None if text is None else photo_space(text)
    except BatchError:
        return None
