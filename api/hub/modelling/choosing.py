"""Which model and which partition an operator's command means."""

import json

from sqlalchemy import Connection

from api.hub.matching.models import fits
from api.hub.storage import models, partitions
from api.hub.storage.models import StoredModel
from api.hub.storage.partitions import Partition
from matcher.errors import InputError
from matcher.model import LinkageModel
from matcher.photo_curve import PhotoCurve
from matcher.profile import profile_named

NO_MODEL = "There is no model {}; `milap hub model show` lists them."


def model_of_number(conn: Connection, number: int) -> StoredModel:
    """What is known of a model; InputError when there is none of the number."""
    found = models.stored_model(conn, number)
    if found is None:
        raise InputError(NO_MODEL.format(number))
    return found


def chosen_partitions(conn: Connection, number: int | None) -> list[Partition]:
    """All open partitions, or the one of a number; InputError when there is none of it."""
    if number is None:
        return partitions.open_partitions(conn)
    found = partitions.by_id(conn, number)
    if found is None:
        raise InputError(f"There is no partition {number}; `milap hub partition list` shows them all.")
    return [found]


def partition_of(conn: Connection, model: StoredModel | None, number: int | None) -> Partition:
    """The partition that is meant: of a number, else the model's own, else the only open one that fits.

    Raises:
        InputError: there is none of the number, or none or several would fit.
    """
    own = number if number is not None or model is None else model.partition_id
    found = chosen_partitions(conn, own)
    if own is None and model is not None:
        found = [partition for partition in found if partition.profile_digest == model.profile_digest]
    if len(found) != 1:
        what = "No open partition fits" if not found else "More than one open partition fits"
        raise InputError(f"{what}; say which with --partition (`milap hub partition list` shows them all).")
    return found[0]


def usable_model(conn: Connection, model: StoredModel, partition: Partition) -> LinkageModel:
    """The model, when the partition can be matched with it.

    Raises:
        InputError: it is of another profile, lacks a view of it, or weighs other photo codes than the partition's.
        ModelError: it is damaged.
    """
    if model.profile_digest != partition.profile_digest:
        raise InputError(
            f"Model {model.id} is of another profile than partition {partition.id} ({partition.profile}); take "
            "an estimate of that partition."
        )
    lacking = _lacking(models.content_of(conn, model.id), partition)
    if lacking:
        raise InputError(
            f"Model {model.id} has no weights for {', '.join(lacking)}, which {partition.profile} compares; take "
            "another estimate."
        )
    found = models.read_model(conn, model.id)
    found.tables()
    if found.photo is not None:
        require_fitting(found.photo, partition)
    return found


def require_fitting(curve: PhotoCurve, partition: Partition) -> None:
    """InputError unless a photo curve is for the photo codes of a partition, as far as it has any yet."""
    space = partition.space
    if space is not None and not fits(curve, space):
        raise InputError(
            f"The photo curve is for {_kind(curve.embedder, curve.centred)} codes, and partition {partition.id} has "
            f"{_kind(space.embedder, space.centred)} ones; calibrate a curve for these."
        )


def _kind(embedder: str, centred: bool) -> str:
    return f"{'centred' if centred else 'uncentred'} {embedder}"


def _lacking(content: str, partition: Partition) -> list[str]:
    try:
        views = json.loads(content)["views"]
        return [p.view.value for p in profile_named(partition.profile).views if p.view.value not in views]
    except (ValueError, KeyError, TypeError):
        return []
