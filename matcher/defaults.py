"""The model before any data: where EM starts, and what holds when there is too little to fit.

Shipped profiles have a model fitted on invented children (`models`, written by `tools.default_models`). For any other
profile the curves are a judgement, not a measurement: how often the spelled views of one child written twice lie how
far apart, by RECORDS' corruption rates, and how far unrelated records lie apart. EM replaces both as evidence comes in.
"""

from functools import lru_cache
from math import erf, sqrt
from pathlib import Path

import numpy as np

from matcher.comparison import BIRTH_GAP_CLASSES, LAG_CLASSES
from matcher.model import LEVELS, SEXES, Evidence, Floats, LinkageModel, level_edges
from matcher.model_file import read_model
from matcher.profile import EncodingProfile, EventGrain, ViewParameters, is_shipped
from matcher.views import Sex, View

MODELS = Path(__file__).parent / "models"

FLOORS = {
    View.CHILD: -4.0, View.FATHER: -4.5, View.MOTHER: -4.0, View.KIN: -2.0, View.FAMILY: -4.0, View.BIRTH: -6.0,
    View.HOME: -5.0, View.TRAITS: -3.0, View.CONTACT: -2.0, View.PHOTO: -2.9,
}
"""Lowest weight of each view in bits: a child renamed by a trafficker must still be found through the rest."""
CAPS = {
    View.CHILD: 14.0, View.FATHER: 13.0, View.MOTHER: 13.0, View.KIN: 10.0, View.FAMILY: 13.0, View.BIRTH: 12.0,
    View.HOME: 13.0, View.TRAITS: 8.0, View.CONTACT: 17.0, View.PHOTO: 5.8,
}
"""Highest weight of each view in bits; rarer agreements than these cannot be counted in any sample we take."""
SEX_FLOOR = -5.0
TOLERANCE = {EventGrain.DAY: 31, EventGrain.QUARTER: 31 + 92, EventGrain.YEAR: 31 + 366}
"""Days that a child may be found before it went missing: a month of clerks' errors, and what the grain hides."""
LAG_FLOOR = -3.0

_EXACT_AMONG_MATCHES = 0.25
_MATCH_SCALE = 0.16
_UNRELATED_MEAN = 0.44
_UNRELATED_SPREAD = 0.045
_CLOSE_AMONG_UNRELATED = 4e-4
"""Chance that unrelated records agree closely in a view (namesakes, one village)."""

_M_GAP = np.array([0.80, 0.08, 0.05, 0.05, 0.02])
_U_GAP = np.array([0.20, 0.10, 0.15, 0.20, 0.35])
_M_LAG = np.array([0.03, 0.48, 0.28, 0.19, 0.02])
_U_LAG = np.array([0.03, 0.03, 0.17, 0.62, 0.15])


def default_model(profile: EncodingProfile) -> LinkageModel:
    """The starting model of a profile: the fitted one that ships with it, or else the judged one."""
    return _shipped(profile) if is_shipped(profile) else judged_model(profile)


@lru_cache
def _shipped(profile: EncodingProfile) -> LinkageModel:
    return read_model(model_file_of(profile))


def model_file_of(profile: EncodingProfile) -> Path:
    """Where the model that ships with a profile stands."""
    return MODELS / f"{profile.name}.json"


def judged_model(profile: EncodingProfile) -> LinkageModel:
    """The model of a profile that nothing was fitted for."""
    views = tuple(_view(p) for p in profile.views)
    lag, tolerance = _flat(_M_LAG, _U_LAG, LAG_FLOOR), TOLERANCE[profile.event_grain]
    return LinkageModel(profile, views, _birth(profile), _sex(), lag, matched=0.4, tolerance=tolerance)


def bounded(m: Floats, u: Floats, floor: float, cap: float) -> Floats:
    """log2(m/u) in bits between floor and cap."""
    return np.clip(np.log2(m / u), floor, cap)


def _view(parameters: ViewParameters) -> Evidence:
    m, u = matched_levels(parameters), unrelated_levels(parameters)
    if parameters.view is View.PHOTO:
        # Its weight comes from the model's photo curve.
        return Evidence(u, u, np.zeros(LEVELS))
    return Evidence(m, u, np.minimum.accumulate(bounded(m, u, FLOORS[parameters.view], CAPS[parameters.view])))


def matched_levels(parameters: ViewParameters) -> Floats:
    """m by level, float64 (LEVELS,): exact agreement, then an exponential fall, flattened by the planes."""
    share = level_edges(parameters.bits) / parameters.bits
    scale = _MATCH_SCALE * parameters.planes**0.7
    below = 1 - np.exp(-np.minimum(share, 0.6) / scale)
    curve = np.diff(below / below[-1], prepend=0.0)
    m = (1 - _EXACT_AMONG_MATCHES) * curve
    m[0] += _EXACT_AMONG_MATCHES
    return np.asarray((m + 1e-4) / (m + 1e-4).sum())


def unrelated_levels(parameters: ViewParameters) -> Floats:
    """u by level, float64 (LEVELS,): a normal curve around the typical distance, and a few close ones."""
    share = level_edges(parameters.bits) / parameters.bits
    mean = 0.5 - (0.5 - _UNRELATED_MEAN) / parameters.planes
    below = np.array([0.5 * (1 + erf((s - mean) / _UNRELATED_SPREAD / sqrt(2))) for s in share])
    u = np.diff(below / below[-1], prepend=0.0)
    close = matched_levels(parameters)
    return np.asarray((1 - _CLOSE_AMONG_UNRELATED) * u / u.sum() + _CLOSE_AMONG_UNRELATED * close)


def _birth(profile: EncodingProfile) -> Evidence:
    if View.BIRTH not in profile:
        nothing = np.zeros((BIRTH_GAP_CLASSES, LEVELS))
        return Evidence(nothing, nothing, nothing)
    parameters = profile.views[profile.position(View.BIRTH)]
    m = _M_GAP[:, None] * matched_levels(parameters)
    u = _U_GAP[:, None] * unrelated_levels(parameters)
    weight = bounded(m, u, FLOORS[View.BIRTH], CAPS[View.BIRTH])
    return Evidence(m, u, np.minimum.accumulate(np.minimum.accumulate(weight, axis=0), axis=1))


def _sex() -> Evidence:
    shares = np.array([0.0, 0.5, 0.49, 0.01])
    u = shares[:, None] * shares
    m = 0.97 * np.diag(shares) + 0.03 * u
    known = np.arange(SEXES) != Sex.UNKNOWN
    inside = known[:, None] & known
    weight = np.zeros((SEXES, SEXES))
    weight[inside] = bounded(m[inside], u[inside], SEX_FLOOR, 3.0)
    return Evidence(m, u, weight)


def _flat(m: Floats, u: Floats, floor: float) -> Evidence:
    assert m.shape == u.shape == (LAG_CLASSES,)
    return Evidence(m, u, bounded(m, u, floor, 5.0))
