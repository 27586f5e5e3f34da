"""The vault: what was sealed opens for its purpose, ref and version alone, and no key shows."""

import copy
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.holder.intake.content import Content, ReporterDetails, open_content, seal_content
from api.holder.vault.key_file import new_vault_key, open_vault
from api.holder.vault.vault import DamagedSealError, Index, Purpose, Vault, vault_from_secret_bytes
from encoder.key_files import KeyFileError, WrongSecretError, write_key_file
from encoder.keys import LinkageKey

SECRET = bytes(range(32))
VAULT = vault_from_secret_bytes(SECRET)
WRAPPING_KEY = bytes(range(100, 132))
REF = "A" * 22
texts = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.dictionaries(texts, texts), st.none() | texts, st.none() | st.builds(ReporterDetails, texts, texts))
def test_a_sealed_record_opens_as_it_was(
    cells: dict[str, str], office: str | None, reporter: ReporterDetails | None
) -> None:
    content = Content(cells, office, reporter)
    assert open_content(VAULT, REF, 3, seal_content(VAULT, REF, 3, content)) == content


@pytest.mark.parametrize(
    ("purpose", "ref", "version"),
    [(Purpose.ANSWER, REF, 1), (Purpose.RECORD, "B" * 22, 1), (Purpose.RECORD, REF, 2)],
)
def test_what_was_exchanged_does_not_open(purpose: Purpose, ref: str, version: int) -> None:
    sealed = VAULT.seal(Purpose.RECORD, REF, 1, {"name": "Meena"})
    with pytest.raises(DamagedSealError, match=r"damaged or exchanged.*backup") as caught:
        VAULT.open(purpose, ref, version, sealed)
    assert caught.value.__cause__ is None


def test_every_changed_byte_and_every_cut_is_noticed() -> None:
    sealed = VAULT.seal(Purpose.RECORD, REF, 1, 7)
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        for damaged in (changed, sealed[:at]):
            with pytest.raises(DamagedSealError):
                VAULT.open(Purpose.RECORD, REF, 1, damaged)


def test_another_vault_does_not_open() -> None:
    with pytest.raises(DamagedSealError):
        vault_from_secret_bytes(bytes(32)).open(Purpose.RECORD, REF, 1, VAULT.seal(Purpose.RECORD, REF, 1, 7))


def test_the_same_value_is_never_sealed_the_same() -> None:
    assert len({VAULT.seal(Purpose.RECORD, REF, 1, "Meena") for _ in range(20)}) == 20


def test_a_blind_index_is_stable_and_differs_by_text_use_and_key() -> None:
    index = VAULT.blind_index(Index.NAME, "mina")
    assert index == VAULT.blind_index(Index.NAME, "mina")
    others = {
        VAULT.blind_index(Index.NAME, "meena"), VAULT.blind_index(Index.CASE, "mina"),
        vault_from_secret_bytes(bytes(32)).blind_index(Index.NAME, "mina"),
    }  # fmt: skip
    assert len(others | {index}) == 4
    assert [len(VAULT.blind_index(Index.CASE, "x", length)) for length in (16, 32)] == [16, 32]


def test_a_vault_shows_no_key() -> None:
    shown = repr(VAULT) + str(VAULT) + repr([getattr(VAULT, name) for name in Vault.__slots__])
    assert SECRET.hex() not in shown
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            take(VAULT)
    with pytest.raises(TypeError):
        Vault()


def test_a_vault_key_is_made_once_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    sealed = new_vault_key(path, WRAPPING_KEY).seal(Purpose.RECORD, REF, 1, "Meena")
    assert open_vault(path, WRAPPING_KEY).open(Purpose.RECORD, REF, 1, sealed) == "Meena"
    with pytest.raises(KeyFileError, match="never overwritten"):
        new_vault_key(path, WRAPPING_KEY)
    with pytest.raises(WrongSecretError, match="from a backup"):
        open_vault(path, bytes(32))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(KeyFileError, match=r"get it again from a backup\.$"):
        open_vault(path, WRAPPING_KEY)


def test_a_linkage_key_is_no_vault_key(tmp_path: Path) -> None:
    path = tmp_path / "linkage.key"
    write_key_file(path, LinkageKey.generate("in", "2026-11"), WRAPPING_KEY)
    with pytest.raises(KeyFileError, match="not a Milap vault key file; name the file that `milap holder init` wrote"):
        open_vault(path, WRAPPING_KEY)
