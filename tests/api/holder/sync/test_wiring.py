"""What opens the linkage key: the gateway's own secret, or the one that came with the key steward's file."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from api.holder.photos.reader import SharedReader
from api.holder.settings import HolderSettings
from api.holder.storage.tables import metadata
from api.holder.sync.wiring import item_maker, make_sync
from api.holder.vault.vault import vault_from_secret_bytes
from api.service.database import Database
from encoder.faces.space import FaceSpace
from encoder.faces.space_file import SpaceFileError, write_space
from encoder.key_files import WrongSecretError, write_key_file
from encoder.keys import LinkageKey
from tests.api.holder.photos.fake_faces import DLIB, FakeFaces, embedding_of
from tests.tables import make_tables

OWN, STEWARDS = "the gateway's own words", "what the steward told us"


@pytest.mark.parametrize(("written_under", "given"), [(OWN, None), (STEWARDS, SecretStr(STEWARDS))])
def test_the_key_opens_with_the_secret_it_was_handed_out_with(
    database: Database, tmp_path: Path, written_under: str, given: SecretStr | None
) -> None:
    write_key_file(tmp_path / "a.key", LinkageKey.generate("in-wb", "2026-11"), written_under)
    settings = HolderSettings(linkage_key=tmp_path / "a.key", linkage_key_passphrase=given)
    vault = vault_from_secret_bytes(bytes(32))
    assert item_maker(settings, database, vault, OWN) is not None
    wrong = settings.model_copy(update={"linkage_key_passphrase": SecretStr("something else altogether")})
    with pytest.raises(WrongSecretError):
        item_maker(wrong, database, vault, OWN)


def test_without_a_linkage_key_nothing_is_made(database: Database) -> None:
    assert item_maker(HolderSettings(), database, vault_from_secret_bytes(bytes(32)), OWN) is None


@pytest.mark.parametrize("profile", ["local-photo-2026-11-22", "local-2026-11-22"])
def test_photo_codes_are_made_where_the_profile_has_them_in_the_space_of_the_file(
    database: Database, tmp_path: Path, profile: str
) -> None:
    write_key_file(tmp_path / "a.key", LinkageKey.generate("in-wb", "2026-11"), OWN)
    write_space(FaceSpace(DLIB, mean=embedding_of("mean")), tmp_path / "space.json")
    settings = HolderSettings(
        linkage_key=tmp_path / "a.key", profile=profile, photo_space=tmp_path / "space.json", data=tmp_path,
    )
    vault = vault_from_secret_bytes(bytes(32))
    maker = item_maker(settings, database, vault, OWN)
    assert maker is not None
    assert (maker.photos is not None) == ("photo" in profile)
    make_tables(database, metadata)
    reader = SharedReader(FakeFaces if "photo" in profile else None)
    make_sync(settings, database, vault, OWN, photo_reader=reader).stop()
    (tmp_path / "space.json").write_text("{}")
    with pytest.raises(SpaceFileError):
        item_maker(settings, database, vault, OWN)
