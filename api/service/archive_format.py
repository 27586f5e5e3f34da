"""What an archive of a database looks like: a tar of one member a table, and a manifest at its end.

A member is gzipped JSON lines, a list of values for each row in the order of the manifest's columns. The manifest comes
last because it holds the members' digests; an archive that was cut off has none and is refused.
"""

import json
import tarfile
from dataclasses import asdict, dataclass
from typing import Any

from matcher.errors import MilapError

FORMAT = "milap-archive"
VERSION = 1
MANIFEST = "manifest.json"
ROWS_AT_ONCE = "rows_at_once"
"""In the `info` of a table with large rows: how many of them an archive holds in memory."""
_MANIFEST_BYTES = 2**20


class ArchiveError(MilapError):
    """An archive cannot be read, or does not fit the database that it should go into."""


@dataclass(frozen=True)
class Member:
    """One table of an archive: its rows, and the size and SHA-256 (hex) of its compressed member."""

    table: str
    columns: list[str]
    rows: int
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """Name inside the tar."""
        return f"tables/{self.table}.jsonl.gz"


@dataclass(frozen=True)
class Manifest:
    """The tables of an archive in the order in which they can be put back, and the schema they were taken from."""

    revision: str | None
    members: list[Member]

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each table."""
        return {member.table: member.rows for member in self.members}

    def to_json(self) -> bytes:
        """The manifest as its member's content."""
        document = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return json.dumps(document, indent=1, sort_keys=True).encode() + b"\n"


def read_manifest(archive: tarfile.TarFile) -> Manifest:
    """The manifest of an open archive.

    Raises:
        ArchiveError: there is none, or it is of another kind or version.
    """
    try:
        file = archive.extractfile(MANIFEST)
        document: Any = json.loads(file.read(_MANIFEST_BYTES)) if file else None
        if document["format"] != FORMAT or document["version"] != VERSION:
            raise ArchiveError("This is not an archive that this release reads; restore it with the one that wrote it.")
        return Manifest(document["revision"], [Member(**member) for member in document["members"]])
    except (tarfile.TarError, OSError, KeyError, ValueError, TypeError):
        raise ArchiveError("The archive has no readable manifest, so it is cut off or none; use another.") from None
