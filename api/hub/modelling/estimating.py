"""A model estimated anew after each run: stored beside the active one, never used until an operator promotes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from api.hub.matching.agreed import AgreedSearch, Matrix
from api.hub.matching.models import model_for
from api.hub.matching.probes import ResidentProbes
from api.hub.modelling.labels import judged_pairs
from api.hub.modelling.weighing import labels_under
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.models import StoredModel, add_estimate, estimate_of_run, prune, read_model
from api.hub.storage.partitions import Partition
from api.service.database import Database
from indexer.fitting import fit_model
from indexer.parts import AnyGallery
from indexer.search import KernelSearch
from matcher.defaults import default_model
from matcher.drift import drift
from matcher.errors import ModelError
from matcher.labelled import Labels, Relabelled, recalibrate
from matcher.model import LinkageModel
from matcher.views import Kind

FIT_SEED = 20261101
"""The sample that a model is fitted to is drawn with a fixed seed: the same records give the same model."""
LABELLED = "em, labels"
"""Origin of an estimate whose curve reviewed pairs have corrected."""


@dataclass(frozen=True)
class Estimated:
    """An estimate by number, and what it reports, in plain values.

    run             the run that it was made after
    active          number of the model that the partition was matched with then
    missing, found  how many records it was fitted to
    drift           from the active model (matcher.drift)
    labels          what reviewed pairs brought (matcher.labelled); `judged` counts them before any was left out
    """

    number: int
    report: Mapping[str, Any]

    @property
    def drift(self) -> str:
        """How far it lies from the active model, in one word."""
        return str(self.report["drift"]["word"])


def estimate(
    database: Database, partition: Partition, gallery: AnyGallery, search: KernelSearch, matrix: Matrix, run_id: int,
    now: datetime,
) -> Estimated:  # fmt: skip
    """Estimate a partition's model from the default one, by its records and what people have judged, and store it.

    Only pairs under an agreement are searched. Once for each run: called again it gives what was stored. Old estimates
    that nothing names are dropped.

    Args:
        database: the hub's.
        partition: whose model.
        gallery: the records that the run was pinned to; it must not change meanwhile.
        search: a search over it.
        matrix: the agreements of the run.
        run_id: the run.
        now: aware.

    Raises:
        InputError, ModelError: this release cannot use the profile or the active model.
        StorageError: the database failed.
    """
    with database.read() as conn:
        stored = estimate_of_run(conn, run_id)
        judged = judged_pairs(conn, partition.id)
    if stored is not None:
        return _estimated(stored)
    active = model_for(database, partition, now)
    held = ResidentProbes(gallery, Kind.MISSING).all()
    agreed = AgreedSearch(search, held.holders, matrix)
    rng = np.random.default_rng(FIT_SEED)
    # Photos are weighed as they are in use, and by no record's example: their curve is the operator's, or shipped.
    start = replace(default_model(gallery.profile), photo=active.model.photo)
    model = fit_model(start, held.batch, gallery, agreed, rng)
    labels = labels_under(model, judged, held, gallery, agreed, _comparable(database, model))
    model, found = _with_labels(model, labels)
    report = {
        "run": run_id, "active": active.id, "missing": gallery.record_count(Kind.MISSING),
        "found": gallery.record_count(Kind.FOUND), "drift": drift(active.model, model).document(),
        "labels": {"judged": len(judged), **found.document()},
    }  # fmt: skip
    with database.read() as conn:
        kept = replace(model, photo=read_model(conn, active.id).photo)
    return _estimated(database.retrying(lambda conn: _store(conn, kept, partition.id, run_id, report, now)))


def _with_labels(model: LinkageModel, labels: Labels) -> tuple[LinkageModel, Relabelled]:
    found = recalibrate(model.curve, labels)
    used = found.outcome == "used"
    return replace(model, curve=found.curve, origin=LABELLED) if used else model, found


def _comparable(database: Database, model: LinkageModel) -> Callable[[int], bool]:
    """Whether the model of a number weighs as this one does: its tables are read, and have not drifted away."""

    def comparable(number: int) -> bool:
        try:
            with database.read() as conn:
                other = read_model(conn, number)
            # What a weight is worth does not matter here, only what pairs weigh.
            return drift(replace(other, curve=model.curve, matched=model.matched), model).word != "drifted"
        except ModelError:
            return False

    return comparable


def _store(
    conn: Connection, model: LinkageModel, partition_id: int, run_id: int, report: Mapping[str, Any], now: datetime
) -> StoredModel:
    # Two processes may resume one run: the second one waits, and then finds the first one's estimate.
    hold(conn, RECORDS)
    if estimate_of_run(conn, run_id) is None:
        add_estimate(conn, model, partition_id, run_id, report, now)
        prune(conn, partition_id)
    stored = estimate_of_run(conn, run_id)
    assert stored is not None
    return stored


def _estimated(stored: StoredModel) -> Estimated:
    return Estimated(stored.id, stored.report)
