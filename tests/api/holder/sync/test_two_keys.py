"""A linkage key changes while the gateway works: every record under both keys, none twice under one, none lost."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from api.holder.settings import HolderSettings
from api.holder.storage import facts
from api.holder.storage.tables import metadata
from api.holder.sync import outbox as sending
from api.holder.sync.next_key import NextKeyError
from api.holder.sync.wiring import make_sync
from api.holder.vault.vault import vault_from_secret_bytes
from api.hub.storage.tables import partitions, records
from api.service.database import Database, open_database
from encoder.key_files import write_key_file
from encoder.keys import LinkageKey
from matcher.profile import LOCAL_PHOTO_2026_11_22
from tests.api.holder.photos.fake_faces import picture
from tests.api.holder.sync.gateways import LINKAGE_KEY
from tests.api.holder.sync.two_keys import NEXT_KEY, Rotating, TheHub
from tests.tables import make_tables


@pytest.fixture
def hub(tmp_path: Path) -> Any:
    database = open_database(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    yield TheHub(database, tmp_path)
    database.close()


@pytest.fixture
def gateway(database: Database, hub: TheHub) -> Rotating:
    return Rotating(database, hub)


def both(hub: TheHub) -> tuple[dict[str, tuple[int, str]], dict[str, tuple[int, str]]]:
    return hub.held(LINKAGE_KEY), hub.held(NEXT_KEY)


def overlapping(gateway: Rotating, hub: TheHub) -> list[str]:
    """Three records under both keys."""
    refs = [gateway.report(n) for n in range(3)]
    gateway.send_all()
    hub.open(NEXT_KEY)
    gateway.overlap()
    gateway.send_all()
    hub.submissions()
    return refs


def test_records_that_are_there_go_under_the_next_key_and_not_again_under_the_old(
    gateway: Rotating, hub: TheHub
) -> None:
    refs = [gateway.report(n) for n in range(3)]
    gateway.send_all()
    before = hub.exchange.rows(records)
    hub.open(NEXT_KEY)
    hub.submissions()
    gateway.overlap()
    gateway.send_all()
    assert hub.submissions() == 1
    assert both(hub) == (dict.fromkeys(refs, (1, "active")), dict.fromkeys(refs, (1, "active")))
    assert hub.exchange.rows(records)[:3] == before
    assert (gateway.counts_ahead().arrived, gateway.counts_ahead().waiting, gateway.counts().arrived) == (3, 0, 3)
    old, new = ([row["codes"] for row in hub.exchange.rows(records)][at : at + 3] for at in (0, 3))
    assert not set(old) & set(new)


def test_new_records_and_changes_go_under_both(gateway: Rotating, hub: TheHub) -> None:
    refs = overlapping(gateway, hub)
    gateway.change(refs[0], 0, 1, age=12)
    fresh = gateway.report(7)
    gateway.send_all()
    assert both(hub)[0] == both(hub)[1]
    assert hub.held(NEXT_KEY)[refs[0]] == (2, "active")
    assert hub.held(NEXT_KEY)[fresh] == (1, "active")
    assert hub.submissions() == 2


def test_a_change_while_the_next_key_catches_up_is_not_lost(
    gateway: Rotating, hub: TheHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST_ITEMS", 2)
    refs = [gateway.report(n) for n in range(5)]
    gateway.send_all()
    hub.open(NEXT_KEY)
    gateway.overlap()
    assert gateway.sync.step_out()
    assert len(hub.held(NEXT_KEY)) == 2
    gateway.change(refs[0], 0, 1, age=12)
    gateway.change(refs[4], 4, 1, age=12)
    gateway.restart()
    gateway.send_all()
    wanted = {ref: (2 if ref in (refs[0], refs[4]) else 1, "active") for ref in refs}
    assert both(hub) == (wanted, wanted)


def test_a_change_while_the_old_version_is_in_flight_goes_ahead_too(gateway: Rotating, hub: TheHub) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    hub.open(NEXT_KEY)
    gateway.overlap()
    maker = gateway.sync._next_maker
    assert maker is not None
    submission, changed = maker.submission, []

    def slow(items: Any) -> Any:
        if not changed:
            changed.append(gateway.change(ref, 1, 1, age=12))
        return submission(items)

    maker.submission = slow  # type: ignore[method-assign]
    gateway.send_all()
    gateway.send_all()
    assert both(hub) == ({ref: (2, "active")}, {ref: (2, "active")})


def test_withdrawals_and_erasures_reach_both_epochs_once(gateway: Rotating, hub: TheHub) -> None:
    refs = overlapping(gateway, hub)
    gateway.intake.withdraw(refs[0], "duplicate", [1], "clerk")
    gateway.intake.erase(refs[1], "admin")
    gateway.send_all()
    assert hub.submissions() == 1
    for held in both(hub):
        assert (held[refs[0]][1], held[refs[1]][1], held[refs[2]]) == ("withdrawn", "erased", (1, "active"))
    assert (gateway.counts_ahead().waiting, gateway.counts_ahead().arrived) == (0, 1)


def test_when_the_next_key_is_the_present_one_nothing_is_sent_again(gateway: Rotating, hub: TheHub) -> None:
    refs = overlapping(gateway, hub)
    gateway.change_keys()
    gateway.send_all()
    assert hub.submissions() == 0
    assert (gateway.counts().arrived, gateway.counts().waiting) == (3, 0)
    assert gateway.sync.status()["next_key"] is None
    gateway.change(refs[0], 0, 1, age=12)
    gateway.send_all()
    assert (hub.held(LINKAGE_KEY)[refs[0]][0], hub.held(NEXT_KEY)[refs[0]][0]) == (1, 2)


def test_what_had_yet_to_go_ahead_goes_after_the_change(gateway: Rotating, hub: TheHub) -> None:
    refs = overlapping(gateway, hub)
    gateway.next = None
    gateway.restart()
    gateway.change(refs[0], 0, 1, age=12)
    fresh = gateway.report(9)
    gateway.send_all()
    assert hub.held(NEXT_KEY)[refs[0]] == (1, "active")
    gateway.next = NEXT_KEY
    gateway.change_keys()
    gateway.send_all()
    assert hub.held(NEXT_KEY) == {refs[0]: (2, "active"), refs[1]: (1, "active"), refs[2]: (1, "active"),
                                  fresh: (1, "active")}  # fmt: skip
    assert hub.submissions() == 2


def test_another_next_key_is_sent_everything(gateway: Rotating, hub: TheHub) -> None:
    refs = overlapping(gateway, hub)
    third = LinkageKey.generate("in", "2027-01")
    hub.open(third)
    gateway.overlap(third)
    gateway.send_all()
    assert hub.held(third) == dict.fromkeys(refs, (1, "active"))


def test_a_hub_that_has_not_opened_the_next_epoch_stops_nothing_else(gateway: Rotating, hub: TheHub) -> None:
    gateway.overlap()
    ref = gateway.report(1)
    gateway.send_all()
    assert hub.held(LINKAGE_KEY) == {ref: (1, "active")}
    status = gateway.sync.status()
    assert (status["problem"], status["next_key"]["waiting"]) == (None, 1)
    assert status["next_key"]["problem"]["kind"] == "unknown-epoch"
    hub.open(NEXT_KEY)
    gateway.restart()
    gateway.send_all()
    assert hub.held(NEXT_KEY) == {ref: (1, "active")}
    assert gateway.sync.status()["next_key"]["problem"] is None


def test_the_next_key_goes_on_when_the_old_epoch_is_closed(gateway: Rotating, hub: TheHub) -> None:
    refs = overlapping(gateway, hub)
    hub.close(LINKAGE_KEY)
    gateway.change(refs[0], 0, 1, age=12)
    gateway.intake.withdraw(refs[1], "duplicate", [1], "clerk")
    gateway.send_all()
    gateway.sync.step_out(at_once=True)
    assert hub.held(NEXT_KEY)[refs[0]] == (2, "active")
    assert hub.held(NEXT_KEY)[refs[1]] == (2, "withdrawn")
    assert gateway.sync.status()["problem"]["kind"] == "epoch-closed"
    gateway.change_keys()
    gateway.send_all()
    assert (gateway.counts().waiting, gateway.counts().arrived) == (0, 3)


def test_a_lost_answer_under_the_next_key_is_asked_for_again(gateway: Rotating, hub: TheHub) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    hub.open(NEXT_KEY)
    gateway.overlap()
    hub.lost = 1
    gateway.sync.step_out(at_once=True)
    assert hub.held(NEXT_KEY) == {ref: (1, "active")}
    assert gateway.counts_ahead().waiting == 1
    gateway.restart()
    gateway.send_all()
    assert gateway.counts_ahead().arrived == 1


def test_a_check_finds_what_either_partition_lacks(gateway: Rotating, hub: TheHub) -> None:
    refs = overlapping(gateway, hub)
    with hub.exchange.database.write() as conn:
        for key, ref in ((LINKAGE_KEY, refs[0]), (NEXT_KEY, refs[1])):
            gone = (records.c.partition_id == hub.numbers[key.epoch]) & (records.c.ref == ref)
            row = conn.execute(records.select().where(gone)).one()
            conn.exec_driver_sql(f"DELETE FROM pending WHERE record_id = {row.id}")
            conn.execute(delete(records).where(gone))
    assert gateway.compare().queued == 1
    assert (gateway.counts().waiting, gateway.counts_ahead().waiting) == (1, 1)
    gateway.send_all()
    assert both(hub) == (dict.fromkeys(refs, (1, "active")), dict.fromkeys(refs, (1, "active")))
    hub.submissions()
    assert gateway.compare().queued == 0
    gateway.send_all()
    assert hub.submissions() == 0


def test_what_the_hub_took_back_is_held_under_both_keys(gateway: Rotating, hub: TheHub) -> None:
    refs = overlapping(gateway, hub)
    with hub.exchange.database.write() as conn:
        conn.execute(update(records).where(records.c.ref == refs[0]).values(version=5, state="withdrawn"))
    assert gateway.compare().held == 1
    gateway.send_all()
    assert [held[refs[0]] for held in both(hub)] == [(5, "withdrawn"), (5, "withdrawn")]
    assert (gateway.counts().refused, gateway.counts_ahead().refused) == (1, 1)


def test_the_status_tells_how_far_the_next_key_is(gateway: Rotating, hub: TheHub) -> None:
    overlapping(gateway, hub)
    told = gateway.sync.status()["next_key"]
    assert told == {"epoch": "2026-12", "waiting": 0, "arrived": 3, "refused": 0, "problem": None}
    with gateway.database.read() as conn:
        assert facts.get(conn, facts.NEXT_UNDER) is not None


def test_photo_codes_go_under_each_key_in_a_space_of_its_own_and_records_keep_their_versions(
    database: Database, tmp_path: Path
) -> None:
    store = open_database(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    hub = TheHub(store, tmp_path, LOCAL_PHOTO_2026_11_22)
    gateway = Rotating(database, hub)
    refs = [gateway.report(n) for n in range(2)]
    for ref, name in zip(refs, ("Rekha", "Sunil"), strict=True):
        gateway.add_photo(ref, picture(name))
    gateway.read_photos()
    gateway.send_all()
    before = hub.held(LINKAGE_KEY)
    hub.submissions()
    hub.open(NEXT_KEY)
    gateway.overlap()
    gateway.send_all()
    assert hub.submissions() == 1
    assert both(hub) == (before, before)
    spaces = [row["photo_space"] for row in hub.exchange.rows(partitions)]
    assert None not in spaces
    assert spaces[0] != spaces[1]
    gateway.change_keys()
    gateway.send_all()
    assert hub.submissions() == 0
    assert hub.held(NEXT_KEY) == before
    store.close()


@pytest.mark.parametrize(
    ("domain", "epoch", "says"), [("in-wb", "2026-11", "same epoch"), ("np", "2026-12", "another linkage domain")]
)
def test_a_next_key_that_cannot_follow_is_refused_at_the_start(
    database: Database, tmp_path: Path, domain: str, epoch: str, says: str
) -> None:
    make_tables(database, metadata)
    write_key_file(tmp_path / "a.key", LinkageKey.generate("in-wb", "2026-11"), "the gateway's own")
    write_key_file(tmp_path / "b.key", LinkageKey.generate(domain, epoch), "the gateway's own")
    settings = HolderSettings(
        linkage_key=tmp_path / "a.key", next_linkage_key=tmp_path / "b.key", data=tmp_path, profile="local-2026-11-22"
    )
    vault = vault_from_secret_bytes(bytes(32))
    with pytest.raises(NextKeyError, match=says):
        make_sync(settings, database, vault, "the gateway's own")
    alone = settings.model_copy(update={"linkage_key": None})
    with pytest.raises(NextKeyError, match="linkage_key is not"):
        make_sync(alone, database, vault, "the gateway's own")
