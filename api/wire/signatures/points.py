"""Which 32 bytes may be an Ed25519 public key: `cryptography` takes any, and a few of them verify whatever they get."""

from functools import lru_cache

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


@lru_cache(maxsize=4096)
def is_usable_point(raw: bytes) -> bool:
    """Whether bytes (32,) encode a point of Ed25519 in the one canonical way, and not one of small order.

    Decoding as in RFC 8032, section 5.1.3. The points of small order (1, 2, 4, 8) are refused because a signature
    that fits any message is easily made for them: x = 0 is order 1 or 2, y = 0 is order 4, and a point of order 8
    doubles to y = 0, so x^2 = -y^2, which the curve -x^2 + y^2 = 1 + d x^2 y^2 turns into d y^4 + 2 y^2 - 1 = 0.
    """
    if len(raw) != 32:
        return False
    y = int.from_bytes(raw, "little") & ((1 << 255) - 1)
    if y >= _P:
        return False
    square = y * y % _P
    if y * (_D * square * square + 2 * square - 1) % _P == 0:
        return False
    # x^2 = (y^2 - 1) / (d y^2 + 1); a quotient is a square when the product is. Euler's criterion is 0 for x = 0.
    return pow((square - 1) * (_D * square + 1), (_P - 1) // 2, _P) == 1
