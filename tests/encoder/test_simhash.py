"""SimHash codes: the kernel against the reference and a golden code, and what the codes do statistically."""

from collections.abc import Callable, Sequence
from math import acos, pi

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from encoder.simhash import simhash_codes, simhash_codes_reference
from encoder.vocabulary import ViewVocabulary
from matcher.profile import BirthGrain, EncodingProfile, EventGrain, ViewParameters
from matcher.views import View

Bag = Sequence[tuple[str, int]]
Codes = npt.NDArray[np.uint64]
Implementation = Callable[..., Codes]
KEY = linkage_key_from_secret_bytes(bytes(range(32)), "test", "2026-11")
OTHER_KEY = linkage_key_from_secret_bytes(bytes(32), "test", "2026-11")

both = pytest.mark.parametrize("implementation", [simhash_codes, simhash_codes_reference])


def vocabulary_of(bits: int, planes: int = 1, key: LinkageKey = KEY) -> ViewVocabulary:
    views = (ViewParameters(View.CHILD, bits, planes),)
    profile = EncodingProfile("test", "none", views, BirthGrain.DAY, EventGrain.DAY)
    return ViewVocabulary(key, profile, View.CHILD)


def arrays(
    vocabulary: ViewVocabulary, bags: Sequence[Bag], dtype: type = np.uint8
) -> tuple[npt.NDArray[np.generic], ...]:
    ids = vocabulary.ids(token for bag in bags for token, _ in bag)
    weights = [weight for bag in bags for _, weight in bag]
    offsets = np.cumsum([0, *(len(bag) for bag in bags)])
    return np.array(ids, np.int32), np.array(weights, dtype), offsets.astype(np.int64)


def codes_of(vocabulary: ViewVocabulary, bags: Sequence[Bag], implementation: Implementation = simhash_codes) -> Codes:
    return implementation(vocabulary, *arrays(vocabulary, bags))


def distance(a: Codes, b: Codes) -> npt.NDArray[np.float64]:
    """Fraction of differing bits per row."""
    return np.bitwise_count(a ^ b).sum(axis=-1) / (64 * a.shape[-1])


def bits_of(codes: Codes) -> npt.NDArray[np.uint8]:
    """Bits of each row, in the order of `encoder.xof`."""
    return np.unpackbits(codes.astype("<u8").view(np.uint8), axis=-1, bitorder="little")


def auc(scores: npt.NDArray[np.float64], positive: npt.NDArray[np.bool_]) -> float:
    """Probability that a positive scores above a negative, equal scores counted half (Mann-Whitney)."""
    ones, zeros = int(positive.sum()), int((~positive).sum())
    return float((rankdata(scores)[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def random_bags(seed: int, count: int, size: int, weight: int = 1, prefix: str = "") -> list[list[tuple[str, int]]]:
    """Bags without a common token."""
    weights = np.random.default_rng(seed).integers(1, weight + 1, (count, size))
    return [[(f"{prefix}{seed} {i} {j}", int(w)) for j, w in enumerate(row)] for i, row in enumerate(weights)]


# --- kernel and reference -------------------------------------------------------------------------------------------

tokens = st.sampled_from([f"token {i}" for i in range(30)])
weights_u8 = st.one_of(st.integers(1, 3), st.integers(1, 255))
bags_of_tokens = st.lists(st.lists(st.tuples(tokens, weights_u8), max_size=40), max_size=6)


@pytest.mark.parametrize("planes", [1, 2, 3, 4])
@pytest.mark.parametrize("bits", [64, 384, 512, 2048])
@settings(max_examples=15, deadline=None)
@given(bags=bags_of_tokens)
def test_kernel_equals_reference(bits: int, planes: int, bags: list[Bag]) -> None:
    """Even totals, repeated tokens, empty bags and big weights among them."""
    vocabulary = vocabulary_of(bits, planes)
    np.testing.assert_array_equal(
        codes_of(vocabulary, bags), codes_of(vocabulary, bags, simhash_codes_reference), strict=True
    )


@pytest.mark.parametrize("size", [1, 2, 3, 12, 25, 127, 128, 255, 256, 1000])
@pytest.mark.parametrize("weight", [1, 128, 255])
def test_kernel_equals_reference_where_counters_gain_a_level(size: int, weight: int) -> None:
    vocabulary, bags = vocabulary_of(128, 2), random_bags(size, 3, size, weight)
    np.testing.assert_array_equal(codes_of(vocabulary, bags), codes_of(vocabulary, bags, simhash_codes_reference))


@both
def test_wide_weights_mean_the_same(implementation: Implementation) -> None:
    """uint16 weights give the code of uint8, and go beyond it."""
    vocabulary, bags = vocabulary_of(256), random_bags(1, 5, 9, 255)
    narrow, wide = (implementation(vocabulary, *arrays(vocabulary, bags, dtype)) for dtype in (np.uint8, np.uint16))
    np.testing.assert_array_equal(narrow, wide)
    heavy, alone = [("a", 60_000), *(("b", 29_000), ("c", 30_999))], [("a", 1)]
    codes = implementation(vocabulary, *arrays(vocabulary, [heavy, alone], np.uint16))
    np.testing.assert_array_equal(codes[0], codes[1])


# --- what the formula says ------------------------------------------------------------------------------------------


@both
def test_golden_code(implementation: Implementation) -> None:
    """Written once by the reference, and held by both since. From the root of the repository, without the indentation:

    python3 -c "
    import numpy as np; from encoder.keys import *; from encoder.vocabulary import *; from encoder.simhash import *
    from matcher.profile import *; from matcher.views import *
    p = EncodingProfile('golden', 'none', (ViewParameters(View.CHILD, 128, 2),), BirthGrain.DAY, EventGrain.DAY)
    vars(p)['digest'] = bytes(range(32, 64))
    v = ViewVocabulary(linkage_key_from_secret_bytes(bytes(range(32)), 'test', '2026-11'), p, View.CHILD)
    i = np.array(v.ids(['ra', 'हीम', 'রহিম', 'ra', 'हीम', 'রহিম']), np.int32)
    w = np.array([3, 1, 5, 1, 2, 2], np.uint8)
    print([hex(x) for x in simhash_codes_reference(v, i, w, np.array([0, 3, 4, 6])).ravel()])"
    """
    views = (ViewParameters(View.CHILD, 128, 2),)
    profile = EncodingProfile("golden", "none", views, BirthGrain.DAY, EventGrain.DAY)
    vars(profile)["digest"] = bytes(range(32, 64))
    vocabulary = ViewVocabulary(KEY, profile, View.CHILD)
    bags = [[("ra", 3), ("हीम", 1), ("রহিম", 5)], [("ra", 1)], [("हीम", 2), ("রহিম", 2)]]
    codes = codes_of(vocabulary, bags, implementation)
    assert [hex(int(word)) for word in codes.ravel()] == [
        "0x5a54767c8f39a595", "0xe187c7c708c553d1",
        "0x9ba8da0e57e43c3e", "0x29e4bbe4e0ecb440",
        "0x631598c763ada73d", "0xaa674790526aafea",
    ]


@both
def test_a_lone_token_is_the_xor_of_its_sign_bits(implementation: Implementation) -> None:
    vocabulary = vocabulary_of(192, 3)
    code = codes_of(vocabulary, [[("a", 7)]], implementation)
    planes = vocabulary.rows().signs[0].reshape(3, 3)
    np.testing.assert_array_equal(code[0], planes[0] ^ planes[1] ^ planes[2])


@both
@pytest.mark.parametrize("planes", [1, 3])
def test_an_even_bag_counts_its_lowest_token_once_more(implementation: Implementation, planes: int) -> None:
    """The same token in every plane, wherever it stands in the bag."""
    vocabulary, bags = vocabulary_of(512, planes), random_bags(1, 20, 8)
    codes = codes_of(vocabulary, bags, implementation)
    orders = vocabulary.rows().orders.reshape(20, 8)
    odd = [[*bag, bag[lowest]] for bag, lowest in zip(bags, orders.argmin(axis=1), strict=True)]
    np.testing.assert_array_equal(codes, codes_of(vocabulary, odd, implementation))
    assert (codes != codes_of(vocabulary, [[*bag, bag[0]] for bag in bags], implementation)).any()


@both
def test_two_equal_tokens_are_the_one_that_comes_first_in_order(implementation: Implementation) -> None:
    vocabulary = vocabulary_of(256)
    code, a, b = codes_of(vocabulary, [[("a", 5), ("b", 5)], [("a", 1)], [("b", 1)]], implementation)
    orders = vocabulary.rows().orders
    np.testing.assert_array_equal(code, a if orders[0] < orders[1] else b)


@both
def test_a_repeated_token_may_be_the_lowest(implementation: Implementation) -> None:
    vocabulary = vocabulary_of(256)
    vocabulary.ids(["a", "b"])
    first, last = ("a", "b") if vocabulary.rows().orders.argmin() == 0 else ("b", "a")
    bags = [[(first, 1), (last, 2), (first, 1)], [(last, 2), (first, 2)], [(first, 1)]]
    codes = codes_of(vocabulary, bags, implementation)
    np.testing.assert_array_equal(codes[0], codes[1])
    np.testing.assert_array_equal(codes[0], codes[2])


@both
def test_the_heavier_token_wins(implementation: Implementation) -> None:
    vocabulary = vocabulary_of(256)
    code, alone = codes_of(vocabulary, [[("a", 3), ("b", 1), ("c", 1)], [("a", 1)]], implementation)
    np.testing.assert_array_equal(code, alone)


@both
def test_empty_bags_are_zero_and_shift_nothing(implementation: Implementation) -> None:
    vocabulary, bag = vocabulary_of(128, 2), [("a", 2), ("b", 1)]
    codes = codes_of(vocabulary, [[], bag, [], [], bag, []], implementation)
    assert not codes[[0, 2, 3, 5]].any()
    assert codes[1].any()
    np.testing.assert_array_equal(codes[1], codes[4])
    assert codes_of(vocabulary, [], implementation).shape == (0, 2)


@settings(max_examples=30, deadline=None)
@given(bag=st.lists(st.tuples(tokens, weights_u8), min_size=1, max_size=20), data=st.data())
def test_order_and_splitting_of_a_bag_do_not_matter(bag: Bag, data: st.DataObject) -> None:
    """A token of weight w is the token w times: the code is of the bag, not of its list."""
    vocabulary = vocabulary_of(128, 2)
    shuffled = data.draw(st.permutations(bag))
    split = [(token, 1) for token, weight in bag for _ in range(weight)]
    codes = codes_of(vocabulary, [bag, shuffled, split])
    np.testing.assert_array_equal(codes[0], codes[1])
    np.testing.assert_array_equal(codes[0], codes[2])


@both
def test_codes_do_not_depend_on_what_the_vocabulary_saw_before(implementation: Implementation) -> None:
    fresh, used = vocabulary_of(128, 2), vocabulary_of(128, 2)
    used.ids(f"token {i}" for i in range(1_500))
    used.reset()
    used.ids(["z", "b"])
    bags = random_bags(3, 4, 6, 9)
    np.testing.assert_array_equal(codes_of(fresh, bags, implementation), codes_of(used, bags, implementation))


# --- arguments ------------------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    ("changed", "value", "message"),
    [
        (0, np.array([0, 1], np.int64), "token_ids"),
        (0, np.array([[0, 1]], np.int32), "token_ids"),
        (0, np.array([0, 2], np.int32), "did not give"),
        (0, np.array([-1, 0], np.int32), "did not give"),
        (1, np.array([1, 0], np.uint8), "above 0"),
        (1, np.array([1], np.uint8), "weights"),
        (1, np.array([1, 1], np.int64), "weights"),
        (2, np.array([], np.int64), "offsets"),
        (2, np.array([0, 2], np.int32), "offsets"),
        (2, np.array([1, 2], np.int64), "ascend"),
        (2, np.array([0, 1], np.int64), "ascend"),
        (2, np.array([0, 3], np.int64), "ascend"),
        (2, np.array([0, 3, 2], np.int64), "ascend"),
    ],
)
def test_arguments_that_do_not_fit(
    implementation: Implementation, changed: int, value: npt.NDArray[np.generic], message: str
) -> None:
    """The kernel reads memory without asking, so nothing wrong may reach it."""
    vocabulary = vocabulary_of(64)
    given_arrays = list(arrays(vocabulary, [[("a", 1), ("b", 2)]]))
    given_arrays[changed] = value
    with pytest.raises(ValueError, match=message):
        implementation(vocabulary, *given_arrays)


@both
def test_ids_from_before_a_reset_are_refused(implementation: Implementation) -> None:
    """They would give the codes of other tokens, and nobody would notice."""
    vocabulary, bags = vocabulary_of(64), [[("a", 1), ("b", 2)]]
    stale = arrays(vocabulary, bags)
    vocabulary.reset()
    vocabulary.ids(["c", "d"])
    with pytest.raises(ValueError, match="did not give"):
        implementation(vocabulary, *stale)


# --- statistics, with fixed keys ------------------------------------------------------------------------------------


@pytest.mark.parametrize("planes", [1, 2, 3])
@pytest.mark.parametrize("size", [12, 15])
def test_unrelated_bags_differ_in_half_their_bits(size: int, planes: int) -> None:
    """Even or odd: 200 x 1,024 bits, five standard deviations. A constant bit for ties brings even bags closer."""
    vocabulary = vocabulary_of(1024, planes)
    a, b = (codes_of(vocabulary, random_bags(seed, 200, size)) for seed in (1, 2))
    assert abs(distance(a, b).mean() - 0.5) < 5 * 0.5 / np.sqrt(200 * 1024)


def test_distance_of_one_plane_is_the_angle_over_pi() -> None:
    """Goemans-Williamson, to which SimHash tends with many tokens; and so monotone in the cosine."""
    vocabulary, size, count = vocabulary_of(2048), 81, 40
    base = random_bags(1, count, size)
    seen = []
    for shared in (81, 73, 65, 49, 33, 17, 1):
        changed = [a[:shared] + b[shared:] for a, b in zip(base, random_bags(2, count, size), strict=True)]
        measured = float(distance(codes_of(vocabulary, base), codes_of(vocabulary, changed)).mean())
        assert measured == pytest.approx(acos(shared / size) / pi, abs=0.01)
        seen.append(measured)
    assert seen[0] == 0
    assert seen == sorted(seen)


def test_planes_damp_small_similarities() -> None:
    """XOR of k planes of distance d is at distance (1 - (1 - 2d)^k) / 2."""
    base = random_bags(1, 40, 45)
    changed = [a[:30] + b[30:] for a, b in zip(base, random_bags(2, 40, 45), strict=True)]
    one, *more = (
        float(distance(codes_of(vocabulary, base), codes_of(vocabulary, changed)).mean())
        for vocabulary in (vocabulary_of(2048, planes) for planes in (1, 2, 3))
    )
    for planes, measured in enumerate(more, start=2):
        assert measured == pytest.approx((1 - (1 - 2 * one) ** planes) / 2, abs=0.015)


@pytest.mark.parametrize("planes", [1, 3])
def test_another_key_changes_half_the_bits(planes: int) -> None:
    bags = random_bags(1, 40, 12, 9)
    a, b = (codes_of(vocabulary_of(1024, planes, key), bags) for key in (KEY, OTHER_KEY))
    assert abs(distance(a, b).mean() - 0.5) < 5 * 0.5 / np.sqrt(40 * 1024)


def test_tied_bits_are_balanced() -> None:
    """A zero sum gives no direction: ones and zeros alike over positions, five standard deviations."""
    vocabulary = vocabulary_of(16_384)
    code = codes_of(vocabulary, [[("a", 1), ("b", 1)]])[0]
    a, b = vocabulary.rows().signs
    tied = int(np.bitwise_count(a ^ b).sum())
    ones = int(np.bitwise_count((a ^ b) & code).sum())
    assert 7_500 < tied < 8_900
    assert abs(ones / tied - 0.5) < 5 * 0.5 / np.sqrt(tied)


def test_every_bit_of_even_bags_is_balanced_over_bags() -> None:
    """No position leans, the leading ones included: five standard deviations over 4,000 bags of two tokens."""
    codes = codes_of(vocabulary_of(512), random_bags(1, 4_000, 2))
    leaning = np.abs(bits_of(codes).mean(axis=0) - 0.5)
    assert leaning.max() < 5 * 0.5 / np.sqrt(4_000)


@pytest.mark.parametrize("weight", [1, 3])
def test_codes_do_not_tell_whether_the_total_weight_is_even(weight: int) -> None:
    """The attack of docs/decisions/0002: a hub learns where the codes lean, then sorts codes by how far they follow.

    The encoding before that decision took a keyed constant bit for every zero sum, and fails here with an AUC of
    .999 (weight 1) and .927 (weights up to 3): only even bags tie, and each tie leans the same way.
    """
    sizes = np.random.default_rng(7).integers(8, 25, 4_000)
    bags = [bag[:size] for bag, size in zip(random_bags(8, 4_000, 24, weight), sizes, strict=True)]
    codes = codes_of(vocabulary_of(512), bags)
    even = np.array([sum(w for _, w in bag) % 2 == 0 for bag in bags])
    leaning = np.packbits(bits_of(codes[:2_000]).mean(axis=0) > 0.5, bitorder="little").view("<u8")
    assert auc(-distance(codes[2_000:], leaning), even[2_000:]) == pytest.approx(0.5, abs=0.05)
