"""Scores of names against names: cosine of their token bags, Hamming distance of their codes, and simpler ways."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from benchmarks.peers.plain_text import by_anyascii
from encoder.encode import ViewEncoder
from encoder.keys import LinkageKey
from encoder.names.canonical import canonical_names
from encoder.names.folds import light, skeleton
from encoder.names.grams import bigrams
from encoder.names.places import canonical_place
from encoder.record import RawRecord
from encoder.tokens.people import child_bags
from encoder.tokens.piece import Piece, of_pairs, word_piece
from encoder.tokens.views import BAGS
from matcher.profile import EncodingProfile
from matcher.views import Kind, View

Bag = tuple[Piece, ...]
Bags = Callable[[str], Bag]
Floats = npt.NDArray[np.float64]

DIGITS = 9
"""Decimal places of a cosine: equal bags tie, whatever the order of their sums."""


def milap_name(text: str) -> Bag:
    """A name's bag as the encoder makes it for the child's view, the main name only."""
    return milap_child(text, None)


def milap_child(text: str, father: str | None) -> Bag:
    """A child's bag as the encoder makes it when the father's name is known."""
    bags = child_bags(_record(text, father), 1)
    return bags[0] if bags else ()


def milap_father(text: str, child: str) -> Bag:
    """A father's bag as the encoder makes it beside the child's name."""
    return BAGS[View.FATHER](_record(child, text))


def milap_place(text: str) -> Bag:
    """A place's bag as the encoder makes it from its words."""
    return tuple(word_piece(word, 1) for word in canonical_place(text))


def rule_table(text: str) -> Bag:
    """Form A alone: the rule tables' Latin form in three granularities, nothing fitted."""
    names = canonical_names(text).names
    return tuple(_grams(word.latin, 1 if word.slot else 2) for word in names[0]) if names else ()


def anyascii_bigrams(text: str) -> Bag:
    """What a general tool would do: every script to ASCII, padded bigrams."""
    return tuple(of_pairs((gram, 1) for gram in bigrams(word)) for word in by_anyascii(text).split())


def similarity_matrix(left: Sequence[Bag], right: Sequence[Bag]) -> Floats:
    """Cosine of every bag on the left with every one on the right, float64 (n, m); -inf where one is empty.

    Weights are summed over equal tokens and may be negative.
    """
    ids: dict[str, int] = {}
    sides = [unit_rows(bags, ids) for bags in (left, right)]
    width = len(ids)
    rows = [csr_array((s.data, s.indices, s.indptr), shape=(s.shape[0], width)) for s in sides]
    cosines = np.round((rows[0] @ rows[1].T).toarray(), DIGITS)
    return _without_empty(cosines, left, right)


def code_matrix(
    left: Sequence[Bag], right: Sequence[Bag], key: LinkageKey, profile: EncodingProfile, view: View
) -> Floats:
    """Share of equal bits of every pair of codes of one view, float64 (n, m); -inf where a bag is empty."""
    encoder = ViewEncoder(key, profile, view)
    one, other = (encoder.encode(bags) for bags in (left, right))
    bits = one.shape[1] * 64
    differing = np.stack([np.bitwise_count(code ^ other).sum(axis=1, dtype=np.int64) for code in one])
    return _without_empty(1.0 - differing / bits, left, right)


def unit_rows(bags: Sequence[Bag], ids: dict[str, int]) -> "csr_array[np.float64]":
    """Bags as rows of length one, (n, tokens so far), zeros for an empty bag; ids of new tokens are added."""
    columns: list[int] = []
    weights: list[int] = []
    starts = [0]
    for bag in bags:
        for piece in bag:
            columns += [ids.setdefault(token, len(ids)) for token in piece.tokens]
            weights += piece.weights
        starts.append(len(columns))
    rows = csr_array((np.array(weights, dtype=np.float64), columns, starts), shape=(len(bags), max(len(ids), 1)))
    rows.sum_duplicates()
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1))
    rows.data /= np.repeat(np.maximum(lengths, 1e-12), np.diff(rows.indptr))
    return rows


def _record(name: str, father: str | None) -> RawRecord:
    return RawRecord(record_id="", kind=Kind.MISSING, name=name, father_name=father)


def _grams(latin: str, factor: int) -> Piece:
    forms = (("0", latin, 1), ("1", light(latin), 2), ("2", skeleton(latin), 2))
    return of_pairs((tag + gram, weight * factor) for tag, form, weight in forms for gram in bigrams(form))


def _without_empty(scores: Floats, left: Sequence[Bag], right: Sequence[Bag]) -> Floats:
    scores[[not bag for bag in left]] = -np.inf
    scores[:, [not bag for bag in right]] = -np.inf
    return scores
