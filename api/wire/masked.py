"""Masked comparison on the wire: what the hub asks both gateways of a candidate pair, and their masked codes.

The hub gets, of every pair of rows, two codes under one mask that it does not know: their distances, and nothing else.
"""

import base64
import binascii
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.wire.items import ItemError
from api.wire.names import Label, Name, Ref, Version
from matcher.photos import PHOTO_AGE_BANDS

MAX_MASKED = 500
"""Requests of one page, and answers of one message."""
MAX_ROWS = 16
"""Rows of one record; a profile may allow fewer."""
_WORD_BYTES = 8
_CODE_CHARACTERS = 2**19

Words = npt.NDArray[np.uint64]
RefusalReason = Literal["not-here", "another-version", "answered-before", "cap-reached"]
"""Why a gateway does not answer: it does not give the record out (any more); the record is at another version; these
pairs of rows have been answered with other codes; this version has been compared as often as it may be."""
Comparison = Annotated[int, Field(ge=1, lt=2**63, strict=True)]
"""Number of a comparison at the hub."""
RowCount = Annotated[int, Field(ge=1, le=MAX_ROWS, strict=True)]
Presence = Annotated[int, Field(ge=0, lt=2**16, strict=True)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MaskedRequest(_Message):
    """One comparison, as the gateway of one of its two records is asked for it. Decoys look the same."""

    comparison: Comparison
    domain: Label
    epoch: Label
    profile: Annotated[str, Field(max_length=64)]
    """Of the codes at the hub; the codes to mask are those of the profile that refines it."""
    side: Literal["missing", "found"]
    """Kind of the own record."""
    ref: Ref
    """Of the own record."""
    version: Version
    partner: Name
    """Whose the other record is."""
    other_ref: Ref
    other_version: Version
    rows: RowCount
    """Of the own record."""
    other_rows: RowCount


class MaskedRequestPage(_Message):
    """GET /v1/masked-requests?after=: what the caller has not answered yet, by ascending number."""

    items: Annotated[list[MaskedRequest], Field(max_length=MAX_MASKED)]
    next: Annotated[int, Field(ge=0, lt=2**63, strict=True)]
    """Pass as `after` to go on."""
    more: bool


class MaskedAnswer(_Message):
    """What one gateway says to one comparison: all masked codes of it, or why there are none."""

    comparison: Comparison
    outcome: Literal["answered", "refused"]
    reason: RefusalReason | None = None
    """Only of a refused one."""
    photo_age: Annotated[int, Field(ge=0, lt=PHOTO_AGE_BANDS, strict=True)] = 0
    """Band of the child's age in the photo (matcher.photos), 0 when it is not known."""
    photo_space: Annotated[str | None, Field(max_length=80)] = None
    """Text of the space that the photo code is of; only of a record with one."""
    presence: Annotated[tuple[Presence, ...], Field(max_length=MAX_ROWS)] = ()
    """Of every own row: bit i set when view i of the masked profile is present."""
    codes: Annotated[str, Field(max_length=_CODE_CHARACTERS)] = ""
    """Standard base64 of little-endian 64-bit words, (missing rows * found rows, words of the masked profile): the
    missing row counts slowly, the found row fast. An absent view is all zero."""

    @model_validator(mode="after")
    def _all_or_nothing(self) -> Self:
        if self.outcome == "answered":
            fits = self.reason is None and self.presence != () and self.codes != ""
        else:
            fits = self.reason is not None and self.presence == () and self.codes == ""
            fits = fits and self.photo_space is None and self.photo_age == 0
        if not fits or (self.photo_age and self.photo_space is None):
            raise ValueError("an answer has codes, or a reason why there are none")
        return self

    def __repr__(self) -> str:
        """No code, and not which records have photos."""
        return f"MaskedAnswer({self.comparison}, {self.outcome})"

    __str__ = __repr__


class MaskedAnswers(_Message):
    """POST /v1/masked-answers. The same may be sent again: what the hub has it does not take twice."""

    format: Literal[1] = 1
    answers: Annotated[list[MaskedAnswer], Field(min_length=1, max_length=MAX_MASKED)]

    def __repr__(self) -> str:
        """Counts only."""
        return f"MaskedAnswers({len(self.answers)} answers)"

    __str__ = __repr__


class MaskedTaken(_Message):
    """What became of the answers. It does not say what came of any comparison."""

    taken: Annotated[int, Field(ge=0, strict=True)]
    gone: Annotated[int, Field(ge=0, strict=True)]
    """Of comparisons that the hub does not ask for any more, or has this answer to; nothing need be done."""


def codes_text(codes: Words) -> str:
    """Masked codes, uint64 (pairs of rows, words), as they are sent."""
    return base64.b64encode(np.ascontiguousarray(codes, dtype="<u8").tobytes()).decode("ascii")


def codes_of(answer: MaskedAnswer, pairs: int, words: int) -> Words:
    """The masked codes of an answer, uint64 (pairs, words).

    Args:
        answer: one with codes.
        pairs: missing rows times found rows.
        words: of the masked profile.

    Raises:
        ItemError: `bad-code`, when they are not base64 or of another size.
    """
    try:
        data = base64.b64decode(answer.codes, validate=True)
    except (binascii.Error, ValueError):
        raise ItemError("bad-code", "The masked codes are not base64; update the gateway.") from None
    if len(data) != pairs * words * _WORD_BYTES:
        wanted = pairs * words * _WORD_BYTES
        raise ItemError("bad-code", f"The masked codes have {len(data)} bytes, {wanted} are due; update the gateway.")
    return np.frombuffer(data, dtype="<u8").astype(np.uint64).reshape(pairs, words)
