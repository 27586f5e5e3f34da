"""Fresh refs, one or very many."""

import re
import secrets
from base64 import urlsafe_b64decode

import pytest

from api.wire.names import REF_BYTES, REF_PATTERN, new_ref, new_refs


def test_many_refs_are_refs_and_all_different() -> None:
    refs = new_refs(2_000)
    assert len(set(refs)) == 2_000
    assert all(re.match(REF_PATTERN, ref) for ref in [*refs, new_ref()])
    assert new_refs(0) == []


def test_each_ref_is_its_own_bytes_of_the_random_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_bytes", lambda count: bytes(i * 7 % 256 for i in range(count)))
    drawn = [urlsafe_b64decode(f"{ref}==") for ref in new_refs(40)]
    assert b"".join(drawn) == bytes(i * 7 % 256 for i in range(40 * REF_BYTES))
