"""EM on simulated pairs: it finds the m, u and prior that made them, and keeps to the defaults where it sees little."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest

from matcher.comparison import BIRTH_GAP_CLASSES, LAG_CLASSES, NOT_KNOWN
from matcher.defaults import CAPS, FLOORS, default_model
from matcher.em import Sample, fit, posterior
from matcher.model import LEVELS, SEXES, LinkageModel
from matcher.observations import Observations, count
from matcher.views import View
from tests.matcher.builders import profile_of

PROFILE = profile_of({View.CHILD: 256, View.FATHER: 256, View.HOME: 256, View.BIRTH: 256})
BIRTH = PROFILE.position(View.BIRTH)
Floats = npt.NDArray[np.float64]

M = 0.55 ** np.arange(LEVELS)
M /= M.sum()
U = np.exp(-0.5 * ((np.arange(LEVELS) - 0.75 * LEVELS) / 2) ** 2) + 1e-4
U /= U.sum()


@dataclass(frozen=True)
class Simulated:
    """A sample, and which candidates are true."""

    sample: Sample
    true: npt.NDArray[np.bool_]


def simulate(seed: int, probes: int, gallery: int, matched: float, known: float = 0.9) -> Simulated:
    """Every probe against a whole gallery: levels from M for its true match, if it has one, else from U."""
    rng = np.random.default_rng(seed)
    probe = np.repeat(np.arange(probes), gallery)
    true = np.zeros(len(probe), dtype=np.bool_)
    has = np.flatnonzero(rng.random(probes) < matched)
    true[has * gallery + rng.integers(0, gallery, len(has))] = True
    seen = _observations(rng, true, known)
    return Simulated(Sample(seen, probe, count(seen, np.ones(len(probe))), probes, gallery), true)


def _observations(rng: np.random.Generator, true: npt.NDArray[np.bool_], known: float) -> Observations:
    size = (len(true), len(PROFILE.views))
    level = np.where(true[:, None], rng.choice(LEVELS, size, p=M), rng.choice(LEVELS, size, p=U)).astype(np.int8)
    level[rng.random(size) > known] = NOT_KNOWN
    gap = np.where(true, 0, rng.integers(0, BIRTH_GAP_CLASSES, len(true))) * LEVELS + level[:, BIRTH]
    birth = np.where(level[:, BIRTH] == NOT_KNOWN, NOT_KNOWN, gap).astype(np.int16)
    girls, boys = 1 * SEXES + 1, 2 * SEXES + 2
    crossed = rng.choice([girls, boys, SEXES + 2, 2 * SEXES + 1], len(true))
    sex = np.where(true, rng.choice([girls, boys], len(true)), crossed).astype(np.int8)
    lag = np.where(true, 1, rng.integers(0, LAG_CLASSES, len(true))).astype(np.int8)
    return Observations(level, birth, sex, lag)


def apart(p: Floats, q: Floats) -> float:
    """Total variation distance of two distributions."""
    return float(np.abs(p - q).sum() / 2)


@pytest.fixture(scope="module", params=[0.3, 0.8])
def fitted(request: pytest.FixtureRequest) -> tuple[float, Simulated, LinkageModel]:
    """A share of matched probes, a simulation with it, and the model fitted without labels."""
    simulated = simulate(1, 3000, 30, request.param)
    return request.param, simulated, fit(default_model(PROFILE), simulated.sample)


def test_m_u_and_the_prior_are_recovered(fitted: tuple[float, Simulated, LinkageModel]) -> None:
    matched, _, model = fitted
    start = default_model(PROFILE)
    assert model.matched == pytest.approx(matched, abs=0.03)
    assert model.origin == "em"
    for v, evidence in enumerate(model.views):
        assert apart(evidence.m, M) < 0.12 < apart(start.views[v].m, M)
        assert apart(evidence.u, U) < 0.05 < apart(start.views[v].u, U)
    assert model.lag.m[1] > 0.85
    assert apart(model.lag.u, np.full(LAG_CLASSES, 1 / LAG_CLASSES)) < 0.05
    assert model.birth.m[0].sum() > 0.9
    assert model.sex.m[1, 1] + model.sex.m[2, 2] > 0.9


def test_true_pairs_are_told_from_others(fitted: tuple[float, Simulated, LinkageModel]) -> None:
    matched, simulated, model = fitted
    belief = posterior(model, simulated.sample)
    assert belief[simulated.true].mean() > 0.9
    assert belief[~simulated.true].mean() < 0.01
    assert belief.sum() / simulated.sample.probes == pytest.approx(matched, abs=0.03)


def test_beliefs_of_a_probe_never_exceed_one(fitted: tuple[float, Simulated, LinkageModel]) -> None:
    _, simulated, model = fitted
    for judge in (model, default_model(PROFILE), replace(model, matched=0.999)):
        belief = posterior(judge, simulated.sample)
        assert ((belief >= 0) & (belief <= 1)).all()
        assert (np.bincount(simulated.sample.probe, weights=belief) <= 1 + 1e-9).all()


def test_more_rounds_change_nothing_and_the_likelihood_has_grown(
    fitted: tuple[float, Simulated, LinkageModel],
) -> None:
    _, simulated, model = fitted
    further = fit(model, simulated.sample, rounds=10, tolerance=0.0)
    assert further.matched == pytest.approx(model.matched, abs=1e-3)
    assert all(apart(a.m, b.m) < 0.01 for a, b in zip(further.views, model.views, strict=True))
    assert likelihood(model, simulated.sample) > likelihood(default_model(PROFILE), simulated.sample) + 100
    step, moves = default_model(PROFILE), []
    for _ in range(6):
        after = fit(step, simulated.sample, rounds=1)
        moves.append(abs(after.matched - step.matched))
        step = after
    assert moves[-1] < 1e-3 < moves[0]


def likelihood(model: LinkageModel, sample: Sample) -> float:
    """Log likelihood of all lists, in bits."""
    seen = sample.candidates
    ratio = np.exp2(_bits(model, seen, "m") - _bits(model, seen, "u")) * model.matched / sample.gallery
    total = np.bincount(sample.probe, weights=ratio, minlength=sample.probes)
    return float(_bits(model, seen, "u").sum() + np.log2(1 - model.matched + total).sum())


def _bits(model: LinkageModel, seen: Observations, side: str) -> Floats:
    """Log2 of m or u of everything seen of each pair."""
    total = np.zeros(len(seen.sex))
    parts = [(e, seen.views[:, v]) for v, e in enumerate(model.views) if v != BIRTH]
    for evidence, level in [*parts, (model.birth, seen.birth), (model.sex, seen.sex), (model.lag, seen.lag)]:
        share = getattr(evidence, side).reshape(-1)[np.maximum(level, 0)]
        total += np.where(level == NOT_KNOWN, 0.0, np.log2(share))
    return total


@pytest.mark.parametrize(("probes", "gallery", "matched"), [(3000, 30, 0.5), (40, 5, 0.9), (2, 1, 1.0), (500, 10, 0.0)])
@pytest.mark.parametrize("known", [1.0, 0.5, 0.0])
def test_results_are_monotone_and_bounded_whatever_the_data(
    probes: int, gallery: int, matched: float, known: float
) -> None:
    model = fit(default_model(PROFILE), simulate(3, probes, gallery, matched, known).sample)
    model.tables()  # refuses what is not monotone
    assert 0 < model.matched < 1
    for parameters, evidence in zip(PROFILE.views, model.views, strict=True):
        assert (np.diff(evidence.weight) <= 0).all()
        assert evidence.weight.min() >= FLOORS[parameters.view]
        assert evidence.weight.max() <= CAPS[parameters.view]
        assert np.isfinite([evidence.m, evidence.u]).all()
        assert evidence.m.sum() == pytest.approx(1)


def test_noise_without_any_order_still_gives_monotone_tables() -> None:
    rng = np.random.default_rng(8)
    noise = simulate(8, 300, 10, 0.5)
    levels = rng.integers(NOT_KNOWN, LEVELS, noise.sample.candidates.views.shape).astype(np.int8)
    seen = replace(noise.sample.candidates, views=levels)
    fit(default_model(PROFILE), replace(noise.sample, candidates=seen, random=count(seen, np.ones(3000)))).tables()


def test_a_handful_of_records_keeps_near_the_defaults() -> None:
    start = default_model(PROFILE)
    model = fit(start, simulate(4, 3, 3, 0.7).sample)
    for before, after in zip(start.views, model.views, strict=True):
        assert apart(before.m, after.m) < 0.1
        assert apart(before.u, after.u) < 0.1
        assert np.abs(before.weight - after.weight).mean() < 1.0


def test_a_profile_without_birth_is_fitted_too() -> None:
    profile = profile_of({View.CHILD: 256, View.FATHER: 256, View.HOME: 256})
    simulated = simulate(5, 1000, 20, 0.6)
    keep = [PROFILE.position(p.view) for p in profile.views]
    seen = simulated.sample.candidates
    seen = replace(seen, views=seen.views[:, keep], birth=np.full_like(seen.birth, NOT_KNOWN))
    sample = replace(simulated.sample, candidates=seen, random=count(seen, np.ones(len(seen.sex))))
    model = fit(default_model(profile), sample)
    assert model.matched == pytest.approx(0.6, abs=0.06)
    model.tables()
