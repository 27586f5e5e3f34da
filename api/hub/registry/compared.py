"""What the operator opens and closes: linkage domains, epochs and profiles."""

import re
from datetime import datetime

from sqlalchemy import Connection

from api.hub.registry.membership import known
from api.hub.registry.noting import note_act
from api.hub.storage import partitions
from api.hub.storage.partitions import Partition
from api.wire.names import LABEL_PATTERN
from matcher.errors import InputError
from matcher.profile import profile_named


def open_partition(
    conn: Connection, domain: str, epoch: str, profile: str, *, key_check: str | None, steward: str | None,
    now: datetime,
) -> Partition:  # fmt: skip
    """Take and compare records of a linkage domain in an epoch under a profile.

    Exactly one of `key_check` (16 hex digits, from the key steward) and `steward` (the partner whose first upload
    fixes it) is given, or a holder with a wrong key would decide for all.

    Raises:
        InputError: a part does not fit, or the partition is there already.
    """
    for label in (domain, epoch):
        if not re.fullmatch(LABEL_PATTERN, label):
            raise InputError("Domain and epoch are letters, digits and . _ : / -, as in the key file; correct them.")
    found = profile_named(profile)
    if (key_check is None) == (steward is None):
        raise InputError("Give either the key's check value (--key-check) or the key steward (--steward).")
    if key_check is not None and not re.fullmatch(r"[0-9a-f]{16}", key_check.lower()):
        raise InputError("A key's check value is 16 hex digits; ask the key steward for it again.")
    if any((p.epoch, p.profile) == (epoch, profile) for p in partitions.of_domain(conn, domain)):
        raise InputError("This domain, epoch and profile are there already; `milap hub partition list` shows them.")
    made = partitions.add(
        conn, domain=domain, epoch=epoch, profile=found.name, profile_digest=found.digest.hex(),
        key_check=None if key_check is None else key_check.lower(),
        steward_id=None if steward is None else known(conn, steward).id, now=now,
    )  # fmt: skip
    note_act(
        conn, "partition-opened", str(made.id), now, domain=domain, epoch=epoch, profile=found.name,
        key_check=made.key_check, steward=steward,
    )  # fmt: skip
    return made


def close_partition(conn: Connection, partition_id: int, now: datetime) -> Partition:
    """Take no more records into a partition, and match it no longer.

    Raises:
        InputError: there is no such partition.
    """
    found = partitions.by_id(conn, partition_id)
    if found is None:
        raise InputError(f"There is no partition {partition_id}; `milap hub partition list` shows them all.")
    partitions.close(conn, partition_id)
    note_act(conn, "partition-closed", str(partition_id), now)
    return partitions.by_id(conn, partition_id) or found
