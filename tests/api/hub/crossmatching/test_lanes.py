"""Photo lanes: a child whose face alone is known is somebody's candidate, by night as by day."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from api.hub.matching import models
from api.hub.matching.photo_lane import LANE_PLACES
from api.service.database import Database
from matcher.batch import EncodedBatch
from matcher.photo_curve_file import shipped_curve
from matcher.profile import LOCAL_PHOTO_2026_11_22
from matcher.views import Kind, Sex, View
from tests.api.hub.crossmatching.nights import candidates_of, run, small_blocks
from tests.api.hub.crossmatching.test_nights import Days, both
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy
from tests.matcher.builders import space_of

__all__ = ["small_blocks"]  # fixture
Rng = np.random.Generator
PROFILE = LOCAL_PHOTO_2026_11_22
PHOTO = PROFILE.position(View.PHOTO)
WORDS = slice(PROFILE.offsets[PHOTO], PROFILE.offsets[PHOTO + 1])
SOME_AGE = 3


@pytest.fixture
def photos(database: Database, tmp_path: Path) -> Hub:
    """A hub that holds photo codes."""
    return Hub(database, tmp_path, PROFILE)


def child(rng: Rng, kind: Kind, face: np.ndarray, *, age: int = SOME_AGE, sex: Sex = Sex.FEMALE) -> EncodedBatch:
    """A record that shares nothing with any other but the face, uint64 (words of the view,)."""
    codes = codes_of(rng, 1, PROFILE)
    codes[:, WORDS] = face
    return batch(kind, codes, profile=PROFILE, sex=sex, age=age)


def without_photo(made: EncodedBatch) -> EncodedBatch:
    """The same record when nobody took a photo."""
    codes = made.codes.copy()
    codes[:, WORDS] = 0
    presence = made.presence & np.uint16(~(1 << PHOTO) & 0xFFFF)
    return replace(made, codes=codes, presence=presence, photo_age=np.zeros(len(made), np.uint8))


def faces_of(rng: Rng, count: int) -> np.ndarray:
    """Faces of children who have nothing to do with each other, uint64 (count, words of the view)."""
    return rng.integers(0, 2**64, (count, PROFILE.views[PHOTO].words), dtype=np.uint64)


def renamed(rng: Rng, hub: Hub, others: int) -> tuple[int, int]:
    """A missing and a found record of one child who has another name now, and so many others with other faces."""
    partner = hub.partner("punjab")
    faces = faces_of(rng, others + 1)
    [missing] = hub.put(partner, child(rng, Kind.MISSING, faces[0]))
    [found] = hub.put(partner, child(rng, Kind.FOUND, noisy(rng, faces[:1], 0.12)[0]))
    for face in faces[1:]:
        hub.put(partner, child(rng, Kind.MISSING, face))
    return missing, found


@pytest.mark.parametrize("by_night", [True, False])
def test_a_renamed_child_is_a_possible_candidate_by_the_face_alone(photos: Hub, rng: Rng, by_night: bool) -> None:
    pair = renamed(rng, photos, 5)
    run(photos) if by_night else photos.settle()
    [(keys, row)] = photos.candidates().items()
    assert keys == pair
    assert row.verdict == "possible"
    assert row.weight < photos.options.minimum
    assert dict(json.loads(row.levels))["photo"] == "agrees"


def test_the_night_changes_nothing_about_what_the_day_found(photos: Hub, rng: Rng) -> None:
    renamed(rng, photos, 5)
    photos.settle()
    by_day = candidates_of(photos)
    night = run(photos)
    assert candidates_of(photos) == by_day
    assert (night["added"], night["changed"], night["withdrawn"]) == (0, 0, 0)
    assert night["photo_lanes"] == {"records": 2, "alone": 2}


def test_a_face_alone_is_never_probable_and_only_the_nearest_is_possible(photos: Hub, rng: Rng) -> None:
    photos.options = replace(photos.options, probable_from=0.0, possible_from=0.0)
    partner = photos.partner("punjab")
    [face] = faces_of(rng, 1)
    [missing] = photos.put(partner, child(rng, Kind.MISSING, face))
    shares = [0.02, 0.05, 0.08, 0.11, 0.14]
    found = [photos.put(partner, child(rng, Kind.FOUND, noisy(rng, face[None], share)[0]))[0] for share in shares]
    run(photos)
    verdicts = {theirs: row.verdict for (_, theirs), row in photos.candidates().items()}
    # Each found record's own lane has the missing one as its best.
    assert verdicts == dict.fromkeys(found, "possible")
    [another] = photos.put(partner, child(rng, Kind.MISSING, noisy(rng, face[None], 0.01)[0]))
    run(photos, full=True)
    of_first = {theirs: row.verdict for (mine, theirs), row in photos.candidates().items() if mine == missing}
    assert len(of_first) >= LANE_PLACES
    assert set(of_first.values()) <= {"possible", "weak"}
    assert another in {mine for mine, _ in photos.candidates()}


def test_a_record_without_a_photo_loses_nothing(photos: Hub, rng: Rng) -> None:
    partner = photos.partner("punjab")
    codes, [face] = codes_of(rng, 1, PROFILE), faces_of(rng, 1)
    codes[:, WORDS] = face
    report = without_photo(batch(Kind.MISSING, codes, profile=PROFILE))
    [missing] = photos.put(partner, report)
    [found] = photos.put(partner, batch(Kind.FOUND, codes, profile=PROFILE))
    run(photos)
    [(keys, row)] = photos.candidates().items()
    assert (keys, row.verdict) == ((missing, found), "probable")
    assert dict(json.loads(row.levels))["photo"] == "not known"


def test_an_agreement_is_needed_for_a_face_as_well(photos: Hub, rng: Rng) -> None:
    [face] = faces_of(rng, 1)
    photos.put(photos.partner("punjab"), child(rng, Kind.MISSING, face))
    photos.put(photos.partner("dhaka", "BD"), child(rng, Kind.FOUND, face))
    run(photos)
    assert photos.candidates() == {}


def test_another_photo_curve_asks_for_a_full_run_and_the_first_one_does_not(
    photos: Hub, rng: Rng, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = photos.partner("punjab")
    photos.pin(None)
    photos.put(partner, without_photo(child(rng, Kind.MISSING, faces_of(rng, 1)[0])))
    run(photos)
    photos.pin(space_of(PROFILE))
    assert run(photos)["mode"] == "incremental"
    milder = replace(shipped_curve(space_of(PROFILE)), cap_nats=1.0)
    monkeypatch.setattr(models, "shipped_curve", lambda _space: milder)
    assert run(photos)["why"] == ["Photos weighed otherwise in run 2."]


class PhotoDays(Days):
    """Days of families who look alike, some of them known by photos."""

    def __init__(self, hub: Hub, rng: Rng) -> None:
        super().__init__(hub, rng)
        self.families = codes_of(rng, 4, PROFILE)
        self.faces = faces_of(rng, 6)

    def child(self, kind: Kind) -> EncodedBatch:
        family = self.families[int(self.rng.integers(4))].reshape(1, -1)
        codes = noisy(self.rng, family, float(self.rng.uniform(0.02, 0.45)))
        face = self.faces[int(self.rng.integers(6))][None]
        codes[:, WORDS] = noisy(self.rng, face, float(self.rng.uniform(0.0, 0.25)))
        day, age = 20_000 + int(self.rng.integers(40)), int(self.rng.integers(0, 5))
        made = batch(kind, codes, day, profile=PROFILE, age=age)
        return made if self.rng.random() < 0.7 else without_photo(made)


@pytest.mark.parametrize("seed", range(2))
def test_incremental_runs_end_where_a_full_one_would(photos: Hub, seed: int) -> None:
    photos.options = replace(photos.options, top=3)
    days = PhotoDays(photos, np.random.default_rng(seed))
    days.come(30)
    run(photos)
    in_lanes_alone = 0
    for day in range(3):
        days.come_as(days.go(1 + day % 2))
        days.change(2)
        if days.rng.random() < 0.5:
            photos.settle()
        both(photos)
        in_lanes_alone += sum(row.weight < photos.options.minimum for row in photos.candidates().values())
    assert in_lanes_alone
