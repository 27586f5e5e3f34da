"""Face spaces: what their id depends on, what is refused, and files that come back as they were or not at all."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from encoder.faces.space import FaceSpace, SpaceError, uncentred
from encoder.faces.space_file import SpaceFileError, _digest, read_space, write_space
from matcher.errors import InputError, SpaceMismatchError
from matcher.photo_curve_file import shipped_curve
from matcher.photos import photo_space
from tests.encoder.faces.synthetic_faces import SMALL

MEAN = np.linspace(-0.5, 0.5, 8)
WHITENING = np.eye(8) * 2 + np.tri(8) / 10
PROVENANCE: dict[str, str | int | float] = {"photos": 40, "subjects": 25, "fitted_on": "2026-11-22", "share": 0.25}
SPACE = FaceSpace(SMALL, MEAN, WHITENING, 512, PROVENANCE)


# --- the id ---------------------------------------------------------------------------------------------------------


def test_the_id_binds_every_part_and_the_epoch() -> None:
    others = [
        replace(SPACE, identity=replace(SMALL, name="dlib")),
        replace(SPACE, identity=replace(SMALL, weights=bytes(32))),
        replace(SPACE, identity=replace(SMALL, preprocessing="mirrored")),
        replace(SPACE, mean=MEAN + 1e-9),
        replace(SPACE, mean=None, whitening=None),
        replace(SPACE, whitening=None),
        replace(SPACE, whitening=WHITENING.T),
        replace(SPACE, bits=256),
    ]
    ids = {space.photo_space("2026-11").text for space in (SPACE, *others)}
    assert len(ids | {SPACE.photo_space("2027-05").text}) == len(others) + 2
    assert all(other != SPACE for other in others)
    assert photo_space(SPACE.photo_space("2026-11").text) == SPACE.photo_space("2026-11")


def test_dimensions_count_where_nothing_was_fitted() -> None:
    assert uncentred(SMALL) != uncentred(replace(SMALL, dimensions=9))


def test_the_id_says_whether_there_is_a_mean() -> None:
    centred = replace(SPACE, whitening=None)
    assert centred.photo_space("2026-11").text.startswith("synthetic.centred.")
    assert uncentred(SMALL).photo_space("2026-11").text.startswith("synthetic.uncentred.")


def test_a_whitened_space_has_an_embedder_of_its_own_since_no_shipped_curve_is_for_it() -> None:
    assert SPACE.photo_space("2026-11").embedder == "synthetic-whitened"
    dlib = replace(SPACE, identity=replace(SMALL, name="dlib"))
    assert shipped_curve(dlib.photo_space("2026-11")) is None
    assert shipped_curve(replace(dlib, whitening=None).photo_space("2026-11")) is not None


def test_the_id_is_what_it_was() -> None:
    """Written by the standard library and struct alone, from the fields that the module names."""
    space = FaceSpace(SMALL, np.arange(8) / 4, None, 512)
    assert space.photo_space("2026-11").digest.hex() == "3a90dce5824fac665bc883f4ae00c5df"


def test_neither_provenance_nor_negative_zeros_nor_layout_change_the_id() -> None:
    same = FaceSpace(SMALL, MEAN.astype(">f8"), np.asfortranarray(WHITENING), 512)
    assert (same, hash(same)) == (SPACE, hash(SPACE))
    assert FaceSpace(SMALL, np.zeros(8)) == FaceSpace(SMALL, -np.zeros(8))
    assert SPACE != "space"


def test_nobody_can_change_a_space_afterwards() -> None:
    mean = MEAN.copy()
    space = FaceSpace(SMALL, mean)
    mean[0] = 9
    assert space == FaceSpace(SMALL, MEAN)
    assert space.mean is not None
    with pytest.raises(ValueError, match="read-only"):
        space.mean[0] = 1


def test_a_space_shows_its_parts_and_no_number() -> None:
    assert repr(SPACE) == "FaceSpace(synthetic with mean and whitening)"
    assert repr(uncentred(SMALL)) == "FaceSpace(synthetic with nothing fitted)"


def test_a_space_requires_its_own_embedder() -> None:
    SPACE.require(replace(SMALL))
    with pytest.raises(SpaceMismatchError, match="another embedder"):
        SPACE.require(replace(SMALL, weights=bytes(32)))


BAD_PARTS: dict[str, dict[str, Any]] = {
    "a mean of another dimension": {"mean": np.zeros(7)},
    "a mean that is a matrix": {"mean": np.zeros((1, 8))},
    "a mean with NaN": {"mean": np.full(8, np.nan)},
    "a whitening without a mean": {"whitening": np.eye(8)},
    "a whitening that is not square": {"mean": MEAN, "whitening": np.ones((8, 7))},
    "a whitening with infinity": {"mean": MEAN, "whitening": np.full((8, 8), np.inf)},
    "a whitening that loses directions": {"mean": MEAN, "whitening": np.ones((8, 8))},
    "no bits": {"bits": 0},
    "bits that fill no word": {"bits": 500},
    "an endless code": {"bits": 2**20},
    "weights that are no digest": {"identity": replace(SMALL, weights=b"short")},
    "a name that fits no id": {"identity": replace(SMALL, name="D.lib")},
    "a preprocessing of half a character": {"identity": replace(SMALL, preprocessing="\ud800")},
    "a preprocessing of a page": {"identity": replace(SMALL, preprocessing="x" * 500)},
    "no dimensions": {"identity": replace(SMALL, dimensions=0)},
}


@pytest.mark.parametrize("parts", BAD_PARTS.values(), ids=BAD_PARTS)
def test_parts_that_make_no_space_are_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(SpaceError, match=r"^[A-Z][^\n]*\.$"):
        FaceSpace(**{"identity": SMALL} | parts)


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", [SPACE, replace(SPACE, whitening=None), uncentred(SMALL, 64)])
def test_a_file_gives_the_same_space_back(space: FaceSpace, tmp_path: Path) -> None:
    path = tmp_path / "space.json"
    write_space(space, path)
    back = read_space(path)
    assert (back, back.provenance, back.bits) == (space, space.provenance, space.bits)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["space.json"]


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "space.json"
    write_space(SPACE, path)
    with pytest.raises(SpaceFileError, match="never overwritten"):
        write_space(uncentred(SMALL), path)
    assert read_space(path) == SPACE


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpaceFileError, match="another folder"):
        write_space(SPACE, tmp_path / "nowhere" / "space.json")


def written(tmp_path: Path, change: Callable[[dict[str, Any]], object], sealed: bool = True) -> Path:
    """A space file in which something was changed, with a digest that fits again or not."""
    path = tmp_path / "space.json"
    write_space(SPACE, path)
    document = json.loads(path.read_text())
    change(document)
    if sealed:
        document["sha256"] = _digest(document)
    path.write_text(json.dumps(document))
    return path


def floats(*numbers: float) -> str:
    """Numbers as they stand in a file."""
    return base64.b64encode(np.array(numbers, "<f8").tobytes()).decode()


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a mean of another dimension": lambda d: d.update(mean=floats(*range(7))),
    "a mean that is no base64": lambda d: d.update(mean="***"),
    "a mean of half a number": lambda d: d.update(mean="AAAA"),
    "a mean that is a list": lambda d: d.update(mean=[0.5] * 8),
    "a mean with NaN": lambda d: d.update(mean=floats(*[float("nan")] * 8)),
    "a whitening that is not square": lambda d: d.update(whitening=floats(*range(56))),
    "a whitening without a mean": lambda d: d.update(mean=None),
    "a whitening of zeros": lambda d: d.update(whitening=floats(*[0.0] * 64)),
    "another dimension": lambda d: d["embedder"].update(dimensions=9),
    "dimensions that are true": lambda d: d["embedder"].update(dimensions=True),
    "dimensions without end": lambda d: d["embedder"].update(dimensions=10**9),
    "weights that are no hex": lambda d: d["embedder"].update(weights="zz" * 32),
    "weights that are too short": lambda d: d["embedder"].update(weights="00"),
    "a name that is a number": lambda d: d["embedder"].update(name=5),
    "a name of half a character": lambda d: d["embedder"].update(name="\ud800"),
    "no name": lambda d: d["embedder"].pop("name"),
    "an embedder that is a list": lambda d: d.update(embedder=[]),
    "bits that are text": lambda d: d.update(bits="512"),
    "bits that fill no word": lambda d: d.update(bits=500),
    "a provenance of lists": lambda d: d.update(provenance={"photos": [1]}),
    "no provenance": lambda d: d.update(provenance=None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_contents_that_make_no_space_are_refused(change: Callable[[dict[str, Any]], object], tmp_path: Path) -> None:
    with pytest.raises(SpaceFileError, match=r"space\.json (is damaged|holds no usable).*[;,] .*\.$"):
        read_space(written(tmp_path, change))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_without_the_digest_is_damage(change: Callable[[dict[str, Any]], object], tmp_path: Path) -> None:
    with pytest.raises(SpaceFileError, match="damaged or was changed"):
        read_space(written(tmp_path, change, sealed=False))


def test_a_field_more_or_less_is_damage(tmp_path: Path) -> None:
    for change in (lambda d: d.pop("bits"), lambda d: d.pop("sha256"), lambda d: d.update(more=1)):
        (tmp_path / "space.json").unlink(missing_ok=True)
        with pytest.raises(SpaceFileError, match="damaged"):
            read_space(written(tmp_path, change, sealed=False))


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "space.json"
    write_space(replace(SPACE, whitening=None), path)
    whole = path.read_bytes().rstrip()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(SpaceFileError):
            read_space(path)


def test_another_version_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpaceFileError, match="another version"):
        read_space(written(tmp_path, lambda d: d.update(version=2)))


@pytest.mark.parametrize(
    "content", [b"{}", b"[]", b"photo,age\n", b"\xff\xd8\xff", b"[" * 100_000, b'{"format": NaN}'], ids=range(6)
)
def test_a_foreign_file_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(SpaceFileError, match="no Milap space file"):
        read_space(path)


def test_an_empty_file_a_folder_and_nothing_at_all_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(SpaceFileError, match="damaged"):
        read_space(tmp_path / "empty")
    with pytest.raises(SpaceFileError, match="could not be read"):
        read_space(tmp_path)
    with pytest.raises(SpaceFileError, match="no space file"):
        read_space(tmp_path / "none.json")


def test_errors_are_input_errors() -> None:
    assert issubclass(SpaceFileError, SpaceError)
    assert issubclass(SpaceError, InputError)
