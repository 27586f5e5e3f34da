"""Sign bits and order words: keyed pseudo-random bits from SHAKE-256 (FIPS 202), never from a seeded generator.

Bit order, everywhere in Milap: bit j of a code is bit j % 64 (counted from the least significant) of uint64 word
j // 64, and the words are the XOF's output read little-endian. So bit j is also bit j % 8 of output byte j // 8.
"""

import hashlib

_SIGN_LABEL = b"milap sign bits v1"
_ORDER_LABEL = b"milap order word v1"
_LENGTH_BYTES = 4
_ORDER_BITS = 64


def framed(*fields: bytes) -> bytes:
    """Join fields so that no two lists of fields of equal count give the same bytes.

    Each field stands behind its length, four bytes big-endian. The first field is a label that fixes the count.
    """
    return b"".join(len(field).to_bytes(_LENGTH_BYTES, "big") + field for field in fields)


def sign_bits(view_key: bytes, token: str, bits: int) -> bytes:
    """The sign vector of one token under one plane's view key: bit 1 is +1, bit 0 is -1.

    Args:
        view_key: bytes (32,), from `LinkageKey.view_key`; it binds epoch, domain, profile, view and plane.
        token: any string; two different strings never share an input.
        bits: length of the vector in bits, a positive multiple of 64.

    Returns:
        bytes (bits / 8,), bit order as the module says.

    Raises:
        ValueError: bits is not a positive multiple of 64.
    """
    return _draw(bits, _SIGN_LABEL, view_key, _encoded(token))


def order_word(view_key: bytes, token: str) -> int:
    """The place of a token in the keyed order of its view: the lowest of an even bag counts one more.

    Drawn under a label of its own, apart from the sign bits: the token whose sign bits are the lowest number has a
    leading bit of 0 more often than not, and its vote would show that in the codes.

    Args:
        view_key: bytes (32,), of plane 0, as for `sign_bits`.
        token: any string, as for `sign_bits`.

    Returns:
        An integer from 0 to 2 ** 64 - 1.
    """
    return int.from_bytes(_draw(_ORDER_BITS, _ORDER_LABEL, view_key, _encoded(token)), "little")


def _encoded(token: str) -> bytes:
    # surrogatepass: a stray surrogate must not raise an error that carries the token into a traceback.
    return token.encode("utf-8", "surrogatepass")


def _draw(bits: int, *fields: bytes) -> bytes:
    if bits <= 0 or bits % 64:
        raise ValueError(f"A code needs a positive multiple of 64 bits, not {bits}.")
    return hashlib.shake_256(framed(*fields)).digest(bits // 8)
