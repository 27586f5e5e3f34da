"""Addresses where the hub may knock."""

import ipaddress

import httpx

from api.wire.problems import ProblemError

_ADVICE = (
    "The callback address has to begin with https:// (http:// on this machine only) and hold a host, and no user name,"
    " password, query or fragment."
)


def check_callback(url: str | None) -> str | None:
    """The address without a slash at its end; ProblemError `invalid-body` when nobody should be sent there."""
    if url is None:
        return None
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise ProblemError("invalid-body", _ADVICE) from None
    secure = parsed.scheme == "https" or (parsed.scheme == "http" and is_loopback(parsed.host))
    if not secure or not parsed.host or parsed.userinfo or parsed.query or parsed.fragment:
        raise ProblemError("invalid-body", _ADVICE)
    return str(parsed).rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
