"""Recall of each shipped profile on invented children, with masked comparison where a profile has it."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.common.all_weights import Weights, all_weights
from benchmarks.common.data import People, encode, new_encoder
from benchmarks.common.two_stage import Truth, lists_of, own_model, ranks, recalls, truth_of
from matcher.profile import EncodingProfile, masked_profile_of
from matcher.views import Kind

RANKS = ("@1", "@10", "@100", "@1,000")
REQUESTS = (300, 1_000, 2_000, 3_000)
"""How many candidates of a new record are compared under masks."""
_AT = (1, 10, 100, 1_000)


def recall_rows(people: People, profiles: Sequence[EncodingProfile], seed: int) -> list[dict[str, Any]]:
    """One row for each way to compare: the codes at the hub, and these with so many masked comparisons."""
    truth, size = truth_of(people), f"field, {len(people.missing):,} x {len(people.found):,}"
    rows = []
    for profile in profiles:
        started = perf_counter()
        coarse = _weights(people, profile, seed)
        rows.append(_row(profile, size, "codes at the hub", ranks(coarse, truth)))
        masked = masked_profile_of(profile)
        if masked is not None:
            rows += _refined(people, profile, masked, coarse, truth, seed, size)
        print(f"  recall of {profile.name}: {perf_counter() - started:.0f} s", flush=True)
    return rows


def _refined(
    people: People, profile: EncodingProfile, masked: EncodingProfile, coarse: Weights, truth: Truth, seed: int,
    size: str,
) -> list[dict[str, Any]]:
    fine, rows = _weights(people, masked, seed), []
    for requests, lists in lists_of(coarse, REQUESTS, np.random.default_rng(seed)).items():
        # A hub plans new records of both kinds, so that a pair is compared when it stands on either list.
        for side, kept in (("its report's list", replace(lists, by_found=None)), ("either list", lists)):
            compared = f"the best {requests:,} of {side}, under masks"
            rows.append(_row(profile, size, compared, ranks(fine, truth, kept)))
    rows.append(_row(profile, size, "every pair, under masks", ranks(fine, truth)))
    return rows


def _weights(people: People, profile: EncodingProfile, seed: int) -> Weights:
    encoder = new_encoder(profile)
    missing, found = encode(encoder, people.missing, Kind.MISSING), encode(encoder, people.found, Kind.FOUND)
    return all_weights(own_model(missing, found, seed), missing, found)


def _row(profile: EncodingProfile, size: str, compared: str, rank: Any) -> dict[str, Any]:
    shares = recalls(rank, _AT)
    figures = {shown: round(share, 4) for shown, share in zip(RANKS, shares.values(), strict=True)}
    return {"profile": profile.name, "set": size, "compared": compared, **figures}
