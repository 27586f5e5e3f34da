"""What a snapshot says of itself: its files and their digests, and a digest of that."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1
"""Goes up whenever the files, their cutting into pieces or the columns of the gallery change."""

_DIGEST = "sha256"
_CONTEXT = b"milap snapshot manifest v1\0"


@dataclass(frozen=True)
class FileEntry:
    """One file: SHA-256 in hexadecimal, size in bytes, numpy dtype with its byte order, and shape."""

    sha256: str
    bytes: int
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Manifest:
    """One snapshot.

    sequence        number of the last change that is in it
    profile         name of the encoding profile, for people; profile_digest, hexadecimal, is what counts
    key_check       key check value, hexadecimal; empty when no batch has fixed the key yet
    tiles, rows     tiles of the gallery, and rows that stand in them
    files           by file name
    """

    format: int
    sequence: int
    profile: str
    profile_digest: str
    key_check: str = field(repr=False)
    tiles: int
    rows: int
    files: dict[str, FileEntry] = field(repr=False)


def manifest_to_json(manifest: Manifest) -> str:
    """The manifest as JSON, with the SHA-256 over its canonical content."""
    content = asdict(manifest)
    return json.dumps({**content, _DIGEST: _digest(content)}, sort_keys=True, indent=1) + "\n"


def manifest_from_json(text: str) -> Manifest:
    """The manifest of a JSON text; ValueError when it is damaged or of another format."""
    try:
        content = json.loads(text)
        stated = content.pop(_DIGEST)
        if content["format"] != FORMAT:
            raise ValueError("another format")
        if stated != _digest(content):
            raise ValueError("its digest does not fit")
        if not all(type(content[name]) is int for name in ("sequence", "tiles", "rows")):
            raise ValueError("a number is none")
        files = {name: FileEntry(**{**entry, "shape": tuple(entry["shape"])})
                 for name, entry in content.pop("files").items()}
        return Manifest(**content, files=files)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a manifest") from error


def _digest(content: dict[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(_CONTEXT + canonical.encode()).hexdigest()
