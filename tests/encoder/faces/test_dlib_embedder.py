"""The real model on the real portrait: without it, these fail."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from encoder.faces.detection import STRONG_SCORE, find_faces
from encoder.faces.dlib_embedder import PREPROCESSING, DlibEmbedder
from encoder.faces.interface import Detection, Effort, Pixels
from encoder.faces.quality import GOOD_SCORE, is_small


@pytest.fixture(scope="module")
def embedder() -> DlibEmbedder:
    return DlibEmbedder()


@pytest.fixture(scope="module")
def pixels(portrait: bytes) -> Pixels:
    with Image.open(io.BytesIO(portrait)) as image:
        return np.array(image.convert("RGB"))


@pytest.fixture(scope="module")
def found(embedder: DlibEmbedder, pixels: Pixels) -> Detection:
    (found,) = embedder.detect(pixels, Effort.USUAL)
    return found


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_the_real_model_embeds_the_real_portrait(embedder: DlibEmbedder, pixels: Pixels, found: Detection) -> None:
    assert found.score > STRONG_SCORE
    embedding = embedder.embed(pixels, found)
    assert embedding.dtype == np.float64
    assert embedding.shape == (128,)
    assert np.linalg.norm(embedding) == pytest.approx(1.39, abs=0.05)
    assert np.array_equal(embedding, embedder.embed(pixels, found))


def test_an_embedding_without_its_mirror_image_is_that_of_face_recognition(
    embedder: DlibEmbedder, pixels: Pixels, found: Detection, repository: Path
) -> None:
    box = [str(round(edge)) for edge in (found.top, found.right, found.bottom, found.left)]
    script = Path(__file__).with_name("reference.py")
    picture = repository / "tests" / "pictures" / "grace_hopper.jpg"
    command = [sys.executable, "-W", "ignore", str(script), str(picture), *box]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    # face_recognition ends with status 0 when it cannot find its models: then there is no vector to read.
    reference = np.array(json.loads(run.stdout))
    ours = embedder.describe([embedder.chip(pixels, found)])[0]
    assert np.abs(ours - reference).max() < 1e-6


def test_the_embedding_is_the_mean_of_face_and_mirror_image(
    embedder: DlibEmbedder, pixels: Pixels, found: Detection
) -> None:
    chip = embedder.chip(pixels, found)
    assert chip.shape == (150, 150, 3)
    alone = embedder.describe([chip])[0]
    mirrored = embedder.describe([np.ascontiguousarray(np.fliplr(chip))])[0]
    assert np.allclose(embedder.embed(pixels, found), (alone + mirrored) / 2, atol=1e-6)
    assert 0.9 < cosine(alone, mirrored) < 0.9999


def test_the_mirrored_picture_has_almost_the_same_embedding(
    embedder: DlibEmbedder, pixels: Pixels, found: Detection
) -> None:
    mirrored = np.ascontiguousarray(np.fliplr(pixels))
    (other,) = embedder.detect(mirrored, Effort.USUAL)
    assert cosine(embedder.embed(pixels, found), embedder.embed(mirrored, other)) > 0.99


def test_the_five_points_lie_in_the_box(found: Detection) -> None:
    assert found.points.shape == (5, 2)
    assert (found.points > (found.left, found.top)).all()
    assert (found.points < (found.right, found.bottom)).all()
    assert 0.3 < found.eye_distance / (found.right - found.left) < 0.6


def test_a_picture_above_the_detectors_size_gives_its_own_coordinates(
    embedder: DlibEmbedder, pixels: Pixels, found: Detection
) -> None:
    large = np.asarray(Image.fromarray(pixels).resize((682, 800), Image.Resampling.LANCZOS))
    (other,) = embedder.detect(large, Effort.USUAL)
    assert other.eye_distance == pytest.approx(found.eye_distance * 800 / 600, rel=0.05)
    assert np.allclose(other.points, found.points * 800 / 600, atol=10)
    assert cosine(embedder.embed(large, other), embedder.embed(pixels, found)) > 0.98


def test_no_wrong_position_comes_near_a_strong_score(embedder: DlibEmbedder, pixels: Pixels) -> None:
    for turns in (1, 2, 3):
        picture = np.ascontiguousarray(np.rot90(pixels, turns))
        for effort in (Effort.QUICK, Effort.USUAL):
            assert not embedder.detect(picture, effort)


def test_what_only_the_slow_detector_finds_is_never_good(embedder: DlibEmbedder, pixels: Pixels) -> None:
    small = np.asarray(Image.fromarray(pixels).resize((205, 240)))
    (found,) = embedder.detect(small, Effort.SLOW)
    assert 0.2 < found.score < GOOD_SCORE


def test_a_tiny_face_is_found_in_the_end_but_small(embedder: DlibEmbedder, pixels: Pixels) -> None:
    # Its face is 20 pixels wide.
    upright = find_faces(embedder, np.asarray(Image.fromarray(pixels).resize((56, 66), Image.Resampling.LANCZOS)))
    assert all(is_small(face) for face in upright.faces)
    assert upright.faces


def test_the_preprocessing_has_a_version(embedder: DlibEmbedder) -> None:
    assert embedder.identity.preprocessing == PREPROCESSING
    assert PREPROCESSING.startswith("dlib-1:")
    assert embedder.identity.name == "dlib"
    assert embedder.identity.dimensions == 128


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 2), (9, 9), (39, 200), (40, 40), (800, 50)])
def test_pictures_of_odd_shapes_have_no_face(embedder: DlibEmbedder, shape: tuple[int, int]) -> None:
    upright = find_faces(embedder, np.full((*shape, 3), 128, np.uint8))
    assert (upright.faces, upright.turns) == ((), 0)
