"""Which native words nothing is fitted on: one rule for training, tables, synthetic people and benchmarks."""

import unicodedata
from hashlib import sha256

ONE_IN = 5
_BYTES = 4


def held_out(native: str) -> bool:
    """Whether a native word belongs to the fifth that is kept for measuring.

    Args:
        native: a word or name in its own script; composed (NFC) before it is judged, so that both ways of writing a
            character fall on one side.
    """
    digest = sha256(unicodedata.normalize("NFC", native).encode()).digest()
    return int.from_bytes(digest[:_BYTES], "big") % ONE_IN == 0
