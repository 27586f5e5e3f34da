"""Merkle trees: known heads and proofs, the fast way against the definition, and proofs that were tampered with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.audit.merkle import (
    EMPTY_HEAD,
    Frontier,
    leaf_hash,
    tree_head,
    verify_consistency,
    verify_inclusion,
)
from tests.api.service.audit import references

# The eight leaves, heads and proofs of the tests of Google's certificate-transparency (merkle_tree_test.cc).
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
HEADS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATH_OF_LEAF_0_OF_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
PROOF_FROM_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
trees = st.lists(st.binary(max_size=3), min_size=1, max_size=40)


def flipped(value: bytes, bit: int) -> bytes:
    """The same bytes but for one bit."""
    place, shift = divmod(bit % (len(value) * 8), 8)
    return value[:place] + bytes([value[place] ^ (1 << shift)]) + value[place + 1 :]


def test_the_empty_tree_has_the_head_that_the_rfc_gives():
    assert tree_head([]) == EMPTY_HEAD == Frontier().head()
    assert EMPTY_HEAD.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_heads_are_the_known_ones(size):
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf_hash(leaf))
    assert tree_head(LEAVES[:size]).hex() == frontier.head().hex() == HEADS[size - 1]


def test_known_proofs_are_accepted():
    path = [bytes.fromhex(text) for text in PATH_OF_LEAF_0_OF_8]
    assert references.path(0, LEAVES) == path
    assert verify_inclusion(leaf_hash(LEAVES[0]), 0, 8, path, bytes.fromhex(HEADS[7]))
    proof = [bytes.fromhex(text) for text in PROOF_FROM_6_TO_8]
    assert references.proof(6, LEAVES) == proof
    assert verify_consistency(6, 8, bytes.fromhex(HEADS[5]), bytes.fromhex(HEADS[7]), proof)


@given(trees)
def test_a_growing_tree_has_the_heads_of_the_definition(leaves):
    frontier, nodes = Frontier(), {}
    for size, leaf in enumerate(leaves, 1):
        nodes.update(frontier.append(leaf_hash(leaf)))
        assert frontier.head() == tree_head(leaves[:size])
    for (level, number), made in nodes.items():
        assert made == tree_head(leaves[number << level : (number + 1) << level])
    assert len(nodes) == len(leaves) - len(leaves).bit_count()


@given(trees, st.data())
def test_a_leaf_is_found_where_it_is_and_nowhere_else(leaves, data):
    number = data.draw(st.integers(0, len(leaves) - 1))
    head, path = tree_head(leaves), references.path(number, leaves)
    leaf = leaf_hash(leaves[number])
    assert verify_inclusion(leaf, number, len(leaves), path, head)
    for other in {number - 1, number + 1, len(leaves)} - {number}:
        assert not verify_inclusion(leaf, other, len(leaves), path, head) or leaves[other] == leaves[number]
    assert not verify_inclusion(leaf, number, len(leaves), [*path, leaf], head)
    assert not path or not verify_inclusion(leaf, number, len(leaves), path[:-1], head)


@given(trees, st.data())
def test_a_changed_bit_of_an_inclusion_proof_is_refused(leaves, data):
    number, bit = data.draw(st.integers(0, len(leaves) - 1)), data.draw(st.integers(0, 255))
    parts = [leaf_hash(leaves[number]), tree_head(leaves), *references.path(number, leaves)]
    changed = data.draw(st.integers(0, len(parts) - 1))
    parts[changed] = flipped(parts[changed], bit)
    assert not verify_inclusion(parts[0], number, len(leaves), parts[2:], parts[1])


@given(trees, st.data())
def test_a_tree_begins_with_every_earlier_one(leaves, data):
    first = data.draw(st.integers(1, len(leaves)))
    proof, old, new = references.proof(first, leaves), tree_head(leaves[:first]), tree_head(leaves)
    assert verify_consistency(first, len(leaves), old, new, proof)
    assert not verify_consistency(first, len(leaves), old, new, [*proof, old])
    assert not proof or not verify_consistency(first, len(leaves), old, new, proof[:-1])
    assert not verify_consistency(len(leaves) + 1, len(leaves), new, new, [])


@given(trees, st.data())
def test_a_changed_bit_of_a_consistency_proof_is_refused(leaves, data):
    first, bit = data.draw(st.integers(1, len(leaves))), data.draw(st.integers(0, 255))
    parts = [tree_head(leaves[:first]), tree_head(leaves), *references.proof(first, leaves)]
    changed = data.draw(st.integers(0, len(parts) - 1))
    parts[changed] = flipped(parts[changed], bit)
    assert not verify_consistency(first, len(leaves), parts[0], parts[1], parts[2:])


@given(trees, st.data())
def test_a_rewritten_tree_has_no_consistency_proof_of_the_usual_form(leaves, data):
    first = data.draw(st.integers(1, len(leaves)))
    rewritten = [leaves[0] + b"!", *leaves[1:]]
    proof = references.proof(first, rewritten)
    assert not verify_consistency(first, len(leaves), tree_head(leaves[:first]), tree_head(rewritten), proof)


def test_the_empty_tree_is_the_beginning_of_every_tree():
    head = tree_head(LEAVES)
    assert verify_consistency(0, 8, EMPTY_HEAD, head, [])
    assert verify_consistency(0, 0, EMPTY_HEAD, EMPTY_HEAD, [])
    assert not verify_consistency(0, 8, head, head, [])
    assert not verify_consistency(0, 8, EMPTY_HEAD, head, [head])
    assert not verify_consistency(3, 8, tree_head(LEAVES[:3]), head, [])


def test_hashes_of_another_length_are_refused():
    head, left, right = tree_head(LEAVES[:2]), leaf_hash(LEAVES[0]), leaf_hash(LEAVES[1])
    assert verify_inclusion(left, 0, 2, [right], head)
    # The same bytes are hashed, cut at another place.
    assert not verify_inclusion(left[:-1], 0, 2, [left[-1:] + right], head)
    assert not verify_consistency(1, 2, left, head, [right[:-1]])


def test_an_edge_without_a_needed_peak_cannot_grow():
    with pytest.raises(KeyError):
        Frontier(3, {1: EMPTY_HEAD}).append(EMPTY_HEAD)
