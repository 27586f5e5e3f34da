"""One sweep for both kinds: missing records are searched in waves, and what they meet makes the found records' lists.

In a full run every pair would be compared twice, once from each side. A pair needs no second look when a missing
record, while it is searched, hands over every pair that could stand on a found record's list; and it could if it
weighs no less than the last entry of that list as far as this is known. So lists are known from a sample first,
and better with every wave.
"""

from collections.abc import Sequence

from api.hub.crossmatching.blocks import Block

SHARES = (1 / 16, 3 / 32, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 1)
"""The share of blocks that is searched when each wave has ended; the first wave is the sample. The more is known the
less a sweep costs over a search for one side: from twice, or three times among few records, to a twelfth more."""


def waves_of(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks of each wave, those of each by number; every wave is spread over all blocks.

    Which block is in which wave depends on their count alone.
    """
    bits = max(len(blocks) - 1, 1).bit_length()
    order = sorted(blocks, key=lambda block: _mirrored(block.number, bits))
    ends = [max(round(share * len(blocks)), 1) for share in SHARES]
    return [sorted(order[first:end]) for first, end in zip([0, *ends[:-1]], ends, strict=True)]


def _mirrored(number: int, bits: int) -> int:
    """The bits of a number the other way round: neighbours come far from each other (van der Corput's sequence)."""
    return int(f"{number:0{bits}b}"[::-1], 2)
