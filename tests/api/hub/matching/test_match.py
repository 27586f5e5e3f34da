"""Levels of a pair, and that sex and dates alone make no case."""

import json
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from api.hub.matching.match import levels_and_parts, levels_of_rows
from matcher.batch import EncodedBatch
from matcher.defaults import default_model
from matcher.photo_rules import Limit, limits
from matcher.profile import LOCAL_2026_11_22
from matcher.views import Kind, View
from tests.api.hub.matching.exchange import Hub, codes_of, noisy, one

TABLES = default_model(LOCAL_2026_11_22).tables()
CHILD = LOCAL_2026_11_22.position(View.CHILD)
EVERY_VIEW = (1 << len(LOCAL_2026_11_22.views)) - 1


def with_views(batch: EncodedBatch, views: int) -> EncodedBatch:
    """The same record when only these views are known; codes of absent views are zero."""
    codes = batch.codes.copy()
    for v in range(len(LOCAL_2026_11_22.views)):
        if not views >> v & 1:
            codes[:, LOCAL_2026_11_22.offsets[v] : LOCAL_2026_11_22.offsets[v + 1]] = 0
    return replace(batch, codes=codes, presence=np.full_like(batch.presence, views))


class Seen(NamedTuple):
    """The levels of a pair as candidates have them, and whether any view speaks for it."""

    text: str
    supported: bool


def seen(first: EncodedBatch, second: EncodedBatch) -> Seen:
    """The levels of the only pair."""
    places, parts = levels_and_parts(first, np.zeros(1, np.int64), second, TABLES)
    [text] = levels_of_rows(first, np.zeros(1, np.int64), second, TABLES)
    return Seen(text, bool(limits(places, parts, TABLES, (0, 1000))[0] == Limit.NONE))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_pair_is_supported_when_any_view_agrees_or_is_close(kind: Kind, rng: np.random.Generator) -> None:
    child, others = codes_of(rng, 1), codes_of(rng, 1)
    mine, same = one(kind, child), one(kind.opposite, child)
    assert seen(mine, same).supported
    assert seen(with_views(mine, 1 << CHILD), same).supported
    assert not seen(mine, one(kind.opposite, others)).supported
    begin, end = LOCAL_2026_11_22.offsets[CHILD : CHILD + 2]
    others[:, begin:end] = noisy(rng, child[:, begin:end].copy(), 0.25)
    close = seen(mine, one(kind.opposite, others))
    assert dict(json.loads(close.text))["child"] == "close"
    assert close.supported


@pytest.mark.parametrize("kind", list(Kind))
def test_sex_and_dates_alone_support_nothing(kind: Kind, rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    mine, theirs = one(kind, child), one(kind.opposite, child)
    for unknown in (with_views(mine, 0), with_views(mine, EVERY_VIEW & ~(1 << CHILD))):
        found = seen(unknown, with_views(theirs, 1 << CHILD))
        levels = dict(json.loads(found.text))
        assert {levels.pop("sex"), levels.pop("lag")} <= {"agrees", "close"}
        assert set(levels.values()) == {"not known"}
        assert not found.supported


def test_a_pair_that_no_view_speaks_for_is_stored_as_weak_however_probable(
    hub: Hub, rng: np.random.Generator
) -> None:
    partner = hub.partner("punjab")
    hub.options = replace(hub.options, minimum=-(10**6), probable_from=0.0, possible_from=0.0)
    children = codes_of(rng, 2)
    [known] = hub.put(partner, one(Kind.FOUND, children[0]))
    [unrelated] = hub.put(partner, one(Kind.FOUND, children[1]))
    [nameless] = hub.put(partner, with_views(one(Kind.FOUND, children[0]), 0))
    [missing] = hub.put(partner, one(Kind.MISSING, children[0]))
    hub.settle()
    verdicts = {key: row.verdict for key, row in hub.candidates().items()}
    assert verdicts == {(missing, known): "probable", (missing, unrelated): "weak", (missing, nameless): "weak"}
