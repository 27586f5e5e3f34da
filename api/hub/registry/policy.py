"""The policy of the hub as one partner is told of it."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage import agreements, partitions
from api.hub.storage.partners import Partner, everyone
from api.wire.partners import AgreementPolicy, PartitionPolicy, Policy
from api.wire.submissions import MAX_ITEMS


def policy_for(conn: Connection, hub: str, partner: Partner, max_bytes: int, now: datetime) -> Policy:
    """What a partner may send, and with whom it is compared: its own agreements, nobody else's."""
    names = {other.id: other.name for other in everyone(conn)}
    return Policy(
        hub=hub,
        partner=partner.name,
        time=now,
        max_items=MAX_ITEMS,
        max_bytes=max_bytes,
        partitions=[
            PartitionPolicy(
                domain=found.domain, epoch=found.epoch, profile=found.profile, profile_digest=found.profile_digest,
                key_check=found.key_check, state="open" if found.state == "open" else "closed",
                photo_space=found.photo_space,
            )
            for found in partitions.every_partition(conn)
        ],
        agreements=[
            AgreementPolicy(
                partner=names[found.other(partner.id)], document=found.document, valid_from=found.valid_from,
                valid_until=found.valid_until, in_force=found.in_force(now.date()),
            )
            for found in agreements.of_partner(conn, partner.id)
        ],
    )  # fmt: skip
