"""The linkage model: how likely each observation is among true pairs (m) and among unrelated records (u).

Fellegi and Sunter (1969): the weight of an observation is log2(m/u) bits, and the weights of independent
observations add up. A model keeps m and u beside the weights that come from them, so that a reader can see why.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from matcher.comparison import BIRTH_GAP_CLASSES, LAG_CLASSES
from matcher.curve import FACE_VALUE, Curve
from matcher.errors import ModelError
from matcher.photo_curve import PhotoCurve
from matcher.profile import EncodingProfile
from matcher.tables import UNITS_PER_BIT, ScoringTables, no_photo_table
from matcher.views import Sex, View

Floats = npt.NDArray[np.float64]

EDGE_SHARES = (0.0, 1 / 64, 1 / 32, *(i / 32 for i in range(2, 18)), 1.0)
"""Upper edges of the distance levels, as shares of a view's bits; the first level is exact agreement."""
LEVELS = len(EDGE_SHARES)
SEXES = len(Sex)


def level_edges(bits: int) -> npt.NDArray[np.int64]:
    """Largest distance of each level for a view of so many bits, int64 (LEVELS,)."""
    return np.asarray(np.floor(np.array(EDGE_SHARES) * bits).astype(np.int64))


@dataclass(frozen=True)
class Evidence:
    """m, u and the fitted weight (bits) of one comparison; three arrays of one shape."""

    m: Floats
    u: Floats
    weight: Floats


@dataclass(frozen=True)
class LinkageModel:
    """Everything needed to weigh a pair, for one profile.

    views      per view of the profile, Evidence of shape (LEVELS,)
    birth      Evidence of shape (BIRTH_GAP_CLASSES, LEVELS): gap between birth intervals by distance of the birth view
    sex        Evidence of shape (SEXES, SEXES), missing record's sex first
    lag        Evidence of shape (LAG_CLASSES,)
    matched    share of missing records that have a true match among the found ones (the prior, before any evidence)
    curve      what a summed weight is worth before it becomes a probability (views are not independent)
    tolerance  days that a child may be found before it went missing (a hard rule)
    photo      what a photo's distance weighs: measured on photos of children, never fitted to records, for which it is
               too strong a witness of itself. None where nobody has a curve: photos then weigh nothing, whatever the
               photo view's own evidence says
    """

    profile: EncodingProfile
    views: tuple[Evidence, ...]
    birth: Evidence
    sex: Evidence
    lag: Evidence
    matched: float
    curve: Curve = FACE_VALUE
    tolerance: int = 31
    origin: str = "default"
    photo: PhotoCurve | None = None

    def __post_init__(self) -> None:
        """Refuse a model whose parts do not fit its profile."""
        shapes = [e.weight.shape for e in self.views]
        if shapes != [(LEVELS,)] * len(self.profile.views):
            raise ModelError(f"The model needs {LEVELS} levels for each view of {self.profile.name}; fit it again.")
        rest = (self.birth.weight.shape, self.sex.weight.shape, self.lag.weight.shape)
        if rest != ((BIRTH_GAP_CLASSES, LEVELS), (SEXES, SEXES), (LAG_CLASSES,)):
            raise ModelError("The model's birth, sex or lag tables have the wrong shape; fit it again.")
        for e in (*self.views, self.birth, self.sex, self.lag):
            if not e.m.shape == e.u.shape == e.weight.shape or not np.isfinite([e.m, e.u, e.weight]).all():
                raise ModelError("The model's m, u and weights must be numbers, as many of each; fit it again.")
        if not 0 < self.matched < 1 or not _rises(self.curve):
            raise ModelError("The model's prior or calibration curve is out of range; fit it again.")

    def tables(self) -> ScoringTables:
        """The integer tables that engines score with."""
        photo, ranking = (_photo_table(self, name) for name in ("table", "ranking"))
        sizes = [p.bits for p in self.profile.views]
        birth_bits = sizes[self.profile.position(View.BIRTH)] if View.BIRTH in self.profile else 0
        return ScoringTables(
            self.profile,
            tuple(
                photo.max(axis=(0, 1)) if p.view is View.PHOTO else per_distance(e.weight, p.bits)
                for e, p in zip(self.views, self.profile.views, strict=True)
            ),
            np.stack([per_distance(row, birth_bits) for row in self.birth.weight]),
            _units(self.sex.weight),
            _units(self.lag.weight),
            self.tolerance,
            np.array([typical_distance(e.u, bits) for e, bits in zip(self.views, sizes, strict=True)]),
            photo,
            ranking,
        )


def _photo_table(model: LinkageModel, name: Literal["table", "ranking"]) -> npt.NDArray[np.int32]:
    """The table of that name of the model's photo curve, int32 (bands, bands, bits + 1)."""
    nothing = no_photo_table(model.profile)
    if model.photo is None or View.PHOTO not in model.profile:
        return nothing
    made: Floats = getattr(model.photo, name)(nothing.shape[2] - 1)
    return _units(made)


def _rises(curve: Curve) -> bool:
    fits = curve.weight.ndim == 1 and 0 < len(curve.weight) == len(curve.bits)
    finite = fits and bool(np.isfinite(curve.weight).all() and np.isfinite(curve.bits).all())
    return finite and bool((np.diff(curve.weight) > 0).all() and (np.diff(curve.bits) >= 0).all())


def per_distance(weight: Floats, bits: int) -> npt.NDArray[np.int32]:
    """Weights by level, float64 (LEVELS,), spread over distances 0..bits: straight lines between level middles."""
    return _units(np.interp(np.arange(bits + 1), level_middles(bits), weight))


def level_middles(bits: int) -> Floats:
    """Middle distance of each level, float64 (LEVELS,), rising; the last level stands at its lower end."""
    edges = level_edges(bits).astype(np.float64)
    middles = np.concatenate([[0.0], (edges[:-1] + 1 + edges[1:]) / 2])
    middles[-1] = edges[-2] + 1
    return np.maximum.accumulate(middles + np.arange(LEVELS) * 1e-9)


def typical_distance(u: Floats, bits: int) -> float:
    """Mean distance of unrelated records under the level probabilities `u`, float64 (LEVELS,)."""
    return float(np.average(level_middles(bits), weights=u))


def _units(weight: Floats) -> npt.NDArray[np.int32]:
    return np.round(weight * UNITS_PER_BIT).astype(np.int32)
