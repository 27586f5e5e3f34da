"""What is attacked: the codes of a list, and beside them the tokens of the same records.

The encoder, its profile and the weights of its tokens are public; the linkage key is not. So an attacker who has a
record's text has its bags, and knows what the similarity of two codes should be, but no bit of either code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from encoder.encode import RecordEncoder
from encoder.keys import LinkageKey
from encoder.record import RawRecord
from encoder.tokens.piece import Piece
from encoder.tokens.views import BAGS, names_bags
from matcher.batch import EncodedBatch
from matcher.profile import WORD_BITS, EncodingProfile
from matcher.views import Kind, View

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
Bag = tuple[Piece, ...]


@dataclass(frozen=True, repr=False)
class TargetView:
    """One view of the attacked records.

    name     the view's name
    planes   sign bits that one bit is the XOR of; for a Bloom filter 0
    codes    uint64 (n, words)
    present  bool (n,), public: an absent view is all zeros
    bags     float64 (n, tokens), the integer weights of the tokens; no tie-breaking vote
    """

    name: str
    planes: int
    codes: npt.NDArray[np.uint64]
    present: npt.NDArray[np.bool_]
    bags: "csr_array[np.float64]"

    @property
    def bits(self) -> int:
        """Bits of one code."""
        return int(self.codes.shape[1]) * WORD_BITS

    @cached_property
    def signs(self) -> Floats:
        """The codes' bits as +1 and -1 (Bloom filters: 1 and 0), float32 (n, bits)."""
        bits = np.unpackbits(self.codes.astype("<u8").view(np.uint8), axis=1, bitorder="little")
        return bits.astype(np.float32) if self.planes == 0 else bits.astype(np.float32) * 2 - 1

    def code_similarity(self, rows: Rows, others: Rows) -> Floats:
        """1 - 2 h / bits for the Hamming distance h, Dice's coefficient for Bloom filters.

        Args:
            rows: intp (r,), numbers of records.
            others: intp (o,), the same.

        Returns:
            float32 (r, o); 0 where a view is absent.
        """
        left, right = self.signs[rows], self.signs[others]
        like = left @ right.T
        like = _dice(like, left.sum(axis=1), right.sum(axis=1)) if self.planes == 0 else like / np.float32(self.bits)
        return self._where_present(like, rows, others)

    def plain_similarity(self, rows: Rows, others: Rows) -> Floats:
        """What `code_similarity` should be by the tokens: ((2 / pi) asin(cosine)) ** planes; Dice for Bloom filters.

        One plane is Charikar's sign of a random projection (STOC 2002); the XOR of independent planes multiplies.

        Args:
            rows: intp (r,), numbers of records.
            others: intp (o,), the same.

        Returns:
            float32 (r, o); 0 where a view is absent.
        """
        left, right = self.bags[rows], self.bags[others]
        common = (left @ right.T).toarray()
        one, other = _squares(left), _squares(right)
        if self.planes == 0:
            return self._where_present(_dice(common, one, other), rows, others)
        scale = np.sqrt(np.maximum(np.outer(one, other), 1e-12))
        like = (2 / np.pi) * np.arcsin(np.clip(common / scale, -1.0, 1.0))
        return self._where_present((like**self.planes).astype(np.float32), rows, others)

    def _where_present(self, like: Floats, rows: Rows, others: Rows) -> Floats:
        like[~self.present[rows]] = 0
        like[:, ~self.present[others]] = 0
        return like


@dataclass(frozen=True, repr=False)
class Target:
    """The attacked records: row i of every view is record i, in codes and in bags.

    name     of the encoding, as the pages show it
    views    the views without the photo view, which has no tokens
    records  n
    blocks   int64 (n,): number of the combination of open attributes (sex, birth band, quarter) that the hub shows;
             records with different numbers are known to be different. None when there are none to see.
    """

    name: str
    views: tuple[TargetView, ...]
    records: int
    blocks: npt.NDArray[np.int64] | None = None

    @cached_property
    def pattern(self) -> npt.NDArray[np.int64]:
        """Presence bits of each record, int64 (n,): the same in plain text and in codes."""
        pattern = np.zeros(self.records, dtype=np.int64)
        for position, view in enumerate(self.views):
            pattern |= view.present.astype(np.int64) << position
        return pattern


def target_of(records: Sequence[RawRecord], profile: EncodingProfile, name: str | None = None) -> Target:
    """Encode records of one kind under a fresh random key; of each its first row, which has its main name."""
    kind = records[0].kind if records else Kind.MISSING
    encoder = RecordEncoder(LinkageKey.generate("benchmark", "once"), profile)
    batch = encoder.encode(records, kind, [str(i) for i in range(len(records))])
    batch = batch.take(np.unique(batch.record, return_index=True)[1])
    views = tuple(
        _target_view(records, batch, position)
        for position, parameters in enumerate(profile.views)
        if parameters.view is not View.PHOTO
    )
    return Target(name or profile.name, views, len(records), _blocks(batch))


def bag_matrix(bags: Sequence[Bag]) -> "csr_array[np.float64]":
    """Weights of the tokens of n bags, float64 (n, tokens); tokens that come twice add up."""
    ids: dict[str, int] = {}
    weights: list[int] = []
    tokens: list[int] = []
    ends = [0]
    for bag in bags:
        for piece in bag:
            weights += piece.weights
            tokens += [ids.setdefault(token, len(ids)) for token in piece.tokens]
        ends.append(len(tokens))
    matrix = csr_array(
        (np.array(weights, dtype=np.float64), np.array(tokens, dtype=np.int64), np.array(ends)),
        shape=(len(bags), max(len(ids), 1)),
    )
    matrix.sum_duplicates()
    return matrix


def _target_view(records: Sequence[RawRecord], batch: EncodedBatch, position: int) -> TargetView:
    profile = batch.profile
    parameters = profile.views[position]
    if parameters.view is View.CHILD:
        bags: list[Bag] = [names_bags(record, profile)[0] for record in records]
    else:
        bags = [BAGS[parameters.view](record) for record in records]
    codes = batch.codes[:, profile.offsets[position] : profile.offsets[position + 1]]
    present = (batch.presence >> np.uint16(position)) & np.uint16(1) == 1
    return TargetView(parameters.view.value, parameters.planes, codes, present, bag_matrix(bags))


def _blocks(batch: EncodedBatch) -> npt.NDArray[np.int64]:
    open_ = np.column_stack([batch.sex.astype(np.int64), batch.birth, batch.event])
    return np.unique(open_, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _squares(bags: "csr_array[np.float64]") -> npt.NDArray[np.float64]:
    """The squared length of each bag, float64 (n,)."""
    return np.asarray(bags.multiply(bags).sum(axis=1), dtype=np.float64)


def _dice(common: npt.NDArray[Any], one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Floats:
    dice: Floats = (2 * common / np.maximum(np.add.outer(one, other), 1e-12)).astype(np.float32)
    return dice
