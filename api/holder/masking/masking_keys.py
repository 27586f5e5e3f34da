"""The gateway's masking key at rest: the seed of an X25519 key in a sealed file of its own, beside the message key's.

A file of its own, so that neither key can be made of the other.
"""

import secrets
from pathlib import Path

from encoder.mask_keys import MaskingKey, masking_key_from_seed_bytes
from encoder.sealed_files import SealedFormat, UnlockSecret, read_sealed_file, write_sealed_file

SEED_BYTES = 32
_FORMAT = SealedFormat(
    label="milap masking key", noun="masking key file", made_by="`milap holder serve`", source="a backup"
)


def read_or_make_masking_key(path: Path, secret: UnlockSecret) -> MaskingKey:
    """The key of a sealed file, which is made when it is not there; KeyFileError when that fails."""
    if not path.exists():
        write_sealed_file(path, _FORMAT, {}, secrets.token_bytes(SEED_BYTES), secret)
    return masking_key_from_seed_bytes(read_sealed_file(path, _FORMAT, secret).secret)
