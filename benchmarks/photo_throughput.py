"""How many photos a second does one core take in: decoding, finding the face, embedding it, its code, the whole photo?

The peer is face_recognition's own pipeline (load_image_file and face_encodings) on the same photos in the same run. It
decodes a photo of twelve million pixels whole and looks for faces in all of them, once, in the position it is in;
Milap decodes it to at most 800 pixels a side in a limited process, embeds the mirror image too and makes a thumbnail.
Photos are variants of the public-domain portrait in tests/pictures, every one of which has to give exactly one face.

Figures are by seconds of processor time, that of child processes included: a neighbour on the same cores moves those
by the clock. A photo is worked on by one process at a time, so on a machine of its own both are about the same.
"""

from collections.abc import Callable, Sequence
from time import perf_counter, process_time
from typing import Any, TypeVar

import cv2
from psutil import Process

from benchmarks.common.photo_quality import profile_of
from benchmarks.common.portraits import variants
from benchmarks.common.report import Report, arguments
from benchmarks.peers.face_recognition_photo import pipeline
from encoder.faces.decoding.decoder import PictureDecoder
from encoder.faces.detection import find_faces
from encoder.faces.dlib_embedder import DlibEmbedder
from encoder.faces.reader import PhotoReader
from encoder.faces.space import uncentred
from encoder.faces.template import TemplateEncoder
from encoder.keys import LinkageKey

T = TypeVar("T")
Row = dict[str, Any]

SMALL, LARGE = (683, 800), (3200, 3750)
"""Width and height of photos that need no shrinking, and of twelve million pixels; both as the portrait stands."""
COUNT = 4
ROUNDS = 3
BITS = 512
BUDGET_MS = 300.0
"""For a whole photo of 800 pixels at most (FACES, item 8)."""
SMALL_PHOTO, TURNED_PHOTO, LARGE_PHOTO = "800 px", "800 px, on its side", "12 MP"
WHOLE = "whole photo"


def main() -> None:
    """Measure, print and write."""
    options = arguments(__doc__).parse_args()
    cv2.setNumThreads(1)
    report = Report("photo_throughput", ("face_recognition", "dlib-bin", "opencv-python-headless", "pillow"), {
        "seed": options.seed, "photos": COUNT, "rounds": ROUNDS, "bits": BITS, "small": SMALL, "large": LARGE,
    })  # fmt: skip
    photos = {
        SMALL_PHOTO: variants(COUNT, *SMALL, options.seed),
        TURNED_PHOTO: variants(COUNT, *SMALL, options.seed, on_its_side=True),
        LARGE_PHOTO: variants(COUNT, *LARGE, options.seed),
    }  # fmt: skip
    rows = [*_decoding(photos), *_faces(photos[SMALL_PHOTO]), *_whole(photos)]
    report.table("Photos a second and core", rows)
    peers = _peer(photos, report)
    if peers:
        best = {(row["stage"], row["photo"]): row["ms a photo"] for row in rows}
        for row in peers:
            row["milap times as fast"] = row["ms a photo"] / best[WHOLE, row["photo"]]
        report.table("face_recognition: load_image_file + face_encodings", peers)
    for row in rows:
        if row["stage"] == WHOLE and row["photo"] in (SMALL_PHOTO, TURNED_PHOTO):
            report.target(f"whole photo, {row['photo']}, ms", row["ms a photo"], most=BUDGET_MS)
    report.write(options.json)


def _decoding(photos: dict[str, list[bytes]]) -> list[Row]:
    with PictureDecoder() as decoder:
        return [_row("decode", name, decoder.decode, some) for name, some in photos.items()]


def _faces(photos: Sequence[bytes]) -> list[Row]:
    """Finding, embedding and encoding in this process, of photos that are decoded already."""
    with PictureDecoder() as decoder:
        pictures = [decoder.decode(photo) for photo in photos]
    embedder = DlibEmbedder()
    found = [find_faces(embedder, each) for each in pictures]
    vectors = [embedder.embed(each.pixels, each.faces[0]) for each in found]
    encoder = TemplateEncoder(LinkageKey.generate("benchmark", "once"), profile_of(BITS), uncentred(embedder.identity))
    return [
        _row("find faces", SMALL_PHOTO, lambda each: find_faces(embedder, each), pictures),
        _row("embed, with mirror image", SMALL_PHOTO, lambda each: embedder.embed(each.pixels, each.faces[0]), found),
        _row("template", SMALL_PHOTO, lambda vector: encoder.encode(vector[None]), vectors),
    ]


def _whole(photos: dict[str, list[bytes]]) -> list[Row]:
    """From bytes to embedding and thumbnail, by way of both child processes."""
    with PhotoReader() as reader:
        for photo in (photo for some in photos.values() for photo in some):
            if (reason := reader.read(photo).reason) is not None:
                raise ValueError(f"a variant of the portrait gave no face: {reason}")
        return [_row(WHOLE, name, reader.read, some) for name, some in photos.items()]


def _peer(photos: dict[str, list[bytes]], report: Report) -> list[Row]:
    encoded = pipeline()
    if encoded is None:
        report.note("face_recognition cannot be imported here (it is in the extra `dev`), so there is no peer.")
        return []
    faces = {name: sum(encoded(photo) for photo in some) for name, some in photos.items()}
    rows = [_row("face_recognition", name, encoded, some, 1) for name, some in photos.items()]
    return [{**row, "faces": faces[row["photo"]], "photos": COUNT} for row in rows]


def _row(stage: str, photo: str, work: Callable[[T], Any], items: Sequence[T], rounds: int = ROUNDS) -> Row:
    """Milliseconds and photos a second of processor time, the fastest round, and milliseconds by the clock beside."""
    seconds, processor = [], []
    for _ in range(rounds):
        started, used = perf_counter(), _processor_time()
        for item in items:
            work(item)
        seconds.append((perf_counter() - started) / len(items))
        processor.append((_processor_time() - used) / len(items))
    return {
        "stage": stage, "photo": photo, "ms a photo": 1000 * min(processor), "photos/s": 1 / min(processor),
        "spread": max(processor) / min(processor), "ms by the clock": 1000 * min(seconds),
    }  # fmt: skip


def _processor_time() -> float:
    """Seconds that this process and its children were given."""
    children = [child.cpu_times() for child in Process().children(recursive=True)]
    return process_time() + sum(float(times.user + times.system) for times in children)


if __name__ == "__main__":
    main()
