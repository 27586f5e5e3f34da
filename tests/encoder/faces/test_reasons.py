import copy
import pickle

import pytest

from encoder.faces.reasons import PhotoError, PhotoReason


@pytest.mark.parametrize("reason", PhotoReason)
def test_every_reason_says_what_is_wrong_and_what_to_do(reason):
    sentence = reason.sentence
    assert sentence.endswith(".")
    assert sentence.count(".") == 1
    assert "; " in sentence
    assert len(sentence) < 120


def test_sentences_differ():
    assert len({reason.sentence for reason in PhotoReason}) == len(PhotoReason)


@pytest.mark.parametrize("reason", PhotoReason)
def test_an_error_holds_its_reason_wherever_it_goes(reason):
    for error in (PhotoError(reason), pickle.loads(pickle.dumps(PhotoError(reason))), copy.copy(PhotoError(reason))):
        assert error.reason is reason
        assert str(error) == reason.sentence
