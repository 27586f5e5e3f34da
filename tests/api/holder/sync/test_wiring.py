"""What opens the linkage key: the gateway's own secret, or the one that came with the key steward's file."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from api.holder.settings import HolderSettings
from api.holder.sync.wiring import item_maker
from api.holder.vault.vault import vault_from_secret_bytes
from encoder.key_files import WrongSecretError, write_key_file
from encoder.keys import LinkageKey

OWN, STEWARDS = "the gateway's own words", "what the steward told us"


@pytest.mark.parametrize(("written_under", "given"), [(OWN, None), (STEWARDS, SecretStr(STEWARDS))])
def test_the_key_opens_with_the_secret_it_was_handed_out_with(
    tmp_path: Path, written_under: str, given: SecretStr | None
) -> None:
    write_key_file(tmp_path / "a.key", LinkageKey.generate("in-wb", "2026-11"), written_under)
    settings = HolderSettings(linkage_key=tmp_path / "a.key", linkage_key_passphrase=given)
    vault = vault_from_secret_bytes(bytes(32))
    assert item_maker(settings, vault, OWN) is not None
    wrong = settings.model_copy(update={"linkage_key_passphrase": SecretStr("something else altogether")})
    with pytest.raises(WrongSecretError):
        item_maker(wrong, vault, OWN)


def test_without_a_linkage_key_nothing_is_made(tmp_path: Path) -> None:
    assert item_maker(HolderSettings(), vault_from_secret_bytes(bytes(32)), OWN) is None
