"""One service for a data folder: two would keep two indexes, or send everything twice."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher.errors import InputError


@contextmanager
def only_one(data: Path, service: str) -> Iterator[None]:
    """Hold the folder's lock; it goes with the process, however that ends.

    Args:
        data: the service's folder.
        service: `hub` or `holder`, as the command is called.

    Raises:
        InputError: another process holds it, or the folder is not there.
    """
    path = data / f"{service}.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"The lock {path} cannot be opened ({reason}); run `milap {service} init` first.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise InputError(f"Another milap {service} runs on the folder {data}; end it first.") from None
    try:
        yield
    finally:
        os.close(descriptor)
