"""Records that are about to be matched, looked at for probing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.hub.probing.counting import bursts, odd_hours, over_quota
from api.hub.probing.fishing import fished
from api.hub.probing.raising import raise_alarms
from api.hub.probing.rules import ScreeningRules
from api.hub.storage import quotas
from api.hub.storage.entries import EnteredRecord
from api.service.audit.entries import Entry


def raise_suspected(
    conn: Connection, batch: Sequence[EnteredRecord], rules: ScreeningRules, now: datetime
) -> list[Entry]:
    """Raise the alarms of these records, whose pairs are stored already; what the audit log is to be told."""
    partners = {record.partner_id for record in batch}
    own = quotas.of_partners(conn, partners)
    of_partner = {partner: rules.of_partner(own.get(partner)) for partner in partners}
    timed = [record for record in batch if record.entered_at is not None]
    suspicions = [
        *fished(conn, batch, of_partner, now), *over_quota(conn, timed, of_partner), *bursts(conn, timed, of_partner),
        *odd_hours(conn, timed, of_partner),
    ]  # fmt: skip
    return raise_alarms(conn, suspicions, of_partner, now)
