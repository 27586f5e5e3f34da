"""Generate a population of missing and found children in memory, with the truth about who is whom."""

from encoder.synthetic.blocks import SyntheticPopulation, generate_block, plan_blocks
from encoder.synthetic.rates import FIELD, SyntheticRates

__all__ = ["SyntheticPopulation", "generate"]


def generate(missing: int, found: int, seed: int, rates: SyntheticRates = FIELD) -> SyntheticPopulation:
    """Invent `missing` reports and `found` records; the same arguments give the same rows on any machine.

    Raises `ValueError` for a negative number of records.
    """
    population = SyntheticPopulation([], [], [])
    for plan in plan_blocks(missing, found, seed, rates):
        population.add(generate_block(plan))
    return population
