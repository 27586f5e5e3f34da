"""Bags of names against each other."""

import numpy as np
import pytest

from benchmarks.common.name_scores import anyascii_bigrams, milap_name, similarity_matrix
from encoder.tokens.piece import Piece


def test_cosines_follow_the_weights_signs_included() -> None:
    left = [(Piece(("a", "b"), (3, 4)),), (Piece(("a",), (1,)), Piece(("a",), (1,)))]
    right = [(Piece(("a",), (5,)),), (Piece(("a", "b"), (-3, -4)),)]
    assert similarity_matrix(left, right) == pytest.approx(np.array([[0.6, -1.0], [1.0, -0.6]]))


def test_an_empty_bag_is_like_nothing() -> None:
    bag = (Piece(("a",), (1,)),)
    assert similarity_matrix([(), bag], [bag]).tolist() == [[-np.inf], [1.0]]


def test_the_encoder_brings_scripts_closer_than_plain_ascii() -> None:
    pair = "रमेश यादव", "Romesh Jadav"
    ours, plain = (
        similarity_matrix([bags(pair[0])], [bags(pair[1])])[0, 0] for bags in (milap_name, anyascii_bigrams)
    )
    assert ours > plain
