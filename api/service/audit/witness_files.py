"""Files of checkpoints that somebody kept: what an operator takes to whoever verifies a log."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from api.service.whole_files import whole_file
from api.wire.audit import Checkpoint
from api.wire.witnesses import WitnessFile
from matcher.errors import InputError, OutputError


def read_witnesses(files: Iterable[Path], origin: str) -> list[Checkpoint]:
    """The checkpoints of one log that stand in files; those of other logs are left out.

    Raises:
        InputError: a file cannot be read, is no file of checkpoints, or has none of this log.
    """
    return [checkpoint for file in files for checkpoint in _of(file, origin)]


def write_witnesses(file: Path, checkpoints: Sequence[Checkpoint]) -> None:
    """Write a new file of checkpoints, readable by its owner only; OutputError when it is there or cannot be made."""
    content = WitnessFile(checkpoints=list(checkpoints)).model_dump_json(indent=1).encode()
    try:
        with whole_file(file, replace=False) as out:
            out.write(content + b"\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"The file {file} could not be written ({reason}); choose another.") from None


def _of(file: Path, origin: str) -> list[Checkpoint]:
    try:
        found = WitnessFile.model_validate_json(file.read_bytes())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"The file {file} cannot be read ({reason}); check its name.") from None
    except ValidationError:
        raise InputError(f"The file {file} is no file of kept checkpoints; ask for it again.") from None
    checkpoints = [checkpoint for checkpoint in found.checkpoints if checkpoint.origin == origin]
    if not checkpoints:
        raise InputError(f"The file {file} has no checkpoint of the log of {origin}; take another file.")
    return checkpoints
