"""What the hub sees of a record beside its codes: which views it has, and its open attributes."""

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.setting import Target


def seen_beside(target: Target) -> npt.NDArray[np.int64]:
    """Number of the combination of presence bits and open attributes of each record, int64 (n,).

    An attacker with the plain text of a record knows both, so that codes and texts of different numbers never belong
    together.
    """
    blocks = np.zeros(target.records, np.int64) if target.blocks is None else target.blocks
    both = np.column_stack([target.pattern, blocks])
    return np.unique(both, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
