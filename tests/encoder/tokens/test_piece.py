"""Pieces: the tokens of one value, in granularities that never mix, with weights that a code can take."""

from hypothesis import given

from encoder.names.spread import SHARES
from encoder.names.words import make_word
from encoder.record import RawRecord
from encoder.tokens.people import child_bags
from encoder.tokens.piece import Piece, code_piece, of_pairs, value_piece, word_piece
from encoder.tokens.views import BAGS
from tests.encoder.builders import records


def test_a_word_is_its_bigrams_in_three_granularities() -> None:
    piece = word_piece(make_word("sheema"), 1)
    literal = ["^s", "sh", "he", "ee", "em", "ma", "a$"]
    light, skeleton = ["^s", "si", "im", "ma", "a$"], ["^s", "sm", "m$"]
    assert piece.tokens == (*("0" + g for g in literal), *("1" + g for g in light), *("2" + g for g in skeleton))
    assert piece.weights == (SHARES,) * 7 + (2 * SHARES,) * 5 + (2 * SHARES,) * 3


def test_every_spelling_of_a_word_counts_by_its_share() -> None:
    word = make_word("lakshmi", fitted=(("lakkhi", 0.6), ("lokkhi", 0.4)))
    tokens = dict(zip(word_piece(word, 1).tokens, word_piece(word, 1).weights, strict=True))
    assert tokens["0^l"] == SHARES
    assert tokens["0ks"] == dict(word.spread)["lakshmi"]
    assert tokens["0kk"] == dict(word.spread)["lakkhi"] + dict(word.spread)["lokkhi"]
    assert tokens["2^l"] == 2 * SHARES


def test_a_factor_multiplies_every_weight_and_changes_no_token() -> None:
    one, four = (word_piece(make_word("sheema"), factor) for factor in (1, 4))
    assert four.tokens == one.tokens
    assert four.weights == tuple(4 * weight for weight in one.weights)


def test_equal_values_share_one_object() -> None:
    """The encoder keeps what it drew for a piece by the identity of the piece."""
    assert word_piece(make_word("kendpur"), 2) is word_piece(make_word("kendpur"), 2)
    assert value_piece("hair", "blk", 1) is value_piece("hair", "blk", 1)
    assert code_piece("tel", "9830000001", 6, 2) is code_piece("tel", "9830000001", 6, 2)
    assert word_piece(make_word("kendpur"), 2) is not word_piece(make_word("kendpur"), 3)


def test_a_value_is_one_token_under_its_tag() -> None:
    piece = value_piece("hair", "blk", 3)
    assert (piece.tokens, piece.weights) == (("hair:blk",), (3,))
    assert value_piece("eyes", "blk", 3).tokens != piece.tokens


def test_a_number_is_itself_and_its_runs_of_three() -> None:
    piece = code_piece("id", "AB123", 6, 2)
    assert piece.tokens == ("id:AB123", "id3:AB1", "id3:B12", "id3:123")
    assert piece.weights == (6, 2, 2, 2)
    assert code_piece("id", "AB", 6, 2).tokens == ("id:AB",)


def test_a_run_is_never_taken_for_a_whole_number_of_three_characters() -> None:
    whole, longer = code_piece("id", "123", 6, 2), code_piece("id", "1234", 6, 2)
    assert set(whole.tokens) & set(longer.tokens) == {"id3:123"}


def test_pairs_keep_their_order() -> None:
    piece = of_pairs(iter([("b", 2), ("a", 1)]))
    assert (piece.tokens, piece.weights) == (("b", "a"), (2, 1))


def test_repr_is_a_count() -> None:
    piece = word_piece(make_word("kendpur"), 2)
    assert repr(piece) == str(piece) == f"Piece({len(piece.tokens)} tokens)"
    assert repr((piece, [piece])).count("Piece(") == 2
    assert not hasattr(piece, "__dict__")


def test_pieces_are_compared_by_identity() -> None:
    one, other = Piece(("a",), (1,)), Piece(("a",), (1,))
    assert one != other
    assert len({one, other, one}) == 2


@given(raw=records)
def test_every_piece_has_tokens_with_weights_that_a_code_can_take(raw: RawRecord) -> None:
    """A bag that is not empty makes its view present, so it must give a code; and weights travel as uint16."""
    bags = [*child_bags(raw, 4), *(bag_of(raw) for bag_of in BAGS.values())]
    for piece in (piece for bag in bags for piece in bag):
        assert len(piece.tokens) == len(piece.weights) > 0
        assert all(type(weight) is int and 1 <= weight < 2**16 for weight in piece.weights)
