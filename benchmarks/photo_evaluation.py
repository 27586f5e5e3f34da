"""How well are the faces in a folder or table of labelled photos told apart, and what do codes lose of that?

    python -m benchmarks.photo_evaluation PHOTOS --json RESULTS.json

PHOTOS is what `milap photos calibrate` takes. No photo, embedding or name is written. The mean is that of these very
photos, one vector of all children, as in the measurements of FACES. Every two photos are compared at once, in memory
of some hundred bytes for each two: about two thousand photos on an ordinary machine.
"""

from pathlib import Path

import numpy as np

from benchmarks.common.photo_quality import (
    GROWN,
    Album,
    Row,
    distances,
    false_accepts,
    identity_of,
    quality_by_gap,
    template_rows,
)
from benchmarks.common.report import Report, arguments
from encoder.faces.fitting import MIN_PHOTOS, MIN_SUBJECTS, fit_mean
from encoder.faces.labelled import read_labelled
from encoder.faces.reader import PhotoReader
from encoder.faces.reasons import PhotoError
from encoder.faces.space import FaceSpace

BITS = (256, 512, 1024)


def main() -> None:
    """Read, measure, print and write."""
    parser = arguments(__doc__)
    parser.add_argument("photos", type=Path, help="folder of child_age.jpg, or a CSV file: photo, subject, age")
    options = parser.parse_args()
    if options.json is None:
        parser.error("--json says where the results go: figures of other people's photos are no reference run")
    album, reasons = embedded(options.photos)
    children = len(np.unique(album.subject))
    if len(album.subject) < MIN_PHOTOS or children < MIN_SUBJECTS:
        parser.error(f"too few photos: {MIN_PHOTOS} usable ones of {MIN_SUBJECTS} children are the least")
    report = Report("photo_evaluation", ("dlib-bin",), {"photos": len(album.subject), "children": children, **reasons})
    for title, rows in evaluated(album).items():
        report.table(title, rows)
    report.write(options.json)


def embedded(path: Path) -> tuple[Album, dict[str, int]]:
    """Embeddings of the usable photos, and how many of the others there are by reason."""
    labelled = read_labelled(path)
    kept, vectors, reasons = [], [], {"label": len(labelled.problems)}
    with PhotoReader() as reader:
        for photo in labelled.photos:
            try:
                reading = reader.read(labelled.content(photo))
                reason = reading.reason
            except PhotoError as error:
                reading, reason = None, error.reason
            if reading is None or reading.face is None:
                reasons[str(reason)] = reasons.get(str(reason), 0) + 1
                continue
            kept.append(photo)
            vectors.append(reading.face.embedding)
    _, subject = np.unique(np.array([photo.subject for photo in kept], np.str_), return_inverse=True)
    years = np.array([photo.years for photo in kept], np.float64)
    return Album(np.array(vectors, np.float64), subject.astype(np.int64), years), reasons


def evaluated(album: Album) -> dict[str, list[Row]]:
    """The figures of FACES, items 1, 2 and 5, by title."""
    space = FaceSpace(identity_of(album), fit_mean(album.embeddings, [str(number) for number in album.subject]))
    children = album.take(album.years < GROWN)
    templates = template_rows(children, {"centred": space}, BITS) if len(children.subject) else []
    return {
        "False accepts by Euclidean distance": false_accepts(album),
        "Embeddings by years between the photos": quality_by_gap(-distances(album.embeddings), album),
        "Templates against embeddings, centred, children": templates,
    }


if __name__ == "__main__":
    main()
