"""Cursors: how far a gateway has read, in numbers that tell nobody how much happens at the hub.

The numbers of candidates count the changes of all partners. A reporter who read them before and after a report of its
own would learn how many candidates the report has, which is what promise 5 of DESIGN keeps from it. So a gateway is
shown each number under a keyed permutation of its own (a Feistel network over 52 bits, which JSON keeps exactly), and
twelve zero bits of it tell a cursor of ours from any other number.
"""

import hashlib
import hmac

from api.wire.problems import ProblemError

_HALF_BITS = 26
_HALF = (1 << _HALF_BITS) - 1
_ROUNDS = 6
_CHECK_BITS = 12
_MOST = 1 << (2 * _HALF_BITS - _CHECK_BITS)
_LABEL = b"milap cursor v1\0"


class Cursors:
    """Hides and shows the numbers of candidates. Its repr holds no key.

    Args:
        secret: bytes that only this hub has, the same after every start.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, _LABEL, hashlib.sha256)

    def of(self, feed: str) -> "Cursors":
        """Those of another feed, whose numbers cannot be compared with these."""
        return Cursors(hmac.digest(self._key, feed.encode(), hashlib.sha256))

    def hide(self, sequence: int, partner_id: int) -> int:
        """What a partner is shown for a sequence number from 1; 0, the beginning, stays 0.

        Raises:
            OverflowError: the number has more than 40 bits.
        """
        if sequence == 0:
            return 0
        if not 0 < sequence < _MOST:
            raise OverflowError("a sequence number has more than 40 bits")
        value = sequence << _CHECK_BITS
        left, right = value >> _HALF_BITS, value & _HALF
        for step in range(_ROUNDS):
            left, right = right, left ^ self._round(step, right, partner_id)
        return left << _HALF_BITS | right

    def show(self, cursor: int, partner_id: int) -> int:
        """The sequence number behind a cursor that this partner was given.

        Raises:
            ProblemError: `invalid-query`; it was given to another partner, by another hub, or by nobody.
        """
        if cursor == 0:
            return 0
        left, right = cursor >> _HALF_BITS, cursor & _HALF
        for step in reversed(range(_ROUNDS)):
            left, right = right ^ self._round(step, left, partner_id), left
        value = left << _HALF_BITS | right
        if not 0 < cursor < 1 << 2 * _HALF_BITS or value & ((1 << _CHECK_BITS) - 1) or not value:
            raise ProblemError("invalid-query", "`after` is no cursor of this hub for this partner; begin again at 0.")
        return value >> _CHECK_BITS

    def _round(self, step: int, half: int, partner_id: int) -> int:
        text = f"{step} {partner_id} {half}".encode()
        return int.from_bytes(hmac.digest(self._key, text, hashlib.sha256)[:4], "big") & _HALF
