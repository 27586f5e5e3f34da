"""`milap hub model photo-curve`: an operator's own calibration of photos, as a new version of the model in use."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from api.hub.matching.models import with_curve
from api.hub.modelling.choosing import partition_of, require_fitting
from api.hub.modelling.curve_figures import curve_figures, curve_lines
from api.hub.modelling.promoting import open_one, promote_within
from api.hub.refining.refined import is_refined, no_estimate
from api.hub.storage import models
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.partitions import Partition
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary
from matcher.defaults import default_model
from matcher.errors import InputError
from matcher.model import LinkageModel
from matcher.photo_curve import PhotoCurve
from matcher.photo_curve_file import curve_document, read_curve
from matcher.profile import profile_named
from matcher.views import View

ORIGIN = ", photo curve"
"""What the origin of such a model ends in."""


def install_curve(database: Database, file: Path, partition_id: int | None, confirmed: bool, clock: Clock) -> Summary:
    """Store the model in use with another photo curve, and match with it from now on if that is meant.

    Args:
        database: the hub's.
        file: the curve, as `milap photos calibrate` writes it.
        partition_id: the partition; None takes the only open one.
        confirmed: whether it is promoted at once; otherwise it waits for `milap hub model promote`.
        clock: tells when.

    Raises:
        InputError: there is no such partition, it is closed, has no photos, or photos of another space than the
            curve's.
        ModelError: the file is no photo curve, or the model in use is damaged.
    """
    curve = read_curve(file)
    return database.retrying(lambda conn: _install(conn, curve, partition_id, confirmed, clock()))


def _install(
    conn: Connection, curve: PhotoCurve, partition_id: int | None, confirmed: bool, now: datetime
) -> Summary:
    hold(conn, RECORDS)
    partition = _fitting(open_one(partition_of(conn, None, partition_id)), curve)
    base = _model_in_use(conn, partition)
    if base.photo is not None and curve_document(base.photo) == curve_document(curve):
        unchanged = {"partition": partition.id, "model": partition.model_id, "changed": False}
        return Summary(unchanged, [f"Partition {partition.id} has this very photo curve already; nothing changed."])
    was, figures = curve_figures(with_curve(base, partition.space).photo), curve_figures(curve)
    report: dict[str, Any] = {"active": partition.model_id, "photo": {"from": was, "to": figures}}
    origin = base.origin.removesuffix(ORIGIN) + ORIGIN
    model = replace(base, photo=curve, origin=origin)
    number = models.add_estimate(conn, model, partition.id, None, report, now)
    values: dict[str, Any] = {
        "partition": partition.id, "model": number, "changed": True, "curve": curve.summary, **report,
    }  # fmt: skip
    lines = [f"Model {number} is model {partition.model_id or 'default'} with this photo curve ({curve.summary}):",
             *curve_lines(was, figures)]  # fmt: skip
    if not confirmed:
        lines.append(f"It is not used yet: `milap hub model promote {number} --yes` does that.")
        return Summary({**values, "promoted": False}, lines)
    promoted = promote_within(conn, number, partition.id, True, now)
    return Summary({**values, "promoted": True}, [*lines, *promoted.lines])


def _fitting(partition: Partition, curve: PhotoCurve) -> Partition:
    if is_refined(partition):
        raise InputError(f"{no_estimate(partition)} What photos weigh is told by the curve shipped for their space.")
    if View.PHOTO not in profile_named(partition.profile):
        raise InputError(f"{partition.profile} has no photo view, so partition {partition.id} needs no photo curve.")
    require_fitting(curve, partition)
    return partition


def _model_in_use(conn: Connection, partition: Partition) -> LinkageModel:
    if partition.model_id is None:
        return default_model(profile_named(partition.profile))
    return models.read_model(conn, partition.model_id)
