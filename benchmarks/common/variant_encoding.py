"""Records under a variant of a profile: as an encoded batch, which the linkage takes, and as a target of attacks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.setting import Bag, Target, TargetView, bag_matrix
from benchmarks.common.variants import Birth, Event, Joined, Noise, Part, Variant
from encoder.encode import CHUNK_ROWS, ViewEncoder
from encoder.keys import LinkageKey
from encoder.open_attributes import open_birth, open_event
from encoder.record import RawRecord
from encoder.tokens.people import child_bags, father_bag, kin_bag, mother_bag
from encoder.tokens.piece import CACHE, Piece, of_pairs
from encoder.tokens.views import BAGS
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.profile import BirthGrain, EventGrain
from matcher.views import Kind, View

YEARS = 8
_BIRTHS = {Birth.FOUR_YEARS: BirthGrain.FOUR_YEARS, Birth.KNOWN: BirthGrain.HIDDEN}


def village_bag(record: RawRecord) -> Bag:
    """The home without its country, state and district."""
    return BAGS[View.HOME](replace(record, home_country=None, home_state=None, home_district=None))


def area_bag(record: RawRecord) -> Bag:
    """The home down to its district."""
    return BAGS[View.HOME](replace(record, home_subdistrict=None, home_village=None, home_landmark=None))


PARTS: dict[Part, Callable[[RawRecord], Bag]] = {
    Part.FATHER: father_bag,
    Part.MOTHER: mother_bag,
    Part.KIN: kin_bag,
    Part.HOME: BAGS[View.HOME],
    Part.VILLAGE: village_bag,
    Part.AREA: area_bag,
    Part.BIRTH: BAGS[View.BIRTH],
    Part.TRAITS: BAGS[View.TRAITS],
    Part.CONTACT: BAGS[View.CONTACT],
}
"""All parts but the child, which has a bag for each of its names."""


def bags_of(record: RawRecord, view: Joined, names: int) -> list[Bag]:
    """The bags of a view of a record: one, or where the child is in it, `names`, one for each of its first names."""
    rest = tuple(piece for part in view.parts if part is not Part.CHILD for piece in PARTS[part](record))
    own: list[Bag] = (child_bags(record, names) or [()]) if Part.CHILD in view.parts else [()]
    bags = [(*bag, *rest) for bag in own]
    if view.level is not None:
        bags = [tuple(_levelled(piece, view.level) for piece in bag) for bag in bags]
    return bags


@lru_cache(CACHE)
def _levelled(piece: Piece, level: int) -> Piece:
    """All words alike: the heaviest token of each counts `level` times 16."""
    heaviest = max(piece.weights, default=1)
    scaled = (max(1, round(16 * level * weight / heaviest)) for weight in piece.weights)
    return of_pairs(zip(piece.tokens, scaled, strict=True))


def encoded(
    variant: Variant, key: LinkageKey, records: Sequence[RawRecord], kind: Kind, rng: np.random.Generator,
    names: int = 4,
) -> EncodedBatch:
    """Records of one kind under running numbers for refs; `names` is the most rows of a record."""
    rows = [_rows(record, variant, names) for record in records]
    of_record = np.repeat(np.arange(len(records)), [len(several) for several in rows])
    flat = [row for several in rows for row in several]
    profile = variant.profile
    codes = np.zeros((len(flat), profile.words), np.uint64)
    presence = np.zeros(len(flat), np.uint16)
    for place, view in enumerate(variant.views):
        bags = [_noisy(row[place], variant.noise.token, at) for row, at in zip(flat, of_record.tolist(), strict=True)]
        known = np.fromiter(map(bool, bags), np.bool_, len(bags))
        made = _codes(ViewEncoder(key, profile, view.slot), bags)
        made = _blurred(made, known, of_record, variant.noise, rng)
        codes[:, profile.offsets[place] : profile.offsets[place + 1]] = made
        presence |= (known | variant.noise.padded).astype(np.uint16) << np.uint16(place)
    birth, event = _open(records, kind, variant)
    sex = np.array([record.sex for record in records], np.uint8)
    return EncodedBatch(
        profile, key.key_check(profile), kind, tuple(map(str, range(len(records)))), of_record.astype(np.int32), codes,
        presence, sex[of_record], birth[of_record], event[of_record],
    )


def attacked(variant: Variant, records: Sequence[RawRecord], rng: np.random.Generator) -> Target:
    """Records under a fresh random key as attacks take them, with their main name only."""
    key = LinkageKey.generate("benchmark", "once")
    batch = encoded(variant, key, records, records[0].kind, rng, 1)
    offsets = batch.profile.offsets
    views = []
    for place, view in enumerate(variant.views):
        bags = [_noisy(bags_of(record, view, 1)[0], variant.noise.token, at) for at, record in enumerate(records)]
        present = (batch.presence >> np.uint16(place) & np.uint16(1)) == 1
        codes = batch.codes[:, offsets[place] : offsets[place + 1]]
        views.append(TargetView(view.slot.value, view.planes, codes, present, bag_matrix(bags)))
    shown = np.column_stack([batch.sex.astype(np.int64), batch.birth, batch.event])
    blocks = np.unique(shown, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return Target(variant.name, tuple(views), len(records), blocks)


def _rows(record: RawRecord, variant: Variant, names: int) -> list[tuple[Bag, ...]]:
    """The bags of all views, row by row."""
    columns = [bags_of(record, view, names) for view in variant.views]
    rows = max(map(len, columns))
    return [tuple(column[min(i, len(column) - 1)] for column in columns) for i in range(rows)]


def _codes(encoder: ViewEncoder, bags: Sequence[Bag]) -> npt.NDArray[np.uint64]:
    parts = [encoder.encode(bags[first : first + CHUNK_ROWS]) for first in range(0, len(bags), CHUNK_ROWS)]
    return np.concatenate(parts) if parts else encoder.encode([])


def _noisy(bag: Bag, share: float, record: int) -> Bag:
    """The bag with a token that no other record has."""
    if not share or not bag:
        return bag
    length = bag_matrix([bag]).power(2).sum() ** 0.5
    return (*bag, Piece((f"own:{record}",), (min(round(share * length), 65_535),)))


def _blurred(
    codes: npt.NDArray[np.uint64], known: npt.NDArray[np.bool_], of_record: npt.NDArray[np.intp], noise: Noise,
    rng: np.random.Generator,
) -> npt.NDArray[np.uint64]:
    """Codes with bits turned round, and random ones for absent views; the rows of a record get the same."""
    records = int(of_record.max(initial=-1)) + 1
    if noise.flips:
        turned = rng.random((records, codes.shape[1] * 64)) < noise.flips
        packed = np.packbits(turned, axis=1, bitorder="little").view("<u8").astype(np.uint64)
        codes = np.where(known[:, None], codes ^ packed[of_record], codes)
    if noise.padded:
        drawn = rng.integers(0, 2**64, (records, codes.shape[1]), dtype=np.uint64, endpoint=False)
        codes = np.where(known[:, None], codes, drawn[of_record])
    return codes


def _open(
    records: Sequence[RawRecord], kind: Kind, variant: Variant
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    birth = [_birth(record, variant.birth) for record in records]
    event = [_event(record, kind, variant.event) for record in records]
    return np.array(birth, np.int32).reshape(-1, 2), np.array(event, np.int32)


def _birth(record: RawRecord, grain: Birth) -> tuple[int, int]:
    if grain is not Birth.EIGHT_YEARS or record.birth is None:
        return open_birth(record.birth, _BIRTHS.get(grain, BirthGrain.DAY))
    return _widened(*open_birth(record.birth, BirthGrain.DAY))


def _widened(first: int, last: int) -> tuple[int, int]:
    """To bands of eight years that begin with 1970."""
    whole = round(YEARS * 365.25)
    return first // whole * whole, last // whole * whole + whole - 1


def _event(record: RawRecord, kind: Kind, grain: Event) -> int:
    if grain is Event.HIDDEN:
        return int(UNKNOWN_DAY)
    return open_event(record.event_date, kind, EventGrain(grain.value))
