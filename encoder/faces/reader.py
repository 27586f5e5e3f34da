"""A photo's bytes to its faces and the embedding of the one that counts."""

from types import TracebackType
from typing import Self

from encoder.faces.decoding.decoder import PictureDecoder
from encoder.faces.interface import EmbedderIdentity, PhotoReading
from encoder.faces.models import DLIB, EmbedderChoice
from encoder.faces.reasons import PhotoError
from encoder.faces.worker import EmbedderWorker

__all__ = ["DLIB", "EmbedderChoice", "PhotoReader"]


class PhotoReader:
    """Reads photos by way of two child processes, one that decodes and one that embeds; closed by whoever has it.

    Args:
        embedder: which embedder, and its files.

    Raises:
        MissingExtraError: the packages for photos are not installed.
    """

    def __init__(self, embedder: EmbedderChoice = DLIB) -> None:
        self._decoder = PictureDecoder()
        self._worker = EmbedderWorker(embedder)

    @property
    def identity(self) -> EmbedderIdentity:
        """Who the embedder is; worth asking first, as it says whether there is one.

        Raises:
            ModelFileError: a model file is missing, damaged or foreign.
            MissingExtraError: the packages for photos are not installed.
        """
        return self._worker.identity

    def read(self, data: bytes, face: int | None = None) -> PhotoReading:
        """What a photo shows; what is wrong with it is the reason in the reading.

        A face counts when the detector takes it for one and its eyes are LEAST_EYE_DISTANCE pixels or more apart in the
        decoded picture, so passers-by far behind the child do not. When several count, a person has to choose: the
        largest or best is never taken by itself, which in a group photo would be the adult. When none counts but small
        ones were found, these are listed and the face is too small.

        Args:
            data: content of the file, as it came.
            face: number of the face that is the child, in the order of an earlier reading of the same bytes, from 0.

        Raises:
            InputError: the photo has faces, but none of that number.
            ModelFileError: there is no embedder, because of a model file.
            MissingExtraError: the packages for photos are not installed.
        """
        try:
            return self._worker.examine(self._decoder.decode(data), face)
        except PhotoError as error:
            return PhotoReading(error.reason, b"", (), None, 0)

    def close(self) -> None:
        """End both child processes."""
        self._decoder.close()
        self._worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
