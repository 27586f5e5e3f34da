"""Golden vectors of masked comparison: nonces, key stream and masked codes under two published test keys.

    python -m tools.mask_vectors            compare; status 1 when something differs
    python -m tools.mask_vectors --write    write the file when there is none

Run from the root of the repository. The file, tests/vectors/masking.json, is never overwritten: two gateways of
different releases that drew different masks would make noise of every comparison. A changed protocol has new labels
(encoder/mask_keys.py, encoder/mask_stream.py) and a file of its own. The profile is one for tests, so that no shipped
profile's views reach these vectors.

The seeds are TEST KEYS, printed here and in the file. They protect nothing and must never mask a code of a real person.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from encoder.mask_keys import PairKey, masking_key_from_seed_bytes
from encoder.mask_stream import MaskStream, RowPair, nonces_of
from encoder.masking import mask_rows
from matcher.masked import masked_distances
from matcher.profile import BirthGrain, EncodingProfile, EventGrain, ViewParameters
from matcher.views import Kind, View

FILE = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "masking.json"
COMMAND = "python -m tools.mask_vectors --write"
SEEDS = (b"published mask seed 1, no secret", b"published mask seed 2, no secret")
DOMAIN, EPOCH = "TEST-KEY-PUBLISHED", "TEST-VECTORS"
PROFILE = EncodingProfile(
    "masking-vectors", "names-test", (ViewParameters(View.CHILD, 64, 1), ViewParameters(View.HOME, 192, 1)),
    BirthGrain.FOUR_YEARS, EventGrain.QUARTER,
)  # fmt: skip
PAIRS = [
    RowPair("TEST-missing-report-01", 1, 0, "TEST-found-record---01", 1, 0),
    RowPair("TEST-missing-report-01", 1, 3, "TEST-found-record---01", 1, 0),
    RowPair("TEST-missing-report-01", 2, 0, "TEST-found-record---01", 70_000, 2),
    RowPair("TEST-missing-report-02", 1, 0, "TEST-found-record---01", 1, 0),
]
PRESENCE = ((3, 3), (3, 1), (2, 3), (0, 3))
"""Of the missing row and of the found row of each pair."""
STREAM_BLOCKS = 4

Words = npt.NDArray[np.uint64]


def published_keys() -> tuple[PairKey, PairKey]:
    """What both published gateways derive: of the missing report's, and of the found record's."""
    missing, found = (masking_key_from_seed_bytes(seed) for seed in SEEDS)
    return (
        missing.pair_key(found.public, own_side=Kind.MISSING, domain=DOMAIN, epoch=EPOCH, profile=PROFILE),
        found.pair_key(missing.public, own_side=Kind.FOUND, domain=DOMAIN, epoch=EPOCH, profile=PROFILE),
    )


def formula_codes(name: str) -> Words:
    """Codes of nobody, uint64 (pairs, words): SHA-256 of a name and a count, 32 bytes a row."""
    rows = (hashlib.sha256(f"milap test code/{name}/{row}".encode()).digest() for row in range(len(PAIRS)))
    return np.frombuffer(b"".join(rows), dtype="<u8").astype(np.uint64).reshape(len(PAIRS), PROFILE.words)


def vectors() -> dict[str, Any]:
    """What this release gives, as it stands in the file."""
    key, other = published_keys()
    has, other_has = np.array(PRESENCE, np.uint16).T.copy()
    sent = mask_rows(key, PAIRS, PROFILE, formula_codes("missing"), has)
    answered = mask_rows(other, PAIRS, PROFILE, formula_codes("found"), other_has)
    nonces = nonces_of(key, PAIRS)
    streams = MaskStream(key).draw(nonces, STREAM_BLOCKS)
    distances = masked_distances(PROFILE, sent, has, answered, other_has)
    publics = [masking_key_from_seed_bytes(seed).public.hex() for seed in SEEDS]
    return {
        "about": "Masks under published TEST KEYS, which protect nothing.",
        "written_by": COMMAND,
        "test_keys": {"seeds_hex": [seed.hex() for seed in SEEDS], "public_hex": publics, "domain": DOMAIN,
                      "epoch": EPOCH},
        "profile_digest": PROFILE.digest.hex(),
        "hex": "Words are little-endian. The stream is its first bytes.",
        "pairs": [
            {
                "pair": list(pair), "presence": list(PRESENCE[i]), "nonce": nonces[i].tobytes().hex(),
                "stream": streams[i].astype("<u2").tobytes().hex(), "missing": sent[i].astype("<u8").tobytes().hex(),
                "found": answered[i].astype("<u8").tobytes().hex(), "distances": distances[i].tolist(),
            }
            for i, pair in enumerate(PAIRS)
        ],
    }  # fmt: skip


def main(arguments: list[str] | None = None, file: Path = FILE) -> int:
    """Compare or write; 1 when the file is missing or something differs."""
    parser = argparse.ArgumentParser(description="Compare the vectors of masked comparison with this release.")
    parser.add_argument("--write", action="store_true", help="write the file; one that exists is never changed")
    writes = parser.parse_args(arguments).write
    if writes and not file.exists():
        file.write_text(json.dumps(vectors(), indent=1) + "\n", encoding="utf-8")
    if not file.exists():
        print(f"There are no vectors yet; write them with: {COMMAND}", file=sys.stderr)
        return 1
    if json.loads(file.read_text(encoding="utf-8")) != vectors():
        print("Masks are not what they were: two releases would not understand each other.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
