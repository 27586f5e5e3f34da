"""The exchange as the gateway puts it together: keys in files, a hub behind a real socket, two sides of one pair."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.holder.intake.entry import entry_of
from api.holder.masking.errand import MaskingErrand
from api.holder.operating.exchanging import status
from api.holder.photos.reader import reader_of
from api.holder.settings import HolderSettings
from api.holder.storage import facts
from api.holder.storage.tables import metadata
from api.holder.sync import hub_facts
from api.holder.sync.hub_facts import KnownHub
from api.holder.sync.request_key_file import read_or_make_request_key
from api.holder.sync.service import Sync
from api.holder.sync.wiring import make_sync
from api.holder.vault.vault import vault_from_secret_bytes
from api.service.clock import utc_now
from api.service.database import Database
from encoder.key_files import write_key_file
from tests.api.holder.masking.masked_hub import COARSE, MaskedHub, distances, true_distances
from tests.api.holder.sync.fake_hub import HUB, PARTNER, HubServer
from tests.api.holder.sync.gateways import LINKAGE_KEY, Intake, child
from tests.tables import make_tables

SECRET = bytes(range(32))
VAULT = vault_from_secret_bytes(bytes(32))


class Served:
    """A gateway's exchange with a hub that listens."""

    def __init__(self, database: Database, folder: Path) -> None:
        make_tables(database, metadata)
        self.database, self.hub = database, MaskedHub(utc_now)  # type: ignore[arg-type]
        self.server = HubServer(self.hub)
        write_key_file(folder / "in.key", LINKAGE_KEY, SECRET)
        self.settings = HolderSettings(data=folder, profile=COARSE.name, linkage_key=folder / "in.key")
        self.hub.partner_key = read_or_make_request_key(self.settings.request_key, SECRET).public
        with database.write() as conn:
            known = KnownHub(self.server.address, HUB, self.hub.key.public.text, PARTNER, trusted=True)
            hub_facts.store(conn, known, utc_now())
        self.intake = Intake(database, VAULT, utc_now, lambda: None)
        self.restart()

    def restart(self) -> None:
        """As after the process ended."""
        with reader_of(self.settings) as reader:
            assert reader.is_on
            self.sync: Sync = make_sync(self.settings, self.database, VAULT, SECRET, photo_reader=reader)

    def exchange(self) -> None:
        """Everything that goes out, then all errands."""
        while self.sync.step_out(at_once=True):
            pass
        while self.sync.step_about(at_once=True):
            pass


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Iterator[Served]:
    made = Served(database, tmp_path)
    yield made
    made.sync.stop()
    made.server.close()


def test_over_a_real_socket_the_hub_learns_the_distances_and_again_after_a_restart(served: Served) -> None:
    refs = [
        str(served.intake.create(entry_of(child(number, kind), "police", None, None), "clerk").body["ref"])
        for number, kind in ((1, "missing"), (2, "found"))
    ]
    served.exchange()
    missing = served.hub.ask_about(refs[0], other_ref=refs[1], partner=PARTNER)
    served.exchange()
    served.sync.stop()
    served.restart()
    found = served.hub.ask_about(refs[1], other_ref=refs[0], partner=PARTNER, side="found")
    stranger = served.hub.ask_about(refs[0], partner="khulna")
    served.exchange()
    learnt = distances(served.hub.taken[missing], served.hub.taken[found])
    assert (learnt == true_distances(child(1), child(2, "found"))).all()
    assert stranger in served.hub.open
    told = "\n".join(status(served.database).lines)
    assert "2 comparisons under masks answered, 0 refused, 1 waiting, for cards of: khulna." in told
    assert "milap holder peer trust" in told
    with served.database.read() as conn:
        assert facts.get(conn, facts.ERRANDS_PROBLEM) is None


def test_only_a_gateway_whose_codes_at_the_hub_are_coarse_has_the_errand(served: Served, tmp_path: Path) -> None:
    def has_errand(settings: HolderSettings) -> bool:
        sync = make_sync(settings, served.database, VAULT, SECRET)
        sync.stop()
        return any(isinstance(errand, MaskingErrand) for errand in sync._errands)

    assert has_errand(served.settings)
    assert HolderSettings().profile == "network-2026-11-22"
    assert not has_errand(served.settings.model_copy(update={"profile": HolderSettings().profile}))
    assert not has_errand(served.settings.model_copy(update={"linkage_key": None}))
