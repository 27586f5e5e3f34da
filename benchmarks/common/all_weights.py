"""The match weight of every missing record with every found one, as a matrix: for ranks of all lists at once."""

from typing import Any, cast

import numba
import numpy as np
import numpy.typing as npt

from indexer.jit import popcount
from matcher.batch import EncodedBatch
from matcher.model import LinkageModel
from matcher.tables import EXCLUDED, ScoringTables

Weights = npt.NDArray[np.int32]
_UNKNOWN = -(2**31)


def all_weights(model: LinkageModel, missing: EncodedBatch, found: EncodedBatch) -> Weights:
    """Thousandths of a bit, int32 (missing records, found records): the best of their rows, as search finds it.

    Photos do not count. `tests/benchmarks` holds it against `matcher.tables.weigh`.
    """
    tables = model.tables()
    starts, flat = _flat(tables)
    out = np.full((len(missing.refs), len(found.refs)), 2 * EXCLUDED, np.int32)
    _fill(
        _columns(missing), _columns(found), np.array(tables.profile.offsets), starts, flat, tables.birth_position,
        tables.birth, tables.sex, tables.lag, tables.tolerance, out,
    )  # fmt: skip
    return out


def _columns(batch: EncodedBatch) -> tuple[npt.NDArray[Any], ...]:
    wide = (batch.presence, batch.sex, batch.birth[:, 0], batch.birth[:, 1], batch.event)
    return (batch.codes, batch.record, *(column.astype(np.int64) for column in wide))


def _flat(tables: ScoringTables) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    sizes = [0, *(len(table) for table in tables.views)]
    return np.cumsum(sizes), np.concatenate(tables.views)


def _fill_rows(
    missing: Any, found: Any, offsets: Any, starts: Any, flat: Any, birth: int, births: Any, sexes: Any, lags: Any,
    tolerance: int, out: Any,
) -> None:
    codes, record, presence, sex, first, last, event = missing
    codes2, record2, presence2, sex2, first2, last2, event2 = found
    views = len(offsets) - 1
    for i in range(len(record)):
        for j in range(len(record2)):
            both = presence[i] & presence2[j]
            total = sexes[sex[i], sex2[j]]
            if event[i] != _UNKNOWN and event2[j] != _UNKNOWN:
                lag = event2[j] - event[i]
                if lag < -tolerance:
                    total += EXCLUDED
                else:
                    total += lags[0 if lag <= -1 else 1 if lag <= 30 else 2 if lag <= 365 else 3 if lag <= 2190 else 4]
            for v in range(views):
                if not both >> v & 1:
                    continue
                distance = 0
                for word in range(offsets[v], offsets[v + 1]):
                    distance += popcount(codes[i, word] ^ codes2[j, word])
                if v != birth:
                    total += flat[starts[v] + distance]
                elif first[i] != _UNKNOWN and first2[j] != _UNKNOWN:
                    gap = max(first[i] - last2[j], first2[j] - last[i], 0)
                    place = 0 if gap <= 0 else 1 if gap <= 366 else 2 if gap <= 1098 else 3 if gap <= 2196 else 4
                    total += births[place, distance]
            if total > out[record[i], record2[j]]:
                out[record[i], record2[j]] = total


_fill = cast(Any, numba.njit(nogil=True, cache=False)(_fill_rows))
