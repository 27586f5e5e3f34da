"""Which embedder, and its model files: found, read and hashed before native code sees them.

dlib ends the process on some broken files, so a file is handed to it only when its digest is the known one.
"""

import hashlib
import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from encoder.faces.extra import require_face_extra
from matcher.errors import InputError

MODELS_DISTRIBUTION = "face_recognition_models"
"""Distribution of the extra `face` that holds dlib's model files; its own code is never run."""

_MAX_MODEL_BYTES = 500_000_000
_WEIGHTS_LABEL = b"milap face weights v1"


class ModelFileError(InputError):
    """A model file is missing, cannot be read, or is not what it should be (exit status 2)."""


@dataclass(frozen=True)
class EmbedderChoice:
    """Which embedder reads the photos.

    name        "dlib", with the files of the extra `face`, or "opencv", with files of the operator
    detector    ONNX file of YuNet, for "opencv"
    recogniser  ONNX file of SFace, for "opencv"

    Raises:
        ModelFileError: the files do not go with the name.
    """

    name: Literal["dlib", "opencv"] = "dlib"
    detector: Path | None = None
    recogniser: Path | None = None

    def __post_init__(self) -> None:
        """Refuse files that would not be used, and a choice without those it needs."""
        given = (self.detector is not None, self.recogniser is not None)
        if given != (self.name == "opencv",) * 2:
            raise ModelFileError(
                "The embedder 'opencv' needs two ONNX files, a detector (YuNet) and a recogniser (SFace), and 'dlib' "
                "takes none; give both files, or neither."
            )


DLIB = EmbedderChoice()
"""The default: dlib's 128 numbers a face."""


@dataclass(frozen=True)
class KnownFile:
    """A model file that is shipped: its name, and the SHA-256 of its content in hexadecimal."""

    name: str
    sha256: str


# The 68-point predictor beside them was trained on data whose terms exclude commercial use: it is never opened.
LANDMARKS = KnownFile(
    "shape_predictor_5_face_landmarks.dat", "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888"
)
NETWORK = KnownFile(
    "dlib_face_recognition_resnet_model_v1.dat", "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
)
CNN_DETECTOR = KnownFile(
    "mmod_human_face_detector.dat", "4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6"
)


def shipped_folder() -> Path:
    """Where dlib's model files stand.

    Raises:
        MissingExtraError: their package is not installed.
    """
    require_face_extra(MODELS_DISTRIBUTION)
    distribution = importlib.metadata.distribution(MODELS_DISTRIBUTION)
    return Path(str(distribution.locate_file(f"{MODELS_DISTRIBUTION}/models")))


def verified(folder: Path, file: KnownFile) -> tuple[Path, bytes]:
    """Path and SHA-256 (32 bytes) of a shipped model file.

    Raises:
        ModelFileError: it is missing, or its content is not the known one.
    """
    path = folder / file.name
    digest = hashlib.sha256(model_bytes(path)).digest()
    if digest.hex() != file.sha256:
        raise ModelFileError(f"The model file {file.name} is damaged or foreign; install milap's extra 'face' again.")
    return path, digest


def model_bytes(path: Path) -> bytes:
    """Content of a model file.

    Raises:
        ModelFileError: it cannot be read, is empty, or is larger than any model.
    """
    try:
        if not path.is_file() or not 0 < path.stat().st_size <= _MAX_MODEL_BYTES:
            raise ModelFileError(f"The model file {path.name} is missing, empty or too large; put the right one there.")
        return path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"The model file {path.name} cannot be read; check its rights.") from error


def weights_digest(digests: Sequence[bytes]) -> bytes:
    """SHA-256 (32 bytes) over the digests of all model files of an embedder, in their fixed order."""
    whole = hashlib.sha256(_WEIGHTS_LABEL)
    for digest in digests:
        whole.update(digest)
    return whole.digest()
