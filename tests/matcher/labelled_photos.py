"""Codes of invented people, labelled so: subjects as points, faces that drift with age, photos with noise."""

import numpy as np

from matcher.photo_pairs import LabelledCodes

DIMENSIONS = 64
BITS = 512


def labelled(
    people: int, each: int, noise: float = 0.6, seed: int = 1, drift: float = 1.0, bits: int = BITS
) -> LabelledCodes:
    """So many photos of each of so many people, of ages 1 to 17, half of the people of one region."""
    rng = np.random.default_rng(seed)
    years = rng.uniform(1, 17, (people, each))
    grown = rng.normal(size=(people, 1, DIMENSIONS)) * drift * ((years - 9) / 12)[:, :, None]
    faces = rng.normal(size=(people, 1, DIMENSIONS)) + grown + noise * rng.normal(size=(people, each, DIMENSIONS))
    planes = np.random.default_rng(7).normal(size=(DIMENSIONS, bits))
    codes = np.packbits(faces.reshape(-1, DIMENSIONS) @ planes > 0, axis=1, bitorder="little").view("<u8")
    sex = np.repeat(rng.integers(1, 3, people), each).astype(np.uint8)
    region = [("hills" if person % 2 else "") for person in range(people) for _ in range(each)]
    return LabelledCodes(codes.astype(np.uint64), np.repeat(np.arange(people), each), years.ravel(), sex, region)
