"""The parent's side of the embedder: a child process finds and embeds faces, so that a native crash costs one photo."""

from functools import cached_property

from encoder.faces.child import ChildLost, ChildProcess
from encoder.faces.embedder_child import MISSING_PACKAGES, MODEL_FILE, NO_SUCH_FACE
from encoder.faces.interface import EmbedderIdentity, PhotoReading, Pixels
from encoder.faces.messages import (
    WHO,
    failure_from_bytes,
    identity_from_bytes,
    reading_from_bytes,
    request_to_bytes,
)
from encoder.faces.models import EmbedderChoice, ModelFileError
from encoder.faces.reasons import PhotoError, PhotoReason
from matcher.errors import InputError, MilapError, MissingExtraError

CHILD_MODULE = "encoder.faces.embedder_child"

_TIMEOUT_SECONDS = 120.0
_KINDS: dict[str, type[MilapError]] = {
    MODEL_FILE: ModelFileError,
    MISSING_PACKAGES: MissingExtraError,
    NO_SUCH_FACE: InputError,
}


class EmbedderWorker:
    """An embedder in a child process, which starts with the first request and is replaced when it is lost.

    Args:
        choice: the embedder and its files.
        module: what the child runs.
    """

    def __init__(self, choice: EmbedderChoice, module: str = CHILD_MODULE) -> None:
        paths = (choice.detector, choice.recogniser)
        files = [str(path.resolve()) for path in paths if path is not None]
        self._child = ChildProcess(module, [choice.name, *files], _TIMEOUT_SECONDS)

    @cached_property
    def identity(self) -> EmbedderIdentity:
        """Who the embedder is; starts the child when there is none.

        Raises:
            ModelFileError: a model file is missing, damaged or foreign.
            MissingExtraError: the packages for photos are not installed.
            MilapError: the child ends before it answers.
        """
        try:
            return identity_from_bytes(self._ask(WHO))
        except ChildLost as error:
            raise ModelFileError(
                "The embedder's process ends before it works; put the right model files there, or install milap's "
                "extra 'face' again."
            ) from error

    def examine(self, pixels: Pixels, chosen: int | None = None) -> PhotoReading:
        """Reading of a decoded photo.

        Raises:
            PhotoError: the child was lost over it (UNREADABLE).
            InputError: the photo has faces, but none of the chosen number.
            ModelFileError, MissingExtraError: there is no embedder.
        """
        try:
            return reading_from_bytes(self._ask(request_to_bytes(pixels, chosen)))
        except ChildLost as error:
            raise PhotoError(PhotoReason.UNREADABLE) from error

    def close(self) -> None:
        """End the child."""
        self._child.close()

    def _ask(self, request: bytes) -> bytes:
        answer = self._child.ask(request)
        if (failure := failure_from_bytes(answer)) is not None:
            kind, message = failure
            raise _KINDS[kind](message)
        return answer
