"""The gateway's request key at rest: a sealed file in the data folder."""

from pathlib import Path

from api.wire.request_keys import RequestKey, request_key_from_seed_bytes, reveal_seed_bytes_of_request_key
from encoder.sealed_files import SealedFormat, UnlockSecret, read_sealed_file, write_sealed_file

_FORMAT = SealedFormat(
    label="milap request key", noun="request key file", made_by="`milap holder enrol`", source="a backup"
)


def read_request_key(path: Path, secret: UnlockSecret) -> RequestKey:
    """The key of a file; KeyFileError when it cannot be opened."""
    return request_key_from_seed_bytes(read_sealed_file(path, _FORMAT, secret).secret)


def read_or_make_request_key(path: Path, secret: UnlockSecret) -> RequestKey:
    """The key of a file, which is made when it is not there; KeyFileError when that fails."""
    if not path.exists():
        write_sealed_file(path, _FORMAT, {}, reveal_seed_bytes_of_request_key(RequestKey.generate()), secret)
    return read_request_key(path, secret)
