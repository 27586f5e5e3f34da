"""The hub's own request key: an Ed25519 seed in a file that only the hub's user may read."""

import os
import stat
from pathlib import Path

from api.service.whole_files import whole_file
from api.wire.request_keys import RequestKey, request_key_from_seed_bytes, reveal_seed_bytes_of_request_key
from matcher.errors import InputError, OutputError

FILE_NAME = "hub.key"


def make_hub_key(data: Path) -> RequestKey:
    """Make the key of a new hub in its data folder, mode 0600, or give the one that is there.

    Raises:
        InputError: what is there is no key of ours.
        OutputError: it cannot be written.
    """
    path = data / FILE_NAME
    if path.exists():
        return load_hub_key(data)
    key = RequestKey.generate()
    try:
        with whole_file(path, replace=False) as file:
            file.write(reveal_seed_bytes_of_request_key(key))
    except FileExistsError:
        return load_hub_key(data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"The hub's key {path} could not be written ({reason}); correct that.") from None
    return key


def load_hub_key(data: Path) -> RequestKey:
    """Read the hub's key.

    Raises:
        InputError: it is not there, not 32 bytes, or others than its owner have rights on it.
    """
    path = data / FILE_NAME
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise InputError(f"The hub's key {path} is no regular file; restore it from a backup.")
            if stat.S_IMODE(mode) & 0o077:
                raise InputError(f"Others may read the hub's key {path}: run `chmod 600` on it, and make a new one.")
            return request_key_from_seed_bytes(file.read(64))
    except FileNotFoundError:
        raise InputError(f"There is no key {path}; run `milap hub init`, or restore it from a backup.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"The hub's key {path} cannot be read ({reason}); run the hub as the key's owner.") from None
