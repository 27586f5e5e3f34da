"""`milap hub model show` and `diff`: what an operator looks at before promoting an estimate."""

from typing import Any

from sqlalchemy import Connection

from api.hub.modelling.choosing import chosen_partitions, model_of_number, partition_of
from api.hub.modelling.curve_figures import curve_name
from api.hub.modelling.telling import drift_lines, label_lines, model_figures, model_lines, moment, short
from api.hub.refining.refined import is_refined, no_estimate
from api.hub.storage import models, partitions
from api.hub.storage.models import StoredModel
from api.hub.storage.partitions import Partition
from api.service.database import Database
from api.service.summaries import Summary, table
from matcher.drift import drift
from matcher.errors import InputError

_KEYS = ("model", "created_at", "run", "origin", "drift", "from", "matches", "others", "labels")


def listing(database: Database, partition_id: int | None) -> Summary:
    """The active model and the estimates of each open partition, or of one, the newest first.

    `drift` is how far an estimate lay from the model `from`, which was the active one then.

    Raises:
        InputError: there is no such partition.
    """
    with database.read() as conn:
        found = [_partition_values(conn, partition) for partition in chosen_partitions(conn, partition_id)]
    return Summary({"partitions": found}, [line for values in found for line in _partition_lines(values)])


def show(database: Database, number: int) -> Summary:
    """One model: its tables in short, prior and curve, and what its estimate reported.

    Raises:
        InputError: there is none of the number.
        ModelError: this release cannot use it.
    """
    with database.read() as conn:
        stored = model_of_number(conn, number)
        model = models.read_model(conn, number)
        active = [p.id for p in partitions.every_partition(conn) if p.model_id == number]
    figures = model_figures(model)
    values = {**_values(stored), "profile": model.profile.name, "active_in": active, **figures,
              "report": dict(stored.report)}  # fmt: skip
    where = ", ".join(f"partition {p}" for p in active)
    made = f" after run {stored.run_id}" if stored.run_id is not None else ""
    lines = [
        f"Model {number} ({model.profile.name}, {stored.origin}), made {moment(stored.created_at)}{made}; "
        + (f"active in {where}." if active else "not active."),
        *label_lines(stored.report), *model_lines(figures),
    ]  # fmt: skip
    return Summary(values, lines)


def diff(database: Database, first: int | None, second: int | None, partition_id: int | None) -> Summary:
    """What changes from one model to another.

    With one number, from the active model to it; without any, from the active model to the newest estimate.

    Raises:
        InputError: there is no such model or partition, or nothing to compare with.
        ModelError: this release cannot use one of them, or they are of two profiles.
    """
    with database.read() as conn:
        a, b = _meant(conn, first, second, partition_id)
        before, after = models.read_model(conn, a), models.read_model(conn, b)
    found = drift(before, after)
    figures = model_figures(before), model_figures(after)
    values = {"from": a, "to": b, **found.document()}
    lines = [f"From model {a} to model {b}:", *drift_lines(found, *figures)]
    if before.photo != after.photo:
        values["photo"] = {"from": curve_name(before.photo), "to": curve_name(after.photo)}
        lines += ["", f"Photo curve: {curve_name(after.photo)}, after {curve_name(before.photo)}."]
    return Summary(values, lines)


def _meant(conn: Connection, first: int | None, second: int | None, partition_id: int | None) -> tuple[int, int]:
    given = [model_of_number(conn, number) for number in (first, second) if number is not None]
    if len(given) == 2:
        return given[0].id, given[1].id
    partition = partition_of(conn, given[0] if given else None, partition_id)
    if partition.model_id is None:
        raise InputError(f"Partition {partition.id} has no active model before its first match; give two models.")
    if given:
        return partition.model_id, given[0].id
    estimates = models.estimates(conn, partition.id)
    if not estimates and is_refined(partition):
        raise InputError(no_estimate(partition))
    if not estimates:
        raise InputError(f"Partition {partition.id} has no estimate yet; a full cross-match makes one.")
    return partition.model_id, estimates[0].id


def _partition_values(conn: Connection, partition: Partition) -> dict[str, Any]:
    active = None if partition.model_id is None else models.stored_model(conn, partition.model_id)
    return {
        "partition": partition.id, "domain": partition.domain, "epoch": partition.epoch, "profile": partition.profile,
        "active": None if active is None else _values(active),
        "masked": no_estimate(partition) if is_refined(partition) else None,
        "estimates": [_values(estimate) for estimate in models.estimates(conn, partition.id)],
    }  # fmt: skip


def _values(stored: StoredModel) -> dict[str, Any]:
    report, labels = stored.report, stored.report.get("labels", {})
    return {
        "model": stored.id, "created_at": moment(stored.created_at), "run": stored.run_id, "origin": stored.origin,
        "drift": report.get("drift", {}).get("word"), "from": report.get("active"), "matches": labels.get("matches"),
        "others": labels.get("others"), "labels": labels.get("outcome"),
    }  # fmt: skip


def _partition_lines(values: dict[str, Any]) -> list[str]:
    active = values["active"]
    said = "no model before its first match" if active is None else f"model {active['model']} ({active['origin']})"
    title = f"Partition {values['partition']} ({values['domain']}, {values['epoch']}, {values['profile']}): {said}."
    if not values["estimates"]:
        return [title, values["masked"] or "No estimate yet; a full cross-match makes one."]
    return [title, *table([list(_KEYS), *(short([row[key] for key in _KEYS]) for row in values["estimates"])])]
