"""`milap hub partition …`."""

from collections.abc import Callable

from api.hub.matching.options import matching_options
from api.hub.registry import compared
from api.hub.retention.forgetting import forget_epoch
from api.hub.settings import HubSettings
from api.hub.storage import partitions
from api.hub.storage.partitions import Partition
from api.hub.storage.partners import everyone
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.summaries import Summary, table


def open_partition(
    database: Database, domain: str, epoch: str, profile: str, key_check: str | None, steward: str | None, clock: Clock
) -> Summary:
    """Take records of a domain, epoch and profile from now on; InputError when a part does not fit."""
    found = database.retrying(
        lambda conn: compared.open_partition(
            conn, domain, epoch, profile, key_check=key_check, steward=steward, now=clock()
        )
    )
    key = "the key is fixed" if key_check else f"the first upload of {steward} fixes the key"
    line = f"Partition {found.id}: {domain}, epoch {epoch}, {profile} is open; {key}."
    return Summary(_values(found, {found.steward_id: steward}), [line])


def close(database: Database, partition_id: int, clock: Clock = utc_now) -> Summary:
    """Take no more records into a partition; InputError when there is none of the number."""
    found = database.retrying(lambda conn: compared.close_partition(conn, partition_id, clock()))
    line = f"Partition {found.id} is closed: it takes withdrawals and erasures only, and is not matched."
    return Summary({"partition": found.id, "state": found.state}, [line])


def forget(
    database: Database, settings: HubSettings, partition_id: int, clock: Clock = utc_now,
    progress: Callable[[int], None] = lambda records: None,
) -> Summary:  # fmt: skip
    """Remove every code of a closed partition, from the database and from the index folder; may be repeated.

    Raises:
        InputError: there is none of the number, or it is open.
        CrossMatchError: a cross-match of it is going on.
        StorageError: the database failed; start it again.
    """
    done = forget_epoch(database, matching_options(settings).folder, partition_id, clock, progress)
    lines = [f"Partition {done.partition} is forgotten: the codes of {done.emptied:,} records were removed now."]
    if done.held:
        lines.append(f"A legal hold keeps the codes of {done.held:,} records; run this again when it is lifted.")
    if not done.compacted:
        lines.append("Somebody kept the database busy and its log could not be emptied; run this again.")
    lines.append("Backups from before still hold the codes: remove them when their time has come.")
    values = {
        "partition": done.partition, "emptied": done.emptied, "held": done.held, "compacted": done.compacted
    }  # fmt: skip
    return Summary(values, lines)


def listing(database: Database) -> Summary:
    """All partitions, closed ones included."""
    with database.read() as conn:
        names: dict[int | None, str | None] = {partner.id: partner.name for partner in everyone(conn)}
        rows = [_values(found, names) for found in partitions.every_partition(conn)]
    keys = ("partition", "domain", "epoch", "profile", "state", "key_check", "steward")
    cells = [[str(row[key] or "-") for key in keys] for row in rows]
    return Summary({"partitions": rows}, table([list(keys), *cells]))


def _values(found: Partition, names: dict[int | None, str | None]) -> dict[str, object]:
    return {
        "partition": found.id,
        "domain": found.domain,
        "epoch": found.epoch,
        "profile": found.profile,
        "state": found.state,
        "key_check": found.key_check,
        "steward": names.get(found.steward_id),
    }
