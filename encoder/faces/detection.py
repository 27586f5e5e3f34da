"""Which way up a picture is, and the faces in it.

A detector finds upright faces, so a picture is looked at in all four positions and the best score wins (FACES.md 7).
That would take four times as long, so one in which a face clearly stands upright is left at that: of the portrait in
tests/pictures and 40 versions of it (tilted, scaled, blurred, noisy, dark, bright, distorted, covered) none scored
above 0 in a wrong position, but the one tilted by 45 degrees, which has no right position (0.36).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from encoder.faces.boxes import SAME_FACE, overlap
from encoder.faces.interface import Detection, Effort, FaceEmbedder, Pixels
from encoder.faces.quality import LEAST_SCORE
from encoder.faces.resizing import shrunk, turned

STRONG_SCORE = 0.5
"""A picture with such a face is not turned any further: no wrong position was measured near it."""

GLANCE_SIDE = 320
"""Pixels of the longer side of what the slow detector sees of a picture that is turned: a fourth of the time."""

_POSITIONS = range(4)


@dataclass(frozen=True, repr=False, eq=False)
class Upright:
    """A picture turned upright, and the faces in it.

    pixels  as turned
    faces   in no order
    turns   quarter turns clockwise from the picture as it was, 0..3; 0 when there is no face to tell by
    """

    pixels: Pixels
    faces: tuple[Detection, ...]
    turns: int


def find_faces(embedder: FaceEmbedder, pixels: Pixels) -> Upright:
    """Turn a picture so that its best face is upright, and find all faces in it.

    Where a glance sees a strong face first, as it stands otherwise. Without a strong face there, all positions quickly
    and the likeliest properly; without any that is better than weak, all positions properly, and then with the slow
    detector. What is still without a face is searched for faces that can be named but are too small to use.
    """
    search = _Search(embedder, pixels)
    search.look(search.first_glance(), Effort.USUAL)
    if search.best_score() < STRONG_SCORE:
        search.look_quickly()
    if search.best_score() < LEAST_SCORE:
        search.look_everywhere()
    if search.best_score() < LEAST_SCORE:
        search.look_slowly()
    if not any(search.found):
        search.look_closely()
    turns = search.likeliest()
    return Upright(search.pictures[turns], tuple(search.found[turns]), turns)


class _Search:
    """What was found so far in each of four positions."""

    def __init__(self, embedder: FaceEmbedder, pixels: Pixels) -> None:
        self._embedder = embedder
        self.pictures = [turned(pixels, turns) for turns in _POSITIONS]
        self.found: list[list[Detection]] = [[] for _ in _POSITIONS]
        self._properly: set[int] = set()

    def likeliest(self) -> int:
        """The position with the best score; as it stands, when none is better."""
        return max(_POSITIONS, key=lambda turns: _best(self.found[turns]))

    def best_score(self) -> float:
        """Over all positions; below any when there is no face."""
        return max(_best(faces) for faces in self.found)

    def first_glance(self) -> int:
        """The first position in which a glance sees a strong face; 0 when there is none."""
        seen = (self._embedder.detect(self.pictures[turns], Effort.GLANCE) for turns in _POSITIONS)
        return next((turns for turns, faces in enumerate(seen) if _best(faces) >= STRONG_SCORE), 0)

    def look(self, turns: int, effort: Effort) -> None:
        """Add what is found in one position."""
        faces = self._embedder.detect(self.pictures[turns], effort)
        if effort is Effort.USUAL:
            # Its boxes come first, so that a picture gives the same embedding whichever way it was turned.
            self._properly.add(turns)
            self.found[turns] = merged(faces, self.found[turns])
        else:
            self.found[turns] = merged(self.found[turns], faces)

    def look_quickly(self) -> None:
        """All positions, and properly at the likeliest: a quick look misses the small faces beside a large one."""
        for turns in _POSITIONS:
            self.look(turns, Effort.QUICK)
        self._look_properly(self.likeliest())

    def look_everywhere(self) -> None:
        """Properly at all positions."""
        for turns in _POSITIONS:
            self._look_properly(turns)

    def look_slowly(self) -> None:
        """With the slow detector as it stands, then in whatever other position a glance finds something."""
        self.look(0, Effort.SLOW)
        for turns in _POSITIONS[1:]:
            if self.best_score() < LEAST_SCORE and self._glance(turns):
                self.look(turns, Effort.SLOW)

    def look_closely(self) -> None:
        """For faces too small for a code, as it stands."""
        self.look(0, Effort.CLOSE)

    def _glance(self, turns: int) -> bool:
        return bool(self._embedder.detect(shrunk(self.pictures[turns], GLANCE_SIDE), Effort.SLOW))

    def _look_properly(self, turns: int) -> None:
        if turns not in self._properly:
            self.look(turns, Effort.USUAL)


def merged(these: Sequence[Detection], those: Sequence[Detection]) -> list[Detection]:
    """All faces of two looks at one picture; what both found stands as in the first, with the better of its scores."""
    faces = list(these)
    for other in those:
        same = next((place for place, face in enumerate(faces) if overlap(face, other) >= SAME_FACE), None)
        if same is None:
            faces.append(other)
        elif faces[same].score < other.score:
            faces[same] = replace(faces[same], score=other.score)
    return faces


def _best(faces: Sequence[Detection]) -> float:
    return max((face.score for face in faces), default=-1.0)
