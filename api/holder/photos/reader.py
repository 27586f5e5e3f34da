"""The reader of photos as the gateway shares it: one at a time, and absent without harm."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol, TypeVar

from api.holder.photos.choosing import read_chosen
from api.holder.settings import HolderSettings
from encoder.faces.interface import EmbedderIdentity, FaceBox, PhotoReading
from encoder.faces.reader import EmbedderChoice, PhotoReader
from encoder.xof import framed
from matcher.errors import MilapError
from matcher.profile import EncodingProfile, masked_profile_of, profile_named
from matcher.views import View

WAIT_SECONDS = 20.0
"""How long a photo waits for those before it; then it is kept unread, and read later."""
AGAIN_AFTER_SECONDS = 60.0
_CLOSE_SECONDS = 5.0
_DIGEST_CHARACTERS = 32

T = TypeVar("T")


class FaceReader(Protocol):
    """What reads photos: `encoder.faces.reader.PhotoReader`, or what a test puts in its place."""

    @property
    def identity(self) -> EmbedderIdentity:
        """Which embedder reads; MilapError when there is none."""
        ...

    def read(self, data: bytes, face: int | None = None) -> PhotoReading:
        """What a photo shows; see PhotoReader.read."""
        ...

    def close(self) -> None:
        """End what works in the background."""
        ...


@dataclass(frozen=True, repr=False, eq=False)
class Read:
    """A reading, the number of the face that a person chose in it (None for none), and who read."""

    reading: PhotoReading
    chosen: int | None
    by: EmbedderIdentity


class SharedReader:
    """A reader that is made when it is first needed. For several threads, which take turns.

    Args:
        make: makes it; None where photos are kept and not read.
        wait_seconds: how long a thread waits for its turn.
        clock: seconds that only grow.
    """

    def __init__(
        self, make: Callable[[], FaceReader] | None, wait_seconds: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._make, self._wait_seconds, self._clock = make, wait_seconds, clock
        self._reader: FaceReader | None = None
        self._lock = Lock()
        self._not_before = clock()
        self._problem: str | None = None

    @property
    def is_on(self) -> bool:
        """Whether photos are to be read at all."""
        return self._make is not None

    @property
    def problem(self) -> str | None:
        """Why photos are not read although they should be, as one sentence; None when they are."""
        return self._problem

    def identity(self) -> EmbedderIdentity | None:
        """Which embedder reads; None when there is none, or none just now."""
        return self._work(lambda reader: reader.identity)

    def read(self, data: bytes, box: FaceBox | None = None) -> Read | None:
        """What a photo shows; None when it cannot be read now.

        Args:
            data: content of the file.
            box: where the face stands that a person chose; None when nobody did.
        """

        def work(reader: FaceReader) -> Read:
            identity = reader.identity
            return Read(*read_chosen(reader.read, data, box), identity)

        return self._work(work)

    def close(self) -> None:
        """End what works in the background, unless a reading hangs; that ends with the process."""
        if self._lock.acquire(timeout=_CLOSE_SECONDS):
            try:
                reader, self._reader = self._reader, None
                if reader is not None:
                    reader.close()
            finally:
                self._lock.release()

    def __enter__(self) -> "SharedReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self, work: Callable[[FaceReader], T]) -> T | None:
        if self._make is None or not self._lock.acquire(timeout=self._wait_seconds):
            return None
        try:
            if self._clock() < self._not_before:
                return None
            self._reader = self._reader or self._make()
            found = work(self._reader)
            self._problem = None
            return found
        except MilapError as error:
            # No embedder: it may be installed while the gateway runs, so it is looked for again, but not all the time.
            self._problem, self._not_before = str(error), self._clock() + AGAIN_AFTER_SECONDS
            return None
        finally:
            self._lock.release()


def reader_of(settings: HolderSettings) -> SharedReader:
    """The reader that settings ask for; none is started yet.

    Raises:
        InputError: there is no such profile, or the files of the embedder do not go with its name.
    """
    choice = EmbedderChoice(settings.photo_embedder, settings.photo_detector, settings.photo_recogniser)
    return SharedReader((lambda: PhotoReader(choice)) if _compares_photos(profile_named(settings.profile)) else None)


def _compares_photos(profile: EncodingProfile) -> bool:
    """Whether codes of photos go to the hub: as they are, or under masks."""
    masked = masked_profile_of(profile)
    return View.PHOTO in profile or (masked is not None and View.PHOTO in masked)


def identity_digest(identity: EmbedderIdentity) -> str:
    """What tells embedders apart in the database, 32 characters."""
    parts = (identity.name.encode(), identity.weights, identity.preprocessing.encode())
    whole = framed(*parts, identity.dimensions.to_bytes(4, "big"))
    return hashlib.sha256(whole).hexdigest()[:_DIGEST_CHARACTERS]
