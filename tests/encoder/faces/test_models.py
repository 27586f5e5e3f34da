"""Model files: the known ones or none, and never the one whose terms forbid it."""

import shutil
from importlib import metadata
from pathlib import Path

import pytest

from encoder.faces.dlib_embedder import DlibEmbedder
from encoder.faces.models import (
    CNN_DETECTOR,
    DLIB,
    LANDMARKS,
    NETWORK,
    EmbedderChoice,
    KnownFile,
    ModelFileError,
    model_bytes,
    shipped_folder,
    verified,
    weights_digest,
)
from matcher.errors import MissingExtraError

FILES = (LANDMARKS, NETWORK, CNN_DETECTOR)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The model files that are used, and no other."""
    for file in FILES:
        shutil.copy(shipped_folder() / file.name, tmp_path)
    return tmp_path


def test_the_installed_files_are_the_known_ones() -> None:
    for file in FILES:
        path, digest = verified(shipped_folder(), file)
        assert path.is_file()
        assert digest.hex() == file.sha256


def test_three_files_are_enough(folder: Path) -> None:
    assert not list(folder.glob("*68*"))
    assert DlibEmbedder(folder).identity.weights == weights_digest([bytes.fromhex(file.sha256) for file in FILES])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_damaged_or_missing_file_is_an_error_that_names_it(folder: Path, file: KnownFile) -> None:
    path = folder / file.name
    content = path.read_bytes()
    for broken in (content[:-1], bytes([content[0] ^ 1]) + content[1:], b"", b"garbage"):
        path.write_bytes(broken)
        with pytest.raises(ModelFileError, match=file.name):
            DlibEmbedder(folder)
    path.unlink()
    with pytest.raises(ModelFileError, match=file.name):
        DlibEmbedder(folder)
    path.mkdir()
    with pytest.raises(ModelFileError, match=file.name):
        model_bytes(path)


def test_models_that_are_not_installed_are_a_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    with pytest.raises(MissingExtraError, match="extra 'face'"):
        shipped_folder()


def test_weights_are_told_apart_by_every_file_and_their_order() -> None:
    one, other = bytes(32), bytes(range(32))
    digests = {weights_digest(files) for files in ([one], [one, one], [one, other], [other, one])}
    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {32}


def test_a_choice_has_files_exactly_when_it_needs_them(tmp_path: Path) -> None:
    assert EmbedderChoice() == DLIB
    EmbedderChoice("opencv", tmp_path / "a", tmp_path / "b")
    for name, files in (("dlib", (tmp_path, tmp_path)), ("opencv", (None, None)), ("opencv", (tmp_path, None))):
        with pytest.raises(ModelFileError, match="two ONNX files"):
            EmbedderChoice(name, *files)  # type: ignore[arg-type]
