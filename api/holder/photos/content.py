"""What the vault holds of a photo, and its form inside the seal. Nothing of it shows in a repr."""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from api.holder.storage.photos import EMBEDDING, ORIGINAL, THUMBNAIL
from api.holder.vault.vault import Index, Purpose, Vault
from encoder.faces.interface import FaceBox, FaceSeen
from encoder.xof import framed

_FORMAT = 1
_INDEX_BYTES = 32
_NEVER_CHANGES = 0
_PURPOSES: Final = {
    ORIGINAL: Purpose.PHOTO_ORIGINAL, THUMBNAIL: Purpose.PHOTO_THUMBNAIL, EMBEDDING: Purpose.PHOTO_EMBEDDING,
}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class PhotoDetails:
    """What is known of a photo beside its pictures.

    taken    as a person wrote it: a date, or the age of the child; None when nobody did
    faces    as they were read, the best first
    chosen   which of them a person chose
    turns    quarter turns clockwise that made the picture upright
    good     whether the embedding is of a face good enough for a weight calibrated by age
    progressed  whether it shows the child as it might look by now (see Said)
    """

    taken: str | None = None
    faces: tuple[FaceSeen, ...] = ()
    chosen: int | None = None
    turns: int = 0
    good: bool = False
    progressed: bool = False

    @property
    def chosen_box(self) -> FaceBox | None:
        """Where the chosen face stands."""
        return None if self.chosen is None else self.faces[self.chosen].box


@dataclass(frozen=True, slots=True)
class PhotoName:
    """A photo of a record: whatever is sealed of it opens under both refs only."""

    record: str
    photo: str

    @property
    def bound(self) -> str:
        """What seals are bound to; no ref holds a dot."""
        return f"{self.record}.{self.photo}"


def content_index(vault: Vault, record: str, content: bytes) -> bytes:
    """The blind index of a file within its record, bytes (32,): equal files of two records do not show as equal."""
    digest = hashlib.sha256(content).digest()
    return vault.blind_index(Index.PHOTO, framed(record.encode(), digest).hex(), _INDEX_BYTES)


def seal_details(vault: Vault, name: PhotoName, revision: int, details: PhotoDetails) -> bytes:
    """Seal what is known of a photo under its revision."""
    value = {
        "format": _FORMAT, "taken": details.taken, "chosen": details.chosen, "turns": details.turns,
        "good": details.good, "progressed": details.progressed,
        "faces": [[*face.box, face.quality, face.good] for face in details.faces],
    }  # fmt: skip
    return vault.seal(Purpose.PHOTO, name.bound, revision, value)


def open_details(vault: Vault, name: PhotoName, revision: int, sealed: bytes) -> PhotoDetails:
    """What is known of a photo; DamagedSealError when it is not what was sealed for this photo and revision."""
    value = vault.open(Purpose.PHOTO, name.bound, revision, sealed)
    faces = tuple(FaceSeen(FaceBox(*numbers), quality, good) for *numbers, quality, good in value["faces"])
    return PhotoDetails(
        value["taken"], faces, value["chosen"], value["turns"], value["good"], value["progressed"]
    )  # fmt: skip


def seal_part(vault: Vault, name: PhotoName, revision: int, part: str, content: bytes) -> bytes:
    """Seal a part; the original under no revision, since no reading changes it."""
    return vault.seal_bytes(_PURPOSES[part], name.bound, _NEVER_CHANGES if part == ORIGINAL else revision, content)


def open_part(vault: Vault, name: PhotoName, revision: int, part: str, sealed: bytes) -> bytes:
    """A part; DamagedSealError when it is not what was sealed for this photo, part and revision."""
    return vault.open_bytes(_PURPOSES[part], name.bound, _NEVER_CHANGES if part == ORIGINAL else revision, sealed)


def embedding_bytes(embedding: npt.NDArray[np.float64]) -> bytes:
    """An embedding, float64 (d,), as it is sealed: little-endian."""
    return embedding.astype("<f8").tobytes()


def embedding_of(content: bytes) -> npt.NDArray[np.float64]:
    """The embedding, float64 (d,), of sealed bytes."""
    return np.frombuffer(content, "<f8").astype(np.float64)
