"""`milap hub model promote`: the only way that a partition comes to be matched with another model."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.modelling.choosing import model_of_number, partition_of, usable_model
from api.hub.registry.noting import note_act
from api.hub.storage import models, partitions
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.models import StoredModel
from api.hub.storage.partitions import Partition
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary
from matcher.drift import drift
from matcher.errors import InputError, ModelError
from matcher.model import LinkageModel


def promote(database: Database, number: int, partition_id: int | None, confirmed: bool, clock: Clock) -> Summary:
    """Match a partition with a model from now on, with an entry in the audit log; one that is active already stays.

    Records that arrive are matched with it at once, and what was matched before by the next cross-match, which is a
    full one.

    Args:
        database: the hub's.
        number: the model.
        partition_id: the partition; None takes the model's own, or the only open one of its profile.
        confirmed: whether the operator means it.
        clock: tells when.

    Raises:
        InputError: there is no such model or partition, the partition is closed, the model is of another profile or
            lacks a view, or `confirmed` is not set.
        ModelError: the model is damaged.
    """
    return database.retrying(lambda conn: promote_within(conn, number, partition_id, confirmed, clock()))


def promote_within(
    conn: Connection, number: int, partition_id: int | None, confirmed: bool, now: datetime
) -> Summary:
    """The same in the caller's transaction, as the last thing in it."""
    # A run that begins meanwhile pins one model or the other, and a default that is being stored is not lost.
    hold(conn, RECORDS)
    stored = model_of_number(conn, number)
    partition = open_one(partition_of(conn, stored, partition_id))
    model = usable_model(conn, stored, partition)
    if partition.model_id == number:
        return _told(partition, number, number, None)
    word = _drift_word(conn, partition, model)
    if not confirmed:
        raise InputError(_unconfirmed(partition, stored, word))
    partitions.set_model(conn, partition.id, number)
    note_act(
        conn, "model-promoted", str(partition.id), now, model=number, was=partition.model_id, run=stored.run_id,
        drift=word,
    )
    return _told(partition, number, partition.model_id, word)


def open_one(partition: Partition) -> Partition:
    """The partition; InputError when it is closed."""
    if partition.state != "open":
        raise InputError(f"Partition {partition.id} is closed and matched no longer; there is nothing to promote for.")
    return partition


def _drift_word(conn: Connection, partition: Partition, model: LinkageModel) -> str | None:
    """How far the model lies from the active one; None when there is none, or none that this release can use."""
    if partition.model_id is None:
        return None
    try:
        return drift(models.read_model(conn, partition.model_id), model).word
    except ModelError:
        return None


def _unconfirmed(partition: Partition, stored: StoredModel, word: str | None) -> str:
    against = "" if word is None else f" ({word} against model {partition.model_id})"
    return (
        f"Nothing was changed: model {stored.id}{against} would decide what partition {partition.id} proposes; look at "
        f"`milap hub model diff {stored.id}`, then add --yes."
    )


def _told(partition: Partition, number: int, was: int | None, word: str | None) -> Summary:
    values = {"partition": partition.id, "model": number, "was": was, "drift": word, "changed": number != was}
    if number == was:
        return Summary(values, [f"Partition {partition.id} is matched with model {number} already; nothing changed."])
    return Summary(values, [
        f"Partition {partition.id} is matched with model {number} from now on (until now: {was or 'none'}).",
        "New and changed records are matched with it at once. The next cross-match is a full one, because the model "
        "changed, and brings all others in line.",
    ])  # fmt: skip
