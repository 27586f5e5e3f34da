"""The process in which the embedder works: `python -m encoder.faces.embedder_child dlib`, or `opencv` and two files."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from encoder.faces.child_side import ChildLimits, serve
from encoder.faces.interface import FaceEmbedder
from encoder.faces.messages import (
    WHO,
    failure_to_bytes,
    identity_to_bytes,
    reading_to_bytes,
    request_from_bytes,
)
from encoder.faces.models import ModelFileError
from matcher.errors import MissingExtraError

LIMITS = ChildLimits(memory_bytes=2 * 2**30, cpu_seconds=60, wall_seconds=120)
"""Room for dlib's slow detector (0.8 GB, eight seconds) on a machine that is busy with other things."""

MODEL_FILE = "model-file"
MISSING_PACKAGES = "missing-packages"
NO_SUCH_FACE = "no-such-face"

_MISSING = (
    "Photos need dlib and OpenCV, which cannot be loaded; install milap with its extra 'face', or leave photos out."
)

Handler = Callable[[bytes], bytes]


def main(arguments: Sequence[str]) -> None:
    """Load the models once, then answer requests until the parent is gone; without an embedder, every one by why."""
    try:
        handle = handler(_embedder(arguments))
    except ModelFileError as error:
        handle = _always(failure_to_bytes(MODEL_FILE, str(error)))
    except MissingExtraError as error:
        handle = _always(failure_to_bytes(MISSING_PACKAGES, str(error)))
    except ImportError:
        handle = _always(failure_to_bytes(MISSING_PACKAGES, _MISSING))
    serve(handle, LIMITS)


def handler(embedder: FaceEmbedder) -> Handler:
    """What answers a request with this embedder.

    Any other exception is left to end the process: dlib goes on with a broken memory after some of its own.
    """
    from encoder.faces.examining import NoSuchFaceError, examine

    def handle(request: bytes) -> bytes:
        if request == WHO:
            return identity_to_bytes(embedder.identity)
        pixels, chosen = request_from_bytes(request)
        try:
            return reading_to_bytes(examine(embedder, pixels, chosen))
        except NoSuchFaceError as error:
            return failure_to_bytes(NO_SUCH_FACE, str(error))

    return handle


def _embedder(arguments: Sequence[str]) -> FaceEmbedder:
    import cv2

    cv2.setNumThreads(1)
    if arguments[0] == "dlib":
        from encoder.faces.dlib_embedder import DlibEmbedder

        return DlibEmbedder()
    from encoder.faces.opencv_embedder import OpenCvEmbedder

    return OpenCvEmbedder(Path(arguments[1]), Path(arguments[2]))


def _always(answer: bytes) -> Handler:
    return lambda _: answer


if __name__ == "__main__":
    main(sys.argv[1:])
