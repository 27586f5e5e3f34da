from dataclasses import FrozenInstanceError

import pytest

from encoder.names.canonical import canonical_names
from encoder.names.spread import SHARES
from encoder.names.words import NameWord, make_word


def test_forms_are_worked_out() -> None:
    assert make_word("lakshmi") == NameWord("lakshmi", "laksmi", "lksm", False, (("lakshmi", SHARES),))
    assert make_word("devi", slot=True).slot


@pytest.mark.parametrize("show", [repr, str])
def test_nothing_shows_the_name(show: object) -> None:
    assert callable(show)
    shown = show(make_word("sunita")) + show(canonical_names("Sunita Devi"))
    assert "snt" not in shown
    assert "sunita" not in shown
    assert "devi" not in shown


def test_word_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        make_word("ram").latin = "raj"  # type: ignore[misc]
