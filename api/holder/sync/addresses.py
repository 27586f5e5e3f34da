"""Where a gateway may send to: over TLS, or to its own machine."""

import ipaddress

import httpx

from matcher.errors import InputError


def checked_address(text: str, what: str) -> httpx.URL:
    """An address that requests may go to; InputError unless it is https, or http on this machine.

    Args:
        text: the address, without query and user.
        what: stands in the message, such as "The hub's address".
    """
    try:
        url = httpx.URL(text.rstrip("/"))
    except httpx.InvalidURL:
        raise InputError(f"{what} cannot be read; write it like https://hub.example.org.") from None
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment or url.userinfo:
        raise InputError(f"{what} has to be https:// and a host, without user and query; correct it.")
    if url.scheme == "http" and not is_loopback(url):
        raise InputError(f"{what} begins with http:// and is not on this machine; use https://.")
    return url


def is_loopback(url: httpx.URL) -> bool:
    """Whether an address is this machine's own."""
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False
