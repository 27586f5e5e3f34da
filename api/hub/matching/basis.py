"""How many records probabilities are computed with."""

import numpy as np


def basis_of(records: int) -> int:
    """A number of records rounded down to half an octave: 0, 1, 2, 3, 4, 6, 8, 11, 16, 23, ...

    Probabilities hang on how many records were compared. Were they computed with the very number, every record that
    comes would change every probability a little, and an incremental run would have to write all candidates anew. So
    rounded, a prior is half a bit off at most.
    """
    if records < 1:
        return 0
    return round(2 ** (int(2 * np.log2(records) + 1e-9) / 2))
