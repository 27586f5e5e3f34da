"""Linkage keys as handles: code can use a key, but cannot print, copy, pickle or log it by accident."""

import hmac
import re
import secrets
from collections.abc import Callable
from typing import NoReturn, SupportsIndex

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from encoder.xof import framed
from matcher.errors import InputError
from matcher.profile import EncodingProfile
from matcher.views import View

SECRET_BYTES = 32
KEY_CHECK_BYTES = 8
_FINGERPRINT_BYTES = 16
_VIEW_LABEL = b"milap view key v1"
_CHECK_LABEL = b"milap key check v1"
_FINGERPRINT_LABEL = b"milap key fingerprint v1"
# ASCII only: two holders that type look-alike letters would derive different keys and match nothing.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}")


class LinkageKey:
    """Handle of the 256-bit secret that all holders of one linkage domain share for one epoch.

    Made by `LinkageKey.generate`, `encoder.key_files.read_key_file` or `linkage_key_from_secret_bytes`.
    """

    __slots__ = ("_domain", "_epoch", "_reveal")
    _domain: str
    _epoch: str
    # The secret sits in a closure, so that no attribute, and no dump of attributes, prints it.
    _reveal: Callable[[], bytes]

    def __init__(self) -> None:
        """Refuse direct construction with TypeError."""
        raise TypeError("Make a linkage key with LinkageKey.generate or read_key_file.")

    @classmethod
    def generate(cls, domain: str, epoch: str) -> "LinkageKey":
        """A fresh key from the operating system's random source; InputError when a name does not fit."""
        return linkage_key_from_secret_bytes(secrets.token_bytes(SECRET_BYTES), domain, epoch)

    @property
    def domain(self) -> str:
        """The linkage domain whose holders share the key."""
        return self._domain

    @property
    def epoch(self) -> str:
        """The epoch the key lives for."""
        return self._epoch

    def view_key(self, profile: EncodingProfile, view: View, plane: int) -> bytes:
        """The key that draws one plane of one view, as bytes (32,).

        HKDF-SHA-256 (RFC 5869, sections 2.2 and 2.3) with info = label, epoch, domain, profile digest, view, plane.

        Raises:
            KeyError: the profile has no such view.
            ValueError: the view has no such plane.
        """
        planes = profile.views[profile.position(view)].planes
        if not 0 <= plane < planes:
            raise ValueError(f"View {view} of profile {profile.name} has planes 0 to {planes - 1}, not {plane}.")
        return self._expand(_VIEW_LABEL, profile.digest, view.encode(), plane.to_bytes(4, "big"))

    def key_check(self, profile: EncodingProfile) -> bytes:
        """The key check value of this key under a profile, as bytes (8,): equal keys show equal values.

        HMAC-SHA-256 (RFC 2104) under a key derived for this use alone, cut to 64 bits. It goes to the hub.
        """
        check_key = self._expand(_CHECK_LABEL)
        return hmac.digest(check_key, framed(_CHECK_LABEL, profile.digest), "sha256")[:KEY_CHECK_BYTES]

    def fingerprint(self) -> str:
        """Eight groups of four hex digits to compare on the telephone; tells nothing about the secret.

        The first 128 bits of HMAC-SHA-256 (RFC 2104) of a fixed label under a key derived for this use alone; it
        differs when secret, domain or epoch differ.
        """
        mac = hmac.digest(self._expand(_FINGERPRINT_LABEL), _FINGERPRINT_LABEL, "sha256")
        return mac[:_FINGERPRINT_BYTES].hex(" ", 2)

    def _expand(self, label: bytes, *fields: bytes) -> bytes:
        info = framed(label, self._epoch.encode(), self._domain.encode(), *fields)
        return hkdf_sha256(self._reveal(), None, info, SECRET_BYTES)

    def __eq__(self, other: object) -> bool:
        """Whether both are the same secret for the same domain and epoch; compares secrets in constant time."""
        if not isinstance(other, LinkageKey):
            return NotImplemented
        same_secret = hmac.compare_digest(self._reveal(), other._reveal())
        return same_secret and (self._domain, self._epoch) == (other._domain, other._epoch)

    def __hash__(self) -> int:
        """Hash of the open names only."""
        return hash((self._domain, self._epoch))

    def __repr__(self) -> str:
        """Domain, epoch and fingerprint; never the secret."""
        return f"LinkageKey(domain={self._domain!r}, epoch={self._epoch!r}, fingerprint={self.fingerprint()!r})"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickling, copy and deepcopy with TypeError."""
        raise TypeError("A linkage key is never pickled or copied; read its key file where it is needed.")


def linkage_key_from_secret_bytes(secret: bytes, domain: str, epoch: str) -> LinkageKey:
    """The handle of a secret that the caller holds in the clear: for key files, key shares and tests only.

    Args:
        secret: bytes (32,), uniformly random.
        domain: up to 128 of ASCII letters, digits and . _ : / -, beginning with a letter or a digit.
        epoch: the same.

    Raises:
        InputError: the secret or a name does not fit; the message never holds the secret.
    """
    for noun, name in (("domain", domain), ("epoch", epoch)):
        if not _NAME.fullmatch(name):
            raise InputError(f"A key's {noun} is up to 128 ASCII letters, digits and . _ : / -; choose such a name.")
    if len(secret) != SECRET_BYTES:
        raise InputError(f"A linkage key is {SECRET_BYTES} bytes, not {len(secret)}; make one with `milap keys new`.")
    kept = bytes(secret)
    key = object.__new__(LinkageKey)
    key._domain, key._epoch, key._reveal = domain, epoch, lambda: kept
    return key


def reveal_secret_bytes_of_linkage_key(key: LinkageKey) -> bytes:
    """The secret in the clear, bytes (32,): for sealing, splitting and handing over a key, and for nothing else."""
    return key._reveal()


def hkdf_sha256(secret: bytes, salt: bytes | None, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256, extract then expand (RFC 5869, section 2), as bytes (length,); no salt is 32 zeros."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
