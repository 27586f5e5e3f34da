"""The rows of the shipped file as they stand, for tests that need names rather than keys."""

import gzip
from importlib import resources

from encoder.gazetteer.load import FILE


def shipped_rows() -> list[list[str]]:
    """Cells of every row, the line with the format left out; six a row."""
    packed = resources.files("encoder.gazetteer").joinpath("data", FILE).read_bytes()
    return [(line + "\t" * 5).split("\t")[:6] for line in gzip.decompress(packed).decode().splitlines()[1:]]
