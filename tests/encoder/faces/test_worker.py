"""The embedder's process: a crash costs one photo, trouble costs nothing else, and a bad start is told."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from encoder.faces.interface import Pixels
from encoder.faces.models import DLIB, EmbedderChoice, ModelFileError
from encoder.faces.reasons import PhotoError, PhotoReason
from encoder.faces.worker import EmbedderWorker
from matcher.errors import InputError
from tests.encoder.faces.fake_embedder import CONFUSE, CRASH, FACE_RED, IDENTITY, striped

FRAGILE = "tests.encoder.faces.fragile_child"


@pytest.fixture(scope="module")
def worker() -> Iterator[EmbedderWorker]:
    worker = EmbedderWorker(DLIB, FRAGILE)
    yield worker
    worker.close()


def painted(value: int) -> Pixels:
    pixels = striped()
    pixels[0, 0] = value
    return pixels


def test_a_crash_costs_one_photo(worker: EmbedderWorker) -> None:
    before = worker.examine(painted(FACE_RED))
    with pytest.raises(PhotoError) as caught:
        worker.examine(painted(CRASH))
    assert caught.value.reason is PhotoReason.UNREADABLE
    after = worker.examine(painted(FACE_RED))
    assert before.face is not None
    assert after.face is not None
    assert np.array_equal(before.face.embedding, after.face.embedding)


def test_an_error_in_native_code_costs_one_photo_and_its_process(worker: EmbedderWorker) -> None:
    before = worker._child._process
    with pytest.raises(PhotoError) as caught:
        worker.examine(painted(CONFUSE))
    assert caught.value.reason is PhotoReason.UNREADABLE
    assert worker.examine(painted(FACE_RED)).reason is None
    assert worker._child._process is not before


def test_a_face_that_is_not_there_is_an_error_of_whoever_chose(worker: EmbedderWorker) -> None:
    with pytest.raises(InputError, match="no face of that number"):
        worker.examine(painted(FACE_RED), chosen=3)
    assert worker.examine(painted(FACE_RED), chosen=0).reason is None


def test_the_child_says_who_it_is(worker: EmbedderWorker) -> None:
    assert worker.identity == IDENTITY


def test_a_child_that_does_not_start_is_told(tmp_path: Path) -> None:
    worker = EmbedderWorker(DLIB, "tests.encoder.faces.no_such_module")
    with pytest.raises(ModelFileError, match="ends before it works"):
        _ = worker.identity
    worker.close()


def test_a_missing_model_file_is_told_for_every_photo(tmp_path: Path) -> None:
    worker = EmbedderWorker(EmbedderChoice("opencv", tmp_path / "absent.onnx", tmp_path / "too.onnx"))
    for _ in range(2):
        with pytest.raises(ModelFileError, match=r"absent\.onnx"):
            worker.examine(striped())
    worker.close()


def test_the_parent_loads_no_native_code_of_photos() -> None:
    code = "import sys, encoder.faces.reader; print(*sorted({'PIL', 'cv2', 'dlib', 'pillow_heif'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert run.stdout.split() == []
