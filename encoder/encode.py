"""Raw records to an encoded batch."""

from array import array
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from encoder.faces.photo_view import Faces, PhotoViewEncoder
from encoder.faces.space import FaceSpace
from encoder.garbage import collection_paused
from encoder.keys import LinkageKey
from encoder.names.version import NORMALISER
from encoder.open_attributes import open_birth, open_event
from encoder.record import RawRecord
from encoder.simhash import simhash_codes
from encoder.tokens.piece import Piece
from encoder.tokens.views import BAGS, Bag, names_bags
from encoder.vocabulary import ViewVocabulary
from matcher.batch import EncodedBatch
from matcher.errors import BatchError, ProfileMismatchError
from matcher.photos import UNKNOWN_BAND, PhotoSpace
from matcher.profile import EncodingProfile
from matcher.views import Kind, View

CHUNK_ROWS = 8192
"""Rows encoded at a time: bounds the memory for tokens, and sets how often progress shows."""

Progress = Callable[[int], None]

Columns = dict[str, npt.NDArray[np.generic]]
"""Arrays of a part of a batch, by the names of EncodedBatch."""


class ViewEncoder:
    """One view's bags to codes, under one key and profile."""

    def __init__(self, key: LinkageKey, profile: EncodingProfile, view: View) -> None:
        """Start with an empty vocabulary."""
        self._vocabulary = ViewVocabulary(key, profile, view)
        # Kept as packed arrays: joining them is a copy of bytes, where lists would cost an object for each token.
        self._drawn: dict[Piece, tuple[array[int], array[int]]] = {}

    def encode(self, bags: Sequence[Bag]) -> npt.NDArray[np.uint64]:
        """Codes of n bags, uint64 (n, words of the view); an empty bag gives zeros."""
        if self._vocabulary.full:
            self._vocabulary.reset()
            self._drawn.clear()
        ids = array("i")
        weights = array("H")
        offsets = [0]
        for bag in bags:
            for piece in bag:
                drawn = self._drawn.get(piece) or self._draw(piece)
                ids += drawn[0]
                weights += drawn[1]
            offsets.append(len(ids))
        return simhash_codes(
            self._vocabulary, np.frombuffer(ids, dtype=np.int32), np.frombuffer(weights, dtype=np.uint16),
            np.array(offsets, dtype=np.int64),
        )

    def _draw(self, piece: Piece) -> "tuple[array[int], array[int]]":
        self._drawn[piece] = drawn = (array("i", self._vocabulary.ids(piece.tokens)), array("H", piece.weights))
        return drawn


class RecordEncoder:
    """Encodes raw records under one linkage key and profile; keeps what it drew between calls."""

    def __init__(self, key: LinkageKey, profile: EncodingProfile, space: FaceSpace | None = None) -> None:
        """Draw nothing yet but the rotations of the photo view, for which `space` is; other profiles ignore it.

        Raises:
            ProfileMismatchError: the profile needs another normaliser than this encoder has, or photo codes of another
                size than the space gives.
        """
        if profile.normaliser != NORMALISER:
            raise ProfileMismatchError(
                f"Profile {profile.name} needs normaliser {profile.normaliser}, this encoder has {NORMALISER}; "
                "install the release that belongs to the profile."
            )
        self.profile = profile
        self._key_check = key.key_check(profile)
        self._views = [(p.view, ViewEncoder(key, profile, p.view)) for p in profile.views if p.view is not View.PHOTO]
        self._photo = PhotoViewEncoder(key, profile, space) if View.PHOTO in profile else None

    def encode(
        self, records: Sequence[RawRecord], kind: Kind, refs: Sequence[str], progress: Progress | None = None,
        faces: Faces | None = None,
    ) -> EncodedBatch:
        """Encode records of one kind under caller-given refs (random pseudonyms, never from content).

        progress  called with the number of records just encoded
        faces     the face of each record, or None; a profile without the photo view ignores them

        Raises:
            BatchError: refs, faces and records do not belong together, or there are faces and no face space.
            EmbeddingError: a face does not fit the space.
        """
        if len(refs) != len(records) or any(record.kind is not kind for record in records):
            raise BatchError("Every record needs a ref of its own, and all records one kind; split them by kind first.")
        if faces is not None and len(faces) != len(records):
            raise BatchError("Every record needs a face of its own, or None in its place; give one for each record.")
        shown: Faces = faces if faces is not None else [None] * len(records)
        parts = []
        with collection_paused():
            for first in range(0, len(records), CHUNK_ROWS):
                chunk = records[first : first + CHUNK_ROWS]
                parts.append(self._chunk(chunk, shown[first : first + CHUNK_ROWS], kind, first))
                if progress is not None:
                    progress(len(chunk))
        space = None if self._photo is None else self._photo.space_of(shown)
        return self._batch(parts or [self._chunk([], [], kind, 0)], kind, tuple(refs), space)

    def _chunk(self, records: Sequence[RawRecord], faces: Faces, kind: Kind, first: int) -> Columns:
        names = [names_bags(record, self.profile) for record in records]
        rows = np.array([len(bags) for bags in names], dtype=np.int64)
        of_record = np.repeat(np.arange(len(records)), rows)
        codes = np.zeros((len(of_record), self.profile.words), dtype=np.uint64)
        presence = np.zeros(len(of_record), dtype=np.uint16)
        for view, encoder in self._views:
            if view is View.CHILD:
                bags: list[Bag] = [bag for several in names for bag in several]
                places = np.arange(len(of_record))
            else:
                bags = [BAGS[view](record) for record in records]
                places = of_record
            known = np.fromiter(map(bool, bags), np.bool_, len(bags))
            codes[:, self._columns(view)] = encoder.encode(bags)[places]
            presence |= known[places].astype(np.uint16) << np.uint16(self.profile.position(view))
        open_ = self._open(records, kind)
        if self._photo is not None:
            photos = self._photo.encode(faces)
            codes[:, self._columns(View.PHOTO)] = photos.codes[of_record]
            presence |= photos.present[of_record].astype(np.uint16) << np.uint16(self.profile.position(View.PHOTO))
            open_["photo_age"] = photos.ages
        return {
            "record": (of_record + first).astype(np.int32), "codes": codes, "presence": presence,
            **{name: array[of_record] for name, array in open_.items()},
        }

    def _columns(self, view: View) -> slice:
        """The words of a view inside a row."""
        position = self.profile.position(view)
        return slice(self.profile.offsets[position], self.profile.offsets[position + 1])

    def _open(self, records: Sequence[RawRecord], kind: Kind) -> Columns:
        birth = [open_birth(record.birth, self.profile.birth_grain) for record in records]
        event = [open_event(record.event_date, kind, self.profile.event_grain) for record in records]
        return {
            "sex": np.array([record.sex for record in records], dtype=np.uint8),
            "birth": np.array(birth, dtype=np.int32).reshape(-1, 2),
            "event": np.array(event, dtype=np.int32),
            "photo_age": np.full(len(records), UNKNOWN_BAND, dtype=np.uint8),
        }

    def _batch(
        self, parts: list[Columns], kind: Kind, refs: tuple[str, ...], space: PhotoSpace | None
    ) -> EncodedBatch:
        joined: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return EncodedBatch(
            profile=self.profile, key_check=self._key_check, kind=kind, refs=refs, photo_space=space, **joined
        )
