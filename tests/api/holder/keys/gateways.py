"""Gateways as far as handing over a linkage key needs them: keys in files, cards in a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.holder.mailing import message_keys, noted
from api.holder.mailing.sealing import Identity
from api.holder.settings import HolderSettings
from api.holder.storage import peers
from api.holder.storage.tables import audit, metadata
from api.holder.sync import request_key_file
from api.service.audit.reading import entries
from api.service.database import Database, open_database
from api.wire.cards import PartnerCard
from api.wire.request_keys import reveal_seed_bytes_of_request_key
from encoder.key_files import write_key_file
from encoder.keys import LinkageKey
from encoder.sealed_files import UnlockSecret, write_sealed_file
from tests.api.hub.gateways import START
from tests.tables import make_tables

SECRET = bytes(range(32))
"""A wrapping key: nothing is stretched, so that tests are fast."""


def keep_keys(settings: HolderSettings, own: Identity, seed: int, secret: UnlockSecret = SECRET) -> None:
    """Write the request key and the message key of an identity (`seed` is that of its message key) into its files."""
    settings.data.mkdir(exist_ok=True)
    request_seed = reveal_seed_bytes_of_request_key(own.request_key)
    write_sealed_file(settings.request_key, request_key_file._FORMAT, {}, request_seed, secret)
    write_sealed_file(settings.message_key, message_keys._FORMAT, {}, bytes([seed]) * 32, secret)


def know(database: Database, own: PartnerCard | None, *confirmed: PartnerCard) -> None:
    """Note the own card, and those of partners that a person has confirmed."""
    with database.write() as conn:
        if own is not None:
            noted.keep_own_card(conn, noted.OwnCard(own, published=True), START)
        for card in confirmed:
            peers.put(conn, card.partner, card, None, START)


@contextmanager
def gateway(
    folder: Path, own: Identity, seed: int, *confirmed: PartnerCard, key: LinkageKey | None = None, **more: Any
) -> Iterator[tuple[HolderSettings, Database]]:
    """A gateway in a folder of its own, with a linkage key in its settings or none."""
    data = folder / own.card.partner
    settings = HolderSettings(data=data, linkage_key=None if key is None else data / "linkage.key", **more)
    keep_keys(settings, own, seed)
    if key is not None:
        write_key_file(data / "linkage.key", key, SECRET)
    database = open_database(settings.database_url)
    make_tables(database, metadata)
    know(database, own.card, *confirmed)
    yield settings, database
    database.close()


def log(database: Database) -> list[tuple[str, str | None, dict[str, Any]]]:
    """What, about whom and the facts of every entry of the audit log."""
    with database.read() as conn:
        return [(entry.what, entry.about, dict(entry.facts)) for _, entry in entries(conn, audit, None, 100)]
