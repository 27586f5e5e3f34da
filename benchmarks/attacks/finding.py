"""What an attack found: one figure, beside what guessing would give."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One figure of one attack on one target.

    attack   the attack's name, as the pages show it
    given    what the attacker has beside the codes and the public encoder
    records  encoded records attacked
    measure  what the figure is, such as "re-identified"
    figure   the measured value
    chance   what a guess would give
    """

    attack: str
    given: str
    records: int
    measure: str
    figure: float
    chance: float
