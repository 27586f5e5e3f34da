"""Face spaces as files: what one operator fits and all holders of a linkage domain copy.

The file is JSON, floats as base64 of little-endian float64, with a SHA-256 over its other fields. That notices damage,
not malice: compare the space id over another channel when it matters.
"""

import base64
import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from encoder.faces.interface import EmbedderIdentity
from encoder.faces.space import FaceSpace, SpaceError
from encoder.private_files import write_new_private_file

_FORMAT = "milap face space"
_VERSION = 1
_MAX_BYTES = 2**26
_CONTENT = ("format", "version", "embedder", "bits", "mean", "whitening", "provenance")


class SpaceFileError(SpaceError):
    """A space file cannot be written or used (exit status 2)."""


def write_space(space: FaceSpace, path: Path) -> None:
    """Write a space to a new file of mode 0600; the file is whole or not there.

    Raises:
        SpaceFileError: the file exists already (codes in use may depend on it), or the folder cannot be written.
    """
    who = space.identity
    document: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "embedder": {
            "name": who.name, "weights": who.weights.hex(), "preprocessing": who.preprocessing,
            "dimensions": who.dimensions,
        },
        "bits": space.bits,
        "mean": _written(space.mean),
        "whitening": _written(space.whitening),
        "provenance": dict(space.provenance),
    }  # fmt: skip
    text = json.dumps(document | {"sha256": _digest(document)}, indent=2, allow_nan=False) + "\n"
    try:
        write_new_private_file(path, text.encode())
    except FileExistsError:
        raise SpaceFileError(f"{path} exists and is never overwritten; choose another name.") from None
    except OSError as error:
        raise SpaceFileError(f"{path} could not be written ({error.strerror}); choose another folder.") from None


def read_space(path: Path) -> FaceSpace:
    """Read a space file.

    Raises:
        SpaceFileError: the file is missing, damaged, foreign, of another version, or holds no usable space.
    """
    document = _parsed(path, _content(path))
    if set(document) != {*_CONTENT, "sha256"} or document["sha256"] != _digest(document):
        _damaged(path)
    try:
        who = document["embedder"]
        identity = EmbedderIdentity(
            _text(who["name"]), bytes.fromhex(who["weights"]), _text(who["preprocessing"]), _count(who["dimensions"])
        )
        d = identity.dimensions
        mean, whitening = _read(document["mean"], (d,)), _read(document["whitening"], (d, d))
        return FaceSpace(identity, mean, whitening, _count(document["bits"]), _provenance(document["provenance"]))
    except SpaceError as error:
        raise SpaceFileError(f"{path} holds no usable face space: {error}") from None
    except (ValueError, TypeError, KeyError):
        _damaged(path)


def _content(path: Path) -> bytes:
    try:
        # O_NONBLOCK: opening a pipe by mistake must not wait for a writer.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(0, "not a regular file")
            return file.read(_MAX_BYTES)
    except FileNotFoundError:
        raise SpaceFileError(f"There is no space file {path}; copy it from whoever fitted it, or fit one.") from None
    except OSError as error:
        raise SpaceFileError(f"{path} could not be read ({error.strerror}); check the path and the disk.") from None


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    """The document, when it is one of ours and of this version."""
    try:
        document = json.loads(content, parse_constant=_refused)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        if not content or _FORMAT.encode() in content:
            _damaged(path)
        raise SpaceFileError(f"{path} is no Milap space file; name the file that came with the photo calibration.")
    if document.get("version") != _VERSION:
        raise SpaceFileError(f"{path} is a space file of another version; open it with the Milap that wrote it.")
    return document


def _damaged(path: Path) -> NoReturn:
    raise SpaceFileError(f"{path} is damaged or was changed; copy it again from whoever fitted it.") from None


def _digest(document: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of every field but the digest itself, in hex."""
    content = {name: document[name] for name in _CONTENT}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _written(numbers: npt.NDArray[np.float64] | None) -> str | None:
    return None if numbers is None else base64.b64encode(numbers.astype("<f8").tobytes()).decode()


def _read(text: object, shape: tuple[int, ...]) -> npt.NDArray[np.float64] | None:
    """Numbers of this shape; ValueError or TypeError when the text holds fewer, more, or none."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise TypeError
    return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f8").reshape(shape)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 1:
        raise TypeError
    return value


def _provenance(value: object) -> dict[str, str | int | float]:
    if not isinstance(value, dict) or not all(type(entry) in (str, int, float) for entry in value.values()):
        raise TypeError
    return value


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)
