"""Keys of masked comparison as handles: a gateway's X25519 key, and the key that it shares with one other gateway.

Both gateways of a pair of records derive the same pair key from their own private key and the other's public one, which
a person has confirmed (X25519, RFC 7748, section 6.1; HKDF-SHA-256, RFC 5869). The hub knows both public keys and
neither private one.
"""

from collections.abc import Callable
from typing import NoReturn, SupportsIndex

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from encoder.keys import hkdf_sha256
from encoder.xof import framed
from matcher.errors import MilapError, ProfileMismatchError
from matcher.profile import EncodingProfile
from matcher.views import Kind

KEY_BYTES = 32
_SEED_LABEL = b"milap masking key v1"
_NONCE_LABEL = b"milap mask nonce key v1"
_CIPHER_LABEL = b"milap mask cipher key v1"


class MaskKeyError(MilapError):
    """A key of masked comparison is no usable X25519 key; get the partner's card again and confirm it."""


class PairKey:
    """Handle of what two gateways share for one domain, epoch, masked profile and assignment of sides.

    Made by `MaskingKey.pair_key`. It draws masks for rows of that profile only.
    """

    __slots__ = ("_digest", "_reveal")
    _digest: bytes
    # The secrets sit in a closure, so that no attribute, and no dump of attributes, prints them.
    _reveal: Callable[[], tuple[bytes, bytes]]

    def __init__(self) -> None:
        """Refuse direct construction with TypeError."""
        raise TypeError("Make a pair key with MaskingKey.pair_key.")

    def check(self, profile: EncodingProfile) -> None:
        """ProfileMismatchError when the key was derived for another profile."""
        if self._digest != profile.digest:
            raise ProfileMismatchError(f"This pair key masks no codes of {profile.name}; derive one for that profile.")

    def __repr__(self) -> str:
        """Nothing of the key."""
        return "PairKey(secret)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickling, copy and deepcopy with TypeError."""
        raise TypeError("A pair key is never pickled or copied; derive it where it is needed.")


class MaskingKey:
    """Handle of a gateway's X25519 private key for masked comparison; made by `masking_key_from_seed_bytes`."""

    __slots__ = ("_exchange", "_public")
    _public: bytes
    _exchange: Callable[[bytes], bytes]

    def __init__(self) -> None:
        """Refuse direct construction with TypeError."""
        raise TypeError("Make a masking key with masking_key_from_seed_bytes.")

    @property
    def public(self) -> bytes:
        """The public key, bytes (32,): for the gateway's card."""
        return self._public

    def pair_key(
        self, peer_public: bytes, *, own_side: Kind, domain: str, epoch: str, profile: EncodingProfile
    ) -> PairKey:
        """The key shared with the gateway of the other record; its owner derives the same one with the other side.

        HKDF-SHA-256 (RFC 5869) of the X25519 secret (RFC 7748, section 6.1), info = label, domain, epoch, digest of the
        masked profile, public key of the missing record's gateway, public key of the found record's. With its own
        public key a gateway gets a key too: both records may be its own.

        Args:
            peer_public: bytes (32,), from a card that a person confirmed.
            own_side: kind of the own record.
            domain: linkage domain of both records' codes.
            epoch: epoch of their linkage key.
            profile: the masked profile.

        Raises:
            MaskKeyError: the public key has another length, or is a point of small order.
        """
        secret = self._exchange(peer_public)
        sides = (self._public, peer_public) if own_side is Kind.MISSING else (peer_public, self._public)
        bound = (domain.encode(), epoch.encode(), profile.digest, *sides)
        for_nonces = hkdf_sha256(secret, None, framed(_NONCE_LABEL, *bound), KEY_BYTES)
        for_cipher = hkdf_sha256(secret, None, framed(_CIPHER_LABEL, *bound), KEY_BYTES)
        key = object.__new__(PairKey)
        key._digest, key._reveal = profile.digest, lambda: (for_nonces, for_cipher)
        return key

    def __repr__(self) -> str:
        """Nothing of the key."""
        return "MaskingKey(secret)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickling, copy and deepcopy with TypeError."""
        raise TypeError("A masking key is never pickled or copied; make it from its seed where it is needed.")


def masking_key_from_seed_bytes(seed: bytes) -> MaskingKey:
    """The handle of the key that belongs to a seed, bytes (32,), uniformly random: equal seeds give equal keys.

    The private key is HKDF-SHA-256 of the seed under a label of its own, so that the seed may serve other keys too.

    Raises:
        MaskKeyError: the seed has another length; the message never holds it.
    """
    if len(seed) != KEY_BYTES:
        raise MaskKeyError(f"A masking key is made from {KEY_BYTES} bytes, not {len(seed)}; draw them at random.")
    private = X25519PrivateKey.from_private_bytes(hkdf_sha256(seed, None, framed(_SEED_LABEL), KEY_BYTES))
    key = object.__new__(MaskingKey)
    key._public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key._exchange = lambda peer: _exchanged(private, peer)
    return key


def reveal_nonce_and_cipher_key_of_pair_key(key: PairKey) -> tuple[bytes, bytes]:
    """Both secrets in the clear, bytes (32,) each: for drawing masks, and for nothing else."""
    return key._reveal()


def _exchanged(private: X25519PrivateKey, peer_public: bytes) -> bytes:
    """The X25519 secret, bytes (32,). The library refuses an all-zero one, which points of small order give."""
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(peer_public))
    except ValueError as error:
        raise MaskKeyError("A masking key on a card is no usable X25519 key; get the card again.") from error
