"""All errands of a gateway, in the order of a turn."""

from collections.abc import Sequence
from datetime import timedelta

from api.holder.directory.errand import DirectoryErrand
from api.holder.mailing.own_card import Keys
from api.holder.mailing.wiring import make_mail_errand
from api.holder.retention.hold_errand import HoldErrand
from api.holder.retention.proof_errand import ProofErrand
from api.holder.settings import HolderSettings
from api.holder.sync.decisions import DecisionsErrand
from api.holder.sync.errands import Errand
from api.holder.sync.links import LinksErrand
from api.holder.sync.officers import OfficersErrand
from api.holder.sync.releases import ReleasesErrand
from api.holder.sync.witnessing import WitnessErrand
from api.holder.vault.vault import Vault
from api.service.clock import Clock
from api.service.database import Database


def make_errands(
    settings: HolderSettings, database: Database, vault: Vault, keys: Keys, clock: Clock, others: Sequence[Errand] = (),
) -> Sequence[Errand]:  # fmt: skip
    """The errands; `others` are those of photos and of masked comparison, as far as the gateway has them."""
    return [
        ReleasesErrand(database, clock),
        OfficersErrand(database, clock),
        DecisionsErrand(database, clock),
        LinksErrand(database, clock),
        HoldErrand(database, vault, clock),
        ProofErrand(database, clock),
        DirectoryErrand(database, clock),
        make_mail_errand(database, vault, settings.contact_desk, keys, clock),
        *others,
        # Last: what it finds is for people, and the others must not wait for it.
        WitnessErrand(database, timedelta(minutes=settings.witness_minutes), clock),
    ]
