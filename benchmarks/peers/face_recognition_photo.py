"""face_recognition as its users call it: load_image_file, then face_encodings with all its defaults."""

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

Pipeline = Callable[[bytes], int]


def pipeline() -> Pipeline | None:
    """What gives the number of faces encoded in a photo; None where face_recognition is not installed, or ends."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import face_recognition
    except (ImportError, SystemExit):  # without pkg_resources its import prints a hint and ends the process, status 0
        return None
    library: Any = face_recognition

    def encoded(photo: bytes) -> int:
        return len(library.face_encodings(library.load_image_file(BytesIO(photo))))

    return encoded
