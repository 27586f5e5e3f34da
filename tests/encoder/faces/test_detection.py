"""Which way up a picture is taken to be, how much effort that takes, and which of two looks at a face counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.faces.boxes import overlap
from encoder.faces.detection import find_faces, merged
from encoder.faces.interface import Detection, Effort
from encoder.faces.resizing import shrunk, turned
from tests.encoder.faces.fake_embedder import ScriptedEmbedder, face, marked

boxes = st.builds(face, st.floats(0, 400), st.floats(1, 200), st.floats(0, 2), st.floats(0, 400))


def searched(script: dict[tuple[int, Effort], list[Detection]]) -> tuple[int, list[float], list[tuple[int, Effort]]]:
    """Turns, scores of the faces, and what was looked at and how."""
    embedder = ScriptedEmbedder(script)
    upright = find_faces(embedder, marked())
    assert np.array_equal(upright.pixels, turned(marked(), upright.turns))
    return upright.turns, sorted(face.score for face in upright.faces), embedder.asked


GLANCES = [(turn, Effort.GLANCE) for turn in range(4)]


@pytest.mark.parametrize("turns", range(4))
def test_a_face_that_is_clear_at_a_glance_takes_one_look_more(turns: int) -> None:
    script = {(turns, effort): [face(0, score=0.5)] for effort in (Effort.GLANCE, Effort.USUAL)}
    assert searched(script) == (turns, [0.5], [*GLANCES[: turns + 1], (turns, Effort.USUAL)])


def test_a_strong_upright_face_needs_no_other_position() -> None:
    assert searched({(0, Effort.USUAL): [face(0, score=0.5)]}) == (0, [0.5], [*GLANCES, (0, Effort.USUAL)])


def test_what_a_glance_takes_for_a_face_has_to_be_seen_properly() -> None:
    script = {(2, Effort.GLANCE): [face(0, score=0.9)], (0, Effort.USUAL): [face(0, score=0.8)]}
    turns, scores, asked = searched(script)
    assert (turns, scores) == (0, [0.8])
    assert (2, Effort.USUAL) in asked


def test_a_weak_upright_face_is_compared_with_the_other_positions() -> None:
    script = {(0, Effort.USUAL): [face(0, score=0.3)], (2, Effort.QUICK): [face(0, score=0.4)]}
    turns, scores, asked = searched(script)
    assert (turns, scores) == (2, [0.4])
    assert asked == [*GLANCES, (0, Effort.USUAL), *((turn, Effort.QUICK) for turn in range(4)), (2, Effort.USUAL)]
    script[0, Effort.QUICK] = [face(0, score=0.4)]
    assert searched(script)[:2] == (0, [0.4])


def test_the_best_score_wins_and_its_small_neighbours_are_found_too() -> None:
    script = {
        (1, Effort.QUICK): [face(0, score=0.9)],
        (1, Effort.USUAL): [face(2, score=0.7), face(100, side=30, score=0.6)],
        (3, Effort.QUICK): [face(0, score=0.8)],
    }
    assert searched(script)[:2] == (1, [0.6, 0.9])


def test_a_small_face_in_a_turned_picture_is_found() -> None:
    turns, scores, asked = searched({(3, Effort.USUAL): [face(0, score=0.9)]})
    assert (turns, scores) == (3, [0.9])
    assert not any(effort is Effort.SLOW for _, effort in asked)
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("turns", range(4))
def test_the_slow_detector_comes_after_all_others(turns: int) -> None:
    found, scores, asked = searched({(turns, Effort.SLOW): [face(0, score=0.4)]})
    assert (found, scores) == (turns, [0.4])
    efforts = [effort for _, effort in asked]
    assert set(efforts[: efforts.index(Effort.SLOW)]) == {Effort.GLANCE, Effort.USUAL, Effort.QUICK}
    assert Effort.CLOSE not in efforts


def test_a_doubtful_face_does_not_keep_the_slow_detector_from_looking() -> None:
    script = {(2, Effort.QUICK): [face(0, score=0.1)], (0, Effort.SLOW): [face(0, score=0.4)]}
    assert searched(script)[:2] == (0, [0.4])


def test_without_any_face_the_picture_stays_as_it_is() -> None:
    turns, scores, asked = searched({})
    assert (turns, scores) == (0, [])
    assert asked[-1] == (0, Effort.CLOSE)


def test_faces_too_small_to_use_are_found_in_the_end() -> None:
    assert searched({(0, Effort.CLOSE): [face(0, side=20)]})[:2] == (0, [1.0])


@given(st.lists(boxes, max_size=6), st.lists(boxes, max_size=6))
def test_merging_loses_no_face_and_no_score(these: list[Detection], those: list[Detection]) -> None:
    faces = merged(these, those)
    assert len(faces) >= max(len(these), min(1, len(those)))
    for other in (*these, *those):
        assert any(face.score >= other.score and (overlap(face, other) >= 0.3 or face is other) for face in faces)
    assert [face.left for face in faces[: len(these)]] == [face.left for face in these]
    assert {face.score for face in faces} <= {face.score for face in (*these, *those)}


def test_a_face_found_twice_stands_as_first_found_with_the_better_score() -> None:
    (kept,) = merged([face(0, score=0.4)], [face(5, score=0.9)])
    assert (kept.left, kept.score) == (0, 0.9)
    (kept,) = merged([face(0, score=0.9)], [face(5, score=0.4)])
    assert (kept.left, kept.score) == (0, 0.9)
    assert len(merged([face(0)], [face(50)])) == 2


def test_overlap_of_halves_and_of_neighbours() -> None:
    assert overlap(face(0, side=60), face(30, side=60)) == pytest.approx(1 / 3)
    assert overlap(face(0, side=60), face(60, side=60)) == 0


@pytest.mark.parametrize("turns", range(4))
def test_turning_is_clockwise_and_undone_by_the_rest_of_a_round(turns: int) -> None:
    pixels = marked()
    assert np.array_equal(turned(turned(pixels, turns), 4 - turns), pixels)
    assert turned(pixels, turns).flags.c_contiguous
    assert (turned(pixels, 1)[0, -1] == 255).all()


def test_shrinking_keeps_proportions_and_never_enlarges() -> None:
    assert shrunk(marked(), 150).shape == (100, 150, 3)
    assert shrunk(marked(), 300) is not None
    assert shrunk(marked(), 300).shape == marked().shape
