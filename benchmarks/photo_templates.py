"""What does a photo lose on the way from embedding to code: by bits, by centring, by whitening?

On SYNTHETIC embeddings, which no face had a part in: they show what the codes lose against the embeddings they are
made of, not how well a network knows faces. `benchmarks.photo_evaluation` gives the same figures for real photos.
Mean and whitening are fitted to other people than those whom the figures are of.
"""

from benchmarks.common.photo_quality import Album, Row, identity_of, invented, quality_by_gap, template_rows
from benchmarks.common.photo_quality import agreements as agreements_of
from benchmarks.common.report import Report, arguments
from encoder.faces.fitting import fit_mean, fit_whitening
from encoder.faces.space import FaceSpace

PEOPLE, EACH = 150, 6
FITTED_PEOPLE, FITTED_EACH = 200, 4
BITS = (256, 512, 1024)
MOST_LOST = 0.01


def main() -> None:
    """Measure, print and write."""
    options = arguments(__doc__).parse_args()
    report = Report("photo_templates", (), {
        "seed": options.seed, "people": PEOPLE, "photos_each": EACH, "fitted_people": FITTED_PEOPLE,
        "fitted_photos_each": FITTED_EACH, "data": "synthetic",
    })  # fmt: skip
    report.note("Synthetic embeddings: what codes lose against embeddings, not how well faces are known.")
    album = invented(PEOPLE, EACH, options.seed)
    spaces = spaces_of(album, invented(FITTED_PEOPLE, FITTED_EACH, options.seed + 1))
    rows = template_rows(album, spaces, BITS)
    report.table("Templates against embeddings", rows)
    by_gap = quality_by_gap(agreements_of(album.embeddings, spaces["centred"]), album)
    report.table("512 bits, centred, by years between the photos", by_gap)
    lost = {row["code"]: _auc(rows, "centred", "float") - _auc(rows, "centred", str(row["code"])) for row in rows}
    report.target("AUC lost by 512 bits, centred", lost["512 bits"], most=MOST_LOST)
    gained = _auc(rows, "centred", "512 bits") - _auc(rows, "as it comes", "512 bits")
    report.target("AUC gained by centring, 512 bits", gained, least=0)
    report.write(options.json)


def spaces_of(album: Album, others: Album) -> dict[str, FaceSpace]:
    """Not centred, centred and whitened, from the photos of other people."""
    who, subjects = identity_of(album), [str(number) for number in others.subject]
    mean, whitening = fit_mean(others.embeddings, subjects), fit_whitening(others.embeddings, subjects)
    return {
        "as it comes": FaceSpace(who), "centred": FaceSpace(who, mean), "whitened": FaceSpace(who, mean, whitening),
    }  # fmt: skip


def _auc(rows: list[Row], space: str, code: str) -> float:
    return next(float(row["AUC"] or 0) for row in rows if (row["space"], row["code"]) == (space, code))


if __name__ == "__main__":
    main()
