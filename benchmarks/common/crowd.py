"""Very many invented people, encoded slice by slice and kept in files: a million do not fit into memory as text.

Each slice is a population of its own with its own true pairs; names, places and dates are drawn from one
distribution, so that for a search it makes no difference. The linkage key is always the same, so that slices that were
made on different days belong together: it protects nobody.
"""

import hashlib
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common.data import People, encode, invent
from benchmarks.peers.plain_text import by_anyascii, plain_rows
from encoder.encode import RecordEncoder
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from matcher.batch import EncodedBatch
from matcher.profile import EncodingProfile, profile_named
from matcher.views import Kind

SLICE = 50_000
_ARRAYS = ("record", "codes", "presence", "sex", "birth", "event")


@dataclass(frozen=True)
class Crowd:
    """So many invented people of each kind.

    folder   where slices are kept; what is there already is not made again
    profile  name of the profile they are encoded under
    """

    folder: Path
    profile: str
    records: int
    seed: int

    @property
    def key_check(self) -> bytes:
        """Check value of the key of all codes."""
        return _key().key_check(profile_named(self.profile))

    def make(self, *kinds: Kind, plain: bool = False) -> None:
        """Invent and encode those slices of these kinds that are not there; with `plain`, their plain text as well."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        encoder = RecordEncoder(_key(), profile_named(self.profile))
        for number, size in enumerate(self._sizes()):
            wanted = [kind for kind in kinds if not self._codes(number, size, kind).exists()]
            texts = [kind for kind in kinds if plain and not self._text(number, size, kind).exists()]
            if not wanted and not texts:
                continue
            people = invent(size, size, self.seed * 1_000 + number)
            for kind in wanted:
                _write_codes(encode(encoder, _of(people, kind), kind), self._codes(number, size, kind))
            for kind in texts:
                _write_text(_of(people, kind), number, self._text(number, size, kind))
            done = min((number + 1) * SLICE, self.records)
            print(f"  {done:,} of {self.records:,} of each kind are there", file=sys.stderr, flush=True)

    def batches(self, kind: Kind) -> Iterator[EncodedBatch]:
        """The slices of a kind, made before; refs are numbers within the slice."""
        for number, size in enumerate(self._sizes()):
            yield _read_codes(self._codes(number, size, kind), profile_named(self.profile), self.key_check, kind, size)

    def texts(self, kind: Kind) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
        """File and plain rows of each slice (`benchmarks.peers.plain_text`), made before."""
        for number, size in enumerate(self._sizes()):
            path = self._text(number, size, kind)
            yield path, pickle.loads(path.read_bytes())

    def _sizes(self) -> list[int]:
        whole, rest = divmod(self.records, SLICE)
        return [SLICE] * whole + ([rest] if rest else [])

    def _codes(self, number: int, size: int, kind: Kind) -> Path:
        digest = profile_named(self.profile).digest.hex()[:12]
        return self.folder / f"{self.profile}-{digest}-{self.seed}-{number}-{size}-{kind.name.lower()}.npz"

    def _text(self, number: int, size: int, kind: Kind) -> Path:
        return self.folder / f"text-{self.seed}-{number}-{size}-{kind.name.lower()}.pickle"


def _key() -> LinkageKey:
    return linkage_key_from_secret_bytes(hashlib.sha256(b"benchmark").digest(), "benchmark", "once")


def _of(people: People, kind: Kind) -> list[Any]:
    return list(people.missing if kind is Kind.MISSING else people.found)


def _write_codes(batch: EncodedBatch, path: Path) -> None:
    temporary = path.with_name(f"temporary-{path.name}")
    np.savez(temporary, **{name: getattr(batch, name) for name in _ARRAYS})
    temporary.replace(path)


def _read_codes(path: Path, profile: EncodingProfile, key_check: bytes, kind: Kind, size: int) -> EncodedBatch:
    with np.load(path, allow_pickle=False) as arrays:
        columns: list[Any] = [arrays[name] for name in _ARRAYS]
    return EncodedBatch(profile, key_check, kind, tuple(map(str, range(size))), *columns)


def _write_text(records: list[Any], number: int, path: Path) -> None:
    rows = plain_rows(records, by_anyascii, by_anyascii)
    for row in rows:
        row["unique_id"] = f"{number}-{row['unique_id']}"
    temporary = path.with_name(f"temporary-{path.name}")
    temporary.write_bytes(pickle.dumps(rows))
    temporary.replace(path)
