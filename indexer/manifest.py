"""What a segment and a snapshot say of themselves: their files and their digests, and a digest of that."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from matcher.errors import BatchError
from matcher.photos import PhotoSpace, photo_space

FORMAT = 3
"""Goes up whenever the files, the ranges of their digests or the columns of the gallery change."""

_DIGEST = "sha256"
_CONTEXT = b"milap snapshot manifest v3\0"
T = TypeVar("T")
_NUMBERS = ("format", "sequence", "tiles", "rows", "withdrawn")


@dataclass(frozen=True)
class FileEntry:
    """One file: SHA-256 of each range in hexadecimal, size in bytes, numpy dtype with its byte order, and shape."""

    sha256: tuple[str, ...] = field(repr=False)
    bytes: int
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class SegmentManifest:
    """One segment.

    profile         name of the encoding profile, for people; profile_digest, hexadecimal, is what counts
    key_check       key check value, hexadecimal
    photo_space     text of the photo space, empty when no batch has fixed it yet
    tiles, rows     tiles of the segment, and rows that stood in them when it was written
    files           by column
    """

    format: int
    profile: str
    profile_digest: str
    key_check: str = field(repr=False)
    photo_space: str = field(repr=False)
    tiles: int
    rows: int
    files: dict[str, FileEntry] = field(repr=False)


@dataclass(frozen=True)
class SegmentEntry:
    """A segment as a snapshot names it: its folder, the rows that still stand, and how many records were withdrawn."""

    name: str
    rows: int
    withdrawn: int


@dataclass(frozen=True)
class Manifest:
    """One snapshot.

    sequence        number of the last change that is in it
    profile         see SegmentManifest
    key_check       key check value, hexadecimal; empty when no batch has fixed the key yet
    photo_space     see SegmentManifest; some of its segments may be older and name none
    segments        in the order of their rows
    withdrawn       the file of all withdrawn record numbers, segment after segment, rising in each
    """

    format: int
    sequence: int
    profile: str
    profile_digest: str
    key_check: str = field(repr=False)
    photo_space: str = field(repr=False)
    segments: tuple[SegmentEntry, ...] = field(repr=False)
    withdrawn: FileEntry = field(repr=False)


def space_text(space: PhotoSpace | None) -> str:
    """A photo space as a manifest names it."""
    return "" if space is None else space.text


def space_of(manifest: SegmentManifest | Manifest) -> PhotoSpace | None:
    """The photo space that a manifest names, None for none; ValueError when it cannot be read."""
    try:
        return photo_space(manifest.photo_space) if manifest.photo_space else None
    except (BatchError, TypeError) as error:
        raise ValueError("its photo space is none") from error


def digest_of(manifest: SegmentManifest | Manifest) -> str:
    """SHA-256 over the canonical content, hexadecimal; a segment's folder is named by it."""
    return _digest(asdict(manifest))


def manifest_to_json(manifest: SegmentManifest | Manifest) -> str:
    """The manifest as JSON, with its digest."""
    return json.dumps({**asdict(manifest), _DIGEST: digest_of(manifest)}, sort_keys=True, indent=1) + "\n"


def manifest_from_json(text: str) -> Manifest:
    """The manifest of a snapshot; ValueError when it is damaged or of another format."""
    try:
        content = _content(text)
        segments = tuple(_sound(SegmentEntry(**entry)) for entry in content.pop("segments"))
        return _sound(Manifest(**content | {"segments": segments, "withdrawn": _file(content["withdrawn"])}))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a manifest") from error


def segment_from_json(text: str) -> SegmentManifest:
    """The manifest of a segment; ValueError when it is damaged or of another format."""
    try:
        content = _content(text)
        files = {name: _file(entry) for name, entry in content.pop("files").items()}
        return _sound(SegmentManifest(**content, files=files))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a manifest") from error


def _content(text: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(text)
    stated = content.pop(_DIGEST)
    if content["format"] != FORMAT:
        raise ValueError("another format")
    if stated != _digest(content):
        raise ValueError("its digest does not fit")
    return content


def _file(entry: dict[str, Any]) -> FileEntry:
    return FileEntry(**{**entry, "sha256": tuple(entry["sha256"]), "shape": tuple(entry["shape"])})


def _sound(made: T) -> T:
    """What was made, when its numbers are numbers; a bool or a text would go unnoticed for long."""
    for name, value in vars(made).items():
        if name in _NUMBERS and isinstance(value, (str, bool, float)):
            raise ValueError("a number is none")
    return made


def _digest(content: dict[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(_CONTEXT + canonical.encode()).hexdigest()
