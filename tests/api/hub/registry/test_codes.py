"""Enrolment codes."""

import random

import pytest

from api.hub.registry.codes import canonical, hash_of, is_code_of, new_code, selector_of


def test_a_code_is_eight_groups_of_four_and_reads_back_however_it_is_typed() -> None:
    code = new_code(random.Random(1).randbytes)
    assert [len(group) for group in code.split("-")] == [4] * 8
    assert not set(code) & set("ILOU")
    found = canonical(code)
    assert found is not None
    assert canonical(f" {code.lower().replace('-', ' ')}\n") == found
    assert canonical(code.replace("0", "o").replace("1", "l")) == found
    assert is_code_of(found, hash_of(found))


def test_codes_differ_and_a_hash_holds_only_its_code() -> None:
    source = random.Random(2)
    codes = [canonical(new_code(source.randbytes)) for _ in range(100)]
    assert len(set(codes)) == 100
    assert sum(is_code_of(code, hash_of(codes[7])) for code in codes) == 1
    assert hash_of(codes[7]).startswith(selector_of(codes[7]))
    assert codes[7][4:] not in hash_of(codes[7])
    assert len(hash_of(codes[7])) <= 64


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 32, "é" * 32, "A" * 33, "A" * 31, "\u0661" * 32])
def test_what_is_no_code(text: str) -> None:
    assert canonical(text) is None
