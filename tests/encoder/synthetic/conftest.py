"""One population of moderate size for all tests of this folder."""

import pytest

from encoder.synthetic.population import SyntheticPopulation, generate

SEED = 20_261_121


@pytest.fixture(scope="session")
def population() -> SyntheticPopulation:
    """6,000 missing and 3,600 found, the proportions of the benchmark set."""
    return generate(6_000, 3_600, SEED)
