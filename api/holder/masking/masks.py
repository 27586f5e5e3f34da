"""From own codes to masked answers: every pair of rows under a mask of its own."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from api.holder.masking.own_codes import OwnCode
from api.holder.masking.sorting import Due
from api.wire.masked import MaskedAnswer, MaskedRequest, codes_text
from encoder.mask_keys import PairKey
from encoder.mask_stream import RowPair
from encoder.masking import mask_rows
from matcher.views import Kind

_DIGEST_BYTES = 16


class Ready(NamedTuple):
    """A request, and the code to mask for it."""

    due: Due
    code: OwnCode


def masked_answers(ready: Sequence[Ready]) -> list[MaskedAnswer]:
    """Answers in the order given."""
    of_key: dict[PairKey, list[int]] = {}
    for place, (due, _) in enumerate(ready):
        of_key.setdefault(due.key, []).append(place)
    made: dict[int, MaskedAnswer] = {}
    for key, places in of_key.items():
        # One call for each pair of gateways: drawing masks is fast for many of them only.
        made.update(zip(places, _masked(key, [ready[place] for place in places]), strict=True))
    return [made[place] for place in range(len(ready))]


def answer_digest(answer: MaskedAnswer) -> bytes:
    """What tells an answer from any other to the same request, bytes (16,)."""
    text = answer.model_dump_json(exclude={"comparison"}).encode()
    return hashlib.blake2b(text, digest_size=_DIGEST_BYTES, person=b"milap masked").digest()


def _masked(key: PairKey, ready: Sequence[Ready]) -> Iterator[MaskedAnswer]:
    drawn = [_row_pairs(due.request) for due, _ in ready]
    own = [_own_rows(due) for due, _ in ready]
    codes = np.concatenate([code.codes[rows] for (_, code), rows in zip(ready, own, strict=True)])
    presence = np.concatenate([code.presence[rows] for (_, code), rows in zip(ready, own, strict=True)])
    pairs = [pair for each in drawn for pair in each]
    masked = mask_rows(key, pairs, ready[0].due.scope.masked, codes, presence)
    first = 0
    for (due, code), each in zip(ready, drawn, strict=True):
        yield _answer(due.request, code, codes_text(masked[first : first + len(each)]))
        first += len(each)


def _row_pairs(request: MaskedRequest) -> list[RowPair]:
    """All pairs of rows: the missing row counts slowly, the found row fast."""
    own, other = (request.ref, request.version), (request.other_ref, request.other_version)
    missing, found = (own, other) if request.side == "missing" else (other, own)
    rows = _counts(request)
    return [RowPair(*missing, i, *found, j) for i in range(rows[0]) for j in range(rows[1])]


def _own_rows(due: Due) -> npt.NDArray[np.intp]:
    """Which own row stands in each pair, intp (pairs,)."""
    rows = _counts(due.request)
    side = 0 if due.side is Kind.MISSING else 1
    return np.unravel_index(np.arange(rows[0] * rows[1]), rows)[side]


def _counts(request: MaskedRequest) -> tuple[int, int]:
    """Rows of the missing report, and of the found record."""
    rows = request.rows, request.other_rows
    return rows if request.side == "missing" else (rows[1], rows[0])


def _answer(request: MaskedRequest, code: OwnCode, codes: str) -> MaskedAnswer:
    return MaskedAnswer(
        comparison=request.comparison, outcome="answered", photo_age=code.photo_age, photo_space=code.photo_space,
        presence=tuple(code.presence.tolist()), codes=codes,
    )
