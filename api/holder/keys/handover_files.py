"""Sealed linkage keys as files: JSON that only the recipient can open, written whole or not at all."""

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from api.holder.keys.errors import ForeignSealedKeyError, HandoverError
from api.holder.keys.handover import FORMAT, SealedKey
from encoder.private_files import write_new_private_file

_MOST_BYTES: Final = 2**14


def write_sealed_key(path: Path, sealed: SealedKey) -> None:
    """Write a new file of mode 0600; HandoverError when it exists or the disk refuses, and nothing is left behind."""
    try:
        write_new_private_file(path, (sealed.model_dump_json(indent=2) + "\n").encode())
    except FileExistsError:
        raise HandoverError(f"{path} exists and is never overwritten; move it away or choose another name.") from None
    except OSError as error:
        raise HandoverError(f"{path} could not be written ({error.strerror}); choose another folder.") from None


def read_sealed_key(path: Path) -> SealedKey:
    """Read a file that `write_sealed_key` wrote; whoever may read it, as it opens for its recipient alone.

    Raises:
        ForeignSealedKeyError: it is not there, was cut short, or is something else.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ForeignSealedKeyError(f"{path} could not be read ({reason}); check the path.") from None
    try:
        if len(content) <= _MOST_BYTES:
            return SealedKey.model_validate_json(content)
    except ValidationError:
        pass
    if FORMAT.encode() in content:
        raise ForeignSealedKeyError(f"{path} was cut short or changed; get it from the key steward again.")
    raise ForeignSealedKeyError(
        f"{path} holds no sealed linkage key; name the file that `milap holder key seal` wrote."
    )
