"""YuNet and SFace by networks made here: faces are where they are painted, and only good files make an embedder."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from encoder.faces.detection import find_faces
from encoder.faces.interface import Effort
from encoder.faces.models import EmbedderChoice, ModelFileError
from encoder.faces.opencv_embedder import OpenCvEmbedder
from encoder.faces.reader import PhotoReader
from encoder.faces.reasons import PhotoReason
from tests.encoder.faces.onnx_files import EYES, FACE_SIDE, detector, painted, recogniser

Encode = Callable[..., bytes]


@pytest.fixture(scope="module")
def choice(tmp_path_factory: pytest.TempPathFactory) -> EmbedderChoice:
    folder = tmp_path_factory.mktemp("onnx")
    (folder / "detector.onnx").write_bytes(detector())
    (folder / "recogniser.onnx").write_bytes(recogniser())
    return EmbedderChoice("opencv", folder / "detector.onnx", folder / "recogniser.onnx")


@pytest.fixture(scope="module")
def embedder(choice: EmbedderChoice) -> OpenCvEmbedder:
    assert choice.detector is not None
    assert choice.recogniser is not None
    return OpenCvEmbedder(choice.detector, choice.recogniser)


def test_a_face_is_found_where_it_is_in_pictures_of_any_size(embedder: OpenCvEmbedder) -> None:
    for height, width in ((250, 330), (480, 640), (800, 601)):
        (found,) = embedder.detect(painted(height, width, (12, 20)), Effort.USUAL)
        middle = ((found.left + found.right) / 2, (found.top + found.bottom) / 2)
        assert middle == (20.5 * 8, 12.5 * 8)
        assert found.right - found.left == pytest.approx(FACE_SIDE)
        assert found.eye_distance == pytest.approx(EYES)
        assert found.score > 0.5


def test_nothing_is_found_where_nothing_is(embedder: OpenCvEmbedder) -> None:
    for effort in Effort:
        assert embedder.detect(painted(240, 320), effort) == []


def test_two_faces_are_two(embedder: OpenCvEmbedder) -> None:
    assert len(embedder.detect(painted(400, 600, (12, 14), (30, 50)), Effort.USUAL)) == 2


@pytest.mark.parametrize("turns", range(4))
def test_a_turned_picture_is_turned_back(embedder: OpenCvEmbedder, turns: int) -> None:
    # Sides that the grid divides, so that the mark stays on it.
    pixels = painted(320, 480, (12, 20))
    upright = find_faces(embedder, np.ascontiguousarray(np.rot90(pixels, turns)))
    assert upright.turns == turns
    assert np.array_equal(upright.pixels, pixels)


def test_the_embedding_is_the_mean_of_face_and_mirror_image(embedder: OpenCvEmbedder) -> None:
    pixels = painted(320, 480, (12, 20))
    (found,) = embedder.detect(pixels, Effort.USUAL)
    aligned = embedder.align(pixels, found)
    mirrored = embedder.describe(np.ascontiguousarray(aligned[:, ::-1]))
    embedding = embedder.embed(pixels, found)
    assert embedding.dtype == np.float64
    assert embedding.shape == (embedder.identity.dimensions,) == (128,)
    assert np.allclose(embedding, (embedder.describe(aligned) + mirrored) / 2)
    assert not np.allclose(embedding, mirrored)
    assert np.linalg.norm(embedding) > 0


def test_the_identity_is_bound_to_both_files(embedder: OpenCvEmbedder, tmp_path: Path) -> None:
    (tmp_path / "detector").write_bytes(detector())
    (tmp_path / "recogniser").write_bytes(recogniser(dimensions=64))
    other = OpenCvEmbedder(tmp_path / "detector", tmp_path / "recogniser").identity
    assert (other.name, other.dimensions) == ("sface", 64)
    assert other.weights != embedder.identity.weights
    (tmp_path / "recogniser").write_bytes(recogniser())
    assert OpenCvEmbedder(tmp_path / "detector", tmp_path / "recogniser").identity == embedder.identity


@pytest.mark.parametrize("content", [b"", b"no network at all" * 100, recogniser()[:5000], detector()[:300]])
def test_a_broken_file_is_named(choice: EmbedderChoice, tmp_path: Path, content: bytes) -> None:
    assert choice.detector is not None
    assert choice.recogniser is not None
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"broken\.onnx"):
        OpenCvEmbedder(broken, choice.recogniser)
    with pytest.raises(ModelFileError, match=r"broken\.onnx"):
        OpenCvEmbedder(choice.detector, broken)


def test_the_files_in_the_wrong_order_are_no_embedder(choice: EmbedderChoice) -> None:
    assert choice.detector is not None
    assert choice.recogniser is not None
    with pytest.raises(ModelFileError, match="no YuNet detector"):
        OpenCvEmbedder(choice.recogniser, choice.detector)


def test_a_photo_is_read_through_the_child_process(choice: EmbedderChoice, encode: Encode) -> None:
    photo = encode(Image.fromarray(painted(320, 480, (12, 20))), "PNG")
    with PhotoReader(choice) as reader:
        assert reader.identity.name == "sface"
        reading = reader.read(photo)
        several = reader.read(encode(Image.fromarray(painted(320, 480, (12, 14), (25, 40))), "PNG"))
    assert reading.reason is None
    assert reading.face is not None
    assert reading.face.embedding.shape == (128,)
    assert several.reason is PhotoReason.SEVERAL_FACES
    assert len(several.faces) == 2


def test_a_broken_file_is_told_by_the_reader(choice: EmbedderChoice, tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no network")
    reader = PhotoReader(EmbedderChoice("opencv", choice.detector, broken))
    with reader, pytest.raises(ModelFileError, match=r"broken\.onnx"):
        _ = reader.identity
