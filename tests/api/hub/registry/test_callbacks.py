"""Where the hub may knock."""

import pytest

from api.hub.registry.callbacks import check_callback, is_loopback
from api.wire.problems import ProblemError


@pytest.mark.parametrize(
    "url",
    ["https://gateway.example", "https://gateway.example:8443/milap", "http://127.0.0.1:8471", "http://[::1]:8471",
     "http://localhost:8471"],
)  # fmt: skip
def test_good_addresses(url: str) -> None:
    assert check_callback(url + "/") == url
    assert check_callback(None) is None


@pytest.mark.parametrize(
    "url",
    ["http://gateway.example", "http://10.0.0.1", "ftp://gateway.example", "https://", "gateway.example", "",
     "https://user:pass@gateway.example", "https://gateway.example/?q=1", "https://gateway.example/#part",
     "https://gate way.example\n", "javascript:alert(1)"],
)  # fmt: skip
def test_bad_addresses(url: str) -> None:
    with pytest.raises(ProblemError) as caught:
        check_callback(url)
    assert caught.value.kind == "invalid-body"


def test_this_machine() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost"))
    assert not any(is_loopback(host) for host in ("10.0.0.1", "example", "127.0.0.1.example", ""))
