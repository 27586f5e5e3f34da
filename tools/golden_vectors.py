"""Golden vectors: the codes of a fixed set of invented records under a published test key.

    python -m tools.golden_vectors            compare; status 1 when a code differs
    python -m tools.golden_vectors --write    write the vectors of new profiles and new records

Run from the root of the repository. It reads tests/vectors/records.csv and keeps tests/vectors/PROFILE.json for each
shipped profile, masked ones included. A code that stands in a file is never overwritten: codes of a shipped profile do
not change, and one that does belongs to a new profile name. Whoever is certain that no holder ever used the profile
deletes its file first.

The key is a TEST KEY, printed here and in every file of vectors. It protects nothing and must never encode a record of
a real person. The faces are no faces: embeddings from a fixed formula, in a space whose mean is from it too.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from encoder.encode import RecordEncoder
from encoder.faces.interface import EmbedderIdentity
from encoder.faces.record_face import RecordFace
from encoder.faces.space import FaceSpace
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from encoder.reading.read import read_records
from encoder.record import RawRecord
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.profile import MASKED_PROFILES, PROFILES, EncodingProfile
from matcher.views import Kind, Sex, View

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vectors"
COMMAND = "python -m tools.golden_vectors --write"

TEST_KEY_SECRET = b"published test key, not a secret"
TEST_KEY_DOMAIN, TEST_KEY_EPOCH = "TEST-KEY-PUBLISHED", "TEST-VECTORS"

TEST_EMBEDDER = EmbedderIdentity("test-formula", bytes(32), "none", 128)

# Age in the photo, and whether it is good, of the records that have a face.
TEST_FACES: dict[str, tuple[float | None, bool]] = {
    "V-01": (9.5, True), "V-02": (12.0, True), "V-05": (2.99, True), "V-08": (None, True), "V-13": (7.0, False),
    "V-14": (17.9, True), "V-17": (3.0, True), "V-20": (18.0, True), "V-23": (8.0, True), "V-25": (None, False),
}  # fmt: skip

LONGEST_FULL_ROW = 512
"""Bytes. Of a longer row a file shows the first HEAD bytes of each view, beside the SHA-256 of the whole row."""

HEAD = 8

ADVICE = (
    "Codes that holders have exchanged must never change: leave the vectors as they are, give the changed encoding a "
    "new profile name (matcher/profile.py) or normaliser version (encoder/names/version.py), and add vectors for that."
)

Vectors = dict[str, Any]


def published_test_key() -> LinkageKey:
    """The key of all golden vectors. Everyone knows it."""
    return linkage_key_from_secret_bytes(TEST_KEY_SECRET, TEST_KEY_DOMAIN, TEST_KEY_EPOCH)


def vector_records(folder: Path = FOLDER) -> dict[Kind, list[RawRecord]]:
    """The invented records of records.csv, by kind."""
    return {kind: read_records(folder / "records.csv", kind).records for kind in Kind}


def formula_embedding(name: str) -> npt.NDArray[np.float64]:
    """An embedding of no face, float64 (d,): SHA-256 of a name and a count, sixteen bits a number, from -1 to 1.

    Exact in floating point, so that it is the same on every machine.
    """
    blocks = (hashlib.sha256(f"milap test embedding/{name}/{count}".encode()).digest() for count in range(8))
    return np.frombuffer(b"".join(blocks), dtype="<i2").astype(np.float64) / 2**15


def formula_space() -> FaceSpace:
    """The centred space of the test embeddings."""
    return FaceSpace(TEST_EMBEDDER, mean=formula_embedding("mean") / 4)


def formula_faces(records: list[RawRecord]) -> list[RecordFace | None]:
    """The faces of those records that have one."""
    known = [(record.record_id, TEST_FACES.get(record.record_id)) for record in records]
    return [face and RecordFace(formula_embedding(name), *face) for name, face in known]


def vectors_of(profile: EncodingProfile, records: Mapping[Kind, list[RawRecord]]) -> Vectors:
    """What the encoder gives for the records today, as it stands in a file."""
    key = published_test_key()
    space = formula_space()
    encoder = RecordEncoder(key, profile, space)
    shown: Vectors = {}
    for kind, several in records.items():
        batch = encoder.encode(several, kind, [record.record_id for record in several], faces=formula_faces(several))
        shown |= {ref: _record(batch, index) for index, ref in enumerate(batch.refs)}
    return {
        "about": "Codes of invented records under a published TEST KEY, which protects nothing.",
        "written_by": COMMAND,
        "when_a_code_changes": ADVICE,
        "test_key": {"secret_hex": TEST_KEY_SECRET.hex(), "domain": key.domain, "epoch": key.epoch},
        "key_check": key.key_check(profile).hex(),
        "profile": profile.name,
        "profile_digest": profile.digest.hex(),
        "normaliser": profile.normaliser,
        **({"photo_space": space.photo_space(key.epoch).text} if View.PHOTO in profile else {}),
        "hex": "Words are little-endian, bit 0 first; absent views are all zero and not shown. "
        + ("Rows are whole." if _whole(profile) else f"The first {HEAD} bytes of each view, and SHA-256 of the row."),
        "records": dict(sorted(shown.items())),
    }


def _whole(profile: EncodingProfile) -> bool:
    return profile.words * 8 <= LONGEST_FULL_ROW


def _record(batch: EncodedBatch, index: int) -> Vectors:
    rows = np.flatnonzero(batch.record == index)
    first = int(rows[0])
    return {
        "kind": batch.kind.name.lower(),
        "sex": Sex(int(batch.sex[first])).name.lower(),
        "birth": [_day(day) for day in batch.birth[first].tolist()],
        "event": _day(int(batch.event[first])),
        **({"photo_age": int(batch.photo_age[first])} if View.PHOTO in batch.profile else {}),
        "rows": [_row(batch, int(row)) for row in rows],
    }


def _day(day: int) -> int | None:
    return None if day == UNKNOWN_DAY else day


def _row(batch: EncodedBatch, row: int) -> Vectors:
    profile, bits = batch.profile, int(batch.presence[row])
    code = batch.codes[row].astype("<u8").tobytes()
    views = {}
    for position, parameters in enumerate(profile.views):
        if bits >> position & 1:
            begin, end = (8 * word for word in profile.offsets[position : position + 2])
            views[parameters.view.value] = code[begin : end if _whole(profile) else begin + HEAD].hex()
    return {"presence": bits, "sha256": hashlib.sha256(code).hexdigest(), "views": views}


def kept_vectors(profile: EncodingProfile, folder: Path = FOLDER) -> Vectors | None:
    """The vectors in the profile's file, None when there is no file yet."""
    path = folder / f"{profile.name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def changes(kept: Vectors, now: Vectors) -> list[str]:
    """What is no longer as the file has it: names of entries and record ids. New records are no change."""
    changed = [name for name in kept if name != "records" and kept[name] != now.get(name)]
    return changed + [ref for ref, record in kept["records"].items() if now["records"].get(ref) != record]


def write(profile: EncodingProfile, folder: Path = FOLDER) -> None:
    """Write the vectors of a profile; ValueError, and nothing written, when a kept one would change."""
    now, kept = vectors_of(profile, vector_records(folder)), kept_vectors(profile, folder)
    if kept is not None and (changed := changes(kept, now)):
        raise ValueError(f"{profile.name}: {', '.join(changed)} would change. {ADVICE}")
    text = json.dumps(now, indent=1) + "\n"
    (folder / f"{profile.name}.json").write_text(text, encoding="utf-8")


def compare(profile: EncodingProfile, folder: Path = FOLDER) -> None:
    """ValueError when the file of a profile is missing, incomplete or has other codes than the encoder gives."""
    now, kept = vectors_of(profile, vector_records(folder)), kept_vectors(profile, folder)
    if kept is None:
        raise ValueError(f"{profile.name} has no vectors yet; write them with: {COMMAND}")
    if changed := changes(kept, now):
        raise ValueError(f"{profile.name}: {', '.join(changed)} changed. {ADVICE}")
    if added := now["records"].keys() - kept["records"].keys():
        raise ValueError(f"{profile.name} lacks {', '.join(sorted(added))}; add them with: {COMMAND}")


def main(arguments: list[str] | None = None) -> int:
    """Compare or write all profiles; 1 when one of them differs."""
    parser = argparse.ArgumentParser(description="Compare the golden vectors with what the encoder gives today.")
    parser.add_argument("--write", action="store_true", help="write new vectors; those that exist are never changed")
    step = write if parser.parse_args(arguments).write else compare
    status = 0
    for profile in (PROFILES | MASKED_PROFILES).values():
        try:
            step(profile)
        except ValueError as error:
            print(error, file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
