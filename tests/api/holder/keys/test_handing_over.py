"""From the steward's gateway to another: cards a person confirmed, files whole or not there, both audit logs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.holder.keys.errors import ForgedSealedKeyError, HandoverError, OtherRecipientError, UnconfirmedCardError
from api.holder.mailing import noted
from api.holder.operating.handing_over import open_key, seal_key
from api.holder.settings import HolderSettings
from api.holder.storage import audit, facts, peers
from api.service.database import Database
from api.service.storage_errors import StorageError
from api.wire.cards import fingerprint_of
from encoder.key_files import KeyFileError, WrongSecretError, read_key_file, write_key_file
from encoder.keys import linkage_key_from_secret_bytes
from tests.api.holder.keys.gateways import SECRET, gateway, know, log
from tests.api.holder.mailing.organisations import identity
from tests.api.hub.gateways import START

STEWARD, KHULNA, MALLORY = identity("steward", 1), identity("khulna", 2), identity("mallory", 3)
KEY = linkage_key_from_secret_bytes(bytes(range(100, 132)), "east", "2026-11")
NEXT = linkage_key_from_secret_bytes(bytes(range(32)), "east", "2026-12")
Gateway = tuple[HolderSettings, Database]


@pytest.fixture
def steward(tmp_path: Path) -> Iterator[Gateway]:
    """The key steward, which has confirmed khulna's card and not mallory's."""
    with gateway(tmp_path, STEWARD, 1, KHULNA.card, key=KEY) as made:
        yield made


@pytest.fixture
def khulna(tmp_path: Path) -> Iterator[Gateway]:
    """Another holder, without a linkage key."""
    with gateway(tmp_path, KHULNA, 2, STEWARD.card) as made:
        yield made


def handed(steward: Gateway, folder: Path, file: Path | None = None) -> Path:
    """The file on its way to khulna."""
    seal_key(*steward, SECRET, "khulna", folder / "khulna.sealed", file, lambda: START)
    return folder / "khulna.sealed"


def test_the_key_arrives_and_both_logs_say_so(steward: Gateway, khulna: Gateway, tmp_path: Path) -> None:
    sent = seal_key(*steward, SECRET, "khulna", tmp_path / "sealed", clock=lambda: START)
    taken = open_key(*khulna, SECRET, tmp_path / "sealed", tmp_path / "east.key", lambda: START)
    assert read_key_file(tmp_path / "east.key", SECRET) == KEY
    assert (tmp_path / "east.key").stat().st_mode & 0o777 == 0o600
    assert KEY.fingerprint() in taken.lines
    assert KEY.fingerprint() in sent.lines
    told = {
        "domain": "east", "epoch": "2026-11", "key": KEY.fingerprint(), "sender-card": fingerprint_of(STEWARD.card),
        "recipient-card": fingerprint_of(KHULNA.card),
    }  # fmt: skip
    assert log(steward[1]) == [("linkage-key-sealed", "khulna", told)]
    assert log(khulna[1]) == [("linkage-key-opened", "steward", told)]


def test_another_key_than_the_one_in_use_can_be_named(steward: Gateway, khulna: Gateway, tmp_path: Path) -> None:
    write_key_file(tmp_path / "next.key", NEXT, SECRET)
    open_key(*khulna, SECRET, handed(steward, tmp_path, tmp_path / "next.key"), tmp_path / "east.key")
    assert read_key_file(tmp_path / "east.key", SECRET) == NEXT


def test_a_passphrase_of_its_own_opens_linkage_keys_at_both_ends(tmp_path: Path) -> None:
    one, other = "a passphrase of linkage keys", "quite another passphrase"
    sends = gateway(tmp_path, STEWARD, 1, KHULNA.card, linkage_key_passphrase=one)
    takes = gateway(tmp_path, KHULNA, 2, STEWARD.card, linkage_key_passphrase=other)
    write_key_file(tmp_path / "a.key", KEY, one)
    with sends as steward, takes as khulna:
        open_key(*khulna, SECRET, handed(steward, tmp_path, tmp_path / "a.key"), tmp_path / "b.key")
    assert read_key_file(tmp_path / "b.key", other) == KEY


def refused(error: type[HandoverError], folder: Path, *calls: object) -> str:
    """The sentence of a refusal that wrote no file."""
    before = sorted(os.listdir(folder))
    with pytest.raises(error) as caught:
        calls[0](*calls[1:])  # type: ignore[operator]
    assert sorted(os.listdir(folder)) == before
    return str(caught.value)


def test_nothing_is_sealed_for_a_card_that_nobody_confirmed(steward: Gateway, tmp_path: Path) -> None:
    out = tmp_path / "sealed"
    with steward[1].write() as conn:
        peers.put(conn, "mallory", None, MALLORY.card, START)
    for partner in ("mallory", "nobody", "steward"):
        assert "peer trust" in refused(UnconfirmedCardError, tmp_path, seal_key, *steward, SECRET, partner, out)
    with steward[1].write() as conn:
        peers.put(conn, "khulna", KHULNA.card, identity("khulna", 9).card, START)
    assert "shows another one" in refused(UnconfirmedCardError, tmp_path, seal_key, *steward, SECRET, "khulna", out)
    assert log(steward[1]) == []


def test_nothing_is_opened_that_comes_from_a_card_that_nobody_confirmed(steward: Gateway, tmp_path: Path) -> None:
    file, out = handed(steward, tmp_path), tmp_path / "east.key"
    with gateway(tmp_path, KHULNA, 2) as khulna:
        assert "steward" in refused(UnconfirmedCardError, tmp_path, open_key, *khulna, SECRET, file, out)
        know(khulna[1], None, identity("steward", 9).card)
        refused(OtherRecipientError, tmp_path, open_key, *khulna, SECRET, file, out)
        assert log(khulna[1]) == []


def test_a_file_for_another_recipient(steward: Gateway, tmp_path: Path) -> None:
    file, out = handed(steward, tmp_path), tmp_path / "east.key"
    with gateway(tmp_path, MALLORY, 3, STEWARD.card) as mallory:
        refused(OtherRecipientError, tmp_path, open_key, *mallory, SECRET, file, out)


def test_a_changed_file(steward: Gateway, khulna: Gateway, tmp_path: Path) -> None:
    file, out = handed(steward, tmp_path), tmp_path / "east.key"
    file.write_text(file.read_text().replace("2026-11", "2026-12", 1))
    refused(ForgedSealedKeyError, tmp_path, open_key, *khulna, SECRET, file, out)
    assert log(khulna[1]) == []


def test_a_file_that_is_there_is_never_replaced(steward: Gateway, khulna: Gateway, tmp_path: Path) -> None:
    file, out = handed(steward, tmp_path), tmp_path / "east.key"
    open_key(*khulna, SECRET, file, out)
    before, entries = out.read_bytes(), log(khulna[1])
    with pytest.raises(KeyFileError, match="never overwritten"):
        open_key(*khulna, SECRET, file, out)
    with pytest.raises(HandoverError, match="never overwritten"):
        handed(steward, tmp_path)
    assert out.read_bytes() == before
    assert log(khulna[1]) == entries


def test_without_a_card_a_key_or_the_right_secret_nothing_happens(steward: Gateway, tmp_path: Path) -> None:
    out = tmp_path / "sealed"
    with gateway(tmp_path, KHULNA, 2, STEWARD.card) as khulna:
        assert "--key" in refused(HandoverError, tmp_path, seal_key, *khulna, SECRET, "steward", out)
    with pytest.raises(WrongSecretError):
        seal_key(*steward, bytes(32), "khulna", out)
    with steward[1].write() as conn:
        facts.remove(conn, noted.OWN_CARD)
    assert "no card yet" in refused(UnconfirmedCardError, tmp_path, seal_key, *steward, SECRET, "khulna", out)


def test_a_card_of_earlier_keys_does_not_do(steward: Gateway, khulna: Gateway, tmp_path: Path) -> None:
    file, out = handed(steward, tmp_path), tmp_path / "other"
    know(steward[1], identity("steward", 1).card)
    assert "not those on its card" in refused(
        UnconfirmedCardError, tmp_path, seal_key, *steward, SECRET, "khulna", out
    )
    khulna[0].message_key.unlink()
    assert "not those on its card" in refused(UnconfirmedCardError, tmp_path, open_key, *khulna, SECRET, file, out)
    assert not khulna[0].message_key.exists()


def test_what_the_audit_log_cannot_take_did_not_happen(
    steward: Gateway, khulna: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = handed(steward, tmp_path)

    def fail(*_: object) -> int:
        raise StorageError("The database is full; make room.")

    monkeypatch.setattr(audit, "note", fail)
    with pytest.raises(StorageError):
        open_key(*khulna, SECRET, file, tmp_path / "east.key")
    with pytest.raises(StorageError):
        seal_key(*steward, SECRET, "khulna", tmp_path / "again.sealed")
    assert not (tmp_path / "east.key").exists()
    assert not (tmp_path / "again.sealed").exists()
