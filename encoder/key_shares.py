"""A linkage key in shares: so many of them together give the key, and fewer tell nothing of it (SLIP-0039).

The words of a share are those of SLIP-0039 for one group. Its passphrase stays empty: every passphrase would give some
key, and none would be refused. So its key stretching has nothing to stretch, and takes the fewest rounds that there
are. It marks shares as extendable, so that the words alone say how they are read. The words do not say of which domain
and epoch the key is: the fingerprint that stands beside them does, and no key leaves `join_shares` that has another.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn, SupportsIndex

import shamir_mnemonic
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from encoder.key_share_errors import (
    DamagedShareError,
    KeyShareError,
    MixedSharesError,
    RepeatedShareError,
    TooFewSharesError,
)
from encoder.keys import (
    SECRET_BYTES,
    LinkageKey,
    linkage_key_from_secret_bytes,
    reveal_secret_bytes_of_linkage_key,
)
from matcher.errors import InputError

MOST_SHARES: Final = 16
"""SLIP-0039, section "Format of the share mnemonic": the number of a share has four bits."""
LEAST_THRESHOLD: Final = 2
"""With one, every share would be the key itself."""
SHARE_WORDS: Final = 33
"""Words of one share of a 256-bit secret."""
_ITERATION_EXPONENT: Final = 0
_ONE_GROUP: Final = 1


@dataclass(frozen=True)
class KeyShare:
    """One share of a linkage key. Its repr shows no word.

    domain       the key's linkage domain
    epoch        the key's epoch
    fingerprint  the key's, as `LinkageKey.fingerprint` writes it
    number       which share it is, from 1
    shares       how many were made
    threshold    how many of them give the key
    words        33 words of SLIP-0039: they are the share
    """

    domain: str
    epoch: str
    fingerprint: str
    number: int
    shares: int
    threshold: int
    words: tuple[str, ...] = field(repr=False)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickling, copy and deepcopy with TypeError."""
        raise TypeError("A key share is never pickled or copied; read its file where it is needed.")


@dataclass(frozen=True)
class _Decoded:
    """What the words of a share say."""

    identifier: int
    number: int
    threshold: int


def split_key(key: LinkageKey, threshold: int, shares: int) -> tuple[KeyShare, ...]:
    """Split a key; every splitting draws new randomness, and shares of two splittings do not mix.

    Args:
        key: what to split.
        threshold: how many shares give the key, 2 to `shares`.
        shares: how many to make, up to 16.

    Raises:
        KeyShareError: the numbers do not fit.
    """
    if not LEAST_THRESHOLD <= threshold <= shares <= MOST_SHARES:
        raise KeyShareError(
            f"A key is split into at most {MOST_SHARES} shares, of which at least {LEAST_THRESHOLD} and at most all are"
            " needed; choose such numbers."
        )
    made = tuple(
        KeyShare(key.domain, key.epoch, key.fingerprint(), number, shares, threshold, tuple(mnemonic.split()))
        for number, mnemonic in enumerate(_split(reveal_secret_bytes_of_linkage_key(key), threshold, shares), start=1)
    )
    # A splitting that does not join would lose the key for good: every share is tried before anybody relies on it.
    for end in (*range(threshold, shares, threshold), shares):
        if join_shares(made[end - threshold : end]) != key:
            raise KeyShareError("The shares did not give the key back, and none is used; report it and keep the key.")
    return made


def join_shares(shares: Sequence[KeyShare]) -> LinkageKey:
    """The key that shares are of; of more than needed, those with the lowest numbers are used.

    Raises:
        TooFewSharesError: more are needed.
        DamagedShareError: a word is none, a checksum does not fit, or the key that comes out has not the fingerprint
            of the shares (compared in constant time).
        MixedSharesError: they are of different keys, domains, epochs or splittings.
        RepeatedShareError: one was given twice.
    """
    if not shares:
        raise TooFewSharesError("No share was given; name the files of as many as the key was split to need.")
    decoded = [_decoded(share) for share in shares]
    _check_of_one_key(shares, decoded)
    _check_different(shares)
    threshold = shares[0].threshold
    if len(shares) < threshold:
        raise TooFewSharesError(f"{threshold} shares give this key and {len(shares)} were given; bring the others.")
    secret = _joined(sorted(shares, key=lambda share: share.number)[:threshold])
    return _proven(secret, shares[0])


def check_share(share: KeyShare) -> None:
    """DamagedShareError unless words and fields of a share fit each other, as far as one share tells."""
    _decoded(share)


def _check_of_one_key(shares: Sequence[KeyShare], decoded: Sequence[_Decoded]) -> None:
    if len({(share.domain, share.epoch) for share in shares}) > 1:
        raise MixedSharesError("The shares are of keys of different domains or epochs; bring those of one key.")
    if len({share.fingerprint for share in shares}) > 1:
        raise MixedSharesError("The shares are of two keys or more; bring those that name one key fingerprint.")
    splittings = {(each.identifier, share.shares, share.threshold) for share, each in zip(shares, decoded, strict=True)}
    if len(splittings) > 1:
        raise MixedSharesError("The key was split more than once; bring shares that were made together.")


def _check_different(shares: Sequence[KeyShare]) -> None:
    words_of: dict[int, tuple[str, ...]] = {}
    for share in shares:
        known = words_of.get(share.number)
        if known == share.words:
            raise RepeatedShareError(f"Share {share.number} was given twice; it counts once: bring another.")
        if known is not None:
            raise DamagedShareError(f"There are two different shares {share.number}, so one was changed; bring others.")
        words_of[share.number] = share.words


def _proven(secret: bytes, share: KeyShare) -> LinkageKey:
    try:
        key = linkage_key_from_secret_bytes(secret, share.domain, share.epoch)
    except InputError:
        raise DamagedShareError("The shares name a domain or an epoch that no key has; bring them unchanged.") from None
    if not hmac.compare_digest(key.fingerprint().encode(), share.fingerprint.encode()):
        raise DamagedShareError(
            "The shares give a key that has not the fingerprint on them, so one was changed; bring others."
        )
    return key


# --- what is typed of shamir_mnemonic -------------------------------------------------------------------------------


def _split(secret: bytes, threshold: int, shares: int) -> list[str]:
    """The mnemonics of one group, in the order of their numbers."""
    groups: list[list[str]] = shamir_mnemonic.generate_mnemonics(
        _ONE_GROUP, [(threshold, shares)], secret, b"", True, _ITERATION_EXPONENT
    )
    return groups[0]


def _joined(shares: Sequence[KeyShare]) -> bytes:
    """The secret of exactly as many shares as are needed."""
    try:
        secret = shamir_mnemonic.combine_mnemonics([" ".join(share.words) for share in shares], b"")
    except shamir_mnemonic.MnemonicError:
        # Its messages hold words.
        raise DamagedShareError("The shares give no key together, so one was changed; bring others.") from None
    assert isinstance(secret, bytes)
    return secret


def _decoded(share: KeyShare) -> _Decoded:
    """What the words say, once they are those of the share's fields."""
    if len(share.words) != SHARE_WORDS:
        raise DamagedShareError(
            f"Share {share.number} has {len(share.words)} words and needs {SHARE_WORDS}; compare it with its print."
        )
    for at, word in enumerate(share.words, start=1):
        if word not in WORD_INDEX_MAP:
            raise DamagedShareError(
                f"Word {at} of share {share.number} is none of the list; compare it with its print."
            )
    try:
        found = shamir_mnemonic.Share.from_mnemonic(" ".join(share.words))
    except shamir_mnemonic.MnemonicError:
        raise DamagedShareError(
            f"The checksum of share {share.number} does not fit, so a word was changed; compare it with its print."
        ) from None
    wanted = (share.number - 1, share.threshold, _ITERATION_EXPONENT, True, _ONE_GROUP, _ONE_GROUP, 0, SECRET_BYTES)
    # A share of a stranger could ask for more rounds than anybody waits for: it is never joined.
    if share.number > share.shares or wanted != (
        found.index, found.member_threshold, found.iteration_exponent, found.extendable, found.group_count,
        found.group_threshold, found.group_index, len(found.value),
    ):  # fmt: skip
        raise DamagedShareError(
            f"The words of share {share.number} belong to another share; compare it with its print."
        )
    return _Decoded(found.identifier, share.number, share.threshold)
