import numpy as np

from encoder.faces.interface import Detection, FaceBox, FaceSeen, FaceVector, PhotoReading


def test_nothing_of_a_face_shows_in_a_repr():
    vector = FaceVector(np.full(128, 0.8261), good=True)
    seen = FaceSeen(FaceBox(0.8261, 0.8261, 0.8261, 0.8261), quality=0.8261, good=True)
    found = Detection(8261.0, 8261.0, 8261.0, 8261.0, 0.8261, np.full((5, 2), 8261.0), 8261.0)
    reading = PhotoReading(None, b"8261", (seen,), vector, 0)
    for thing in (vector, seen, found, reading):
        assert repr(thing) == object.__repr__(thing)
