"""What a photo may take before it is given up: bytes, pixels, memory, time."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Self

FILE_BYTES = 20_000_000
"""Bytes of the largest photo file, unless told otherwise: above what phones make of 50 million pixels."""


@dataclass(frozen=True)
class DecodingLimits:
    """Limits of a picture decoder.

    file_bytes      of a photo; a larger one is not looked at
    pixels          of a photo by its header; one with more is not decoded
    memory_bytes    of the decoding process' address space
    cpu_seconds     of processor time for a photo
    wall_seconds    for a photo
    photos_a_child  after which a fresh process takes over: what a photo did to a process lasts no longer
    """

    file_bytes: int = FILE_BYTES
    pixels: int = 50_000_000
    memory_bytes: int = 1 << 30
    cpu_seconds: int = 20
    wall_seconds: int = 60
    photos_a_child: int = 500

    def arguments(self) -> list[str]:
        """As command-line arguments of the child."""
        return [str(value) for value in astuple(self)]

    @classmethod
    def of_arguments(cls, arguments: Sequence[str]) -> Self:
        """The limits that `arguments` wrote."""
        return cls(*map(int, arguments))
