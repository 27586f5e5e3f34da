"""The place whose name is most like a misspelled text, among the few that can be meant."""

from functools import lru_cache

from encoder.gazetteer.candidates import CACHE, Candidates, place_keys
from encoder.gazetteer.forms import edits, likeness
from encoder.gazetteer.load import NOWHERE, Level, gazetteer

ENOUGH = 0.65
ENOUGH_ANYWHERE = 0.75
MARGIN = 0.05
"""The best name must be this much more like the text than another place's, or the text stays as spelled."""
SHORTEST = 3
LOOKED_AT = 8
"""Places whose names are compared edit by edit: those that share most pairs of letters."""


@lru_cache(CACHE)
def nearest(text: str, level: Level, within: int) -> Candidates:
    """The place of a level below another one whose name is most like a text.

    Args:
        text: the field as written.
        level: state to village.
        within: the place below which to look; `NOWHERE` for the whole gazetteer.

    Returns:
        One place with its likeness as quality, or none.
    """
    places = _below(within, level)
    keys = [key for key in place_keys(text) if key.isascii() and len(key) >= SHORTEST and not key.isdigit()]
    if not places or not keys:
        return ()
    liked = sorted(((_likeness(keys, place), place) for place in places), reverse=True)[:LOOKED_AT]
    best, *others = sorted(((max(like, _edits(keys, place)), place) for like, place in liked), reverse=True)
    known = gazetteer().levels
    enough = ENOUGH if within != NOWHERE and known[within] >= Level.STATE else ENOUGH_ANYWHERE
    clear = not others or best[0] - others[0][0] >= MARGIN
    return ((best[1], best[0]),) if clear and best[0] >= enough else ()


def _likeness(keys: list[str], place: int) -> float:
    return max(likeness(key, name) for key in keys for name in gazetteer().keys[place])


def _edits(keys: list[str], place: int) -> float:
    return max(edits(key, name) for key in keys for name in gazetteer().keys[place])


@lru_cache(1 << 11)
def _below(within: int, level: Level) -> tuple[int, ...]:
    """Places of a level below a place; for a district that is no more, those on its land."""
    known = gazetteer()
    tops = [within, *known.near.get(within, ())] if within != NOWHERE and _gone(within) else [within]
    found: list[int] = []
    while tops:
        children = [child for top in tops for child in known.below.get(top, ())]
        found += [child for child in children if known.levels[child] == level]
        tops = [child for child in children if known.levels[child] < level]
    return tuple(found)


def _gone(place: int) -> bool:
    return gazetteer().codes[place][3:4] == "f"
