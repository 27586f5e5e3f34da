"""Ranges of proofs: those of the RFC's recursion, each made up of a few complete subtrees."""

from hypothesis import given
from hypothesis import strategies as st

from api.service.audit.merkle import joined, tree_head
from api.service.audit.ranges import consistency_path, inclusion_path, peaks
from tests.api.service.audit import references

trees = st.lists(st.binary(max_size=2), min_size=1, max_size=40)
sizes = st.integers(1, 2**63 - 1)


def head_of(leaves, part):
    """Head of a range, from the heads of its complete subtrees."""
    return joined(tree_head(leaves[number << level : (number + 1) << level]) for level, number in peaks(part))


@given(trees)
def test_a_whole_tree_is_the_sum_of_its_peaks(leaves):
    assert head_of(leaves, (0, len(leaves))) == tree_head(leaves)
    assert len(peaks((0, len(leaves)))) == len(leaves).bit_count()


def test_nothing_has_no_peaks():
    assert peaks((0, 0)) == []


@given(trees, st.data())
def test_inclusion_paths_are_those_of_the_rfc(leaves, data):
    number = data.draw(st.integers(0, len(leaves) - 1))
    parts = inclusion_path(number, len(leaves))
    assert [head_of(leaves, part) for part in parts] == references.path(number, leaves)


@given(trees, st.data())
def test_consistency_paths_are_those_of_the_rfc(leaves, data):
    first = data.draw(st.integers(1, len(leaves)))
    parts = consistency_path(first, len(leaves))
    assert [head_of(leaves, part) for part in parts] == references.proof(first, leaves)


@given(sizes, st.data())
def test_proofs_over_huge_trees_need_few_subtrees(size, data):
    number = data.draw(st.integers(0, size - 1))
    for parts in (inclusion_path(number, size), consistency_path(number, size)):
        assert len(parts) <= 64
        assert sum(len(peaks(part)) for part in parts) <= 128
        for part in parts:
            assert sum(1 << level for level, _ in peaks(part)) == part[1] - part[0] > 0
            assert min(number for _, number in peaks(part)) >= 0
