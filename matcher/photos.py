"""The nouns of photos as evidence: bands of the age at which a photo was taken, and the space that its code is of.

A code of a photo is worth something beside a code of the same space only: the same network, pictures prepared alike,
the same mean and whitening, one epoch.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from matcher.errors import BatchError, SpaceMismatchError

PHOTO_AGE_LIMITS = (3, 6, 9, 12, 15, 18)
"""Years at which a band of photo ages ends and the next begins; a band is all that the hub is told of an age."""
UNKNOWN_BAND = 0
"""Band of a photo of unknown age, and of one too poor to be weighed by age."""
PHOTO_AGE_BANDS = len(PHOTO_AGE_LIMITS) + 2
"""Number of bands, the unknown one included."""

DIGEST_BYTES = 16
_TEXT = re.compile(rf"([a-z0-9-]{{1,24}})\.(centred|uncentred)\.([0-9a-f]{{{2 * DIGEST_BYTES}}})", re.ASCII)


def photo_age_band(years: float | None) -> int:
    """Band, 1 to PHOTO_AGE_BANDS - 1, of the child's age in a photo in years; UNKNOWN_BAND when it is not known."""
    return UNKNOWN_BAND if years is None else 1 + bisect_right(PHOTO_AGE_LIMITS, years)


@dataclass(frozen=True)
class PhotoSpace:
    """What codes of photos have to have in common to be compared.

    embedder  name of the network
    centred   whether a mean was taken off before the signs were
    digest    bytes (DIGEST_BYTES,) over embedder, weights, preprocessing, mean, whitening, bits and epoch
    """

    embedder: str
    centred: bool
    digest: bytes

    def __post_init__(self) -> None:
        """Refuse what its text could not hold."""
        if not _TEXT.fullmatch(self.text):
            raise BatchError("A photo space needs a plain name and a digest of 16 bytes; encode the photos again.")

    @property
    def text(self) -> str:
        """As it stands on the wire and in databases."""
        return f"{self.embedder}.{'centred' if self.centred else 'uncentred'}.{self.digest.hex()}"


def photo_space(text: str) -> PhotoSpace:
    """The space that a text names; BatchError for any other text."""
    parts = _TEXT.fullmatch(text)
    if parts is None:
        raise BatchError("The photo space of a batch cannot be read; encode the batch again.")
    return PhotoSpace(parts[1], parts[2] == "centred", bytes.fromhex(parts[3]))


def same_space(first: PhotoSpace | None, second: PhotoSpace | None) -> PhotoSpace | None:
    """The space of both; None, of records without photos, goes with every other.

    Raises:
        SpaceMismatchError: they are two.
    """
    if first is not None and second is not None and first != second:
        raise SpaceMismatchError(
            "Photo codes of two embedding spaces cannot be compared; give every holder the same space file and models, "
            "and encode the photos again."
        )
    return first or second
