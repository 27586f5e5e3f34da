"""The vocabulary: ids, growth, the bound, and that it cannot be printed or pickled."""

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from encoder.keys import linkage_key_from_secret_bytes
from encoder.vocabulary import MAX_BYTES, ViewVocabulary
from encoder.xof import order_word, sign_bits
from matcher.profile import BirthGrain, EncodingProfile, EventGrain, ViewParameters
from matcher.views import View

KEY = linkage_key_from_secret_bytes(bytes(range(32)), "test", "2026-11")


def profile_of(bits: int, planes: int) -> EncodingProfile:
    views = (ViewParameters(View.CHILD, bits, planes), ViewParameters(View.HOME, bits, planes))
    return EncodingProfile("test", "none", views, BirthGrain.DAY, EventGrain.DAY)


def vocabulary_of(bits: int = 128, planes: int = 2, **limits: int) -> ViewVocabulary:
    return ViewVocabulary(KEY, profile_of(bits, planes), View.CHILD, **limits)


def test_an_id_belongs_to_a_token() -> None:
    vocabulary = vocabulary_of()
    first = vocabulary.ids(["a", "b", "a", ""])
    assert first[0] == first[2]
    assert len(set(first)) == 3
    assert vocabulary.ids(iter(["", "b"])) == [first[3], first[1]]
    assert len(vocabulary) == 3


def test_rows_are_the_sign_bits_of_every_plane_and_the_order_words_and_outlive_growth() -> None:
    vocabulary = vocabulary_of()
    tokens = [f"token {i}" for i in range(3_000)]
    ids = vocabulary.ids(tokens)
    first_id, signs, orders = vocabulary.rows()
    assert signs.shape == (3_000, 4)
    assert orders.shape == (3_000,)
    assert signs.dtype == orders.dtype == np.uint64
    keys = [KEY.view_key(profile_of(128, 2), View.CHILD, plane) for plane in (0, 1)]
    for i in (0, 1_023, 1_024, 2_999):
        assert signs[ids[i] - first_id].astype("<u8").tobytes() == b"".join(sign_bits(k, tokens[i], 128) for k in keys)
        assert orders[ids[i] - first_id] == order_word(keys[0], tokens[i])


def test_rows_from_before_growth_stay_as_they_were() -> None:
    """A kernel in another thread may be reading them."""
    vocabulary = vocabulary_of()
    vocabulary.ids(["a", "b"])
    before = vocabulary.rows()
    kept = before.signs.copy(), before.orders.copy()
    vocabulary.ids(f"token {i}" for i in range(3_000))
    np.testing.assert_array_equal(before.signs, kept[0])
    np.testing.assert_array_equal(before.orders, kept[1])


def test_views_draw_different_bits() -> None:
    child, home = (ViewVocabulary(KEY, profile_of(128, 1), view) for view in (View.CHILD, View.HOME))
    child.ids(["a"])
    home.ids(["a"])
    assert (child.rows().signs != home.rows().signs).all()
    assert child.rows().orders[0] != home.rows().orders[0]


def test_reset_forgets_and_never_gives_an_id_again() -> None:
    vocabulary = vocabulary_of()
    before = vocabulary.ids(["a", "b"])
    signs, order = vocabulary.rows().signs[1].copy(), vocabulary.rows().orders[1]
    vocabulary.reset()
    assert len(vocabulary) == 0
    after = vocabulary.ids(["b"])
    assert not set(before) & set(after)
    rows = vocabulary.rows()
    np.testing.assert_array_equal(rows.signs[after[0] - rows.first_id], signs)
    assert rows.orders[after[0] - rows.first_id] == order


def test_full_at_the_bound_and_empty_after_a_reset() -> None:
    vocabulary = vocabulary_of(max_tokens=3)
    vocabulary.ids(["a", "b", "a"])
    assert not vocabulary.full
    vocabulary.ids(["c"])
    assert vocabulary.full
    vocabulary.reset()
    assert not vocabulary.full


@pytest.mark.parametrize(("bits", "planes"), [(512, 1), (2048, 3)])
def test_the_bound_is_in_tokens_and_in_bytes(bits: int, planes: int) -> None:
    vocabulary = vocabulary_of(bits, planes)
    row_bytes = bits // 8 * planes + 8
    assert vocabulary.max_tokens <= 400_000
    assert vocabulary.max_tokens * row_bytes <= MAX_BYTES
    assert vocabulary.max_tokens + 1 > min(400_000, MAX_BYTES // row_bytes)


def test_threads_share_one_table() -> None:
    vocabulary = vocabulary_of(bits=64, planes=1)
    tokens, start = [f"token {i}" for i in range(2_000)], threading.Barrier(4)
    given: list[list[int]] = []

    def work() -> None:
        start.wait()
        given.append(vocabulary.ids(tokens))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given[0] == given[1] == given[2] == given[3]
    assert sorted(given[0]) == list(range(2_000))
    view_key = KEY.view_key(profile_of(64, 1), View.CHILD, 0)
    _, signs, orders = vocabulary.rows()
    drawn = b"".join(signs[i].astype("<u8").tobytes() for i in given[0])
    assert drawn == b"".join(sign_bits(view_key, token, 64) for token in tokens)
    assert orders[given[0]].tolist() == [order_word(view_key, token) for token in tokens]


def test_nothing_prints_a_token() -> None:
    vocabulary = vocabulary_of()
    vocabulary.ids(["shabnam"])
    printed = [repr(vocabulary), str(vocabulary)]
    printed += [repr(getattr(vocabulary, name)) for name in dir(vocabulary) if name not in ("_view_keys", "__doc__")]
    assert not [text for text in printed if "shabnam" in text]
    assert repr(vocabulary) == "ViewVocabulary(child, 1 tokens)"


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_refuses_pickle_and_copy(leak: Callable[[Any], Any]) -> None:
    vocabulary = vocabulary_of()
    with pytest.raises(TypeError, match="never pickled or copied"):
        leak(vocabulary)
    with pytest.raises(TypeError, match="never pickled or copied"):
        leak(vocabulary._ids)


def test_a_view_that_the_profile_lacks() -> None:
    with pytest.raises(KeyError):
        ViewVocabulary(KEY, profile_of(128, 1), View.KIN)
