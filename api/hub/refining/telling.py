"""For the operator: which answers of gateways comparisons under masks wait for, and since when."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from api.hub.refining.refined import is_refined
from api.hub.storage import comparisons
from api.hub.storage.partitions import Partition, open_partitions
from api.hub.storage.partners import everyone

Awaited = list[dict[str, Any]]


def awaited_by_partition(conn: Connection) -> dict[int, Awaited]:
    """By partition the partners that owe answers, those who owe longest first; totals, no record."""
    names = {partner.id: partner.name for partner in everyone(conn)}
    found: dict[int, Awaited] = {}
    for row in sorted(comparisons.waiting(conn), key=lambda row: (row.oldest, names[row.partner_id])):
        values = {
            "partner": names[row.partner_id], "answers": row.parts, "oldest": row.oldest.isoformat(timespec="seconds")
        }  # fmt: skip
        found.setdefault(row.partition_id, []).append(values)
    return found


def awaited_lines(awaited: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same of one partition as lines; one line when nobody owes anything."""
    if not awaited:
        return ["compared under masks; no answer of a gateway is awaited"]
    return [
        f"compared under masks; {one['partner']} owes {one['answers']:,} answer(s), the oldest since {one['oldest']}"
        for one in awaited
    ]  # fmt: skip


def masked_document(conn: Connection) -> list[dict[str, Any]]:
    """For the report: every open partition that is compared under masks, with what it waits for."""
    awaited = awaited_by_partition(conn)
    return [
        {**_names(partition), "awaited": awaited.get(partition.id, [])}
        for partition in open_partitions(conn) if is_refined(partition)
    ]  # fmt: skip


def masked_lines(document: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same as lines."""
    return [
        f"Partition {one['partition']} ({one['domain']}, {one['epoch']}, {one['profile']}): {line}."
        for one in document for line in awaited_lines(one["awaited"])
    ]  # fmt: skip


def _names(partition: Partition) -> dict[str, Any]:
    return {
        "partition": partition.id, "domain": partition.domain, "epoch": partition.epoch, "profile": partition.profile
    }  # fmt: skip
