"""How well photos are told apart by embeddings and by their codes: matrices of scores, and the figures of FACES."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from encoder.faces.interface import EmbedderIdentity
from encoder.faces.space import FaceSpace
from encoder.faces.template import TemplateEncoder
from encoder.keys import LinkageKey
from matcher.photo_figures import accepts, auc, mate_ranks, scored
from matcher.photo_pairs import GAP_GROUPS
from matcher.profile import LOCAL_PHOTO_2026_11_22, EncodingProfile, ViewParameters
from matcher.views import View

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
Row = dict[str, float | int | str | None]

GROWN = 18.0
THRESHOLDS = (0.6, 0.5, 0.4)
RANK = 10
FALSE_ACCEPTS = 0.01

FACES_RATIO, NOISE_RATIO, GROWN_BY, NOISE = 100.0, 6.0, 0.8, 1.1
"""Of the synthetic embeddings, chosen so that figures come near those of real photos (FACES, items 4 and 5)."""


@dataclass(frozen=True, repr=False, eq=False)
class Album:
    """n photos: embeddings float64 (n, d), number of the child int64 (n,), age in the photo in years float64 (n,)."""

    embeddings: Floats
    subject: Numbers
    years: Floats

    def take(self, chosen: Truth) -> "Album":
        """The photos where `chosen`, bool (n,), is true."""
        return Album(self.embeddings[chosen], self.subject[chosen], self.years[chosen])

    @property
    def gap(self) -> Floats:
        """Years between each two photos, float64 (n, n)."""
        return np.abs(self.years[:, None] - self.years)

    @property
    def younger(self) -> Floats:
        """The younger age of each two photos, float64 (n, n)."""
        return np.minimum(self.years[:, None], self.years)

    @property
    def older(self) -> Floats:
        """The older age of each two photos, float64 (n, n)."""
        return np.maximum(self.years[:, None], self.years)


def invented(people: int, each: int, seed: int, dimensions: int = 128) -> Album:
    """Synthetic embeddings: points around a mean that move as a child grows, with noise stronger some ways than others.

    Equal dimensions share the mean and the directions of the noise, whatever the seed. Sized so that embeddings of
    children are told apart about as well as FACES measured; no number comes from a face.
    """
    world, rng = np.random.default_rng(26), np.random.default_rng(seed)
    mean = world.normal(size=dimensions) * 1.2 / np.sqrt(dimensions)
    years = rng.uniform(0, 17, (people, each))
    faces, noises = (_uneven(world, dimensions, ratio) for ratio in (FACES_RATIO, NOISE_RATIO))
    centre, grown = rng.normal(size=(2, people, 1, dimensions)) @ faces
    # Some photos are much worse than others.
    noise = rng.normal(size=(people, each, dimensions)) @ noises * np.exp(0.5 * rng.normal(size=(people, each, 1)))
    moved = grown * GROWN_BY * ((years - 8.5) / 10)[:, :, None]
    photos = mean + (centre + moved + NOISE * noise) * 0.45 / np.sqrt(dimensions)
    return Album(photos.reshape(-1, dimensions), np.repeat(np.arange(people), each), years.ravel())


def _uneven(rng: np.random.Generator, dimensions: int, ratio: float) -> Floats:
    """A matrix that gives points of variance 1 on average, the widest direction `ratio` times the narrowest."""
    sizes = np.geomspace(1, 1 / ratio, dimensions)
    turn = np.linalg.qr(rng.normal(size=(dimensions, dimensions)))[0]
    return np.asarray((sizes * np.sqrt(dimensions) / np.linalg.norm(sizes))[:, None] * turn)


def distances(embeddings: Floats) -> Floats:
    """Euclidean distance of each two embeddings, float64 (n, n)."""
    squares = (embeddings**2).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(squares[:, None] + squares - 2 * embeddings @ embeddings.T, 0)))


def cosines(embeddings: Floats, space: FaceSpace) -> Floats:
    """Cosine of each two embeddings after the space's mean and whitening, float64 (n, n): the float reference."""
    moved = embeddings if space.mean is None else embeddings - space.mean
    moved = moved if space.whitening is None else moved @ space.whitening
    moved = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved @ moved.T)


def agreements(embeddings: Floats, space: FaceSpace) -> Floats:
    """Share of bits in which each two templates of a space agree, under a key of its own, float64 (n, n)."""
    encoder = TemplateEncoder(LinkageKey.generate("benchmark", "once"), profile_of(space.bits), space)
    codes = encoder.encode(embeddings)
    differing = np.stack([np.bitwise_count(code ^ codes).sum(axis=1) for code in codes])
    return np.asarray(1 - differing / space.bits)


def profile_of(bits: int) -> EncodingProfile:
    """A profile of a photo view of so many bits and nothing else."""
    usual = LOCAL_PHOTO_2026_11_22
    views = (ViewParameters(View.PHOTO, bits, 1),)
    return EncodingProfile(f"photo-{bits}", usual.normaliser, views, usual.birth_grain, usual.event_grain)


def identity_of(album: Album) -> EmbedderIdentity:
    """A stand-in for the embedder that made the embeddings."""
    return EmbedderIdentity("benchmark", bytes(32), "none", album.embeddings.shape[1])


def quality(score: Floats, subject: Numbers, chosen: Truth | None = None) -> Row:
    """AUC, accepts at one false accept in a hundred, and share of mates within RANK, of all pairs or the chosen ones.

    Args:
        score: float64 (n, n), higher means more alike.
        subject: int64 (n,).
        chosen: bool (n, n), symmetric; each chosen genuine pair is ranked among all strangers of its photo.
    """
    same = subject[:, None] == subject
    once = np.triu(np.ones_like(same) if chosen is None else chosen, 1)
    genuine, impostor = score[once & same], score[once & ~same]
    if not len(genuine) or not len(impostor):
        return {"genuine": len(genuine), "impostors": len(impostor), "AUC": None, "TAR at 1 %": None, "rank-10": None}
    found = scored(genuine, impostor)
    return {
        "genuine": len(genuine), "impostors": len(impostor), "AUC": auc(found),
        "TAR at 1 %": accepts(found, FALSE_ACCEPTS), "rank-10": _within(score, same, once | once.T),
    }  # fmt: skip


def _within(score: Floats, same: Truth, chosen: Truth) -> float:
    """Share of chosen genuine pairs that stand within RANK among strangers, seen from either photo."""
    hits = []
    for probe, row in enumerate(score):
        others = np.arange(len(row)) != probe
        mates = same[probe] & others
        ranks = mate_ranks(row[others], mates[others])
        hits.append(ranks[chosen[probe][mates]] <= RANK)
    return float(np.concatenate(hits).mean())


def quality_by_gap(score: Floats, album: Album) -> list[Row]:
    """Quality of pairs of children's photos by the years between them, and of pairs of grown people's."""
    children = album.older < GROWN
    groups = {name: children & (album.gap >= low) & (album.gap < high) for name, (low, high) in GAP_GROUPS.items()}
    groups["grown"] = album.younger >= GROWN
    return [{"pairs": name, **quality(score, album.subject, chosen)} for name, chosen in groups.items()]


def false_accepts(album: Album) -> list[Row]:
    """Share of impostor pairs nearer than each threshold of the Euclidean distance, by age."""
    apart = distances(album.embeddings)
    impostor = np.triu(album.subject[:, None] != album.subject, 1)
    groups = {
        "all": np.ones_like(impostor), "both below 18": album.older < GROWN, "both below 8": album.older < 8,
        "both grown": album.younger >= GROWN,
    }  # fmt: skip
    rows: list[Row] = []
    for name, mine in groups.items():
        some = apart[impostor & mine]
        shares = {f"within {t:g}": float((some <= t).mean()) if len(some) else None for t in THRESHOLDS}
        rows.append({"impostor pairs": name, "pairs": len(some), **shares})
    return rows


def template_rows(album: Album, spaces: dict[str, FaceSpace], bits: tuple[int, ...]) -> list[Row]:
    """Quality of the float reference and of templates of so many bits, in each space."""
    rows: list[Row] = []
    for name, space in spaces.items():
        rows.append({"space": name, "code": "float", **quality(cosines(album.embeddings, space), album.subject)})
        for size in bits:
            sized = FaceSpace(space.identity, space.mean, space.whitening, size)
            told = quality(agreements(album.embeddings, sized), album.subject)
            rows.append({"space": name, "code": f"{size:,} bits", **told})
    return rows
