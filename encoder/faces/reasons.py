"""Why a photo cannot be used; apart from the rest of the interface because a child process needs it without numpy."""

from enum import StrEnum

from matcher.errors import MilapError


class PhotoReason(StrEnum):
    """Why a photo gave no embedding."""

    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    NOT_A_PICTURE = "not-a-picture"
    DAMAGED = "damaged"
    ANIMATED = "animated"
    NO_FACE = "no-face"
    SEVERAL_FACES = "several-faces"
    FACE_TOO_SMALL = "face-too-small"
    POOR = "poor"
    UNREADABLE = "unreadable"
    NOT_A_FILE = "not-a-file"

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, in one sentence for the person at the desk."""
        return _SENTENCES[self]


_SENTENCES = {
    PhotoReason.TOO_LARGE: "The file is too large; save the photo smaller (as a JPEG) and add it again.",
    PhotoReason.TOO_MANY_PIXELS: "The photo has too many pixels; save it at a smaller size and add it again.",
    PhotoReason.NOT_A_PICTURE: "The file is no JPEG, PNG, WebP or HEIC photo; save the photo as a JPEG and add that.",
    PhotoReason.DAMAGED: "The photo is damaged or only half there; copy it again from the phone or camera.",
    PhotoReason.ANIMATED: "The file holds several pictures or moves; save the one that shows the child as a JPEG.",
    PhotoReason.NO_FACE: "No face was found; take a photo in which the face is seen from the front and well lit.",
    PhotoReason.SEVERAL_FACES: "Several faces were found; choose which of them is the child.",
    PhotoReason.FACE_TOO_SMALL: "The face is too small; take a closer photo, or scan the print at a larger size.",
    PhotoReason.POOR: "The face is too blurred, dark or turned away; take a sharper photo from the front.",
    PhotoReason.UNREADABLE: "The photo could not be worked on; save it again as a JPEG, or take another photo.",
    PhotoReason.NOT_A_FILE: "This is no file inside the photo folder; put a copy of the photo itself there.",
}


class PhotoError(MilapError):
    """A photo cannot be used; the message is the sentence of its reason and names no file.

    reason  why
    """

    def __init__(self, reason: PhotoReason) -> None:
        super().__init__(reason.sentence)
        self.reason = reason

    def __reduce__(self) -> tuple[type["PhotoError"], tuple[PhotoReason]]:
        """Let it cross from a worker process."""
        return type(self), (self.reason,)
