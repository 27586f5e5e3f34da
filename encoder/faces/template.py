"""Embeddings to photo codes: centre, whiten, normalise, keyed stacked rotations, sign (FACES, item 5).

The code is renewable and unlinkable without the key, not irreversible: whoever has the key and a code gets the
direction of the embedding back to a cosine of .94 (FACES, item 6).
"""

from typing import NoReturn, SupportsIndex

import numpy as np
import numpy.typing as npt

from encoder.faces.rotation import stacked_rotations
from encoder.faces.space import EmbeddingError, FaceSpace
from encoder.keys import LinkageKey
from matcher.errors import ProfileMismatchError
from matcher.profile import EncodingProfile
from matcher.views import View


class TemplateEncoder:
    """Embeddings of one space to codes, under one linkage key and profile.

    It holds the rotations, which are as secret as the key: never printed, pickled or copied.
    """

    __slots__ = ("_hyperplanes", "_space")

    def __init__(self, key: LinkageKey, profile: EncodingProfile, space: FaceSpace) -> None:
        """Draw the rotations.

        Raises:
            KeyError: the profile has no photo view.
            ProfileMismatchError: space and profile want codes of different sizes, or the view has several planes.
        """
        wanted = profile.views[profile.position(View.PHOTO)]
        if (wanted.bits, wanted.planes) != (space.bits, 1):
            raise ProfileMismatchError(
                f"Profile {profile.name} wants photo codes of {wanted.bits} bits and {wanted.planes} planes, the face "
                f"space gives {space.bits} bits and one plane; use a space file that was made for the profile."
            )
        self._space = space
        view_key = key.view_key(profile, View.PHOTO, 0)
        self._hyperplanes = stacked_rotations(view_key, space.identity.dimensions, space.bits)

    def encode(self, embeddings: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
        """Codes of n embeddings.

        Bit j of a code is 1 when the embedding lies on the positive side of hyperplane j; bit order as in
        `encoder.xof`. The share of bits in which two codes differ is about their angle divided by pi.

        Args:
            embeddings: float64 (n, d), as the embedder gave them, or means of several.

        Returns:
            uint64 (n, bits / 64).

        Raises:
            EmbeddingError: another dimension than the space, a number that is not finite, or no direction.
        """
        sides = directions(embeddings, self._space) @ self._hyperplanes.T > 0
        return np.packbits(sides, axis=1, bitorder="little").view("<u8").astype(np.uint64)

    def __repr__(self) -> str:
        """The space, which shows no numbers."""
        return f"TemplateEncoder({self._space!r})"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickling, copy and deepcopy with TypeError."""
        raise TypeError("A template encoder is never pickled or copied; build one from the key where it is needed.")


def directions(embeddings: npt.NDArray[np.float64], space: FaceSpace) -> npt.NDArray[np.float64]:
    """Embeddings centred, whitened and of length 1: what the codes stand for, before the key.

    Args:
        embeddings: float64 (n, d).
        space: of d dimensions.

    Returns:
        float64 (n, d); the cosine of two rows is what a comparison of their codes estimates.

    Raises:
        EmbeddingError: as for `TemplateEncoder.encode`.
    """
    d = space.identity.dimensions
    if embeddings.ndim != 2 or embeddings.shape[1] != d:
        raise EmbeddingError(f"A face embedding needs the {d} numbers of its space; embed the photo with its model.")
    if not np.isfinite(embeddings).all():
        raise EmbeddingError("A face embedding holds what is no finite number; embed the photo again.")
    moved = embeddings.astype(np.float64) if space.mean is None else embeddings - space.mean
    # Scaled first: the squares of very long and very short embeddings would leave the range of floats.
    moved = _scaled(moved, np.abs(moved).max(axis=1, initial=0.0))
    if space.whitening is not None:
        moved = moved @ space.whitening
    return _scaled(moved, np.linalg.norm(moved, axis=1))


def _scaled(rows: npt.NDArray[np.float64], sizes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if not (sizes > 0).all():
        raise EmbeddingError("A face embedding is zero or the mean itself, so it points nowhere; embed another photo.")
    return rows / sizes[:, None]
